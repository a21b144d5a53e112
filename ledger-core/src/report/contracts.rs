//! Contracts for power and computing: their term, what must still be paid for in any case, and what was billed and
//! delivered. Obligations are those of ASC 440-10-50, backlog that of ASC 606-10-50-13.

use super::{NoReport, Request};
use crate::event::contract::Span;
use crate::ids::{ContractId, PartyId};
use crate::money::{Money, Units};
use crate::sheet::{Cell, Head, Row, RowKind, Sheet, columns};

const COLUMNS: usize = 8;

/// A contract as both kinds are printed.
struct Line {
    contract: ContractId,
    party: PartyId,
    term: Span,
    fixed: Money,
    done: Money,
    quantity: Units,
    outstanding: Money,
}

pub(super) fn contracts(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let fold = request.fold()?;
    let world = fold.world();
    let power = world.power_contracts().map(|contract| Line {
        contract: contract.signed.contract,
        party: contract.signed.counterparty,
        term: contract.signed.term.clone(),
        fixed: contract.fixed,
        done: contract.billed,
        quantity: contract.mwh,
        outstanding: contract.outstanding,
    });
    let computing = world.compute_contracts().map(|contract| Line {
        contract: contract.signed.contract,
        party: contract.signed.customer,
        term: contract.signed.term.clone(),
        fixed: contract.fixed,
        done: contract.delivered,
        quantity: contract.gpu_hours,
        outstanding: contract.outstanding,
    });
    let mut rows = Vec::new();
    section("Power: what must be paid for in any case", "Obligations", power, &mut rows)?;
    section("Computing: what customers owe in any case", "Backlog", computing, &mut rows)?;
    Ok(Sheet {
        report: "contracts",
        title: "Contracts for power and computing".to_owned(),
        head: Head { book: None, ..request.head(&fold)? },
        columns: columns(&[
            ("contract", "Contract"),
            ("party", "With"),
            ("from", "From"),
            ("to", "To"),
            ("fixed", "Fixed when signed"),
            ("done", "Billed or delivered"),
            ("quantity", "MWh or GPU hours"),
            ("outstanding", "Outstanding"),
        ]),
        rows,
        notes: vec![
            "What was billed or delivered is net of credits and includes what was not fixed.".to_owned(),
        ],
    })
}

fn section(
    heading: &str,
    total: &str,
    lines: impl Iterator<Item = Line>,
    rows: &mut Vec<Row>,
) -> Result<(), NoReport> {
    let mut outstanding = Money::ZERO;
    let before = rows.len();
    rows.push(Row::heading(heading, COLUMNS));
    for line in lines {
        outstanding = outstanding.plus(line.outstanding)?;
        rows.push(Row::line(vec![
            Cell::text(line.contract),
            Cell::text(line.party),
            Cell::Day(line.term.from),
            Cell::Day(line.term.to),
            Cell::Money(line.fixed),
            Cell::Money(line.done),
            Cell::Units(line.quantity, 2),
            Cell::Money(line.outstanding),
        ]));
    }
    if rows.len() == before + 1 {
        rows.truncate(before);
        return Ok(());
    }
    let mut cells = vec![Cell::text(total)];
    cells.resize(COLUMNS - 1, Cell::Empty);
    cells.push(Cell::Money(outstanding));
    rows.push(Row::new(RowKind::Subtotal, cells));
    Ok(())
}
