//! The backends: where a log's bytes go.

pub mod file;
pub mod memory;
