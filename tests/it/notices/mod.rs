//! Notices: an operator is told without looking, whatever becomes of the hook, and nobody is told of a person.

mod channels;
mod delivering;
mod mail;
pub(crate) mod peers;
mod watching;
