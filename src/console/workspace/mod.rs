//! What the console holds in memory beside the queue: running checks, telemetry, the worker.

pub(super) mod desk;
pub(super) mod launch;
pub(super) mod snapshot;
pub(super) mod telemetry;
pub(super) mod worker;
