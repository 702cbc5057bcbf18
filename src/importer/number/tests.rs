//! The cell rule, spelling by spelling.

use proptest::prelude::*;

use super::*;

fn rule(region: &str) -> Rule {
    Rule::of_region(region.parse().ok())
}

fn found(text: &str, region: &str) -> String {
    match read(text, rule(region)) {
        Ok(number) => number.phone.e164(),
        Err(refusal) => refusal.code.name().to_owned(),
    }
}

#[track_caller]
fn all_are(expected: &str, region: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(found(text, region), expected, "{text:?} in {region}");
    }
}

#[test]
fn a_cell_without_a_number_says_so() {
    let texts = [
        "",
        "  ",
        "-",
        "--",
        "n/a",
        "N/A",
        "null",
        "None",
        "nil",
        "0",
        "nan",
        "#N/A",
        "#REF!",
        "undefined",
        "'",
        "\"\"",
    ];
    all_are("PHONE_MISSING", "IN", &texts);
}

#[test]
fn a_lost_digit_is_refused() {
    let texts = [
        "9.19877E+11",
        "9,19877E+11",
        "9.2E+11",
        "9.19877e11",
        "'9.19E+11",
        "=\"9.19E+11\"",
        "9.19541136E+11",
        "1E-7",
    ];
    all_are("PHONE_SCIENTIFIC", "IN", &texts);
}

#[test]
fn scientific_notation_with_every_digit_is_read() {
    all_are("+919541136571", "IN", &["9.19541136571E+11", "9.19541136571e11", "9,19541136571E+11"]);
    all_are("+919009030780", "IN", &["9.1900903078E11"]);
}

#[test]
fn floats_and_groups_are_whole_numbers() {
    all_are(
        "+919541136571",
        "IN",
        &[
            "919541136571.0",
            "919541136571.00",
            "919541136571,0",
            "919,541,136,571",
            "919.541.136.571",
            "919,541,136,571.00",
            "9,19,54,11,36,571",
        ],
    );
    all_are("PHONE_INVALID", "IN", &["-9541136571"]);
    all_are("PHONE_TOO_LONG", "IN", &["9541136571.5", "-919541136571.0"]);
}

#[test]
fn digits_of_any_script_and_invisible_marks_are_read() {
    all_are(
        "+919541136571",
        "IN",
        &[
            "٩١٩٥٤١١٣٦٥٧١",
            "९५४११३६५७१",
            "＋９１９５４１１３６５７１",
            "\u{202a}+91 95411 36571\u{202c}",
            "\u{feff}+91\u{a0}95411\u{202f}36571",
            "+91–95411—36571",
            "+91\u{200b}9541136571",
            "\t+919541136571",
            "+91.95411.36571",
        ],
    );
    all_are("PHONE_CONTROL_CHAR", "IN", &["+91954\u{0}1136571", "+91954\u{7}1136571", "95411\t36571"]);
}

#[test]
fn no_character_that_nobody_sees_disturbs_a_number() {
    let ranges = [
        0xAD..=0xAD,
        0x34F..=0x34F,
        0x61C..=0x61C,
        0x115F..=0x1160,
        0x17B4..=0x17B5,
        0x180B..=0x180F,
        0x200B..=0x200F,
        0x202A..=0x202E,
        0x2060..=0x206F,
        0x2800..=0x2800,
        0x3164..=0x3164,
        0xFE00..=0xFE0F,
        0xFEFF..=0xFEFF,
        0xFFA0..=0xFFA0,
        0xFFF0..=0xFFFB,
        0x1BCA0..=0x1BCA3,
        0x1D173..=0x1D17A,
        0xE0000..=0xE0FFF,
    ];
    for code in ranges.into_iter().flatten() {
        let c = char::from_u32(code).unwrap();
        for cell in
            [format!("{c}+91 95411{c}36571{c}"), format!("9541{c}{c}136571"), format!("'{c}919541136571")]
        {
            assert_eq!(found(&cell, "IN"), "+919541136571", "U+{code:04X}");
        }
        assert_eq!(found(&format!("{c}{c}"), "IN"), "PHONE_MISSING", "U+{code:04X}");
    }
}

#[test]
fn wrappers_links_and_labels_are_taken_off() {
    all_are(
        "+919541136571",
        "IN",
        &[
            "'+919541136571",
            "’+919541136571",
            "=\"+919541136571\"",
            "=\"9541136571\"",
            "`919541136571",
            "p:+919541136571",
            "tel:+919541136571",
            "whatsapp:+919541136571",
            "https://wa.me/919541136571",
            "wa.me/919541136571",
            "https://wa.me/919541136571?text=Hi%20123",
            "https://api.whatsapp.com/send?phone=%2B919541136571&text=x",
            "919541136571@c.us",
            "919541136571:7@s.whatsapp.net",
            "'09541136571",
            "Mob: 9541136571",
            "Mobile No. 95411 36571",
            "WA 9541136571",
            "+91 95411 36571 (WhatsApp)",
            "9541136571 (mobile)",
            "📱 9541136571",
            "☎️ +91 95411-36571",
            "\"9541136571\"",
            "M +91 9541136571",
            "(+91) 95411 36571",
            "+91 (0) 95411 36571",
            "00 91 95411 36571",
            "+ 91 9541136571",
            "91 95411 36571.",
        ],
    );
    all_are("+919541136571", "DE", &["wa.me/919541136571", "919541136571@c.us"]);
}

#[test]
fn what_is_not_a_number_is_named() {
    all_are(
        "PHONE_LETTERS",
        "IN",
        &["95411O6571", "9541l36571", "1-800-FLOWERS", "asha12@example.com", "954113657X", "XXXXXX6571"],
    );
    all_are("PHONE_NOT_A_NUMBER", "IN", &["asha@example.com", "call me", "Phone", "जी"]);
    all_are(
        "PHONE_EXTENSION",
        "IN",
        &["022 2654 1234 ext 12", "+912226541234 x12", "02226541234#12", "+91 22 2654 1234;ext=5"],
    );
    all_are(
        "PHONE_PLACEHOLDER",
        "IN",
        &["9999999999", "+919999999999", "1234567890", "9876543210", "0000000000", "+911234567890"],
    );
    all_are("PHONE_TOO_SHORT", "IN", &["12", "95411365", "+91954113657"]);
    all_are("PHONE_TOO_LONG", "IN", &["+9195411365711", "95411365719541136571"]);
    all_are("PHONE_INVALID_COUNTRY", "IN", &["+999541136571", "+0919541136571"]);
    all_are("PHONE_INVALID", "DE", &["22-11-2026", "2026-11-22", "22.11.2026 10:30", "95***36571"]);
    all_are("PHONE_TYPE", "GB", &["+449012345671"]);
}

#[test]
fn two_valid_readings_are_never_weighed() {
    all_are("PHONE_AMBIGUOUS_COUNTRY", "DE", &["919819902872", "919801024376"]);
    all_are("+491713920009", "DE", &["01713920009", "1713920009", "491713920009", "00491713920009"]);
    all_are("PHONE_AMBIGUOUS_COUNTRY", "", &["9541136571", "09541136571", "01713920009"]);
    all_are("+919541136571", "", &["919541136571", "+919541136571", "00919541136571"]);
}

#[test]
fn one_answer_settles_a_column_that_includes_the_country_code() {
    let settled = Rule { includes_country_code: true, ..rule("DE") };
    let e164 = |text: &str| read(text, settled).unwrap().phone.e164();
    assert_eq!(e164("919819902872"), "+919819902872");
    assert_eq!(e164("01713920009"), "+491713920009");
}

#[test]
fn numbers_from_before_a_change_of_plan_are_completed() {
    all_are("+525511727330", "IN", &["+52 1 55 11727330"]);
    all_are("PHONE_AMBIGUOUS_COUNTRY", "IN", &["5215511727330"]);
    let column = Rule { habit: Habit::International, ..rule("IN") };
    assert_eq!(read("5215511727330", column).unwrap().phone.e164(), "+525511727330");
    all_are("+5521991069932", "IN", &["+552191069932"]);
    all_are("+525511727330", "MX", &["5511727330", "+5215511727330", "15511727330"]);
    all_are("+5521991069932", "BR", &["2191069932", "(21) 9106-9932", "552191069932"]);
    all_are("+390645678912", "MX", &["+39 06 4567 8912", "+39 (0)6 4567 8912"]);
    all_are("+447465291048", "GB", &["+44 (0)7465 291048", "7465291048", "07465 291048", "447465291048"]);
}

#[test]
fn the_former_mexican_mobile_is_not_taken_for_an_american_number() {
    assert_eq!(found("1 551 234 5681", "MX"), "PHONE_AMBIGUOUS_COUNTRY");
    assert_eq!(found("+1 551 234 5681", "MX"), "+15512345681");
}

#[test]
fn several_numbers_follow_the_policy() {
    let cell = |text: &str, several| {
        let mut numbers = Vec::new();
        match read_cell(text, rule("IN"), several, &mut numbers) {
            Ok(()) => numbers.iter().map(|number| number.phone.e164()).collect::<Vec<_>>().join(" "),
            Err(refusal) => refusal.code.name().to_owned(),
        }
    };
    for text in [
        "9533241052 / 9072304509",
        "9533241052,9072304509",
        "9533241052 ::: 9072304509",
        "9533241052\n9072304509",
        "9533241052 or 9072304509",
        "9533241052;9072304509",
        "+919533241052 +919072304509",
        "Mob: 9533241052 / Res: 9072304509",
        "9533241052 & 9072304509",
        "9533241052 AND 9072304509",
    ] {
        let first = if text.contains("Res") { "+919533241052" } else { "+919533241052 +919072304509" };
        assert_eq!(cell(text, Numbers::All), first, "{text}");
        assert_eq!(cell(text, Numbers::First), "+919533241052", "{text}");
        assert_eq!(cell(text, Numbers::Reject), "PHONE_MULTIPLE", "{text}");
    }
    assert_eq!(cell("1234567 / 9072304509", Numbers::First), "+919072304509");
    assert_eq!(cell("9845567555 / +91 9845567555", Numbers::Reject), "+919845567555");
    assert_eq!(cell("0171-3920009/10", Numbers::First), "PHONE_MULTIPLE");
}

#[test]
fn a_separator_within_a_number_makes_no_two_of_it() {
    all_are(
        "+4917501524243",
        "DE",
        &["+49 1750152/4243", "0175/0152 4243", "01750152/4243", "0175 01524243"],
    );
    all_are(
        "+491711234567",
        "DE",
        &["0171/1234567", "0171 / 123 45 67", "+49 171/1234567", "+49 (171) 1234/567"],
    );
    all_are(
        "+498912345678",
        "DE",
        &["089/123456-78", "089/12 34 56 78", "+49 89/1234 5678", "+49-89/123456-78"],
    );
    all_are("+33612345678", "FR", &["06/12/34/56/78", "0612/345678", "+33 6 12345/678", "06 12 34,56 78"]);
    all_are("+5511961234567", "BR", &["(11) 96123/4567", "11/961234567", "+55 11 9612/34567"]);
    all_are(
        "+919845012345",
        "IN",
        &["98450/12345", "+91 98450/12345", "98450,12345", "9845012/345", "98450|12345"],
    );
    all_are("+390645678912", "IT", &["06/45678912", "06/4567.8912", "+39 06/4567/8912"]);
    // Here what stands before the separator is a number by itself.
    all_are("PHONE_MULTIPLE", "DE", &["0171-3920009/10", "089 123456/78", "+49 171 3920009/10"]);
    all_are("PHONE_MULTIPLE", "IN", &["9533241052/53", "9533241052 / 9072304509", "022 26541234/35"]);
}

proptest! {
    #[test]
    fn every_valid_number_reads_as_itself(subscriber in 7_400_000_000_u64..7_500_000_000) {
        let e164 = format!("+44{subscriber}");
        if plan::international(&e164[1..]).is_ok() {
            for region in ["", "GB", "DE", "IN", "US"] {
                let read = found(&e164, region);
                prop_assert!(read == e164 || read == "PHONE_PLACEHOLDER", "{e164} in {region}: {read}");
            }
        }
    }

    #[test]
    fn no_cell_makes_it_panic(text in "\\PC*", region in "IN|DE|US|") {
        prop_assert!(!found(&text, &region).is_empty());
    }

    #[test]
    fn no_digits_make_it_panic(text in "[-+0-9 ./,:;()xXeE'=\"\u{0}\u{a0}٣]*") {
        prop_assert!(!found(&text, "BR").is_empty());
    }
}
