//! Late entries, and journals that are mirrored by themselves on a later day, fetched from the archive some way ahead of their places: those of one window are read in the order of
//! their numbers, so that neighbours in the log are read together.

use std::collections::{HashMap, VecDeque};
use std::ops::{ControlFlow, Range};

use super::posted::posted;
use super::{Archive, Course};
use crate::resolve::{Outline, Place, Recorded};
use crate::time::Day;

/// How many are fetched ahead.
const WINDOW: usize = 1024;

/// Numbers that lie no further apart are read in one go.
const NEIGHBOURS: u64 = 64;

/// Something that comes elsewhere than where it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Awaited {
    place: Place,
    /// The day, if it is the mirror of a journal.
    echo: Option<Day>,
}

/// The late entries that a course has still to take, in accounting order.
pub(super) struct Stragglers<'a, A: ?Sized> {
    archive: &'a A,
    outline: &'a Outline,
    places: VecDeque<Awaited>,
    fetched: HashMap<u64, Recorded>,
}

impl<'a, A: Archive + ?Sized> Stragglers<'a, A> {
    /// Those behind a place that the course's question includes.
    pub(super) fn after(place: Place, course: &Course<'a, A>) -> Stragglers<'a, A> {
        let zone = course.outline.zone();
        let (known, limit) = (course.outline.known(&course.question), course.question.limit(zone));
        let late = course.outline.late();
        let from = late.partition_point(|late| *late <= place);
        let asked = late.iter().skip(from).take_while(|late| **late <= limit);
        let late =
            asked.filter(|late| late.number <= known).map(|place| Awaited { place: *place, echo: None });
        let echoes = course.outline.echoes_after(place).take_while(|(echo, _)| *echo <= limit);
        let echoes = echoes.filter(|(echo, _)| echo.number <= known);
        let echoes = echoes.map(|(place, on)| Awaited { place, echo: Some(on) });
        let mut places: Vec<Awaited> = late.chain(echoes).collect();
        places.sort_unstable();
        let places = places.into();
        Stragglers { archive: course.archive, outline: course.outline, places, fetched: HashMap::new() }
    }

    /// The next one, if it goes before a place.
    pub(super) fn next_before(&mut self, place: Place) -> Result<Option<(Place, Recorded)>, A::Error> {
        let due = self.places.front().copied().filter(|next| next.place < place);
        let Some(Awaited { place: next, echo }) = due else { return Ok(None) };
        if !self.fetched.contains_key(&next.number) {
            self.fetch()?;
        }
        self.places.pop_front();
        let Some(recorded) = self.fetched.remove(&next.number) else { return Ok(None) };
        let recorded = posted(self.archive, self.outline, &recorded)?.unwrap_or(recorded);
        let entry = match echo {
            Some(on) => recorded.entry.echo(recorded.number, on),
            None => recorded.entry,
        };
        Ok(Some((next, Recorded { entry, ..recorded })))
    }

    fn fetch(&mut self) -> Result<(), A::Error> {
        let mut numbers: Vec<u64> = self.places.iter().take(WINDOW).map(|next| next.place.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let Stragglers { archive, fetched, .. } = self;
        for range in together(&numbers) {
            archive.read(range, &mut |recorded, _| {
                if numbers.binary_search(&recorded.number).is_ok() {
                    fetched.insert(recorded.number, recorded.clone());
                }
                ControlFlow::Continue(())
            })?;
        }
        Ok(())
    }
}

/// Ranges that hold these sorted numbers, neighbours in one.
fn together(numbers: &[u64]) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some(range) if number - range.end < NEIGHBOURS => range.end = number + 1,
            Some(_) | None => ranges.push(*number..number + 1),
        }
    }
    ranges
}
