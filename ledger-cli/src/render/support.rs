//! What a figure rests on, in words: documents and prices.

use ledger_core::evidence::Evidence;
use ledger_core::measure::PriceTaken;

use super::Look;
use super::figures::grouped;

/// What is said where an entry names no document.
pub(crate) const NO_DOCUMENT: &str = "no evidence recorded";

/// A document, and whether it can be told from another by its hash, which may stand on a line of its own.
pub(crate) fn document(evidence: &Evidence) -> String {
    let none = if evidence.sha256.is_none() { " (no sha256 recorded)" } else { "" };
    let place = evidence.uri.as_ref().map_or_else(String::new, |uri| format!(", {uri}"));
    let hash = evidence.sha256.map_or_else(String::new, |hash| format!(", sha256 {hash}"));
    format!("evidence: {}{place}{none}{hash}", evidence.name)
}

/// A price that was taken, with where it comes from and of what time it is.
pub(crate) fn price(price: &PriceTaken, look: &Look) -> String {
    match price {
        PriceTaken::Observed(seen) => {
            let (coin, currency) = seen.feed.pair;
            let price = grouped(seen.price.decimal(), look.digits);
            format!(
                "price {price} {currency} for {coin}, {} on {}, at {}, observed by entry {}",
                seen.feed.source.as_str(),
                seen.feed.market.as_str(),
                seen.at,
                seen.number
            )
        }
        PriceTaken::Stated(price) => {
            format!("price {}, stated by the entry", grouped(price.decimal(), look.digits))
        }
    }
}
