//! Questions about a list and their answers: as a message, as options to paste, as buttons.

use super::{Face, shell_quoted};
use crate::{
    domain::days::DayOrder,
    importer::{
        Advice, Choice, Column, ColumnName, Field, Hidden, Note, Numbers, Offer, Question, ReadingOptions,
        Subject, Unwilling, region_text,
    },
    report::{count, counted},
};

/// What is asked: a sentence without a full stop.
pub fn question(question: &Question, face: Face) -> String {
    match &question.subject {
        Subject::Sheet => {
            let sheets = face.names(question.choices.iter().map(|choice| &choice.name));
            let option = face.in_terminal(": --sheet NAME");
            format!("several sheets hold telephone numbers ({sheets}); say which one{option}")
        }
        Subject::Member { n_members } => {
            let harmful = question.choices.iter().filter(|choice| choice.is_harmful);
            let harmful = face.names(harmful.map(|choice| &choice.name));
            let warning = match harmful.as_str() {
                "" => String::new(),
                names => {
                    format!("; do NOT choose {names}: these people unsubscribed or cannot be reached")
                }
            };
            let option = face.in_terminal(": --member NAME");
            format!("this archive holds {n_members} files{warning}; say which one is meant{option}")
        }
        Subject::NumberColumn { .. } => {
            let option = face.in_terminal(": --column to=HEADER");
            format!("several columns could be the telephone number; say which one{option}")
        }
        Subject::VariableColumn { variable, .. } => variable_column(variable, face),
        Subject::Leavers { by_name } => leavers(by_name.as_deref(), face),
        Subject::Tags { found } => {
            let option = face.in_terminal(": --tags replace, or --tags keep where it is meant as text");
            format!(
                "the message has {}, which would be sent as it stands; a placeholder is written {{{{Name}}}}{option}",
                face.names(found)
            )
        }
        Subject::Consent { columns, n_rows } => {
            let names = face.names(columns.iter().map(|column| &column.header));
            let say = if columns.len() == 1 { "says" } else { "say" };
            let option = face.in_terminal(
                ": --column opt_out=HEADER where a yes means that the person is left out, --column consent=HEADER where a no \
                 does, or --ignore-consent",
            );
            format!(
                "{names} {say} yes and no, and may say who must not be messaged among {}; say what it means{option}",
                counted(*n_rows, "row", "rows")
            )
        }
        Subject::Blanks { texts, columns } => {
            let (stand, they) = if texts.len() == 1 { ("stands", "it") } else { ("stand", "they") };
            let option = face.in_terminal(": --blank-text TEXT or --keep-text TEXT");
            format!(
                "{} in {} most likely {stand} for no value; say whether {they} can be sent as text{option}",
                face.names(texts),
                face.names(columns)
            )
        }
        Subject::Dates { column } => dates(column, face),
        Subject::Encoding => {
            let option = face.in_terminal(": --encoding NAME");
            format!("the letters of this text can be read in several ways; say which one is right{option}")
        }
        Subject::HiddenRows { n_hidden, n_rows, filtered } => {
            hidden_rows([*n_hidden, *n_rows], filtered, face)
        }
    }
}

/// That some rows of a sheet, of so many, are hidden.
fn hidden_rows([n_hidden, n_rows]: [u64; 2], filtered: &[String], face: Face) -> String {
    let (verb, they) = if n_hidden == 1 { ("is", "it") } else { ("are", "them") };
    let by = match filtered {
        [] => String::new(),
        headers => format!(" (a filter on {})", face.names(headers)),
    };
    let option = face.in_terminal(": --hidden leave-out or --hidden include");
    format!(
        "{} of {} rows {verb} hidden in the sheet{by}; say whether to leave {they} out{option}",
        count(n_hidden),
        count(n_rows)
    )
}

/// That several columns could give a variable of the message.
fn variable_column(variable: &str, face: Face) -> String {
    let option = face.in_terminal(format!(": --column {variable}=#NUMBER"));
    let name = face.name(variable);
    format!(
        "several columns are called {name}, with different values; say which one the message means{option}"
    )
}

/// That a day could be a month.
fn dates(column: &str, face: Face) -> String {
    let option = face.in_terminal(": --dates day-first or --dates month-first");
    format!(
        "day and month cannot be told apart in column {}, which says when people wrote; say which comes first{option}",
        face.name(column)
    )
}

/// That a file is one of people who left.
fn leavers(by_name: Option<&str>, face: Face) -> String {
    let by = match by_name {
        Some(name) => format!("by its name ({}), this is", face.name(name)),
        None => "by its columns, this is".to_owned(),
    };
    let option = face.in_terminal("; --import-unsubscribed imports it all the same");
    format!(
        "{by} a file of people who unsubscribed or cannot be reached: nobody in it should be messaged{option}"
    )
}

/// The question as the heading of its buttons.
pub fn title(question: &Question) -> &'static str {
    match &question.subject {
        Subject::Sheet => "Which sheet contains the list?",
        Subject::Member { .. } => "Which file of the archive contains the list?",
        Subject::NumberColumn { .. } => "Which column contains the phone number?",
        Subject::VariableColumn { .. } => "Which of the columns of one name does the message mean?",
        Subject::Leavers { .. } => "These people left. Should they be kept off all lists?",
        Subject::Tags { .. } => "Is this a placeholder of another program?",
        Subject::Consent { .. } => "Who must not be messaged?",
        Subject::Blanks { .. } => "Are these texts values?",
        Subject::Dates { .. } => "Does the day or the month come first?",
        Subject::Encoding => "Which letters are right?",
        Subject::HiddenRows { .. } => "Do the hidden rows belong to the list?",
    }
}

/// What speaks for a choice: how many rows, and what is found there; empty where nothing is known.
pub fn grounds(choice: &Choice) -> String {
    if let Advice::ReplaceTags { replacements } = &choice.advice {
        let each: Vec<_> =
            replacements.iter().map(|(found, becomes)| format!("{found} → {becomes}")).collect();
        return each.join(", ");
    }
    let rows = choice.n_rows.map(|n| match choice.n_left_out {
        Some(_) if choice.advice == Advice::IgnoreConsent => {
            format!("messages {}, also people who may have opted out", counted(n, "row", "rows"))
        }
        Some(n_left_out) => format!("messages {}, leaves out {n_left_out}", counted(n, "row", "rows")),
        None => counted(n, "row", "rows"),
    });
    let samples = (!choice.samples.is_empty()).then(|| choice.samples.join(", "));
    match (rows, samples) {
        (Some(rows), Some(samples)) => format!("{rows}, such as {samples}"),
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
    match advice {
        Advice::SetRegion { includes_country_code: true, .. } => "They include the country code".to_owned(),
        Advice::SetRegion { region, .. } => {
            let name = region.map_or("no country", |region| region.name());
            format!("They are numbers of {name}")
        }
        Advice::PickColumn { field: Field::Consent, columns } => {
            let headers = Face::Browser.names(columns.iter().map(|column| &column.header));
            format!("Leave out the people who say no in {headers}")
        }
        Advice::PickColumn { field: Field::OptOut, columns } => {
            let headers = Face::Browser.names(columns.iter().map(|column| &column.header));
            format!("Leave out the people who say yes in {headers}")
        }
        Advice::LeaveOut { consent, opt_out } => {
            let names =
                |columns: &[ColumnName]| Face::Browser.names(columns.iter().map(|column| &column.header));
            match (names(consent).as_str(), names(opt_out).as_str()) {
                ("", yes) => format!("Leave out the people who say yes in any of {yes}"),
                (no, "") => format!("Leave out the people who say no in any of {no}"),
                (no, yes) => format!("Leave out the people who say no in {no} or yes in {yes}"),
            }
        }
        Advice::IgnoreConsent => "Message all of them".to_owned(),
        Advice::PickColumn { field: Field::To, columns } if columns.len() > 1 => {
            let (first, others) = columns.split_at(1);
            let names =
                |columns: &[ColumnName]| Face::Browser.names(columns.iter().map(|column| &column.header));
            format!("Take the number from {}, otherwise from {}", names(first), names(others))
        }
        Advice::PickColumn { columns, .. } => {
            columns.iter().map(|column| column.header.as_str()).collect::<Vec<_>>().join(", ")
        }
        Advice::PickSheet { name } | Advice::PickMember { name } => name.clone(),
        Advice::ReplaceTags { replacements } => {
            let each: Vec<_> =
                replacements.iter().map(|(found, becomes)| format!("{found} → {becomes}")).collect();
            format!("Fill in the value of the column: {}", each.join(", "))
        }
        Advice::KeepTags => "Send it as it stands".to_owned(),
        Advice::Suppress => "Put all of them on the suppression list".to_owned(),
        Advice::ImportUnsubscribed => "Message them all the same".to_owned(),
        Advice::SetNumbers { numbers: Numbers::First } => "Take the first number of a cell".to_owned(),
        Advice::SetNumbers { numbers: Numbers::All } => "Take every number of a cell".to_owned(),
        Advice::SetNumbers { numbers: Numbers::Reject } => "Reject rows with several numbers".to_owned(),
        Advice::SetHidden { hidden: Hidden::LeaveOut } => "Leave the hidden rows out".to_owned(),
        Advice::SetHidden { hidden: Hidden::Include } => "Include the hidden rows".to_owned(),
        Advice::SetEncoding { name } => format!("Read it as {name}"),
        Advice::DecodeEntities => "Decode HTML entities".to_owned(),
        Advice::SetDates { order: DayOrder::DayFirst } => "The day comes first".to_owned(),
        Advice::SetDates { order: DayOrder::MonthFirst } => "The month comes first".to_owned(),
        Advice::SetTexts { is_blank: true, .. } => "They mean that there is no value".to_owned(),
        Advice::SetTexts { texts, is_blank: false } => match texts.as_slice() {
            [text] => format!("Send {} as it is", Face::Browser.name(text)),
            _ => "Send them as they are".to_owned(),
        },
    }
}

/// What a note's button would do for the list; empty for a note without one.
pub fn gain(note: &Note) -> String {
    if let Note::Offer(Offer { n_valid, n_refused, is_at_least, .. }) = note {
        let at_least = if *is_at_least { "at least " } else { "" };
        format!("fixes {at_least}{} of {} rejected rows", count(*n_valid), count(*n_refused))
    } else if let Note::FurtherNumbers { n } = note {
        format!("up to {} more", counted(*n, "recipient", "recipients"))
    } else if let Note::Unwilling(found) | Note::ConsentIgnored(found) = note {
        let Unwilling { n_left_out, n_rows, .. } = found;
        format!("leaves out {} of {} rows", count(*n_left_out), count(*n_rows))
    } else if let Note::TakenAsBlank { n, .. } = note {
        counted(*n, "cell", "cells")
    } else if let Note::Entities { column, n, example, decoded } = note {
        let cells = counted(*n, "cell", "cells");
        format!("{cells} of {}, such as {example} → {decoded}", Face::Browser.name(column))
    } else if let Note::HiddenLeftOut { n_rows } = note {
        counted(*n_rows, "row", "rows")
    } else {
        String::new()
    }
}

/// What buttons with such answers have above them.
pub fn heading(advice: &Advice) -> &'static str {
    match advice {
        Advice::SetRegion { .. } => "Which country do the numbers without + belong to?",
        Advice::PickColumn { field: Field::Consent | Field::OptOut, .. }
        | Advice::LeaveOut { .. }
        | Advice::IgnoreConsent => "Some people do not want to be messaged",
        Advice::PickColumn { .. } | Advice::SetNumbers { .. } => "Where else could the numbers be?",
        Advice::PickSheet { .. } | Advice::PickMember { .. } => "Which part of the file contains the list?",
        Advice::Suppress | Advice::ImportUnsubscribed => {
            "These people left. Should they be kept off all lists?"
        }
        Advice::ReplaceTags { .. } | Advice::KeepTags => "Is this a placeholder of another program?",
        Advice::SetEncoding { .. } => "Which letters are right?",
        Advice::DecodeEntities => "Do HTML entities stand for characters?",
        Advice::SetDates { .. } => "Does the day or the month come first?",
        Advice::SetTexts { .. } => "Are these texts values?",
        Advice::SetHidden { .. } => "Do the hidden rows belong to the list?",
    }
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
