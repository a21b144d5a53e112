//! What may be supposed of a book: what it might have chosen.

use super::books::{choices_agree, known_rules, stablecoins_known};
use super::price_terms::prices_agree;
use crate::refusal::Refusal;
use crate::resolve::WhatIf;
use crate::time::Day;
use crate::world::World;

/// Refuses choices that the book could not make, whatever else it chose by then.
///
/// # Errors
/// [`Refusal`] when there is no such book, or its choices exclude each other or its body of rules.
pub fn what_if(world: &World, what: &WhatIf) -> Result<(), Refusal> {
    let declared = world.book(what.book)?;
    if let Some(rules) = what.policy.rules {
        known_rules(what.book, rules)?;
    }
    prices_agree(what.book, &what.policy)?;
    stablecoins_known(what.book, &what.policy)?;
    // Whence lots are chosen, if it is supposed, is supposed of every day; else of no other than those of the log.
    let scope = what.policy.lots.as_ref().and_then(|lots| lots.scope);
    let day = scope.map_or(Day::FIRST, |_| Day::LAST);
    declared.policies().try_for_each(|policy| {
        choices_agree(declared.framework, what.book, &policy.changed(&what.policy), day)
    })
}
