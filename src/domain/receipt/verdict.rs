//! What receipts say of a campaign as a whole: when so many messages do not arrive that it has to pause.

use crate::domain::{campaign::PauseCause, recipient::Delivery};

/// What a receipt's code means beyond its own recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing.
    Plain,
    /// More than 24 hours have passed since the person last wrote (131047).
    WindowClosed,
    /// The person asked not to be messaged.
    OptedOut,
    /// The account, its limits or the message is at fault; every recipient will fail alike.
    Fault(PauseCause),
}

impl Meaning {
    /// The name under which it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::WindowClosed => "window closed",
            Self::OptedOut => "opted out",
            Self::Fault(cause) => cause.name(),
        }
    }

    /// The meaning of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Plain, Self::WindowClosed, Self::OptedOut]
            .into_iter()
            .find(|meaning| meaning.name() == name)
            .or_else(|| PauseCause::from_name(name).map(Self::Fault))
    }
}

/// The last verdicts of a campaign, oldest first: one for each message that turned out to have arrived, or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdicts(String);

impl Verdicts {
    /// So many are kept.
    const KEPT: usize = 50;
    /// So many closed windows in a row pause the campaign.
    const WINDOWS_IN_A_ROW: usize = 20;
    /// So many faults of the account in a row do; fewer could be stragglers of a fault that is fixed.
    const FAULTS_IN_A_ROW: usize = 5;

    const ARRIVED: char = 'a';
    const WINDOW: char = 'w';
    const FAULT: char = 'f';
    const OTHER: char = 'o';

    /// The verdicts as [`Verdicts::text`] wrote them down.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// One letter each.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Adds the verdict on one message: it went from `before` to `after`, by a receipt with that meaning. Nothing is
    /// added where that is no news. Says why the campaign should pause, if it should.
    pub fn add(&mut self, before: Option<Delivery>, after: Delivery, meaning: Meaning) -> Option<PauseCause> {
        let (letter, cause) = match (after, meaning) {
            (Delivery::Sent, _) => return None,
            (Delivery::Delivered | Delivery::Read, _) => (Self::ARRIVED, None),
            (Delivery::Undelivered, Meaning::WindowClosed) => (Self::WINDOW, Some(PauseCause::Canary)),
            (Delivery::Undelivered, Meaning::Fault(cause)) => (Self::FAULT, Some(cause)),
            (Delivery::Undelivered, Meaning::Plain | Meaning::OptedOut) => (Self::OTHER, None),
        };
        let has_arrived = |delivery| matches!(delivery, Delivery::Delivered | Delivery::Read);
        if before.is_some_and(|before| before == after || (has_arrived(before) && has_arrived(after))) {
            return None;
        }
        self.0.push(letter);
        if self.0.len() > Self::KEPT {
            self.0.remove(0);
        }
        cause.filter(|_| self.is_a_run(letter))
    }

    fn is_a_run(&self, letter: char) -> bool {
        let needed = if letter == Self::WINDOW { Self::WINDOWS_IN_A_ROW } else { Self::FAULTS_IN_A_ROW };
        let in_a_row = self.0.chars().rev().take_while(|found| *found == letter).count();
        let in_all = self.0.chars().filter(|found| *found == letter).count();
        in_a_row >= needed || (self.0.len() == Self::KEPT && in_all * 2 > Self::KEPT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: Meaning = Meaning::Fault(PauseCause::Account);

    fn pauses_after(verdicts: &[(Delivery, Meaning)]) -> Option<(usize, PauseCause)> {
        let mut known = Verdicts::default();
        let one = |(n, (delivery, meaning)): (usize, &(Delivery, Meaning))| {
            known.add(Some(Delivery::Sent), *delivery, *meaning).map(|cause| (n + 1, cause))
        };
        verdicts.iter().enumerate().find_map(one)
    }

    #[test]
    fn twenty_closed_windows_in_a_row_pause_and_scattered_ones_do_not() {
        let closed = (Delivery::Undelivered, Meaning::WindowClosed);
        let read = (Delivery::Read, Meaning::Plain);
        assert_eq!(pauses_after(&[closed; 30]), Some((20, PauseCause::Canary)));
        assert_eq!(pauses_after(&[closed, read, read].repeat(100)), None);
        assert_eq!(pauses_after(&[closed, closed, read].repeat(30)), Some((50, PauseCause::Canary)));
    }

    #[test]
    fn a_fault_of_the_account_pauses_sooner_and_names_itself() {
        assert_eq!(pauses_after(&[(Delivery::Undelivered, ACCOUNT); 9]), Some((5, PauseCause::Account)));
        assert_eq!(pauses_after(&[(Delivery::Undelivered, Meaning::Plain); 99]), None);
    }

    #[test]
    fn no_news_is_no_verdict() {
        let mut known = Verdicts::default();
        known.add(None, Delivery::Sent, Meaning::Plain);
        known.add(Some(Delivery::Undelivered), Delivery::Undelivered, ACCOUNT);
        known.add(Some(Delivery::Delivered), Delivery::Read, Meaning::Plain);
        assert_eq!(known.text(), "");
        known.add(Some(Delivery::Undelivered), Delivery::Delivered, Meaning::Plain);
        assert_eq!(Verdicts::from_text(known.text()).text(), "a");
    }
}
