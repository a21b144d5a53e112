//! How a load begins: the ledger, its places and parties, its facilities, capital, and the first coins.

use ledger_core::event::books::WalletKind;
use ledger_core::event::loan::{CollateralTerms, Control, DayCount, FacilityKind, RateTerms, Thresholds};
use ledger_core::event::{
    CapexCommitted, CoinsBought, Event, FacilityOpened, LedgerOpened, PartyRegistered, PriceObserved,
    SharesIssued, WalletOpened,
};
use ledger_core::ids::Commodity;
use ledger_core::money::{Price, Rate, Units};
use ledger_core::time::{Instant, Zone};
use rust_decimal::Decimal;

use super::bodies::{at, price, satoshis};
use super::calendar::day_number;
use super::purse::{COIN, DOLLAR};
use super::{Body, Entries};

/// Entries before the ordinary ones.
pub(super) const ENTRIES: u64 = 8;

/// The yearly rate of each facility, in hundredths of a percent, and the days of its year.
pub(super) const RATES: [(i64, i64); 2] = [(950, 360), (1_125, 365)];

const CAPITAL: i64 = 40_000_000 * DOLLAR;
const ORDER: i64 = 8_000_000 * DOLLAR;
const LIMIT: i64 = 10_000_000 * DOLLAR;
const FIRST_LOTS: i64 = 16;
const FIRST_LOT: i64 = COIN / 2;

impl Entries {
    pub(super) fn start(&mut self) -> Body {
        match self.made {
            0 => self.opened(),
            1 => self.wallets(),
            2 => self.parties(),
            3 => self.prices(self.now).noted("first prices"),
            4 => self.facilities(),
            5 => self.capital(),
            6 => self.order_signed(),
            _ => self.first_coins(),
        }
    }

    fn opened(&self) -> Body {
        let opened = LedgerOpened {
            entity: "Load Mining".to_owned(),
            functional_currency: self.names.usd,
            time_zone: Zone::UTC,
            fiscal_year_end: "12-31".parse().expect("the end of a year"),
            books: Vec::new(),
            notice: Some("Synthetic".to_owned()),
        };
        Body::at(self.now, opened)
    }

    fn wallets(&self) -> Body {
        let names = &self.names;
        let wallet = |wallet, kind, commodity: Option<Commodity>, currency| {
            Event::from(WalletOpened {
                wallet,
                kind,
                commodity,
                currency,
                custodian: None,
                designation: None,
                descriptor: None,
            })
        };
        let coins = Some(names.btc);
        let all = vec![
            wallet(names.bank, WalletKind::Bank, None, Some(names.usd)),
            wallet(names.stable, WalletKind::Exchange, None, Some(names.usdt)),
            wallet(names.pool, WalletKind::Pool, coins, None),
            wallet(names.hot, WalletKind::Hot, coins, None),
            wallet(names.cold, WalletKind::Cold, coins, None),
            wallet(names.exchange, WalletKind::Exchange, coins, None),
        ];
        Body::of(self.now, all)
    }

    fn parties(&self) -> Body {
        let names = &self.names;
        let all = [names.lender, names.supplier, names.customer, names.vendor];
        let registered = |party| PartyRegistered { party, name: None, related_party: false }.into();
        Body::of(self.now, all.map(registered).to_vec())
    }

    /// The prices of a moment, by its own clock.
    pub(super) fn prices(&self, when: Instant) -> Body {
        let observed = |commodity, price: Price, source: &str| {
            Event::from(PriceObserved {
                commodity,
                currency: self.names.usd,
                price,
                source: source.to_owned(),
                market: "spot".to_owned(),
                at: when,
                supersedes: None,
            })
        };
        // A stablecoin stands some hundredths of a percent beside its dollar.
        let off = self.purse.price / DOLLAR % 7 - 3;
        let stable = Price::new(Decimal::new(10_000 + off, 4));
        let events = vec![
            observed(self.names.btc, price(self.purse.price), "exchange-a"),
            observed(self.names.usdt, stable, "exchange-b"),
        ];
        Body::of(self.now, events)
    }

    fn facilities(&self) -> Body {
        let rate = |hundredths_of_percent| Rate::new(Decimal::new(hundredths_of_percent, 4));
        let percent = |number| Some(Rate::new(Decimal::new(number, 2)));
        let kinds = [
            (FacilityKind::Revolver, DayCount::Act360, Control::Kept),
            (FacilityKind::OnDemand, DayCount::Act365, Control::Passed),
        ];
        let opened = |at: usize| {
            let (kind, day_count, control) = kinds[at];
            Event::from(FacilityOpened {
                facility: self.names.facilities[at],
                lender: self.names.lender,
                kind: Some(kind),
                currency: self.names.usd,
                limit: self.names.dollars(LIMIT),
                rate: RateTerms { fixed: Some(rate(RATES[at].0)), index: None, spread: None, floor: None },
                day_count,
                count_first_day: true,
                count_last_day: false,
                compounding: None,
                maturity: None,
                ltv: Some(Thresholds {
                    initial: percent(65),
                    call: percent(80),
                    liquidation: percent(90),
                    release: percent(50),
                    cure_hours: Some(24),
                }),
                collateral: vec![CollateralTerms { commodity: self.names.btc, haircut: None }],
                control,
                upfront_fee: None,
                unused_fee: None,
                fee_method: None,
                fee_from: None,
            })
        };
        Body::of(self.now, vec![opened(0), opened(1)]).noted("two facilities with one lender")
    }

    fn capital(&mut self) -> Body {
        self.purse.bank += CAPITAL;
        let issued = SharesIssued {
            shares: Units::new(Decimal::new(5_000_000, 0)),
            price: price(CAPITAL / 5_000_000),
            proceeds: None,
            par: Some(self.names.dollars(5_000 * DOLLAR)),
            costs: None,
            to: at(self.names.bank),
            party: None,
        };
        Body::at(self.now, issued).noted("founding capital").with_document(true)
    }

    fn order_signed(&mut self) -> Body {
        self.purse.ordered = ORDER;
        let committed = CapexCommitted {
            commitment: self.names.order,
            project: self.names.project,
            vendor: self.names.vendor,
            amount: self.names.dollars(ORDER),
            schedule: Vec::new(),
            site: None,
            megawatts: Some(Units::new(Decimal::new(125, 1))),
            asset_class: Some("servers".to_owned()),
        };
        Body::at(self.now, committed)
    }

    /// A stock of several lots, so that from the start a sale takes more than one.
    fn first_coins(&mut self) -> Body {
        self.purse.month = super::closing::month_of(day_number(self.now));
        let mut events = Vec::new();
        for step in 0..FIRST_LOTS {
            let paid = self.purse.price / COIN.div_euclid(FIRST_LOT) + step * DOLLAR;
            self.purse.bank -= paid;
            self.purse.cold += FIRST_LOT;
            events.push(Event::from(CoinsBought {
                to: at(self.names.cold),
                commodity: self.names.btc,
                units: satoshis(FIRST_LOT),
                paid: self.names.dollars(paid),
                from: at(self.names.bank),
                fee: None,
            }));
        }
        Body::of(self.now, events).noted("the first reserve").part_of("reserve")
    }
}
