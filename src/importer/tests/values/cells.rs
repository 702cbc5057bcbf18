//! What a sheet shows is what is read: hidden rows and formatted cells, in each kind of workbook.

use rust_xlsxwriter::{FilterCondition, Workbook};

use super::super::{files::OnDisk, workbooks::open_document, *};

fn fixture(name: &str) -> OnDisk {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importer/cells").join(name);
    OnDisk::new(name, &std::fs::read(path).unwrap())
}

fn saved(build: impl FnOnce(&mut Workbook)) -> OnDisk {
    let mut workbook = Workbook::new();
    build(&mut workbook);
    OnDisk::new("a.xlsx", &workbook.save_to_buffer().unwrap())
}

fn with(hidden: Hidden) -> ReadingOptions {
    ReadingOptions { hidden: Some(hidden), ..ReadingOptions::default() }
}

/// How many rows are hidden, of how many, and the headers that are filtered.
fn asked(file: &OnDisk) -> (u64, u64, Vec<String>) {
    let error = file.import(&ReadingOptions::default()).err().unwrap();
    assert_eq!(error.choices(), ["leave-out", "include"]);
    let subject = error.question().map(|question| question.subject.clone());
    let Some(Subject::HiddenRows { n_hidden, n_rows, filtered }) = subject else { panic!("{error}") };
    (n_hidden, n_rows, filtered)
}

fn accepted_lines(imported: &Imported) -> Vec<u64> {
    imported.accepted().into_iter().map(|(line, _)| line).collect()
}

#[test]
fn rows_that_a_filter_hides_are_asked_about_and_left_out_or_read() {
    let file = fixture("filtered-rows.xlsx");
    assert_eq!(asked(&file), (2, 4, vec!["City".to_owned()]));
    let left_out = file.import(&with(Hidden::LeaveOut)).unwrap();
    assert_eq!(accepted_lines(&left_out), [2, 4]);
    assert_eq!((left_out.report.rows, left_out.report.ignored), (2, 2));
    assert!(left_out.report.notes.contains(&Note::HiddenLeftOut { n_rows: 2 }));
    let included = file.import(&with(Hidden::Include)).unwrap();
    assert_eq!((accepted_lines(&included), included.report.ignored), (vec![2, 3, 4, 5], 0));
}

#[test]
fn rows_hidden_by_hand_and_by_a_filter_further_right_are_found_below_a_title() {
    let file = saved(|workbook| {
        let sheet = workbook.add_worksheet().set_name("Kunden & Co").unwrap();
        sheet.write_string(0, 2, "Stand Mai").unwrap();
        for (column, header) in (2..).zip(["Handy", "Ort"]) {
            sheet.write_string(1, column, header).unwrap();
        }
        for row in 2..200_u32 {
            sheet.write_string(row, 2, format!("+49151234{row:05}")).unwrap();
            sheet.write_string(row, 3, if row % 3 == 0 { "Köln" } else { "Bonn" }).unwrap();
            if row % 3 == 0 {
                sheet.set_row_hidden(row).unwrap();
            }
        }
        sheet.set_row_hidden(0).unwrap().set_row_hidden(300).unwrap();
        sheet.autofilter(1, 2, 199, 3).unwrap();
        sheet.filter_column(3, &FilterCondition::new().add_list_filter("Bonn")).unwrap();
    });
    assert_eq!(asked(&file), (66, 198, vec!["Ort".to_owned()]));
    let left_out = file.import(&with(Hidden::LeaveOut)).unwrap();
    assert_eq!((left_out.report.queued, left_out.report.rows), (132, 132));
}

#[test]
fn hidden_columns_titles_and_blank_rows_are_no_question() {
    let file = saved(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.write_string(0, 0, "Liste").unwrap();
        sheet.write_string(1, 0, "Téléphone").unwrap().write_string(1, 1, "Nom").unwrap();
        sheet.write_string(2, 0, "+33612345678").unwrap().write_string(2, 1, "Ana").unwrap();
        sheet.write_string(4, 0, "+33612345679").unwrap().write_string(4, 1, "Luc").unwrap();
        sheet.set_column_hidden(0).unwrap();
        sheet.set_row_hidden(0).unwrap().set_row_hidden(3).unwrap().set_row_hidden(9).unwrap();
    });
    let imported = file.import(&ReadingOptions::default()).unwrap();
    assert_eq!(accepted_lines(&imported), [3, 5]);
}

#[test]
fn a_row_without_height_is_hidden_as_well() {
    let file = saved(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.write_string(0, 0, "Phone").unwrap();
        sheet.write_string(1, 0, "+919823456710").unwrap().write_string(2, 0, "+919823456711").unwrap();
        sheet.set_row_height(2, 0).unwrap();
    });
    assert_eq!(asked(&file), (1, 2, Vec::new()));
}

#[test]
fn the_hidden_rows_of_an_old_workbook_are_asked_about() {
    let file = fixture("hidden_and_formatted.xls");
    assert_eq!(asked(&file), (1, 3, Vec::new()));
    assert_eq!(accepted_lines(&file.import(&with(Hidden::LeaveOut)).unwrap()), [2, 4]);
    assert_eq!(accepted_lines(&file.import(&with(Hidden::Include)).unwrap()), [2, 3, 4]);
}

#[test]
fn the_hidden_rows_of_an_open_document_are_asked_about() {
    let row = |kind: &str, cells: [&str; 2]| {
        let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
        format!("<table:table-row{kind}>{}{}</table:table-row>", cell(cells[0]), cell(cells[1]))
    };
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>
        <table:table table:name="It's">{}{}{}{}<table:table-row table:visibility="collapse" table:number-rows-repeated="900000"><table:table-cell/></table:table-row></table:table>
        <table:database-ranges><table:database-range table:target-range-address="'It''s'.A1:'It''s'.B9"><table:filter><table:filter-condition table:field-number="1" table:value="Roma" table:operator="="/></table:filter></table:database-range></table:database-ranges>
        </office:spreadsheet></office:body></office:document-content>"#,
        row("", ["Cellulare", "Città"]),
        row("", ["+393331234567", "Roma"]),
        row(r#" table:visibility="filter""#, ["+393331234568", "Bari"]),
        row(r#" table:visibility="collapse" table:number-rows-repeated="2""#, ["+393331234569", "Bari"]),
    );
    let file = OnDisk::new("a.ods", &open_document(&content, ""));
    assert_eq!(asked(&file), (3, 4, vec!["Città".to_owned()]));
    let left_out = file.import(&with(Hidden::LeaveOut)).unwrap();
    assert_eq!(accepted_lines(&left_out), [2]);
    assert_eq!(left_out.report.ignored, 3);
}
