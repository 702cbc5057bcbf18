//! Workbooks, friendly and hostile.

use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;

use super::{
    files::{OnDisk, plan},
    *,
};

fn saved(build: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    build(&mut workbook);
    workbook.save_to_buffer().unwrap()
}

fn list(workbook: &mut Workbook, name: &str, first: f64) {
    let sheet = workbook.add_worksheet().set_name(name).unwrap();
    sheet.write_string(0, 0, "Name").unwrap().write_string(0, 1, "Phone").unwrap();
    for row in 1..4_u32 {
        sheet.write_string(row, 0, "A").unwrap().write_number(row, 1, first + f64::from(row)).unwrap();
    }
}

/// A workbook of one sheet with that XML.
pub(super) fn raw(sheet: &str, strings: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 5] = [
        ("_rels/.rels", br#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", strings),
    ];
    for (name, bytes) in parts {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_sheet_that_cannot_be_told_from_another_is_asked_for() {
    let bytes = saved(|workbook| {
        list(workbook, "January", 919_541_136_570.0);
        list(workbook, "February", 919_533_241_050.0);
        workbook.add_worksheet().set_name("Notes").unwrap().write_string(0, 0, "hello").unwrap();
    });
    let file = OnDisk::new("a.xlsx", &bytes);
    let error = file.import(&plan("IN")).err().unwrap();
    assert_eq!(
        (error.code(), error.choices()),
        (Some(FileCode::NeedsChoice), vec!["January".to_owned(), "February".to_owned()])
    );
    let imported = file.import(&ReadingOptions { sheet: Some("february".to_owned()), ..plan("IN") }).unwrap();
    assert_eq!(imported.accepted()[0], (2, "+919533241051".to_owned()));
    let missing =
        file.import(&ReadingOptions { sheet: Some("March".to_owned()), ..plan("IN") }).err().unwrap();
    assert!(matches!(missing, FileError::Refused(Refusal::NoSuchPart { found, question })
            if found == "March" && question.subject == Subject::Sheet));
}

#[test]
fn the_only_sheet_with_numbers_is_used_and_noted() {
    let bytes = saved(|workbook| {
        workbook.add_worksheet().set_name("Notes").unwrap().write_string(0, 0, "hello").unwrap();
        list(workbook, "People", 919_541_136_570.0);
    });
    let imported = OnDisk::new("a.xlsx", &bytes).import(&plan("IN")).unwrap();
    assert_eq!(imported.report.detected.sheet.as_deref(), Some("People"));
    assert_eq!(imported.accepted().len(), 3);
}

#[test]
fn two_cells_far_apart_cost_no_memory() {
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Phone</t></is></c></row><row r="2"><c r="A2"><v>919541136571</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    let imported = OnDisk::new("a.xlsx", &raw(sheet, b"<sst/>")).import(&plan("IN")).unwrap();
    assert_eq!(imported.accepted(), [(2, "+919541136571".to_owned())]);
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read() {
    let sheet = "<worksheet><sheetData/></worksheet>";
    let bytes = raw(sheet, &vec![b' '; 3 << 20]);
    let limited = ReadingOptions { size_max: Some(1 << 20), ..plan("IN") };
    let code = OnDisk::new("a.xlsx", &bytes).import(&limited).err().and_then(|error| error.code());
    assert_eq!(code, Some(FileCode::ZipTooLarge));
}

#[test]
fn a_sheet_of_broken_xml_is_refused() {
    let half = r#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Phone</t></is></c></row><row r="2"><c r="A2"><v>9195"#;
    let code =
        OnDisk::new("a.xlsx", &raw(half, b"<sst/>")).import(&plan("IN")).err().and_then(|error| error.code());
    assert_eq!(code, Some(FileCode::Corrupt));
}

pub(super) fn open_document(content: &str, manifest: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    for (name, text) in [("mimetype", kind), ("META-INF/manifest.xml", manifest), ("content.xml", content)] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn an_open_document_is_read_with_its_repeats_comments_and_hidden_sheets() {
    let content = r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s"><office:automatic-styles><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>
        <table:table table:name="Old" table:style-name="ta2"><table:table-row><table:table-cell><text:p>Phone</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>9786435888</text:p></table:table-cell></table:table-row></table:table>
        <table:table table:name="List"><table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
        <table:table-row><table:table-cell><text:p>A &amp; B</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"/><table:table-cell><office:annotation><text:p>9533241052</text:p></office:annotation><text:p>Phone</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell><text:p>x<text:s text:c="2"/>y</text:p><text:p>z</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="float" office:value="919541136571"><text:p>9.2E+11</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="9"/></table:table-row>
        <table:table-row><table:table-cell table:number-columns-repeated="3"/><table:table-cell><text:p>9072304509</text:p></table:table-cell></table:table-row></table:table>
        </office:spreadsheet></office:body></office:document-content>"#;
    let imported = OnDisk::new("a.ods", &open_document(content, "")).import(&plan("IN")).unwrap();
    assert_eq!(imported.accepted(), [(4, "+919541136571".to_owned()), (8, "+919072304509".to_owned())]);
    assert_eq!(imported.rows[0].cells[0], "x  y\nz");
    assert_eq!((imported.report.detected.header, imported.report.ignored), (Some(3), 3));
    let locked = open_document("x", "<manifest:encryption-data/>");
    let code = OnDisk::new("a.ods", &locked).import(&plan("IN")).err().and_then(|error| error.code());
    assert_eq!(code, Some(FileCode::Encrypted));
}

// Written with PyPI xlwt: two sheets, the second hidden; numbers as numbers and as text.
#[test]
fn an_old_workbook_is_read_and_half_of_one_is_refused() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importer/old_workbook.xls");
    let bytes = std::fs::read(path).unwrap();
    let imported = OnDisk::new("a.xls", &bytes).import(&plan("IN")).unwrap();
    let numbers: Vec<String> = imported.accepted().into_iter().map(|(_, to)| to).collect();
    assert_eq!(numbers, ["+919541136571", "+919533241052", "+919072304509"]);
    assert_eq!(imported.rejected(), [(6, "PHONE_MISSING")]);
    for length in [600, 1_500, 3_000, 5_000] {
        let code =
            OnDisk::new("a.xls", &bytes[..length]).import(&plan("IN")).err().and_then(|error| error.code());
        assert_eq!(code, Some(FileCode::Corrupt), "{length}");
    }
}

#[test]
fn an_old_workbook_whose_sectors_form_a_ring_is_refused() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importer/old_workbook.xls");
    let mut bytes = std::fs::read(path).unwrap();
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    // The directory's sector is followed by itself ([MS-CFB] 2.2: where the directory and the first table are).
    let (directory, table) = (word(48), word(76) as usize);
    let entry = (table + 1) * 512 + directory as usize * 4;
    bytes[entry..entry + 4].copy_from_slice(&directory.to_le_bytes());
    let refused = OnDisk::new("a.xls", &bytes).import(&plan("IN")).err();
    assert_eq!(refused.and_then(|error| error.code()), Some(FileCode::Corrupt));
}

#[test]
fn a_number_in_a_column_of_dates_is_a_number() {
    let bytes = saved(|workbook| {
        let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
        let sheet = workbook.add_worksheet();
        sheet.write_string(0, 0, "Phone").unwrap();
        sheet.write_number_with_format(1, 0, 9_541_136_571.0, &day).unwrap();
        sheet.write_number_with_format(2, 0, 45_000.0, &day).unwrap();
    });
    let imported = OnDisk::new("a.xlsx", &bytes).import(&plan("IN")).unwrap();
    assert_eq!(imported.accepted(), [(2, "+919541136571".to_owned())]);
    assert_eq!(imported.report.problems[0].value, "15/03/2023");
}

#[test]
fn a_text_that_never_ends_is_refused_before_it_is_in_memory() {
    let sheet = format!(
        "<worksheet><sheetData><row r=\"1\"><c><v>{}</v></c></row></sheetData></worksheet>",
        "1".repeat(17 << 20)
    );
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = zip::write::SimpleFileOptions::default();
    for (name, text) in [("xl/workbook.xml", "<workbook/>"), ("xl/worksheets/sheet1.xml", &sheet)] {
        writer.start_file(name, packed).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    let error = OnDisk::new("a.xlsx", &bytes).import(&plan("IN")).err().unwrap();
    assert_eq!(error.code(), Some(FileCode::ZipTooLarge));
}
