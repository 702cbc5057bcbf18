//! Before the start of a campaign: who has had the message already.

use std::time::Duration;

use crate::{
    domain::{Campaign, Timestamp},
    queue::{Overlap, Queue, QueueError, Repetition},
};

/// The same message to mostly the same people within this span has to be confirmed.
pub const SAME_MESSAGE_WITHIN: Duration = Duration::from_hours(30 * 24);

/// People whom another campaign has messaged within this span are counted before a start.
pub const MESSAGED_LATELY_WITHIN: Duration = Duration::from_hours(7 * 24);

/// Whom other campaigns have messaged.
#[derive(Debug)]
pub struct Repetitions {
    /// Who got the same message within [`SAME_MESSAGE_WITHIN`].
    pub same_message: Option<Repetition>,
    /// Who was messaged within [`MESSAGED_LATELY_WITHIN`], by campaign; without the campaigns of `same_message`.
    pub lately: Vec<Overlap>,
}

/// Whether a repetition has to be confirmed: the same message to at least half of those who wait.
pub fn has_to_be_confirmed(n_same_message: u64, n_queued: u64) -> bool {
    n_same_message > 0 && n_same_message * 2 >= n_queued
}

/// Whom of the campaign's waiting recipients other campaigns have messaged.
pub async fn repetitions(
    queue: &Queue,
    campaign: &Campaign,
    now: Timestamp,
) -> Result<Repetitions, QueueError> {
    let same_message = queue.repetition(campaign.id, now.minus(SAME_MESSAGE_WITHIN)).await?;
    let mut lately = queue.overlaps(campaign.id, now.minus(MESSAGED_LATELY_WITHIN)).await?;
    if let Some(same) = &same_message {
        lately.retain(|overlap| !same.names.contains(&overlap.name));
    }
    Ok(Repetitions { same_message, lately })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_message_to_half_of_those_who_wait_has_to_be_confirmed() {
        assert!(has_to_be_confirmed(5, 10));
        assert!(has_to_be_confirmed(1, 1));
        assert!(!has_to_be_confirmed(4, 10));
        assert!(!has_to_be_confirmed(0, 0), "nobody got it");
    }
}
