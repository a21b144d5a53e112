//! Money received, paid and converted; shares.

use super::books;
use super::door::{Door, refuse_absurd};
use crate::account::Account;
use crate::chart;
use crate::event::treasury::CashCategory;
use crate::event::{
    CashPaid, CashReceived, CurrencyConverted, SharesIssued, SharesRepurchased, TranslationRecorded,
};
use crate::ids::Place;
use crate::money::{Amount, Money, Price, Units};
use crate::refusal::Refusal;
use crate::world::amount_of;

pub(super) fn currency_converted(door: &Door<'_>, e: &CurrencyConverted) -> Result<(), Refusal> {
    door.amount("what was given", e.given)?;
    door.amount("what was got", e.got)?;
    door.amount_or_none("the fee", e.fee)?;
    door.money_wallet(e.from, e.given.currency)?;
    door.money_wallet(e.to, e.got.currency)?;
    door.in_currency("the fee", e.fee, e.given.currency)?;
    if e.from == e.to {
        return Err(Refusal::WrongPlace { place: e.to, part: "both ends of a conversion" });
    }
    Ok(())
}

pub(super) fn cash_received(door: &Door<'_>, e: &CashReceived) -> Result<(), Refusal> {
    door.amount("the money received", e.amount)?;
    door.money_wallet(Place::Wallet(e.wallet), e.amount.currency)?;
    door.party(e.party)?;
    category_or_account(door, e.category.is_some(), e.account)
}

pub(super) fn cash_paid(door: &Door<'_>, e: &CashPaid) -> Result<(), Refusal> {
    door.amount("the money paid", e.amount)?;
    if let Some(CashCategory::Supplier | CashCategory::Accrued) = e.category {
        door.dollars("a payable", e.amount.currency)?;
    }
    door.money_wallet(Place::Wallet(e.wallet), e.amount.currency)?;
    door.party(e.party)?;
    category_or_account(door, e.category.is_some(), e.account)
}

/// A category names the account by itself; an account named by a person takes no control account.
pub(super) fn category_or_account(
    door: &Door<'_>,
    has_category: bool,
    account: Option<Account>,
) -> Result<(), Refusal> {
    match (has_category, account) {
        (true, None) => Ok(()),
        (false, Some(account)) => {
            door.world.account(account)?;
            if chart::is_control_account(account) || account == chart::CASH {
                return Err(Refusal::ControlAccount { account, what: "money against it" });
            }
            Ok(())
        }
        (false, None) | (true, Some(_)) => Err(Refusal::ExactlyOne { fields: "`category` and `account`" }),
    }
}

pub(super) fn shares_issued(door: &Door<'_>, e: &SharesIssued) -> Result<(), Refusal> {
    door.party(e.party)?;
    own_money(door, &[("the proceeds", e.proceeds), ("par", e.par), ("the costs", e.costs)])?;
    door.money_wallet(e.to, door.functional)?;
    let proceeds = shares(door, e.shares, e.price, e.proceeds)?;
    let deductions = amount_of(e.par).plus(amount_of(e.costs))?;
    if deductions > Units::new(proceeds.decimal()) {
        Err(Refusal::ProceedsExceeded { proceeds })
    } else {
        Ok(())
    }
}

pub(super) fn shares_repurchased(door: &Door<'_>, e: &SharesRepurchased) -> Result<(), Refusal> {
    door.party(e.party)?;
    own_money(door, &[("what was paid", e.paid), ("the fee", e.fee)])?;
    door.money_wallet(e.from, door.functional)?;
    shares(door, e.shares, e.price, e.paid).map(|_| ())
}

/// Amounts of the functional currency that may be left out.
fn own_money(door: &Door<'_>, amounts: &[(&'static str, Option<Amount>)]) -> Result<(), Refusal> {
    for (what, amount) in amounts {
        door.amount_or_none(what, *amount)?;
        door.in_currency(what, *amount, door.functional)?;
    }
    Ok(())
}

/// What was given for shares. Published prices are rounded, so the product may miss what is stated by up to one
/// share's price.
fn shares(door: &Door<'_>, shares: Units, price: Price, stated: Option<Amount>) -> Result<Money, Refusal> {
    if !shares.is_positive() {
        return Err(Refusal::NotPositive { what: "the number of shares", amount: format!("{shares:#}") });
    }
    refuse_absurd(shares.decimal())?;
    door.price(Some(price))?;
    let given = door.world.price_of_shares(shares, price, stated)?;
    let computed = door.world.price_of_shares(shares, price, None)?;
    if computed.minus(given)?.abs() > Money::new(price.decimal()) {
        return Err(Refusal::ProceedsDiffer { computed, stated: given });
    }
    Ok(given)
}

pub(super) fn translation_recorded(door: &Door<'_>, e: &TranslationRecorded) -> Result<(), Refusal> {
    door.world.book(e.book)?;
    door.in_currency("the difference", Some(e.amount), door.functional)?;
    let size = e.amount.amount.abs();
    door.units("the size of the difference", size, e.amount.currency)?;
    if let Some(coin) = e.commodity {
        door.world.scale(coin)?;
        return match chart::is_owned_coins(e.account) {
            true => Ok(()),
            false => Err(Refusal::ControlAccount {
                account: e.account,
                what: "difference of translation of coins",
            }),
        };
    }
    let what = "difference of translation against it";
    books::manual(door, e.account, what)?;
    if e.account == chart::CASH || e.account == chart::OTHER_COMPREHENSIVE {
        return Err(Refusal::ControlAccount { account: e.account, what });
    }
    Ok(())
}
