//! What must be known of a log before it is folded in one pass: which entries are late, what is declared, which prices
//! were observed.

use super::{Beside, Place, Proposals, Question};
use crate::entry::Entry;
use crate::event::Event;
use crate::time::{Day, Effective, OrderKey, Zone};
use crate::world::{Feed, Feeds, Observed};

/// An entry that declares something besides prices, reduced to that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaring {
    /// Its number, from which on the declarations hold.
    pub number: u64,
    /// When it is effective.
    pub effective: Effective,
    /// The declarations.
    pub events: Vec<Event>,
}

impl Declaring {
    /// In canonical CBOR: when it is effective, then each declaration.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        // Writing to memory cannot fail.
        minicbor::to_vec((&self.effective, &self.events)).unwrap_or_default()
    }

    /// Reads what [`Declaring::to_cbor`] wrote.
    ///
    /// # Errors
    /// When the bytes are not that.
    pub fn from_cbor(number: u64, bytes: &[u8]) -> Result<Declaring, minicbor::decode::Error> {
        let (effective, events) = minicbor::decode(bytes)?;
        Ok(Declaring { number, effective, events })
    }

    /// The first day whose rules it changes.
    fn reaches_back_to(&self) -> Option<Day> {
        self.events.iter().filter_map(Event::reaches_back_to).min()
    }

    /// The entries that it reverses.
    fn reversed(&self) -> impl Iterator<Item = u64> {
        let reversed = |event: &Event| {
            if let Event::EntryReversed(reversed) = event { Some(reversed.entry) } else { None }
        };
        self.events.iter().filter_map(reversed)
    }
}

/// What must be known of a log before it can be folded in one pass.
///
/// Invariant: `late` is in accounting order, `declaring` and each series of `observed` by number; all are of the entries 1
/// to `size`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    size: u64,
    greatest: OrderKey,
    late: Vec<Place>,
    declaring: Vec<Declaring>,
    /// Apart from other declarations, for there may be a million.
    observed: Vec<(Feed, Vec<Observed>)>,
    /// Where each stands in `observed`.
    feeds: Feeds,
    /// By number.
    reversals: Vec<Reversal>,
    /// Where journals are mirrored by themselves, in accounting order, with the day.
    echoes: Vec<(Place, Day)>,
    proposals: Proposals,
}

/// That an entry reverses another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reversal {
    /// The entry that does.
    number: u64,
    /// The entry that is reversed.
    of: u64,
    /// The place of that if it is late.
    late: Option<Place>,
}

impl Default for Outline {
    fn default() -> Outline {
        Outline {
            size: 0,
            greatest: OrderKey::FIRST,
            late: Vec::new(),
            declaring: Vec::new(),
            observed: Vec::new(),
            feeds: Feeds::default(),
            reversals: Vec::new(),
            echoes: Vec::new(),
            proposals: Proposals::default(),
        }
    }
}

/// How far a fold has come.
#[derive(Debug, Clone, Copy)]
pub struct Reached {
    /// The place of the last entry folded.
    pub place: Place,
    /// The local day of that entry.
    pub day: Option<Day>,
    /// The number of the last entry folded that is not late.
    pub on_time: u64,
}

/// What seeing an entry changed, so that it can be taken back.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    place: Place,
    greatest: OrderKey,
}

impl Outline {
    /// An outline of these parts, as one was taken apart.
    #[must_use]
    pub fn of_parts(
        size: u64,
        greatest: OrderKey,
        mut late: Vec<Place>,
        declaring: Vec<Declaring>,
        observed: Vec<(Feed, Vec<Observed>)>,
        proposals: Proposals,
    ) -> Outline {
        late.sort_unstable();
        let mut outline =
            Outline { size, greatest, late, declaring, observed, proposals, ..Outline::default() };
        for (feed, _) in &outline.observed {
            outline.feeds.number(*feed);
        }
        outline.reversals =
            outline.declaring.iter().flat_map(|declaring| outline.reversals_of(declaring)).collect();
        outline.echoes =
            outline.declaring.iter().flat_map(|declaring| outline.echoes_of(declaring)).collect();
        outline.echoes.sort_unstable();
        outline
    }

    /// The same with declarations followed by others, in the entry of the former.
    pub(super) fn followed(&self, by: impl Fn(&Event) -> Option<Event>) -> Outline {
        let mut outline = self.clone();
        for declaring in &mut outline.declaring {
            let both = |event: &Event| [Some(event.clone()), by(event)].into_iter().flatten();
            declaring.events = declaring.events.iter().flat_map(both).collect();
        }
        outline
    }

    /// How many entries it is of.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The last place of any entry; before all places when there is none.
    #[must_use]
    pub fn greatest(&self) -> OrderKey {
        self.greatest
    }

    /// The late entries, in accounting order.
    #[must_use]
    pub fn late(&self) -> &[Place] {
        &self.late
    }

    /// Where journals are mirrored by themselves behind a place, in accounting order, with the day.
    pub fn echoes_after(&self, place: Place) -> impl Iterator<Item = (Place, Day)> {
        let from = self.echoes.partition_point(|(echo, _)| *echo <= place);
        self.echoes.iter().skip(from).copied()
    }

    /// The zone of the ledger's days, which its first entry declares.
    #[must_use]
    pub fn zone(&self) -> Zone {
        match self.declaring.first().and_then(|first| first.events.first()) {
            Some(Event::LedgerOpened(opened)) => opened.time_zone,
            Some(_) | None => Zone::UTC,
        }
    }

    /// The entries that declare something besides prices, by number.
    #[must_use]
    pub fn declaring(&self) -> &[Declaring] {
        &self.declaring
    }

    /// The prices observed, of each feed by number.
    #[must_use]
    pub fn observed(&self) -> &[(Feed, Vec<Observed>)] {
        &self.observed
    }

    /// What is proposed, and which approval posts it.
    #[must_use]
    pub fn proposals(&self) -> &Proposals {
        &self.proposals
    }

    /// What belongs beside an entry that is the next: the approval that posts a proposal has the place of that.
    #[must_use]
    pub fn beside(&self, entry: &Entry, zone: Zone) -> Beside {
        let posts = self.proposals.posts(entry).map_or(entry, |proposal| proposal.payload());
        Beside { order: posts.order(zone), declares: entry.declares() }
    }

    /// Takes in the next entry: its place, and what it declares, if it does.
    pub fn see(&mut self, order: OrderKey, declaring: Option<&Entry>) -> Seen {
        let place = Place { order, number: self.size + 1 };
        let seen = Seen { place, greatest: self.greatest };
        if order < self.greatest {
            let at = self.late.partition_point(|before| *before < place);
            self.late.insert(at, place);
        }
        self.greatest = self.greatest.max(order);
        self.size += 1;
        if let Some(entry) = declaring {
            let posted = self.proposals.see(place.number, entry).map(|proposal| proposal.proposed.clone());
            self.declare(place.number, posted.as_ref().map_or(entry, |posted| posted.payload.entry()));
        }
        seen
    }

    fn declare(&mut self, number: u64, entry: &Entry) {
        let mut events = Vec::new();
        for event in &entry.events {
            if let Event::PriceObserved(e) = event {
                self.observe(e.feed(), Observed::of(number, e));
            } else if event.declares() && !event.is_about_proposals() {
                events.push(event.clone());
            }
        }
        if !events.is_empty() {
            let declaring = Declaring { number, effective: entry.effective, events };
            self.reversals.extend(self.reversals_of(&declaring));
            for echo in self.echoes_of(&declaring) {
                let at = self.echoes.partition_point(|before| *before < echo);
                self.echoes.insert(at, echo);
            }
            self.declaring.push(declaring);
        }
    }

    fn echoes_of(&self, declaring: &Declaring) -> Vec<(Place, Day)> {
        let zone = self.zone();
        let mut days: Vec<Day> = declaring.events.iter().filter_map(Event::reverses_on).collect();
        days.sort_unstable();
        days.dedup();
        days.into_iter().map(|on| (Place::of_echo(declaring.number, on, zone), on)).collect()
    }

    fn reversals_of(&self, declaring: &Declaring) -> Vec<Reversal> {
        let late_place = |number: u64| self.late.iter().find(|late| late.number == number).copied();
        let reversal = |of| Reversal { number: declaring.number, of, late: late_place(of) };
        declaring.reversed().map(reversal).collect()
    }

    fn observe(&mut self, feed: Feed, observed: Observed) {
        match self.observed.get_mut(self.feeds.number(feed) as usize) {
            Some((_, series)) => series.push(observed),
            None => self.observed.push((feed, vec![observed])),
        }
    }

    /// Takes back the entry seen last.
    pub fn forget(&mut self, seen: Seen) {
        let number = seen.place.number;
        if let Ok(at) = self.late.binary_search(&seen.place) {
            self.late.remove(at);
        }
        self.declaring.truncate(self.declaring.partition_point(|declaring| declaring.number < number));
        self.reversals.truncate(self.reversals.partition_point(|reversal| reversal.number < number));
        self.echoes.retain(|(echo, _)| echo.number < number);
        for (_, series) in &mut self.observed {
            series.truncate(series.partition_point(|observed| observed.number < number));
        }
        // Feeds of which nothing is left came last.
        while self.observed.last().is_some_and(|(_, series)| series.is_empty()) {
            self.observed.pop();
            self.feeds.pop();
        }
        self.proposals.forget(number);
        self.greatest = seen.greatest;
        self.size = number - 1;
    }

    /// The last entry that a question knows.
    #[must_use]
    pub fn known(&self, question: &Question) -> u64 {
        question.as_known.map_or(self.size, |known| known.min(self.size))
    }

    /// Whether what stood at a place, with the entries up to `then` known, stands there as well with those up to
    /// `now` known: no entry between the two goes before the place, none changes rules in force before it, and none
    /// reverses an entry before it, of which something would have been kept.
    #[must_use]
    pub fn stands(&self, reached: &Reached, then: u64, now: u64) -> bool {
        let Reached { place, day, on_time } = *reached;
        let between = then.min(now) + 1..=then.max(now);
        let before = self.late.partition_point(|late| *late <= place);
        let came_late = self.late.iter().take(before).any(|late| between.contains(&late.number));
        let reaches_back = |declaring: &Declaring| {
            declaring.reaches_back_to().is_some_and(|from| day.is_some_and(|day| from <= day))
        };
        let from = self.declaring.partition_point(|declaring| declaring.number < *between.start());
        let mut declared = self.declaring.iter().skip(from);
        let changes_rules =
            declared.by_ref().take_while(|declaring| between.contains(&declaring.number)).any(reaches_back);
        let from = self.reversals.partition_point(|reversal| reversal.number < *between.start());
        let reverses = |reversal: &Reversal| match reversal.late {
            Some(late) => late <= place,
            None => reversal.of <= on_time,
        };
        let mut reversals = self.reversals.iter().skip(from);
        let reverses =
            reversals.by_ref().take_while(|reversal| between.contains(&reversal.number)).any(reverses);
        !came_late && !changes_rules && !reverses
    }
}
