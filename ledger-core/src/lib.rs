//! The pure domain of the treasury ledger: what may be recorded, what it means to a set of books, and
//! what is read from them. No file, clock, network, environment, randomness, thread or print.
//!
//! Read in this order; each layer uses only the layers above it:
//!
//! | layer | modules | question |
//! |---|---|---|
//! | values | [`exact`] [`rounding`] [`money`] [`ids`] [`time`] [`refusal`] | what is a number, a name, a moment |
//! | facts | [`strict_json`] [`event`] [`entry`] [`policy`] | what happened, under which rules |
//! | posting | [`account`] [`chart`] [`posting`] [`posting_rules`] | what it posts: the table |
//! | fold | [`tracked`] [`world`] [`resolve`] [`lots`] [`book`] [`measure`] [`replay`] | what the books hold |
//! | write side | [`decide`] | what may be appended |
//! | read side | [`sheet`] [`report`] | what is read |

pub mod account;
pub mod book;
pub mod chart;
pub mod decide;
pub mod entry;
pub mod event;
pub mod exact;
pub mod fold;
pub mod ids;
pub mod lots;
pub mod measure;
pub mod measured;
pub mod money;
pub mod policy;
pub mod posting;
pub mod posting_rules;
pub mod refusal;
pub mod replay;
pub mod resolve;
pub mod rounding;
pub mod sheet;
pub mod strict_json;
pub mod time;
pub mod tracked;
pub mod world;
