//! Formats together.
