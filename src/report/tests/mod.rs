//! What is written, on real queues.

mod page;
mod results;
