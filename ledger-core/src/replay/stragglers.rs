//! Late entries, fetched from the archive some way ahead of their places: those of one window are read in the order of
//! their numbers, so that neighbours in the log are read together.

use std::collections::{HashMap, VecDeque};
use std::ops::{ControlFlow, Range};

use super::{Archive, Course};
use crate::resolve::{Place, Recorded};

/// How many are fetched ahead.
const WINDOW: usize = 1024;

/// Numbers that lie no further apart are read in one go.
const NEIGHBOURS: u64 = 64;

/// The late entries that a course has still to take, in accounting order.
pub(super) struct Stragglers<'a, A: ?Sized> {
    archive: &'a A,
    places: VecDeque<Place>,
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
        let places = asked.filter(|late| late.number <= known).copied().collect();
        Stragglers { archive: course.archive, places, fetched: HashMap::new() }
    }

    /// The next one, if it goes before a place.
    pub(super) fn next_before(&mut self, place: Place) -> Result<Option<(Place, Recorded)>, A::Error> {
        let Some(next) = self.places.front().copied().filter(|next| *next < place) else { return Ok(None) };
        if !self.fetched.contains_key(&next.number) {
            self.fetch()?;
        }
        self.places.pop_front();
        Ok(self.fetched.remove(&next.number).map(|recorded| (next, recorded)))
    }

    fn fetch(&mut self) -> Result<(), A::Error> {
        let mut numbers: Vec<u64> = self.places.iter().take(WINDOW).map(|place| place.number).collect();
        numbers.sort_unstable();
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
