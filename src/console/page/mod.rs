//! What every page is made of: its frame, errors, assets, charts, and the texts.

pub(super) mod assets;
pub(super) mod bar;
pub(super) mod bubble;
pub(super) mod chart;
pub(super) mod failure;
pub(super) mod frame;
pub(super) mod mask;
pub(super) mod notice;
pub(super) mod request;
pub(super) mod words;
