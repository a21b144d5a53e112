//! The conditions of `--stop-when`, such as `ltv > 0.7` or `balance(1240) < 1000 and not date < 2026-02-01`.
//!
//! ```text
//! or  = and {"or" and}      and = not {"and" not}      not = "not" not | "(" or ")" | value op value
//! op  = < <= > >= = !=      value = number | day | entry | date | ltv | ltv(FACILITY) | owed(FACILITY) | balance(ACCOUNT)
//! ```
//!
//! `ltv` is a ratio, of all facilities the highest. What is not there, as a loan to value without a price, compares with nothing:
//! the comparison does not hold.

mod parse;

use std::cmp::Ordering;

use ledger_core::account::Account;
use ledger_core::ids::FacilityId;
use ledger_core::time::Day;
use rust_decimal::Decimal;

/// What a condition may ask after an entry.
pub(crate) trait Facts {
    /// The entry's number.
    fn entry(&self) -> u64;
    /// Its day.
    fn date(&self) -> Day;
    /// Debt over collateral of a facility, or the highest of all.
    fn ltv(&self, facility: Option<FacilityId>) -> Option<Decimal>;
    /// Principal and interest owed to a facility.
    fn owed(&self, facility: FacilityId) -> Option<Decimal>;
    /// What stands on an account, on its normal side.
    fn balance(&self, account: Account) -> Option<Decimal>;
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Or(Box<Condition>, Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    Compare(Value, Op, Value),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value {
    Number(Decimal),
    Day(Day),
    Entry,
    Date,
    Ltv(Option<FacilityId>),
    Owed(FacilityId),
    Balance(Account),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Equal,
    NotEqual,
}

/// What a value comes to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Come {
    Number(Decimal),
    Day(Day),
}

impl Condition {
    /// Whether it holds.
    pub(crate) fn holds(&self, facts: &dyn Facts) -> bool {
        match self {
            Condition::Or(one, other) => one.holds(facts) || other.holds(facts),
            Condition::And(one, other) => one.holds(facts) && other.holds(facts),
            Condition::Not(other) => !other.holds(facts),
            Condition::Compare(one, op, other) => {
                one.come(facts).zip(other.come(facts)).is_some_and(|(one, other)| op.holds(one.cmp(&other)))
            }
        }
    }
}

impl Op {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Op::Less => order.is_lt(),
            Op::LessOrEqual => order.is_le(),
            Op::More => order.is_gt(),
            Op::MoreOrEqual => order.is_ge(),
            Op::Equal => order.is_eq(),
            Op::NotEqual => order.is_ne(),
        }
    }
}

impl Value {
    fn come(self, facts: &dyn Facts) -> Option<Come> {
        match self {
            Value::Number(number) => Some(Come::Number(number)),
            Value::Day(day) => Some(Come::Day(day)),
            Value::Entry => Some(Come::Number(facts.entry().into())),
            Value::Date => Some(Come::Day(facts.date())),
            Value::Ltv(facility) => facts.ltv(facility).map(Come::Number),
            Value::Owed(facility) => facts.owed(facility).map(Come::Number),
            Value::Balance(account) => facts.balance(account).map(Come::Number),
        }
    }

    fn is_day(self) -> bool {
        matches!(self, Value::Day(_) | Value::Date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct At(&'static str);

    impl Facts for At {
        fn entry(&self) -> u64 {
            12
        }
        fn date(&self) -> Day {
            self.0.parse().unwrap()
        }
        fn ltv(&self, facility: Option<FacilityId>) -> Option<Decimal> {
            match facility.map(|name| name.as_str()) {
                None => Some(Decimal::new(72, 2)),
                Some("f1") => Some(Decimal::new(65, 2)),
                Some(_) => None,
            }
        }
        fn owed(&self, facility: FacilityId) -> Option<Decimal> {
            (facility.as_str() == "f1").then(|| Decimal::from(301_800))
        }
        fn balance(&self, account: Account) -> Option<Decimal> {
            Some(Decimal::from(account.number()))
        }
    }

    #[test]
    fn a_condition_holds_or_does_not() {
        for (text, holds) in [
            ("ltv > 0.7", true),
            ("ltv(f1) > 0.7", false),
            ("ltv(f1)>=0.65 and entry=12", true),
            ("ltv(f2) > 0 or ltv(f2) <= 0", false),
            ("not ltv(f2) > 0", true),
            ("date >= 2026-02-08", true),
            ("2026-02-08 < date", false),
            ("balance(1240) < 1_241", true),
            ("owed(f1) == 301,800", true),
            ("entry != 12 or (entry > 3 and not date < 2026-01-01)", true),
            ("entry > 99 and entry > 1 or entry = 12", true),
            ("entry > 99 and (entry > 1 or entry = 12)", false),
        ] {
            let condition: Condition = text.parse().unwrap();
            assert_eq!(condition.holds(&At("2026-02-08")), holds, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_column() {
        for (text, told) in [
            ("", "column 1: a value is missing"),
            ("ltv", "column 4: one of < <= > >= = != is missing"),
            ("ltv > ", "column 7: a value is missing"),
            ("ltv => 1", "column 5: one of < <= > >= = != is missing"),
            ("entry > 3 4", "column 11: `4` is one word too many"),
            ("(entry > 3", "column 11: `)` is missing"),
            ("lvt > 0.7", "column 1: `lvt` is no number, day, or one of entry, date, ltv, owed, balance"),
            ("date > 0.7", "column 8: a day and a number do not compare"),
            ("balance > 1", "column 9: `balance` of what? write balance(…)"),
            ("balance(12) > 1", "column 9: `12` is not an account's number: four digits from 1000 to 9999"),
            ("balance(1240 > 1", "column 14: `)` is missing"),
        ] {
            assert_eq!(text.parse::<Condition>(), Err(told.to_owned()), "{text}");
        }
    }
}
