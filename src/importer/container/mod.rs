//! The file around the list: plain, packed, or inside an archive.

pub(super) mod archive;
pub(super) mod compound;
pub(super) mod source;
