//! The ledger itself: what may be declared, opened, marked and journalled.

use std::collections::{BTreeMap, BTreeSet};

use super::asset::opening_assets;
use super::door::{Door, is_dollar, text};
use super::price_terms::prices_agree;
use crate::account::{Account, Class};
use crate::chart::{self, CASH};
use crate::event::books::{OpeningBalance, Transition, WalletKind};
use crate::event::{
    AccountOpened, CommodityDeclared, Event, EvidenceAttached, FairValueMarked, JournalRecorded,
    LedgerOpened, OpeningRecorded, PartyRegistered, PolicyAdopted, PriceObserved, WalletOpened,
};
use crate::ids::{BookId, Place};
use crate::money::{Money, Units};
use crate::policy::{
    self, Framework, LotMethod, LotScope, MeasurementModel, Policy, PolicyChoices, Reversal,
    StablecoinChoice, StablecoinTreatment,
};
use crate::refusal::Refusal;
use crate::time::Day;
use crate::world::{Lock, Moment, World};

pub(super) fn ledger_opened(world: &World, e: &LedgerOpened) -> Result<(), Refusal> {
    if world.settings().is_ok() {
        return Err(Refusal::LedgerAlreadyOpened {});
    }
    text("the entity", Some(&e.entity), 200)?;
    if e.functional_currency.as_str() != "USD" {
        // Scales of other functional currencies cannot be declared before the ledger is opened.
        return Err(Refusal::NotYetBuilt {
            what: format!("the functional currency {}", e.functional_currency),
        });
    }
    for opened in &e.books {
        if let Some(rules) = opened.policy.as_ref().and_then(|policy| policy.rules) {
            known_rules(opened.book, rules)?;
        }
    }
    let mut names = BTreeSet::new();
    match e.books.iter().find(|opened| !names.insert(opened.book)) {
        Some(twice) => Err(Refusal::BookTwice { book: twice.book }),
        None => Ok(()),
    }
}

pub(super) fn policy_adopted(door: &Door<'_>, e: &PolicyAdopted, holds_coins: bool) -> Result<(), Refusal> {
    let book = e.book;
    let before = door.world.book(book)?.policy_on(e.from);
    let settings = door.world.settings()?;
    let opened = settings.zone.day_of(settings.opened);
    if let Some(Lock { through, by }) = door.world.lock_of(book).filter(|lock| e.holds_from() <= lock.through)
    {
        return Err(Refusal::PeriodIsClosed { day: e.holds_from().max(opened), through, by });
    }
    if let Some(rules) = e.policy.rules {
        known_rules(book, rules)?;
    }
    prices_agree(book, &e.policy)?;
    let after = before.changed(&e.policy);
    let refused = |why| Err(Refusal::PolicyNotAllowed { book, why });
    choices_agree(door.world.book(book)?.framework, book, &after, e.from)?;
    stablecoins_known(book, &e.policy)?;
    if e.transition == Transition::Retrospective {
        return Ok(());
    }
    if after.scope != before.scope && holds_coins {
        return refused(
            "the pool of lots cannot change while the book holds coins: adopt it retrospectively",
        );
    }
    if after.pledge != before.pledge {
        return refused("what a pledge is changes for all time or not at all: adopt it retrospectively");
    }
    let into_lots = |choice: &StablecoinChoice| {
        before.stablecoins.in_lots(choice.commodity) != after.stablecoins.in_lots(choice.commodity)
    };
    if e.policy.stablecoin.iter().flatten().any(into_lots) {
        return refused("a stablecoin lies in lots for all time or not at all: adopt it retrospectively");
    }
    match (before.measurement, after.measurement, e.transition) {
        (one, other, Transition::CumulativeEffect) if one == other => {
            refused("a cumulative effect needs a change of measurement")
        }
        (one, other, _) if one == other => Ok(()),
        (_, MeasurementModel::FairValue, Transition::CumulativeEffect) => Ok(()),
        (_, MeasurementModel::FairValue, _) => {
            refused("fair value is adopted with its cumulative effect (ASU 2023-08) or retrospectively")
        }
        // IAS 8.17: the first revaluation is a revaluation like any other.
        (
            MeasurementModel::CostLessImpairment | MeasurementModel::Cost,
            MeasurementModel::Revaluation,
            Transition::Prospective,
        ) => Ok(()),
        (_, _, _) => refused("this change of measurement is retrospective (ASC 250-10-45-5, IAS 8.19)"),
    }
}

/// Choices that exclude each other, or that a body of rules does not have.
pub(super) fn choices_agree(
    framework: Option<Framework>,
    book: BookId,
    policy: &Policy,
    from: Day,
) -> Result<(), Refusal> {
    let refused = |why| Err(Refusal::PolicyNotAllowed { book, why });
    let by_wallet = Day::from_date(chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap_or_default());
    if framework == Some(Framework::UsTax)
        && policy.scope == LotScope::Entity
        && by_wallet.is_some_and(|by_wallet| from >= by_wallet)
    {
        return refused("from 2025 on US tax chooses lots by wallet (Rev. Proc. 2024-28)");
    }
    let intangible = framework == Some(Framework::Ifrs)
        || policy.measurement == MeasurementModel::Revaluation
        || policy.impairment_reversal == Reversal::ToCost;
    if policy.operating_within_days.is_some() && intangible {
        return refused(
            "the sale of an intangible asset is investing, however soon it comes (IAS 7.16, IAS 38)",
        );
    }
    if policy.measurement == MeasurementModel::Revaluation && policy.lots == LotMethod::Average {
        return refused("a surplus is kept lot by lot, and `average` has no lots");
    }
    Ok(())
}

/// A stablecoin of the dollar; one that is as good as cash says where the reasons are written down.
pub(super) fn stablecoins_known(book: BookId, stated: &PolicyChoices) -> Result<(), Refusal> {
    let refused = |why| Err(Refusal::PolicyNotAllowed { book, why });
    stated.stablecoin.iter().flatten().try_for_each(|choice| {
        text("the memo", choice.memo.as_deref(), 500)?;
        if !is_dollar(choice.commodity) || choice.commodity.as_str() == "USD" {
            return refused("`stablecoin` names stablecoins of the dollar");
        }
        if choice.treatment == StablecoinTreatment::CashEquivalent && choice.memo.is_none() {
            return refused("a stablecoin is a cash equivalent by a memo that says why (ASC 230-10-20)");
        }
        Ok(())
    })
}

/// What the books of a new ledger choose.
pub(super) fn books_opened(at: &Moment, e: &LedgerOpened) -> Result<(), Refusal> {
    e.books.iter().try_for_each(|opened| {
        let stated = opened.policy.clone().unwrap_or_default();
        prices_agree(opened.book, &stated)?;
        stablecoins_known(opened.book, &stated)?;
        choices_agree(opened.framework, opened.book, &Policy::opened(opened.framework, &stated), at.day)
    })
}

/// A cumulative effect is posted on the first day of the policy.
pub(super) fn adoption_dated(at: &Moment, e: &PolicyAdopted) -> Result<(), Refusal> {
    if e.transition == Transition::CumulativeEffect && at.day != e.from {
        let why = "a cumulative effect is posted on the first day of the policy: date the entry so";
        return Err(Refusal::PolicyNotAllowed { book: e.book, why });
    }
    Ok(())
}

pub(super) fn known_rules(book: BookId, rules: u8) -> Result<(), Refusal> {
    match rules {
        1..=policy::LATEST_RULES => Ok(()),
        _ => Err(Refusal::PolicyNotAllowed { book, why: "there are rules 1 and 2" }),
    }
}

pub(super) fn commodity_declared(door: &Door<'_>, e: &CommodityDeclared) -> Result<(), Refusal> {
    if e.scale > 18 {
        return Err(Refusal::ScaleTooLarge { code: e.code, scale: e.scale });
    }
    match door.world.scale(e.code) {
        Ok(held) if held != e.scale => Err(Refusal::CommodityDiffers { code: e.code, held, asked: e.scale }),
        Ok(_) | Err(_) => Ok(()),
    }
}

pub(super) fn account_opened(door: &Door<'_>, e: &AccountOpened) -> Result<(), Refusal> {
    if door.world.account(e.code).is_ok() {
        return Err(Refusal::AccountTwice { account: e.code });
    }
    if chart::is_control_account(e.code) {
        return Err(Refusal::ControlAccount { account: e.code, what: "further accounts in its range" });
    }
    if e.class == Class::Memo {
        return Err(Refusal::NotYetBuilt { what: "a memo account of your own".to_owned() });
    }
    text("the account's name", Some(&e.name), 80)?;
    e.parent.map_or(Ok(()), |parent| door.world.account(parent).map(|_| ()))
}

pub(super) fn wallet_opened(door: &Door<'_>, e: &WalletOpened) -> Result<(), Refusal> {
    if door.world.wallet(e.wallet).is_ok() {
        return Err(Refusal::WalletTwice { wallet: e.wallet });
    }
    let held = match (e.commodity, e.currency) {
        (Some(held), None) | (None, Some(held)) => held,
        (None, None) | (Some(_), Some(_)) => {
            return Err(Refusal::ExactlyOne { fields: "`commodity` and `currency`" });
        }
    };
    door.world.scale(held)?;
    let is_bitcoin = held.as_str() == "BTC";
    match (e.commodity.is_some(), is_bitcoin) {
        (false, true) => {
            return Err(Refusal::WrongKind { code: held, kind: "a coin: name it under `commodity`" });
        }
        (true, false) if is_dollar(held) => {
            return Err(Refusal::WrongKind { code: held, kind: "money: name it under `currency`" });
        }
        (true, _) | (false, false) => {}
    }
    if e.kind == WalletKind::Bank && e.currency.is_none() {
        return Err(Refusal::WrongPlace { place: Place::Wallet(e.wallet), part: "a bank account of coins" });
    }
    door.party(e.custodian)
}

pub(super) fn party_registered(door: &Door<'_>, e: &PartyRegistered) -> Result<(), Refusal> {
    if door.world.party(e.party).is_ok() {
        return Err(Refusal::PartyTwice { party: e.party });
    }
    text("the party's name", e.name.as_deref(), 200)
}

pub(super) fn price_observed(door: &Door<'_>, e: &PriceObserved) -> Result<(), Refusal> {
    door.world.scale(e.commodity)?;
    door.world.scale(e.currency)?;
    if e.commodity == e.currency {
        return Err(Refusal::WrongKind { code: e.commodity, kind: "not priced in itself" });
    }
    door.price(Some(e.price))?;
    text("the source", Some(&e.source), 200)?;
    text("the market", Some(&e.market), 200)?;
    match e.supersedes {
        Some(number) => {
            let replaced = door.world.observation(number, e.commodity)?;
            let (_, currency) = replaced.feed.pair;
            if currency != e.currency {
                let (given, expected) = (e.currency, currency);
                return Err(Refusal::WrongCurrency {
                    what: "the price that replaces another",
                    given,
                    expected,
                });
            }
            match replaced.superseded_by {
                Some(by) => Err(Refusal::ObservationReplaced { number, by }),
                None => Ok(()),
            }
        }
        None => Ok(()),
    }
}

pub(super) fn evidence_attached(at: &Moment, e: &EvidenceAttached) -> Result<(), Refusal> {
    let known = (1..at.event.entry).contains(&e.entry);
    if known { Ok(()) } else { Err(Refusal::UnknownEntry { number: e.entry }) }
}

pub(super) fn fair_value_marked(door: &Door<'_>, at: &Moment, e: &FairValueMarked) -> Result<(), Refusal> {
    door.world.scale(e.commodity)?;
    let is_money = door.world.wallets().any(|wallet| wallet.currency == Some(e.commodity));
    let is_stablecoin = is_dollar(e.commodity) && e.commodity != door.functional;
    if !is_stablecoin && (is_money || e.commodity == door.functional) {
        return Err(Refusal::NotYetBuilt { what: format!("a mark of {}", e.commodity) });
    }
    door.price(e.price)?;
    match (e.price, e.from_observation) {
        (Some(_), Some(_)) => Err(Refusal::ExactlyOne { fields: "`price` and `from_observation`" }),
        (None, Some(number)) => {
            let observed = door.world.observation(number, e.commodity)?;
            if let Some(by) = observed.superseded_by.filter(|by| *by <= at.event.entry) {
                return Err(Refusal::ObservationReplaced { number, by });
            }
            if observed.at > at.instant {
                let (commodity, currency, effective) = (e.commodity, door.functional, at.effective);
                return Err(Refusal::PriceMissing { commodity, currency, effective });
            }
            let (given, expected) = (observed.feed.pair.1, door.functional);
            if given == expected {
                Ok(())
            } else {
                Err(Refusal::WrongCurrency { what: "the observed price", given, expected })
            }
        }
        (Some(_) | None, None) => Ok(()),
    }
}

pub(super) fn journal_recorded(door: &Door<'_>, at: &Moment, e: &JournalRecorded) -> Result<(), Refusal> {
    if let Some(on) = e.reverses_on {
        if on <= at.day {
            return Err(Refusal::MirroredTooEarly { on, day: at.day });
        }
        if let Some(line) = e.lines.iter().find(|line| line.wallet.is_some()) {
            let account = line.account;
            return Err(Refusal::ControlAccount { account, what: "money that goes back by itself" });
        }
    }
    e.book.map_or(Ok(()), |book| door.world.book(book).map(|_| ()))?;
    if e.lines.is_empty() {
        return Err(Refusal::Empty { what: "the lines of a journal" });
    }
    for line in &e.lines {
        let amount = one_side(line.debit, line.credit)?;
        door.money("a journal line's", amount)?;
        if amount.is_zero() {
            return Err(Refusal::NotPositive { what: "a journal line's amount", amount: amount.to_string() });
        }
        manual(door, line.account, "manual journal")?;
        match line.wallet {
            Some(wallet) => door.money_wallet(Place::Wallet(wallet), door.functional)?,
            None if line.account == CASH => return Err(Refusal::WalletNeeded { account: CASH }),
            None => {}
        }
        if line.wallet.is_some() && (line.account != CASH || e.book.is_some()) {
            let account = line.account;
            return Err(Refusal::ControlAccount { account, what: "money of a wallet here" });
        }
        line.facility.map_or(Ok(()), |facility| door.world.facility(facility).map(|_| ()))?;
        door.party(line.party)?;
    }
    Ok(())
}

fn one_side(debit: Option<Money>, credit: Option<Money>) -> Result<Money, Refusal> {
    match (debit, credit) {
        (Some(amount), None) | (None, Some(amount)) => Ok(amount),
        (None, None) | (Some(_), Some(_)) => Err(Refusal::ExactlyOne { fields: "`debit` and `credit`" }),
    }
}

/// An account that a person may post to.
pub(super) fn manual(door: &Door<'_>, account: Account, what: &'static str) -> Result<(), Refusal> {
    door.world.account(account)?;
    if chart::is_control_account(account) { Err(Refusal::ControlAccount { account, what }) } else { Ok(()) }
}

/// Once one book has its opening, every book has, before anything happens.
pub(super) fn all_opened(world: &World) -> Result<(), Refusal> {
    if world.has_facts() || world.openings().next().is_none() {
        return Ok(());
    }
    let opened = |book: BookId| world.openings().any(|(of, _)| of.is_none_or(|of| of == book));
    match world.books().find(|declared| !opened(declared.book)) {
        Some(missing) => Err(Refusal::OpeningMissing { book: missing.book }),
        None => Ok(()),
    }
}

/// An opening comes before every fact, wherever its own date would put it.
pub(super) fn no_facts_yet(world: &World, event: &Event) -> Result<(), Refusal> {
    let Event::OpeningRecorded(opening) = event else { return Ok(()) };
    match world.books().next() {
        Some(first) if world.has_facts() => {
            Err(Refusal::OpeningTooLate { book: opening.book.unwrap_or(first.book) })
        }
        Some(_) | None => Ok(()),
    }
}

pub(super) fn opening_recorded(door: &Door<'_>, at: &Moment, e: &OpeningRecorded) -> Result<(), Refusal> {
    let book = match e.book {
        Some(book) => door.world.book(book)?.book,
        None => door.world.books().next().map(|first| first.book).ok_or(Refusal::LedgerNotOpened {})?,
    };
    let opened_before =
        door.world.openings().any(|(of, _)| of.is_none() || e.book.is_none() || *of == e.book);
    if door.world.has_facts() {
        return Err(Refusal::OpeningTooLate { book });
    }
    if opened_before {
        return Err(Refusal::OpeningTwice { book });
    }
    for lot in &e.lots {
        door.units("a lot's units", lot.units, lot.commodity)?;
        door.money("a lot's cost", lot.cost)?;
        door.money("a lot's carrying amount", lot.carrying.unwrap_or_default())?;
        match lot.place {
            Place::Wallet(wallet) => door.coin_wallet(wallet, lot.commodity)?,
            Place::Facility(facility) => door.world.facility(facility).map(|_| ())?,
        }
        if lot.acquired > at.day {
            return Err(Refusal::OccurredLater { occurred: lot.acquired, effective: at.effective });
        }
    }
    e.balances.iter().try_for_each(|balance| opening_balance(door, balance))?;
    door.money("the equity not analysed", e.equity_not_analysed.unwrap_or_default().abs())?;
    let mut named = BTreeSet::new();
    for opening in &e.facilities {
        let facility = door.world.facility(opening.facility)?;
        if !named.insert(opening.facility) {
            return Err(Refusal::NamedTwice { what: format!("facility {}", opening.facility) });
        }
        if opening.accrued_through > at.day {
            return Err(Refusal::AccrualAhead { asked: opening.accrued_through, day: at.day });
        }
        let currency = facility.terms.currency;
        door.in_currency("the principal", Some(opening.principal), currency)?;
        door.in_currency("the accrued interest", Some(opening.accrued), currency)?;
        door.in_currency("the unamortised cost", opening.unamortised_cost, currency)?;
        door.amount_or_none("the principal", Some(opening.principal))?;
        door.amount_or_none("the accrued interest", Some(opening.accrued))?;
        door.amount_or_none("the unamortised cost", opening.unamortised_cost)?;
        let (left, asked) = (facility.terms.limit.amount, opening.principal.amount);
        if asked > left {
            return Err(Refusal::OverLimit { facility: opening.facility, left, currency, asked });
        }
    }
    opening_assets(door, at, &e.assets)?;
    agrees(door, book, e)
}

fn opening_balance(door: &Door<'_>, balance: &OpeningBalance) -> Result<(), Refusal> {
    let amount = one_side(balance.debit, balance.credit)?;
    door.money("an opening balance", amount)?;
    door.party(balance.party)?;
    let Some(wallet) = balance.wallet else {
        if balance.account == CASH {
            return Err(Refusal::WalletNeeded { account: CASH });
        }
        door.world.account(balance.account)?;
        return match chart::is_derived_at_opening(balance.account) {
            true => {
                Err(Refusal::ControlAccount { account: balance.account, what: "opening balance of its own" })
            }
            false => Ok(()),
        };
    };
    let (_, holds) = door.any_money(Place::Wallet(wallet))?;
    if balance.account != door.world.money_account(wallet)? {
        let account = balance.account;
        return Err(Refusal::ControlAccount { account, what: "money of this wallet" });
    }
    if balance.credit.is_some() {
        return Err(Refusal::Negative {
            what: "the money in a wallet",
            amount: amount.negated().to_string(),
        });
    }
    let is_functional = holds == door.functional;
    match (is_functional, balance.units) {
        (false, Some(units)) => door.units("the units of a wallet", units, holds),
        (true, None) => Ok(()),
        (false, None) => {
            Err(Refusal::FieldNeeded { field: "`units`", when: "for a wallet of another currency" })
        }
        (true, Some(given)) if given == Units::new(amount.decimal()) => Ok(()),
        (true, Some(_)) => Err(Refusal::FieldNeeded {
            field: "`units` equal to `debit`",
            when: "for a wallet of the ledger's currency",
        }),
    }
}

/// Further books open on the same world: same coins at the same places, same money, same debts.
fn agrees(door: &Door<'_>, book: BookId, e: &OpeningRecorded) -> Result<(), Refusal> {
    let Some((_, first)) = door.world.openings().next() else { return Ok(()) };
    let coins = |opening: &OpeningRecorded| {
        let mut all: BTreeMap<_, Units> = BTreeMap::new();
        for lot in &opening.lots {
            let sum = all.entry((lot.place, lot.commodity)).or_default();
            *sum = sum.plus(lot.units)?;
        }
        Ok::<_, Refusal>(all)
    };
    let money = |opening: &OpeningRecorded| {
        let mut all: BTreeMap<_, Units> = BTreeMap::new();
        for balance in &opening.balances {
            if let Some(wallet) = balance.wallet {
                let face = Units::new(balance.debit.unwrap_or_default().decimal());
                let sum = all.entry(wallet).or_default();
                *sum = sum.plus(balance.units.unwrap_or(face))?;
            }
        }
        Ok::<_, Refusal>(all)
    };
    if coins(first)? != coins(e)? {
        return Err(Refusal::OpeningsDisagree { book, what: "coins" });
    }
    if money(first)? != money(e)? {
        return Err(Refusal::OpeningsDisagree { book, what: "money" });
    }
    if first.assets != e.assets {
        return Err(Refusal::OpeningsDisagree { book, what: "equipment" });
    }
    if first.facilities != e.facilities {
        return Err(Refusal::OpeningsDisagree { book, what: "facilities" });
    }
    Ok(())
}
