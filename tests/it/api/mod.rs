//! The API as a program meets it: real server, real HTTP on loopback, a simulator for a provider.

mod campaigns;
mod client;
mod describing;
mod lists;
mod people;
mod programs;
mod repeating;
mod running;
mod tokens;
