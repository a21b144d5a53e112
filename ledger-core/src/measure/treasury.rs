//! Coins bought, sold and moved; money received, paid and converted.

use smallvec::smallvec;

use super::coins::{Leaving, designated, target};
use super::money::cash_account;
use super::{Context, marks};
use crate::chart::{BITCOIN, BITCOIN_STRATEGIC};
use crate::event::books::Designation;
use crate::event::treasury::CashCategory;
use crate::event::{
    CashPaid, CashReceived, CoinsBought, CoinsDesignated, CoinsMoved, CoinsSold, CurrencyConverted,
    TranslationRecorded,
};
use crate::ids::Place;
use crate::lots::{LotChange, Position};
use crate::measured::Measured;
use crate::money::{Money, Units};
use crate::policy::{LotMethod, PurchaseFee, SaleFee};
use crate::posting::Leg;
use crate::refusal::Refusal;
use crate::world::{Transit, amount_of};

pub(super) fn coins_bought(cx: &Context<'_>, e: &CoinsBought, m: &mut Measured) -> Result<(), Refusal> {
    let paid = cx.value_of(e.paid.amount, e.paid.currency)?;
    let fee = cx.value_of_optional(e.fee)?;
    let (cost, fee_expense) = match cx.policy.purchase_fee {
        PurchaseFee::Capitalise => (paid.plus(fee)?, Money::ZERO),
        PurchaseFee::Expense => (paid, fee),
    };
    let out = cx.money_out(e.from, e.paid.amount.plus(amount_of(e.fee))?)?;
    let position = cx.arrival(e.to, e.commodity)?;
    let leg = Leg { target: target(&position), units: e.units, carrying: cost, fair_value: cost };
    m.coins_in.push(leg);
    m.money_out.push(out);
    m.given_up = out.carrying;
    m.settled = paid.plus(fee)?;
    m.fee = fee_expense;
    m.lots.push(LotChange::Arrive(position, smallvec![cx.born(e.units, cost, paid)]));
    Ok(())
}

pub(super) fn coins_sold(cx: &Context<'_>, e: &CoinsSold, m: &mut Measured) -> Result<(), Refusal> {
    let gross = cx.value_of(e.proceeds.amount, e.proceeds.currency)?;
    let fee = cx.value_of_optional(e.fee)?;
    let received = cx.money_in(e.to, e.proceeds.amount.minus(amount_of(e.fee))?)?;
    // The fee is what the net receipt leaves of the gross, so that rounding a price twice cannot part them.
    let fee = if received.target.commodity.is_some() { gross.minus(received.carrying)? } else { fee };
    (m.proceeds, m.fee) = match cx.policy.sale_fee {
        SaleFee::Expense => (gross, fee),
        SaleFee::ReducesProceeds => (gross.minus(fee)?, Money::ZERO),
    };
    m.money_in.push(received);
    cx.dispose(e.from, e.commodity, e.units, &e.lots, gross, m)
}

pub(super) fn coins_moved(cx: &Context<'_>, e: &CoinsMoved, m: &mut Measured) -> Result<(), Refusal> {
    let fee_units = e.network_fee_units.unwrap_or_default();
    let to = match e.arrives {
        Some(_later) => cx.transit(e.to, e.commodity),
        None => cx.arrival(e.to, e.commodity)?,
    };
    // Between wallets of one pool nothing moves but what the network takes.
    let moves = if cx.arrival(e.from, e.commodity)? == to { Units::ZERO } else { e.units };
    if moves.plus(fee_units)?.is_zero() {
        return Ok(());
    }
    let leaving = cx.leave(e.from, e.commodity, moves.plus(fee_units)?, &e.lots)?;
    m.lots.extend(leaving.changes());
    leaving.legs(cx, Money::ZERO, &mut m.coins_out)?;
    let (moved, taken) = leaving.split_at(cx, moves)?;
    if !moves.is_zero() {
        let (arrival, arriving) = arrive(to, &moved)?;
        m.coins_in.push(arrival);
        m.lots.push(arriving);
    }
    m.fee = if fee_units.is_zero() { Money::ZERO } else { cx.worth(fee_units, e.commodity, e.price)? };
    m.fee_carrying = taken.carrying()?;
    Ok(())
}

/// What was on its way arrives, with date, cost and carrying amount.
pub(super) fn coins_arrived(cx: &Context<'_>, transit: &Transit, m: &mut Measured) -> Result<(), Refusal> {
    let leaving = cx.leave_transit(transit)?;
    let (arrival, arriving) = arrive(cx.arrival(transit.to, transit.commodity)?, &leaving)?;
    m.coins_in.push(arrival);
    leaving.legs(cx, Money::ZERO, &mut m.coins_out)?;
    m.lots.extend(leaving.changes());
    m.lots.push(arriving);
    Ok(())
}

pub(super) fn coins_designated(
    cx: &Context<'_>,
    e: &CoinsDesignated,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let place = Place::Wallet(e.wallet);
    let from = match e.to {
        Designation::Operating => BITCOIN_STRATEGIC,
        Designation::Strategic => BITCOIN,
    };
    let mut oldest = *cx;
    // A person designates coins, not lots: under any method the oldest go first.
    if oldest.policy.lots != LotMethod::Average {
        oldest.policy.lots = LotMethod::Fifo;
    }
    let leaving = oldest.leave_accounts(&[from], place, e.commodity, e.units, &[])?;
    let to = Position { commodity: e.commodity, account: designated(Some(e.to)), place: cx.site(place) };
    let (arrival, arriving) = arrive(to, &leaving)?;
    m.coins_in.push(arrival);
    leaving.legs(cx, Money::ZERO, &mut m.coins_out)?;
    m.lots.extend(leaving.changes());
    m.lots.push(arriving);
    Ok(())
}

/// Coins arrive at another position as they left: with date, cost and carrying amount.
pub(super) fn arrive(to: Position, leaving: &Leaving) -> Result<(Leg, LotChange), Refusal> {
    let (units, carrying) = (leaving.units()?, leaving.carrying()?);
    let leg = Leg { target: target(&to), units, carrying, fair_value: carrying };
    Ok((leg, LotChange::Arrive(to, leaving.pieces().copied().collect())))
}

pub(super) fn currency_converted(
    cx: &Context<'_>,
    e: &CurrencyConverted,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let got = cx.money_in(e.to, e.got.amount)?;
    let out = cx.money_out(e.from, e.given.amount.plus(amount_of(e.fee))?)?;
    m.fee = cx.value_of_optional(e.fee)?;
    m.money_in.push(got);
    m.money_out.push(out);
    m.given_up = out.carrying;
    m.settled = got.carrying.plus(m.fee)?;
    Ok(())
}

pub(super) fn cash_received(cx: &Context<'_>, e: &CashReceived, m: &mut Measured) -> Result<(), Refusal> {
    let received = cx.money_in(Place::Wallet(e.wallet), e.amount.amount)?;
    let category = e.category.map(|category| cash_account(category, true));
    m.against = e.account.or(category).ok_or(Refusal::ExactlyOne { fields: "`category` and `account`" })?;
    m.money_in.push(received);
    m.proceeds = received.carrying;
    Ok(())
}

pub(super) fn cash_paid(cx: &Context<'_>, e: &CashPaid, m: &mut Measured) -> Result<(), Refusal> {
    let category = e.category.map(|category| cash_account(category, false));
    m.against = e.account.or(category).ok_or(Refusal::ExactlyOne { fields: "`category` and `account`" })?;
    let settled = match e.category {
        Some(CashCategory::Supplier | CashCategory::Accrued) => cx.at_par(e.amount.amount)?,
        Some(
            CashCategory::Equity
            | CashCategory::Tax
            | CashCategory::Customer
            | CashCategory::Prepaid
            | CashCategory::Prepayment
            | CashCategory::Deposit
            | CashCategory::Other,
        )
        | None => cx.value_of(e.amount.amount, e.amount.currency)?,
    };
    cx.pay(Place::Wallet(e.wallet), e.amount.amount, settled, m)
}

pub(super) fn translation_recorded(
    cx: &Context<'_>,
    e: &TranslationRecorded,
    m: &mut Measured,
) -> Result<(), Refusal> {
    if e.book != cx.book.name() {
        return Ok(());
    }
    let difference = cx.value_of(e.amount.amount, e.amount.currency)?;
    if let Some(coin) = e.commodity {
        return marks::coins_translated(cx, e.account, coin, difference, m);
    }
    m.against = e.account;
    m.settled = difference;
    Ok(())
}

impl Context<'_> {
    /// A payment out of a wallet that settles something of a given value.
    pub(super) fn pay(
        &self,
        from: Place,
        units: Units,
        settled: Money,
        m: &mut Measured,
    ) -> Result<(), Refusal> {
        let out = self.money_out(from, units)?;
        m.money_out.push(out);
        m.given_up = out.carrying;
        m.settled = settled;
        Ok(())
    }
}
