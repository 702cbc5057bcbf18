//! What is written is read back as it is in the queue, in every format.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Write},
    path::Path,
    sync::{Arc, Mutex},
};

use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;

use crate::{
    domain::{Delivery, Layout, NewRecipient, Phone, Rejection, RowCode, Standing, Status, Timestamp},
    queue::{
        Filter, Import, ResultRow,
        tests::filled::{self, Filled},
    },
    report::{
        error::ReportError,
        file::{
            encode::{Cells, Encoder},
            workbook::Sheets,
        },
        rows::{
            columns::Columns,
            results::{self, Format, Order},
        },
    },
};

const HEADERS: [&str; 5] = ["mobile", "order", "name", "status", "note"];

/// Texts that spreadsheets, CSV and XML trip over.
const NASTY: [&str; 16] = [
    "=1+1",
    "+1",
    "-x",
    "@a",
    "\tx",
    "say \"hi\", then\r\ngo",
    "one\ntwo\r",
    " blanks ",
    "'=1",
    "<script>&amp;</script>",
    "مرحبا \u{202e}abc",
    "＝1",
    "_x0041_",
    "👩‍👩‍👧",
    "\u{feff}bom",
    "a\u{0}b",
];

fn layout() -> Layout {
    Layout::new(HEADERS.map(str::to_owned).to_vec(), vec![0], [Some(1), None, None], BTreeMap::new())
}

fn good(line: u64, name: &str, note: &str) -> NewRecipient {
    NewRecipient {
        line,
        standing: Standing::Good(Phone::from_digits(919_800_000_000 + line).unwrap()),
        refs: [Some(format!("order-{line}")), None, None],
        cells: vec![name.to_owned(), "gold".to_owned(), note.to_owned()],
        wrote_at: None,
        time_zone: None,
        mends: None,
    }
}

fn rejected(line: u64, to: &str) -> NewRecipient {
    let rejection = Rejection {
        code: RowCode::PhoneScientific,
        column: "mobile".to_owned(),
        found: to.to_owned(),
        to: to.to_owned(),
        text: "digits are lost".to_owned(),
    };
    NewRecipient { standing: Standing::Rejected(rejection), ..good(line, "Asha", "") }
}

/// A recipient of each kind: accepted and read, failed, rejected, duplicate, queued.
async fn each_kind() -> Filled {
    let filled = Filled::empty().await;
    let duplicate = NewRecipient { line: 5, ..good(2, "Again", "") };
    let rows = vec![
        good(2, "=Asha", "x"),
        good(3, "Ben", ""),
        rejected(4, "9.19E+11"),
        duplicate,
        good(6, "Cy", ""),
    ];
    filled.import(layout(), rows).await;
    filled
        .alter(
            "update recipient set status = 'accepted', message_id = 'M1', attempts = 1,
                settled_at = 1790000001234, delivery = 'read', delivery_at = 1790000002000, read_at = 1790000002000, closes_at = 1790000009000,
                delivered_at = 1790000001500 where line = 2;
            update recipient set status = 'failed', code = 'WA400', error = 'refused, \"sorry\"', attempts = 3,
                settled_at = 1790000003000 where line = 3;",
        )
        .await;
    filled
}

/// An output whose bytes can be looked at afterwards.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn written(filled: &Filled, order: &Order) -> (u64, Vec<u8>) {
    let out = Kept::default();
    let done = results::write(&filled.queue, &filled.campaign, order, out.clone()).await.unwrap();
    let bytes = out.0.lock().unwrap().clone();
    (done.n_rows, bytes)
}

fn read_csv(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn read_xlsx(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheets = workbook.sheet_names();
    let mut rows = Vec::new();
    for sheet in sheets {
        for row in workbook.worksheet_range(&sheet).unwrap().rows() {
            rows.push(
                row.iter()
                    .map(|cell| {
                        assert!(matches!(cell, Data::String(_) | Data::Float(_) | Data::Empty), "{cell:?}");
                        cell.to_string()
                    })
                    .collect(),
            );
        }
    }
    rows
}

#[tokio::test]
async fn an_output_that_nobody_reads_is_told_apart_from_a_failure() {
    struct Gone(io::ErrorKind);
    impl Write for Gone {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let filled = each_kind().await;
    for format in Format::ALL {
        let order = Order { format, ..Order::default() };
        let closed = Gone(io::ErrorKind::BrokenPipe);
        let error = results::write(&filled.queue, &filled.campaign, &order, closed).await.unwrap_err();
        assert!(matches!(error, ReportError::Closed), "{format:?}: {error:?}");
        let full = Gone(io::ErrorKind::StorageFull);
        let error = results::write(&filled.queue, &filled.campaign, &order, full).await.unwrap_err();
        assert!(matches!(error, ReportError::Output(_)), "{format:?}: {error:?}");
    }
}

#[tokio::test]
async fn an_existing_file_is_replaced_only_when_told_to() {
    let filled = each_kind().await;
    let path = filled.folder.path().join("out.csv");
    std::fs::write(&path, "precious").unwrap();
    let order = Order::default();
    let write = |overwrite| results::write_file(&filled.queue, &filled.campaign, &order, &path, overwrite);
    assert!(matches!(write(false).await, Err(ReportError::Exists { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
    assert_eq!(write(true).await.unwrap().n_rows, 5);
    assert_eq!(std::fs::read(&path).unwrap(), written(&filled, &order).await.1);
}

#[tokio::test]
async fn a_row_that_is_missing_from_the_queue_is_noticed_and_no_file_appears() {
    let filled = each_kind().await;
    filled.alter("delete from recipient where line = 4").await;
    let path = filled.folder.path().join("out.csv");
    let error = results::write_file(&filled.queue, &filled.campaign, &Order::default(), &path, false)
        .await
        .unwrap_err();
    assert!(matches!(error, ReportError::DoesNotAddUp { expected: 5, found: 4, .. }), "{error:?}");
    assert!(!Path::new(&path).exists());
}

#[tokio::test]
async fn every_imported_row_has_one_row_in_file_order() {
    let filled = each_kind().await;
    let (n_rows, bytes) = written(&filled, &Order::default()).await;
    assert_eq!(n_rows, 5);
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap().replace("\r\n", "\n"), @r#"
    line,to,status,message_id,code,error,attempts,accepted_at,delivery,delivery_at,delivery_error,ref,ref1,ref2,file,delivered_at,read_at,window_until,replied_at,reply_kind,name,input_status,note
    2,+919800000002,accepted,M1,,,1,2026-09-21T14:13:21.234Z,read,2026-09-21T14:13:22.000Z,,order-2,,,list.csv,2026-09-21T14:13:21.500Z,2026-09-21T14:13:22.000Z,2026-09-21T14:13:29.000Z,,,=Asha,gold,x
    3,+919800000003,failed,,WA400,"refused, ""sorry""",3,,,,,order-3,,,list.csv,,,,,,Ben,gold,
    4,9.19E+11,rejected,,PHONE_SCIENTIFIC,digits are lost,0,,,,,order-4,,,list.csv,,,,,,Asha,gold,
    5,+919800000002,duplicate,,,same number as line 2,0,,,,,order-2,,,list.csv,,,,,,Again,gold,
    6,+919800000006,queued,,,,0,,,,,order-6,,,list.csv,,,,,,Cy,gold,
    "#);
}

#[tokio::test]
async fn lines_of_json_have_the_same_columns_and_null_for_what_is_not_known() {
    let filled = each_kind().await;
    let order = Order { format: Format::Jsonl, is_excel_safe: true, ..Order::default() };
    let (_, bytes) = written(&filled, &order).await;
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.lines().count(), 5);
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(
        first,
        serde_json::json!({
            "line": 2, "to": "+919800000002", "status": "accepted", "message_id": "M1", "code": null, "error": null,
            "attempts": 1, "accepted_at": "2026-09-21T14:13:21.234Z", "delivery": "read",
            "delivery_at": "2026-09-21T14:13:22.000Z", "delivery_error": null, "ref": "order-2", "ref1": null,
            "ref2": null, "file": "list.csv", "delivered_at": "2026-09-21T14:13:21.500Z",
            "read_at": "2026-09-21T14:13:22.000Z", "window_until": "2026-09-21T14:13:29.000Z", "replied_at": null,
            "reply_kind": null, "name": "=Asha", "input_status": "gold", "note": "x"
        })
    );
}

#[tokio::test]
async fn only_the_wanted_recipients_are_written() {
    let filled = each_kind().await;
    let lines = async |statuses: &[Status], deliveries: &[Delivery]| {
        let filter = Filter { statuses: statuses.to_vec(), deliveries: deliveries.to_vec() };
        let (n_rows, bytes) = written(&filled, &Order { filter, ..Order::default() }).await;
        let lines: Vec<_> = read_csv(&bytes)[1..].iter().map(|row| row[0].clone()).collect();
        assert_eq!(lines.len() as u64, n_rows);
        lines
    };
    assert_eq!(lines(&[Status::Failed, Status::Rejected], &[]).await, ["3", "4"]);
    assert_eq!(lines(&[], &[Delivery::Read]).await, ["2"]);
    assert!(lines(&[Status::Failed], &[Delivery::Read]).await.is_empty());
}

#[tokio::test]
async fn several_files_stand_one_after_the_other_with_their_columns_united() {
    let filled = each_kind().await;
    let headers = ["name", "phone", "city"].map(str::to_owned).to_vec();
    let row = NewRecipient { cells: vec!["Dee".to_owned(), "Pune".to_owned()], ..good(77, "", "") };
    let other = Layout::new(headers, vec![1], [None, None, None], BTreeMap::new());
    filled.import(other, vec![row]).await;
    let rows = read_csv(&written(&filled, &Order::default()).await.1);
    assert_eq!(rows[0][20..], ["name", "input_status", "note", "city"]);
    assert_eq!(rows[1][20..], ["=Asha", "gold", "x", ""]);
    assert_eq!(rows[6][20..], ["Dee", "", "", "Pune"]);
    assert_eq!((rows[6][0].as_str(), rows[6][14].as_str()), ("77", "list.csv"));
}

#[tokio::test]
async fn nasty_text_comes_back_unchanged_from_the_queue_through_every_format() {
    let filled = Filled::empty().await;
    let rows: Vec<_> = (2..).zip(NASTY).map(|(line, text)| good(line, text, text)).collect();
    filled.import(layout(), rows).await;
    let csv = read_csv(&written(&filled, &Order::default()).await.1);
    let xlsx = read_xlsx(&written(&filled, &Order { format: Format::Xlsx, ..Order::default() }).await.1);
    for (index, text) in NASTY.iter().enumerate() {
        assert_eq!((csv[index + 1][20].as_str(), csv[index + 1][22].as_str()), (*text, *text));
        assert_eq!((xlsx[index + 1][20].as_str(), xlsx[index + 1][22].as_str()), (*text, *text));
    }
}

#[tokio::test]
async fn the_times_of_a_workbook_are_dates_of_a_zone_and_its_counts_are_numbers() {
    let columns = Columns::new(&[import()]);
    let cells = Cells { columns: &columns, is_safe: false };
    let written = |zone: &str| {
        let zone = crate::domain::time::parse_zone(zone).unwrap();
        let mut sheets = Sheets::new(None, zone).unwrap();
        sheets.add_sheet(&cells).unwrap();
        // 2026-10-25T00:30:00Z: half past two in Berlin for the first time that night.
        let at = Some(1_792_888_200_000);
        let row = ResultRow { status: Status::Accepted, settled_at: at, delivery_at: at, ..filled::row() };
        sheets.row(&cells, 1, &row).unwrap();
        // No spreadsheet knows this day.
        let row = ResultRow { delivery_at: Some(i64::MAX), ..filled::row() };
        sheets.row(&cells, 1, &row).unwrap();
        sheets.save(Vec::new()).unwrap()
    };
    let bytes = written("Europe/Berlin");
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(&bytes)).unwrap();
    let range = workbook.worksheet_range("results").unwrap();
    let header: Vec<_> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        header[..crate::report::OURS.len()],
        crate::report::OURS,
        "the names are those of every format"
    );
    let at = |row: u32, name: &str| {
        let column = header.iter().position(|known| known == name).unwrap();
        range.get_value((row, u32::try_from(column).unwrap())).cloned().unwrap_or(Data::Empty)
    };
    let Data::DateTime(accepted) = at(1, "accepted_at") else { panic!("{:?}", at(1, "accepted_at")) };
    let (year, month, day, hour, minute, second, _) = accepted.to_ymd_hms_milli();
    assert_eq!((year, month, day, hour, minute, second), (2026, 10, 25, 2, 30, 0));
    assert!(matches!(at(1, "line"), Data::Float(_)) && matches!(at(1, "attempts"), Data::Float(_)));
    assert!(matches!(at(2, "delivery_at"), Data::String(_)), "{:?}", at(2, "delivery_at"));
    let part = |name: &str| {
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        io::read_to_string(archive.by_name(name).unwrap()).unwrap()
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<autoFilter ref=\"A1:") && sheet.contains("state=\"frozen\""), "{sheet}");
    assert!(sheet.contains("<col min=\"8\" max=\"8\" width=\"22"), "{sheet}");
    assert!(part("xl/comments1.xml").contains("Times are in Europe/Berlin."));
}

#[tokio::test]
async fn what_a_spreadsheet_would_execute_is_text_when_asked_for() {
    let filled = Filled::empty().await;
    filled.import(layout(), vec![good(2, "=1+1", "-75.68"), rejected(3, "=HYPERLINK()")]).await;
    let read = async |format| {
        let order = Order { format, is_excel_safe: true, ..Order::default() };
        let bytes = written(&filled, &order).await.1;
        if format == Format::Csv { read_csv(&bytes) } else { read_xlsx(&bytes) }
    };
    let rows = read(Format::Csv).await;
    assert_eq!((rows[1][1].as_str(), rows[2][1].as_str()), ("+919800000002", "'=HYPERLINK()"));
    assert_eq!((rows[1][20].as_str(), rows[1][22].as_str()), ("'=1+1", "-75.68"));
    // The cells of a workbook are text.
    let rows = read(Format::Xlsx).await;
    assert_eq!((rows[1][1].as_str(), rows[2][1].as_str()), ("+919800000002", "=HYPERLINK()"));
    assert_eq!((rows[1][20].as_str(), rows[1][22].as_str()), ("=1+1", "-75.68"));
}

#[tokio::test]
async fn a_text_too_long_for_a_workbook_is_shortened_and_marked_and_the_rest_is_whole() {
    for text in ["x".repeat(40_000), "😀".repeat(20_000), "x".repeat(32_768)] {
        let filled = Filled::empty().await;
        filled.import(layout(), vec![good(2, "Asha", &text), good(3, "Rahul", "short")]).await;
        let order = Order { format: Format::Xlsx, ..Order::default() };
        let path = filled.folder.path().join("out.xlsx");
        let done = results::write_file(&filled.queue, &filled.campaign, &order, &path, false).await.unwrap();
        assert_eq!((done.n_rows, done.n_shortened), (2, 1));
        let rows = read_xlsx(&std::fs::read(&path).unwrap());
        let cell = &rows[1][22];
        assert!(cell.ends_with(" … [shortened]") && cell.encode_utf16().count() <= 32_767);
        assert!(
            cell.encode_utf16().count() >= 32_766
                && text.starts_with(cell.trim_end_matches(" … [shortened]"))
        );
        assert_eq!((rows.len(), rows[2][22].as_str()), (3, "short"));
        let csv = read_csv(&written(&filled, &Order::default()).await.1);
        assert_eq!(csv[1][22], text);
    }
    let filled = Filled::empty().await;
    filled.import(layout(), vec![good(2, "Asha", &"x".repeat(32_767))]).await;
    let order = Order { format: Format::Xlsx, ..Order::default() };
    assert_eq!(read_xlsx(&written(&filled, &order).await.1)[1][22].len(), 32_767);
}

fn import() -> Import {
    Import {
        import_id: 1,
        file_name: "list.csv".to_owned(),
        sha256: String::new(),
        layout: layout(),
        first_recipient_id: 1,
        last_recipient_id: 1,
        n_mended: 0,
        imported_at: Timestamp(0),
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(NASTY.as_slice()).prop_map(str::to_owned),
        "[=+@\\-]?[a-z \"',;\\t\\r\\n]{0,6}",
        ".{0,12}",
        "(_x[0-9A-Fa-f]{4}_|[_x<&]){1,4}",
    ]
}

fn any_row() -> impl Strategy<Value = ResultRow> {
    let texts = (any_text(), any_text(), proptest::option::of(any_text()));
    (texts, proptest::collection::vec(any_text(), 3), any_text()).prop_map(
        |((code, error, message_id), cells, tag)| ResultRow {
            number: None,
            input_to: Some("12".to_owned()),
            status: Status::Rejected,
            message_id,
            code: Some(code),
            error: Some(error),
            refs: [Some(tag), None, None],
            cells: Some(cells),
            ..filled::row()
        },
    )
}

/// The cells that must come back.
fn expected(row: &ResultRow) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let head = ["2".to_owned(), "12".to_owned(), "rejected".to_owned()];
    let rest = [text(&row.message_id), text(&row.code), text(&row.error), "0".to_owned()];
    let blanks = std::iter::repeat_n(String::new(), 4);
    let tags = [text(&row.refs[0]), String::new(), String::new()];
    let cells = row.cells.clone().unwrap();
    let file = std::iter::once("list.csv".to_owned()).chain(std::iter::repeat_n(String::new(), 5));
    head.into_iter().chain(rest).chain(blanks).chain(tags).chain(file).chain(cells).collect()
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back_equal(rows in proptest::collection::vec(any_row(), 1..5)) {
        let columns = Columns::new(&[import()]);
        let cells = Cells { columns: &columns, is_safe: false };
        let expected: Vec<_> = rows.iter().map(expected).collect();

        let mut csv = Encoder::csv(Vec::new(), &cells).unwrap();
        let mut sheets = Sheets::new(None, jiff::tz::TimeZone::UTC).unwrap();
        sheets.add_sheet(&cells).unwrap();
        let mut xlsx = Encoder::Xlsx(Box::new(sheets), Vec::new());
        for row in &rows {
            csv.row(&cells, 1, row).unwrap();
            xlsx.row(&cells, 1, row).unwrap();
        }
        prop_assert_eq!(&read_csv(&csv.finish().unwrap())[1..], &expected[..]);
        prop_assert_eq!(&read_xlsx(&xlsx.finish().unwrap())[1..], &expected[..]);
    }

    #[test]
    fn no_cell_of_a_safe_export_starts_like_a_formula(row in any_row()) {
        let columns = Columns::new(&[import()]);
        let cells = Cells { columns: &columns, is_safe: true };
        for value in cells.of(1, &row) {
            let text = value.text();
            // A signed number is no formula: nothing in it names a cell or a function, or is calculated.
            let of_number = |c: char| c.is_ascii_digit() || ".,' %\u{a0}\u{202f}".contains(c);
            let is_number = text.starts_with(['+', '-']) && text.chars().skip(1).all(of_number);
            prop_assert!(is_number || !text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']));
        }
    }
}

#[test]
fn a_full_sheet_is_followed_by_another_with_its_own_header() {
    let columns = Columns::new(&[import()]);
    let cells = Cells { columns: &columns, is_safe: false };
    let mut sheets = Sheets::with_rows_max(None, jiff::tz::TimeZone::UTC, 3).unwrap();
    sheets.add_sheet(&cells).unwrap();
    let mut row = filled::row();
    for line in 2..7 {
        row.line = line;
        sheets.row(&cells, 1, &row).unwrap();
    }
    let rows = read_xlsx(&sheets.save(Vec::new()).unwrap());
    let lines: Vec<_> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(lines, ["line", "2", "3", "line", "4", "5", "line", "6"]);
}
