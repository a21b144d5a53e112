//! A lot from its birth to where it lies: every entry that changed its units, its cost or what it is carried at.

use std::collections::{BTreeMap, BTreeSet};

use super::NotExplained;
use super::evidence;
use super::part::{Part, part, touched};
use crate::exact::Overflow;
use crate::fold::Fold;
use crate::fold::Posted;
use crate::ids::LotId;
use crate::lots::{LotChange, Piece, Position, Precision};
use crate::money::{Money, Units};
use crate::refusal::Refusal;
use crate::report::{NoReport, REPORTS, Request};
use crate::sheet::Head;
use crate::time::Day;

/// A lot and what became of it.
#[derive(Debug, Clone)]
pub struct LotExplained {
    /// Where it comes from.
    pub head: Head,
    /// The lot.
    pub lot: LotId,
    /// When it was acquired.
    pub acquired: Option<Day>,
    /// What changed it, in accounting order; `amount` of the part is the change of its carrying amount.
    pub moves: Vec<LotMoved>,
    /// Where it lies, with what is left of it there.
    pub held: Vec<(Position, Piece)>,
    /// Units, cost and carrying amount left.
    pub left: Left,
    /// What is left beyond the sum of the changes; nothing, or the program is wrong.
    pub difference: Left,
}

/// What an entry did to a lot.
#[derive(Debug, Clone)]
pub struct LotMoved {
    /// The entry.
    pub part: Part,
    /// How units, cost and carrying amount changed, all places together.
    pub change: Left,
    /// What is left after it.
    pub after: Left,
}

/// Units, cost and carrying amount of a lot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Left {
    /// Units.
    pub units: Units,
    /// Cost.
    pub cost: Money,
    /// Carrying amount.
    pub carrying: Money,
}

impl Left {
    fn plus(self, other: &Left) -> Result<Left, Overflow> {
        let Left { units, cost, carrying } = self;
        Ok(Left {
            units: units.plus(other.units)?,
            cost: cost.plus(other.cost)?,
            carrying: carrying.plus(other.carrying)?,
        })
    }

    fn minus(self, other: &Left) -> Result<Left, Overflow> {
        let Left { units, cost, carrying } = self;
        Ok(Left {
            units: units.minus(other.units)?,
            cost: cost.minus(other.cost)?,
            carrying: carrying.minus(other.carrying)?,
        })
    }
}

/// Follows a lot through a replay.
struct Followed {
    lot: LotId,
    precision: Precision,
    acquired: Option<Day>,
    at: BTreeMap<Position, Left>,
    all: Left,
    moves: Vec<LotMoved>,
}

/// Explains a lot of a book.
///
/// # Errors
/// Refused where no such lot was ever in the book, and as for a report.
pub fn lot(request: &Request<'_>, lot: LotId) -> Result<LotExplained, NotExplained> {
    let end = request.log.standing(&request.question)?;
    // One rounding throughout, that of the end: a change of it posts nothing.
    let precision = precision(request, &end.fold, end.day)?;
    let mut followed = Followed {
        lot,
        precision,
        acquired: None,
        at: BTreeMap::new(),
        all: Left::default(),
        moves: Vec::new(),
    };
    let mut seen = Ok(());
    let standing = request.log.replay(&request.question, None, &mut |step| {
        let posted = || step.posted.iter().filter(|posted| posted.book == request.book);
        let mut changed: BTreeSet<Position> = BTreeSet::new();
        posted().for_each(|posted| changed.extend(followed.concerned(posted)));
        if changed.is_empty() || seen.is_err() {
            return;
        }
        seen = followed.come_to(request, step.after, &changed).map(|change| {
            let mut part = part(step);
            part.amount = change.carrying;
            for posted in
                posted().filter(|posted| posted.lots.iter().any(|of| changed.contains(of.position())))
            {
                part.journals.push(posted.journal.title().into_owned());
                let of_lot = touched(posted).into_iter();
                part.lots.extend(of_lot.filter(|lot| match lot.lot {
                    Some((birth, _)) => birth == followed.lot,
                    None => changed.contains(&lot.position),
                }));
                part.prices.extend(&posted.prices);
            }
            if !part.lots.is_empty() || change != Left::default() {
                followed.moves.push(LotMoved { part, change, after: followed.all });
            }
        });
    })?;
    seen?;
    if followed.moves.is_empty() {
        return Err(NotExplained::UnknownLot { lot, book: request.book });
    }
    let mut held = Vec::new();
    let mut left = Left::default();
    let book = standing.fold.book(request.book)?;
    for (position, holding) in book.lots().positions() {
        if holding.units.is_zero() {
            continue;
        }
        for piece in book.lots().carried(position, precision)? {
            if piece.key.birth == lot {
                left = left.plus(&Left { units: piece.units, cost: piece.cost, carrying: piece.carrying })?;
                held.push((*position, piece));
            }
        }
    }
    let difference = left.minus(&followed.all)?;
    let Followed { acquired, mut moves, .. } = followed;
    let attached = evidence::attached(request)?;
    for moved in &mut moves {
        moved.part.evidence.extend(attached.get(&moved.part.number).into_iter().flatten().cloned());
    }
    let head = head(request)?;
    Ok(LotExplained { head, lot, acquired, moves, held, left, difference })
}

fn head(request: &Request<'_>) -> Result<Head, NotExplained> {
    let lots = REPORTS.iter().find(|report| report.name == "lots");
    let none = || NoReport::BadArgument("there is no report of lots".to_owned());
    Ok((lots.ok_or_else(none)?.make)(request)?.head)
}

fn precision(request: &Request<'_>, fold: &Fold, day: Option<Day>) -> Result<Precision, Refusal> {
    let world = fold.world();
    let settings = world.settings()?;
    let day = day.unwrap_or_else(|| fold.zone().day_of(settings.opened));
    let rounding = world.book(request.book)?.policy_on(day).rounding;
    Ok(Precision { scale: world.scale(settings.functional)?.into(), rounding })
}

impl Followed {
    /// The positions where an event may have changed the lot: where it lies, or comes to lie.
    fn concerned(&mut self, posted: &Posted) -> Vec<Position> {
        let mut concerned = Vec::new();
        for change in &posted.lots {
            let position = *change.position();
            let pieces: &[Piece] = match change {
                LotChange::Leave(_, pieces)
                | LotChange::Arrive(_, pieces)
                | LotChange::Return(_, pieces)
                | LotChange::Carry(_, pieces) => pieces,
                LotChange::Mark(..) | LotChange::Pool(_) => &[],
            };
            let own = pieces.iter().find(|piece| piece.key.birth == self.lot);
            if let Some(piece) = own {
                self.acquired.get_or_insert(piece.key.acquired);
            }
            if own.is_some() || self.at.contains_key(&position) {
                concerned.push(position);
            }
        }
        concerned
    }

    /// Takes note of how the lot stands at some positions, and tells how it changed.
    fn come_to(
        &mut self,
        request: &Request<'_>,
        fold: &Fold,
        changed: &BTreeSet<Position>,
    ) -> Result<Left, NoReport> {
        let book = fold.book(request.book)?;
        let mut change = Left::default();
        for position in changed {
            let mut there = Left::default();
            for piece in book.lots().carried(position, self.precision)? {
                if piece.key.birth == self.lot {
                    let Piece { units, cost, carrying, .. } = piece;
                    there = there.plus(&Left { units, cost, carrying })?;
                }
            }
            let before = self.at.remove(position).unwrap_or_default();
            change = change.plus(&there.minus(&before)?)?;
            if !there.units.is_zero() {
                self.at.insert(*position, there);
            }
        }
        self.all = self.all.plus(&change)?;
        Ok(change)
    }
}
