//! A file that comes again. What it says is recorded once. What a person said of it before stands, and whoever says something
//! else of it states it anew, in the place of what was said.

use ledger_core::event::StatementRecorded;
use ledger_core::event::books::Subject;
use ledger_core::time::Day;

use super::Order;
use super::statement::Given;
use crate::diagnostic::Failure;
use crate::io::Io;

/// Statements that are not recorded yet, each with the entry whose place it takes; those whose place is taken are known no more.
///
/// # Errors
/// `STATED_OTHERWISE` when something else was said of a file before and it is not to be stated anew.
pub(super) fn new(
    given: Vec<Given>,
    known: &mut Vec<(u64, StatementRecorded)>,
    account: &Subject,
    order: &Order,
    io: &mut Io,
) -> Result<Vec<Given>, Failure> {
    let events: Vec<StatementRecorded> = given.iter().map(|one| one.event(account)).collect();
    let mut new: Vec<Given> = Vec::new();
    for (mut one, event) in given.into_iter().zip(&events) {
        let is_known = known.iter().any(|(_, stated)| says_the_same(stated, event))
            || new.iter().any(|before| says_the_same(&before.event(account), event));
        let of_source = || {
            let is_said = |stated| events.iter().any(|given| says_the_same(stated, given));
            let is_file = |of: &StatementRecorded| of.chain.is_none() && of.source == event.source;
            known.iter().filter(move |(_, of)| event.chain.is_none() && is_file(of) && !is_said(of))
        };
        let of_document = || of_source().find(|(_, stated)| stated.document == event.document);
        let of_days = || of_source().find(|(_, stated)| days(stated) == days(event));
        match of_document().or_else(of_days).map(|(number, stated)| (*number, stated)) {
            Some((number, _)) if order.anew => {
                known.retain(|(of, stated)| *of != number || stated.source != event.source);
                one.replaces = Some(number);
                new.push(one);
            }
            _ if is_known => {}
            Some((number, stated)) if stated.document == event.document => {
                if order.besides.is_said() {
                    return Err(stated_otherwise(&one, number, stated));
                }
                io.note(format!("{} counts as entry {number} states it", one.name));
            }
            Some(_) | None => new.push(one),
        }
    }
    Ok(new)
}

/// Whether two say the same. A block has its place among others, a file says the same in whosever place it stands.
fn says_the_same(stated: &StatementRecorded, event: &StatementRecorded) -> bool {
    let replaces = if event.chain.is_some() { event.replaces } else { stated.replaces };
    stated.says_the_same_as(&StatementRecorded { replaces, ..event.clone() })
}

/// Which statement of a source it is.
fn days(of: &StatementRecorded) -> (Day, Day, Option<u64>) {
    (of.from, of.to, of.number)
}

fn stated_otherwise(given: &Given, number: u64, stated: &StatementRecorded) -> Failure {
    let StatementRecorded { from, to, closing, .. } = stated;
    let message = format!(
        "entry {number} states {} otherwise: {from} through {to}, with {closing:#} at the end",
        given.name
    );
    Failure::refused("STATED_OTHERWISE", message)
}
