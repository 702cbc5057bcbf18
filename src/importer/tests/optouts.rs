//! Files of people who said no: every number, with the reason and the time that the file gives.

use rust_xlsxwriter::Workbook;

use super::{
    files::{OnDisk, plan},
    *,
};

/// A file of people who said no, as CSV and as a workbook; both have to come out alike.
fn found(rows: &[&[&str]], plan: &(impl Clone + Into<Plan>)) -> OptOuts {
    let plan = &plan.clone().into();
    let quoted = |cell: &&str| format!("\"{}\"", cell.replace('"', "\"\""));
    let text: String =
        rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(";") + "\r\n").collect();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let of_text = opt_outs(&OnDisk::new("no.csv", text.as_bytes()).path(), plan).unwrap();
    let of_sheet = opt_outs(&OnDisk::new("no.xlsx", &bytes).path(), plan).unwrap();
    assert_eq!(of_text, of_sheet);
    of_text
}

fn numbers(found: &OptOuts) -> Vec<String> {
    found.numbers.iter().map(|opt_out| opt_out.number.e164()).collect()
}

/// The reason and the time of the first number.
fn first(found: &OptOuts) -> (Option<&str>, String) {
    let first = &found.numbers[0];
    (first.reason.as_deref(), first.at.map_or_else(String::new, |at| at.to_string()))
}

#[test]
fn every_number_of_every_column_and_cell_counts_in_any_language() {
    let german = found(
        &[
            &["Name", "Handy", "Telefon privat", "Festnetz", "Kunden-Nr."],
            &["Asha", "0171 3920009", "030 12345678", "0171 3920010 / 0171 3920011", "4711"],
            &["Om", "", "+49 171 3920012", "", "4712"],
        ],
        &plan("DE"),
    );
    let expected = ["+491713920009", "+493012345678", "+491713920010", "+491713920011", "+491713920012"];
    assert_eq!(numbers(&german), expected);
    assert_eq!((german.n_rows, german.n_unread), (2, 0));
    let brazilian = found(
        &[
            &["Nome", "Celular", "WhatsApp", "Outro telefone"],
            &["Bia", "(75) 98825-1234", "557588251234", "11 96123-4567"],
        ],
        &plan("BR"),
    );
    // The first two are one person.
    assert_eq!(numbers(&brazilian), ["+5575988251234", "+5511961234567"]);
    let of_others = found(
        &[
            &["Customer Phone", "Alternate Mobile", "Emergency contact phone", "Fax"],
            &["+919845012345", "+919845012346", "+919845012347", ""],
        ],
        &plan(""),
    );
    assert_eq!(of_others.numbers.len(), 3);
    assert_eq!(of_others.columns, ["Customer Phone", "Alternate Mobile", "Emergency contact phone"]);
}

#[test]
fn a_line_that_cannot_be_read_costs_itself_alone() {
    let found = found(
        &[
            &["Phone", "Mobile"],
            &["98450 12345", "never"],
            &["9.19E+11", ""],
            &["", "n/a"],
            &["98450 12346 / 98", "98450 12347 / 1234567"],
            &["94766299944", ""],
        ],
        &plan("IN"),
    );
    assert_eq!(numbers(&found), ["+919845012345", "+919845012347"]);
    let unread: Vec<_> = found.unread.iter().map(|unread| (unread.line, unread.column.as_str())).collect();
    assert_eq!(unread, [(2, "Mobile"), (3, "Phone"), (4, ""), (5, "Phone"), (5, "Mobile"), (6, "Phone")]);
    assert_eq!((found.n_rows, found.n_unread), (2, 6));
}

#[test]
fn a_file_without_any_number_that_can_be_used_is_refused() {
    let file = OnDisk::new("no.csv", b"Phone,Name\n98,Asha\n99,Om\n");
    let refused = opt_outs(&file.path(), &plan("IN").into()).unwrap_err();
    assert!(matches!(refused, OptOutError::Rows { n: 2, line: 2, .. }), "{refused}");
}

#[test]
fn reasons_and_times_are_the_files_own_in_any_language() {
    for (headers, cells, expected) in [
        (
            ["UNSUB_TIME", "UNSUB_REASON"],
            ["2026-10-01 10:00:00", "NORMAL"],
            (Some("NORMAL"), "2026-10-01T10:00:00.000Z"),
        ),
        (["Datum", "Grund"], ["31.10.2026", "zu viele"], (Some("zu viele"), "2026-10-31T00:00:00.000Z")),
        (
            ["Fecha de baja", "Motivo"],
            ["31/10/2026 18:30", "ya no"],
            (Some("ya no"), "2026-10-31T18:30:00.000Z"),
        ),
        (
            ["added_at", "reason"],
            ["2026-10-01T10:00:00Z", "'=asked"],
            (Some("=asked"), "2026-10-01T10:00:00.000Z"),
        ),
        (["Opted out on", "Remarks"], ["", "by phone"], (None, "")),
        (["Opt-out date", "Comment"], ["2026-10-01", "n/a"], (None, "2026-10-01T00:00:00.000Z")),
        // What could be two days stays as it is, behind the reason.
        (["Date", "Reason"], ["03/04/2026", "asked"], (Some("asked (03/04/2026)"), "")),
        (["Date of birth", "City"], ["2001-10-01", "Pune"], (None, "")),
    ] {
        let rows: [&[&str]; 2] = [&["Phone", headers[0], headers[1]], &["+919845012345", cells[0], cells[1]]];
        let found = found(&rows, &Plan::default());
        let (reason, at) = first(&found);
        if headers[1] == "Remarks" {
            assert_eq!(reason, Some("by phone"));
        } else {
            assert_eq!((reason, at.as_str()), expected, "{headers:?}");
        }
    }
    // Of several times the one at which somebody left.
    let rows: [&[&str]; 2] = [
        &["Phone Number", "OPTIN_TIME", "CONFIRM_TIME", "UNSUB_TIME"],
        &["+919823456711", "2024-01-01 10:00:00", "2024-01-02 10:00:00", "2026-10-01 10:00:00"],
    ];
    assert_eq!(first(&found(&rows, &Plan::default())).1, "2026-10-01T10:00:00.000Z");
}
