//! The real program, real files, real HTTP on loopback.
#![expect(unreachable_pub, reason = "a test program has no outside")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails, and says where")]

mod adversary;
mod answering;
mod api;
mod confirming;
mod console;
mod contradicting;
#[cfg(target_os = "linux")]
mod copies;
mod costing;
mod crashing;
mod editing;
mod faults;
mod help;
mod hints;
mod importing;
mod interrupting;
mod laws;
mod leavers;
mod leaving;
#[cfg(target_os = "linux")]
mod machines;
mod mending;
mod moving;
mod notices;
mod overwriting;
mod pausing;
mod placeholders;
mod promising;
mod purging;
mod reaching;
mod readme;
mod receipts;
mod refusing;
mod rehearsing;
mod replacing;
mod samples;
mod scripting;
mod secrets;
mod sending;
mod serving;
mod storage;
mod support;
mod tidy;
mod times;
mod upgrading;
