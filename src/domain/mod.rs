//! What a campaign is: values, states and the rules between them.
//!
//! Nothing here knows SQL, HTTP, files, clocks or async; everything is a plain value or a pure function.

pub mod campaign;
pub mod days;
pub mod inbound;
pub mod message;
pub mod notice;
pub mod reach;
pub mod receipt;
pub mod recipient;
pub mod response;
pub mod ruling;
pub mod time;

pub use campaign::{Campaign, CampaignId, NewCampaign, OnUnknown, PauseCause, State};
pub use inbound::{Event, Inbound};
pub use message::composer::Composer;
pub use message::layout::Layout;
pub use message::{Message, Template};
pub use receipt::funnel::Funnel;
pub use receipt::proof::Known;
pub use receipt::verdict::Meaning;
pub use receipt::{Receipt, Said};
pub use recipient::phone::Phone;
pub use recipient::rejection::{Rejection, RowCode};
pub use recipient::{Delivery, NewRecipient, Recipient, RecipientId, RejectedRow, Standing, Status};
pub use ruling::Ruling;
pub use ruling::outcome::{Outcome, Reason};
pub use time::Timestamp;
