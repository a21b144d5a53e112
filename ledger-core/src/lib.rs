//! The pure domain of the treasury ledger: what may be recorded, what it means to a set of books, and
//! what is read from them. No file, clock, network, environment, randomness, thread or print.
//!
//! Read in this order; each layer uses only the layers above it:
//!
//! | layer | modules | question |
//! |---|---|---|
//! | values | [`rounding`] [`exact`] [`strict_json`] `usual_json` `canonical` `shape` `names` [`ids`] [`keys`] [`money`] [`time`] | what is a number, a name, a moment |
//! | facts | [`account`] [`policy`] [`evidence`] [`event`] [`entry`] | what happened, under which rules |
//! | posting | [`chart`] [`tracked`] `kept` [`lots`] [`posting`] [`measured`] [`posting_rules`] [`refusal`] | what it posts: the table |
//! | fold | [`world`] [`book`] [`measure`] [`resolve`] [`fold`] [`replay`] [`closing`] | what the world and the books hold |
//! | write side | [`decide`] | what may be appended |
//! | read side | [`sheet`] [`report`] [`explain`] [`compare`] [`reconcile`] | what is read |

pub mod account;
pub mod book;
mod canonical;
pub mod chart;
pub mod closing;
pub mod compare;
pub mod decide;
pub mod entry;
pub mod event;
pub mod evidence;
pub mod exact;
pub mod explain;
pub mod fold;
pub mod ids;
mod kept;
pub mod keys;
pub mod lots;
pub mod measure;
pub mod measured;
pub mod money;
mod names;
pub mod policy;
pub mod posting;
pub mod posting_rules;
pub mod reconcile;
pub mod refusal;
pub mod replay;
pub mod report;
pub mod resolve;
pub mod rounding;
mod shape;
pub mod sheet;
pub mod strict_json;
pub mod time;
pub mod tracked;
mod usual_json;
pub mod world;
