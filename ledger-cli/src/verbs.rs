//! Events as sentences: `treasury sell 4,451 BTC --from facility:antalpha --for 305,000,000 USDT`. One table says which
//! words stand for which event; flags, help and what is asked for follow from the shape of the event.

pub(crate) mod asked;
pub(crate) mod examples;
pub(crate) mod form;
pub(crate) mod grammar;
pub(crate) mod holes;
#[cfg(test)]
mod parity;
pub(crate) mod schema;
pub(crate) mod sentence;
pub(crate) mod table;
pub(crate) mod typed;
