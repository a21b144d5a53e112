//! The domain, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there"
)]

mod approvals;
mod canonical;
mod capital_reports;
mod chains;
mod closing;
mod disclosure_reports;
mod filings;
mod guards;
mod late_entries;
mod loan_forms;
mod lookups;
mod lot_instructions;
mod lot_tables;
mod mini_story;
mod people;
mod posting_rules;
mod properties;
mod reconciling;
mod refusals;
mod spelling;
mod statements;
mod stories;
mod transit;
