//! An explanation for programs; `docs/json.md` has the form.

use std::io::Write;

use ledger_core::explain::{
    EntryExplained, Explained, Left, LotExplained, LotMoved, LotTouched, NamedLine, Part, Posting,
};
use ledger_core::measure::PriceTaken;
use ledger_core::money::Money;
use serde_json::{Value, json};

use super::Found;
use super::consent::Consent;
use crate::diagnostic::Failure;
use crate::render::figures::fixed;
use crate::render::{self, Look, Proof};

/// Prints an explanation.
pub(super) fn print(out: &mut dyn Write, found: &Found, proof: &Proof, look: &Look) -> Result<(), Failure> {
    let value = match found {
        Found::Figure(explained) => figure(explained, proof, look),
        Found::Lot(explained) => lot(explained, proof, look),
        Found::Entry(explained, consent) => entry(explained, consent.as_ref(), proof, look),
    };
    Ok(render::json::print(out, &value)?)
}

fn money(amount: Money, look: &Look) -> String {
    fixed(amount.decimal(), look.digits)
}

fn figure(explained: &Explained, proof: &Proof, look: &Look) -> Value {
    json!({
        "explain": "figure",
        "head": render::json::head(&explained.head, proof, look),
        "report": explained.report,
        "lines": explained.lines.iter().map(line).collect::<Vec<_>>(),
        "column": explained.column,
        "figure": money(explained.figure, look),
        "parts": explained.parts.iter().map(|of| part(of, look)).collect::<Vec<_>>(),
        "within": explained.within,
        "total": money(explained.total, look),
        "difference": money(explained.difference, look),
    })
}

fn line(line: &NamedLine) -> Value {
    json!({
        "id": line.id,
        "label": line.label,
        "account": line.account.map(|account| account.to_string()),
    })
}

/// A part as a value.
pub(crate) fn part(part: &Part, look: &Look) -> Value {
    json!({
        "number": part.number,
        "effective": part.effective.to_string(),
        "day": part.day.to_string(),
        "recorded": part.recorded.map(|at| at.to_string()),
        "actor": part.actor.to_string(),
        "transaction": part.transaction.map(|name| name.to_string()),
        "memo": part.memo,
        "journals": part.journals,
        "amount": money(part.amount, look),
        "postings": part.postings.iter().map(|line| posting(line, look)).collect::<Vec<_>>(),
        "lots": part.lots.iter().map(|lot| touched(lot, look)).collect::<Vec<_>>(),
        "prices": part.prices.iter().map(price).collect::<Vec<_>>(),
        "evidence": part.evidence.iter().map(|supported| json!({
            "name": supported.evidence.name,
            "sha256": supported.evidence.sha256.map(|hash| hash.to_string()),
            "uri": supported.evidence.uri,
            "entry": supported.by,
        })).collect::<Vec<_>>(),
    })
}

fn posting(line: &Posting, look: &Look) -> Value {
    let is_credit = line.amount.is_negative() || (line.amount.is_zero() && line.units.is_negative());
    json!({
        "side": if is_credit { "credit" } else { "debit" },
        "account": line.target.account.to_string(),
        "name": line.name,
        "amount": money(line.amount.abs(), look),
        "units": line.target.commodity.map(|_| line.units.to_string()),
        "commodity": line.target.commodity.map(|commodity| commodity.to_string()),
    })
}

fn touched(touched: &LotTouched, look: &Look) -> Value {
    let of_lot = touched.lot.is_some();
    json!({
        "what": touched.what,
        "lot": touched.lot.map(|(lot, _)| lot.to_string()),
        "acquired": touched.lot.map(|(_, acquired)| acquired.to_string()),
        "place": touched.position.place.to_string(),
        "account": touched.position.account.to_string(),
        "commodity": touched.position.commodity.to_string(),
        "units": of_lot.then(|| touched.units.to_string()),
        "cost": of_lot.then(|| money(touched.cost, look)),
        "carrying": money(touched.carrying, look),
    })
}

fn price(price: &PriceTaken) -> Value {
    match price {
        PriceTaken::Observed(seen) => json!({
            "price": seen.price.to_string(),
            "commodity": seen.feed.pair.0.to_string(),
            "currency": seen.feed.pair.1.to_string(),
            "source": seen.feed.source.as_str(),
            "market": seen.feed.market.as_str(),
            "at": seen.at.to_string(),
            "entry": seen.number,
        }),
        PriceTaken::Stated(price) => json!({
            "price": price.to_string(),
            "commodity": null,
            "currency": null,
            "source": null,
            "market": null,
            "at": null,
            "entry": null,
        }),
    }
}

fn left(left: &Left, look: &Look) -> Value {
    json!({
        "units": left.units.to_string(),
        "cost": money(left.cost, look),
        "carrying": money(left.carrying, look),
    })
}

fn lot(explained: &LotExplained, proof: &Proof, look: &Look) -> Value {
    let moved = |LotMoved { part: of, change, after }: &LotMoved| json!({"change": left(change, look), "after": left(after, look), "part": part(of, look)});
    let held = explained.held.iter().map(|(position, piece)| {
        json!({
            "place": position.place.to_string(),
            "account": position.account.to_string(),
            "commodity": position.commodity.to_string(),
            "units": piece.units.to_string(),
            "cost": money(piece.cost, look),
            "carrying": money(piece.carrying, look),
        })
    });
    json!({
        "explain": "lot",
        "head": render::json::head(&explained.head, proof, look),
        "lot": explained.lot.to_string(),
        "acquired": explained.acquired.map(|day| day.to_string()),
        "moves": explained.moves.iter().map(moved).collect::<Vec<_>>(),
        "held": held.collect::<Vec<_>>(),
        "left": left(&explained.left, look),
        "difference": left(&explained.difference, look),
    })
}

fn entry(explained: &EntryExplained, consent: Option<&Consent>, proof: &Proof, look: &Look) -> Value {
    let figures = explained.figures.iter().map(|of_report| {
        let lines = of_report
            .lines
            .iter()
            .map(|(of, amount)| json!({"id": of.id, "label": of.label, "amount": money(*amount, look)}));
        json!({"report": of_report.report, "lines": lines.collect::<Vec<_>>()})
    });
    json!({
        "explain": "entry",
        "head": render::json::head(&explained.head, proof, look),
        "events": explained.events,
        "steps": explained.steps.iter().map(|of| part(of, look)).collect::<Vec<_>>(),
        "reversed_by": explained.reversed_by,
        "approval": consent.map(Consent::to_json),
        "figures": figures.collect::<Vec<_>>(),
    })
}
