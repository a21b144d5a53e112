//! The model's own calendar: accounting order and local days, found by looking at one quarter of an hour
//! after the other.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::time::{Day, Effective};

/// A moment in accounting order, ranks aside. A bare date lies just before the midnight that ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    micros: i64,
    after_what_ends_here: bool,
}

impl Moment {
    /// An instant.
    pub(super) fn at(micros: i64) -> Moment {
        Moment { micros, after_what_ends_here: true }
    }

    /// The microsecond that it lies in.
    pub(super) fn micros(self) -> i64 {
        self.micros - i64::from(!self.after_what_ends_here)
    }

    /// The last moment of a local day.
    pub(super) fn end_of(day: Day, zone: Tz) -> Moment {
        let midnight = day.date().and_time(NaiveTime::MIN).and_utc();
        let first_of_the_next = (-60..240)
            .map(|quarter| midnight + TimeDelta::minutes(15 * quarter))
            .find(|time| time.with_timezone(&zone).date_naive() > day.date());
        let time = first_of_the_next.expect("a day ends within two and a half");
        Moment { micros: time.timestamp_micros(), after_what_ends_here: false }
    }

    /// When the clocks of a day show a time, looked for minute by minute from the day's end back: the last minute that is no
    /// later, or the first of the day.
    pub(super) fn of_clock(day: Day, time: &str, zone: Tz) -> Moment {
        let end = Moment::end_of(day, zone);
        let clock = |micros: i64| {
            let time: DateTime<Utc> = DateTime::from_timestamp_micros(micros).expect("a time");
            time.with_timezone(&zone).format("%H:%M").to_string()
        };
        let minutes = (1..=25 * 60).map(|back| end.micros - back * 60_000_000);
        let shown = minutes.clone().find(|micros| clock(*micros) == time);
        Moment::at(shown.expect("a time that the clocks show"))
    }

    /// When an entry is effective.
    pub(super) fn of(effective: Effective, zone: Tz) -> Moment {
        match effective {
            Effective::Day(day) => Moment::end_of(day, zone),
            Effective::At(instant) => Moment::at(instant.micros()),
        }
    }
}

/// The local day on which an entry is effective.
pub(super) fn local_day(effective: Effective, zone: Tz) -> Day {
    match effective {
        Effective::Day(day) => day,
        Effective::At(instant) => {
            let time: DateTime<Utc> = DateTime::from_timestamp_micros(instant.micros()).expect("a time");
            Day::from_date(time.with_timezone(&zone).date_naive()).expect("a day of the calendar")
        }
    }
}

fn reversal_states_its_day(event: &Event) -> bool {
    matches!(event, Event::EntryReversed(reversed) if reversed.on.is_some())
}

/// Facts come first, then what is accrued, then marks.
pub(super) fn rank(entry: &Entry) -> u8 {
    let of_event = |event: &Event| match event.name() {
        "interest_accrued" | "issue_cost_amortised" | "interest_capitalised" | "depreciation_charged" => 1,
        "fair_value_marked" | "derivative_marked" => 2,
        "period_closed" | "period_reopened" => 3,
        "entry_reversed" if reversal_states_its_day(event) => 1,
        _ => 0,
    };
    entry.events.iter().map(of_event).min().unwrap_or(0)
}
