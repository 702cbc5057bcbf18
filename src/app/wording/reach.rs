//! Who can be reached, in a sentence.

use super::texts::WordingTexts;
use crate::{
    app::campaigns::reach::Prospect,
    domain::reach::HeldBy,
    report::{count, counted},
};

/// How many of those who wait can be reached, and what becomes of the others where nothing is done about it.
pub fn sentence(prospect: &Prospect, mps: f64) -> String {
    let Prospect { n_queued, n_open, n_too_late, .. } = *prospect;
    let texts = WordingTexts::current();
    let mut said = vec![texts.reach_now.n_with(n_queued, count(n_open))];
    if n_too_late > 0 {
        said.push(texts.reach_late.with2(count(n_too_late), mps));
    }
    if prospect.n_closed() > 0 {
        said.push(texts.reach_closed.n(prospect.n_closed()));
    }
    format!("{}.", said.join("; "))
}

/// That it is night for most, and how to wait for the morning.
pub fn night(name: &str, n_dark: u64, n: u64) -> String {
    format!(
        "it is night (22:00 to 07:00) for {} of {}; each of them waits for their morning after catalink edit {name} \
         --hours 09:00-20:00",
        count(n_dark),
        counted(n, "person", "people")
    )
}

/// What somebody waits for who may not be messaged yet.
pub fn held(by: HeldBy) -> &'static str {
    match by {
        HeldBy::Hours => "the hours where they are",
        HeldBy::Cap => "the cap on messages to them",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_who_is_reached_who_is_late_and_who_is_not() {
        let prospect = Prospect { n_queued: 12_000, n_open: 1_430, n_too_late: 38, is_known: true };
        assert_eq!(
            sentence(&prospect, 5.0),
            "Of 12,000 people 1,430 can be reached now; 38 of them would be too late at 5 a second; 10,570 have not \
             written in the last 24 hours: their messages would be accepted and never arrive."
        );
        let all = Prospect { n_queued: 3, n_open: 3, n_too_late: 0, is_known: true };
        assert_eq!(sentence(&all, 20.0), "Of 3 people 3 can be reached now.");
    }
}
