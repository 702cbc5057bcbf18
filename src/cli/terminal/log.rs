//! The log: where it goes, and how much is in it.

use std::{fs::OpenOptions, io::IsTerminal, path::Path, sync::Mutex};

use tracing::Level;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt::{self, writer::BoxMakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use super::failure::Failure;

/// Starts the log, on standard error or at the end of a file: warnings, or what `filter` (a tracing filter) or the number
/// of `-v` ask for. A log that goes to a file holds every request.
pub(crate) fn start(verbose: u8, filter: Option<&str>, file: Option<&Path>) -> Result<(), Failure> {
    let by_flag = match verbose {
        0 if file.is_some() && filter.is_none() => Some("catalink=info,warn"),
        0 => None,
        1 => Some("catalink=info,warn"),
        _ => Some("catalink=debug,info"),
    };
    let wanted = by_flag.or(filter).unwrap_or("warn");
    let filter = EnvFilter::try_new(wanted).map_err(|error| {
        Failure::new(format!("`{wanted}` is not a log filter: {error}")).hint("CATALINK_LOG=info")
    })?;
    // What libraries say below `info` may hold an address with a number in it, and is of no use to a user.
    let is_ours = filter_fn(|said| said.target().starts_with("catalink") || *said.level() <= Level::INFO);
    let writer = match file {
        None => BoxMakeWriter::new(std::io::stderr),
        Some(path) => {
            let opened = OpenOptions::new().create(true).append(true).open(path);
            let file = opened.map_err(|error| {
                Failure::from(error).while_doing(format!("cannot write the log `{}`", path.display()))
            })?;
            BoxMakeWriter::new(Mutex::new(file))
        }
    };
    let log = fmt::layer()
        .with_ansi(file.is_none() && std::io::stderr().is_terminal())
        .with_writer(writer)
        .with_target(false)
        .with_filter(filter.and(is_ours));
    tracing_subscriber::registry().with(log).init();
    Ok(())
}
