//! A file of people who left: unsubscribed, bounced, cleaned. It belongs on the suppression list, not into a campaign.

use std::path::Path;

use crate::domain::message::layout::fold;
use crate::importer::{
    Plan,
    container::archive::is_of_unwilling,
    findings::{
        advice::Advice,
        error::{Choice, Question, Subject},
    },
    meaning::{columns::Columns, lexicon},
    record::Record,
};

/// Beginnings of headers that only exports of people who left have (Mailchimp's audience export).
const HEADERS: [&str; 3] = ["unsubtime", "unsubcampaign", "cleantime"];

/// Parts of file names in other languages.
const NAMES: &str = "unsubscri|abgemeldet|abmeld|abbestell|désinscri|desinscri|désabonn|desabonn|baja|descadastr|disiscri|\
    optedout|donotcontact|do-not-contact|do_not_contact|do not contact|dnd|blocklist|blacklist|sperrliste|robinson|\
    berhenti|wypisan|отпис|退订|配信停止|수신거부";

/// The share of the rows with a time of leaving from which on the file is one of people who left: one in so many lacks it.
const LACKING_SHARE: usize = 10;

/// The question, where the file's name or its columns say that these people left.
pub(in crate::importer) fn question(
    path: &Path,
    plan: &Plan,
    columns: &Columns,
    rows: &[Record],
) -> Option<Question> {
    let headers = &columns.layout.headers;
    if plan.every_column || plan.options.imports_unsubscribed || plan.options.member.is_some() {
        return None;
    }
    let name = plan.name_of(path);
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    // Short words count as a whole: `standard` is no DND list.
    let is_named = |part: &str| if part.len() < 5 { words.contains(&part) } else { lower.contains(part) };
    // Where each row says for itself whether the person left, the file is not one of those who did.
    let is_mixed = !columns.may_say.is_empty() || !columns.willingness.is_empty();
    let by_name = !is_mixed && (is_of_unwilling(&name) || NAMES.split('|').any(is_named));
    if !by_name && !headers.iter().enumerate().any(|(column, header)| says_left(column, header, rows)) {
        return None;
    }
    let import = Choice { is_harmful: true, ..Choice::new("import", Advice::ImportUnsubscribed) };
    let choices = vec![Choice::new("suppress", Advice::Suppress), import];
    Some(Question { subject: Subject::Leavers { by_name: by_name.then_some(name) }, choices })
}

/// Whether a column says when nearly everybody left.
fn says_left(column: usize, header: &str, rows: &[Record]) -> bool {
    let folded = fold(header);
    if HEADERS.iter().any(|start| folded.starts_with(start)) {
        return true;
    }
    let n_lacking = rows.iter().filter(|row| !is_like_a_time(row.get(column).unwrap_or_default())).count();
    lexicon::is_time_of_leaving(header) && !rows.is_empty() && n_lacking * LACKING_SHARE < rows.len()
}

/// `2026-10-01 10:00`, `02.01.26`, a day of a spreadsheet.
fn is_like_a_time(cell: &str) -> bool {
    let n_digits = cell.chars().filter(char::is_ascii_digit).count();
    (4..=14).contains(&n_digits) && cell.contains(['-', '/', '.', ':', '年'])
}
