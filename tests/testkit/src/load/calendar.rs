//! The ten years that a load spans, divided evenly among its entries.

use ledger_core::time::{Day, Instant};

use super::chance::Chance;

const DAY_MICROS: i64 = 86_400_000_000;
const SECOND_MICROS: i64 = 1_000_000;

/// 1 January 2016 to 1 January 2026.
const FIRST_DAY: i64 = 16_801;
const DAYS: i64 = 3_653;

#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    /// Microseconds from one entry to the next.
    step: i64,
}

impl Calendar {
    pub(super) fn spanning(entries: u64) -> Calendar {
        let entries = i64::try_from(entries).expect("a count of entries").max(1);
        Calendar { step: (DAYS * DAY_MICROS / entries).max(1) }
    }

    /// When the entry after `made` others happens: some whole second of its share of the time, never before the
    /// entry before it.
    pub(super) fn instant(self, made: u64, chance: &mut Chance) -> Instant {
        let from = FIRST_DAY * DAY_MICROS + self.step * made.cast_signed();
        let micros = from + chance.between(0, self.step - 1);
        Instant::from_micros(micros / SECOND_MICROS * SECOND_MICROS)
    }
}

/// The universal day of an instant, in days since 1970.
pub(super) fn day_number(at: Instant) -> i64 {
    at.micros().div_euclid(DAY_MICROS)
}

/// The day of that number.
pub(super) fn day(number: i64) -> Day {
    Day::from_number(number).expect("a day of the ten years, or near them")
}

/// The last second of a day.
pub(super) fn last_second(day_number: i64) -> Instant {
    Instant::from_micros((day_number + 1) * DAY_MICROS - SECOND_MICROS)
}

/// So many days and seconds before.
pub(super) fn earlier(at: Instant, days: i64, seconds: i64) -> Instant {
    Instant::from_micros(at.micros() - days * DAY_MICROS - seconds * SECOND_MICROS)
}

/// Whether so many days have passed since the first.
pub(super) fn days_have_passed(at: Instant, days: i64) -> bool {
    day_number(at) >= FIRST_DAY + days
}
