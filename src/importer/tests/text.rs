//! Text of other programs: quotes that are escaped by a backslash, HTML entities.

use super::{files::OnDisk, *};

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importer/cells").join(name);
    std::fs::read(path).unwrap()
}

fn read(bytes: &[u8]) -> Imported {
    OnDisk::new("a.csv", bytes).import(&ReadingOptions::default()).unwrap()
}

/// The cells that are kept of the rows that would be sent to.
fn cells(imported: &Imported) -> Vec<Vec<&str>> {
    let good = imported.rows.iter().filter(|row| matches!(row.standing, Standing::Good(_)));
    good.map(|row| row.cells.iter().map(String::as_str).collect()).collect()
}

fn lines(imported: &Imported) -> Vec<u64> {
    imported.accepted().into_iter().map(|(line, _)| line).collect()
}

#[test]
fn a_file_that_escapes_quotes_by_backslashes_throughout_is_read_as_meant() {
    let imported = read(&fixture("backslash-quotes.csv"));
    let expected =
        [[r#"Asha "AJ" Rao"#, "Pune"], [r#"The "Shop", Pune"#, "Pune"], ["Ravi", "Delhi"]].map(Vec::from);
    assert_eq!(cells(&imported), expected);
    assert!(imported.report.notes.contains(&Note::BackslashQuotes));

    let german = "Kunde;Handy\r\n\"M\u{fc}ller \\\"Mimi\\\"; K\u{f6}ln\";+4915112345678\r\n\"C:\\\\\";+4915112345679\r\n";
    let french = "T\u{e9}l\u{e9}phone\tNom\n+33612345678\t\"\\\"Chez Luc\\\"\"\n+33612345679\t\"a\\nb\"\n";
    let over_lines = "Phone,Note\n+919823456710,\"one \\\"two\nthree\\\" four\"\n+919823456711,x\n";
    for (text, expected) in [
        (german, ["M\u{fc}ller \"Mimi\"; K\u{f6}ln", "C:\\"]),
        (french, ["\"Chez Luc\"", "a\\nb"]),
        (over_lines, ["one \"two\nthree\" four", "x"]),
    ] {
        let imported = read(text.as_bytes());
        assert_eq!(cells(&imported).concat(), expected, "{text}");
        assert!(imported.report.notes.contains(&Note::BackslashQuotes), "{text}");
    }
}

#[test]
fn a_backslash_at_the_end_of_a_cell_stays_where_quotes_are_doubled() {
    let text = "Folder,Phone,Note\n\"C:\\\",+919823456710,\"a \"\"b\"\"\"\n\"D:\\\",+919823456711,\"x\\\"\n";
    let imported = read(text.as_bytes());
    assert_eq!(cells(&imported), [["C:\\", "a \"b\""], ["D:\\", "x\\"]]);
    assert!(!imported.report.notes.contains(&Note::BackslashQuotes));
    let alone = "Folder,Phone\n\"C:\\\",+919823456710\n\"D:\\\",+919823456711\n";
    assert_eq!(cells(&read(alone.as_bytes())).concat(), ["C:\\", "D:\\"]);
}

#[test]
fn a_row_whose_quotes_are_escaped_unlike_the_others_is_refused() {
    for (text, refused, accepted) in [
        (
            "Name,Phone\n\"A \"\"x\"\"\",+919823456710\n\"B \"\"w\"\" \\\"y\\\" z\",+919823456711\nC,+919823456712\n",
            3,
            vec![2, 4],
        ),
        ("Nome;Cellulare\n\"D:\\\";\"+393331234567\"\n\"B \\\"y\\\"\";\"+393331234568\"\n", 3, vec![2]),
        ("Nom,T\u{e9}l\u{e9}phone\n\"A \"\"\\\"x\",+33612345678\nB,+33612345679\n", 2, vec![3]),
    ] {
        let imported = read(text.as_bytes());
        assert_eq!(imported.rejected(), [(refused, "CSV_UNBALANCED_QUOTE")], "{text}");
        assert_eq!(lines(&imported), accepted, "{text}");
        assert!(imported.report.problems[0].message.contains("backslash"), "{text}");
    }
}

#[test]
fn a_record_larger_than_any_cell_is_followed_past_its_escaped_quotes() {
    let inside = "Eve,+919072304509\n\\\"x\\\"\n".repeat(20_000);
    let text = format!(
        "Name,Phone,Note\n\"A \\\"a\\\"\",+919541136571,\nB,+919533241052,\"{inside}\"\nC,+919786435888,\n"
    );
    let imported = read(text.as_bytes());
    assert_eq!(imported.rejected(), [(3, "CSV_UNBALANCED_QUOTE")]);
    assert_eq!(lines(&imported), [2, 40_004]);
}

/// What the notes say of entities: the column, how many cells, the first one and what it is decoded to.
fn entities(imported: &Imported) -> Vec<(&str, u64, &str, &str)> {
    let of = |note| {
        let &Note::Entities { ref column, n, ref example, ref decoded } = note else { return None };
        Some((column.as_str(), n, example.as_str(), decoded.as_str()))
    };
    imported.report.notes.iter().filter_map(of).collect()
}

#[test]
fn html_entities_in_columns_of_the_message_are_noted_and_decoded_when_that_is_said() {
    let workbook = {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet();
        for (row, cells) in
            [["Handy", "Kunde"], ["+4915112345678", "M&uuml;ller"], ["+4915112345679", "A & B"]]
                .into_iter()
                .enumerate()
        {
            for (column, cell) in cells.into_iter().enumerate() {
                sheet
                    .write_string(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), cell)
                    .unwrap();
            }
        }
        workbook.save_to_buffer().unwrap()
    };
    let french = "T\u{e9}l\u{e9}phone;Pr\u{e9}nom;Note\n+33612345678;\"Ren&eacute;\";\"a &lt; b\"\n+33612345679;\"Zo&#xEB;\";\n";
    let twice = "Phone,Company\n+919823456710,Tom &amp;amp; Co\n+919823456711,AT&T; R&D\n";
    for (name, bytes, variable, note, expected) in [
        (
            "a.csv",
            fixture("html-entities.csv"),
            "Name",
            ("Name", 3, "O&#039;Brien", "O'Brien"),
            vec!["O'Brien", "Tom & Co", "Jos\u{e9}"],
        ),
        (
            "a.xlsx",
            workbook,
            "Kunde",
            ("Kunde", 1, "M&uuml;ller", "M\u{fc}ller"),
            vec!["M\u{fc}ller", "A & B"],
        ),
        (
            "a.csv",
            french.as_bytes().to_vec(),
            "Pr\u{e9}nom",
            ("Pr\u{e9}nom", 2, "Ren&eacute;", "Ren\u{e9}"),
            vec!["Ren\u{e9}", "a < b", "Zo\u{eb}", ""],
        ),
        (
            "a.csv",
            twice.as_bytes().to_vec(),
            "Company",
            ("Company", 1, "Tom &amp;amp; Co", "Tom & Co"),
            vec!["Tom & Co", "AT&T; R&D"],
        ),
    ] {
        let file = OnDisk::new(name, &bytes);
        let with = |decodes_entities| {
            let message = Template::parse(&format!("Hi {{{{{variable}}}}}")).unwrap();
            let options = ReadingOptions { decodes_entities, ..ReadingOptions::default() };
            file.import(&Plan { message: Some(message), ..Plan::from(options) }).unwrap()
        };
        assert_eq!(entities(&with(false)), [note]);
        let decoded = with(true);
        assert_eq!(cells(&decoded).concat(), expected);
        assert_eq!(entities(&decoded), []);
        assert_eq!(entities(&file.import(&ReadingOptions::default()).unwrap()), [], "no message uses it");
    }
}
