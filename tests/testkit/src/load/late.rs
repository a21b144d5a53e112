//! What comes to light late: invoices, receipts, payments and coins that nobody booked, each before entries
//! that are recorded already. None of them takes what a later entry needs.

use ledger_core::event::CoinsMined;
use ledger_core::event::treasury::CashCategory;
use ledger_core::event::{CashPaid, CashReceived};
use ledger_core::time::Effective;

use super::bodies::{price, satoshis};
use super::calendar::{days_have_passed, earlier};
use super::purse::{COIN, DOLLAR};
use super::{Body, Entries};

const LATE_DAYS_MOST: i64 = 30;
const YEAR: i64 = 365;

impl Entries {
    /// One entry in a hundred is days to weeks late; the one after three quarters is a year late.
    pub(super) fn late(&mut self) -> Option<Body> {
        let seconds = self.chance.between(0, 86_399);
        let days = if self.made == self.load.count / 4 * 3 {
            YEAR
        } else if self.chance.once_in(100) {
            self.chance.between(2, LATE_DAYS_MOST)
        } else {
            return None;
        };
        // Before the first weeks there is nothing to be late for.
        if !days_have_passed(self.now, days + LATE_DAYS_MOST) {
            return None;
        }
        let effective = Effective::At(earlier(self.now, days, seconds));
        Some(Body { effective, ..self.came_to_light() })
    }

    fn came_to_light(&mut self) -> Body {
        let cents = self.chance.between(50 * DOLLAR, 900 * DOLLAR);
        let (wallet, amount) = (self.names.bank, self.names.dollars(cents));
        let category = Some(CashCategory::Other);
        match self.chance.between(0, 9) {
            0..=5 => self.invoice(cents).noted("invoice received late"),
            6 | 7 => {
                self.purse.bank += cents;
                let (account, party, segment) = (None, None, None);
                let received = CashReceived { wallet, amount, category, account, party, segment };
                Body::at(self.now, received).noted("receipt found in the statement")
            }
            8 => {
                self.purse.bank -= cents;
                let (account, party, segment) = (None, None, None);
                let paid = CashPaid { wallet, amount, category, account, party, segment };
                Body::at(self.now, paid).noted("bank fee found in the statement")
            }
            _ => {
                let found = self.chance.between(COIN / 1_000, COIN / 100);
                self.purse.hot += found;
                let mined = CoinsMined {
                    wallet: self.names.hot,
                    units: satoshis(found),
                    value: None,
                    price: Some(price(self.purse.price)),
                };
                Body::at(self.now, mined).noted("payout that the watcher missed")
            }
        }
    }
}
