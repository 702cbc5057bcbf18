//! Text files of other programs: quotes that are escaped by a backslash.

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
