//! A step of a replay for programs. Names are never changed or taken away; amounts are strings with all their
//! digits, what is not there is `null`. The whole of it:
//!
//! ```json
//! {
//!   "replay": "Replay of …", "head": {…}, "before": {"us-gaap": {…}}, "after": {"us-gaap": {…}},
//!   "entries": [{
//!     "number": 14, "arrival": false, "told": ["2,225.50 BTC in facility antalpha are sold by the lender for …"],
//!     "id": "…", "effective": "2026-02-07", "actor": "…", "transaction": "…", "memo": "…",
//!     "evidence": ["…"],
//!     "events": [{"type": "coins_sold", "journals": [{
//!       "book": "tax", "title": "Coins sold",
//!       "lines": [{"side": "debit", "account": "1110", "name": "Stablecoins", "amount": "152500000.00",
//!                  "units": "152500000", "commodity": "USDT"}],
//!       "lots": [{"what": "leaves", "lot": "5.1", "acquired": "2024-12-31", "place": "facility antalpha",
//!                 "account": "1220", "commodity": "BTC", "units": "880.12", "cost": "…", "carrying": "…"}]
//!     }]}],
//!     "units": [{"place": "wallet usdt", "commodity": "USDT", "before": "0", "after": "152500000"}],
//!     "facilities": [{"facility": "antalpha", "before": {"principal": "…", "accrued": "…",
//!                     "ltv_percent": "108.87", "collateral": "…", "thresholds": [{"what":
//!                     "margin call", "at": "0.75", "exceeded": false, "fall_percent": "12.85", "beyond": "…",
//!                     "price": "66666.67"}], "stale_prices": ["BTC at the price of …"],
//!                     "bitcoin_collateral_only": true, "margin_called": false, "retired": null}, "after": {…}}],
//!     "moved": [{"book": "tax", "account": "1110", "name": "…", "before": "…", "change": "…", "after": "…"}],
//!     "balances": [{"book": "tax", "assets": "…", "liabilities": "…", "equity": "…"}],
//!     "tree": {"size": 14, "root": "64 hex digits"}
//!   }]
//! }
//! ```
//!
//! `head`, and the balance sheets under `before` and `after`, have the form of a report. `account` is `null` on
//! the line of income. Where coins arrive that an entry sent earlier, that entry stands again with `arrival`, and the only
//! event is an `arrival`.

use ledger_core::fold::Fold;
use ledger_core::ids::BookId;
use ledger_core::money::Money;
use ledger_store::Head;
use serde_json::{Value, json};

use super::loans::distances;
use super::parts::{LotTouched, events_of, lots};
use super::standing::Debt;
use super::told::told;
use super::walk::Step;
use crate::diagnostic::Failure;
use crate::render::figures::fixed;
use crate::render::journal::{is_credit, name};
use crate::render::{Look, hex};

/// A step as a value; without the head of a tree where nothing is recorded yet.
pub(crate) fn step(
    step: &Step<'_>,
    fold: &Fold,
    books: &[BookId],
    head: Option<&Head>,
    look: &Look,
) -> Result<Value, Failure> {
    let money = |amount: Money| fixed(amount.decimal(), look.digits);
    let entry = step.applied.entry;
    let mut moved = Vec::new();
    for book in books {
        for line in step.moved(*book, fold.world())? {
            moved.push(json!({
                "book": book.to_string(),
                "account": line.account.map(|account| account.to_string()),
                "name": line.name,
                "before": money(line.before),
                "change": money(line.after.minus(line.before)?),
                "after": money(line.after),
            }));
        }
    }
    let sums = books.iter().filter_map(|book| step.after.sums.get(book).map(|sums| (book, sums)));
    let balances = sums.map(|(book, sums)| {
        json!({
            "book": book.to_string(),
            "assets": money(sums.assets),
            "liabilities": money(sums.liabilities),
            "equity": money(sums.equity),
        })
    });
    let units = step.units_moved().into_iter().map(|moved| {
        json!({
            "place": moved.place.to_string(),
            "commodity": moved.commodity.to_string(),
            "before": moved.before.to_string(),
            "after": moved.after.to_string(),
        })
    });
    let mut facilities = Vec::new();
    for moved in step.debts_moved() {
        facilities.push(json!({
            "facility": moved.facility.to_string(),
            "before": moved.before.map(|before| debt(before, look)).transpose()?,
            "after": debt(moved.after, look)?,
        }));
    }
    Ok(json!({
        "number": step.applied.number,
        "arrival": step.is_arrival,
        "told": told(step, fold.world(), look),
        "id": entry.id.to_string(),
        "effective": entry.effective.to_string(),
        "actor": entry.actor.to_string(),
        "transaction": entry.transaction.map(|name| name.to_string()),
        "memo": entry.memo,
        "evidence": entry.evidence.iter().map(|evidence| evidence.name.clone()).collect::<Vec<_>>(),
        "events": events(step, fold, books, look),
        "units": units.collect::<Vec<_>>(),
        "facilities": facilities,
        "moved": moved,
        "balances": balances.collect::<Vec<_>>(),
        "tree": head.map(|head| json!({"size": head.size, "root": hex(&head.root)})),
    }))
}

fn events(step: &Step<'_>, fold: &Fold, books: &[BookId], look: &Look) -> Vec<Value> {
    let money = |amount: Money| fixed(amount.decimal(), look.digits);
    let journals = |index: usize| -> Vec<Value> {
        let posted =
            step.posted.iter().filter(|posted| posted.event == index && books.contains(&posted.book));
        posted
            .map(|posted| {
                let lines = posted.journal.lines().iter().map(|line| {
                    let account = line.target.account;
                    json!({
                        "side": if is_credit(line) { "credit" } else { "debit" },
                        "account": account.to_string(),
                        "name": name(fold.world(), account),
                        "amount": money(line.amount.abs()),
                        "units": line.target.commodity.map(|_| line.units.to_string()),
                        "commodity": line.target.commodity.map(|commodity| commodity.to_string()),
                    })
                });
                json!({
                    "book": posted.book.to_string(),
                    "title": posted.journal.title(),
                    "lines": lines.collect::<Vec<_>>(),
                    "lots": lots(posted).iter().map(|touched| lot(touched, look)).collect::<Vec<_>>(),
                })
            })
            .collect()
    };
    let events = events_of(step).into_iter();
    events.map(|(index, name)| json!({"type": name, "journals": journals(index)})).collect()
}

fn lot(touched: &LotTouched<'_>, look: &Look) -> Value {
    let money = |amount: Money| fixed(amount.decimal(), look.digits);
    json!({
        "what": touched.what,
        "lot": touched.piece.map(|piece| piece.key.birth.to_string()),
        "acquired": touched.piece.map(|piece| piece.key.acquired.to_string()),
        "place": touched.position.place.to_string(),
        "account": touched.position.account.to_string(),
        "commodity": touched.position.commodity.to_string(),
        "units": touched.piece.map(|piece| piece.units.to_string()),
        "cost": touched.piece.map(|piece| money(piece.cost)),
        "carrying": money(touched.carrying),
    })
}

fn debt(debt: &Debt, look: &Look) -> Result<Value, Failure> {
    let thresholds = distances(debt, look.digits)?.into_iter().map(|distance| {
        json!({
            "what": distance.what,
            "at": distance.at.to_string(),
            "exceeded": distance.is_exceeded,
            "fall_percent": fixed(distance.fall, 2),
            "beyond": fixed(distance.beyond, look.digits),
            "price": distance.price.map(|(_, price)| price.to_string()),
        })
    });
    Ok(json!({
        "principal": debt.facility.principal.to_string(),
        "accrued": debt.facility.accrued.to_string(),
        "ltv_percent": debt.ltv.map(|ltv| fixed(ltv, 2)),
        "collateral": debt.exact.map(|ltv| fixed(ltv.collateral, look.digits)),
        "thresholds": thresholds.collect::<Vec<_>>(),
        "stale_prices": debt.stale,
        "bitcoin_collateral_only": debt.is_bitcoin_only(),
        "margin_called": debt.facility.call.is_some(),
        "retired": debt.facility.retired.map(|day| day.to_string()),
    }))
}
