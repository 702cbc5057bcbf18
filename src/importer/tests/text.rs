//! Text of other programs: quotes that are escaped by a backslash, HTML entities, code pages.

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

fn greeting(options: ReadingOptions) -> Plan {
    Plan { message: Some(Template::parse("Hi {{Name}}").unwrap()), ..Plan::from(options) }
}

/// A list of these names, which are bytes of some encoding.
fn list(names: &[&[u8]]) -> OnDisk {
    let row = |(at, name): (usize, &&[u8])| {
        let mut row = format!("+4915112345{at:03};").into_bytes();
        row.extend_from_slice(name);
        row.extend_from_slice(b"\r\n");
        row
    };
    let rows = names.iter().enumerate().map(row);
    OnDisk::new("a.csv", &[b"Phone;Name\r\n".to_vec()].into_iter().chain(rows).flatten().collect::<Vec<u8>>())
}

#[test]
fn a_list_in_a_code_page_of_dos_or_a_mac_has_the_letters_that_were_meant() {
    let from_dos =
        OnDisk::new("a.csv", &fixture("cp850.csv")).import(&greeting(ReadingOptions::default())).unwrap();
    assert_eq!(cells(&from_dos).concat(), ["Ren\u{e9}", "Fran\u{e7}ois", "M\u{fc}ller"]);
    assert_eq!(from_dos.report.detected.encoding.as_deref(), Some("cp850"));
    assert!(from_dos.report.notes.contains(&Note::EncodingGuessed { encoding: "cp850".to_owned() }));
    for (encoding, names, expected) in [
        (
            "macintosh",
            [b"Ren\x8E".as_slice(), b"Fran\x8Dois", b"M\x9Fller"],
            ["Ren\u{e9}", "Fran\u{e7}ois", "M\u{fc}ller"],
        ),
        ("cp850", [b"Jos\x82", b"Jo\xC6o", b"M\x84rz"], ["Jos\u{e9}", "Jo\u{e3}o", "M\u{e4}rz"]),
        ("cp850", [b"REN\x90", b"M\x9ALLER", b"J\x99RG"], ["REN\u{c9}", "M\u{dc}LLER", "J\u{d6}RG"]),
        (
            "windows-1252",
            [b"Ren\xE9", b"Fran\xE7ois", b"M\xFCller"],
            ["Ren\u{e9}", "Fran\u{e7}ois", "M\u{fc}ller"],
        ),
        (
            "windows-1252",
            [b"REN\xC9", b"O\x92Brien", b"Fran\xE7oise"],
            ["REN\u{c9}", "O\u{2019}Brien", "Fran\u{e7}oise"],
        ),
        (
            "windows-1252",
            [b"Rio\x96Rom", b"\x84Asha\x93", b"Ana \x96 Eva"],
            ["Rio\u{2013}Rom", "\u{201e}Asha\u{201c}", "Ana \u{2013} Eva"],
        ),
    ] {
        let imported = list(&names).import(&greeting(ReadingOptions::default())).unwrap();
        assert_eq!(cells(&imported).concat(), expected);
        assert_eq!(imported.report.detected.encoding.as_deref(), Some(encoding));
    }
}

#[test]
fn letters_that_two_code_pages_give_equally_well_are_asked_about_where_the_message_uses_them() {
    // ç of DOS is á of a Mac.
    let file = list(&[b"Fran\x87ois", b"Fran\x87oise"]);
    let error = file.import(&greeting(ReadingOptions::default())).err().unwrap();
    assert_eq!(error.choices(), ["cp850", "macintosh"]);
    let question = error.question().unwrap();
    let samples: Vec<_> = question.choices.iter().map(|choice| choice.samples[0].as_str()).collect();
    assert_eq!(samples, ["Fran\u{e7}ois", "Fran\u{e1}ois"]);
    for (choice, expected) in question.choices.iter().zip(["Fran\u{e7}ois", "Fran\u{e1}ois"]) {
        let mut options = ReadingOptions::default();
        options.follow(&choice.advice);
        assert_eq!(cells(&file.import(&greeting(options)).unwrap())[0], [expected]);
    }
    assert!(file.import(&ReadingOptions::default()).is_ok(), "no message uses it");
    // ñ of a Mac is a dash of Windows.
    let error = list(&[b"Mu\x96oz"]).import(&greeting(ReadingOptions::default())).err().unwrap();
    assert_eq!(error.choices(), ["macintosh", "windows-1252"]);
    // ö of a Mac is š of Windows: both are letters of names.
    let error = list(&[b"J\x9Arg", b"K\x9Aln"]).import(&greeting(ReadingOptions::default())).err().unwrap();
    assert_eq!(error.choices(), ["macintosh", "windows-1250"]);
    let samples: Vec<_> =
        error.question().unwrap().choices.iter().map(|choice| choice.samples.concat()).collect();
    assert_eq!(samples, ["J\u{f6}rgK\u{f6}ln", "J\u{161}rgK\u{161}ln"]);
    // Where one of them is no word, nothing is asked.
    for (encoding, names) in [
        ("windows-1250", [b"\x8Aimi\xE6".as_slice(), b"Peri\x9Ai\xE6", b"Kova\xE8"]),
        ("macintosh", [b"M\x9Fller", b"Gro\xA7", b"J\x8Ager"]),
    ] {
        let imported = list(&names).import(&greeting(ReadingOptions::default())).unwrap();
        assert_eq!(imported.report.detected.encoding.as_deref(), Some(encoding));
    }
}

#[test]
fn every_code_page_that_lists_come_in_can_be_named() {
    for label in [
        "cp437",
        "cp850",
        "cp852",
        "cp855",
        "cp857",
        "cp858",
        "cp860",
        "cp861",
        "cp862",
        "cp863",
        "cp864",
        "cp865",
        "cp866",
        "cp932",
        "cp936",
        "cp1252",
        "IBM850",
        "mac-roman",
        "mac_cyrillic",
        "mac-centraleurope",
        "Mac-Greek",
        "mac-turkish",
    ] {
        let options = ReadingOptions { encoding: Some(label.to_owned()), ..ReadingOptions::default() };
        assert_eq!(lines(&list(&[b"Asha"]).import(&options).unwrap()), [2], "{label}");
    }
    let options = ReadingOptions { encoding: Some("cp9999".to_owned()), ..ReadingOptions::default() };
    assert!(list(&[b"Asha"]).import(&options).is_err());
}

#[test]
fn a_control_character_in_a_name_is_a_note() {
    let options = ReadingOptions { encoding: Some("windows-1252".to_owned()), ..ReadingOptions::default() };
    let imported = list(&[b"M\x81ller", b"Asha", b"two\tparts"]).import(&greeting(options)).unwrap();
    let note =
        Note::ControlCharacters { column: "Name".to_owned(), n: 1, example: "M\u{fffd}ller".to_owned() };
    assert!(imported.report.notes.contains(&note), "{:?}", imported.report.notes);
}

#[test]
fn the_rows_that_lack_a_value_of_the_message_are_counted_for_each_variable_without_a_default() {
    let text =
        "Phone;Vorname;Ort;Filiale\n+4915112345001;Ana;;\n+4915112345002;;;\n+4915112345003;Eva;Bonn;\n";
    let plan = |message: &str| Plan {
        message: Some(Template::parse(message).unwrap()),
        ..Plan::from(ReadingOptions::default())
    };
    let found = |message: &str| -> Vec<(String, u64, u64)> {
        let imported = OnDisk::new("a.csv", text.as_bytes()).import(&plan(message)).unwrap();
        let of = |note| {
            let Note::Lacking { column, n, n_rows, .. } = note else { return None };
            Some((column, n, n_rows))
        };
        imported.report.notes.into_iter().filter_map(of).collect()
    };
    let all = "Hi {{Vorname}} in {{Ort}}, {{Filiale | default(\"you\")}}";
    assert_eq!(found(all), [("Vorname".to_owned(), 1, 3), ("Ort".to_owned(), 2, 3)]);
    assert_eq!(found("Hi {{Vorname | default(\"you\")}} in {{Ort}}"), [("Ort".to_owned(), 2, 3)]);
    assert_eq!(found("Hi {{Vorname | upper}}"), [("Vorname".to_owned(), 1, 3)]);
    assert_eq!(found("Hi"), []);
}
