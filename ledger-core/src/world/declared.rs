//! What is declared: the entity, its books, places, parties and accounts. It holds from its number on for
//! every effective date.

use super::World;
use super::prices::{Feed, Observed, PricePair, Prices};
use crate::account::{Account, Class, Side};
use crate::chart;
use crate::event::Event;
use crate::event::books::{
    AccountOpened, BookOpened, LedgerOpened, PartyRegistered, WalletKind, WalletOpened, YearEnd,
};
use crate::ids::{BookId, Commodity, PartyId, WalletId};
use crate::policy::{Framework, Policy, PolicyChoices, PriceTerms};
use crate::refusal::Refusal;
use crate::time::{Day, Effective, Zone};
use crate::tracked::Tracked;

/// The entity and the conventions of its ledger, fixed by its first event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Whose ledger it is.
    pub entity: String,
    /// The currency that the books are kept in.
    pub functional: Commodity,
    /// The zone whose midnights divide days.
    pub zone: Zone,
    /// The last day of the fiscal year.
    pub year_end: YearEnd,
    /// Printed at the head of every report.
    pub notice: Option<String>,
    /// When the ledger was opened; no fact lies before it.
    pub opened: Effective,
}

/// A set of books that the ledger keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookDeclared {
    /// Its name.
    pub book: BookId,
    /// The body of rules it follows.
    pub framework: Option<Framework>,
    first: Policy,
    first_prices: Option<Vec<PriceTerms>>,
    adopted: Vec<(Day, PolicyChoices)>,
}

impl BookDeclared {
    fn opened(book: &BookOpened) -> BookDeclared {
        let stated = book.policy.clone().unwrap_or_default();
        BookDeclared {
            book: book.book,
            framework: book.framework,
            first: Policy::opened(book.framework, &stated),
            first_prices: stated.price,
            adopted: Vec::new(),
        }
    }

    /// The rules of the book, one set after the other.
    pub fn policies(&self) -> impl Iterator<Item = Policy> {
        let days = self.adopted.iter().map(|(from, _)| *from);
        std::iter::once(self.first).chain(days.map(|from| self.policy_on(from)))
    }

    /// What the book says on a day of the prices of a pair: the list adopted last says all.
    #[must_use]
    pub fn price_terms(&self, day: Day, (commodity, currency): PricePair) -> Option<&PriceTerms> {
        let in_force = self.adopted.iter().rev().filter(|(from, _)| *from <= day);
        let stated = in_force.filter_map(|(_, choices)| choices.price.as_ref()).next();
        let mut all = stated.or(self.first_prices.as_ref())?.iter();
        all.find(|terms| terms.commodity == commodity && terms.currency == currency)
    }

    /// The rules in force on a day: those of the opening, changed by every adoption up to then.
    #[must_use]
    pub fn policy_on(&self, day: Day) -> Policy {
        let in_force = self.adopted.iter().filter(|(from, _)| *from <= day);
        in_force.fold(self.first, |policy, (_, choices)| policy.changed(choices))
    }
}

/// An account as statements need it, built in or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountInfo<'a> {
    /// Its number.
    pub account: Account,
    /// Its name.
    pub name: &'a str,
    /// What kind of account it is.
    pub class: Class,
    /// The side on which it usually stands.
    pub normal_side: Side,
    /// Of an account that the ledger opened, the one it is shown under.
    pub parent: Option<Account>,
}

impl World {
    /// Takes in what an event declares.
    pub fn declare(&mut self, number: u64, effective: Effective, event: &Event) {
        if let Event::LedgerOpened(e) = event {
            self.open_ledger(e, effective);
        } else if let Event::PolicyAdopted(e) = event {
            let found = self.books.iter().find(|(_, declared)| declared.book == e.book);
            if let Some((at, mut declared)) = found.map(|(at, declared)| (*at, declared.clone())) {
                declared.adopted.push((e.holds_from(), e.policy.clone()));
                declared.adopted.sort_by_key(|(from, _)| *from);
                self.books.set(at, declared);
            }
        } else if let Event::CommodityDeclared(e) = event {
            self.commodities.set(e.code, e.scale);
        } else if let Event::AccountOpened(e) = event {
            self.accounts.set(e.code, e.clone());
        } else if let Event::WalletOpened(e) = event {
            self.wallets.set(e.wallet, e.clone());
        } else if let Event::PartyRegistered(e) = event {
            self.parties.set(e.party, e.clone());
        } else if let Event::PriceObserved(e) = event {
            self.observe(e.feed(), &[Observed::of(number, e)]);
        } else if let Event::EntryReversed(e) = event {
            self.reversals.set(e.entry, number);
        } else if let Event::PeriodClosed(e) = event {
            self.close(number, e);
        } else if let Event::PeriodReopened(e) = event {
            self.reopen(number, e);
        } else if let Event::LotInstructionRecorded(e) = event {
            self.instruct(number, e);
        } else {
            self.people.declare(number, event);
            self.take_in_reconciliation(number, event);
        }
    }

    /// Takes in prices that were observed.
    pub(crate) fn observe(&mut self, feed: Feed, observed: &[Observed]) {
        self.prices.observe(feed, observed);
    }

    /// Takes away all that was declared; what happened stays.
    pub(crate) fn forget_declarations(&mut self) {
        self.settings = Tracked::default();
        self.books = Tracked::default();
        self.commodities = Tracked::default();
        self.wallets = Tracked::default();
        self.parties = Tracked::default();
        self.accounts = Tracked::default();
        self.prices = Prices::default();
        self.reversals = Tracked::default();
        self.locks = Tracked::default();
        self.closes = Tracked::default();
        self.reopenings = Tracked::default();
        self.instructions = Tracked::default();
        self.people = super::People::default();
        self.reconciled = super::reconciled::Reconciled::default();
    }

    fn open_ledger(&mut self, e: &LedgerOpened, effective: Effective) {
        self.settings.set(
            (),
            Settings {
                entity: e.entity.clone(),
                functional: e.functional_currency,
                zone: e.time_zone,
                year_end: e.fiscal_year_end,
                notice: e.notice.clone(),
                opened: effective,
            },
        );
        // Scales that need no declaration.
        for (code, scale) in [("BTC", 8), ("USDT", 6), ("USDC", 6), ("USD", 2)] {
            if let Ok(code) = code.parse() {
                self.commodities.set(code, scale);
            }
        }
        let default = "us-gaap".parse().map(|book| BookOpened {
            book,
            framework: Some(Framework::UsGaap),
            policy: None,
        });
        let only = if e.books.is_empty() { default.ok() } else { None };
        for (at, book) in e.books.iter().chain(&only).enumerate() {
            self.books.set(at, BookDeclared::opened(book));
        }
    }

    /// The entity and its conventions.
    ///
    /// # Errors
    /// Refused while the ledger has not been opened.
    pub fn settings(&self) -> Result<&Settings, Refusal> {
        self.settings.get(&()).ok_or_else(|| Refusal::LedgerNotOpened {})
    }

    /// The books, in the order in which they were declared.
    pub fn books(&self) -> impl Iterator<Item = &BookDeclared> {
        self.books.iter().map(|(_, declared)| declared)
    }

    /// A book by its name.
    ///
    /// # Errors
    /// Refused when there is none.
    pub fn book(&self, book: BookId) -> Result<&BookDeclared, Refusal> {
        self.books().find(|declared| declared.book == book).ok_or_else(|| Refusal::UnknownBook { book })
    }

    /// Digits after the point of a commodity.
    ///
    /// # Errors
    /// Refused when nobody declared it.
    pub fn scale(&self, code: Commodity) -> Result<u8, Refusal> {
        self.commodities.get(&code).copied().ok_or_else(|| Refusal::UnknownCommodity { code })
    }

    /// The coins and currencies declared.
    pub fn commodities(&self) -> impl Iterator<Item = Commodity> {
        self.commodities.iter().map(|(code, _)| *code)
    }

    /// A wallet.
    ///
    /// # Errors
    /// Refused when nobody opened it.
    pub fn wallet(&self, wallet: WalletId) -> Result<&WalletOpened, Refusal> {
        self.wallets.get(&wallet).ok_or_else(|| Refusal::UnknownWallet { wallet })
    }

    /// The account in which a wallet's money stands: cash in a bank or of the functional currency, else stablecoins.
    ///
    /// # Errors
    /// Refused when nobody opened the wallet.
    pub fn money_account(&self, wallet: WalletId) -> Result<Account, Refusal> {
        let opened = self.wallet(wallet)?;
        let functional = self.settings()?.functional;
        let is_cash = opened.kind == WalletKind::Bank || opened.currency == Some(functional);
        Ok(if is_cash { chart::CASH } else { chart::STABLECOINS })
    }

    /// All wallets, by name.
    pub fn wallets(&self) -> impl Iterator<Item = &WalletOpened> {
        self.wallets.iter().map(|(_, wallet)| wallet)
    }

    /// A party.
    ///
    /// # Errors
    /// Refused when nobody registered it.
    pub fn party(&self, party: PartyId) -> Result<&PartyRegistered, Refusal> {
        self.parties.get(&party).ok_or(Refusal::UnknownParty { party })
    }

    /// All parties, by name.
    pub fn parties(&self) -> impl Iterator<Item = &PartyRegistered> {
        self.parties.iter().map(|(_, party)| party)
    }

    /// The accounts that were opened beside those built in, by number.
    pub fn opened_accounts(&self) -> impl Iterator<Item = &AccountOpened> {
        self.accounts.iter().map(|(_, account)| account)
    }

    /// An account, built in or opened.
    ///
    /// # Errors
    /// Refused when there is none.
    pub fn account(&self, account: Account) -> Result<AccountInfo<'_>, Refusal> {
        if let Some(line) = chart::line(account) {
            let normal_side = line.normal_side();
            return Ok(AccountInfo {
                account,
                name: line.name,
                class: line.class,
                normal_side,
                parent: None,
            });
        }
        let opened = self.accounts.get(&account).ok_or(Refusal::UnknownAccount { account })?;
        let normal_side = opened.class.normal_side();
        let AccountOpened { ref name, class, parent, .. } = *opened;
        Ok(AccountInfo { account, name, class, normal_side, parent })
    }
}

impl WalletOpened {
    /// What it holds, and whether that is money rather than coins.
    #[must_use]
    pub fn holds(&self) -> Option<(Commodity, bool)> {
        self.commodity.map(|coin| (coin, false)).or(self.currency.map(|currency| (currency, true)))
    }

    /// Whether it is a pool's account for us.
    #[must_use]
    pub fn is_pool(&self) -> bool {
        self.kind == WalletKind::Pool
    }
}
