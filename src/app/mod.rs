//! What every face does, written once: import a list, send a test message, start a campaign, check that all is there.
//!
//! It returns facts. The faces ask before and show after; only they make sentences.

pub mod campaigns;
pub mod doctor;
pub mod json;
pub mod lists;
pub mod notices;
pub mod outputs;
pub mod rehearsal;
pub mod tokens;
pub mod wording;
