//! Whom we speak to: one request, one outcome.
//!
//! Nothing here retries, sleeps or remembers; the sender decides what an outcome means for the campaign.

pub mod kaleyra;

pub(crate) use kaleyra::trusting;
pub use kaleyra::{Account, AddressError, BaseUrl, Kaleyra, Leave, Limits, Pod, Probe, ProviderError};
