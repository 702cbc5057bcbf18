//! Files of people: taken in, put into a campaign, and the places in them.

pub mod import;
pub mod opt_outs;
pub mod places;
pub mod uploads;
pub mod zones;
