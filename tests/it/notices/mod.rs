//! Notices: an operator is told without looking, whatever becomes of the hook, and nobody is told of a person.

mod channels;
mod delivering;
mod mail;
mod peers;
mod watching;
