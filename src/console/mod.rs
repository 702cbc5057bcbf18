//! The face in a browser: pages rendered here, a worker that runs started campaigns, and the sign-in in front of them.
//!
//! It changes a campaign by writing to the queue; the sender notices. Everything it serves is inside the binary.

mod access;
mod admin;
mod campaign;
mod drafts;
mod page;
mod people;
mod plans;
mod routes;
mod server;
mod setup;
mod shared;
mod workspace;

pub use access::passwords::{PASSWORD_CHARS_MIN, PasswordError, hash_password};
pub use server::{Console, serve};
pub use setup::{ConsoleError, Facts, Options, Reach, UNDO_FOR, UPLOAD_BYTES_MAX};
pub use workspace::rehearsal_of;
