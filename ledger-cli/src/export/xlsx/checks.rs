//! What must agree between the sheets of a workbook, each as two formulas and their difference.

use ledger_core::money::Money;
use ledger_core::sheet::{Cell, RowKind};
use rust_decimal::Decimal;
use rust_xlsxwriter::{Formula, RowNum, Worksheet};

use super::Part;
use crate::diagnostic::Failure;
use crate::render::workbook::{Shade, Workbook, figure, number, words};
use crate::render::{Look, Proof};

/// Two figures that must be the same.
struct Check {
    /// What is compared.
    says: String,
    /// Both, as formulas.
    left: String,
    right: String,
    /// What both come to in our own arithmetic.
    values: (Decimal, Decimal),
}

/// A figure with the formula that leads to it.
type Figure = (String, Decimal);

/// Adds the sheet of checks.
pub(super) fn add(
    workbook: &mut Workbook,
    parts: &[Part],
    proof: &Proof,
    look: &Look,
) -> Result<(), Failure> {
    let checks = checks(parts);
    let to = workbook.add_plain("Checks")?;
    to.write_with_format(0, 0, "Checks", &words(Shade::Title))?;
    let about = "Each difference is worked out by this workbook from its own sheets, and must be nothing.";
    to.write(1, 0, about)?;
    let known = format!("as known at entry {} of {}", proof.known, proof.entries);
    to.write_with_format(2, 0, known, &words(Shade::Grey))?;
    to.write_with_format(3, 0, format!("root {}", proof.root), &words(Shade::Grey))?;
    to.write_with_format(5, 0, "Check", &words(Shade::Head))?;
    for (column, label) in (1..).zip(["One side", "The other", "Difference"]) {
        to.write_with_format(5, column, label, &words(Shade::HeadOfFigures))?;
    }
    to.write_with_format(5, 4, "Verdict", &words(Shade::Head))?;
    for (row, check) in (6..).zip(&checks) {
        line(to, row, check, look)?;
    }
    to.set_column_width(0, 64)?;
    for column in 1..=3 {
        to.set_column_width(column, 22)?;
    }
    to.set_freeze_panes(6, 0)?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

fn line(to: &mut Worksheet, row: RowNum, check: &Check, look: &Look) -> Result<(), Failure> {
    let (left, right) = check.values;
    let difference = left - right;
    let format = figure(RowKind::Line, &Cell::Money(Money::ZERO), look);
    let at = row + 1;
    let digits = look.digits;
    let formulas = [
        (1, format!("={}", check.left), left),
        (2, format!("={}", check.right), right),
        (3, format!("=ROUND(B{at}-C{at},{digits})"), difference),
    ];
    to.write(row, 0, &*check.says)?;
    for (column, formula, value) in formulas {
        let formula = Formula::new(formula).set_result(value.normalize().to_string());
        to.write_with_format(row, column, formula, &format)?;
    }
    let verdict = if difference.is_zero() { "ok" } else { "DIFFERS" };
    let formula = Formula::new(format!("=IF(D{at}=0,\"ok\",\"DIFFERS\")")).set_result(verdict);
    to.write_with_format(row, 4, formula, &words(Shade::Bold))?;
    Ok(())
}

fn checks(parts: &[Part]) -> Vec<Check> {
    let part = |name: &str| parts.iter().find(|part| part.sheet.report == name);
    let mut checks = Vec::new();
    if let Some(sheet) = part("balance-sheet") {
        let ends =
            (sheet.named("total-assets", "amount"), sheet.named("total-liabilities-and-equity", "amount"));
        push(&mut checks, "Balance sheet: assets are liabilities and equity", ends.0, ends.1);
    }
    if let Some(accounts) = part("trial-balance") {
        let total = |key: &str| accounts.named("total", key);
        push(&mut checks, "Trial balance: debits are credits", total("debits"), total("credits"));
        push(&mut checks, "Trial balance: opening balances come to nothing", total("opening"), nothing());
        push(&mut checks, "Trial balance: closing balances come to nothing", total("closing"), nothing());
        if let Some(journal) = part("journal") {
            let last = |key: &str| journal.last(key);
            push(&mut checks, "Journal: debits are credits", last("debit"), last("credit"));
            push(&mut checks, "Journal and trial balance: debits", last("debit"), total("debits"));
            push(&mut checks, "Journal and trial balance: credits", last("credit"), total("credits"));
            each_account(&mut checks, accounts, journal);
        }
        if let Some(lots) = part("lots") {
            of_lots(&mut checks, lots, accounts);
        }
    }
    checks
}

fn nothing() -> Option<Figure> {
    Some(("0".to_owned(), Decimal::ZERO))
}

fn push(checks: &mut Vec<Check>, says: impl Into<String>, left: Option<Figure>, right: Option<Figure>) {
    if let (Some((left, one)), Some((right, other))) = (left, right) {
        checks.push(Check { says: says.into(), left, right, values: (one, other) });
    }
}

/// Every account's turnover in the trial balance is that of its lines in the journal.
fn each_account(checks: &mut Vec<Check>, accounts: &Part, journal: &Part) {
    let (lines, ends) = (journal.sheet.rows.len().saturating_sub(1), accounts.sheet.rows.len());
    for (at, row) in accounts.sheet.rows.iter().enumerate().take(ends.saturating_sub(1)) {
        let Some(Cell::Code(account)) = row.cells.get(1) else { continue };
        for (key, of_journal, word) in [("debits", "debit", "debits"), ("credits", "credit", "credits")] {
            let posted = journal.sheet.rows.iter().filter(|line| line.cells.get(1) == row.cells.get(1));
            let column = journal.sheet.columns.iter().position(|column| column.key == of_journal);
            let amounts = posted.filter_map(|line| number(line.cells.get(column?)?));
            let sum = amounts.fold(Decimal::ZERO, |sum, amount| sum + amount);
            let ranges =
                journal.placed.down_to(lines, "account").zip(journal.placed.down_to(lines, of_journal));
            let left =
                ranges.map(|(codes, amounts)| (format!("SUMIF({codes},\"{account}\",{amounts})"), sum));
            let says = format!("Account {account}: {word} of the journal and of the trial balance");
            push(checks, says, left, accounts.at(at, key));
        }
    }
}

/// The lots of an account carry what the account says.
fn of_lots(checks: &mut Vec<Check>, lots: &Part, accounts: &Part) {
    for (at, row) in accounts.sheet.rows.iter().enumerate() {
        let Some(Cell::Code(account)) = row.cells.get(1) else { continue };
        // The heading over the lots of a position begins with its account.
        let mut of_account = false;
        let mut sum: Option<Figure> = None;
        for (place, lot) in lots.sheet.rows.iter().enumerate() {
            if let (RowKind::Heading, Some(Cell::Text(heading))) = (lot.kind, lot.cells.first()) {
                of_account = heading.split(' ').next() == Some(account.as_str());
            }
            if lot.kind == RowKind::Subtotal && of_account {
                let Some((formula, amount)) = lots.at(place, "carrying") else { continue };
                sum = Some(match sum {
                    None => (formula, amount),
                    Some((before, earlier)) => (format!("{before}+{formula}"), earlier + amount),
                });
            }
        }
        push(
            checks,
            format!("Account {account}: its lots and the trial balance"),
            sum,
            accounts.at(at, "closing"),
        );
    }
}

impl Part {
    /// A figure by its row and its column.
    fn at(&self, row: usize, key: &str) -> Option<Figure> {
        let column = self.sheet.columns.iter().position(|column| column.key == key)?;
        let amount = number(self.sheet.rows.get(row)?.cells.get(column)?)?;
        Some((self.placed.cell(row, key)?, amount))
    }

    /// A figure by the name of its row.
    fn named(&self, id: &str, key: &str) -> Option<Figure> {
        let row = self.sheet.rows.iter().position(|row| row.id.as_deref() == Some(id))?;
        self.at(row, key)
    }

    /// A figure of the last row.
    fn last(&self, key: &str) -> Option<Figure> {
        self.at(self.sheet.rows.len().checked_sub(1)?, key)
    }
}
