//! An explanation for spreadsheets: a record for each part of a figure, change of a lot, or posting of an entry. What
//! there may be several of stands in one field, divided by semicolons.

use std::io::{self, Write};

use ledger_core::explain::{LotMoved, LotTouched, Part, Supported};
use ledger_core::measure::PriceTaken;
use ledger_core::money::Money;

use super::Found;
use crate::diagnostic::Failure;
use crate::render::figures::fixed;

/// The fields that tell which entry it is and what supports it.
const ABOUT: [&str; 12] = [
    "number",
    "effective",
    "day",
    "recorded",
    "actor",
    "transaction",
    "memo",
    "journals",
    "lots",
    "prices",
    "evidence",
    "sha256",
];

/// Prints an explanation.
pub(super) fn print(out: &mut dyn Write, found: &Found, digits: u32) -> Result<(), Failure> {
    let mut records = ::csv::Writer::from_writer(out);
    let money = |amount: Money| fixed(amount.decimal(), digits);
    let mut write = |own: &[String], about: &[String]| records.write_record(own.iter().chain(about));
    let names: Vec<String> = ABOUT.iter().map(|name| (*name).to_owned()).collect();
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let written = match found {
        Found::Figure(explained) => write(&own(&["amount"]), &names).and_then(|()| {
            explained.parts.iter().try_for_each(|part| write(&[money(part.amount)], &about(part)))
        }),
        Found::Lot(explained) => write(&own(&["units", "cost", "carrying"]), &names).and_then(|()| {
            explained.moves.iter().try_for_each(|LotMoved { part, change, .. }| {
                let change = [change.units.to_string(), money(change.cost), money(change.carrying)];
                write(&change, &about(part))
            })
        }),
        Found::Entry(explained, _) => {
            let postings =
                explained.steps.iter().flat_map(|part| part.postings.iter().map(move |line| (part, line)));
            let mut postings = postings;
            write(&own(&["account", "name", "amount", "units", "commodity"]), &names).and_then(|()| {
                postings.try_for_each(|(part, line)| {
                    let commodity = line.target.commodity;
                    let own = [
                        line.target.account.to_string(),
                        line.name.clone(),
                        money(line.amount),
                        commodity.map(|_| line.units.to_string()).unwrap_or_default(),
                        commodity.map(|commodity| commodity.to_string()).unwrap_or_default(),
                    ];
                    write(&own, &about(part))
                })
            })
        }
    };
    written.map_err(io::Error::from)?;
    Ok(records.flush()?)
}

fn about(part: &Part) -> Vec<String> {
    let hash = |supported: &Supported| {
        supported.evidence.sha256.map_or_else(|| "-".to_owned(), |hash| hash.to_string())
    };
    vec![
        part.number.to_string(),
        part.effective.to_string(),
        part.day.to_string(),
        part.recorded.map(|at| at.to_string()).unwrap_or_default(),
        part.actor.to_string(),
        part.transaction.map(|name| name.to_string()).unwrap_or_default(),
        part.memo.clone().unwrap_or_default(),
        part.journals.join("; "),
        joined(&part.lots, lot),
        joined(&part.prices, price),
        joined(&part.evidence, |supported| supported.evidence.name.clone()),
        joined(&part.evidence, hash),
    ]
}

fn joined<T>(all: &[T], told: impl Fn(&T) -> String) -> String {
    all.iter().map(told).collect::<Vec<_>>().join("; ")
}

fn lot(touched: &LotTouched) -> String {
    let LotTouched { what, position, lot, units, .. } = touched;
    match lot {
        Some((name, _)) => format!("{name} {what} {} {units} {}", position.place, position.commodity),
        None => format!("all {what} {} {}", position.place, position.commodity),
    }
}

fn price(price: &PriceTaken) -> String {
    match price {
        PriceTaken::Observed(seen) => format!(
            "{} {} {} {} entry {}",
            seen.price,
            seen.feed.source.as_str(),
            seen.feed.market.as_str(),
            seen.at,
            seen.number
        ),
        PriceTaken::Stated(price) => format!("{price} stated"),
    }
}
