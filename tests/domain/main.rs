//! The domain, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there"
)]

mod mini_story;
mod properties;
mod posting_rules;
mod refusals;
mod stories;
