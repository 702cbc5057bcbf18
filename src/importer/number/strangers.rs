//! No slip of the hand leads to somebody in another country.
//!
//! `CATALINK_SLIPS=4000 cargo test --lib importer::number::strangers` tries so many numbers of each country.

use super::*;

/// Countries, how their mobiles begin, how many digits they have, and what stands in front within the country.
const COUNTRIES: [(&str, &[&str], usize, &str); 10] = [
    ("IN", &["6", "7", "8", "9"], 10, "0"),
    ("GB", &["74", "75", "77", "78", "79"], 10, "0"),
    ("US", &["212", "303", "415", "512", "617", "713", "808", "917"], 10, "1"),
    ("DE", &["151", "157", "160", "171", "175", "176"], 10, "0"),
    ("BR", &["119", "219", "319", "479", "719", "859"], 11, "0"),
    ("ID", &["811", "812", "813", "821", "852", "857", "878", "896"], 11, "0"),
    ("NG", &["701", "703", "802", "803", "806", "810", "902"], 10, "0"),
    ("AE", &["50", "52", "54", "55", "56", "58"], 9, "0"),
    ("MX", &["55", "33", "81", "222", "442", "656", "999"], 10, ""),
    ("SG", &["8", "9"], 8, ""),
];

/// A generator of the same digits at every run.
struct Digits(u64);

impl Digits {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    /// A valid number of a mobile, without country code and trunk prefix.
    fn mobile(&mut self, (region, starts, length, _): (&str, &[&str], usize, &str)) -> String {
        let region: Region = region.parse().unwrap();
        loop {
            let mut digits = starts[self.below(starts.len())].to_owned();
            while digits.len() < length {
                digits.push(char::from_digit(u32::try_from(self.below(10)).unwrap(), 10).unwrap());
            }
            let full = format!("{}{digits}", region.calling_code());
            if plan::international(&full).is_ok_and(|reading| reading.kind == plan::Kind::Mobile) {
                return digits;
            }
        }
    }

    /// The digits with one of them typed twice, left out, or exchanged with the next one.
    fn slips(&mut self, digits: &str) -> [String; 3] {
        let at = self.below(digits.len() - 1);
        let (head, tail) = digits.split_at(at);
        let doubled = format!("{head}{}{tail}", &tail[..1]);
        let dropped = format!("{head}{}", &tail[1..]);
        let swapped = format!("{head}{}{}{}", &tail[1..2], &tail[..1], &tail[2..]);
        [doubled, dropped, swapped]
    }
}

#[expect(clippy::disallowed_methods, reason = "how much is measured is no setting of the program")]
fn n_of_each() -> usize {
    std::env::var("CATALINK_SLIPS").ok().and_then(|text| text.parse().ok()).unwrap_or(100)
}

/// As people write them without a plus: bare, with the trunk prefix, and with the country code in front.
fn spellings(digits: &str, region: Region, trunk: &str) -> [String; 3] {
    [digits.to_owned(), format!("{trunk}{digits}"), format!("{}{digits}", region.calling_code())]
}

#[test]
fn no_slip_of_the_hand_leads_to_another_country() {
    let mut random = Digits(20_261_129);
    let (mut n_slips, mut strangers, mut would_be) = (0_u64, Vec::new(), 0_u64);
    for country in COUNTRIES {
        let region: Region = country.0.parse().unwrap();
        let code = format!("+{}", region.calling_code());
        let rule = Rule::of_region(Some(region));
        let lenient = Rule { habit: Habit::International, ..rule };
        for _ in 0..n_of_each() {
            let digits = random.mobile(country);
            for spelling in spellings(&digits, region, country.3) {
                for slip in random.slips(&spelling) {
                    n_slips += 1;
                    let is_abroad =
                        |rule| read(&slip, rule).is_ok_and(|number| !number.phone.e164().starts_with(&code));
                    if is_abroad(lenient) {
                        would_be += 1;
                        // Nor do such slips make a column an international one.
                        let mut survey = Survey::default();
                        survey.see(&slip, Some(region));
                        assert_ne!(survey.habit(), Habit::International, "{spelling} as {slip} in {region}");
                    }
                    if is_abroad(rule) {
                        strangers.push(format!("{spelling} as {slip} in {region}"));
                    }
                }
            }
        }
    }
    assert!(n_slips < would_be * 100, "{n_slips} slips would hardly ever lead abroad: {would_be}");
    assert!(
        strangers.is_empty(),
        "{} strangers, such as {:?}",
        strangers.len(),
        &strangers[..10.min(strangers.len())]
    );
}

#[test]
fn of_the_good_numbers_of_a_country_next_to_none_is_refused() {
    let mut random = Digits(7);
    let (mut n_good, mut refused) = (0_u64, Vec::new());
    for country in COUNTRIES {
        let region: Region = country.0.parse().unwrap();
        let rule = Rule::of_region(Some(region));
        for _ in 0..n_of_each() {
            let digits = random.mobile(country);
            let e164 = format!("+{}{digits}", region.calling_code());
            let with_zeros = format!("00{}", &e164[1..]);
            for spelling in
                spellings(&digits, region, country.3).into_iter().chain([e164.clone(), with_zeros])
            {
                n_good += 1;
                match read(&spelling, rule) {
                    Ok(number) => assert_eq!(number.phone.e164(), e164, "{spelling} in {region}"),
                    Err(refusal) => refused.push(format!("{spelling} in {region}: {}", refusal.code.name())),
                }
            }
        }
    }
    assert!(refused.len() as u64 * 1_000 < n_good * 3, "{refused:?}");
}

#[test]
fn a_column_is_international_where_most_of_its_cells_are_and_slips_say_nothing() {
    let habit = |region: &str, cells: &[&str]| {
        let mut survey = Survey::default();
        for cell in cells {
            survey.see(cell, region.parse().ok());
        }
        survey.habit()
    };
    let slips = ["94766299944", "93402260788", "61341100561", "9476629944"];
    assert_eq!(habit("IN", &slips), Habit::National);
    assert_eq!(habit("IN", &["94766299944"]), Habit::Unknown);
    assert_eq!(habit("IN", &["94771234567", "94712345678", "94761234598"]), Habit::International);
    assert_eq!(habit("IN", &["919845012345", "447400123456", "9845012346"]), Habit::International);
    assert_eq!(habit("IN", &["9845012345", "447400123456", "+447400123457"]), Habit::National);
    assert_eq!(habit("DE", &["919819902872", "919801024376", "01713920009"]), Habit::International);
    assert_eq!(habit("", &["919845012345", "447400123456"]), Habit::International);
    assert_eq!(habit("", &["9845012345", "919845012345"]), Habit::Unknown);
    let mostly_national =
        ["9845012345", "9845012346", "9845012347", "9845012348", "9845012349", "94766299944"];
    assert_eq!(habit("", &mostly_national), Habit::National);
    assert_eq!(habit("IN", &["", "n/a", "call me"]), Habit::Unknown);
}

#[test]
fn a_number_of_another_country_is_refused_with_both_readings_unless_its_column_is_international() {
    // Region, cell, what it is by itself, what it is in a column of international numbers.
    let table = [
        ("IN", "94766299944", "PHONE_AMBIGUOUS_COUNTRY", "+94766299944"),
        ("IN", "447400123456", "PHONE_AMBIGUOUS_COUNTRY", "+447400123456"),
        ("IN", "919845012345", "+919845012345", "+919845012345"),
        ("IN", "9845012345", "+919845012345", "+919845012345"),
        ("IN", "+94766299944", "+94766299944", "+94766299944"),
        ("IN", "0094766299944", "+94766299944", "+94766299944"),
        ("GB", "8613812345678", "PHONE_AMBIGUOUS_COUNTRY", "+8613812345678"),
        ("DE", "919819902872", "PHONE_AMBIGUOUS_COUNTRY", "PHONE_AMBIGUOUS_COUNTRY"),
        ("DE", "001517123456", "PHONE_TOO_SHORT", "PHONE_TOO_SHORT"),
        ("DE", "0015172345679", "PHONE_AMBIGUOUS_COUNTRY", "+15172345679"),
        ("US", "919845012345", "PHONE_AMBIGUOUS_COUNTRY", "+919845012345"),
        ("US", "14155552671", "+14155552671", "+14155552671"),
        ("GB", "441843297700", "+441843297700", "+441843297700"),
        ("IN", "912226541234", "+912226541234", "+912226541234"),
        ("SG", "6565501234", "+6565501234", "+6565501234"),
        ("AE", "97142345678", "+97142345678", "+97142345678"),
        ("IT", "390645678912", "+390645678912", "+390645678912"),
        ("BR", "551123456789", "+551123456789", "+551123456789"),
        ("DE", "493012345678", "+493012345678", "+493012345678"),
        ("US", "18002345678", "+18002345678", "+18002345678"),
    ];
    for (region, cell, alone, among) in table {
        let rule = Rule::of_region(region.parse().ok());
        let found = |rule| match read(cell, rule) {
            Ok(number) => number.phone.e164(),
            Err(refusal) => refusal.code.name().to_owned(),
        };
        assert_eq!(found(rule), alone, "{cell} in {region}");
        let international = Rule { habit: Habit::International, ..rule };
        assert_eq!(found(international), among, "{cell} in {region}, in an international column");
        assert_eq!(read(cell, rule).is_ok_and(|number| number.is(Mark::NotMobile)), {
            let landlines = ["44184", "91222", "65655", "97142", "39064", "55112", "49301", "18002"];
            landlines.iter().any(|start| cell.starts_with(start))
        });
    }
    let refusal = read("94766299944", Rule::of_region("IN".parse().ok())).unwrap_err();
    assert_eq!(
        refusal.text,
        "this is no number of India; with the country code in front it would be +94766299944, a number of Sri Lanka; \
         check the digits, or write it with + if it is that number"
    );
}
