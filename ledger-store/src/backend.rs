//! The backends: where a log's bytes go.

pub mod memory;
