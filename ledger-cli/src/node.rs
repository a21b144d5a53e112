//! A bitcoin node asked through its RPC. It is believed no more than it has to be: every reply is read strictly, amounts from
//! their digits, and what it answers instead is a refusal with a code.

mod address;
mod amount;
mod client;
mod fault;
mod reply;

pub(crate) use address::Address;
pub(crate) use client::Client;
pub(crate) use reply::{Activity, Header, Scan};
