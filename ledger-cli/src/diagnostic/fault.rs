//! What is wrong with a line of JSON, as a refusal: the code, the path, the event, the nearest name there is.

use ledger_core::event::{NAMES, NOT_YET_BUILT};
use ledger_core::strict_json::{Fault, FaultKind};
use serde_json::Value;

use super::Failure;

/// How many letters may differ for a name to be offered instead.
const LETTERS_MAX: usize = 4;

/// The refusal of a line; `line` is its text.
pub(crate) fn refused(fault: &Fault, line: &str, place: &str) -> Failure {
    let not_built = |name: &str| NOT_YET_BUILT.contains(&name);
    let message = fault.to_string();
    let failure = match &fault.what {
        FaultKind::UnknownField { field: name, .. } | FaultKind::UnknownName { name, .. }
            if not_built(name) =>
        {
            Failure::refused("NOT_YET_BUILT", with_path(fault, &format!("`{name}` is not built yet")))
        }
        FaultKind::NotJson(_) | FaultKind::Invalid(_) => Failure::refused("MALFORMED", message),
        FaultKind::DuplicateKey(_) => Failure::refused("DUPLICATE_KEY", message),
        FaultKind::Missing(_) => Failure::refused("MISSING_FIELD", message),
        FaultKind::UnknownField { field, known } => {
            offer(Failure::refused("UNKNOWN_FIELD", message), field, known)
        }
        FaultKind::UnknownName { name, known } => {
            let code = if known.first() == NAMES.first() { "UNKNOWN_EVENT" } else { "UNKNOWN_NAME" };
            offer(Failure::refused(code, message), name, known)
        }
    };
    failure.at(match event_of(fault) {
        Some(index) => at_event(place, index, name_in(line, index).as_deref()),
        None => place.to_owned(),
    })
}

/// A place in the input with the event: `story.jsonl:14, event 0 (coins_sold)`.
pub(crate) fn at_event(place: &str, index: usize, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{place}, event {index} ({name})"),
        None => format!("{place}, event {index}"),
    }
}

fn with_path(fault: &Fault, what: &str) -> String {
    if fault.path.is_empty() { what.to_owned() } else { format!("{}: {what}", fault.path) }
}

/// The event that the path of a fault lies in.
fn event_of(fault: &Fault) -> Option<usize> {
    let index = fault.path.strip_prefix("events[")?.split(']').next()?;
    index.parse().ok()
}

/// What the line calls that event, if it can be read at all.
fn name_in(line: &str, index: usize) -> Option<String> {
    let value: Value = serde_json::from_str(line).ok()?;
    value.get("events")?.get(index)?.get("type")?.as_str().map(str::to_owned)
}

fn offer(failure: Failure, name: &str, known: &[&str]) -> Failure {
    match nearest(name, known.iter().copied()) {
        Some(near) => failure.with_help(format!("did you mean `{near}`?")),
        None if known.len() <= 12 => failure.with_help(format!("known here: {}", known.join(", "))),
        None => failure,
    }
}

/// The known name nearest to one that is not known, unless none is near.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let distance = |near: &str| {
        let begins = name.len() >= 3 && near.starts_with(&name);
        if begins { 0 } else { strsim::damerau_levenshtein(&name, &near.to_lowercase()) }
    };
    let near = known.map(|known| (distance(known), known)).min()?;
    (near.0 <= LETTERS_MAX.min(name.len() / 2)).then_some(near.1)
}

/// The places of the known names nearest to one that is not known, each with its other words, the nearest first.
pub(crate) fn nearest_of<'a>(
    name: &str,
    known: impl Iterator<Item = [&'a str; 2]>,
    most: usize,
) -> Vec<usize> {
    let name = name.to_lowercase();
    let distance = |words: &str| {
        let words = words.to_lowercase();
        let holds = name.len() >= 3 && (words.contains(&name) || words.split('.').any(|part| name == part));
        if holds { 0 } else { strsim::damerau_levenshtein(&name, words.rsplit('.').next().unwrap_or(&words)) }
    };
    let near = known.enumerate().map(|(at, words)| (words.map(distance).into_iter().min(), at));
    let mut near: Vec<_> = near.collect();
    near.sort_unstable();
    near.into_iter().take(most).map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_offered() {
        assert_eq!(nearest("coin_sold", NAMES.iter().copied()), Some("coins_sold"));
        assert_eq!(nearest("Balance-Sheet", ["balance-sheet", "lots"].into_iter()), Some("balance-sheet"));
        assert_eq!(nearest("balance", ["balance-sheet", "lots"].into_iter()), Some("balance-sheet"));
        assert_eq!(nearest("xyzzy", NAMES.iter().copied()), None);
    }
}
