//! Numbers written as they were before their country's numbering plan changed, and what they are now.
//!
//! A row is in this table where the old form is no number any more, so that nobody else can be meant, and where the new one
//! follows from it for certain. Only mobiles are completed.

use super::{
    Mark,
    plan::{self, Kind, Reading},
};

/// One change of one plan.
struct Renumbering {
    country_code: i32,
    /// The digits that a mobile had before, without the country code.
    n_digits: usize,
    /// What it is now, without the country code; none where it was no mobile.
    now: fn(&str) -> Option<String>,
    mark: Mark,
}

const RENUMBERINGS: [Renumbering; 6] = [
    // Mexico: no 1 after +52 since 2019-08-03 (IFT, Plan Técnico Fundamental de Numeración).
    Renumbering {
        country_code: 52,
        n_digits: 11,
        now: |old| Some(old.strip_prefix('1')?.to_owned()),
        mark: Mark::RepairedMexico,
    },
    // Brazil: a ninth digit before mobiles, area by area from 2012-07-29 to 2016-11-06 (Anatel, Resolução 553/2010).
    Renumbering {
        country_code: 55,
        n_digits: 10,
        now: |old| {
            let (area, subscriber) = old.split_at(2);
            subscriber.starts_with(['6', '7', '8', '9']).then(|| format!("{area}9{subscriber}"))
        },
        mark: Mark::RepairedBrazil,
    },
    // Benin: 01 before every number since 2024-11-30 (ARCEP Bénin).
    Renumbering {
        country_code: 229,
        n_digits: 8,
        now: |old| Some(format!("01{old}")),
        mark: Mark::Renumbered,
    },
    // Côte d'Ivoire: 01, 05 or 07 before mobiles since 2021-01-31, by the operator, which the second digit names (ARTCI).
    Renumbering { country_code: 225, n_digits: 8, now: ivorian, mark: Mark::Renumbered },
    // Cameroon: 6 before mobiles since 2014-11-21 (ART; ITU, communication of 2014-10-06).
    Renumbering {
        country_code: 237,
        n_digits: 8,
        now: |old| old.starts_with(['5', '7', '9']).then(|| format!("6{old}")),
        mark: Mark::Renumbered,
    },
    // Viet Nam: mobiles of eleven digits, with their 0, have ten since 2018-09-15 (Ministry of Information and
    // Communications, decision 798/QD-BTTTT).
    Renumbering { country_code: 84, n_digits: 10, now: vietnamese, mark: Mark::Renumbered },
];

fn ivorian(old: &str) -> Option<String> {
    let operator = match old.as_bytes() {
        [b'0' | b'4' | b'5' | b'7', b'0'..=b'3', ..] => "01",
        [b'0' | b'4'..=b'9', b'4'..=b'6', ..] => "05",
        [b'0' | b'4'..=b'9', b'7'..=b'9', ..] => "07",
        _ => return None,
    };
    Some(format!("{operator}{old}"))
}

fn vietnamese(old: &str) -> Option<String> {
    const PREFIXES: [(&str, &str); 21] = [
        ("120", "70"),
        ("121", "79"),
        ("122", "77"),
        ("123", "83"),
        ("124", "84"),
        ("125", "85"),
        ("126", "76"),
        ("127", "81"),
        ("128", "78"),
        ("129", "82"),
        ("162", "32"),
        ("163", "33"),
        ("164", "34"),
        ("165", "35"),
        ("166", "36"),
        ("167", "37"),
        ("168", "38"),
        ("169", "39"),
        ("186", "56"),
        ("188", "58"),
        ("199", "59"),
    ];
    PREFIXES.iter().find_map(|(before, now)| Some(format!("{now}{}", old.strip_prefix(before)?)))
}

/// The mobile that digits beginning with a country code are now.
pub(super) fn repaired(digits: &str) -> Option<(Reading, Mark)> {
    let (country_code, old) = plan::split(digits)?;
    let is_old = |known: &&Renumbering| known.country_code == country_code && known.n_digits == old.len();
    let renumbering = RENUMBERINGS.iter().find(is_old)?;
    let now = format!("{country_code}{}", (renumbering.now)(old)?);
    plan::international(&now)
        .ok()
        .filter(|reading| reading.kind == Kind::Mobile)
        .map(|reading| (reading, renumbering.mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_number_is_the_one_that_it_became() {
        for (old, now) in [
            ("5215511727330", "+525511727330"),
            ("552191069932", "+5521991069932"),
            ("22997123456", "+2290197123456"),
            ("22961234567", "+2290161234567"),
            ("22507181123", "+2250707181123"),
            ("22544123456", "+2250544123456"),
            ("22501123456", "+2250101123456"),
            ("22589123456", "+2250789123456"),
            ("23795123456", "+237695123456"),
            ("23777123456", "+237677123456"),
            ("841681234567", "+84381234567"),
            ("841221234567", "+84771234567"),
            ("841881234567", "+84581234567"),
            ("841991234567", "+84591234567"),
        ] {
            let reading = repaired(old).map(|(reading, _)| reading.phone.e164());
            assert_eq!(reading.as_deref(), Some(now), "{old}");
        }
    }

    #[test]
    fn a_number_that_no_change_explains_stays_as_it_is() {
        // A landline, a number that never was, one digit less.
        for digits in
            ["22520212345", "22562123456", "2299712345", "841301234567", "23722123456", "551133334444"]
        {
            assert!(repaired(digits).is_none(), "{digits}");
        }
    }

    /// The old form has to be no number of today: otherwise somebody else could be meant.
    #[test]
    fn no_old_form_is_a_number_of_today() {
        for old in
            ["5215511727330", "552191069932", "22997123456", "22507181123", "23795123456", "841681234567"]
        {
            assert!(plan::international(old).is_err(), "{old}");
        }
    }
}
