//! The names of breaks and suggestions, from what their lines say and not from where they stand: a break keeps its name in
//! the next comparison, and when the statement comes again in another file.

use std::collections::HashMap;

use super::Line;
use crate::ids::BreakId;

/// What a line says, in one text.
#[must_use]
pub fn identity(line: &Line) -> String {
    let references = line.references.join("\u{1f}");
    format!("{}\u{1e}{}\u{1e}{}\u{1e}{references}\u{1e}{}", line.day, line.units, line.commodity, line.text)
}

/// The name of what a line says, by which a person's match names it. Lines that say the same share it.
#[must_use]
pub fn line_name(line: &Line) -> BreakId {
    BreakId::of(&[&identity(line)])
}

/// The name of lines here and there that are, or were, suggested as one.
#[must_use]
pub fn match_name<'a>(
    ours: impl Iterator<Item = &'a Line>,
    theirs: impl Iterator<Item = &'a Line>,
) -> BreakId {
    let mut said: Vec<String> = ours.map(identity).collect();
    said.push("and".to_owned());
    said.extend(theirs.map(identity));
    BreakId::of(&said.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Gives names to what lines say of one account by one source. Of lines that say the same, each has its own; what is said
/// of another account, or of another amount, has another name, for an explanation answers for one break.
#[derive(Debug)]
pub(super) struct Namer<'a> {
    of: [&'a str; 2],
    seen: HashMap<Vec<String>, u32>,
}

impl<'a> Namer<'a> {
    /// One for an account, and who speaks of it.
    pub(super) fn of(account: &'a str, source: &'a str) -> Namer<'a> {
        Namer { of: [account, source], seen: HashMap::new() }
    }

    /// The name of what these parts say, for the so manieth time.
    pub(super) fn name(&mut self, parts: Vec<String>) -> BreakId {
        let times = self.seen.entry(parts.clone()).or_insert(0);
        *times += 1;
        let nth = times.to_string();
        let said = parts.iter().map(String::as_str);
        let all: Vec<&str> = self.of.into_iter().chain(said).chain([nth.as_str()]).collect();
        BreakId::of(&all)
    }
}
