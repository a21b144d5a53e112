//! Tests of the command as a person meets it: through the real program, in an environment of its own.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test an unexpected value ends the test, which is what it is for"
)]

mod ads;
mod approvals;
mod audit;
mod audit_alterations;
mod audit_people;
mod auditor_page;
mod backup;
mod bad_entries;
mod bad_lines;
mod caches;
mod checking;
mod closing;
mod commands;
mod compare;
mod config;
mod damage;
mod demo;
mod doctor;
mod entries_page;
mod entry_files;
mod evidence;
mod explain;
mod exports;
mod find;
mod formats;
mod hard_places;
mod hour;
mod json_page;
mod mappings;
mod operator_page;
mod papers;
mod people;
mod prices;
mod processes;
mod proof;
mod questions;
mod reconciling;
mod rewriting;
mod sandbox;
mod schemas;
mod side_by_side;
mod signing;
mod slips;
mod statements;
mod stepping;
mod streams;
mod terminal;
mod texts;
mod times;
mod together;
mod verbs;
mod what_if;
mod witnesses;
