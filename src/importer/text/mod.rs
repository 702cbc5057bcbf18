//! Text files: encoding, delimiter, records.

pub(super) mod codepages;
pub(super) mod decode;
pub(super) mod dialect;
pub(super) mod plausible;
pub(super) mod records;
