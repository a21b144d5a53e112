//! Facilities rolled forward from the journals: what each book posted about a loan adds up to what the loan itself says is owed,
//! undrawn, not yet charged and pledged. The loan's state comes from the contract, the journals from the posting rules:
//! neither is worked out from the other.

use std::collections::BTreeMap;

use ledger_core::account::{Account, Class};
use ledger_core::chart::{
    self, ACCRUED_INTEREST, DEFERRED_FACILITY_COSTS, ISSUE_COST, LOAN_PRINCIPAL, UNDRAWN_FACILITIES,
};
use ledger_core::exact::Overflow;
use ledger_core::fold::{Fold, Posted};
use ledger_core::ids::{BookId, Commodity, FacilityId, Place};
use ledger_core::money::{Money, Units};
use ledger_core::world::{Facility, World};

use super::{Finding, Pass};

const FACILITIES: &str = "facilities, rolled forward";

/// The accounts whose balance about a facility follows from its own state, with the code of a difference.
const OF_FACILITY: &[(Account, &str, &str)] = &[
    (LOAN_PRINCIPAL, "principal_not_rolled", "principal"),
    (ACCRUED_INTEREST, "interest_not_rolled", "interest and fees owed"),
    (UNDRAWN_FACILITIES, "undrawn_not_rolled", "still to be drawn"),
    (ISSUE_COST, "issue_cost_not_rolled", "issue cost not yet charged"),
    (DEFERRED_FACILITY_COSTS, "issue_cost_not_rolled", "deferred cost not yet charged"),
];

/// What the journals posted about facilities, added up as they came.
#[derive(Debug, Default)]
pub(super) struct Rolled {
    amounts: BTreeMap<(BookId, FacilityId, Account), Money>,
    pledged: BTreeMap<(BookId, FacilityId, Commodity), Units>,
    /// A sum that does not fit; nothing can be said then.
    overflowed: bool,
}

impl Rolled {
    /// Adds what an event posted in a book.
    pub(super) fn take(&mut self, posted: &Posted) {
        for line in posted.journal.lines() {
            let target = &line.target;
            let Some(facility) = target.about.facility else { continue };
            if OF_FACILITY.iter().any(|(account, ..)| *account == target.account) {
                let sum = self.amounts.entry((posted.book, facility, target.account)).or_default();
                self.overflowed |= sum.plus(line.amount).map(|more| *sum = more).is_err();
            }
            let is_asset = chart::line(target.account).is_some_and(|line| line.class == Class::Asset);
            if let Some(coin) = target.commodity.filter(|_| is_asset) {
                let sum = self.pledged.entry((posted.book, facility, coin)).or_default();
                self.overflowed |= sum.plus(line.units).map(|more| *sum = more).is_err();
            }
        }
    }

    /// The pass over the facilities, if there are any.
    pub(super) fn check(self, fold: &Fold, passes: &mut Vec<Pass>) {
        let facilities: Vec<&Facility> = fold.world().facilities().collect();
        if facilities.is_empty() {
            return;
        }
        let mut findings = Vec::new();
        if self.overflowed {
            findings.push(Finding::of(
                "facility_overflow",
                "what the journals post about a facility does not fit",
            ));
        }
        for book in fold.books() {
            for facility in &facilities {
                let found = self.differences(fold.world(), book.name(), facility);
                findings.extend(found.unwrap_or_else(|Overflow| {
                    let name = facility.terms.facility;
                    vec![Finding::of("facility_overflow", format!("what facility {name} owes does not fit"))]
                }));
            }
        }
        findings.extend(facilities.iter().filter_map(|facility| owes_though_retired(fold.world(), facility)));
        passes.push(Pass::of(FACILITIES, facilities.len(), "facilities", findings));
    }

    fn differences(
        &self,
        world: &World,
        book: BookId,
        facility: &Facility,
    ) -> Result<Vec<Finding>, Overflow> {
        let name = facility.terms.facility;
        let mut findings = Vec::new();
        for (account, code, what) in OF_FACILITY {
            let stated = stated(facility, *account)?;
            let posted = self.amounts.get(&(book, name, *account)).copied().unwrap_or_default();
            let posted = if is_debit(*account) { posted } else { posted.negated() };
            if !agree(world, facility, posted, stated)? {
                let message = format!(
                    "the journals of {book} about facility {name} come to {posted:#.2} on account {account}, and it says that \
                     {what} is {stated} {}",
                    facility.terms.currency
                );
                findings.push(Finding::of(code, message));
            }
        }
        let there = Place::Facility(name);
        let coins = world.all_coins().filter(|(place, ..)| *place == there);
        let mut coins: BTreeMap<Commodity, Units> = coins.map(|(_, coin, units)| (coin, units)).collect();
        let posted = self.pledged.keys().filter(|(of, facility, _)| (*of, *facility) == (book, name));
        posted.for_each(|(.., coin)| {
            coins.entry(*coin).or_default();
        });
        for (coin, stated) in coins {
            let posted = self.pledged.get(&(book, name, coin)).copied().unwrap_or_default();
            if posted != stated {
                let message = format!(
                    "the journals of {book} put {posted} {coin} with the lender of facility {name}, and {stated} lie there"
                );
                findings.push(Finding::of("collateral_not_rolled", message));
            }
        }
        Ok(findings)
    }
}

/// What a facility says of itself that stands on an account.
fn stated(facility: &Facility, account: Account) -> Result<Units, Overflow> {
    match account {
        LOAN_PRINCIPAL => Ok(facility.principal),
        ACCRUED_INTEREST => Ok(facility.accrued),
        UNDRAWN_FACILITIES => Ok(facility.undrawn),
        ISSUE_COST => facility.issue_cost.left(),
        DEFERRED_FACILITY_COSTS => facility.deferred_cost.left(),
        _ => Ok(Units::ZERO),
    }
}

/// Whether such a balance is a debit.
fn is_debit(account: Account) -> bool {
    matches!(account, ISSUE_COST | DEFERRED_FACILITY_COSTS | UNDRAWN_FACILITIES)
}

/// Whether an amount is that of the contract: to the last digit, or where its currency is counted more finely than the books
/// count, less than a unit of theirs apart, whichever way they round.
fn agree(world: &World, facility: &Facility, posted: Money, stated: Units) -> Result<bool, Overflow> {
    let apart = posted.minus(Money::new(stated.decimal()))?;
    let functional =
        world.settings().ok().and_then(|settings| world.scale(settings.functional).ok()).unwrap_or(2);
    let finer = world.scale(facility.terms.currency).is_ok_and(|scale| scale > functional);
    let unit = Money::new(rust_decimal::Decimal::new(1, u32::from(functional)));
    Ok(apart.is_zero() || (finer && apart.abs() < unit))
}

/// A facility that was retired owes nothing, and nothing lies with its lender.
fn owes_though_retired(world: &World, facility: &Facility) -> Option<Finding> {
    let day = facility.retired?;
    let name = facility.terms.facility;
    let there = Place::Facility(name);
    let pledged = world.all_coins().any(|(place, _, units)| place == there && !units.is_zero());
    let owes = !facility.principal.is_zero() || !facility.accrued.is_zero();
    (owes || pledged).then(|| {
        let message =
            format!("facility {name} was retired on {day}, and still owes or has coins with its lender");
        Finding::of("retired_facility_owes", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_core::entry::Entry;
    use ledger_core::replay::replay;
    use ledger_core::resolve::{Question, Recorded};
    use ledger_core::time::Instant;

    /// The life of a loan, with the journals of one title kept from the roll-forward: what `verify` would say if the books
    /// had not posted them, or a facility had moved without them.
    fn without(title: &str) -> Vec<&'static str> {
        let (fold, rolled) = rolled(title);
        codes(rolled, &fold)
    }

    fn codes(rolled: Rolled, fold: &Fold) -> Vec<&'static str> {
        let mut passes = Vec::new();
        rolled.check(fold, &mut passes);
        assert_eq!(passes.len(), 1);
        let mut codes: Vec<&str> = passes[0].findings.iter().map(|finding| finding.code).collect();
        codes.sort_unstable();
        codes
    }

    fn rolled(title: &str) -> (Fold, Rolled) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/stories/loan-life.jsonl");
        let story = std::fs::read_to_string(path).unwrap_or_default();
        let entries = (1..).zip(story.lines()).map(|(number, line)| match Entry::from_json(line) {
            Ok(entry) => Recorded { number, recorded: Instant::from_micros(0), entry },
            Err(fault) => panic!("entry {number}: {fault}"),
        });
        let entries: Vec<Recorded> = entries.collect();
        let (mut rolled, mut kept_out) = (Rolled::default(), 0);
        let folded = replay(&entries, &Question::default(), |step| {
            for posted in step.posted {
                if posted.journal.title() == title && posted.book.as_str() == "us-gaap" {
                    kept_out += 1;
                } else {
                    rolled.take(posted);
                }
            }
        });
        let fold = folded.unwrap_or_else(|why| panic!("{}", why.why));
        assert!(title.is_empty() || kept_out > 0, "no journal is called {title}");
        (fold, rolled)
    }

    #[test]
    fn what_the_journals_do_not_say_of_a_facility_is_found_by_what_it_is_of() {
        assert_eq!(without(""), [""; 0]);
        assert_eq!(without("Interest paid"), ["interest_not_rolled"]);
        assert_eq!(without("Coins pledged, still ours"), ["collateral_not_rolled"]);
        assert_eq!(
            without("Loan drawn"),
            ["issue_cost_not_rolled", "principal_not_rolled", "undrawn_not_rolled"]
        );
        assert_eq!(
            without("Loan repaid"),
            ["interest_not_rolled", "issue_cost_not_rolled", "principal_not_rolled"]
        );
    }

    #[test]
    fn what_does_not_fit_and_what_is_owed_after_the_end_are_found() {
        let (fold, rolled) = rolled("");
        assert_eq!(codes(Rolled { overflowed: true, ..rolled }, &fold), ["facility_overflow"]);
        let Some(facility) = fold.world().facilities().next() else { panic!("the story has no facility") };
        assert!(facility.retired.is_some() && owes_though_retired(fold.world(), facility).is_none());
        let mut owing = facility.clone();
        owing.accrued = facility.terms.limit.amount;
        let found = owes_though_retired(fold.world(), &owing).map(|finding| finding.code);
        assert_eq!(found, Some("retired_facility_owes"));
    }
}
