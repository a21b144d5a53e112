//! The pure domain of the treasury ledger.
