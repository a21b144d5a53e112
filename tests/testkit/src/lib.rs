//! What the tests share: a naive model of the books, generators of random logs, story helpers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a library of tests: what cannot be is best said by failing loudly, with the place it happened"
)]

pub mod generate;
pub mod load;
pub mod naive;
pub mod story;
