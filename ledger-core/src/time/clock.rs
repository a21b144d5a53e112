//! A time of day on the clocks of the ledger's zone, such as the one by which a day's price is taken.

use std::fmt;
use std::str::FromStr;

use chrono::{LocalResult, TimeDelta, TimeZone, Utc};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use super::{Day, Instant, NotATime, Zone};
use crate::canonical::{Canonical, Reader};
use crate::strict_json::text_form;

/// A time of day, to the minute.
///
/// Invariant: minutes since midnight, fewer than a day has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

const MINUTES_A_DAY: u16 = 24 * 60;

impl TimeOfDay {
    fn from_minutes(minutes: u64) -> Option<TimeOfDay> {
        u16::try_from(minutes).ok().filter(|minutes| *minutes < MINUTES_A_DAY).map(TimeOfDay)
    }
}

impl FromStr for TimeOfDay {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<TimeOfDay, NotATime> {
        let refused = || NotATime::TimeOfDay(text.to_owned());
        let two_digits = |part: &str| match part.len() {
            2 if part.bytes().all(|byte| byte.is_ascii_digit()) => part.parse::<u64>().ok(),
            _ => None,
        };
        let (hours, minutes) = text.split_once(':').ok_or_else(refused)?;
        let (hours, minutes) = two_digits(hours).zip(two_digits(minutes)).ok_or_else(refused)?;
        let minutes = Some(minutes).filter(|minutes| *minutes < 60).ok_or_else(refused)?;
        TimeOfDay::from_minutes(60 * hours + minutes).ok_or_else(refused)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

text_form!(TimeOfDay, "a time of day");

impl<C> Encode<C> for TimeOfDay {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.u64(self.0.into())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for TimeOfDay {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<TimeOfDay, decode::Error> {
        let at = d.position();
        TimeOfDay::from_minutes(d.u64()?)
            .ok_or_else(|| decode::Error::message("time of day out of range").at(at))
    }
}

impl Canonical for TimeOfDay {
    fn read(reader: &mut Reader<'_>) -> Option<TimeOfDay> {
        TimeOfDay::from_minutes(reader.unsigned()?)
    }
}

impl Zone {
    /// The instant at which the clocks of a day show a time: the later one where they show it twice, and where they skip
    /// it, the first that they show after it.
    #[must_use]
    pub fn instant_of(self, day: Day, time: TimeOfDay) -> Instant {
        let midnight = day.date().and_time(chrono::NaiveTime::MIN);
        let shown = midnight + TimeDelta::minutes(time.0.into());
        // Clocks are changed by quarters of an hour, wherever they are.
        let first = (0..=180).find_map(|minutes| {
            match self.0.from_local_datetime(&(shown + TimeDelta::minutes(minutes))) {
                LocalResult::Single(found) | LocalResult::Ambiguous(_, found) => Some(found),
                LocalResult::None => None,
            }
        });
        let found = first.map_or_else(|| shown.and_utc(), |found| found.with_timezone(&Utc));
        Instant(found.timestamp_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_hours_and_minutes() {
        for good in ["00:00", "09:05", "16:00", "23:59"] {
            assert_eq!(good.parse::<TimeOfDay>().unwrap().to_string(), good);
        }
        for bad in ["", "24:00", "16", "16:60", "9:05", "16:00:00", "+1:00", "-1:00", "16:0٣", "16:00Z"] {
            assert!(bad.parse::<TimeOfDay>().is_err(), "{bad}");
        }
    }

    #[test]
    fn clocks_show_a_time_once_twice_or_not_at_all() {
        for (zone, day, time, instant) in [
            ("UTC", "2026-02-08", "16:00", "2026-02-08T16:00:00Z"),
            ("Asia/Hong_Kong", "2026-02-08", "16:00", "2026-02-08T08:00:00Z"),
            ("America/New_York", "2026-02-08", "16:00", "2026-02-08T21:00:00Z"),
            // Half past one comes twice when summer ends, half past two not at all when it begins.
            ("America/New_York", "2026-11-01", "01:30", "2026-11-01T06:30:00Z"),
            ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00Z"),
        ] {
            let (zone, day): (Zone, Day) = (zone.parse().unwrap(), day.parse().unwrap());
            assert_eq!(zone.instant_of(day, time.parse().unwrap()).to_string(), instant, "{day} {time}");
        }
    }
}
