//! When people wrote, and in which time zone they are, as lists say it.

use jiff::tz::TimeZone;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::super::{files::OnDisk, *};
use crate::domain::{Timestamp, days::DayOrder, time::parse_zone};

fn now() -> Timestamp {
    Timestamp::parse("2026-11-29T12:00:00Z").unwrap()
}

fn plan(zone: &str, options: ReadingOptions) -> Plan {
    let times = Times { zone: parse_zone(zone).unwrap(), now: now() };
    Plan { times: Some(times), ..Plan::from(options) }
}

fn read(text: &str, zone: &str) -> Imported {
    OnDisk::new("l.csv", text.as_bytes()).import(&plan(zone, ReadingOptions::default())).unwrap()
}

/// When the people of the rows wrote, where that was lately.
fn wrote(imported: &Imported) -> Vec<String> {
    let shown = |at: Timestamp| at.to_string().replace(":00.000Z", "Z");
    imported.rows.iter().map(|row| row.wrote_at.map_or_else(String::new, shown)).collect()
}

/// A list whose people have these cells.
fn list(header: &str, cells: &[&str]) -> String {
    let row = |(n, cell): (usize, &&str)| format!("+9198000000{:02};{cell}\n", n + 1);
    format!("Phone;{header}\n{}", cells.iter().enumerate().map(row).collect::<String>())
}

#[test]
fn when_people_wrote_is_found_by_the_header_and_read_in_the_campaigns_zone() {
    for header in
        ["last_inbound", "last_message_at", "Last Seen", "Last Customer Message", "Letzte Nachricht"]
    {
        let cells = ["2026-11-29 10:00", "2026-11-29T04:30:00Z", "29.11.2026 10:00", "", "2026-11-01 10:00"];
        let imported = read(&list(header, &cells), "Asia/Kolkata");
        assert_eq!(
            wrote(&imported),
            ["2026-11-29T04:30Z", "2026-11-29T04:30Z", "2026-11-29T04:30Z", "", ""],
            "{header}"
        );
        assert_eq!(imported.report.columns["wrote_at"], Named::One(header.to_owned()));
        let (column, zone) = (header.to_owned(), "Asia/Kolkata".to_owned());
        assert!(imported.report.notes.contains(&Note::WroteAt { column, n: 4, n_open: 3, zone }));
    }
}

#[test]
fn a_column_that_holds_no_times_or_that_nobody_asks_for_is_none_of_when_people_wrote() {
    let text = list("Last message", &["Hello", "thank you"]);
    let imported = read(&text, "UTC");
    assert!(!imported.report.columns.contains_key("wrote_at"));
    let text = list("last_seen", &["2026-11-29 10:00", "2026-11-29 10:00"]);
    let without = OnDisk::new("l.csv", text.as_bytes()).import(&ReadingOptions::default()).unwrap();
    assert_eq!(wrote(&without), ["", ""]);
}

#[test]
fn a_later_row_may_show_which_number_is_the_day() {
    let mut cells = vec!["11/10/2026 10:00"; 3_000];
    cells.push("11/29/2026 10:00");
    let row = |(n, cell): (usize, &&str)| format!("+91980000{n:04},{cell}\n");
    let rows: String = cells.iter().enumerate().map(row).collect();
    let imported = read(&format!("Phone,last_seen\n{rows}"), "UTC");
    assert_eq!(wrote(&imported)[3_000], "2026-11-29T10:00Z");
    assert!(imported.report.notes.iter().all(|note| !matches!(note, Note::TimesUnread(_))));
}

#[test]
fn day_and_month_that_cannot_be_told_apart_are_a_question_and_never_guessed() {
    let file = OnDisk::new("l.csv", list("last_seen", &["11/12/2026", "05/06/2026", "5.6"]).as_bytes());
    let error = file.import(&plan("UTC", ReadingOptions::default())).err().unwrap();
    assert_eq!(error.code(), Some(FileCode::NeedsChoice));
    assert_eq!(error.choices(), ["day-first", "month-first"]);
    let question = error.question().unwrap();
    assert_eq!(question.subject, Subject::Dates { column: "last_seen".to_owned() });
    assert_eq!(question.choices[0].samples, ["11/12/2026 is 11 December 2026", "05/06/2026 is 5 June 2026"]);
    assert_eq!(question.choices[1].samples[0], "11/12/2026 is 12 November 2026");
    let mut said = ReadingOptions::default();
    said.follow(&question.choices[1].advice);
    assert_eq!(said.dates, Some(DayOrder::MonthFirst));
    let mixed = OnDisk::new("l.csv", list("last_seen", &["31/10/2026", "10/31/2026", "1/2/2026"]).as_bytes());
    assert!(mixed.import(&plan("UTC", ReadingOptions::default())).is_err(), "it is written in both ways");
    let answered = file.import(&plan("UTC", said)).unwrap();
    let Some(Note::TimesUnread(cells)) =
        answered.report.notes.iter().find(|note| matches!(note, Note::TimesUnread(_)))
    else {
        panic!("{:?}", answered.report.notes)
    };
    assert_eq!((cells.n, cells.line, cells.example.as_str()), (1, 4, "5.6"));
}

#[test]
fn nobody_wrote_later_than_now_and_what_is_far_ahead_is_no_time_at_which_anybody_did() {
    let cells =
        ["2026-11-29 16:00", "2026-12-24 10:00", "2026-11-28 12:00", "2026-11-28 12:01", "1795953600"];
    let imported = read(&list("wrote_at", &cells), "UTC");
    assert_eq!(wrote(&imported), ["2026-11-29T12:00Z", "", "", "2026-11-28T12:01Z", "2026-11-29T12:00Z"]);
    let ahead = imported.report.notes.iter().find_map(|note| {
        let Note::TimesAhead(cells) = note else { return None };
        Some((cells.n, cells.line))
    });
    assert_eq!(ahead, Some((1, 3)));
}

#[test]
fn the_number_behind_a_date_of_a_sheet_says_which_day_it_is() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "Phone").unwrap().write_string(0, 1, "last_seen").unwrap();
    let format = Format::new().set_num_format("dd/mm/yyyy hh:mm");
    for (row, day) in [(1, 11), (2, 29)] {
        let at = ExcelDateTime::from_ymd(2026, 11, day).unwrap().and_hms(10, 0, 0).unwrap();
        sheet.write_string(row, 0, format!("+91980000000{row}")).unwrap();
        sheet.write_datetime_with_format(row, 1, &at, &format).unwrap();
    }
    let file = OnDisk::new("l.xlsx", &workbook.save_to_buffer().unwrap());
    let imported = file.import(&plan("UTC", ReadingOptions::default())).unwrap();
    assert_eq!(wrote(&imported), ["", "2026-11-29T10:00Z"]);
    // A single day of which the text alone says nothing.
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "Phone").unwrap().write_string(0, 1, "last_seen").unwrap();
    let at = ExcelDateTime::from_ymd(2026, 12, 11).unwrap();
    sheet.write_string(1, 0, "+919800000001").unwrap();
    sheet.write_datetime_with_format(1, 1, &at, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
    let file = OnDisk::new("l.xlsx", &workbook.save_to_buffer().unwrap());
    let times = Times { zone: TimeZone::UTC, now: Timestamp::parse("2026-12-11T12:00:00Z").unwrap() };
    let plan = Plan { times: Some(times), ..Plan::default() };
    assert_eq!(wrote(&file.import(&plan).unwrap()), ["2026-12-11T00:00Z"]);
}

#[test]
fn a_zone_is_known_by_its_name_and_what_is_none_costs_a_note() {
    let cells = ["Asia/Kolkata", "europe/berlin", "Mars", "", "Marsch"];
    let imported = read(&list("Time Zone", &cells), "UTC");
    let zones: Vec<_> =
        imported.rows.iter().map(|row| row.time_zone.as_deref().unwrap_or_default()).collect();
    assert_eq!(zones, ["Asia/Kolkata", "Europe/Berlin", "", "", ""]);
    let note = Cells { column: "Time Zone".to_owned(), n: 2, line: 4, example: "Mars".to_owned() };
    assert!(imported.report.notes.contains(&Note::NoTimeZone(note)), "{:?}", imported.report.notes);
    assert_eq!(imported.report.queued, 5);
}

#[test]
fn a_column_that_was_named_is_read_whatever_its_header_is() {
    let text = "Phone,A,B\n+919800000001,2026-11-29 10:00,Asia/Tokyo\n";
    let mut options = ReadingOptions::default();
    options.pick(&Field::WroteAt, &[Column::Number(2)]);
    options.pick(&Field::TimeZone, &[Column::Named("B".to_owned())]);
    let imported = OnDisk::new("l.csv", text.as_bytes()).import(&plan("UTC", options)).unwrap();
    assert_eq!(wrote(&imported), ["2026-11-29T10:00Z"]);
    assert_eq!(imported.rows[0].time_zone.as_deref(), Some("Asia/Tokyo"));
    assert_eq!(
        imported.rows[0].cells,
        ["2026-11-29 10:00", "Asia/Tokyo"],
        "the results have them as they came"
    );
}
