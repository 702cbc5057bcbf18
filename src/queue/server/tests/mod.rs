//! The right to send and its commits, on a PostgreSQL server of the tests' own.

pub(crate) mod cluster;
