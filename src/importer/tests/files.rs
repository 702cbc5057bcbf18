//! Kinds of files, one by one, the unusable ones first.

use std::io::Write;

use encoding_rs::Encoding;

use super::*;

/// A file of that name in a folder that goes away with it.
pub(super) struct OnDisk {
    folder: tempfile::TempDir,
    name: String,
}

impl OnDisk {
    pub(super) fn new(name: &str, bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), bytes).unwrap();
        Self { folder, name: name.to_owned() }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    pub(super) fn import(&self, plan: &(impl Clone + Into<Plan>)) -> Result<Imported, FileError> {
        import(&self.path(), plan)
    }
}

pub(super) fn plan(region: &str) -> ReadingOptions {
    ReadingOptions { region: region.parse().ok(), ..ReadingOptions::default() }
}

fn read(name: &str, bytes: &[u8], region: &str) -> Imported {
    OnDisk::new(name, bytes).import(&plan(region)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn refusal(name: &str, bytes: &[u8], plan: &(impl Clone + Into<Plan>)) -> Refusal {
    match OnDisk::new(name, bytes).import(plan).err() {
        Some(FileError::Refused(refusal)) => refusal,
        Some(error @ FileError::Unreadable { .. }) => panic!("{name}: {error}"),
        None => panic!("{name} was taken"),
    }
}

/// The lines of the accepted rows.
fn lines(imported: &Imported) -> Vec<u64> {
    imported.accepted().iter().map(|(line, _)| *line).collect()
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn utf_16(text: &str, is_little: bool, has_mark: bool) -> Vec<u8> {
    let mark = has_mark.then_some(0xFEFF);
    let units = mark.into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

const LIST: &str = "Name,Phone\nAsha,9541136571\nŁukasz,9533241052\n";

#[test]
fn what_is_no_table_is_named() {
    let files: [(&str, &[u8], &str); 9] = [
        ("a.xls", b"\n<html><body><table><tr><td>9541136571</td></tr></table>", "web page"),
        ("a.csv", b"%PDF-1.7\n", "PDF"),
        ("a.docx", &zipped(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")]), "Word"),
        ("a.json", b"[{\"phone\": \"+919541136571\"}]", "JSON"),
        (
            "a.xls",
            b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
            "2003 XML",
        ),
        ("a.vcf", b"BEGIN:VCARD\nTEL:+919541136571\nEND:VCARD\n", "vCard"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "picture"),
        ("a.csv", &[7, 1, 2, 3, 200, 6, 5, 4, 9, 10], "not text"),
        ("a.zip", &zipped(&[("b.zip", &zipped(&[("c.csv", LIST.as_bytes())]))]), "archive within"),
    ];
    for (name, bytes, word) in files {
        let Refusal::Unusable { code, text } = refusal(name, bytes, &plan("IN")) else { panic!("{name}") };
        assert_eq!(code, FileCode::Unsupported, "{name}: {text}");
        assert!(text.contains(word), "{name}: {text}");
    }
}

#[test]
fn an_empty_file_is_named() {
    let code = |bytes: &[u8]| refusal("a.csv", bytes, &plan("IN")).code().map(FileCode::name);
    assert_eq!(code(b""), Some("FILE_EMPTY"));
    assert_eq!(code(b"\xEF\xBB\xBF"), Some("FILE_EMPTY"));
    assert_eq!(code(b" \r\n,,\r\n\r\n"), Some("FILE_EMPTY"));
    assert_eq!(code(b"Name,Phone\r\n,\r\n"), Some("NO_RECORDS"));
    assert_eq!(code(b"Name,City\nAsha,Pune\n"), Some("NO_PHONE_COLUMN"));
    assert_eq!(code(&gzipped(LIST.as_bytes())[..30]), Some("FILE_CORRUPT"));
    assert_eq!(code(&zipped(&[("a.csv", LIST.as_bytes())])[..60]), Some("FILE_CORRUPT"));
}

#[test]
fn what_the_operator_names_must_be_there() {
    let with = |change: &dyn Fn(&mut Plan)| {
        let mut plan = Plan::from(plan("IN"));
        change(&mut plan);
        refusal("a.csv", LIST.as_bytes(), &plan)
    };
    let named = |name: &str| (Field::To, Column::Named(name.to_owned()));
    let column = with(&|plan| plan.options.columns.push(named("Mobile Phone")));
    assert!(
        matches!(&column, Refusal::NoSuchColumn { field: Field::To, name, .. } if name == "Mobile Phone")
    );
    assert_eq!(column.choices(), ["Phone", "Name"], "the most similar first");
    let headers: Vec<_> = column.columns().unwrap().iter().map(|heading| heading.header.as_str()).collect();
    assert_eq!(headers, ["Name", "Phone"]);
    let beyond = with(&|plan| plan.options.columns.push((Field::To, Column::Number(3))));
    assert!(matches!(beyond, Refusal::NoSuchColumn { .. }));
    let variable = with(&|plan| plan.message = Some(Template::parse("Hi {{first name}}").unwrap()));
    assert!(matches!(&variable, Refusal::MissingVariables { variables, .. } if variables == &["first name"]));
    let encoding = with(&|plan| plan.options.encoding = Some("klingon".to_owned()));
    assert_eq!(encoding, Refusal::UnknownEncoding { found: "klingon".to_owned() });
    let member = ReadingOptions { member: Some("b.csv".to_owned()), ..plan("IN") };
    let missing = refusal("a.zip", &zipped(&[("a.csv", LIST.as_bytes())]), &member);
    assert!(matches!(&missing, Refusal::NoSuchPart { found, .. } if found == "b.csv"));
    assert_eq!((missing.code(), missing.choices()), (None, vec!["a.csv".to_owned()]));
    for delimiter in ['"', 'é'] {
        let delimiter = with(&|plan| plan.options.delimiter = Some(delimiter));
        assert_eq!(delimiter, Refusal::BadDelimiter);
    }
    assert!(matches!(import(Path::new("/nowhere.csv"), &plan("IN")), Err(FileError::Unreadable { .. })));
}

#[test]
fn text_is_read_in_every_encoding() {
    let names: [(&str, &str, &str, &str); 7] = [
        ("windows-1250", "PL", "Łukasz Żak;Gdańsk;Świętokrzyskie;źdźbło;książka", "512345678"),
        ("windows-1250", "CZ", "Jiří Dvořák;Plzeň;Ústí nad Labem;žluťoučký kůň;příliš", "601234567"),
        ("windows-1251", "RU", "Иван Петров;Москва;улица Ленина;Россия;Нижний Новгород", "9161234567"),
        ("windows-1256", "AE", "محمد علي;دبي;شارع الشيخ زايد;الإمارات العربية;أبوظبي", "501234567"),
        ("shift_jis", "JP", "山田太郎;東京都;渋谷区神南;日本;大阪府", "9013345678"),
        ("gbk", "CN", "李小龙;北京市;朝阳区建国路;中国;上海市", "13123456789"),
        ("windows-1254", "TR", "Ayşe Yılmaz;İstanbul;Beşiktaş;Türkiye;Çanakkale", "5012345678"),
    ];
    for (label, region, cells, number) in names {
        let text = format!("Name;City;Street;Country name;Note;Phone\n{cells};{number}\n");
        let (bytes, ..) = Encoding::for_label(label.as_bytes()).unwrap().encode(&text);
        let imported = read("list.csv", &bytes, region);
        assert_eq!(imported.report.detected.encoding.as_deref(), Some(label));
        assert_eq!(imported.rows[0].cells[..5].join(";"), cells, "{label}");
        assert_eq!(lines(&imported), [2], "{label}: {:?}", imported.rejected());
    }
}

#[test]
fn utf_16_is_read_with_and_without_a_mark() {
    let text = LIST.replace(',', "\t");
    for (is_little, has_mark) in [(true, true), (true, false), (false, true), (false, false)] {
        let imported = read("list.txt", &utf_16(&text, is_little, has_mark), "IN");
        assert_eq!(lines(&imported), [2, 3]);
        assert_eq!(imported.rows[1].cells, ["Łukasz"]);
        assert_eq!(imported.report.detected.bom, has_mark);
        assert_eq!(imported.report.detected.delimiter.as_deref(), Some("\t"));
    }
}

#[test]
fn one_row_in_another_encoding_does_not_change_that_of_the_file() {
    let mut bytes = "Name,Phone\nŁukasz Żak,9541136571\nअनिता,9533241052\n".as_bytes().to_vec();
    bytes.extend(b"Jos\xE9,9072304509\n");
    let imported = read("list.csv", &bytes, "IN");
    assert_eq!(imported.report.detected.encoding.as_deref(), Some("utf-8"));
    assert_eq!(imported.rows[2].cells, ["José"]);
    assert_eq!(imported.report.notes, [Note::NotAllUtf8 { n_bytes: 1 }]);
}

#[test]
fn marks_and_directives_are_neither_header_nor_data() {
    let imported = read("a.csv", b"\xEF\xBB\xBFsep=;\r\nName;Phone\r\nA;9541136571\r\n", "IN");
    assert_eq!((lines(&imported), imported.report.detected.header), (vec![3], Some(2)));
    let pasted =
        "\u{FEFF}Name,Phone\nA,9541136571\n\u{FEFF}Name,Phone\n\u{FEFF}\"B\",9533241052\nNAME , phone\n";
    let imported = read("a.csv", pasted.as_bytes(), "IN");
    assert_eq!((lines(&imported), imported.report.ignored), (vec![2, 4], 2));
}

#[test]
fn an_encoding_of_windows_and_its_iso_sibling_are_told_apart_by_what_differs() {
    let files = [
        // Nothing differs: the name that people know.
        ("windows-1253", "windows-1253", "GR", "Μαρία;Πάτρα", "6941234567"),
        ("iso-8859-7", "windows-1253", "GR", "Μαρία;Πάτρα", "6941234567"),
        ("iso-8859-2", "windows-1250", "PL", "Paweł Głód;Opole", "512345678"),
        // Ά is 0xA2 in one and 0xB6 in the other, where they have ’ and ¶; Ś is 0x8C and 0xA6.
        ("windows-1253", "windows-1253", "GR", "Άννα;Άργος", "6941234567"),
        ("iso-8859-7", "iso-8859-7", "GR", "Άννα;Άργος", "6941234567"),
        ("windows-1250", "windows-1250", "PL", "Święty;Łódź", "512345678"),
        ("iso-8859-2", "iso-8859-2", "PL", "Święty;Łódź", "512345678"),
    ];
    for (written, found, region, cells, number) in files {
        let text = format!("Name;City;Phone\n{cells};{number}\n");
        let (bytes, ..) = Encoding::for_label(written.as_bytes()).unwrap().encode(&text);
        let imported = read("list.csv", &bytes, region);
        assert_eq!(imported.report.detected.encoding.as_deref(), Some(found), "{written}: {cells}");
        assert_eq!(imported.rows[0].cells[..2].join(";"), cells, "{written}");
    }
}

#[test]
fn each_kind_of_line_end_ends_a_line() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["Name,Note,Phone", "A,\"x", "", "y\",9541136571", "", "B,,9533241052"].join(end);
        let imported = read("a.csv", text.as_bytes(), "IN");
        assert_eq!((lines(&imported), imported.report.ignored), (vec![2, 6], 1), "{end:?}");
    }
}

#[test]
fn a_stray_quote_costs_its_own_record() {
    let text = "Name,Phone,City\nA,+919541136571,Pune\n\"Bad,+919533241052,Pune\nC,+919072304509,\"Pune\"\nD,+919786435888,\"P\nQ\"\n";
    let imported = read("a.csv", text.as_bytes(), "IN");
    assert_eq!(imported.rejected(), [(3, "CSV_UNBALANCED_QUOTE")]);
    assert_eq!(lines(&imported), [2, 4, 5]);
    let last = "Name,Phone,City\nA,+919541136571,Pune\nB,+919533241052,\"Pune";
    assert_eq!(read("a.csv", last.as_bytes(), "IN").rejected(), [(3, "CSV_UNBALANCED_QUOTE")]);
    let spread = "Name,Street,Phone\n\"A,Flat 3\nMG Road,+919541136571\nB,x,+919533241052\n";
    let imported = read("a.csv", spread.as_bytes(), "IN");
    assert_eq!((imported.rejected(), lines(&imported)), (vec![(2, "CSV_UNBALANCED_QUOTE")], vec![4]));
    let inner =
        "Name,Phone\nRenée \"Ren\" Weiß,+919541136571\n5\" pipe,+919533241052\n\"A\" B,+919072304509\n";
    assert_eq!(lines(&read("a.csv", inner.as_bytes(), "IN")), [2, 3, 4]);
}

#[test]
fn a_cell_larger_than_any_is_one_refused_row_and_the_lines_in_it_are_none() {
    // Lines that look like rows, also with numbers: what stands in quotes is not a list of people.
    let inside = "Eve,+919072304509\n\"\"quoted\"\",x\r\nnot a row\r".repeat(20_000);
    for (end, n_after) in [("\n", 1), ("\r\n", 1), ("", 0)] {
        let after = "C,+919786435888,\n".repeat(n_after);
        let text = format!("Name,Phone,Note\nA,+919541136571,\nB,+919533241052,\"{inside}\"{end}{after}");
        let imported = read("a.csv", text.as_bytes(), "IN");
        assert_eq!(lines(&imported), [2, 60_004][..=n_after], "{end:?}");
        assert_eq!(imported.rejected(), [(3, "CSV_UNBALANCED_QUOTE")]);
        let message = &imported.report.problems[0].message;
        assert!(message.contains("hold 841 KB, more than any cell of a list"), "{message}");
    }
    // A stray quote ends at the next quoted cell, in the middle of a word: the rows between are rows.
    let between: Vec<String> = (0..30_000).map(|n| format!("D,+9195{n:08},\n")).collect();
    let between = between.concat();
    let text = format!("Name,Phone,Note\n\"A,+919541136571,\n{between}\"E\",+919533241052,\n");
    let imported = read("a.csv", text.as_bytes(), "IN");
    assert_eq!((imported.report.rows, imported.rejected()[0]), (30_002, (2, "CSV_UNBALANCED_QUOTE")));
    assert_eq!(lines(&imported).last(), Some(&30_003));
}

#[test]
fn a_quote_that_is_never_closed_leaves_the_rows_after_it_and_says_once_what_it_may_be() {
    let prose = "and then, she said\n".repeat(50_000);
    let text = format!("Name,Phone\nA,+919541136571\nB,\"{prose}C,+919533241052\n");
    let imported = read("a.csv", text.as_bytes(), "IN");
    assert_eq!(lines(&imported), [2, 50_003]);
    let quote = Note::OpenQuote { line: 3, n_rows: 49_999 };
    let notes = imported.report.notes.iter().filter(|note| **note == quote);
    assert_eq!(notes.count(), 1, "{:?}", imported.report.notes);
    // A few rows without a number are nothing unusual.
    let text = "Name,Phone\n\"A,+919541136571\nB,\nC,+919533241052\n";
    assert_eq!(read("a.csv", text.as_bytes(), "IN").report.notes, []);
}

#[test]
fn shifted_columns_are_refused_and_short_rows_pass() {
    let text =
        "Name,Phone,City,Note\nSharma, A,+919541136571,Pune,x\n+91,+919533241052\nB,+919072304509,Pune,,,\n";
    let imported = read("a.csv", text.as_bytes(), "IN");
    assert_eq!(imported.rejected(), [(2, "ROW_EXTRA_FIELDS")]);
    assert_eq!(lines(&imported), [3, 4]);
}

#[test]
fn titles_stand_above_a_header_and_footers_below_the_rows() {
    let text = "Spring list 2026\n\nCreated by,Asha\nName,Mobile,City\nA,9541136571,Pune\nB,,Pune\n\nTotal\n2 rows,x\n";
    let imported = read("a.csv", text.as_bytes(), "IN");
    assert_eq!(imported.report.detected.header, Some(4));
    assert_eq!((lines(&imported), imported.rejected()), (vec![5], vec![(6, "PHONE_MISSING")]));
    assert_eq!(imported.report.ignored, 3);
}

#[test]
fn a_file_without_a_header_keeps_its_first_row() {
    for text in [
        "9541136571\n9533241052\n",
        "+919541136571,Asha\n+919533241052,Ravi\n",
        "Asha;9541136571\nRavi;n/a\n",
    ] {
        let imported = read("list", text.as_bytes(), "IN");
        assert_eq!(imported.report.detected.header, None, "{text}");
        assert_eq!(imported.report.rows, 2, "{text}");
    }
    let imported = read("list", b"Ravi,n/a\nAsha,9541136571\n", "IN");
    assert_eq!(imported.report.detected.header, None);
    assert_eq!(imported.rejected(), [(1, "PHONE_MISSING")]);
}

#[test]
fn delimiters_are_found_where_others_are_frequent() {
    let files = [
        ("Name;Preis;Telefon\nA, B;9,99;01713920009\nC, D;1,50;01713920008\n", ";"),
        ("Name|Phone|Note\nA|01713920009|x, y; z\nB|01713920008|x\n", "|"),
        ("Name\tPhone\nA, B\t01713920009\nC, D\t01713920008\n", "\t"),
        ("\"Name\";\"Phone\"\n\"A, B\";\"01713920009\"\n", ";"),
        ("Phone\n01713920009\n", ","),
    ];
    for (text, delimiter) in files {
        let imported = read("a.csv", text.as_bytes(), "DE");
        assert_eq!(imported.report.detected.delimiter.as_deref(), Some(delimiter), "{text}");
        assert_eq!(imported.report.queued, imported.report.rows, "{text}");
    }
}

#[test]
fn archives_give_the_list_in_them() {
    let imported = read("a.csv.gz", &gzipped(LIST.as_bytes()), "IN");
    assert_eq!((lines(&imported).len(), imported.report.detected.format.as_str()), (2, "gz"));
    let bytes = zipped(&[
        ("__MACOSX/._a.csv", b"x"),
        ("d/", b""),
        ("d/a.csv", LIST.as_bytes()),
        ("README.txt", b"hi"),
    ]);
    let imported = read("a.zip", &bytes, "IN");
    assert_eq!(imported.report.detected.member.as_deref(), Some("d/a.csv"));
    assert_eq!(imported.report.detected.packed.as_deref(), Some("csv"));
    let limited = ReadingOptions { size_max: Some(40), ..plan("IN") };
    assert_eq!(refusal("a.csv.gz", &gzipped(LIST.as_bytes()), &limited).code(), Some(FileCode::ZipTooLarge));
    assert_eq!(
        refusal("a.zip", &zipped(&[("a.csv", LIST.as_bytes())]), &limited).code(),
        Some(FileCode::ZipTooLarge)
    );
}

#[test]
fn a_line_without_an_end_costs_one_row_and_no_memory() {
    for quote in ["", "\""] {
        let long = format!("{quote}{}{quote}", "x".repeat(3 << 20));
        for end in ["\n", "\r\n", "\r"] {
            let rows = ["Name,Phone", "A,9541136571", &format!("{long},9541136572"), "B,9541136573", ""];
            let imported = read("a.csv", rows.join(end).as_bytes(), "IN");
            assert_eq!(lines(&imported), [2, 4]);
            assert_eq!(imported.rejected(), [(3, "CSV_UNBALANCED_QUOTE")]);
        }
    }
}
