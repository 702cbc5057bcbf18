//! What has to be said about columns that may say who agreed to be messaged, once all rows are read.

use crate::importer::{
    findings::{
        advice::{Advice, ColumnName},
        error::{Choice, Question, Subject},
        note::{Note, Unwilling},
    },
    meaning::{
        columns::Columns,
        consent::{Polarity, Tally},
        plan::Field,
    },
};

/// The question, where nobody has said anything about consent; otherwise what is worth knowing about columns that are not
/// read.
pub(in crate::importer) fn open(
    tallies: &[Tally],
    columns: &Columns,
    ignores_consent: bool,
) -> (Option<Question>, Vec<Note>) {
    let open: Vec<&Tally> = tallies.iter().filter(|tally| tally.is_open()).collect();
    if open.is_empty() {
        return (None, Vec::new());
    }
    if !ignores_consent && columns.willingness.is_empty() {
        return (Some(question(&open, columns)), Vec::new());
    }
    let note = if ignores_consent { Note::ConsentIgnored } else { Note::Unwilling };
    let notes = open.into_iter().map(|tally| note(unwilling(tally, columns))).collect();
    (None, notes)
}

fn unwilling(tally: &Tally, columns: &Columns) -> Unwilling {
    let is_opt_out = tally.polarity == Polarity::OptOut;
    let same = columns.willingness.iter().filter(|known| known.is_opt_out == is_opt_out);
    Unwilling {
        column: columns.name(tally.column),
        is_opt_out,
        n_left_out: tally.n_left_out(is_opt_out),
        n_rows: tally.n_rows(),
        beside: same.map(|known| columns.name(known.column)).collect(),
    }
}

/// Both readings of each column, that of its header first; of several columns, first of all what their headers say
/// together.
fn question(open: &[&Tally], columns: &Columns) -> Question {
    let n_rows = open.iter().map(|tally| tally.n_rows()).max().unwrap_or_default();
    let name = |tally: &Tally| columns.name(tally.column);
    let mut choices = Vec::new();
    if 1 < open.len() {
        choices.push(together(open, columns));
    }
    for tally in open {
        let is_first = tally.polarity == Polarity::OptOut;
        for is_opt_out in [is_first, !is_first] {
            let field = if is_opt_out { Field::OptOut } else { Field::Consent };
            let n_left_out = tally.n_left_out(is_opt_out);
            choices.push(Choice {
                n_rows: Some(tally.n_rows() - n_left_out),
                n_left_out: Some(n_left_out),
                samples: tally.values.clone(),
                ..Choice::new(
                    format!("{}={}", field.name(), name(tally).header),
                    Advice::PickColumn { field, columns: vec![name(tally)] },
                )
            });
        }
    }
    choices.push(Choice {
        n_rows: Some(n_rows),
        n_left_out: Some(0),
        ..Choice::new("ignore-consent", Advice::IgnoreConsent)
    });
    let columns = open.iter().map(|tally| name(tally)).collect();
    Question { subject: Subject::Consent { columns, n_rows }, choices }
}

fn together(open: &[&Tally], columns: &Columns) -> Choice {
    let of = |is_opt_out: bool| -> Vec<ColumnName> {
        let read = open.iter().filter(|tally| (tally.polarity == Polarity::OptOut) == is_opt_out);
        read.map(|tally| columns.name(tally.column)).collect()
    };
    let (consent, opt_out) = (of(false), of(true));
    let named = |field: &'static str, columns: &[ColumnName]| -> Vec<String> {
        columns.iter().map(|column| format!("{field}={}", column.header)).collect()
    };
    let name = [named("consent", &consent), named("opt_out", &opt_out)].concat().join(" ");
    Choice::new(name, Advice::LeaveOut { consent, opt_out })
}
