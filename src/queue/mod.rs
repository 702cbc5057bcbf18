//! What is remembered: campaigns, recipients and what became of them, in one SQLite file.
//!
//! The only module that knows SQL. One connection writes (the writer task), many read. Nothing is reported as done
//! before the commit that holds it was synced to disk.

// First, because their macros are used by the others.
#[macro_use]
mod engine;
#[macro_use]
mod writer;

mod campaigns;
mod counters;
mod database;
mod error;
mod file;
mod handle;
mod inbound;
mod intake;
mod names;
mod notices;
mod reach;
mod receipts;
mod rows;
mod sending;
pub(crate) mod server;
mod states;
#[cfg(test)]
pub(crate) mod tests;
mod transfer;
mod upkeep;
mod views;

pub use campaigns::Pulse;
pub use counters::Counts;
pub use database::{Database, DatabaseError, ServerAddress};
pub use error::QueueError;
pub use file::backup::{Restoration, restore};
pub use file::sentinel::Withheld;
pub use handle::Queue;
pub use inbound::{AnsweredRow, InboundEntry, OpenQuestion, TakenIn};
pub use intake::drafts::Draft;
pub use intake::edits::Edited;
pub use intake::imports::{Added, Import, Importing, NewImport, TakenLine};
pub use intake::removal::RemovedList;
pub use notices::{ChannelState, Delivery, Notice, NoticeChannel, Watched};
pub use reach::windows::{Reachable, WindowCounts};
pub use receipts::{Heard, Merged, Reconciled};
pub use sending::account_log::{AccountLog, LastSent};
pub use sending::attempts::PastAttempt;
pub use sending::claims::{Claim, ClaimOrder, Claimed};
pub use sending::lease::{Lease, Recovered};
pub use sending::settlements::{End, Settled, Settlement};
pub use server::report::ServerReport;
pub use server::term::Term;
pub use transfer::Moved;
pub use upkeep::answers::{ANSWERS_KEPT_FOR, Answer, Asked, Before};
pub use upkeep::audit::AuditLine;
pub use upkeep::purge::{Outdated, Wiped};
pub use upkeep::resolutions::{CLOSED_DOUBT, Which};
pub use upkeep::shelf::LastTest;
pub use upkeep::suppressions::{Suppressed, Suppression};
pub use upkeep::tokens::Token;
pub use upkeep::users::{Credentials, Role, User};
pub use upkeep::verification::Verified;
pub use views::campaign_page::{Extent, Glimpse, Loss, LossKind};
pub use views::overlaps::{Overlap, Repetition};
pub use views::overviews::{CampaignFilter, Overview, Together};
pub use views::pace::Minute;
pub use views::person::PersonRow;
pub use views::responses::Responded;
pub use views::result_rows::{After, ResultPage, ResultRow};
pub use views::results::{Filter, Unsent};
pub use views::searches::{Problem, RowFilter, RowPage, Search};
pub use views::sending_now::{Held, SendingNow};
pub use views::totals::{Findings, GroupKey, Reasoned, Slot, Tallied, Tally, Waits};
pub use writer::Writer;

use file::opening::{Place, beside, connect, not_a_database, options, sync_folder};
use handle::READERS_MAX;
