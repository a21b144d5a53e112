//! From the log to what is folded: entries known at a point, in accounting order, late ones merged into
//! their places. Only the fold sees the result.
//!
//! An entry is *late* when an entry of a smaller number goes after it. Those that are on time stand in the log in
//! accounting order already, so a log is folded in one pass if it is known beforehand which entries are late and
//! what is declared. That is its [`Outline`].

use crate::entry::Entry;
use crate::event::Event;
use crate::time::{Day, Effective, Instant, OrderKey, Zone};
use crate::world::Moment;

/// An entry of the log with what the log added to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its number, from 1.
    pub number: u64,
    /// When it was recorded; never goes back.
    pub recorded: Instant,
    /// The entry.
    pub entry: Entry,
}

/// An entry in its place.
#[derive(Debug, Clone, Copy)]
pub struct Applied<'a> {
    /// Its place in accounting order.
    pub order: OrderKey,
    /// The number under which it posts.
    pub number: u64,
    /// What it posts.
    pub entry: &'a Entry,
}

impl Applied<'_> {
    /// The moment of one of its events.
    #[must_use]
    pub fn moment(&self, event: usize, zone: Zone) -> Moment {
        Moment::new(self.number, event, self.entry.effective, self.order, zone)
    }

    /// Its place among all entries.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { order: self.order, number: self.number }
    }
}

/// What the log carries beside an entry, in one number, so that its outline is known without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    /// The entry's place by time and rank.
    pub order: OrderKey,
    /// Whether it declares something.
    pub declares: bool,
}

impl Beside {
    /// What belongs beside an entry.
    #[must_use]
    pub fn of(entry: &Entry, zone: Zone) -> Beside {
        Beside { order: entry.order(zone), declares: entry.declares() }
    }

    /// The number that the log carries: twice the order key, and one if the entry declares something.
    #[must_use]
    pub fn number(self) -> i64 {
        self.order.number() * 2 + i64::from(self.declares)
    }

    /// What the log carried.
    #[must_use]
    pub fn from_number(number: i64) -> Beside {
        Beside { order: OrderKey::from_number(number >> 1), declares: number & 1 == 1 }
    }
}

/// A place in accounting order, which no two entries share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// By instant and rank.
    pub order: OrderKey,
    /// Then by number.
    pub number: u64,
}

impl Place {
    /// Before every entry.
    pub const START: Place = Place { order: OrderKey::FIRST, number: 0 };

    /// The place just before this one, where no entry stands if this is an entry's.
    #[must_use]
    pub fn just_before(self) -> Place {
        Place { number: self.number.saturating_sub(1), ..self }
    }

    /// Before whatever is effective on a day.
    #[must_use]
    pub fn start_of(day: Day, zone: Zone) -> Place {
        let before = Day::from_number(day.number() - 1).map_or(OrderKey::FIRST, |before| {
            OrderKey::new(Effective::At(zone.end_of(before)), crate::time::Rank::Fact, zone)
        });
        Place { order: before, number: 0 }
    }
}

/// Which entries, up to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Question {
    /// The last day included; all when not said.
    pub as_of: Option<Day>,
    /// The last entry known; all when not said.
    pub as_known: Option<u64>,
    /// The last place included, for whoever walks entry by entry; all when not said.
    pub through: Option<Place>,
}

impl Question {
    /// The last place included.
    #[must_use]
    pub fn limit(&self, zone: Zone) -> Place {
        let order = self.as_of.map_or(OrderKey::LAST, |day| OrderKey::through(day, zone));
        let of_day = Place { order, number: u64::MAX };
        self.through.map_or(of_day, |through| through.min(of_day))
    }
}

/// An entry that declares something, reduced to that.
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
    /// What an entry declares, if anything.
    #[must_use]
    pub fn of(number: u64, entry: &Entry) -> Option<Declaring> {
        if !entry.declares() {
            return None;
        }
        let events = entry.events.iter().filter(|event| event.declares()).cloned().collect();
        Some(Declaring { number, effective: entry.effective, events })
    }

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
        let adopted =
            |event: &Event| if let Event::PolicyAdopted(adopted) = event { Some(adopted.from) } else { None };
        self.events.iter().filter_map(adopted).min()
    }
}

/// What must be known of a log before it can be folded in one pass.
///
/// Invariant: `late` is in accounting order, `declaring` by number; both are of the entries 1 to `size`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    size: u64,
    greatest: OrderKey,
    late: Vec<Place>,
    declaring: Vec<Declaring>,
}

impl Default for Outline {
    fn default() -> Outline {
        Outline { size: 0, greatest: OrderKey::FIRST, late: Vec::new(), declaring: Vec::new() }
    }
}

/// What seeing an entry changed, so that it can be taken back.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    place: Place,
    greatest: OrderKey,
    declares: bool,
}

impl Outline {
    /// An outline of these parts, as one was taken apart.
    #[must_use]
    pub fn of_parts(
        size: u64,
        greatest: OrderKey,
        mut late: Vec<Place>,
        declaring: Vec<Declaring>,
    ) -> Outline {
        late.sort_unstable();
        Outline { size, greatest, late, declaring }
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

    /// The zone of the ledger's days, which its first entry declares.
    #[must_use]
    pub fn zone(&self) -> Zone {
        match self.declaring.first().and_then(|first| first.events.first()) {
            Some(Event::LedgerOpened(opened)) => opened.time_zone,
            Some(_) | None => Zone::UTC,
        }
    }

    /// The entries that declare something, by number.
    #[must_use]
    pub fn declaring(&self) -> &[Declaring] {
        &self.declaring
    }

    /// Takes in the next entry: its place, and what it declares.
    pub fn see(&mut self, order: OrderKey, declaring: Option<Declaring>) -> Seen {
        let place = Place { order, number: self.size + 1 };
        let seen = Seen { place, greatest: self.greatest, declares: declaring.is_some() };
        if order < self.greatest {
            let at = self.late.partition_point(|before| *before < place);
            self.late.insert(at, place);
        }
        self.greatest = self.greatest.max(order);
        self.size += 1;
        self.declaring.extend(declaring);
        seen
    }

    /// Takes back the entry seen last.
    pub fn forget(&mut self, seen: Seen) {
        if let Ok(at) = self.late.binary_search(&seen.place) {
            self.late.remove(at);
        }
        if seen.declares {
            self.declaring.pop();
        }
        self.greatest = seen.greatest;
        self.size = seen.place.number - 1;
    }

    /// The last entry that a question knows.
    #[must_use]
    pub fn known(&self, question: &Question) -> u64 {
        question.as_known.map_or(self.size, |known| known.min(self.size))
    }

    /// Whether what stood at a place, with the entries up to `then` known, stands there as well with those up to
    /// `now` known: no entry between the two goes before the place, and none changes rules in force before it.
    #[must_use]
    pub fn stands(&self, place: Place, day: Option<Day>, then: u64, now: u64) -> bool {
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
        !came_late && !changes_rules
    }
}
