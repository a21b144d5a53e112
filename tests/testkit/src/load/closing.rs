//! What is done at the end of a day, at most once a day and at most once in sixty entries: prices, interest,
//! the mark; and with the first closing of a month, what is done once a month, a quarter or a year. How much of it
//! a ledger holds is bounded by its ten years.

use chrono::Datelike;
use ledger_core::event::collateral::{Cure, Required};
use ledger_core::event::loan::InterestForm;
use ledger_core::event::{
    DepositPaid, FairValueMarked, InterestAccrued, InterestPaid, LoanDrawn, LoanRepaid, MarginCallMet,
    MarginCalled,
};
use ledger_core::money::Rate;
use ledger_core::time::{Effective, Instant};
use rust_decimal::Decimal;

use super::bodies::{at, satoshis};
use super::calendar::{day, day_number, earlier, last_second};
use super::purse::{BANK_FLOOR, DOLLAR};
use super::start::RATES;
use super::{Body, Entries};

const ORDINARY_BETWEEN: u32 = 60;
const PRICE_LEAST: i64 = 15_000 * DOLLAR;
const PRICE_MOST: i64 = 120_000 * DOLLAR;

/// A month by its day, counted from January of year 0.
pub(super) fn month_of(day_number: i64) -> i64 {
    let date = day(day_number).date();
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

impl Entries {
    pub(super) fn closing_is_due(&self, before: Instant) -> bool {
        self.ordinary_since_closing >= ORDINARY_BETWEEN && day_number(before) < day_number(self.now)
    }

    /// Lays out the closing of the day that `before` lies in.
    pub(super) fn close(&mut self, before: Instant) {
        let today = day_number(before);
        self.move_price();
        let at_its_end = |body| Body { effective: Effective::Day(day(today)), ..body };
        let prices = self.prices(last_second(today));
        self.due.push_back(at_its_end(prices));
        let month = month_of(today);
        if month != self.purse.month {
            self.purse.month = month;
            for body in self.monthly(month, last_second(today)) {
                self.due.push_back(at_its_end(body));
            }
        }
        let accrued = self.accrue(today);
        self.due.extend(accrued.map(at_its_end));
        let marked = FairValueMarked { commodity: self.names.btc, price: None, from_observation: None };
        self.due.push_back(at_its_end(Body::at(self.now, marked).noted("day end")));
    }

    fn move_price(&mut self) {
        let step = self.purse.price / 1_000 * self.chance.between(-40, 41) + self.chance.between(0, 99);
        self.purse.price = (self.purse.price + step).clamp(PRICE_LEAST, PRICE_MOST);
    }

    fn accrue(&mut self, today: i64) -> Option<Body> {
        let mut events = Vec::new();
        for (loan, facility) in self.purse.loans.iter_mut().zip(self.names.facilities) {
            if loan.principal == 0 && loan.bearing == 0 {
                loan.accrued_through = today;
                continue;
            }
            let days = i128::from(today - loan.accrued_through);
            loan.cent_days += i128::from(loan.bearing) * (days - 1) + i128::from(loan.principal);
            loan.bearing = loan.principal;
            loan.accrued_through = today;
            events.push(InterestAccrued { facility, through: day(today) }.into());
        }
        (!events.is_empty()).then(|| Body::of(self.now, events))
    }

    fn monthly(&mut self, month: i64, end: Instant) -> Vec<Body> {
        let mut all = Vec::new();
        for which in 0..2 {
            all.push(self.draw_or_repay(which));
            all.extend(self.pay_interest(which));
        }
        if month % 3 == 0 {
            all.extend(self.deposit());
        }
        if month % 12 == 5 {
            all.extend(self.call(end));
        }
        all
    }

    fn draw_or_repay(&mut self, which: usize) -> Body {
        let facility = self.names.facilities[which];
        let cents = self.chance.between(100_000, 400_000) * DOLLAR;
        let owed = self.purse.loans[which].principal;
        let can_repay = owed >= cents && self.purse.bank > BANK_FLOOR + cents;
        // Between one and three millions are owed.
        let repays =
            can_repay && (owed > 3_000_000 * DOLLAR || (owed > 1_000_000 * DOLLAR && self.chance.once_in(2)));
        let amount = self.names.dollars(cents);
        if repays {
            self.purse.loans[which].principal -= cents;
            self.purse.bank -= cents;
            let repaid = LoanRepaid {
                facility,
                principal: amount,
                interest: None,
                prepayment_fee: None,
                from: at(self.names.bank),
                coins: None,
            };
            return Body::at(self.now, repaid).noted("part of the loan repaid").part_of("loan");
        }
        let fee = cents / 100;
        self.purse.loans[which].principal += cents;
        self.purse.bank += cents - fee;
        let fee = Some(self.names.dollars(fee));
        let drawn = LoanDrawn { facility, amount, fee, to: at(self.names.bank) };
        Body::at(self.now, drawn).noted("drawn for the month").part_of("loan").with_document(true)
    }

    /// All interest accrued by the closing before, to the whole cent below.
    fn pay_interest(&mut self, which: usize) -> Option<Body> {
        let (rate, basis) = RATES[which];
        let loan = &mut self.purse.loans[which];
        let accrued = i128::from(rate) * loan.cent_days / (10_000 * i128::from(basis));
        let cents = i64::try_from(accrued).expect("an amount of interest") - loan.interest_paid;
        if cents <= 0 || cents > self.purse.bank {
            return None;
        }
        loan.interest_paid += cents;
        self.purse.bank -= cents;
        let paid = InterestPaid {
            facility: self.names.facilities[which],
            amount: self.names.dollars(cents),
            how: InterestForm::Cash,
            from: Some(at(self.names.bank)),
            coins: None,
        };
        Some(Body::at(self.now, paid).noted("interest of the month").part_of("loan"))
    }

    fn deposit(&mut self) -> Option<Body> {
        let cents = self.purse.ordered.min(200_000 * DOLLAR);
        if cents == 0 || self.purse.bank < BANK_FLOOR + cents {
            return None;
        }
        self.purse.ordered -= cents;
        self.purse.bank -= cents;
        let paid = DepositPaid {
            commitment: self.names.order,
            amount: self.names.dollars(cents),
            from: at(self.names.bank),
        };
        Some(Body::at(self.now, paid).noted("instalment").part_of("order").with_document(true))
    }

    /// A margin call, met the same day.
    fn call(&self, end: Instant) -> [Body; 2] {
        let facility = self.names.facilities[0];
        let called = MarginCalled {
            facility,
            at: earlier(end, 0, 3_600),
            ltv: Rate::new(Decimal::new(81, 2)),
            required: Required {
                units: Some(satoshis(50_000_000)),
                commodity: Some(self.names.btc),
                amount: None,
                currency: None,
            },
            deadline: end,
        };
        let met = MarginCallMet { facility, how: Cure::PriceRecovered };
        [Body::at(self.now, called).part_of("call"), Body::at(self.now, met).part_of("call")]
    }
}
