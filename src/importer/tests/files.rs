//! Files that the corpus does not hold.
