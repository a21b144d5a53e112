//! What was found in a log, compared with the model, and in words what is wrong with it.

use super::model::Model;
use super::watch::Sight;
use super::{Broken, Promise};
use crate::conformance::Copied;
use crate::damage::Defect;
use crate::log::Head;

/// What may be found in a sound log while a write is not finished: the writer is at it, or was cut off.
pub(super) fn is_unfinished(defect: Defect) -> bool {
    matches!(defect, Defect::TornTail | Defect::NotZero | Defect::HeadSlot | Defect::FooterTorn)
}

/// Judges what a writer found when it had opened the log, and takes over the fate of the batch in flight.
pub(super) fn settle(model: &mut Model, found: &[Copied], head: &Head) -> Result<(), Broken> {
    let with_flight = found.len() > model.kept.len();
    let wanted = if with_flight { model.kept.len() + model.in_flight.len() } else { model.kept.len() };
    if found.len() != wanted || !model.all().zip(found).all(|(wanted, found)| wanted == found) {
        return Err(difference(model, found));
    }
    if with_flight {
        model.arrive()
    } else {
        model.give_up()
    }
    judge_head(model, head, found.len())
}

/// Judges what a reader saw. If it saw the batch in flight, nobody may take that back.
///
/// `whole_disk` is false where entries may have been destroyed: the reader may then be behind.
pub(super) fn judge_sight(model: &mut Model, sight: &Sight, whole_disk: bool) -> Result<bool, Broken> {
    let shown = sight.entries.len();
    if !model.all().zip(&sight.entries).all(|(wanted, shown)| wanted == shown)
        || shown > model.kept.len() + model.in_flight.len()
    {
        return Err(difference(model, &sight.entries));
    }
    if whole_disk && sight.reaches < model.size() {
        let (size, reaches) = (model.size(), sight.reaches);
        let what = format!("a reader knows of {reaches} entries, {size} were acknowledged");
        return Err(Broken::new(Promise::NothingLost, what));
    }
    let in_advance = shown > model.kept.len();
    if in_advance {
        if shown != model.kept.len() + model.in_flight.len() {
            return Err(Broken::new(Promise::NothingInvented, "a reader sees a part of a batch"));
        }
        model.arrive();
    }
    judge_head(model, &sight.head, shown)?;
    Ok(in_advance)
}

fn judge_head(model: &mut Model, head: &Head, entries: usize) -> Result<(), Broken> {
    if head.size != entries as u64 {
        let what = format!("the head says {} entries and {entries} are shown", head.size);
        return Err(Broken::new(Promise::NothingLost, what));
    }
    if !model.is_same_root(head) {
        let what = format!("the root at {} is not the one that was told", head.size);
        return Err(Broken::new(Promise::NothingChanged, what));
    }
    Ok(())
}

/// Says how the entries found differ from those that may be there.
pub(super) fn difference(model: &Model, found: &[Copied]) -> Broken {
    let wanted: Vec<&Copied> = model.all().collect();
    let (kept, same) =
        (model.kept.len(), wanted.iter().zip(found).take_while(|(wanted, found)| *wanted == found).count());
    if same == found.len() {
        return if same < kept {
            let what = format!("of {kept} entries those from {} on are not there", same + 1);
            Broken::new(Promise::NothingLost, what)
        } else {
            let what = format!("of a batch of {} only {} are there", model.in_flight.len(), same - kept);
            Broken::new(Promise::NothingInvented, what)
        };
    }
    let number = same + 1;
    let id = &found[same].1;
    let is_it = |entry: &&&Copied| entry.1 == *id;
    if found[..same].iter().any(|entry| entry.1 == *id) {
        return Broken::new(Promise::NothingDoubled, format!("entry {number} is there for the second time"));
    }
    if wanted.get(same).is_some_and(|wanted| wanted.1 == *id) {
        return Broken::new(Promise::NothingChanged, format!("entry {number} is not what was appended"));
    }
    if wanted.iter().any(|entry| is_it(&entry)) {
        let missing = wanted.get(same).is_some_and(|wanted| found.iter().all(|entry| entry.1 != wanted.1));
        return if missing {
            Broken::new(Promise::NothingLost, format!("entry {number} is missing among others"))
        } else {
            Broken::new(Promise::NothingReordered, format!("entry {number} stands out of order"))
        };
    }
    Broken::new(Promise::NothingInvented, format!("entry {number} was never acknowledged"))
}
