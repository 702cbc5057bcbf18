//! The standing adversary: random histories of everything that people, the provider and the machine can do to the real
//! program, and after every step its database is held against the provider's own book.
//!
//! `CATALINK_HISTORIES=200 cargo test --test it adversary::histories -- --nocapture` lives through two hundred of them
//! and says what they came to; `CATALINK_SEED=… cargo test --test it adversary::histories` repeats one. A seed fixes what
//! is done and what the provider answers, not the moments at which a busy machine does it.

mod acts;
mod fates;
mod histories;
mod laws;
mod mail;
#[cfg(target_os = "linux")]
mod power;
mod processes;
mod world;
