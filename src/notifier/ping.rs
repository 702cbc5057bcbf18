//! The dead man's switch: an address that is asked for once a minute while a worker lives and its database can be written. Silence is
//! the alarm.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{ATTEMPT_MAX, channel::HookUrl, hook::Client};
use crate::{clock::Clock, queue::Queue, trial};

const EVERY: Duration = Duration::from_mins(1);

/// A worker that has not been heard of for so long is dead.
const DEAD_AFTER: Duration = Duration::from_secs(30);

/// The pulse of a worker.
#[derive(Debug, Clone)]
pub struct Heartbeat(Arc<Mutex<Option<Instant>>>);

impl Heartbeat {
    /// Of a worker that beats.
    pub fn beating() -> Self {
        Self(Arc::new(Mutex::new(Some(Instant::now()))))
    }

    /// Of a worker that lives as long as this process does.
    pub fn of_process() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }

    pub fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_alive(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none_or(|last| last.elapsed() < DEAD_AFTER)
    }
}

/// Pings until it is dropped.
pub(super) async fn run(queue: &Queue, clock: Clock, client: &Client, url: &HookUrl, heartbeat: &Heartbeat) {
    let mut minutes = interval(trial::span("ping", EVERY));
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        match queue.beat(clock.now()).await {
            Ok(true) if heartbeat.is_alive() => {}
            Ok(true) => {
                tracing::error!("no ping: the worker does not move");
                continue;
            }
            Ok(false) => {
                tracing::error!("no ping: a campaign is paused because the database could not be written");
                continue;
            }
            Err(error) => {
                tracing::error!(%error, "no ping: the database cannot be written");
                continue;
            }
        }
        match timeout(ATTEMPT_MAX, client.get(url)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the ping was not taken"),
            Err(_) => tracing::warn!("the ping had no answer"),
        }
    }
}
