//! A part of a figure: what one entry adds to it, and all that the entry knows about why.

use crate::account::Account;
use crate::entry::Entry;
use crate::evidence::Evidence;
use crate::fold::Posted;
use crate::ids::{ActorId, LotId, TransactionId};
use crate::lots::{LotChange, Piece, Position};
use crate::measure::PriceTaken;
use crate::money::{Money, Units};
use crate::posting::Target;
use crate::replay::Step;
use crate::report::{Addition, NoReport};
use crate::time::{Day, Effective, Instant, OrderKey};
use crate::world::World;

/// What an entry adds to a figure.
#[derive(Debug, Clone)]
pub struct Part {
    /// The entry.
    pub number: u64,
    /// Its place in accounting order.
    pub order: OrderKey,
    /// The local day on which it counts.
    pub day: Day,
    /// When it happened.
    pub effective: Effective,
    /// When it was recorded; not known of an entry that is only considered.
    pub recorded: Option<Instant>,
    /// Who recorded it.
    pub actor: ActorId,
    /// The transaction it belongs to.
    pub transaction: Option<TransactionId>,
    /// In words.
    pub memo: Option<String>,
    /// What the journals are called.
    pub journals: Vec<String>,
    /// What it adds.
    pub amount: Money,
    /// The postings that do so; of a figure that journals as a whole add to, all postings of those.
    pub postings: Vec<Posting>,
    /// What became of lots with them.
    pub lots: Vec<LotTouched>,
    /// The prices that they were measured at.
    pub prices: Vec<PriceTaken>,
    /// What supports the entry.
    pub evidence: Vec<Supported>,
}

/// A posting with the name of its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Where.
    pub target: Target,
    /// What the account is called.
    pub name: String,
    /// Debits positive.
    pub amount: Money,
    /// Units that go with it.
    pub units: Units,
}

/// A document, and the entry that it came with: the entry itself, or one that attached it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supported {
    /// The document.
    pub evidence: Evidence,
    /// The entry that names it.
    pub by: u64,
}

/// What happened to a lot, or to all lots of a position together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotTouched {
    /// `leaves`, `arrives`, `comes back`, `carried` or `marked`.
    pub what: &'static str,
    /// Where.
    pub position: Position,
    /// Which, and when it was acquired; `None` where all lots of a position are marked together.
    pub lot: Option<(LotId, Day)>,
    /// Units of it; of a mark, none are told.
    pub units: Units,
    /// Cost that goes along.
    pub cost: Money,
    /// The carrying amount that goes along, or the new one.
    pub carrying: Money,
}

/// What an event did to lots.
pub(super) fn touched(posted: &Posted) -> Vec<LotTouched> {
    let mut touched = Vec::new();
    for change in &posted.lots {
        let (what, pieces): (_, &[Piece]) = match change {
            LotChange::Leave(_, pieces) => ("leaves", pieces),
            LotChange::Arrive(_, pieces) => ("arrives", pieces),
            LotChange::Return(_, pieces) => ("comes back", pieces),
            LotChange::Carry(_, pieces) => ("carried", pieces),
            LotChange::Mark(position, carrying) => {
                touched.push(LotTouched {
                    what: "marked",
                    position: *position,
                    lot: None,
                    units: Units::ZERO,
                    cost: Money::ZERO,
                    carrying: *carrying,
                });
                continue;
            }
            LotChange::Pool(_) => continue,
        };
        touched.extend(pieces.iter().map(|piece| LotTouched {
            what,
            position: *change.position(),
            lot: Some((piece.key.birth, piece.key.acquired)),
            units: piece.units,
            cost: piece.cost,
            carrying: piece.carrying,
        }));
    }
    touched
}

/// The postings of a journal with the names of their accounts.
pub(super) fn postings(posted: &Posted, world: &World) -> Vec<Posting> {
    posted.journal.lines().iter().map(|line| posting(line, world)).collect()
}

fn posting(line: &crate::posting::Line, world: &World) -> Posting {
    let name = world.account(line.target.account).map_or_else(|_| String::new(), |info| info.name.to_owned());
    Posting { target: line.target, name, amount: line.amount, units: line.units }
}

/// What an entry itself names as its support.
pub(super) fn own_evidence(number: u64, entry: &Entry) -> Vec<Supported> {
    entry.evidence.iter().map(|evidence| Supported { evidence: evidence.clone(), by: number }).collect()
}

/// Parts as they are gathered, in accounting order.
#[derive(Default)]
pub(super) struct Parts(Vec<Gathered>);

struct Gathered {
    part: Part,
    /// The events whose lots and prices are in the part.
    events: Vec<usize>,
    /// The lots of those events, of which only those of the accounts in question are told, if there are such.
    lots: Vec<LotTouched>,
}

impl Parts {
    /// Takes in what a posting, or a journal, adds.
    pub(super) fn take_in(&mut self, addition: &Addition<'_>) -> Result<(), NoReport> {
        let Addition { step, posted, amount, line, .. } = addition;
        let gathered = self.of(step);
        let part = &mut gathered.part;
        part.amount = part.amount.plus(*amount)?;
        let is_new = !gathered.events.contains(&posted.event);
        match line {
            Some(line) => part.postings.push(posting(line, step.after.world())),
            None if is_new => part.postings.extend(postings(posted, step.after.world())),
            None => {}
        }
        if is_new {
            gathered.events.push(posted.event);
            gathered.lots.extend(touched(posted));
            let title = posted.journal.title().into_owned();
            if !part.journals.contains(&title) {
                part.journals.push(title);
            }
            for price in &posted.prices {
                if !part.prices.contains(price) {
                    part.prices.push(*price);
                }
            }
        }
        Ok(())
    }

    fn of(&mut self, step: &Step<'_>) -> &mut Gathered {
        let applied = &step.applied;
        let is_of = |gathered: &Gathered| {
            (gathered.part.number, gathered.part.order) == (applied.number, applied.order)
        };
        if !self.0.last().is_some_and(is_of) {
            let part = part(step);
            self.0.push(Gathered { part, events: Vec::new(), lots: Vec::new() });
        }
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// The parts that are not nothing, and how many are.
    pub(super) fn finish(self) -> (Vec<Part>, usize) {
        let all = self.0.len();
        let parts: Vec<Part> = self
            .0
            .into_iter()
            .filter(|gathered| !gathered.part.amount.is_zero())
            .map(|Gathered { mut part, lots, .. }| {
                let is_on =
                    |account: Account| part.postings.iter().any(|line| line.target.account == account);
                let on_line = |lot: &LotTouched| is_on(lot.position.account);
                let any = lots.iter().any(on_line);
                let lots: Vec<LotTouched> = lots.into_iter().filter(|lot| !any || on_line(lot)).collect();
                part.lots = lots;
                part
            })
            .collect();
        let within = all - parts.len();
        (parts, within)
    }
}

/// A part to which nothing has been added yet.
pub(super) fn part(step: &Step<'_>) -> Part {
    let applied = &step.applied;
    let entry = applied.entry;
    Part {
        number: applied.number,
        order: applied.order,
        day: step.after.zone().day_of(entry.effective),
        effective: entry.effective,
        recorded: applied.recorded,
        actor: entry.actor,
        transaction: entry.transaction,
        memo: entry.memo.clone(),
        journals: Vec::new(),
        amount: Money::ZERO,
        postings: Vec::new(),
        lots: Vec::new(),
        prices: Vec::new(),
        evidence: own_evidence(applied.number, entry),
    }
}
