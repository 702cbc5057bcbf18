//! Questions about a list and their answers: as a message, as options to paste, as buttons.

use super::{Face, shell_quoted, texts::WordingTexts};
use crate::{
    domain::days::DayOrder,
    importer::{
        Advice, Choice, Column, ColumnName, Field, Hidden, Note, Numbers, Offer, Question, ReadingOptions,
        Subject, Unwilling, region_text,
    },
    language::Phrase,
    report::count,
};

/// What is asked: a sentence without a full stop.
pub fn question(question: &Question, face: Face) -> String {
    let texts = WordingTexts::current();
    match &question.subject {
        Subject::Sheet => {
            let sheets = face.names(question.choices.iter().map(|choice| &choice.name));
            let option = face.in_terminal(": --sheet NAME");
            format!("{}{option}", texts.ask_sheet.with(sheets))
        }
        Subject::Member { n_members } => {
            let harmful = question.choices.iter().filter(|choice| choice.is_harmful);
            let harmful = face.names(harmful.map(|choice| &choice.name));
            let option = face.in_terminal(": --member NAME");
            let n_members = *n_members as u64;
            let said = match harmful.as_str() {
                "" => texts.ask_member.n(n_members),
                names => texts.ask_member_harmful.n_with(n_members, names),
            };
            format!("{said}{option}")
        }
        Subject::NumberColumn { .. } => {
            let option = face.in_terminal(": --column to=HEADER");
            format!("{}{option}", texts.ask_number)
        }
        Subject::VariableColumn { variable, .. } => variable_column(variable, face),
        Subject::Leavers { by_name } => leavers(by_name.as_deref(), face),
        Subject::Tags { found } => {
            let option = face.in_terminal(": --tags replace, or --tags keep where it is meant as text");
            format!("{}{option}", texts.ask_tags.with2(face.names(found), "{{Name}}"))
        }
        Subject::Consent { columns, n_rows } => {
            let names = face.names(columns.iter().map(|column| &column.header));
            let ask = if columns.len() == 1 { texts.ask_consent } else { texts.ask_consents };
            let option = face.in_terminal(
                ": --column opt_out=HEADER where a yes means that the person is left out, --column consent=HEADER where a no \
                 does, or --ignore-consent",
            );
            format!("{}{option}", ask.n_with(*n_rows, names))
        }
        Subject::Blanks { texts: blanks, columns } => {
            let ask = if blanks.len() == 1 { texts.ask_blank } else { texts.ask_blanks };
            let option = face.in_terminal(": --blank-text TEXT or --keep-text TEXT");
            format!("{}{option}", ask.with2(face.names(blanks), face.names(columns)))
        }
        Subject::Dates { column } => dates(column, face),
        Subject::Encoding => {
            let option = face.in_terminal(": --encoding NAME");
            format!("{}{option}", texts.ask_encoding)
        }
        Subject::HiddenRows { n_hidden, n_rows, filtered } => {
            hidden_rows([*n_hidden, *n_rows], filtered, face)
        }
    }
}

/// That some rows of a sheet, of so many, are hidden.
fn hidden_rows([n_hidden, n_rows]: [u64; 2], filtered: &[String], face: Face) -> String {
    let texts = WordingTexts::current();
    let by = match filtered {
        [] => String::new(),
        headers => format!(" {}", texts.hidden_by.with(face.names(headers))),
    };
    let option = face.in_terminal(": --hidden leave-out or --hidden include");
    format!("{}{option}", texts.ask_hidden.n_with2(n_hidden, count(n_rows), by))
}

/// That several columns could give a variable of the message.
fn variable_column(variable: &str, face: Face) -> String {
    let option = face.in_terminal(format!(": --column {variable}=#NUMBER"));
    format!("{}{option}", WordingTexts::current().ask_variable.with(face.name(variable)))
}

/// That a day could be a month.
fn dates(column: &str, face: Face) -> String {
    let option = face.in_terminal(": --dates day-first or --dates month-first");
    format!("{}{option}", WordingTexts::current().ask_dates.with(face.name(column)))
}

/// That a file is one of people who left.
fn leavers(by_name: Option<&str>, face: Face) -> String {
    let texts = WordingTexts::current();
    let said = match by_name {
        Some(name) => texts.ask_leavers_name.with(face.name(name)),
        None => texts.ask_leavers_columns.to_string(),
    };
    let option = face.in_terminal("; --import-unsubscribed imports it all the same");
    format!("{said}{option}")
}

/// The question as the heading of its buttons.
pub fn title(question: &Question) -> String {
    let texts = WordingTexts::current();
    let title = match &question.subject {
        Subject::Sheet => texts.title_sheet,
        Subject::Member { .. } => texts.title_member,
        Subject::NumberColumn { .. } => texts.title_number,
        Subject::VariableColumn { .. } => texts.title_variable,
        Subject::Leavers { .. } => texts.title_leavers,
        Subject::Tags { .. } => texts.title_tags,
        Subject::Consent { .. } => texts.title_consent,
        Subject::Blanks { .. } => texts.title_blanks,
        Subject::Dates { .. } => texts.title_dates,
        Subject::Encoding => texts.title_encoding,
        Subject::HiddenRows { .. } => texts.title_hidden,
    };
    title.to_string()
}

/// What speaks for a choice: how many rows, and what is found there; empty where nothing is known.
pub fn grounds(choice: &Choice) -> String {
    if let Advice::ReplaceTags { replacements } = &choice.advice {
        let each: Vec<_> =
            replacements.iter().map(|(found, becomes)| format!("{found} → {becomes}")).collect();
        return each.join(", ");
    }
    let texts = WordingTexts::current();
    let rows = choice.n_rows.map(|n| match choice.n_left_out {
        Some(_) if choice.advice == Advice::IgnoreConsent => texts.grounds_all.with(texts.rows.n(n)),
        Some(n_left_out) => texts.grounds_left_out.with2(texts.rows.n(n), n_left_out),
        None => texts.rows.n(n),
    });
    let samples = (!choice.samples.is_empty()).then(|| choice.samples.join(", "));
    match (rows, samples) {
        (Some(rows), Some(samples)) => texts.such_as.with2(rows, samples),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => String::new(),
    }
}

/// The choices as options to paste, each on a line with what speaks for it. What may message somebody who was left out is
/// no proposal: the question itself names it.
pub fn to_paste(question: &Question) -> String {
    let line = |choice: &Choice| match grounds(choice).as_str() {
        "" => option(&choice.advice),
        grounds => format!("{}   ({grounds})", option(&choice.advice)),
    };
    let may_reach_others = |advice: &Advice| {
        matches!(advice, Advice::IgnoreConsent | Advice::SetHidden { hidden: Hidden::Include })
    };
    let is_proposed = |choice: &&Choice| !choice.is_harmful && !may_reach_others(&choice.advice);
    let lines: Vec<String> = question.choices.iter().filter(is_proposed).map(line).collect();
    lines.join("\n      ")
}

/// An answer as options of `catalink import`, to paste.
pub fn option(advice: &Advice) -> String {
    match advice {
        Advice::PickColumn { field, columns } => {
            let one = |header: &str| format!("--column {}=\"{header}\"", shell_word(field));
            columns.iter().map(|column| one(&column.header)).collect::<Vec<_>>().join(" ")
        }
        Advice::LeaveOut { consent, opt_out } => {
            let of = |field: Field, columns: &[ColumnName]| {
                option(&Advice::PickColumn { field, columns: columns.to_vec() })
            };
            let options = [of(Field::Consent, consent), of(Field::OptOut, opt_out)];
            options.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(" ")
        }
        Advice::Suppress => "catalink suppress import FILE puts them on the suppression list".to_owned(),
        Advice::SetRegion { .. }
        | Advice::PickSheet { .. }
        | Advice::PickMember { .. }
        | Advice::SetNumbers { .. }
        | Advice::ReplaceTags { .. }
        | Advice::KeepTags
        | Advice::ImportUnsubscribed
        | Advice::IgnoreConsent
        | Advice::SetHidden { .. }
        | Advice::SetEncoding { .. }
        | Advice::DecodeEntities
        | Advice::SetDates { .. }
        | Advice::SetTexts { .. } => settings(advice).into_iter().map(pasted).collect::<Vec<_>>().join(" "),
    }
}

/// An option to paste; what begins with a dash would be taken for another one.
fn pasted((name, value): (&str, String)) -> String {
    match name {
        _ if value.is_empty() => format!("--{name}"),
        "blank-text" | "keep-text" => format!("--{name}={}", shell_quoted(&value)),
        _ => format!("--{name} {}", shell_quoted(&value)),
    }
}

/// An answer as options of `catalink import`: their names, and values, of which a switch has none.
pub fn settings(advice: &Advice) -> Vec<(&'static str, String)> {
    let switch = |name| vec![(name, String::new())];
    let one = |name, value: &str| vec![(name, value.to_owned())];
    match advice {
        Advice::SetRegion { region, includes_country_code } => {
            one("region", &region_text(*region, *includes_country_code).unwrap_or_default())
        }
        Advice::PickColumn { field, columns } => {
            columns.iter().map(|column| ("column", format!("{}={}", field.name(), column.header))).collect()
        }
        Advice::PickSheet { name } => one("sheet", name),
        Advice::PickMember { name } => one("member", name),
        Advice::SetNumbers { numbers } => one("numbers", numbers.name()),
        Advice::ReplaceTags { .. } => one("tags", "replace"),
        Advice::KeepTags => one("tags", "keep"),
        Advice::Suppress => Vec::new(),
        Advice::ImportUnsubscribed => switch("import-unsubscribed"),
        Advice::LeaveOut { consent, opt_out } => {
            let of = |field: Field, columns: &[ColumnName]| {
                settings(&Advice::PickColumn { field, columns: columns.to_vec() })
            };
            [of(Field::Consent, consent), of(Field::OptOut, opt_out)].concat()
        }
        Advice::IgnoreConsent => switch("ignore-consent"),
        Advice::SetHidden { hidden } => one("hidden", hidden.name()),
        Advice::SetEncoding { name } => one("encoding", name),
        Advice::DecodeEntities => switch("decode-entities"),
        Advice::SetDates { order } => one("dates", order.name()),
        Advice::SetTexts { texts, is_blank } => {
            let name = if *is_blank { "blank-text" } else { "keep-text" };
            texts.iter().map(|text| (name, text.clone())).collect()
        }
    }
}

/// An answer as a button says it.
pub fn label(advice: &Advice) -> String {
    let texts = WordingTexts::current();
    let named = |columns: &[ColumnName]| Face::Browser.names(columns.iter().map(|column| &column.header));
    match advice {
        Advice::SetRegion { includes_country_code: false, region } => {
            let name = region.map_or_else(|| texts.no_country.to_string(), |region| region.name().to_owned());
            texts.say_country.with(name)
        }
        Advice::PickColumn { field: Field::Consent, columns } => texts.leave_no.with(named(columns)),
        Advice::PickColumn { field: Field::OptOut, columns } => texts.leave_yes.with(named(columns)),
        Advice::LeaveOut { consent, opt_out } => match (named(consent).as_str(), named(opt_out).as_str()) {
            ("", yes) => texts.leave_any_yes.with(yes),
            (no, "") => texts.leave_any_no.with(no),
            (no, yes) => texts.leave_both.with2(no, yes),
        },
        Advice::PickColumn { field: Field::To, columns } if columns.len() > 1 => {
            let (first, others) = columns.split_at(1);
            texts.take_number.with2(named(first), named(others))
        }
        Advice::PickColumn { columns, .. } => {
            columns.iter().map(|column| column.header.as_str()).collect::<Vec<_>>().join(", ")
        }
        Advice::PickSheet { name } | Advice::PickMember { name } => name.clone(),
        Advice::ReplaceTags { replacements } => {
            let each: Vec<_> =
                replacements.iter().map(|(found, becomes)| format!("{found} → {becomes}")).collect();
            texts.fill_in.with(each.join(", "))
        }
        Advice::SetEncoding { name } => texts.read_as.with(name),
        Advice::SetTexts { texts: kept, is_blank: false } if kept.len() == 1 => {
            texts.text_kept.with(Face::Browser.names(kept))
        }
        Advice::SetRegion { includes_country_code: true, .. }
        | Advice::IgnoreConsent
        | Advice::KeepTags
        | Advice::Suppress
        | Advice::ImportUnsubscribed
        | Advice::SetNumbers { .. }
        | Advice::SetHidden { .. }
        | Advice::DecodeEntities
        | Advice::SetDates { .. }
        | Advice::SetTexts { .. } => plain(advice).map(|phrase| phrase.to_string()).unwrap_or_default(),
    }
}

/// An answer that names nothing of the list.
fn plain(advice: &Advice) -> Option<Phrase> {
    let texts = WordingTexts::current();
    match advice {
        Advice::SetRegion { .. } => Some(texts.say_with_code),
        Advice::IgnoreConsent => Some(texts.message_all),
        Advice::KeepTags => Some(texts.keep_tags),
        Advice::Suppress => Some(texts.suppress_all),
        Advice::ImportUnsubscribed => Some(texts.message_leavers),
        Advice::SetNumbers { numbers: Numbers::First } => Some(texts.numbers_first),
        Advice::SetNumbers { numbers: Numbers::All } => Some(texts.numbers_all),
        Advice::SetNumbers { numbers: Numbers::Reject } => Some(texts.numbers_reject),
        Advice::SetHidden { hidden: Hidden::LeaveOut } => Some(texts.hidden_out),
        Advice::SetHidden { hidden: Hidden::Include } => Some(texts.hidden_in),
        Advice::DecodeEntities => Some(texts.decode),
        Advice::SetDates { order: DayOrder::DayFirst } => Some(texts.day_first),
        Advice::SetDates { order: DayOrder::MonthFirst } => Some(texts.month_first),
        Advice::SetTexts { is_blank: true, .. } => Some(texts.texts_blank),
        Advice::SetTexts { is_blank: false, .. } => Some(texts.texts_kept),
        Advice::PickColumn { .. }
        | Advice::PickSheet { .. }
        | Advice::PickMember { .. }
        | Advice::LeaveOut { .. }
        | Advice::ReplaceTags { .. }
        | Advice::SetEncoding { .. } => None,
    }
}

/// What a note's button would do for the list; empty for a note without one.
pub fn gain(note: &Note) -> String {
    let texts = WordingTexts::current();
    if let Note::Offer(Offer { n_valid, n_refused, is_at_least, .. }) = note {
        let gain = if *is_at_least { texts.gain_offer_at_least } else { texts.gain_offer };
        gain.with2(count(*n_valid), count(*n_refused))
    } else if let Note::FurtherNumbers { n } = note {
        texts.gain_numbers.n(*n)
    } else if let Note::Unwilling(found) | Note::ConsentIgnored(found) = note {
        let Unwilling { n_left_out, n_rows, .. } = found;
        texts.gain_left_out.with2(count(*n_left_out), count(*n_rows))
    } else if let Note::TakenAsBlank { n, .. } = note {
        texts.cells.n(*n)
    } else if let Note::Entities { column, n, example, decoded } = note {
        let values = [texts.cells.n(*n), Face::Browser.name(column), example.clone(), decoded.clone()];
        texts.cells_of.filled(values.map(Into::into))
    } else if let Note::HiddenLeftOut { n_rows } = note {
        texts.rows.n(*n_rows)
    } else {
        String::new()
    }
}

/// What buttons with such answers have above them.
pub fn heading(advice: &Advice) -> String {
    let texts = WordingTexts::current();
    let heading = match advice {
        Advice::SetRegion { .. } => texts.heading_region,
        Advice::PickColumn { field: Field::Consent | Field::OptOut, .. }
        | Advice::LeaveOut { .. }
        | Advice::IgnoreConsent => texts.heading_consent,
        Advice::PickColumn { .. } | Advice::SetNumbers { .. } => texts.heading_numbers,
        Advice::PickSheet { .. } | Advice::PickMember { .. } => texts.heading_part,
        Advice::Suppress | Advice::ImportUnsubscribed => texts.title_leavers,
        Advice::ReplaceTags { .. } | Advice::KeepTags => texts.title_tags,
        Advice::SetEncoding { .. } => texts.title_encoding,
        Advice::DecodeEntities => texts.heading_entities,
        Advice::SetDates { .. } => texts.title_dates,
        Advice::SetTexts { .. } => texts.title_blanks,
        Advice::SetHidden { .. } => texts.title_hidden,
    };
    heading.to_string()
}

/// A field as it is typed in a shell.
pub(super) fn shell_word(field: &Field) -> String {
    let name = field.name();
    if name.contains(char::is_whitespace) { format!("\"{name}\"") } else { name.to_owned() }
}

/// The options of `catalink import` that say the same, each with a blank before it. `headers` are those of the file.
pub fn options(reading: &ReadingOptions, headers: &[String]) -> String {
    let mut flags = String::new();
    let mut add = |name: &str, value: &str| flags.push_str(&format!(" --{name} {}", shell_quoted(value)));
    for (field, column) in &reading.columns {
        let column = match column {
            Column::Named(name) => name.clone(),
            Column::Number(number) => {
                let header = number.checked_sub(1).and_then(|at| headers.get(at));
                let is_alone = |name: &&String| headers.iter().filter(|other| other == name).count() == 1;
                header.filter(is_alone).cloned().unwrap_or_else(|| format!("#{number}"))
            }
        };
        add("column", &format!("{}={column}", field.name()));
    }
    let delimiter = reading.delimiter.map(|c| if c == '\t' { "tab".to_owned() } else { c.to_string() });
    let numbers = Some(reading.numbers).filter(|numbers| *numbers != Numbers::First);
    for (name, value) in [
        ("region", region_text(reading.region, reading.includes_country_code)),
        ("delimiter", delimiter),
        ("encoding", reading.encoding.clone()),
        ("sheet", reading.sheet.clone()),
        ("member", reading.member.clone()),
        ("hidden", reading.hidden.map(|hidden| hidden.name().to_owned())),
        ("numbers", numbers.map(|numbers| numbers.name().to_owned())),
        ("dates", reading.dates.map(|order| order.name().to_owned())),
        ("max-size", reading.size_max.map(size)),
    ] {
        if let Some(value) = value {
            add(name, &value);
        }
    }
    if reading.imports_unsubscribed {
        flags.push_str(" --import-unsubscribed");
    }
    if reading.keep_tags {
        flags.push_str(" --tags keep");
    }
    for (name, texts) in [("keep-text", &reading.values.kept), ("blank-text", &reading.values.blank)] {
        for text in texts {
            flags.push_str(&format!(" --{name}={}", shell_quoted(text)));
        }
    }
    if reading.has_header == Some(false) {
        flags.push_str(" --no-header");
    }
    if reading.decodes_entities {
        flags.push_str(" --decode-entities");
    }
    if reading.ignores_consent {
        flags.push_str(" --ignore-consent");
    }
    flags
}

/// A size as it is typed: `50MB`, or bytes where no unit fits.
pub fn size(n_bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")];
    match UNITS.iter().find(|(unit, _)| n_bytes > 0 && n_bytes.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{}{name}", n_bytes / unit),
        None => n_bytes.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_to_paste_are_safe_in_a_shell() {
        let mut reading = ReadingOptions { delimiter: Some(';'), ..ReadingOptions::default() };
        reading.pick(&Field::To, &[Column::Number(1)]);
        reading.set_region("IN").unwrap();
        let headers = ["it's; rm -rf".to_owned()];
        assert_eq!(
            options(&reading, &headers),
            r" --column 'to=it'\''s; rm -rf' --region IN --delimiter ';'"
        );
    }

    #[test]
    fn a_question_names_its_options_in_a_terminal_and_has_none_in_a_browser() {
        let column = |number, header: &str| ColumnName { number, header: header.to_owned() };
        let choice = |number, header: &str| Choice {
            name: header.to_owned(),
            advice: Advice::PickColumn { field: Field::To, columns: vec![column(number, header)] },
            n_rows: Some(2),
            n_left_out: None,
            samples: vec!["9541136571".to_owned()],
            is_harmful: false,
        };
        let asked = Question {
            subject: Subject::NumberColumn { columns: Vec::new() },
            choices: vec![choice(2, "a"), choice(3, "b")],
        };
        assert!(question(&asked, Face::Terminal).ends_with("say which one: --column to=HEADER"));
        assert!(!question(&asked, Face::Browser).contains("--"));
        let line = |header: &str| format!("--column to=\"{header}\"   (2 rows, such as 9541136571)");
        assert_eq!(to_paste(&asked), format!("{}\n      {}", line("a"), line("b")));
    }

    #[test]
    fn a_size_reads_as_it_was_typed() {
        assert_eq!([3_000_000_000, 50_000_000, 1 << 20, 0].map(size), ["3GB", "50MB", "1048576", "0"]);
    }
}
