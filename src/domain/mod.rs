//! What a campaign is: values, states and the rules between them.
//!
//! Nothing here knows SQL, HTTP, files, clocks or async; everything is a plain value or a pure function.

pub mod campaign;
pub mod canary;
pub mod composer;
pub mod layout;
pub mod lint;
pub mod message;
pub mod outcome;
pub mod phone;
pub mod proof;
pub mod receipt;
pub mod recipient;
pub mod rejection;
pub mod ruling;
pub mod time;
pub mod token;
pub mod verdict;

pub use campaign::{Campaign, CampaignId, NewCampaign, OnUnknown, PauseCause, State};
pub use composer::Composer;
pub use layout::Layout;
pub use message::{Message, Template};
pub use outcome::{Outcome, Reason};
pub use phone::Phone;
pub use proof::Known;
pub use receipt::{Receipt, Said};
pub use recipient::{Delivery, NewRecipient, Recipient, RecipientId, Standing, Status};
pub use rejection::{Rejection, RowCode};
pub use ruling::Ruling;
pub use time::Timestamp;
pub use verdict::Meaning;
