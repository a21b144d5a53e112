//! Entries that are reversed, periods that are closed and opened again.

use ledger_core::closing::{CHECKS, seal};
use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::replay::replay;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::{Day, Instant};
use serde_json::{Value, json};

use super::plan::{When, date};
use super::{Generator, possible};
use crate::naive::is_modelled;

/// How far back an entry may lie that is reversed.
const BACK: usize = 12;

/// What is not reversed here, for the plan would go on with it.
const LEFT_ALONE: &[&str] = &[
    "facility_opened",
    "facility_retired",
    "margin_called",
    "margin_call_met",
    "capex_committed",
    "entry_reversed",
];

impl Generator {
    /// One of the last entries, if the model can take the reversal in.
    pub(super) fn reverse(&mut self, when: When) -> Option<Vec<Value>> {
        let last = self.log.len();
        let (number, entry) = self.dice.pick(&self.log[last.saturating_sub(BACK)..]).clone();
        if entry.events.iter().any(|event| LEFT_ALONE.contains(&event.name()) || !is_modelled(event)) {
            return None;
        }
        let event = json!({"type": "entry_reversed", "entry": number, "reason": "recorded by mistake"});
        let mut tried = self.log.clone();
        let reversal = self.entry(when, std::slice::from_ref(&event));
        tried.push((last as u64 + 1, reversal));
        possible(&tried).ok()?;
        self.plan.take_back(number, when);
        entry.events.iter().for_each(|event| self.unsay(when, event));
        Some(vec![event])
    }

    /// What the plan believes otherwise once an event is taken back.
    fn unsay(&mut self, when: When, event: &Event) {
        let plan = &mut self.plan;
        if let Event::CollateralLiquidated(sale) = event {
            // The call that the sale ended stands again.
            plan.facility(sale.facility.as_str()).called = true;
        } else if let Event::DerivativeOpened(opened) = event {
            plan.derivatives.retain(|(name, _)| name != opened.derivative.as_str());
        } else if let Event::DerivativeSettled(settled) = event {
            plan.derivatives.push((settled.derivative.to_string(), when));
        } else if let Event::PowerContracted(signed) = event {
            plan.power.retain(|(name, _)| name != signed.contract.as_str());
        } else if let Event::ComputeContracted(signed) = event {
            plan.computing.retain(|(name, _)| name != signed.contract.as_str());
        }
    }

    /// A close of days some weeks gone by, with everything waived; or what is closed is opened again, or a part of it.
    pub(super) fn close_or_reopen(&mut self) -> Option<Entry> {
        let when = When::bare(self.today);
        if let Some(closed) = self.plan.closed_through
            && self.dice.once_in(3)
        {
            let from = closed - i64::try_from(self.dice.between(0, 20)).ok()?;
            self.plan.closed_through = Some(from - 1);
            let event = json!({"type": "period_reopened", "from": date(from), "reason": "a late invoice"});
            return Some(self.entry(when, &[event]));
        }
        let through = self.today - i64::try_from(self.dice.between(15, 45)).ok()?;
        if through <= self.plan.closed_through.unwrap_or(self.first_day) {
            return None;
        }
        let seals = self.seals(Day::from_number(through)?)?;
        let waivers: Vec<Value> =
            CHECKS.iter().map(|check| json!({"check": check.check, "reason": "a random log"})).collect();
        self.plan.closed_through = Some(through);
        let event =
            json!({"type": "period_closed", "through": date(through), "waivers": waivers, "seals": seals});
        Some(self.entry(when, &[event]))
    }

    /// The seals of all books: what they are is no matter of the model.
    fn seals(&self, through: Day) -> Option<Vec<Value>> {
        let recorded = Instant::from_micros(0);
        let log: Vec<Recorded> = self
            .log
            .iter()
            .map(|(number, entry)| Recorded { number: *number, recorded, entry: entry.clone() })
            .collect();
        let question = Question { as_of: Some(through), ..Question::default() };
        let fold = replay(&log, &question, |_| ()).ok()?;
        let books = fold.books().iter().map(|book| seal(&fold, book.name(), through).ok());
        books.map(|seal| seal.map(|seal| json!(seal))).collect()
    }
}
