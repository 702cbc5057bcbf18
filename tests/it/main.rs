//! The real program, real files, real HTTP on loopback.

mod importing;
mod pausing;
mod sending;
mod support;
