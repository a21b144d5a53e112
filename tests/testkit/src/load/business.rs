//! What happens on an ordinary day: coins come in, move and are sold, bills and customers are paid and billed,
//! stablecoins are bought and turned back, collateral goes out and comes back.

use ledger_core::event::books::JournalLine;
use ledger_core::event::contract::{CostCategory, Settlement};
use ledger_core::event::treasury::CashCategory;
use ledger_core::event::{
    CashPaid, CashReceived, CoinsBought, CoinsEarned, CoinsMined, CoinsMoved, CoinsReceived, CoinsSold,
    CollateralPosted, CollateralReleased, CurrencyConverted, EvidenceAttached, FairValueMarked,
    JournalRecorded, OperatingCostRecorded,
};
use ledger_core::evidence::Evidence;
use ledger_core::ids::{Place, Segment, WalletId};
use ledger_core::money::Money;
use rust_decimal::Decimal;

use super::bodies::{at, price, satoshis};
use super::purse::{BANK_FLOOR, CENT_MILLIONTHS, COIN, DOLLAR};
use super::{Body, Entries};

/// Coins that the cold wallet keeps; what is beyond is sold.
const RESERVE: i64 = 8 * COIN;
/// Coins that the hot wallet keeps to pay with.
const FLOAT: i64 = COIN / 4;
/// Cents that the bank should hold; what is beyond is spent.
const BANK_TARGET: i64 = 30_000_000 * DOLLAR;

impl Entries {
    pub(super) fn ordinary(&mut self) -> Body {
        match self.chance.between(0, 99) {
            0..=18 => self.earn(),
            19..=30 => self.receive(),
            31..=40 => self.mine(),
            41..=46 => self.sweep(),
            47..=51 => self.bring_to_exchange(),
            52..=59 => self.sell(),
            60..=63 => self.collateral(),
            64..=75 => {
                let cents = self.chance.between(300 * DOLLAR, 3_000 * DOLLAR);
                self.invoice(cents)
            }
            76..=80 => self.pay_supplier(),
            81..=85 => self.pay_cost(),
            86 | 87 => self.bill_customer(),
            88 | 89 => self.customer_pays(),
            90 => self.receive_other(),
            91..=94 => self.convert(),
            95..=97 => self.mark(),
            98 if self.chance.once_in(10) => self.attach(),
            98 => self.sell(),
            _ => self.buy(),
        }
    }

    /// A price near that of the day, in cents.
    fn quote(&mut self) -> i64 {
        self.purse.price + self.purse.price / 1_000 * self.chance.between(-5, 5) + self.chance.between(0, 99)
    }

    fn earn(&mut self) -> Body {
        let (units, quote) = (self.chance.between(COIN / 50, COIN / 12), self.quote());
        self.purse.claim += units;
        let earned = CoinsEarned {
            pool: self.names.pool,
            units: satoshis(units),
            value: None,
            price: Some(price(quote)),
            pool_fee: Some(satoshis(units / 50)),
        };
        Body::at(self.now, earned)
    }

    fn receive(&mut self) -> Body {
        let units = self.purse.claim;
        if units == 0 {
            return self.mine();
        }
        let quote = self.quote();
        self.purse.claim = 0;
        self.purse.hot += units;
        let received = CoinsReceived {
            pool: self.names.pool,
            wallet: self.names.hot,
            units: satoshis(units),
            price: Some(price(quote)),
        };
        let referenced = self.chance.once_in(4);
        Body::at(self.now, received).with_reference(referenced)
    }

    fn mine(&mut self) -> Body {
        let (units, quote) = (self.chance.between(COIN / 40, COIN / 10), self.quote());
        self.purse.hot += units;
        let mined = CoinsMined {
            wallet: self.names.hot,
            units: satoshis(units),
            value: None,
            price: Some(price(quote)),
        };
        Body::at(self.now, mined).noted("block reward")
    }

    fn sweep(&mut self) -> Body {
        let units = self.purse.hot - FLOAT;
        if units < COIN / 50 {
            return self.mine();
        }
        let moved = self.moved(self.names.hot, self.names.cold, units);
        self.purse.hot -= units;
        self.purse.cold += units;
        Body::at(self.now, moved).noted("sweep")
    }

    fn bring_to_exchange(&mut self) -> Body {
        let units = self.purse.cold - RESERVE;
        if units < COIN / 50 {
            return self.sweep();
        }
        let moved = self.moved(self.names.cold, self.names.exchange, units);
        self.purse.cold -= units;
        self.purse.exchange += units;
        Body::at(self.now, moved).noted("to be sold").part_of("sale").with_reference(true)
    }

    /// A move of `units` in all, of which the network takes a little; both ends are the caller's to change.
    fn moved(&mut self, from: WalletId, to: WalletId, units: i64) -> CoinsMoved {
        let fee = self.chance.between(500, 5_000);
        // What arrives is less than what leaves by the fee.
        if to == self.names.cold {
            self.purse.cold -= fee;
        } else {
            self.purse.exchange -= fee;
        }
        CoinsMoved {
            commodity: self.names.btc,
            units: satoshis(units - fee),
            from: at(from),
            to: at(to),
            network_fee_units: Some(satoshis(fee)),
            price: None,
            lots: Vec::new(),
            arrives: None,
        }
    }

    /// Some or all of the coins at the exchange, for dollars or stablecoins.
    fn sell(&mut self) -> Body {
        let held = self.purse.exchange;
        if held < COIN / 100 {
            return self.bring_to_exchange();
        }
        let units = if self.chance.once_in(3) { held } else { held / 2 };
        let cents = worth(units, self.quote());
        let fee = cents / 1_000;
        self.purse.exchange -= units;
        let (proceeds, fee, to) = if self.chance.once_in(4) {
            self.purse.stable += (cents - fee) * CENT_MILLIONTHS;
            let amount = |cents| self.names.stablecoins(cents * CENT_MILLIONTHS);
            (amount(cents), amount(fee), self.names.stable)
        } else {
            self.purse.bank += cents - fee;
            (self.names.dollars(cents), self.names.dollars(fee), self.names.bank)
        };
        let sold = CoinsSold {
            commodity: self.names.btc,
            units: satoshis(units),
            proceeds,
            to: at(to),
            fee: Some(fee),
            from: at(self.names.exchange),
            route: None,
            lots: Vec::new(),
        };
        let documented = self.chance.once_in(2);
        Body::at(self.now, sold).noted("sale on the market").part_of("sale").with_document(documented)
    }

    /// Two to four coins lie with each lender.
    fn collateral(&mut self) -> Body {
        let which = usize::from(self.chance.once_in(4));
        let facility = self.names.facilities[which];
        let pledged = self.purse.loans[which].pledged;
        let units = self.chance.between(COIN / 10, COIN / 2);
        let quote = price(self.quote());
        let (commodity, control_passes) = (self.names.btc, which == 1);
        let price = control_passes.then_some(quote);
        if pledged > 4 * COIN || (pledged > 2 * COIN && self.chance.once_in(2)) {
            self.purse.loans[which].pledged -= units;
            self.purse.cold += units;
            let (to, units) = (at(self.names.cold), satoshis(units));
            let released = CollateralReleased { facility, to, commodity, units, price };
            return Body::at(self.now, released).noted("collateral returned").part_of("collateral");
        }
        if self.purse.cold < units + COIN {
            return self.mine();
        }
        self.purse.loans[which].pledged += units;
        self.purse.cold -= units;
        let (from, units, lots) = (at(self.names.cold), satoshis(units), Vec::new());
        let posted = CollateralPosted { facility, from, commodity, units, lots, price };
        Body::at(self.now, posted).noted("collateral posted").part_of("collateral")
    }

    pub(super) fn invoice(&mut self, cents: i64) -> Body {
        self.purse.payables += cents;
        let (category, segment) = self.chance.pick(&[
            (CostCategory::Power, Segment::Mining),
            (CostCategory::Power, Segment::Mining),
            (CostCategory::Hosting, Segment::Mining),
            (CostCategory::Ai, Segment::Ai),
        ]);
        let cost = self.cost(cents, category, segment, None);
        let documented = self.chance.once_in(5);
        Body::at(self.now, cost).with_reference(true).with_document(documented)
    }

    fn cost(
        &self,
        cents: i64,
        category: CostCategory,
        segment: Segment,
        from: Option<Place>,
    ) -> OperatingCostRecorded {
        let settles = if from.is_some() { Settlement::Cash } else { Settlement::Payable };
        let amount = self.names.dollars(cents);
        let party = Some(self.names.supplier);
        OperatingCostRecorded { segment, category, amount, settles, from, party, due: None }
    }

    fn pay_supplier(&mut self) -> Body {
        let cents = self.purse.payables;
        if cents == 0 || self.purse.bank < BANK_FLOOR + cents {
            return self.receive_other();
        }
        self.purse.payables = 0;
        self.purse.bank -= cents;
        let paid = CashPaid {
            wallet: self.names.bank,
            amount: self.names.dollars(cents),
            category: Some(CashCategory::Supplier),
            account: None,
            party: Some(self.names.supplier),
            segment: None,
        };
        Body::at(self.now, paid).noted("payment run").with_reference(true)
    }

    /// A cost paid at once: the more, the more the bank holds beyond its target.
    fn pay_cost(&mut self) -> Body {
        let beyond = (self.purse.bank - BANK_TARGET).max(0) / 8;
        let cents = self.chance.between(200 * DOLLAR, 4_000 * DOLLAR) + beyond;
        if self.purse.bank < BANK_FLOOR + cents {
            return self.receive_other();
        }
        self.purse.bank -= cents;
        let from = Some(at(self.names.bank));
        let category = self.chance.pick(&[CostCategory::General, CostCategory::Power]);
        Body::at(self.now, self.cost(cents, category, Segment::Corporate, from)).noted("paid at once")
    }

    fn bill_customer(&mut self) -> Body {
        let cents = self.chance.between(500 * DOLLAR, 9_000 * DOLLAR);
        self.purse.receivables += cents;
        let amount = Money::new(Decimal::new(cents, 2));
        let line = |account: &str, debit, credit| JournalLine {
            account: account.parse().expect("an account of the chart"),
            debit,
            credit,
            wallet: None,
            facility: None,
            party: Some(self.names.customer),
            project: None,
            asset: None,
            segment: Some(Segment::Ai),
        };
        let lines = vec![line("1410", Some(amount), None), line("4110", None, Some(amount))];
        let journal = JournalRecorded { book: None, lines, reverses_on: None };
        Body::at(self.now, journal).noted("computing delivered").with_reference(true)
    }

    fn customer_pays(&mut self) -> Body {
        let cents = self.purse.receivables;
        if cents == 0 {
            return self.bill_customer();
        }
        self.purse.receivables = 0;
        let (party, segment) = (Some(self.names.customer), Some(Segment::Ai));
        let received = self.cash_in(cents, CashCategory::Customer);
        Body::at(self.now, CashReceived { party, segment, ..received }).noted("customer's payment")
    }

    fn receive_other(&mut self) -> Body {
        let cents = self.chance.between(10 * DOLLAR, 900 * DOLLAR);
        let received = self.cash_in(cents, CashCategory::Other);
        Body::at(self.now, received).noted("bank interest")
    }

    fn cash_in(&mut self, cents: i64, category: CashCategory) -> CashReceived {
        self.purse.bank += cents;
        CashReceived {
            wallet: self.names.bank,
            amount: self.names.dollars(cents),
            category: Some(category),
            account: None,
            party: None,
            segment: None,
        }
    }

    /// Stablecoins are turned into dollars when there are many, else some are bought.
    fn convert(&mut self) -> Body {
        let (names, purse) = (&self.names, &mut self.purse);
        let (bank, stable) = (at(names.bank), at(names.stable));
        let cents = self.chance.between(5_000 * DOLLAR, 20_000 * DOLLAR);
        let converted = if purse.stable > 60_000 * DOLLAR * CENT_MILLIONTHS {
            let (given, got) = (purse.stable / 2, purse.stable / 2 / CENT_MILLIONTHS);
            purse.stable -= given;
            purse.bank += got;
            let (given, got) = (names.stablecoins(given), names.dollars(got));
            CurrencyConverted { given, got, from: stable, to: bank, fee: None }
        } else {
            let (fee, got) = (cents / 2_000, cents * CENT_MILLIONTHS);
            purse.bank -= cents + fee;
            purse.stable += got;
            let (given, got, fee) = (names.dollars(cents), names.stablecoins(got), names.dollars(fee));
            CurrencyConverted { given, got, from: bank, to: stable, fee: Some(fee) }
        };
        Body::at(self.now, converted)
    }

    fn mark(&mut self) -> Body {
        let quote = self.quote();
        let commodity = self.names.btc;
        let marked = FairValueMarked { commodity, price: Some(price(quote)), from_observation: None };
        Body::at(self.now, marked).noted("during the day")
    }

    fn attach(&mut self) -> Body {
        let back = self.chance.between(0, 40).min(self.made.cast_signed() - 1);
        let evidence = Evidence { name: "signed contract note".to_owned(), sha256: None, uri: None };
        let entry = self.made - back.cast_unsigned();
        Body::at(self.now, EvidenceAttached { entry, evidence })
    }

    fn buy(&mut self) -> Body {
        let units = self.chance.between(COIN / 50, COIN / 10);
        let cents = worth(units, self.quote());
        let fee = cents / 500;
        if self.purse.bank < BANK_FLOOR + cents + fee {
            return self.receive_other();
        }
        self.purse.bank -= cents + fee;
        self.purse.cold += units;
        let bought = CoinsBought {
            to: at(self.names.cold),
            commodity: self.names.btc,
            units: satoshis(units),
            paid: self.names.dollars(cents),
            from: at(self.names.bank),
            fee: Some(self.names.dollars(fee)),
        };
        Body::at(self.now, bought).noted("bought on the dip").with_document(true)
    }
}

/// Whole cents of a number of satoshis at a price in cents.
fn worth(satoshis: i64, price: i64) -> i64 {
    let cents = i128::from(satoshis) * i128::from(price) / i128::from(COIN);
    i64::try_from(cents).expect("an amount of cents")
}
