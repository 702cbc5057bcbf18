//! What changes by itself on the page of a campaign, and the stream that tells browsers of it.

pub(super) mod fragments;
pub(crate) mod stream;
