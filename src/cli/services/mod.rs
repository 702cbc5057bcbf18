//! Commands that stay: the console, the receiver, the simulator, the demo.

pub(super) mod demo;
pub(super) mod notify;
pub(super) mod receive;
pub(super) mod serve;
pub(super) mod simulate;
pub(super) mod token;
