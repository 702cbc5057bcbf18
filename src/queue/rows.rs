//! Rows to domain values and back. A row that makes no sense is an error that names its place.

use std::time::Duration;

use serde::Serialize;

use super::error::QueueError;
use crate::domain::{Delivery, Phone, State, Status, Timestamp, reach::HeldBy};

/// A count or a number as SQLite stores it.
pub(super) fn stored(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A count as SQLite gives it back. Named checks in the schema keep counts from being negative.
pub(super) fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

/// Rows as one JSON parameter: one statement for a whole batch costs what a statement for one row costs.
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain tuples of text and numbers are always JSON")
}

pub(super) fn status(table: &'static str, row: i64, found: &str) -> Result<Status, QueueError> {
    Status::from_name(found).ok_or_else(|| inconsistent(table, "status", row, found))
}

pub(super) fn state(row: i64, found: &str) -> Result<State, QueueError> {
    State::from_name(found).ok_or_else(|| inconsistent("campaign", "state", row, found))
}

pub(super) fn held_by(row: i64, found: &str) -> Result<HeldBy, QueueError> {
    HeldBy::from_name(found).ok_or_else(|| inconsistent("recipient", "held_by", row, found))
}

pub(super) fn delivery(table: &'static str, row: i64, found: &str) -> Result<Delivery, QueueError> {
    Delivery::from_name(found).ok_or_else(|| inconsistent(table, "delivery", row, found))
}

pub(super) fn phone(table: &'static str, row: i64, found: i64) -> Result<Phone, QueueError> {
    u64::try_from(found)
        .ok()
        .and_then(|digits| Phone::from_digits(digits).ok())
        .ok_or_else(|| inconsistent(table, "number", row, "a number that is not E.164"))
}

/// A length of time as it is stored, in milliseconds.
pub(super) fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The person whose number that is: the canonical number, digits only.
pub(super) fn person(phone: Phone) -> i64 {
    stored(phone.canonical().digits())
}

/// The canonical number of a recipient; none where its country has one way of writing numbers.
pub(super) fn canonical(phone: Phone) -> Option<i64> {
    let (canonical, other) = phone.spellings();
    other.map(|_| stored(canonical.digits()))
}

/// Numbers in every way in which they can be written, as one JSON parameter.
pub(super) fn all_spellings(numbers: impl IntoIterator<Item = Phone>) -> String {
    let spellings = numbers.into_iter().map(Phone::spellings);
    let all = spellings.flat_map(|(canonical, other)| [Some(canonical), other]).flatten();
    to_json(&all.map(Phone::digits).collect::<Vec<_>>())
}

/// The values of a recipient's kept columns.
pub(super) fn cells(row: i64, found: Option<&str>) -> Result<Vec<String>, QueueError> {
    match found {
        None => Ok(Vec::new()),
        Some(json) => serde_json::from_str(json).map_err(|_| inconsistent("recipient", "cells", row, json)),
    }
}

/// A limit of a campaign.
pub(super) fn limit(column: &'static str, campaign: i64, found: i64) -> Result<u32, QueueError> {
    u32::try_from(found).map_err(|_| inconsistent("campaign", column, campaign, &found.to_string()))
}

/// A duration, stored in milliseconds.
pub(super) fn duration(column: &'static str, campaign: i64, found: i64) -> Result<Duration, QueueError> {
    u64::try_from(found)
        .map(Duration::from_millis)
        .map_err(|_| inconsistent("campaign", column, campaign, &found.to_string()))
}

pub(super) fn instant(ms: Option<i64>) -> Option<Timestamp> {
    ms.map(Timestamp)
}

pub(super) fn inconsistent(table: &'static str, column: &'static str, row: i64, found: &str) -> QueueError {
    QueueError::Inconsistent { table, column, row, found: found.to_owned() }
}
