//! Statements beside each other: none missing, none twice, each beginning with what the one before ended with.

use std::collections::BTreeMap;

use super::fault::{Code, StatementFault};
use super::{Footing, Statement};

/// What is wrong with the order of statements, of one file or of many. Only statements with both balances can be put
/// in order; reports of a day under way are no part of it.
pub(crate) fn check(statements: &[Statement]) -> Vec<StatementFault> {
    let mut accounts: BTreeMap<(&str, &str), Vec<&Statement>> = BTreeMap::new();
    for statement in statements.iter().filter(|statement| statement.footing != Footing::Untold) {
        accounts.entry((&statement.account, &statement.currency)).or_default().push(statement);
    }
    accounts.into_values().flat_map(in_order).collect()
}

/// The statement's number, if it is one that counts.
fn number(statement: &Statement) -> Option<u64> {
    statement.number.as_deref()?.parse().ok().filter(|number| *number > 0)
}

fn in_order(mut statements: Vec<&Statement>) -> Vec<StatementFault> {
    statements.sort_by_key(|statement| (statement.to, statement.from, number(statement), statement.page));
    let pairs = statements.iter().zip(statements.iter().skip(1));
    pairs.filter_map(|(before, after)| between(before, after)).collect()
}

fn between(before: &Statement, after: &Statement) -> Option<StatementFault> {
    let (first, second) = (before.name(), after.name());
    let found = |code, what| Some(StatementFault::new(code, what));
    if is_same(before, after) {
        return found(Code::Repeated, format!("{second} is there twice"));
    }
    if let Some(gap) = gap(before, after) {
        return found(Code::Missing, format!("between {first} and {second} {gap}"));
    }
    let (Some(closing), Some(opening)) = (before.closing, after.opening) else { return None };
    (closing.amount != opening.amount).then(|| {
        let what = format!("{second} opens with {}, {first} closed with {}", opening.amount, closing.amount);
        StatementFault::new(Code::NotContinued, what)
    })
}

/// Whether both are the same statement: in all that they say, or by number and page, unless one goes on in the other.
fn is_same(before: &Statement, after: &Statement) -> bool {
    let ids = |of: &Statement| of.lines.iter().map(|line| line.id.clone()).collect::<Vec<_>>();
    let same_place = before.number == after.number && before.page == after.page;
    let same_days = before.from == after.from && before.to == after.to;
    let same_balances = before.opening == after.opening && before.closing == after.closing;
    let numbered = number(before).is_some() && !before.goes_on;
    same_days && same_place && (numbered || (same_balances && ids(before) == ids(after)))
}

/// What is missing by the numbers. Numbers may begin anew with a year.
fn gap(before: &Statement, after: &Statement) -> Option<String> {
    let (earlier, later) = (number(before)?, number(after)?);
    if earlier == later {
        let (page, next) = (before.page?, after.page?);
        return (next > page.saturating_add(1)).then(|| pages(page + 1, next - 1));
    }
    if before.goes_on {
        return Some(format!("page {} is missing", before.page.unwrap_or(1).saturating_add(1)));
    }
    if later > earlier.saturating_add(1) {
        let (first, last) = (earlier + 1, later - 1);
        return Some(if first == last {
            format!("statement {first} is missing")
        } else {
            format!("statements {first} to {last} are missing")
        });
    }
    let first_page = after.page.filter(|page| *page > 1)?;
    Some(pages(1, first_page - 1))
}

fn pages(first: u32, last: u32) -> String {
    if first == last {
        format!("page {first} is missing")
    } else {
        format!("pages {first} to {last} are missing")
    }
}
