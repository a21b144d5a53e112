//! Money: dollars at a bank, and currencies that are not the ledger's own, carried by wallet. And prices.

use ledger_core::event::books::WalletKind;
use ledger_core::event::treasury::CashCategory;
use ledger_core::event::{
    CashPaid, CashReceived, CurrencyConverted, Event, PriceObserved, SharesIssued, SharesRepurchased,
    TranslationRecorded,
};
use ledger_core::ids::{Commodity, Place, WalletId};
use ledger_core::money::Amount;
use ledger_core::policy::{PriceTerms, StablecoinTreatment};

use super::desk::{Desk, Done};
use super::numbers::{self, Fraction, Half};
use super::when::Moment;

/// What a wallet of money holds, and what that is carried at.
#[derive(Debug, Clone)]
pub(super) struct Purse {
    pub(super) wallet: WalletId,
    pub(super) currency: Commodity,
    pub(super) units: i128,
    pub(super) carrying: i128,
}

impl Purse {
    pub(super) fn change(&mut self, units: i128, cents: i128) -> Done {
        self.units += units;
        self.carrying += cents;
        if self.units < 0 { Err(format!("{} is overdrawn by {}", self.wallet, -self.units)) } else { Ok(()) }
    }
}

impl Desk<'_, '_> {
    pub(super) fn purse(&mut self, wallet: WalletId) -> Result<&mut Purse, String> {
        let currency = self.wallet(wallet)?.currency.ok_or_else(|| format!("{wallet} holds no money"))?;
        let at = self.purses.iter().position(|purse| purse.wallet == wallet).unwrap_or_else(|| {
            self.purses.push(Purse { wallet, currency, units: 0, carrying: 0 });
            self.purses.len() - 1
        });
        Ok(&mut self.purses[at])
    }

    /// Money at a bank is cash whatever its currency; what is not the ledger's own elsewhere is a stablecoin.
    pub(super) fn money_account(&self, wallet: WalletId, currency: Commodity) -> Result<u16, String> {
        let at_a_bank = self.wallet(wallet)?.kind == WalletKind::Bank;
        Ok(if currency == self.opened.functional_currency || at_a_bank { 1010 } else { 1110 })
    }

    fn wallet_of(place: Place) -> Result<WalletId, String> {
        match place {
            Place::Wallet(wallet) => Ok(wallet),
            Place::Facility(facility) => Err(format!("money does not lie at {facility}")),
        }
    }

    /// The latest price by its own time, at or before `end`, of those recorded by entry `number` and not
    /// replaced by then; of two with one time, the one with the higher number. Effective dates of observations
    /// play no part, and a price that comes to light later changes nothing that is in the books.
    pub(super) fn price_at(
        &self,
        commodity: Commodity,
        end: Moment,
        number: u64,
    ) -> Result<(i64, Fraction), String> {
        self.last_price(commodity, end, number, |_| true).map(|(_, at, price)| (at, price))
    }

    /// The same of the observations that serve, with the number of the entry.
    fn last_price(
        &self,
        commodity: Commodity,
        end: Moment,
        number: u64,
        serves: impl Fn(&PriceObserved) -> bool,
    ) -> Result<(u64, i64, Fraction), String> {
        let known = self.known.iter().filter(|line| line.number <= number);
        let observed = known.flat_map(|line| line.entry.events.iter().map(move |event| (line.number, event)));
        let prices: Vec<_> = observed
            .filter_map(|(number, event)| {
                let Event::PriceObserved(price) = event else { return None };
                (price.commodity == commodity).then_some((number, price))
            })
            .collect();
        let replaced = |number| prices.iter().any(|(_, price)| price.supersedes == Some(number));
        prices
            .iter()
            .filter(|(number, price)| {
                price.currency == self.opened.functional_currency
                    && Moment::at(price.at.micros()) <= end
                    && !replaced(*number)
                    && serves(price)
            })
            .max_by_key(|(number, price)| (price.at, *number))
            .map(|(number, price)| (*number, price.at.micros(), Fraction::of(price.price.decimal())))
            .ok_or_else(|| format!("no price of {commodity} is known"))
    }

    /// The price of a coin or currency at the event.
    pub(super) fn price(&self, commodity: Commodity) -> Result<Fraction, String> {
        let (_, at, price) = self.chosen(commodity, self.moment)?;
        self.young_enough(commodity, at, self.moment)?;
        Ok(price)
    }

    /// The price of a coin on the event's day: that of the book's cut-off.
    pub(super) fn price_of_day(&self, commodity: Commodity) -> Result<Fraction, String> {
        let end = self.cut_off(commodity);
        let (_, at, price) = self.chosen(commodity, end)?;
        self.young_enough(commodity, at, end)?;
        Ok(price)
    }

    /// Whether a book takes prices of a source on a market.
    pub(super) fn takes(&self, price: &PriceObserved) -> bool {
        let terms = self.terms(price.commodity);
        let is = |said: Option<&String>, held: &String| said.is_none_or(|said| said == held);
        is(terms.as_ref().and_then(|terms| terms.source.as_ref()), &price.source)
            && is(terms.as_ref().and_then(|terms| terms.market.as_ref()), &price.market)
    }

    /// When the book's day of prices ends, if it says so.
    pub(super) fn clock(&self, commodity: Commodity) -> Option<Moment> {
        let time = self.terms(commodity)?.cut_off?;
        Some(Moment::of_clock(self.day, &time.to_string(), self.zone))
    }

    /// Up to when a price counts for the event's day.
    fn cut_off(&self, commodity: Commodity) -> Moment {
        self.clock(commodity).map_or(self.moment, |end| self.moment.min(end))
    }

    fn chosen(&self, commodity: Commodity, end: Moment) -> Result<(u64, i64, Fraction), String> {
        self.last_price(commodity, end, self.number, |price| self.takes(price))
    }

    /// What the book says of the prices of a coin on the event's day; the list that it adopted last says all.
    fn terms(&self, commodity: Commodity) -> Option<PriceTerms> {
        let mut lists = vec![];
        for book in self.opened.books.iter().filter(|book| book.book == self.book) {
            lists.extend(book.policy.iter().map(|policy| (None, 0, policy)));
        }
        for line in self.known {
            for event in &line.entry.events {
                if let Event::PolicyAdopted(adopted) = event
                    && (adopted.book == self.book && adopted.holds_from() <= self.day)
                {
                    lists.push((Some(adopted.holds_from()), line.number, &adopted.policy));
                }
            }
        }
        lists.sort_by_key(|(from, number, _)| (*from, *number));
        let last = lists.iter().rev().find_map(|(_, _, policy)| policy.price.as_ref());
        let of_pair = last
            .iter()
            .flat_map(|list| list.iter())
            .find(|terms| terms.commodity == commodity && terms.currency == self.opened.functional_currency);
        of_pair.cloned()
    }

    /// No older than the book allows.
    fn young_enough(&self, commodity: Commodity, at: i64, end: Moment) -> Result<(), String> {
        match self.terms(commodity).and_then(|terms| terms.max_age_hours) {
            Some(hours) if end.micros() - at > i64::from(hours) * 3_600_000_000 => {
                Err(format!("the price of {commodity} is older than {hours} hours"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The price that an entry observed, unless it was replaced by then, in the same entry even.
    pub(super) fn observed_in(&self, number: u64, commodity: Commodity) -> Result<Fraction, String> {
        let by_then = self.known.iter().filter(|line| line.number <= self.number);
        let replaces = |event: &Event| {
            let Event::PriceObserved(price) = event else { return false };
            price.commodity == commodity && price.supersedes == Some(number)
        };
        if by_then.flat_map(|line| &line.entry.events).any(replaces) {
            return Err(format!("what {number} observed was replaced"));
        }
        let mut events =
            self.known.iter().filter(|line| line.number == number).flat_map(|line| &line.entry.events);
        let found = events.find_map(|event| {
            let Event::PriceObserved(price) = event else { return None };
            (price.commodity == commodity).then_some(price)
        });
        if let Some(price) = found {
            let end = self.cut_off(commodity);
            self.young_enough(commodity, price.at.micros(), end)?;
            let is_late = self.clock(commodity).is_some() && self.chosen(commodity, end)?.0 != number;
            if is_late || !self.takes(price) {
                return Err(format!("the book does not take what {number} observed"));
            }
        }
        found
            .map(|price| price.price)
            .map(|price| Fraction::of(price.decimal()))
            .ok_or_else(|| format!("{number} observed no {commodity}"))
    }

    /// What so many units of a currency are worth in the ledger's own, at the event.
    pub(super) fn worth(&self, units: i128, currency: Commodity) -> Result<i128, String> {
        if currency == self.opened.functional_currency {
            return Ok(numbers::fine_to_cents(units, self.half()));
        }
        if self.rules.tether == StablecoinTreatment::CashEquivalent && currency.as_str() == "USDT" {
            return Ok(self.par(units));
        }
        Ok(numbers::worth(units, self.price(currency)?, self.half()))
    }

    /// An amount as stated, in the ledger's own currency.
    pub(super) fn face(&self, amount: &Amount) -> Result<i128, String> {
        self.worth(numbers::fine(amount.amount.decimal()), amount.currency)
    }

    /// Units of the wallet's own currency arrive; one unit of an amount stated in another currency is one unit
    /// of the wallet's. They are carried at what they are worth on arrival. Debits the account of money.
    pub(super) fn receive(&mut self, to: Place, units: i128) -> Result<i128, String> {
        let wallet = Self::wallet_of(to)?;
        let currency = self.purse(wallet)?.currency;
        let value = self.worth(units, currency)?;
        if self.in_lots(wallet, currency)? {
            self.purse(wallet)?.change(units, 0)?;
            self.tether_in(wallet, currency, units, value, 0);
        } else {
            self.purse(wallet)?.change(units, value)?;
        }
        self.post(self.money_account(wallet, currency)?, value);
        Ok(value)
    }

    /// Units leave a wallet at their part of its carrying amount. Credits the account of money.
    pub(super) fn pay(&mut self, from: Place, units: i128) -> Result<i128, String> {
        let half = self.half();
        let wallet = Self::wallet_of(from)?;
        let purse = self.purse(wallet)?;
        if units == 0 {
            return Ok(0);
        }
        if purse.units < units {
            return Err(format!("{} holds {} of {units}", purse.wallet, purse.units));
        }
        let given = numbers::part_of(purse.carrying, units, purse.units, half);
        purse.change(-units, -given)?;
        let currency = purse.currency;
        if self.in_lots(wallet, currency)? {
            self.tether_out(wallet, currency, units)?;
            return self.worth(units, currency);
        }
        self.post(self.money_account(wallet, currency)?, -given);
        Ok(given)
    }

    /// The fee goes to trading fees at what it is worth; the rest of the difference is one of exchange.
    pub(super) fn converted(&mut self, event: &CurrencyConverted) -> Done {
        let fee = event.fee.as_ref().map_or(0, |fee| numbers::fine(fee.amount.decimal()));
        self.receive(event.to, numbers::fine(event.got.amount.decimal()))?;
        self.pay(event.from, numbers::fine(event.given.amount.decimal()) + fee)?;
        let fee = event.fee.as_ref().map_or(Ok(0), |fee| self.face(fee))?;
        self.post(6510, fee);
        self.post_rest(4550);
        Ok(())
    }

    pub(super) fn cash_received(&mut self, event: &CashReceived) -> Done {
        let category = event.category.map(|category| account_of(category, 4900));
        let account = Self::account_or(event.account, category)?;
        self.receive(Place::Wallet(event.wallet), numbers::fine(event.amount.amount.decimal()))?;
        self.post_rest(account);
        Ok(())
    }

    /// The account is debited with what is settled; a coin given in payment may be carried at something else.
    pub(super) fn cash_paid(&mut self, event: &CashPaid) -> Done {
        let category = event.category.map(|category| account_of(category, 6010));
        let account = Self::account_or(event.account, category)?;
        let settled = match event.category {
            Some(CashCategory::Supplier | CashCategory::Accrued) => {
                self.par(numbers::fine(event.amount.amount.decimal()))
            }
            _ => self.face(&event.amount)?,
        };
        self.post(account, settled);
        self.pay(Place::Wallet(event.wallet), numbers::fine(event.amount.amount.decimal()))?;
        self.post_rest(4550);
        Ok(())
    }

    /// Costs come out of the proceeds and of paid-in capital. How much money came in is no matter of a book's
    /// policy, so shares times price is rounded half to even in every book.
    pub(super) fn shares(&mut self, event: &SharesIssued) -> Done {
        let functional = self.opened.functional_currency;
        let shares = numbers::fine(event.shares.decimal());
        let by_price = numbers::worth(shares, Fraction::of(event.price.decimal()), Half::Even);
        let stated = |amount: &Option<Amount>| {
            amount.as_ref().map_or(0, |amount| numbers::fine(amount.amount.decimal()))
        };
        let proceeds = match &event.proceeds {
            Some(amount) => numbers::fine(amount.amount.decimal()),
            None => by_price * numbers::ten_to(numbers::FINE - 2),
        };
        self.receive(event.to, proceeds - stated(&event.costs))?;
        let par = self.worth(stated(&event.par), functional)?;
        self.post(3010, -par);
        self.post_rest(3020);
        Ok(())
    }

    /// Own shares are a deduction from equity at what they cost, fee and all.
    pub(super) fn bought_back(&mut self, event: &SharesRepurchased) -> Done {
        let cent = numbers::ten_to(numbers::FINE - 2);
        let by_price = || {
            let shares = numbers::fine(event.shares.decimal());
            numbers::worth(shares, Fraction::of(event.price.decimal()), Half::Even) * cent
        };
        let paid = event.paid.as_ref().map_or_else(by_price, |paid| numbers::fine(paid.amount.decimal()));
        let fee = event.fee.as_ref().map_or(0, |fee| numbers::fine(fee.amount.decimal()));
        self.pay(event.from, paid + fee)?;
        self.post_rest(3030);
        Ok(())
    }

    /// In one book: a gain is a credit to other comprehensive income.
    pub(super) fn translated(&mut self, event: &TranslationRecorded) -> Done {
        if event.commodity.is_some() {
            return Err("a difference of translation of coins is not in the model".to_owned());
        }
        if event.book == self.book {
            let gain = self.face(&event.amount)?;
            self.post(event.account.number(), gain);
            self.post(3200, -gain);
        }
        Ok(())
    }
}

fn account_of(category: CashCategory, other: u16) -> u16 {
    match category {
        CashCategory::Equity => 3020,
        CashCategory::Supplier => 2010,
        CashCategory::Tax => 2620,
        CashCategory::Customer => 1410,
        CashCategory::Accrued => 2020,
        CashCategory::Prepaid => 1420,
        CashCategory::Prepayment => 2210,
        CashCategory::Deposit => 1540,
        CashCategory::Other => other,
    }
}
