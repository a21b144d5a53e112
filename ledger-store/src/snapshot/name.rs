//! The names of snapshot files. A standing's name says all that decides whether it can serve a question, so that
//! a file is opened only when it does.

use std::fmt;
use std::str::FromStr;

use ledger_core::fold::Fold;
use ledger_core::replay::Standing;
use ledger_core::resolve::Place;
use ledger_core::time::{Day, OrderKey};

const STANDING: &str = "standing";
const OUTLINE: &str = "outline";
const END: &str = ".snapshot";

/// What a standing is, its books aside; ordered by place, then by how much was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    order: i64,
    number: u64,
    pub(super) known: u64,
    pub(super) on_time: u64,
    day: Option<i64>,
}

impl Name {
    pub(super) fn of(standing: &Standing) -> Name {
        Name {
            order: standing.place.order.number(),
            number: standing.place.number,
            known: standing.known,
            on_time: standing.on_time,
            day: standing.day.map(Day::number),
        }
    }

    pub(super) fn place(&self) -> Place {
        Place { order: OrderKey::from_number(self.order), number: self.number }
    }

    /// The standing without its books.
    pub(super) fn standing(&self) -> Standing {
        Standing {
            fold: Fold::default(),
            place: self.place(),
            day: self.day.and_then(Day::from_number),
            on_time: self.on_time,
            known: self.known,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Name { order, number, known, on_time, day } = self;
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        write!(f, "{STANDING}_{order}_{number}_{known}_{on_time}_{day}{END}")
    }
}

impl FromStr for Name {
    type Err = ();
    fn from_str(text: &str) -> Result<Name, ()> {
        let parts: Vec<&str> = text.strip_suffix(END).ok_or(())?.split('_').collect();
        let [STANDING, order, number, known, on_time, day] = parts[..] else { return Err(()) };
        let name = Name {
            order: order.parse().map_err(drop)?,
            number: number.parse().map_err(drop)?,
            known: known.parse().map_err(drop)?,
            on_time: on_time.parse().map_err(drop)?,
            day: if day.is_empty() { None } else { Some(day.parse().map_err(drop)?) },
        };
        // One name for one standing.
        if name.to_string() == text { Ok(name) } else { Err(()) }
    }
}

/// The name of the outline of so many entries.
pub(super) fn of_outline(size: u64) -> String {
    format!("{OUTLINE}_{size}{END}")
}

/// The size in an outline's name.
pub(super) fn size_of_outline(name: &str) -> Option<u64> {
    let size = name.strip_prefix(&format!("{OUTLINE}_"))?.strip_suffix(END)?.parse().ok()?;
    (of_outline(size) == name).then_some(size)
}
