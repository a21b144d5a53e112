//! What must be known of a log before it is folded in one pass: which entries are late, what is declared, which prices
//! were observed.

use super::{Place, Question};
use crate::entry::Entry;
use crate::event::Event;
use crate::time::{Day, Effective, OrderKey, Zone};
use crate::world::{Observed, PricePair};

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
        let adopted = |event: &Event| {
            if let Event::PolicyAdopted(adopted) = event { Some(adopted.holds_from()) } else { None }
        };
        self.events.iter().filter_map(adopted).min()
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
    observed: Vec<(PricePair, Vec<Observed>)>,
}

impl Default for Outline {
    fn default() -> Outline {
        let (late, declaring, observed) = (Vec::new(), Vec::new(), Vec::new());
        Outline { size: 0, greatest: OrderKey::FIRST, late, declaring, observed }
    }
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
        observed: Vec<(PricePair, Vec<Observed>)>,
    ) -> Outline {
        late.sort_unstable();
        Outline { size, greatest, late, declaring, observed }
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

    /// The entries that declare something besides prices, by number.
    #[must_use]
    pub fn declaring(&self) -> &[Declaring] {
        &self.declaring
    }

    /// The prices observed, of each coin in each currency by number.
    #[must_use]
    pub fn observed(&self) -> &[(PricePair, Vec<Observed>)] {
        &self.observed
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
            self.declare(place.number, entry);
        }
        seen
    }

    fn declare(&mut self, number: u64, entry: &Entry) {
        let mut events = Vec::new();
        for event in &entry.events {
            if let Event::PriceObserved(e) = event {
                self.observe(e.pair(), Observed::of(number, e));
            } else if event.declares() {
                events.push(event.clone());
            }
        }
        if !events.is_empty() {
            self.declaring.push(Declaring { number, effective: entry.effective, events });
        }
    }

    fn observe(&mut self, pair: PricePair, observed: Observed) {
        match self.observed.iter_mut().find(|(of, _)| *of == pair) {
            Some((_, series)) => series.push(observed),
            None => self.observed.push((pair, vec![observed])),
        }
    }

    /// Takes back the entry seen last.
    pub fn forget(&mut self, seen: Seen) {
        let number = seen.place.number;
        if let Ok(at) = self.late.binary_search(&seen.place) {
            self.late.remove(at);
        }
        self.declaring.truncate(self.declaring.partition_point(|declaring| declaring.number < number));
        for (_, series) in &mut self.observed {
            series.truncate(series.partition_point(|observed| observed.number < number));
        }
        self.observed.retain(|(_, series)| !series.is_empty());
        self.greatest = seen.greatest;
        self.size = number - 1;
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
