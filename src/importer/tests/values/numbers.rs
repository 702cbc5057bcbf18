//! What becomes of the numbers of a list, in a text file and in a workbook alike.

use rust_xlsxwriter::Workbook;

use super::super::{
    files::{OnDisk, plan},
    *,
};

/// A list of the fixtures.
fn fixture(name: &str, region: &str) -> Imported {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importer/lists");
    import(&folder.join(name), &plan(region)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The table as CSV and as a workbook of texts; both have to come out alike.
fn of_table(rows: &[&[&str]], plan: &(impl Clone + Into<Plan>)) -> Imported {
    let quoted = |cell: &&str| format!("\"{}\"", cell.replace('"', "\"\""));
    let text: String =
        rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n").collect();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let of_text = OnDisk::new("list.csv", text.as_bytes()).import(plan).unwrap();
    let of_sheet = OnDisk::new("list.xlsx", &bytes).import(plan).unwrap();
    assert_eq!(outcome(&of_text), outcome(&of_sheet));
    of_text
}

/// A list of one column of numbers beside names.
fn of_cells(header: &str, cells: &[&str], region: &str) -> Imported {
    let rows: Vec<[&str; 2]> =
        [["Name", header]].into_iter().chain(cells.iter().map(|cell| ["Asha", *cell])).collect();
    of_table(&rows.iter().map(<[&str; 2]>::as_slice).collect::<Vec<_>>(), &plan(region))
}

/// Each row in its order: its number, or why it has none.
fn outcome(imported: &Imported) -> Vec<String> {
    let rows = imported.rows.iter().map(|row| match &row.standing {
        Standing::Good(phone) => phone.e164(),
        Standing::Rejected(rejection) => rejection.code.name().to_owned(),
    });
    rows.collect()
}

/// Whether one country is offered for all numbers without a plus.
fn offers_country(report: &Report) -> bool {
    let is_offer = |note: &Note| matches!(note, Note::Offer(Offer { advice: Advice::SetRegion { .. }, .. }));
    report.notes.iter().any(is_offer)
}

const AMBIGUOUS: &str = "PHONE_AMBIGUOUS_COUNTRY";

#[test]
fn a_number_with_one_digit_too_many_is_nobody_in_another_country() {
    let imported = fixture("one-digit-too-many-IN.csv", "IN");
    assert_eq!(outcome(&imported), [AMBIGUOUS, AMBIGUOUS, AMBIGUOUS, "+919476629944"]);
    assert!(imported.report.problems[0].message.contains("+94766299944, a number of Sri Lanka"));
    // No answer is offered that would message these strangers.
    assert!(!offers_country(&imported.report), "{:?}", imported.report.notes);

    let singapore = of_cells("手机", &["6591234567", "9123 4567", "919123456", "91234567"], "SG");
    assert_eq!(outcome(&singapore), ["+6591234567", "+6591234567", "PHONE_TOO_LONG", "+6591234567"]);
    let germany = of_cells("Handynummer", &["0015117123456", "0151 17123456", "1511712345"], "DE");
    assert_eq!(outcome(&germany)[1], "+4915117123456");
    let indonesia = of_cells("Nomor HP", &["00812 9456 7810", "0812 9456 7810", "62812345678901"], "ID");
    assert_eq!(outcome(&indonesia)[..2], [AMBIGUOUS, "+6281294567810"]);
    let nigeria = of_cells("Téléphone", &["0803 123 4567", "2348031234567", "23480312345671"], "NG");
    assert_eq!(outcome(&nigeria)[..2], ["+2348031234567", "+2348031234567"]);
}

#[test]
fn numbers_of_other_countries_are_read_where_most_of_the_column_is_international() {
    let cells = ["971501234567", "447400123456", "919845012345", "8613812345678", "9845012346"];
    let expected = ["+971501234567", "+447400123456", "+919845012345", "+8613812345678", "+919845012346"];
    assert_eq!(outcome(&of_cells("Phone", &cells, "IN")), expected);
    let cells = ["9845012345", "9845012346", "447400123456", "09845012347", "+447400123457"];
    let expected = ["+919845012345", "+919845012346", AMBIGUOUS, "+919845012347", "+447400123457"];
    assert_eq!(outcome(&of_cells("Phone", &cells, "IN")), expected);
}

#[test]
fn the_whole_column_says_whether_it_is_international() {
    // The first thousand rows are international, the other two thousand are not.
    let mut text = "Name,Phone\n".to_owned();
    for n in 0..1_100 {
        text += &format!("A,9198450{n:05}\n");
    }
    for n in 0..2_000 {
        text += &format!("B,98460{n:05}\n");
    }
    text += "C,94766299944\n";
    let imported = OnDisk::new("list.csv", text.as_bytes()).import(&plan("IN")).unwrap();
    assert_eq!(imported.rejected(), [(3_102, AMBIGUOUS)]);
}

#[test]
fn the_country_of_a_row_is_no_reason_to_message_another_country() {
    let rows: [&[&str]; 4] = [
        &["Country", "Phone"],
        &["India", "94766299944"],
        &["Germany", "01511 7123456"],
        &["IN", "98450 12345"],
    ];
    let found = outcome(&of_table(&rows, &Plan::default()));
    assert_eq!(found, [AMBIGUOUS, "+4915117123456", "+919845012345"]);
}

#[test]
fn a_landline_with_its_country_code_is_accepted_and_marked() {
    let imported = fixture("landline-with-country-code-GB.csv", "GB");
    assert_eq!(outcome(&imported), ["+441843297700", "+442079460958", "+447400123456"]);
    let is_marked = |report: &Report| {
        report.notes.iter().any(|note| matches!(note, Note::Marked { mark: Mark::NotMobile, .. }))
    };
    assert!(is_marked(&imported.report), "{:?}", imported.report.notes);
    for (region, header, cell) in [
        ("IN", "Mobile No.", "912226541234"),
        ("SG", "電話", "6565501234"),
        ("AE", "هاتف", "97142345678"),
        ("IT", "Cellulare", "390645678912"),
        ("BR", "Celular", "551123456789"),
        ("DE", "Telefon", "493012345678"),
        ("US", "Phone", "18002345678"),
        ("GB", "Tel", "44 1843 297700"),
        ("FR", "Téléphone", "33142685300"),
    ] {
        let imported = of_cells(header, &[cell], region);
        let digits = cell.replace(' ', "");
        assert_eq!(outcome(&imported), [format!("+{digits}")], "{region}");
        assert!(is_marked(&imported.report), "{region}");
    }
}

/// Line and earlier line of the rows whose person is there already.
fn duplicates(imported: &Imported) -> Vec<(u64, u64)> {
    imported.duplicates.iter().map(|found| (found.line, found.of_line)).collect()
}

#[test]
fn one_person_in_two_spellings_is_there_once_and_is_sent_to_as_the_plan_of_numbers_has_it() {
    let argentina = fixture("argentina.csv", "");
    assert_eq!(outcome(&argentina), ["+5491166773399", "+541166773399"]);
    assert_eq!(duplicates(&argentina), [(3, 2)]);
    for region in ["", "MX", "BR"] {
        let ids = fixture("wa-ids-mexico-brazil.csv", region);
        assert_eq!(outcome(&ids), ["+525512345678", "+5575988251234"], "{region}");
    }

    for (region, header, cells) in [
        ("AR", "Celular", ["+54 9 351 555 1234", "0351 15 555 1234", "3515551234"]),
        ("MX", "Teléfono", ["+52 1 81 1234 5678", "8112345678", "5218112345678"]),
        ("BR", "WhatsApp", ["+55 75 98825-1234", "7588251234", "557588251234"]),
        ("BR", "Telefone", ["55 11 96123-4567", "(11) 96123 4567", "+55 11 6123-4567"]),
    ] {
        let imported = of_cells(header, &cells, region);
        assert_eq!(duplicates(&imported), [(3, 2), (4, 2)], "{region}: {:?}", outcome(&imported));
    }
}

#[test]
fn numbers_from_before_a_change_of_plan_are_completed_and_counted() {
    let imported = fixture("benin-ivory-coast.csv", "");
    let expected = ["+2290197123456", "+2290197123456", "+2250707181123", "+2250707181123"];
    assert_eq!(outcome(&imported), expected);
    let note = Note::Marked { mark: Mark::Renumbered, n: 2 };
    assert!(imported.report.notes.contains(&note), "{:?}", imported.report.notes);
    for (region, header, cells, expected) in [
        ("BJ", "Téléphone", ["97 12 34 56", "22997123456", "01 97 12 34 56"], "+2290197123456"),
        ("CI", "Contact", ["07 18 11 23", "+225 07 18 11 23", "07 07 18 11 23"], "+2250707181123"),
        ("CM", "Portable", ["95 12 34 56", "+237 95123456", "695 12 34 56"], "+237695123456"),
        ("VN", "Phone", ["0168 123 4567", "+84 168 123 4567", "038 123 4567"], "+84381234567"),
    ] {
        assert_eq!(outcome(&of_cells(header, &cells, region)), [expected; 3], "{region}");
    }
}

#[test]
fn what_nobody_sees_is_dropped_from_the_numbers_of_a_list() {
    assert_eq!(outcome(&fixture("hangul-filler.csv", "")), ["+12125554567"]);
    for (header, region, cell, number) in [
        ("휴대폰", "KR", "010\u{3164}2345\u{3164}6789", "+821023456789"),
        ("Phone", "IN", "98450\u{2800}12345", "+919845012345"),
        ("Celular", "MX", "55\u{ffa0}1234\u{115f}5678", "+525512345678"),
        ("الجوال", "AE", "\u{2067}050 123 4567\u{2069}", "+971501234567"),
        ("Handy", "DE", "0171\u{ad}3920\u{fe0f}009\u{e0020}", "+491713920009"),
    ] {
        assert_eq!(
            outcome(&of_cells(header, &[cell, "\u{3164}"], region)),
            [number, "PHONE_MISSING"],
            "{cell:?}"
        );
    }
}

const NEW_YORK_AND_PUNE: [(&str, &str); 3] =
    [("91", "9845012345"), ("1", "2125554567"), ("44", "7400123456")];
const IN_THEIR_COUNTRIES: [&str; 3] = ["+919845012345", "+12125554567", "+447400123456"];

/// A list in which a column says which country each number is of.
fn of_countries(header: &str, write: impl Fn(&str) -> String, plan: &(impl Clone + Into<Plan>)) -> Imported {
    let codes = NEW_YORK_AND_PUNE.map(|(code, _)| write(code));
    let mut rows = vec![["Name", header, "Phone"]];
    rows.extend((0..3).map(|row| ["Asha", codes[row].as_str(), NEW_YORK_AND_PUNE[row].1]));
    of_table(&rows.iter().map(<[&str; 3]>::as_slice).collect::<Vec<_>>(), plan)
}

#[test]
fn a_cell_with_a_country_is_forgiven_what_a_cell_with_a_number_is() {
    let spellings: [fn(&str) -> String; 9] = [
        |code| format!("{code}.0"),
        |code| format!("'{code}"),
        |code| format!(" +{code} "),
        |code| format!("00{code}"),
        |code| format!("\"{code}\""),
        |code| format!("=\"{code}\""),
        |code| format!("(+{code})"),
        |code| format!("\u{200e}{code}\u{3164}"),
        |code| format!("{code},00"),
    ];
    for (index, write) in spellings.into_iter().enumerate() {
        for header in ["Country Code", "ISD Code", "Ländervorwahl", "Indicatif"] {
            let imported = of_countries(header, write, &Plan::default());
            assert_eq!(outcome(&imported), IN_THEIR_COUNTRIES, "{header}, spelling {index}");
        }
    }
    // As a workbook holds numbers, and as a program exports them.
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "Country Code").unwrap().write_string(0, 1, "Phone").unwrap();
    for (row, (code, number)) in (1..).zip(NEW_YORK_AND_PUNE) {
        sheet.write_number(row, 0, code.parse::<f64>().unwrap()).unwrap();
        sheet.write_number(row, 1, number.parse::<f64>().unwrap()).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let imported = OnDisk::new("list.xlsx", &bytes).import(&Plan::default()).unwrap();
    assert_eq!(outcome(&imported), IN_THEIR_COUNTRIES);
}

#[test]
fn where_a_column_names_the_countries_no_single_country_is_offered_for_all_numbers() {
    for header in ["Mobile No Code", "Prefix", "Origin"] {
        let imported = of_countries(header, |code| format!("+{code}"), &Plan::default());
        assert_eq!(imported.report.queued, 0, "{header}");
        assert!(!offers_country(&imported.report), "{header}: {:?}", imported.report.notes);
        let notes = &imported.report.notes;
        let offers =
            notes.iter().filter_map(|note| if let Note::Offer(offer) = note { Some(offer) } else { None });
        let is_of_country =
            |offer: &&Offer| matches!(&offer.advice, Advice::PickColumn { field: Field::Country, .. });
        let offer = offers.into_iter().find(is_of_country);
        let offer = offer.unwrap_or_else(|| panic!("{header}: {notes:?}"));
        assert_eq!((offer.n_valid, offer.n_refused), (3, 3), "{header}");
        let mut answered = ReadingOptions::default();
        answered.follow(&offer.advice);
        let imported = of_countries(header, |code| format!("+{code}"), &answered);
        assert_eq!(outcome(&imported), IN_THEIR_COUNTRIES, "{header}");
    }
    // A count of something is no country.
    let imported = of_countries("Visits", |_| "1".to_owned(), &Plan::default());
    let is_of_country = |note: &Note| {
        matches!(note, Note::Offer(Offer { advice: Advice::PickColumn { field: Field::Country, .. }, .. }))
    };
    assert!(!imported.report.notes.iter().any(is_of_country), "{:?}", imported.report.notes);
}
