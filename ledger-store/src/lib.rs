//! The durable, provable log under the treasury ledger.
