//! Closed periods: nothing was recorded on a day that was closed, and what closes or opens again could be recorded.

use std::ops::ControlFlow;

use ledger_core::decide::keeps_closed;
use ledger_core::event::Event;
use ledger_core::fold::Fold;
use ledger_core::replay::posted;
use ledger_core::resolve::Outline;
use ledger_store::Log;
use ledger_store::archive::{LogArchive, decode};

use super::{Finding, Pass};

const CLOSES: &str = "closed periods";

/// What the closes came to.
#[derive(Default)]
pub(super) struct Kept {
    closes: usize,
    findings: Vec<Finding>,
}

/// Judges every entry by the closes before it, from the first close or reopening on.
pub(super) fn judge(log: &dyn Log, outline: &Outline) -> Kept {
    let mut kept = Kept::default();
    let closes = |event: &&Event| matches!(event, Event::PeriodClosed(_) | Event::PeriodReopened(_));
    let closing = |events: &[Event]| events.iter().filter(closes).count();
    kept.closes = outline.declaring().iter().map(|declaring| closing(&declaring.events)).sum();
    let first = outline.declaring().iter().find(|declaring| closing(&declaring.events) > 0);
    let Some(first) = first.map(|declaring| declaring.number) else { return kept };
    let mut fold = Fold::default();
    let opening = outline
        .declaring()
        .first()
        .into_iter()
        .flat_map(|first| first.events.iter().map(move |event| (first.number, first.effective, event)));
    for (number, effective, event) in opening.filter(|(number, ..)| *number < first) {
        fold.declare(number, effective, event);
    }
    fold.commit();
    // What cannot be read or decoded is found by the passes over the bytes.
    let _found_elsewhere = log.read(first..log.head().size + 1, &mut |record| {
        if let Ok(recorded) = decode(&record)
            && let Ok(posted) = posted(&LogArchive(log), outline, &recorded)
            && let Err(why) = keeps_closed(&mut fold, record.number, &posted.unwrap_or(recorded).entry)
        {
            kept.findings.push(Finding::of(why.code(), why.to_string()).at(record.number));
        }
        ControlFlow::Continue(())
    });
    kept
}

/// The pass over the closes, if there are any; it says nothing where the log is damaged.
pub(super) fn check(kept: Kept, sound: bool, passes: &mut Vec<Pass>) {
    let Kept { closes, findings } = kept;
    if closes > 0 {
        passes.push(if sound {
            Pass::of(CLOSES, closes, "closes", findings)
        } else {
            Pass::not_checked(CLOSES)
        });
    }
}
