//! Text files: encoding, delimiter, records.

pub(super) mod decode;
pub(super) mod dialect;
pub(super) mod records;
