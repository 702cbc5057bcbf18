//! What a cell says: blanks, kinds of columns, numbers, moments.

mod blanks;
mod cells;
mod kinds;
mod moments;
mod numbers;
