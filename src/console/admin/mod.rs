//! What an administrator sees: settings, health check, retention, backup, audit log, suppression list, metrics.

pub(super) mod audit_page;
pub(super) mod backup;
pub(super) mod checkup;
pub(super) mod metrics;
pub(super) mod notices;
pub(super) mod opt_outs_page;
pub(super) mod retention;
pub(super) mod settings_page;
pub(super) mod suppressions_page;
