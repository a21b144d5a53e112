//! What a book may say of the prices that it uses.

use std::collections::BTreeSet;

use super::door::text;
use crate::ids::BookId;
use crate::policy::PolicyChoices;
use crate::refusal::Refusal;

/// Each pair once, each with an age that something can have.
pub(super) fn prices_agree(book: BookId, stated: &PolicyChoices) -> Result<(), Refusal> {
    let mut pairs = BTreeSet::new();
    for terms in stated.price.iter().flatten() {
        text("the source", terms.source.as_deref(), 200)?;
        text("the market", terms.market.as_deref(), 200)?;
        if terms.max_age_hours == Some(0) {
            return Err(Refusal::PolicyNotAllowed {
                book,
                why: "no price is less than an hour old for long",
            });
        }
        if !pairs.insert((terms.commodity, terms.currency)) {
            return Err(Refusal::PolicyNotAllowed { book, why: "a pair of `price` is named twice" });
        }
    }
    Ok(())
}
