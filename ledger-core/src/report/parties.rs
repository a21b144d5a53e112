//! What stands with each party and moved over a period: related parties (ASC 850-10-50), and how old receivables and
//! payables are.

use std::collections::{BTreeMap, VecDeque};

use super::{NoReport, Request, day_of};
use crate::account::{Account, Class};
use crate::chart::{PAYABLES, RECEIVABLES};
use crate::exact::Overflow;
use crate::ids::PartyId;
use crate::money::Money;
use crate::posting::Dimensions;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};
use crate::time::Day;
use crate::world::World;

/// Whom a posting is about: the party itself, the lender of a facility, the vendor of a commitment, the customer or
/// supplier of a contract.
fn party_of(world: &World, about: &Dimensions) -> Option<PartyId> {
    let lender = |name| world.facilities().find(|facility| facility.terms.facility == name);
    let of_facility = || about.facility.and_then(lender).map(|facility| facility.terms.lender);
    let of_commitment = || {
        let commitment = about.commitment.and_then(|name| world.commitment(name).ok());
        commitment.map(|commitment| commitment.signed.vendor)
    };
    about.party.or_else(of_facility).or_else(of_commitment)
}

pub(super) fn related(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let mut flows: BTreeMap<(PartyId, Account), [Money; 2]> = BTreeMap::new();
    let fold = request.replay(Some(from), |step| {
        let world = step.after.world();
        for line in request.posted(step).flat_map(|posted| posted.journal.lines()) {
            let Some(party) = party_of(world, &line.target.about) else { continue };
            if !world.party(party).is_ok_and(|registered| registered.related_party) {
                continue;
            }
            let [debits, credits] = flows.entry((party, line.target.account)).or_default();
            let side = if line.amount.is_negative() { credits } else { debits };
            *side = side.plus(line.amount.abs())?;
        }
        Ok(())
    })?;
    let world = fold.world();
    let mut balances: BTreeMap<(PartyId, Account), Money> = BTreeMap::new();
    for (target, balance) in fold.book(request.book)?.balances() {
        let Some(party) = party_of(world, &target.about) else { continue };
        if world.party(party)?.related_party {
            let sum = balances.entry((party, target.account)).or_default();
            *sum = sum.plus(balance.amount)?;
            flows.entry((party, target.account)).or_default();
        }
    }
    let mut rows = Vec::new();
    let mut last = None;
    for ((party, account), [debits, credits]) in flows {
        let info = world.account(account)?;
        let closing = balances.get(&(party, account)).copied().unwrap_or_default();
        let opening = closing.minus(debits)?.plus(credits)?;
        if [opening, debits, credits, closing].iter().all(|amount| amount.is_zero()) {
            continue;
        }
        if last != Some(party) {
            let name = world.party(party)?.name.clone();
            let label = name.map_or_else(|| party.to_string(), |name| format!("{party} ({name})"));
            rows.push(Row::heading(label, 6));
            last = Some(party);
        }
        let stands = !matches!(info.class, Class::Income | Class::Expense);
        let balance = |amount: Money| if stands { Cell::Money(amount) } else { Cell::Empty };
        rows.push(Row::line(vec![
            Cell::text(info.name),
            Cell::Code(account.to_string()),
            balance(opening),
            Cell::Money(debits),
            Cell::Money(credits),
            balance(closing),
        ]));
    }
    Ok(Sheet {
        report: "related-parties",
        title: "Balances and transactions with related parties".to_owned(),
        head: request.head_from(&fold, from)?,
        columns: columns(&[
            ("line", ""),
            ("account", "Account"),
            ("opening", "Opening"),
            ("debits", "Debits"),
            ("credits", "Credits"),
            ("closing", "Closing"),
        ]),
        rows,
        notes: vec![
            "Debits are positive. What is posted about a facility is its lender's, about an order its vendor's.".to_owned(),
            "Money and coins that passed stand on the other side of these postings.".to_owned(),
        ],
    })
}

/// Documents of one party that are open, oldest first; all of one sign, for what goes the other way settles them.
#[derive(Debug, Default)]
struct Open(VecDeque<(Day, Money)>);

impl Open {
    /// A document of its day; it settles the oldest of the other sign first.
    fn take(&mut self, day: Day, amount: Money) -> Result<(), Overflow> {
        let mut left = amount;
        while let Some((of, open)) = self.0.pop_front() {
            if left.is_zero() || open.is_negative() == left.is_negative() {
                self.0.push_front((of, open));
                break;
            }
            let rest = open.plus(left)?;
            if rest.is_zero() || rest.is_negative() != open.is_negative() {
                left = rest;
            } else {
                self.0.push_front((of, rest));
                return Ok(());
            }
        }
        if !left.is_zero() {
            self.0.push_back((day, left));
        }
        Ok(())
    }
}

/// To 30, 60 and 90 days, and beyond.
type Buckets = [Money; 4];

fn buckets(open: &Open, today: Day, is_owed: bool) -> Result<Buckets, Overflow> {
    let mut buckets = [Money::ZERO; 4];
    for (day, amount) in &open.0 {
        let age = usize::try_from(today.number() - day.number()).unwrap_or(0);
        // The 30th day belongs to the first thirty.
        let at = age.saturating_sub(1) / 30;
        if let Some(bucket) = buckets.get_mut(at.min(3)) {
            *bucket = bucket.plus(if is_owed { amount.negated() } else { *amount })?;
        }
    }
    Ok(buckets)
}

fn aged(kind: RowKind, label: &str, buckets: &Buckets) -> Result<Row, Overflow> {
    let mut cells = vec![Cell::text(label)];
    let cell = |amount: &Money| if amount.is_zero() { Cell::Empty } else { Cell::Money(*amount) };
    cells.extend(buckets.iter().map(cell));
    cells.push(Cell::Money(Money::sum(buckets.iter().copied())?));
    Ok(if kind == RowKind::Line { Row::line(cells) } else { Row::new(kind, cells) })
}

pub(super) fn ageing(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let mut open: BTreeMap<(Account, Option<PartyId>), Open> = BTreeMap::new();
    let fold = request.replay(None, |step| {
        let day = day_of(step);
        for line in request.posted(step).flat_map(|posted| posted.journal.lines()) {
            if [RECEIVABLES, PAYABLES].contains(&line.target.account) {
                let party = party_of(step.after.world(), &line.target.about);
                open.entry((line.target.account, party)).or_default().take(day, line.amount)?;
            }
        }
        Ok(())
    })?;
    let today = request.last_day(&request.standing()?)?;
    let mut rows = Vec::new();
    for account in [RECEIVABLES, PAYABLES] {
        let first = rows.len() + 1;
        let mut all = [Money::ZERO; 4];
        let of_account = open.iter().filter(|((of, _), open)| *of == account && !open.0.is_empty());
        for ((_, party), open) in of_account {
            if rows.len() < first {
                rows.push(Row::heading(fold.world().account(account)?.name, 6));
            }
            let buckets = buckets(open, today, account == PAYABLES)?;
            let label = party.map_or_else(|| "not named".to_owned(), |party| party.to_string());
            rows.push(aged(RowKind::Line, &label, &buckets)?);
            for (sum, part) in all.iter_mut().zip(buckets) {
                *sum = sum.plus(part)?;
            }
        }
        if rows.len() >= first {
            let lines = first..rows.len();
            rows.push(aged(RowKind::Subtotal, &format!("On {account}"), &all)?.adding(lines));
        }
    }
    Ok(Sheet {
        report: "ageing",
        title: "Receivables and payables by age".to_owned(),
        head: request.head(&fold)?,
        columns: columns(&[
            ("party", "Party"),
            ("days30", "To 30 days"),
            ("days60", "31 to 60"),
            ("days90", "61 to 90"),
            ("older", "Older"),
            ("total", "Total"),
        ]),
        rows,
        notes: vec![
            "By the day of the entry; what is paid settles a party's oldest first. What was paid in excess is negative."
                .to_owned(),
        ],
    })
}
