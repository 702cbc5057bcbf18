//! What every face does, written once: import a list, send a test message, start a campaign, check that all is there.
//!
//! It returns facts. The faces ask before and show after; only they make sentences.

pub mod campaigns;
pub mod creation;
pub mod doctor;
pub mod editing;
pub mod finish;
pub mod import;
pub mod json;
pub mod opt_outs;
pub mod outlook;
pub mod outputs;
pub mod places;
pub mod reach;
pub mod rehearsal;
pub mod resolving;
pub mod start;
pub mod test_message;
pub mod tokens;
pub mod uploads;
pub mod wording;
pub mod zones;
