//! How a history ends: with a log that is sound, or with a fault that destroys and must be found.

use super::compare::{difference, judge_sight};
use super::history::History;
use super::tally::Met;
use super::watch::Sight;
use super::{Broken, Promise};
use crate::conformance::Copied;
use crate::fault::random::Random;
use crate::log::{Head, Log, LogError};
use crate::segment::{file_name, index_of};
use std::ops::ControlFlow;

/// The last thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Sound,
    BitFlipped,
    SectorLost,
    FileCut,
    NameLost,
    Misdirected,
    LyingSyncs,
    RolledBack,
}

impl Ending {
    pub(super) fn drawn(random: &mut Random) -> Self {
        match random.below(12) {
            0 => Self::BitFlipped,
            1 => Self::SectorLost,
            2 => Self::FileCut,
            3 => Self::NameLost,
            4 => Self::Misdirected,
            5 => Self::LyingSyncs,
            6 => Self::RolledBack,
            _ => Self::Sound,
        }
    }
}

/// What was done to the disk.
#[derive(Debug, Clone, Copy)]
struct Planted {
    met: Met,
    /// Whether verification must find it without knowing anything from outside.
    at_rest: bool,
    /// The segment that was hit, if it is known.
    segment: Option<u64>,
}

impl History<'_> {
    pub(super) fn end(&mut self, random: &mut Random) -> Result<(), Broken> {
        self.calm();
        let planted = match self.ending {
            Ending::Sound => return self.end_sound(random),
            Ending::BitFlipped | Ending::SectorLost | Ending::FileCut | Ending::NameLost => {
                self.close_log(random)?;
                self.damage_at_rest(random)
            }
            Ending::Misdirected => self.misdirect(random)?,
            Ending::LyingSyncs => self.lie(random)?,
            Ending::RolledBack => self.roll_back(),
        };
        let Some(planted) = planted else { return self.end_sound(random) };
        self.note(|| format!("the end: {}", planted.met.words()));
        self.tally.count(planted.met);
        self.cut_power();
        self.examine(planted, random)
    }

    fn end_sound(&mut self, random: &mut Random) -> Result<(), Broken> {
        self.note(|| "the end: a sound log".to_owned());
        self.close_log(random)?;
        let head = self.model.head();
        let reader = self.engine.reader().map_err(|error| Broken::alarm("a reader cannot open", &error))?;
        if reader.head() != head {
            return Err(Broken::new(Promise::NothingLost, "a closed log has another head"));
        }
        self.look(false)?;
        let kept = self.checkpoints.get(random.place(self.checkpoints.len())).copied();
        self.verify(Some(&kept.unwrap_or(head)), false)
    }

    /// Changes what is stored, behind the back of everybody; nothing if no byte became another.
    fn damage_at_rest(&mut self, random: &mut Random) -> Option<Planted> {
        let names: Vec<String> =
            self.disk().names().into_iter().filter(|name| index_of(name).is_some()).collect();
        let name = names.get(random.place(names.len()))?;
        let before = self.disk().bytes(name);
        let met = match self.ending {
            Ending::BitFlipped => {
                let bit = random.place(before.len() * 8);
                self.disk().change(name, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
                Met::BitsFlipped
            }
            Ending::FileCut => {
                self.disk().change(name, |bytes| bytes.truncate(random.place(bytes.len())));
                Met::FilesCut
            }
            Ending::NameLost => {
                self.disk().take(name);
                Met::NamesLost
            }
            Ending::SectorLost
            | Ending::Sound
            | Ending::Misdirected
            | Ending::LyingSyncs
            | Ending::RolledBack => {
                let sector = random.place(before.len() / 512) * 512;
                let noise = random.once_in(2);
                self.disk().change(name, |bytes| {
                    bytes[sector..sector + 512].fill_with(|| if noise { random.below(256) as u8 } else { 0 });
                });
                Met::SectorsLost
            }
        };
        let after = self.disk().bytes(name);
        let segment = index_of(name);
        self.note(|| {
            format!("  {}: {:?}", file_name(segment.unwrap_or_default()), first_change(&before, &after))
        });
        if before == after {
            return None;
        }
        // Zeros that are gone from the end of a file take nothing with them.
        let only_zeros = met == Met::FilesCut && before[after.len()..].iter().all(|byte| *byte == 0);
        // The last segment takes the knowledge that it was there with it.
        let at_rest = !only_zeros && (met != Met::NamesLost || names.last() != Some(name));
        Some(Planted { met, at_rest, segment: segment.filter(|_| met != Met::NamesLost) })
    }

    fn misdirect(&mut self, random: &mut Random) -> Result<Option<Planted>, Broken> {
        self.ensure_writer(random)?;
        let before = self.disk().misdirected();
        self.disk().misdirect(random.below(8));
        self.append_several(random)?;
        self.calm();
        if random.once_in(2) {
            self.close_log(random)?;
        }
        self.cut_power();
        let strayed = self.disk().misdirected() > before;
        Ok(strayed.then_some(Planted { met: Met::Misdirected, at_rest: false, segment: None }))
    }

    fn lie(&mut self, random: &mut Random) -> Result<Option<Planted>, Broken> {
        self.ensure_writer(random)?;
        self.disk().lie_about_syncs(true);
        self.append_several(random)?;
        self.cut_power();
        self.disk().lie_about_syncs(false);
        Ok(Some(Planted { met: Met::LyingSyncs, at_rest: false, segment: None }))
    }

    fn append_several(&mut self, random: &mut Random) -> Result<(), Broken> {
        for _ in 0..1 + random.below(5) {
            let records = self.some_records(random, 1..12);
            self.append(&records, random)?;
        }
        Ok(())
    }

    fn roll_back(&mut self) -> Option<Planted> {
        let image = self.image.take()?;
        self.log = None;
        self.disk().restore(&image);
        Some(Planted { met: Met::RolledBack, at_rest: false, segment: None })
    }

    /// Looks at a log that was damaged: everything must be there, or something must say so.
    fn examine(&mut self, planted: Planted, random: &mut Random) -> Result<(), Broken> {
        let head = self.model.head();
        let verified = self.found_by_verification(planted, &head)?;
        let read = self.found_by_reading()?;
        let acknowledged = random.once_in(2).then_some(head.size);
        let opened = self.found_by_opening(acknowledged, &head)?;
        if !verified && !read && !opened {
            self.tally.count(Met::Harmless);
        }
        Ok(())
    }

    fn found_by_verification(&mut self, planted: Planted, head: &Head) -> Result<bool, Broken> {
        let codes = |report: &crate::verify::Report| {
            report.findings.iter().map(|finding| (finding.defect.code(), finding.segment)).collect::<Vec<_>>()
        };
        let alone = self.engine.verify(None).map(|report| codes(&report));
        let with_checkpoint = self.engine.verify(Some(head)).map(|report| codes(&report));
        self.note(|| format!("  verification finds {alone:?}, with a checkpoint {with_checkpoint:?}"));
        let named = |found: &(&str, u64)| planted.segment.is_none_or(|segment| found.1 == segment);
        let unfound = match &alone {
            Ok(found) => planted.at_rest && !found.iter().any(named),
            Err(_) => false,
        };
        if unfound {
            let what = format!("{} in segment {:?}, found {alone:?}", planted.met.words(), planted.segment);
            return Err(Broken::new(Promise::DamageFound, what));
        }
        let found = with_checkpoint.map_or(true, |found| !found.is_empty());
        self.tally.add(Met::FoundByVerify, u64::from(found));
        Ok(found)
    }

    fn found_by_reading(&mut self) -> Result<bool, Broken> {
        let shown = self.engine.reader().and_then(|log| {
            let mut entries: Vec<Copied> = Vec::new();
            let result = log.read(1..u64::MAX, &mut |record| {
                entries.push((record.number, record.id, record.order, record.envelope.to_vec()));
                ControlFlow::Continue(())
            });
            let head = log.head();
            result.map_err(|error| (error, entries.clone())).map(|()| (head, entries)).or_else(
                |(error, entries)| {
                    // What it showed before it stopped must be true as well.
                    if self.model.kept.starts_with(&entries) { Err(error) } else { Ok((head, entries)) }
                },
            )
        });
        match shown {
            Err(_) => {
                self.tally.count(Met::FoundByReading);
                Ok(true)
            }
            Ok((head, entries)) => {
                judge_sight(&mut self.model, &Sight { head, reaches: 0, entries }, false)?;
                Ok(false)
            }
        }
    }

    fn found_by_opening(&mut self, acknowledged: Option<u64>, head: &Head) -> Result<bool, Broken> {
        let before = self.disk().image();
        match self.engine.open(acknowledged) {
            Ok((log, _)) => {
                let Ok(found) = crate::conformance::read_all(&log, 1..u64::MAX) else { return Ok(true) };
                self.note(|| format!("  opened with {} entries", found.len()));
                if found.starts_with(&self.model.kept) {
                    return Ok(false);
                }
                let true_so_far = self.model.kept.starts_with(&found);
                let reported = true_so_far && acknowledged.is_none() && !self.is_clean(head);
                if reported { Ok(true) } else { Err(difference(&self.model, &found)) }
            }
            Err(LogError::Damaged(damage)) => {
                self.note(|| format!("  refused: {damage}"));
                self.tally.count(Met::FoundByOpening);
                if self.disk().image() == before {
                    Ok(true)
                } else {
                    Err(Broken::new(Promise::NothingLost, "a damaged log was changed"))
                }
            }
            Err(_) => {
                self.tally.count(Met::FoundByOpening);
                Ok(true)
            }
        }
    }

    /// Whether nothing tells that the log is not what this head says.
    fn is_clean(&self, head: &Head) -> bool {
        self.engine.verify(Some(head)).is_ok_and(|report| report.is_clean())
    }
}

/// The first byte that differs, and the lengths.
fn first_change(before: &[u8], after: &[u8]) -> (Option<usize>, usize, usize) {
    let place = before.iter().zip(after).position(|(before, after)| before != after);
    (place, before.len(), after.len())
}
