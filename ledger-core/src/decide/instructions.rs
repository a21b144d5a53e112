//! What an instruction about lots must say.

use super::door::{Door, text};
use crate::event::LotInstructionRecorded;
use crate::policy::LotMethod;
use crate::refusal::Refusal;
use crate::time::Effective;
use crate::world::Lock;

pub(super) fn lot_instruction_recorded(door: &Door<'_>, e: &LotInstructionRecorded) -> Result<(), Refusal> {
    let book = e.book;
    door.world.book(book)?;
    let refused = |why| Err(Refusal::InstructionNotAllowed { book, why });
    let stands = e.standing == Some(true);
    if stands == e.sale_ref.is_some() {
        return Err(Refusal::ExactlyOne { fields: "`sale_ref` and `standing`" });
    }
    if e.method.is_some() != e.lots.is_empty() {
        return Err(Refusal::ExactlyOne { fields: "`method` and `lots`" });
    }
    if stands && e.method.is_none() {
        return refused("lots are named for one transaction, and a standing instruction is for all");
    }
    if matches!(e.method, Some(LotMethod::Specific | LotMethod::Average)) {
        return refused("lots leave in the order of `fifo`, `lifo`, `hifo` or `lofo`, or are named");
    }
    for lot in &e.lots {
        // Of which coin, the disposal says.
        if lot.units.is_negative() || lot.units.is_zero() {
            let (what, amount) = ("the units of a named lot", format!("{:#}", lot.units));
            return Err(Refusal::NotPositive { what, amount });
        }
        super::door::refuse_absurd(lot.units.decimal())?;
    }
    let Some(evidence) = &e.evidence else { return Ok(()) };
    text("evidence's name", Some(&evidence.name), 500)?;
    let day = door.world.settings()?.zone.day_of(Effective::At(e.given_at));
    match door.world.lock_of(book) {
        Some(Lock { through, by }) if day <= through => Err(Refusal::PeriodIsClosed { day, through, by }),
        Some(_) | None => Ok(()),
    }
}
