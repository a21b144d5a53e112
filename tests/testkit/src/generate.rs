//! Random logs, the same for the same seed. A generator proposes one entry after the other from a small plan
//! of what exists; whoever asked says whether the entry was taken in. Most of what it proposes can stand.

mod capex;
mod coins;
mod contracts;
mod corrections;
mod debt;
mod derivative;
mod dice;
mod in_kind;
mod instructions;
mod lender;
mod money;
mod plan;
mod plant;
mod start;
mod wind_up;

use ledger_core::entry::Entry;
use proptest::strategy::Strategy;
use serde_json::{Value, json};

use crate::naive::{Impossible, Naive};
use dice::Dice;
use plan::{BARE, Plan, Stock, When, date, text};

/// Events that no generator proposes and no model follows, and why: once actors are enrolled, every entry is signed, and a
/// log of the generator has no signatures; what is erased lies outside of the log; and
/// statements, and what is said of them, change nothing that a model follows. Tests of their own are in
/// `tests/domain/refusals/people.rs`, `tests/domain/approvals.rs`, `tests/domain/reconciling.rs`, `tests/store/people.rs`, `tests/cli/people.rs` and
/// `tests/cli/texts.rs`.
pub const LEFT_OUT: [&str; 11] = [
    "actor_enrolled",
    "actor_revoked",
    "approval_policy_adopted",
    "entry_proposed",
    "entry_approved",
    "entry_rejected",
    "text_erased",
    "statement_recorded",
    "reconciliation_run",
    "break_explained",
    "reconciliation_signed_off",
];

/// Whether the generator leaves such events out.
#[must_use]
pub fn is_left_out(name: &str) -> bool {
    LEFT_OUT.contains(&name)
}

/// What a generator may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Entries with effective times before earlier ones.
    pub late: bool,
    /// Coins that come to a place, by such an entry, before others that are recorded already.
    pub late_arrivals: bool,
    /// Prices that come to light late or replace others, which only entries recorded afterwards use.
    pub late_prices: bool,
    /// Debt in a stablecoin.
    pub stablecoin_debt: bool,
    /// Periods that are closed and opened again.
    pub closes: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { late: true, late_arrivals: true, late_prices: true, stablecoin_debt: true, closes: true }
    }
}

/// A source of entries.
#[derive(Debug, Clone)]
pub struct Generator {
    dice: Dice,
    options: Options,
    plan: Plan,
    before: Plan,
    log: Vec<(u64, Entry)>,
    proposed: u128,
    zone: &'static str,
    /// Whether a book has its stablecoins in lots.
    tether_in_lots: bool,
    offset: i64,
    first_day: i64,
    today: i64,
    books: Vec<String>,
    seed: u64,
    /// Whether the end of the story has begun.
    winding_up: bool,
}

impl Generator {
    /// A generator that has proposed nothing yet.
    #[must_use]
    pub fn new(seed: u64, options: Options) -> Generator {
        let mut dice = Dice::of(seed);
        let (zone, offset) = *dice.pick(&[("UTC", 0), ("Asia/Hong_Kong", 480), ("America/New_York", -300)]);
        // 1 December 2027 to 31 January 2028: sooner or later a leap day and the end of a year.
        let first_day = 21_153 + i64::try_from(dice.between(0, 60)).unwrap();
        Generator {
            dice,
            options,
            plan: Plan::default(),
            before: Plan::default(),
            log: Vec::new(),
            proposed: 0,
            zone,
            tether_in_lots: false,
            offset,
            first_day,
            today: first_day + 1,
            books: Vec::new(),
            seed,
            winding_up: false,
        }
    }

    /// The entries taken in so far, numbered from 1.
    #[must_use]
    pub fn log(&self) -> &[(u64, Entry)] {
        &self.log
    }

    /// The next entry. It goes for refused unless [`Generator::accepted`] is called with it.
    pub fn propose(&mut self) -> Entry {
        self.plan = self.before.clone();
        self.proposed += 1;
        let number = self.log.len() as u64 + 1;
        if let Some((when, events)) = self.start(number) {
            return self.entry(when, &events);
        }
        if self.options.closes
            && self.dice.once_in(30)
            && let Some(entry) = self.close_or_reopen()
        {
            return entry;
        }
        for _ in 0..100 {
            self.plan = self.before.clone();
            let when = self.when();
            let mut events = Vec::new();
            let wanted = if self.dice.once_in(4) { self.dice.between(2, 3) } else { 1 };
            for _ in 0..wanted {
                // What comes to nothing halfway has changed nothing.
                let so_far = self.plan.clone();
                match self.events(when) {
                    Some(more) => events.extend(more),
                    None => self.plan = so_far,
                }
            }
            if !events.is_empty() {
                return self.entry(when, &events);
            }
        }
        panic!("seed {}: nothing can happen after entry {}", self.seed, self.log.len());
    }

    /// The entry just proposed was taken in.
    pub fn accepted(&mut self, entry: Entry) {
        self.plan.entered();
        self.before = self.plan.clone();
        self.log.push((self.log.len() as u64 + 1, entry));
    }

    fn entry(&mut self, when: When, events: &[Value]) -> Entry {
        self.plan.latest = self.plan.latest.max(when);
        let high = (u128::from(self.seed) << 64) | self.proposed;
        let id = uuid::Builder::from_random_bytes(high.to_be_bytes()).into_uuid();
        let mut entry = json!({
            "id": id.to_string(), "effective": self.effective(when), "actor": "generator", "events": events,
        });
        if self.dice.once_in(3) {
            entry["transaction"] = json!(self.transaction());
        }
        Entry::from_json(&entry.to_string()).unwrap_or_else(|why| panic!("{why} in {entry}"))
    }

    /// Mostly some days on, sometimes the same day, sometimes late.
    fn when(&mut self) -> When {
        let days = if self.dice.once_in(3) { 0 } else { self.dice.between(1, 6) };
        self.today += i64::try_from(days).unwrap();
        let mut day = self.today;
        if self.options.late && self.dice.once_in(5) {
            let back = self.dice.between(0, i128::from(self.today - self.first_day - 1));
            day -= i64::try_from(back).unwrap();
        }
        day = day.max(self.plan.closed_through.map_or(day, |closed| closed + 1));
        let minute = if self.dice.once_in(2) {
            BARE
        } else {
            i64::try_from(self.dice.between(6 * 60, 18 * 60)).unwrap()
        };
        When { day, minute }
    }

    fn effective(&mut self, when: When) -> String {
        if when.minute == BARE { date(when.day) } else { self.instant(when) }
    }

    /// The instant as text; for a bare day its noon. Now and then in universal time, where it may be another day.
    fn instant(&mut self, when: When) -> String {
        let minute = if when.minute == BARE { 12 * 60 } else { when.minute };
        let local = |day: i64, minute: i64, zone: &str| {
            format!("{}T{:02}:{:02}:00{zone}", date(day), minute / 60, minute % 60)
        };
        if self.dice.once_in(2) {
            let universal = minute - self.offset;
            return local(when.day + universal.div_euclid(1440), universal.rem_euclid(1440), "Z");
        }
        let sign = if self.offset < 0 { '-' } else { '+' };
        let zone = format!("{sign}{:02}:{:02}", self.offset.abs() / 60, self.offset.abs() % 60);
        local(when.day, minute, &zone)
    }

    fn events(&mut self, when: When) -> Option<Vec<Value>> {
        let today = when.day == self.today;
        let may_arrive = self.options.late_arrivals || when >= self.plan.latest;
        match self.dice.between(0, 69) {
            0..=2 | 8..=11 | 13 | 19 | 24..=27 | 42..=44 | 56..=57 if !may_arrive => None,
            0..=2 => self.buy(when),
            3..=6 => self.sell(when),
            7 => self.sell_pledged(when),
            8..=9 => self.move_coins(when),
            10 => self.designate(when),
            11 => self.mine(when),
            12 => self.earn(when),
            13 => self.receive(when),
            14..=16 => self.mark(when),
            17..=18 => self.observe(when, today),
            19 => self.open_facility(when, today),
            20 => self.draw(when),
            21..=22 => self.accrue(when, today),
            23 => self.repay(when, today),
            24 => self.pledge(when),
            25 => self.release(when),
            26 | 42..=44 => self.call(when, today),
            27 => self.retire(when, today),
            28 => self.commit(when),
            29 => self.deposit(when),
            30 => self.cost(when),
            31 => self.issue_shares(when),
            32 => self.convert(when),
            33 => self.cash(when),
            34 => self.journal(when),
            36..=37 => self.reset(when, today),
            38..=39 => self.amortise(when, today),
            40..=41 => self.amend(when, today),
            45..=48 => self.capital(when, today),
            49..=51 => self.equipment(when, today),
            52..=53 => self.contracts(when),
            54 => self.buy_back_shares(when),
            55 => self.translate(),
            56 => self.accept(when),
            57 => self.contribute(when),
            58..=59 => self.spend(when),
            60 => self.taken_by_lender(when),
            61 => self.interest_in_coins(when, today),
            62 => self.give_back(when),
            63 => self.give_up(when),
            64..=65 => self.hedge(when, today),
            66..=67 => self.reverse(when),
            68 => self.instruct(when, today),
            _ => self.adopt_policy(when, today),
        }
    }

    fn take(&mut self, when: When, stock: Stock, amount: i128) {
        self.plan.change(when, stock, -amount);
    }

    fn put(&mut self, when: When, stock: Stock, amount: i128) {
        self.plan.change(when, stock, amount);
    }

    /// Coins worth some hundreds to some hundred thousands, with any number of digits.
    fn coins(&mut self) -> i128 {
        let step = *self.dice.pick(&[1, 1_000, 100_000, 10_000_000]);
        self.dice.between(1_000_000, 900_000_000) / step * step + step
    }

    /// The price of a coin, near the last one, in thousandths.
    fn price_near(&mut self, commodity: &str) -> String {
        let last = *self.plan.price(commodity);
        let price = last + self.dice.between(-last / 40, last / 40);
        text(price * 10 + if self.dice.once_in(3) { self.dice.between(0, 9) } else { 0 }, 3)
    }
}

/// Digits after the point of a currency's amounts, in a plan that counts millionths.
fn money(amount: i128, currency: &str) -> Value {
    let amount = if currency == "USD" { text(amount / 10_000, 2) } else { text(amount, 6) };
    json!({"amount": amount, "currency": currency})
}

/// The smallest step of a currency, in millionths.
fn step(currency: &str) -> i128 {
    if currency == "USD" { 10_000 } else { 1 }
}

/// A log of so many entries that the model can take in.
#[must_use]
pub fn log(seed: u64, length: usize, options: Options) -> Vec<(u64, Entry)> {
    let mut generator = Generator::new(seed, options);
    for _ in 0..4 * length {
        if generator.log.len() == length {
            break;
        }
        let entry = generator.propose();
        let mut tried = generator.log.clone();
        tried.push((tried.len() as u64 + 1, entry.clone()));
        if possible(&tried).is_ok() {
            generator.accepted(entry);
        }
    }
    generator.log
}

/// Whether the model can take in a log, in every book.
///
/// # Errors
/// [`Impossible`] names the entry at which it stops.
pub fn possible(log: &[(u64, Entry)]) -> Result<(), Impossible> {
    let naive = Naive::new(log);
    naive.books().into_iter().try_for_each(|book| naive.ask(book, None, None).map(|_| ()))
}

/// Logs of up to `longest` entries. A log shrinks to its beginning.
pub fn logs(longest: usize, options: Options) -> impl Strategy<Value = Vec<(u64, Entry)>> {
    (proptest::num::u64::ANY, 6..=longest).prop_map(move |(seed, length)| log(seed, length, options))
}

#[cfg(test)]
mod tests;
