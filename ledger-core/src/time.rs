//! The two times: *effective*, when it happened, and *recorded*, which is the entry's number. Effective
//! time, a rank and the number give the accounting order in which books are folded.

mod clock;

use std::fmt;
use std::str::FromStr;

pub use clock::TimeOfDay;

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Utc};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use serde::{Deserialize, Serialize};

use crate::canonical::{Canonical, Reader};
use crate::strict_json::{text_form, text_form_or_parts};

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotATime {
    /// Not a calendar date between 1900 and 2999.
    #[error("`{0}` is not a date such as 2026-02-08")]
    Day(String),
    /// Not an RFC 3339 time, or finer than a microsecond.
    #[error("`{0}` is not a time such as 2026-02-08T14:30:00Z, no finer than a microsecond")]
    Instant(String),
    /// Not hours and minutes of a day.
    #[error("`{0}` is not a time of day such as 16:00")]
    TimeOfDay(String),
    /// Not a zone of the IANA database.
    #[error("`{0}` is not a time zone such as UTC or Asia/Hong_Kong")]
    Zone(String),
}

/// A calendar date, between 1900 and 2999.
///
/// Invariant: days since 1 January 1970, within those years but for [`Day::FIRST`] and [`Day::LAST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// 1 January 1900 and 31 December 2999, as days since 1 January 1970.
const REACHED: std::ops::RangeInclusive<i64> = -25_567..=376_199;

fn days_since_epoch(date: NaiveDate) -> i64 {
    date.signed_duration_since(epoch()).num_days()
}

fn epoch() -> NaiveDate {
    DateTime::<Utc>::UNIX_EPOCH.date_naive()
}

impl Day {
    /// The first day of the calendar's dates, before any that can be read.
    pub const FIRST: Day = Day(i32::MIN);

    /// The last day of the calendar's dates, after any that can be read.
    pub const LAST: Day = Day(i32::MAX);

    /// The calendar date.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        let reached = epoch().checked_add_signed(TimeDelta::days(self.0.into()));
        reached.unwrap_or(if self.0 < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
    }

    /// Days since 1 January 1970, as stored.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0.into()
    }

    /// The date `number` days after 1 January 1970, if the ledger's calendar reaches it.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Day> {
        REACHED.contains(&number).then(|| i32::try_from(number).ok().map(Day)).flatten()
    }

    /// The day of a calendar date, if the ledger's calendar reaches it.
    #[must_use]
    pub fn from_date(date: NaiveDate) -> Option<Day> {
        Day::from_number(days_since_epoch(date))
    }

    /// The day after; the calendar's last day is its own.
    #[must_use]
    pub fn next(self) -> Day {
        Day::from_number(self.number() + 1).unwrap_or(self)
    }
}

impl FromStr for Day {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Day, NotATime> {
        let refused = || NotATime::Day(text.to_owned());
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| refused())?;
        if date.to_string() == text { Day::from_date(date).ok_or_else(refused) } else { Err(refused()) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

const MICROS_A_DAY: i64 = 86_400_000_000;

/// A point in time, to the microsecond, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// Microseconds since 1 January 1970, UTC.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// The instant so many microseconds after 1 January 1970, UTC.
    #[must_use]
    pub fn from_micros(micros: i64) -> Instant {
        Instant(micros)
    }

    /// Whether the ledger's calendar reaches it.
    fn is_reached(self) -> bool {
        REACHED.contains(&self.day_utc().number())
    }

    /// The day at Greenwich; what lies beyond all calendars counts as the first or last of them.
    fn day_utc(self) -> Day {
        i32::try_from(self.0.div_euclid(MICROS_A_DAY)).map_or(Day::LAST, Day)
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::<Utc>::UNIX_EPOCH)
    }
}

impl FromStr for Instant {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Instant, NotATime> {
        let refused = || NotATime::Instant(text.to_owned());
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| refused())?.with_timezone(&Utc);
        let whole = time.timestamp_subsec_nanos() % 1000 == 0;
        let reached = Day::from_date(time.date_naive()).is_some();
        if whole && reached { Ok(Instant(time.timestamp_micros())) } else { Err(refused()) }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// When something happened: on a day, or at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub enum Effective {
    /// Some time on this day; it sorts after every instant of the day.
    #[n(0)]
    Day(#[n(0)] Day),
    /// At this instant.
    #[n(1)]
    At(#[n(0)] Instant),
}

impl Canonical for Effective {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Option<Effective> {
        match reader.kind(1)? {
            0 => Canonical::read(reader).map(Effective::Day),
            1 => Canonical::read(reader).map(Effective::At),
            _ => None,
        }
    }
}

impl FromStr for Effective {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Effective, NotATime> {
        if text.len() > 10 { text.parse().map(Effective::At) } else { text.parse().map(Effective::Day) }
    }
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Effective::Day(day) => day.fmt(f),
            Effective::At(instant) => instant.fmt(f),
        }
    }
}

/// The zone whose midnights divide the ledger's days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(chrono_tz::Tz);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(chrono_tz::UTC);

    /// The local day of an effective time.
    #[must_use]
    pub fn day_of(self, effective: Effective) -> Day {
        match effective {
            Effective::Day(day) => day,
            Effective::At(instant) if self == Zone::UTC => instant.day_utc(),
            Effective::At(instant) => {
                let local = self.0.from_utc_datetime(&instant.utc().naive_utc()).date_naive();
                // Every date that chrono can count has a number.
                i32::try_from(days_since_epoch(local)).map_or(Day::LAST, Day)
            }
        }
    }

    /// The first instant of the day after `day`. Where the clocks are changed at midnight, the first that exists.
    #[must_use]
    pub fn end_of(self, day: Day) -> Instant {
        if self == Zone::UTC {
            return Instant((day.number() + 1).saturating_mul(MICROS_A_DAY));
        }
        let date = day.date();
        let midnight = date.checked_add_days(Days::new(1)).unwrap_or(date).and_time(NaiveTime::MIN);
        let first = (0..=180).step_by(15).find_map(|minutes| {
            match self.0.from_local_datetime(&(midnight + TimeDelta::minutes(minutes))) {
                LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Some(time),
                LocalResult::None => None,
            }
        });
        Instant(first.map_or_else(|| midnight.and_utc().timestamp_micros(), |time| time.timestamp_micros()))
    }
}

impl FromStr for Zone {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Zone, NotATime> {
        text.parse().map(Zone).map_err(|_| NotATime::Zone(text.to_owned()))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// What comes first among things of one instant: facts, then what is accrued, then marks, then closes. So
/// coins bought after that day's mark was recorded are still marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Everything that happened outside.
    Fact,
    /// Interest, depreciation, amortisation.
    Accrual,
    /// Fair-value marks.
    Mark,
    /// The close of a period.
    Close,
}

/// The place of an entry in accounting order; entries of one key follow by number.
///
/// Invariant: compares as (instant, day after its instants, rank). Held in one integer so that the log can
/// carry it beside the entry without knowing what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderKey(i64);

impl OrderKey {
    /// Before everything.
    pub const FIRST: OrderKey = OrderKey(i64::MIN);
    /// After everything.
    pub const LAST: OrderKey = OrderKey(i64::MAX);

    /// The place of what is effective then, with this rank.
    #[must_use]
    pub fn new(effective: Effective, rank: Rank, zone: Zone) -> OrderKey {
        // Two steps a microsecond leave room for "after the last instant of a day, before midnight".
        let half_micros = match effective {
            Effective::At(instant) => 2 * instant.0,
            Effective::Day(day) => 2 * zone.end_of(day).0 - 1,
        };
        OrderKey(4 * half_micros + rank as i64)
    }

    /// Where coins arrive that were sent before: ahead of the facts of that time. A bare day's arrivals come after its
    /// instants all the same.
    #[must_use]
    pub fn of_arrival(effective: Effective, zone: Zone) -> OrderKey {
        let facts = OrderKey::new(effective, Rank::Fact, zone);
        match effective {
            Effective::At(_) => facts,
            Effective::Day(_) => OrderKey(facts.0 - 1),
        }
    }

    /// The last place of a day: what an as-of of that day includes.
    #[must_use]
    pub fn through(day: Day, zone: Zone) -> OrderKey {
        OrderKey::new(Effective::Day(day), Rank::Close, zone)
    }

    /// The integer, as the log carries it.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }

    /// The key of an integer the log carried.
    #[must_use]
    pub fn from_number(number: i64) -> OrderKey {
        OrderKey(number)
    }
}

impl<C> Encode<C> for Day {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.i64(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Day {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Day, decode::Error> {
        let at = d.position();
        Day::from_number(d.i64()?).ok_or_else(|| decode::Error::message("date out of range").at(at))
    }
}

impl<C> Encode<C> for Instant {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.i64(self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Instant {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Instant, decode::Error> {
        let at = d.position();
        let instant = Instant(d.i64()?);
        instant
            .is_reached()
            .then_some(instant)
            .ok_or_else(|| decode::Error::message("time out of range").at(at))
    }
}

impl<C> Encode<C> for Zone {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.str(self.0.name())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Zone {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Zone, decode::Error> {
        let at = d.position();
        d.str()?.parse().map_err(|_| decode::Error::message("unknown time zone").at(at))
    }
}

impl Day {
    fn to_parts(self) -> i64 {
        self.number()
    }

    fn of_parts(number: i64) -> Option<Day> {
        Day::from_number(number)
    }
}

impl Instant {
    fn to_parts(self) -> i64 {
        self.0
    }

    /// The end of the calendar's last day lies beyond it.
    fn of_parts(micros: i64) -> Option<Instant> {
        let near = |by: i64| micros.checked_add(by).is_some_and(|micros| Instant(micros).is_reached());
        (near(MICROS_A_DAY) || near(-MICROS_A_DAY)).then_some(Instant(micros))
    }
}

impl Canonical for Day {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Option<Day> {
        Day::from_number(Canonical::read(reader)?)
    }
}

impl Canonical for Instant {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Option<Instant> {
        Canonical::read(reader).map(Instant).filter(|instant| instant.is_reached())
    }
}

impl Canonical for Zone {
    fn read(reader: &mut Reader<'_>) -> Option<Zone> {
        reader.printed()
    }
}

text_form_or_parts!(Day, "a date such as \"2026-02-08\"", i64);
text_form_or_parts!(Instant, "a time such as \"2026-02-08T14:30:00Z\"", i64);
text_form!(Effective, "a date or a time such as \"2026-02-08\"");
text_form!(Zone, "a time zone such as \"UTC\"");

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str, rank: Rank) -> OrderKey {
        OrderKey::new(text.parse().unwrap(), rank, Zone::UTC)
    }

    #[test]
    fn a_bare_date_sorts_after_its_instants_and_before_midnight() {
        let order = [
            key("2026-02-08T00:00:00Z", Rank::Fact),
            key("2026-02-08T23:59:59.999999Z", Rank::Close),
            key("2026-02-08", Rank::Fact),
            key("2026-02-08", Rank::Accrual),
            key("2026-02-08", Rank::Mark),
            key("2026-02-08", Rank::Close),
            key("2026-02-09T00:00:00Z", Rank::Fact),
        ];
        assert!(order.is_sorted_by(|a, b| a < b), "{order:?}");
        assert_eq!(OrderKey::through("2026-02-08".parse().unwrap(), Zone::UTC), order[5]);
    }

    #[test]
    fn days_follow_the_ledgers_zone() {
        let hong_kong: Zone = "Asia/Hong_Kong".parse().unwrap();
        let evening: Effective = "2026-02-08T18:00:00Z".parse().unwrap();
        assert_eq!(hong_kong.day_of(evening).to_string(), "2026-02-09");
        assert_eq!(hong_kong.end_of("2026-02-08".parse().unwrap()).to_string(), "2026-02-08T16:00:00Z");
        // Midnight of 6 September 2026 does not exist in Santiago.
        let santiago: Zone = "America/Santiago".parse().unwrap();
        assert_eq!(santiago.end_of("2026-09-05".parse().unwrap()).to_string(), "2026-09-06T04:00:00Z");
    }

    #[test]
    fn the_calendar_reaches_from_1900_to_2999() {
        for (text, number) in [("1900-01-01", -25_567), ("1970-01-01", 0), ("2999-12-31", 376_199)] {
            let day: Day = text.parse().unwrap();
            assert_eq!((day.number(), day.to_string().as_str()), (number, text));
            assert_eq!(Day::from_number(number), Some(day));
        }
        assert_eq!((Day::from_number(-25_568), Day::from_number(376_200)), (None, None));
        let beyond = minicbor::to_vec(i64::MAX).unwrap();
        assert!(minicbor::decode::<Instant>(&beyond).is_err());
    }

    #[test]
    fn greenwich_is_counted_as_any_other_zone_is() {
        let elsewhere: Zone = "Africa/Abidjan".parse().unwrap();
        for text in [
            "1900-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "2026-02-08T00:00:00Z",
            "2999-12-31T23:59:59Z",
        ] {
            let at: Effective = text.parse().unwrap();
            assert_eq!(Zone::UTC.day_of(at).to_string(), &text[..10]);
            let day = Zone::UTC.day_of(at);
            if day.number() > 0 {
                assert_eq!(Zone::UTC.end_of(day), elsewhere.end_of(day));
            }
        }
    }

    #[test]
    fn a_time_in_any_offset_is_one_instant() {
        let there: Instant = "2026-02-08T22:30:00+08:00".parse().unwrap();
        assert_eq!(there.to_string(), "2026-02-08T14:30:00Z");
        for bad in ["2026-02-08T14:30:00", "2026-02-08T14:30:00.0000001Z", "2026-02-30T00:00:00Z", "now"] {
            assert!(bad.parse::<Instant>().is_err(), "{bad}");
        }
        for bad in ["2026-2-8", "2026-02-30", "26-02-08", "1899-12-31", "+2026-02-08"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }
}
