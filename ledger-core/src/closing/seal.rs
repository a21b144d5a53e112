//! The seal of a closed period: the SHA-256 of a canonical text that says what a book held at the end of its last day.
//! The text is a format like the log's: docs/seals.md describes it for whoever recomputes it without this program, and
//! it never changes but under another first line.

use sha2::{Digest, Sha256};

use crate::book::Book;
use crate::event::books::Seal;
use crate::exact::Overflow;
use crate::fold::Fold;
use crate::ids::{BookId, LotId};
use crate::lots::{Position, Site};
use crate::money::{Money, Units};
use crate::posting::Target;
use crate::refusal::Refusal;
use crate::time::Day;
use crate::world::Facility;

/// The seal of a book at the end of a day, from world and books as they stand there.
///
/// # Errors
/// Refused when the ledger has no such book, or a sum does not fit.
pub fn seal(fold: &Fold, book: BookId, through: Day) -> Result<Seal, Refusal> {
    let rules = fold.world().book(book)?.policy_on(through).rules;
    let text = sealed_text(fold, book, through)?;
    Ok(Seal { book, hash: crate::evidence::Sha256Hex::of(Sha256::digest(text).into()), rules })
}

/// The text that is sealed: a head, then every line in the order of its bytes.
///
/// # Errors
/// As for [`seal`].
pub fn sealed_text(fold: &Fold, book: BookId, through: Day) -> Result<String, Refusal> {
    let world = fold.world();
    let rules = world.book(book)?.policy_on(through).rules;
    let entity = serde_json::Value::from(world.settings()?.entity.as_str());
    let mut text =
        format!("treasury seal 1\nentity {entity}\nbook {book}\nthrough {through}\nrules {rules}\n");
    let held = fold.book(book)?;
    let mut lines: Vec<String> = held
        .balances()
        .filter(|(_, balance)| !balance.amount.is_zero() || !balance.units.is_zero())
        .map(|(target, balance)| balance_line(target, balance.amount, balance.units))
        .collect();
    for (position, _) in held.lots().positions() {
        lines.extend(lot_lines(held, position)?);
    }
    lines.extend(world.facilities().filter(|facility| facility.retired.is_none()).map(facility_line));
    lines.sort_unstable();
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}

/// Words after each other, those that are not there left out.
fn words(kind: &str, words: &[(&str, Option<String>)]) -> String {
    let mut line = kind.to_owned();
    for (name, value) in words {
        if let Some(value) = value {
            line.push_str(&format!(" {name}={value}"));
        }
    }
    line
}

fn balance_line(target: &Target, amount: Money, units: Units) -> String {
    let about = &target.about;
    words(
        &format!("balance {}", target.account),
        &[
            ("asset", about.asset.map(|name| name.to_string())),
            ("commitment", about.commitment.map(|name| name.to_string())),
            ("commodity", target.commodity.map(|code| code.to_string())),
            ("facility", about.facility.map(|name| name.to_string())),
            ("party", about.party.map(|name| name.to_string())),
            ("project", about.project.map(|name| name.to_string())),
            ("segment", about.segment.map(|name| name.to_string())),
            ("wallet", about.wallet.map(|name| name.to_string())),
            ("amount", Some(amount.to_string())),
            ("units", (!units.is_zero()).then(|| units.to_string())),
        ],
    )
}

/// The lots of a position, parts of one lot together however they came.
fn lot_lines(book: &Book, position: &Position) -> Result<Vec<String>, Overflow> {
    let mut lots: Vec<(Day, LotId, Units, Money)> = Vec::new();
    for (key, lot) in book.lots().of(position) {
        match lots.iter_mut().find(|(_, birth, _, _)| *birth == key.birth) {
            Some((_, _, units, cost)) => {
                (*units, *cost) = (units.plus(lot.units)?, cost.plus(lot.cost)?);
            }
            None => lots.push((key.acquired, key.birth, lot.units, lot.cost)),
        }
    }
    let (kind, place) = match position.place {
        Site::Wallet(wallet) => ("wallet", Some(wallet.to_string())),
        Site::Facility(facility) => ("facility", Some(facility.to_string())),
        Site::Entity => ("wallet", None),
    };
    let line = |(acquired, birth, units, cost): (Day, LotId, Units, Money)| {
        words(
            &format!("lot {birth}"),
            &[
                ("commodity", Some(position.commodity.to_string())),
                ("account", Some(position.account.to_string())),
                (kind, place.clone()),
                ("acquired", Some(acquired.to_string())),
                ("units", Some(units.to_string())),
                ("cost", Some(cost.to_string())),
            ],
        )
    };
    Ok(lots.into_iter().map(line).collect())
}

fn facility_line(facility: &Facility) -> String {
    words(
        &format!("facility {}", facility.terms.facility),
        &[
            ("currency", Some(facility.terms.currency.to_string())),
            ("principal", Some(facility.principal.to_string())),
            ("accrued", Some(facility.accrued.to_string())),
            ("accrued-through", facility.accrued_through.map(|day| day.to_string())),
            ("undrawn", Some(facility.undrawn.to_string())),
        ],
    )
}
