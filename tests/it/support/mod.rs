//! A folder of its own, the real program, and a provider that does what the test says.

pub mod crash;
pub mod live;
pub mod metronome;
pub mod postgres;
pub mod provider;
pub mod proxy;
pub mod scenario;

pub use provider::{Answer, Provider};
pub use scenario::{Ended, Scenario, number};
