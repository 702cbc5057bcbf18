//! Reads the provider's downloaded report as receipts, where callbacks were lost.
