//! The real program, real files, real HTTP on loopback.
#![expect(unreachable_pub, reason = "a test program has no outside")]

mod crashing;
mod help;
mod importing;
mod pausing;
mod refusing;
mod samples;
mod sending;
mod support;
mod tidy;
