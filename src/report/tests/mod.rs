//! What is written, on real queues.

mod agreement;
mod page;
mod results;
