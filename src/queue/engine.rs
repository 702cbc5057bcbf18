//! The statements of the queue, checked at compile time against the schema.

/// A statement without rows, or whose rows nobody reads.
macro_rules! query {
    ($($statement:tt)*) => { sqlx::query!($($statement)*) };
}

/// A statement whose rows become values of a type with the columns' names.
macro_rules! query_as {
    ($($statement:tt)*) => { sqlx::query_as!($($statement)*) };
}

/// A statement whose rows have one column.
macro_rules! query_scalar {
    ($($statement:tt)*) => { sqlx::query_scalar!($($statement)*) };
}
