//! What was found in a list, and why one is not read: notes, refusals, and what to do about rejected rows.

use super::{
    Face,
    question::{option, options, question, shell_word},
    shell_quoted,
    texts::WordingTexts,
};
use crate::{
    domain::{RowCode, message::layout::fold},
    importer::{
        Advice, Cells, Field, FileError, Group, Mark, Note, Offer, OptOutError, ReadingOptions, Refusal,
        Subject, Unwilling,
    },
};

/// A note: a sentence without a full stop.
pub fn note(note: &Note, face: Face) -> String {
    match note {
        Note::AnsweredBefore { answers, headers } => answered_before(answers, headers, face),
        Note::ImportedBefore { file_name } => {
            format!("the same file was imported before, as {}; nobody is added twice", face.name(file_name))
        }
        Note::OwnColumnsLeftOut => {
            "the columns that an earlier import added to this file of refused rows are left out".to_owned()
        }
        Note::OneSheet { n_sheets, sheet } => {
            format!("of {n_sheets} sheets, {} is used; only it holds telephone numbers", face.name(sheet))
        }
        Note::OneMember { n_members, member } => {
            format!("of {n_members} files in the archive, {} is used", face.name(member))
        }
        Note::UnwillingMember { member } => format!(
            "WARNING: the name of {} says that these people unsubscribed or cannot be reached; do not send to them",
            face.name(member)
        ),
        Note::NotAllUtf8 { n_bytes } => {
            format!("the text is UTF-8 except for {n_bytes} bytes, which were read as windows-1252")
        }
        Note::BackslashQuotes => {
            r#"quotes inside of cells have a backslash in front (\"); it was removed"#.to_owned()
        }
        Note::Entities { .. } => entities(note, face),
        Note::EncodingGuessed { encoding } => encoding_guessed(encoding, face),
        Note::NumbersByContent { column } => {
            format!("column {} is taken for the number, because its cells hold numbers", face.name(column))
        }
        Note::SeveralNumberColumns { columns } => {
            let option = face.in_terminal(" (--column to=HEADER settles it)");
            let columns = face.names(columns);
            format!(
                "several columns hold numbers; the first valid one of a row is used, in this order: {columns}{option}"
            )
        }
        Note::CountryColumn { column } => format!(
            "numbers without a country code are read by the country in column {} of their row",
            face.name(column)
        ),
        Note::Unwilling(found) | Note::ConsentIgnored(found) => unwilling(found, face),
        Note::OpenQuote { line, n_rows } => open_quote(*line, *n_rows),
        Note::FormatUnknown { cell, code } => format!(
            "the format of cell {cell} ({}) is not understood; cells with it are read without it",
            face.name(code)
        ),
        Note::TakenAsBlank { text, n } => taken_as_blank(text, *n, face),
        Note::HiddenLeftOut { n_rows } => hidden_left_out(*n_rows, face),
        Note::Offer(found) => offer(found, face),
        Note::FurtherNumbers { n } => further_numbers(*n, face),
        Note::Marked { mark, n } => marked(*mark, *n),
        Note::ControlCharacters { column, n, example } => controls(column, *n, example, face),
        Note::Lacking { variable, column, n, n_rows } => lacking(variable, column, [*n, *n_rows], face),
        Note::NulRemoved { n } => {
            format!("{} with NUL characters, which were removed", counted(*n, "cell", "cells"))
        }
        Note::ConsentBlank { n } => {
            format!("{} with a blank consent cell, which were not left out", counted(*n, "row", "rows"))
        }
        Note::TagsBlank { n } => {
            format!("{} left empty, because a value in it is blank", counted(*n, "tag", "tags"))
        }
        Note::CellsBeyond { n } => cells_beyond(*n),
        Note::WroteAt { .. }
        | Note::WroteAtUnused { .. }
        | Note::TimesUnread(_)
        | Note::TimesAhead(_)
        | Note::NoTimeZone(_) => moments(note, face),
    }
}

fn counted(n: u64, one: &str, several: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}

fn answered_before(answers: &ReadingOptions, headers: &[String], face: Face) -> String {
    let option = face.in_terminal(format!(":{} (--ask-again asks again)", options(answers, headers)));
    format!("read as it was said of an earlier file with the same header{option}")
}

fn further_numbers(n: u64, face: Face) -> String {
    let recipients = if n == 1 { "recipient" } else { "recipients" };
    let option = face.in_terminal(": --numbers all");
    format!("up to {n} more {recipients} if every number of a cell is used{option}")
}

/// When people wrote, and where they are.
fn moments(note: &Note, face: Face) -> String {
    if let Note::WroteAt { column, n, n_open, zone } = note {
        wrote_at(column, [*n, *n_open], zone, face)
    } else if let Note::WroteAtUnused { column } = note {
        wrote_at_unused(column, face)
    } else if let Note::TimesUnread(found) = note {
        let what = ["is no time that can be read", "are no times that can be read"];
        cells_unused(found, what, "they open no window", face)
    } else if let Note::TimesAhead(found) = note {
        let what = ["has a time that is still to come", "have times that are still to come"];
        cells_unused(found, what, "they open no window", face)
    } else if let Note::NoTimeZone(found) = note {
        let what = ["is no time zone such as Asia/Kolkata", "are no time zones such as Asia/Kolkata"];
        cells_unused(found, what, "the zone of the number counts there", face)
    } else {
        String::new()
    }
}

/// What is read of when people wrote.
fn wrote_at(column: &str, [n, n_open]: [u64; 2], zone: &str, face: Face) -> String {
    format!(
        "column {} says when people wrote: {} of {} within the last 24 hours (a time that names no zone is one of {zone})",
        face.name(column),
        crate::report::count(n_open),
        crate::report::count(n)
    )
}

fn wrote_at_unused(column: &str, face: Face) -> String {
    let option = face.in_terminal(" (KALEYRA_SENDER, or --sender of the campaign)");
    format!(
        "column {} says when people wrote; it opens no window, because it is not known to which business number{option}",
        face.name(column)
    )
}

/// That cells are not used: what they are, and what follows from it.
fn cells_unused(found: &Cells, [one, several]: [&str; 2], then: &str, face: Face) -> String {
    let Cells { column, n, line, example } = found;
    format!(
        "{} of column {} {} (the first on line {line}: {}); {then}",
        counted(*n, "cell", "cells"),
        face.name(column),
        if *n == 1 { one } else { several },
        face.name(example)
    )
}

fn entities(note: &Note, face: Face) -> String {
    let Note::Entities { column, n, example, decoded } = note else { return String::new() };
    let option = face.in_terminal(format!("; to decode them: {}", option(&Advice::DecodeEntities)));
    format!(
        "{} of column {} with HTML entities, which are sent as they are: {} is most likely meant as {}{option}",
        counted(*n, "cell", "cells"),
        face.name(column),
        face.name(example),
        face.name(decoded)
    )
}

fn controls(column: &str, n: u64, example: &str, face: Face) -> String {
    let option = face.in_terminal("; is it another encoding (--encoding)?");
    format!(
        "{} of column {} with control characters, such as {}{option}",
        counted(n, "cell", "cells"),
        face.name(column),
        face.name(example)
    )
}

fn cells_beyond(n: u64) -> String {
    format!("{} with cells to the right of the table, which were left out", counted(n, "row", "rows"))
}

fn lacking(variable: &str, column: &str, [n, n_rows]: [u64; 2], face: Face) -> String {
    let verb = if n == 1 { "lacks" } else { "lack" };
    format!(
        "{} of {} {verb} {}; to message them too, give a default in the message: {{{{{variable} | default(\"…\")}}}}",
        crate::report::count(n),
        crate::report::counted(n_rows, "row", "rows"),
        face.name(column)
    )
}

fn encoding_guessed(encoding: &str, face: Face) -> String {
    let option = face.in_terminal("; --encoding settles it");
    format!("the text is taken for {encoding}{option}")
}

fn open_quote(line: u64, n_rows: u64) -> String {
    format!(
        "the quote that opens on line {line} is never closed, and none of the {n_rows} rows after it can be used; \
         if they are the text of one cell, close the quote behind them"
    )
}

fn taken_as_blank(text: &str, n: u64, face: Face) -> String {
    let cells = counted(n, "cell", "cells");
    if text.is_empty() {
        return format!("{cells} with other texts that mean no value");
    }
    let option = face.in_terminal(format!("; to send it as text: --keep-text={}", shell_quoted(text)));
    format!("{cells} with {}, which is taken for a missing value{option}", face.name(text))
}

fn hidden_left_out(n_rows: u64, face: Face) -> String {
    let option = face.in_terminal("; --hidden include reads them");
    format!("{} that are hidden in the sheet were left out{option}", counted(n_rows, "row", "rows"))
}

fn marked(mark: Mark, n: u64) -> String {
    let what = match mark {
        Mark::None => "as they are",
        Mark::FromScientific => "written in scientific notation without losing a digit",
        Mark::FromFloat => "written as a decimal (…0.0), read as whole",
        Mark::FromGrouped => "written with thousands separators",
        Mark::AssumedInternational => "without +, valid only with the country code in front, read so",
        Mark::RepairedMexico => "with the former 1 after +52, which was dropped",
        Mark::RepairedBrazil => "without the ninth digit of Brazilian mobiles, which was added",
        Mark::Renumbered => "from before a change of the country's numbering plan, which were completed",
        Mark::NotMobile => "not of mobile phones; WhatsApp Business may still be in use there",
        Mark::Multiple => "from a cell with several numbers",
    };
    format!("{} {what}", counted(n, "number", "numbers"))
}

fn unwilling(found: &Unwilling, face: Face) -> String {
    let Unwilling { column, is_opt_out, n_left_out, n_rows, .. } = found;
    let answer = if *is_opt_out { "yes" } else { "no" };
    let option = face.in_terminal(format!(": {}", option(&found.advice())));
    format!(
        "WARNING: column {} is not read; {n_left_out} of {n_rows} rows are not left out that may belong to people who must \
         not be messaged. To leave out who says {answer} there{option}",
        face.name(&column.header)
    )
}

fn offer(found: &Offer, face: Face) -> String {
    let Offer { advice, n_valid, n_refused, is_at_least } = found;
    let at_least = if *is_at_least { "at least " } else { "" };
    let condition = match advice {
        Advice::SetRegion { includes_country_code: true, .. } => {
            "the numbers without + include the country code".to_owned()
        }
        Advice::SetRegion { region, .. } => {
            let name = region.map_or("no country", |region| region.name());
            format!("the numbers without + are numbers of {name}")
        }
        Advice::PickColumn { field: Field::Country, columns } => {
            let last = columns.last().map(|column| &column.header);
            format!("column {} says which country a number is of", face.names(last))
        }
        Advice::PickColumn { columns, .. } => {
            let last = columns.last().map(|column| &column.header);
            format!("their number is taken from column {}", face.names(last))
        }
        Advice::SetNumbers { .. } => "the first number of a cell is used".to_owned(),
        Advice::PickSheet { name } | Advice::PickMember { name } => format!("{} is read", face.name(name)),
        Advice::ReplaceTags { .. } => "the placeholders in the message are replaced".to_owned(),
        Advice::Suppress | Advice::ImportUnsubscribed => "the file is used".to_owned(),
        Advice::KeepTags => "the message is sent as it stands".to_owned(),
        Advice::LeaveOut { .. } | Advice::IgnoreConsent => "consent is read otherwise".to_owned(),
        Advice::SetHidden { .. } => "the hidden rows are read".to_owned(),
        Advice::SetEncoding { name } => format!("the text is {name}"),
        Advice::DecodeEntities => "HTML entities are decoded".to_owned(),
        Advice::SetDates { .. } => "the dates are read so".to_owned(),
        Advice::SetTexts { .. } => "these texts are values".to_owned(),
    };
    let option = face.in_terminal(format!(": {}", option(advice)));
    format!("{at_least}{n_valid} of {n_refused} refused rows become valid if {condition}{option}")
}

/// That no column gives these variables of the message; the headers most similar to the first of them first.
fn missing(variables: &[String], headers: &[String], face: Face) -> String {
    let tags: Vec<String> = variables.iter().map(|variable| format!("{{{{{variable}}}}}")).collect();
    let (such, add, one) = match variables {
        [_] => ("no such column", "it", "the one that is meant"),
        _ => ("no such columns", "them", "those that are meant"),
    };
    let near =
        variables.first().and_then(|variable| headers.iter().find(|header| is_misspelled(variable, header)));
    let meant = near.map(|header| format!("; did you mean {{{{{header}}}}}?")).unwrap_or_default();
    let option =
        |variable: &String| format!("--column {}=HEADER", shell_word(&Field::Variable(variable.clone())));
    let options: Vec<String> = variables.iter().map(option).collect();
    format!(
        "the message uses {}, and the file has {such}{meant}; its columns are {}; add {add} to the file, or name {one}{}",
        tags.join(", "),
        face.names(headers),
        face.in_terminal(format!(": {}", options.join(" ")))
    )
}

/// Why a list is not read, and what to do: a sentence without a full stop.
pub fn refusal(refusal: &Refusal, face: Face) -> String {
    match refusal {
        Refusal::Unusable { text, .. } => text.clone(),
        Refusal::TooLarge { bytes_max } => {
            let option = face.in_terminal(" with --max-size");
            format!(
                "more than {bytes_max} bytes would come out of this file; split it, or allow more{option}"
            )
        }
        Refusal::OnlyAHeader => match face {
            Face::Terminal => "the only row is taken for a header; if it is not one: --no-header".to_owned(),
            Face::Browser => "the only row is taken for a header; say so if it is not one".to_owned(),
        },
        Refusal::NoPhoneColumn { columns } => {
            let option = face.in_terminal(": --column to=HEADER");
            let columns = face.names(columns.iter().map(|column| &column.header));
            format!(
                "no column holds telephone numbers; its columns are {columns}. If one does, name it{option}"
            )
        }
        Refusal::NeedsChoice(asked) => question(asked, face),
        Refusal::NoSuchColumn { field, name, .. } => format!(
            "the file has no column {} (for {}); its columns are {}",
            face.name(name),
            face.name(field.name()),
            face.names(&refusal.choices())
        ),
        Refusal::MissingVariables { variables, .. } => missing(variables, &refusal.choices(), face),
        Refusal::NoSuchPart { found, question } => {
            let what = match &question.subject {
                Subject::Sheet => "sheet",
                Subject::Member { .. } => "member",
                Subject::NumberColumn { .. }
                | Subject::VariableColumn { .. }
                | Subject::Tags { .. }
                | Subject::Consent { .. } => "column",
                Subject::HiddenRows { .. }
                | Subject::Encoding
                | Subject::Blanks { .. }
                | Subject::Leavers { .. }
                | Subject::Dates { .. } => "answer",
            };
            let names = face.names(&refusal.choices());
            format!("there is no {what} {}; there are {names}", face.name(found))
        }
        Refusal::UnknownEncoding { found } => {
            let found = face.name(found);
            format!(
                "{found} is not an encoding; examples are utf-8, windows-1252, cp850, mac-roman, utf-16le, shift_jis"
            )
        }
        Refusal::BadDelimiter => {
            "the delimiter must be one ASCII character other than a quote, a letter or a line end".to_owned()
        }
    }
}

/// Why a file is not read, with the system's reason behind it where there is one.
pub fn file_error(error: &FileError, face: Face) -> Vec<String> {
    match error {
        FileError::Refused(refused) => vec![refusal(refused, face)],
        FileError::Unreadable { path, source } => {
            vec![format!("cannot read {}", face.name(&path.display().to_string())), source.to_string()]
        }
    }
}

/// Why the numbers of a file of people who said no are not taken.
pub fn opt_out_error(error: &OptOutError, face: Face) -> Vec<String> {
    match error {
        OptOutError::File(error) => file_error(error, face),
        OptOutError::Rows { .. } => vec![error.to_string()],
    }
}

/// What fixes all rows of a group; in a terminal with the option that may help.
pub fn what_to_do(group: &Group, face: Face) -> String {
    let texts = WordingTexts::current();
    let fix = match group.code {
        RowCode::PhoneMissing => texts.fix_missing,
        RowCode::PhoneScientific => texts.fix_scientific,
        RowCode::PhoneAmbiguousCountry => texts.fix_ambiguous,
        RowCode::PhonePlaceholder => texts.fix_placeholder,
        RowCode::PhoneTooShort | RowCode::PhoneTooLong | RowCode::PhoneInvalid => texts.fix_digits,
        RowCode::PhoneLetters => texts.fix_letters,
        RowCode::PhoneNotANumber => {
            let fix = texts.fix_not_a_number.to_string();
            // The option stands before the question mark.
            return match face {
                Face::Terminal => fix.replace('?', " (--column to=HEADER)?"),
                Face::Browser => fix,
            };
        }
        RowCode::PhoneExtension => texts.fix_extension,
        RowCode::PhoneControlChar => texts.fix_control,
        RowCode::PhoneMultiple => texts.fix_multiple,
        RowCode::PhoneType => texts.fix_type,
        RowCode::PhoneInvalidCountry => texts.fix_country,
        RowCode::NoConsent => texts.fix_consent,
        RowCode::TemplateValueMissing if !group.blank_columns.is_empty() => {
            return texts.fix_blank_columns.with(face.names(&group.blank_columns));
        }
        RowCode::TemplateValueMissing => texts.fix_blank,
        RowCode::BodyTooLong => texts.fix_body,
        RowCode::RefTooLong => texts.fix_ref,
        RowCode::RowExtraFields => texts.fix_fields,
        RowCode::CsvUnbalancedQuote => texts.fix_quote,
    };
    let option = if fix == texts.fix_ambiguous {
        " (--region IN)"
    } else if fix == texts.fix_digits {
        " (--region)"
    } else if fix == texts.fix_multiple {
        " (--numbers first)"
    } else {
        ""
    };
    format!("{fix}{}", face.in_terminal(option))
}

/// Whether two names differ by a letter or two, or by two letters that were swapped.
fn is_misspelled(name: &str, header: &str) -> bool {
    let (name, header) = (fold(name), fold(header));
    strsim::damerau_levenshtein(&name, &header) <= 1 + header.chars().count() / 6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::{ColumnName, Heading, Numbers};

    fn column(number: usize, header: &str) -> ColumnName {
        ColumnName { number, header: header.to_owned() }
    }

    fn offered(advice: Advice) -> Note {
        Note::Offer(Offer { advice, n_valid: 2, n_refused: 3, is_at_least: false })
    }

    #[test]
    fn an_offer_can_be_pasted_in_a_terminal_and_names_no_option_in_a_browser() {
        let region = |text: &str| text.parse().ok();
        let rows = "2 of 3 refused rows become valid if ";
        for (advice, words, option) in [
            (
                Advice::SetRegion { region: region("IN"), includes_country_code: false },
                "the numbers without + are numbers of India",
                "--region IN",
            ),
            (
                Advice::SetRegion { region: region("DE"), includes_country_code: true },
                "the numbers without + include the country code",
                "--region DE,international",
            ),
            (
                Advice::SetNumbers { numbers: Numbers::First },
                "the first number of a cell is used",
                "--numbers first",
            ),
        ] {
            let found = offered(advice);
            assert_eq!(note(&found, Face::Terminal), format!("{rows}{words}: {option}"));
            assert_eq!(note(&found, Face::Browser), format!("{rows}{words}"));
        }
        let advice =
            Advice::PickColumn { field: Field::To, columns: vec![column(1, "Tel"), column(4, "Mobile No")] };
        let text = note(&offered(advice), Face::Terminal);
        assert!(
            text.ends_with("from column `Mobile No`: --column to=\"Tel\" --column to=\"Mobile No\""),
            "{text}"
        );
    }

    #[test]
    fn no_page_names_an_option_of_the_command_line() {
        let columns = vec![Heading { header: "Name".to_owned(), values: Vec::new() }];
        let refusals = [
            Refusal::TooLarge { bytes_max: 1 },
            Refusal::OnlyAHeader,
            Refusal::NoPhoneColumn { columns: columns.clone() },
            Refusal::NoSuchColumn { field: Field::To, name: "Tel".to_owned(), columns: columns.clone() },
            Refusal::MissingVariables {
                variables: vec!["first name".to_owned()],
                columns,
                found: Vec::new(),
            },
            Refusal::UnknownEncoding { found: "klingon".to_owned() },
            Refusal::BadDelimiter,
        ];
        let texts = refusals.iter().map(|found| refusal(found, Face::Browser));
        let groups = RowCode::ALL.iter().map(|code| {
            let group =
                Group { code: *code, count: 1, examples: Vec::new(), blank_columns: vec!["a".to_owned()] };
            what_to_do(&group, Face::Browser)
        });
        let notes = [
            Note::EncodingGuessed { encoding: "windows-1252".to_owned() },
            Note::SeveralNumberColumns { columns: vec!["a".to_owned()] },
            Note::Unwilling(Unwilling {
                column: column(1, "a"),
                is_opt_out: false,
                n_left_out: 1,
                n_rows: 2,
                beside: Vec::new(),
            }),
            Note::FurtherNumbers { n: 1 },
        ];
        let notes = notes.iter().map(|found| note(found, Face::Browser));
        for text in texts.chain(groups).chain(notes) {
            assert!(!text.contains("--") && !text.contains('`'), "{text}");
        }
    }

    #[test]
    fn a_variable_that_is_missing_is_named_as_it_is_typed() {
        let columns = vec![Heading { header: "Name".to_owned(), values: Vec::new() }];
        let missing = Refusal::MissingVariables {
            variables: vec!["first name".to_owned()],
            columns,
            found: Vec::new(),
        };
        let text = refusal(&missing, Face::Terminal);
        assert!(text.ends_with("its columns are `Name`; add it to the file, or name the one that is meant: --column \"first name\"=HEADER"), "{text}");
    }
}
