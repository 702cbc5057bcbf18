//! What holds for every file, whatever is in it.

use proptest::prelude::*;

use super::{
    files::{OnDisk, plan},
    *,
};

/// How one line of the model is written.
#[derive(Debug, Clone)]
enum Line {
    Blank,
    Row { note: String },
}

fn line() -> impl Strategy<Value = Line> {
    prop_oneof![
        1 => Just(Line::Blank),
        4 => "[a-z,;\"\n]{0,12}".prop_map(|note| Line::Row { note }),
    ]
}

/// The file, the line at which each row starts, and each row's note.
fn written(lines: &[Line], end: &str) -> (String, Vec<u64>, Vec<String>) {
    let mut text = format!("Name,Note,Phone{end}");
    let (mut at, mut starts, mut notes) = (2, Vec::new(), Vec::new());
    for (index, line) in lines.iter().enumerate() {
        if let Line::Row { note } = line {
            let note = note.replace('\n', end);
            let quoted = note.replace('"', "\"\"");
            let number = 1_000_000 + index * 7;
            text.extend([format!("A,\"{quoted}\",+44740{number:07}")]);
            starts.push(at);
            at += note.matches(end).count() as u64;
            notes.push(note);
        }
        text.push_str(end);
        at += 1;
    }
    (text, starts, notes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), ending in "csv|xlsx|zip|xls") {
        // Whether it can be used does not matter here; that an answer comes does.
        drop(OnDisk::new(&format!("a.{ending}"), &bytes).import(&plan("IN")));
    }

    #[test]
    fn no_text_makes_it_panic_and_its_counts_add_up(text in "([-+0-9a-zA-Z,;\t|\"\r\n\u{0}\u{feff}é .'=]|PhoneNumber|Name,|95411365){0,80}") {
        if let Ok(imported) = OnDisk::new("a.csv", text.as_bytes()).import(&plan("IN")) {
            let report = &imported.report;
            prop_assert_eq!(report.rows, imported.rows.len() as u64);
            prop_assert_eq!(report.rows, report.queued + report.rejected + report.duplicate);
            let lines: Vec<u64> = imported.rows.iter().map(|row| row.line).collect();
            prop_assert!(lines.is_sorted(), "{:?}", lines);
        }
    }

    #[test]
    fn a_damaged_workbook_makes_it_answer(at in 0_usize..3_000, byte in any::<u8>()) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importer/corpus/35_excel_workbook.xlsx");
        let mut bytes = std::fs::read(path).unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        drop(OnDisk::new("a.xlsx", &bytes).import(&plan("IN")));
    }

    #[test]
    fn a_row_starts_where_its_line_starts(
        lines in prop::collection::vec(line(), 1..20),
        end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
    ) {
        let (text, starts, notes) = written(&lines, end);
        match OnDisk::new("a.csv", text.as_bytes()).import(&plan("GB")) {
            Err(_) => prop_assert!(starts.is_empty(), "{text:?}"),
            Ok(imported) => {
                let found: Vec<u64> = imported.rows.iter().map(|row| row.line).collect();
                prop_assert_eq!(found, starts, "{:?}", &text);
                let cells: Vec<String> = imported.rows.iter().map(|row| row.cells[1].clone()).collect();
                prop_assert_eq!(cells, notes, "{:?}", &text);
                prop_assert_eq!(imported.report.ignored, (lines.len() - imported.rows.len()) as u64);
            }
        }
    }

    #[test]
    fn every_encoding_gives_the_same_rows(names in prop::collection::vec("[a-zA-Zäöüéß ]{1,12}", 1..8)) {
        let mut text = "Name;Telefon;Ort\r\n".to_owned();
        for (index, name) in names.iter().enumerate() {
            text.extend([format!("{name};0171392{index:04};Köln\r\n")]);
        }
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (narrow, ..) = encoding_rs::WINDOWS_1252.encode(&text);
        let rows = |bytes: &[u8]| OnDisk::new("a.csv", bytes).import(&plan("DE")).unwrap().rows;
        let expected = rows(text.as_bytes());
        prop_assert_eq!(&rows(&wide), &expected);
        prop_assert_eq!(&rows(&narrow), &expected);
    }
}
