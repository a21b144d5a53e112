//! Sub-ledgers against the accounts they explain: commitments and what is off the balance sheet, equipment and its
//! depreciation, contracts; after every entry of random logs, in every book.

use std::collections::BTreeMap;

use ledger_core::account::Account;
use ledger_core::book::Book;
use ledger_core::event::Event;
use ledger_core::fold::Fold;
use ledger_core::ids::CommitmentId;
use ledger_core::money::{Money, Units};
use ledger_core::replay::replay;
use ledger_core::resolve::Question;

use super::{HELD, Tally, recorded};

/// Signed, changed by, called off, paid as deposits, invoiced beyond these: what events say, and nothing else.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    signed: Units,
    amended: Units,
    cancelled: Units,
    deposits: Units,
    beyond: Units,
}

impl Said {
    fn outstanding(&self) -> Units {
        let more = self.signed.plus(self.amended).unwrap();
        let less = self.cancelled.plus(self.deposits).unwrap().plus(self.beyond).unwrap();
        more.minus(less).unwrap()
    }
}

fn take_in(said: &mut BTreeMap<CommitmentId, Said>, event: &Event) {
    if let Event::CapexCommitted(e) = event {
        said.entry(e.commitment).or_default().signed = e.amount.amount;
    } else if let Event::CapexAmended(e) = event {
        let of = said.entry(e.commitment).or_default();
        of.amended = e.amount.amount.minus(of.signed).unwrap();
    } else if let Event::CapexCancelled(e) = event {
        let of = said.entry(e.commitment).or_default();
        of.cancelled = of.outstanding();
    } else if let Event::DepositPaid(e) = event {
        let of = said.entry(e.commitment).or_default();
        of.deposits = of.deposits.plus(e.amount.amount).unwrap();
    } else if let Event::CapexInvoiced(e) = event {
        let of = said.entry(e.commitment).or_default();
        let covered = e.from_deposit.map_or(Units::ZERO, |covered| covered.amount);
        of.beyond = of.beyond.plus(e.amount.amount).unwrap().minus(covered).unwrap();
    }
}

fn account(number: &str) -> Account {
    number.parse().unwrap()
}

fn on(book: &Book, numbers: &[&str]) -> Money {
    Money::sum(numbers.iter().map(|number| book.total(account(number)).unwrap())).unwrap()
}

/// The commitments' part of 9110, which is what is outstanding, to the half of a cent of a currency that is finer.
fn commitments_are_the_memo(fold: &Fold, said: &BTreeMap<CommitmentId, Said>) -> usize {
    let half_a_cent: Money = "0.005".parse().unwrap();
    for commitment in fold.world().commitments() {
        let name = commitment.signed.commitment;
        let outstanding = said[&name].outstanding();
        assert_eq!(commitment.outstanding().unwrap(), outstanding, "{name}");
        assert!(!outstanding.is_negative(), "{name}");
        let by_day = commitment.outstanding_by_day().unwrap();
        assert_eq!(Units::sum(by_day.into_iter().map(|(_, units)| units)).unwrap(), outstanding, "{name}");
        for book in fold.books() {
            let of_name =
                book.of(account("9110")).filter(|(target, _)| target.about.commitment == Some(name));
            let memo = Money::sum(of_name.map(|(_, balance)| balance.amount)).unwrap();
            let apart = memo.minus(Money::new(outstanding.decimal())).unwrap().abs();
            let exact = commitment.signed.amount.currency.as_str() == "USD";
            assert!(
                if exact { apart.is_zero() } else { apart <= half_a_cent },
                "{name}: {memo}, {outstanding}"
            );
        }
    }
    fold.world().commitments().count()
}

fn registers_are_the_accounts(fold: &Fold) -> usize {
    let world = fold.world();
    let cost = Money::sum(world.assets().map(|asset| asset.cost)).unwrap();
    let worn = Money::sum(world.assets().map(|asset| asset.accumulated)).unwrap();
    let power = Money::sum(world.power_contracts().map(|contract| contract.outstanding)).unwrap();
    let backlog = Money::sum(world.compute_contracts().map(|contract| contract.outstanding)).unwrap();
    for book in fold.books() {
        assert_eq!(on(book, &["1510", "1511", "1512"]), cost);
        assert_eq!(on(book, &["1519"]), worn.negated());
        assert_eq!(on(book, &["9120"]), power);
        assert_eq!(on(book, &["9210"]), backlog);
        assert!(!on(book, &["1520"]).is_negative() && !on(book, &["1530"]).is_negative());
    }
    for asset in world.assets() {
        let carrying = asset.carrying().unwrap();
        assert!(!carrying.is_negative(), "{asset:?}");
        assert!(asset.disposed.is_none() || (asset.cost.is_zero() && carrying.is_zero()), "{asset:?}");
    }
    world.assets().count() + world.power_contracts().count() + world.compute_contracts().count()
}

#[test]
fn commitments_equipment_and_contracts_are_what_their_accounts_say() {
    let (mut commitments, mut others) = (0, 0);
    for seed in 2000..2030 {
        let log = recorded(seed, HELD, &mut Tally::default());
        let mut said = BTreeMap::new();
        let replayed = replay(&log, &Question::default(), |step| {
            step.applied.entry.events.iter().for_each(|event| take_in(&mut said, event));
            commitments += commitments_are_the_memo(step.after, &said);
            others += registers_are_the_accounts(step.after);
        });
        replayed.unwrap();
    }
    assert!(commitments > 1_000 && others > 1_000, "{commitments} commitments, {others} others");
}
