//! The lines of one side, which are still free and in what order they are looked at.

use std::collections::HashMap;

use super::{Line, Rules};

/// Lines of one side. Which of them are free is all that changes.
pub(super) struct Pool<'a> {
    pub(super) lines: &'a [Line],
    /// Places of the lines in order of what they say.
    pub(super) order: Vec<usize>,
    /// By place: what the line is known by, sorted, each once.
    pub(super) references: Vec<Vec<&'a str>>,
    is_free: Vec<bool>,
}

impl<'a> Pool<'a> {
    pub(super) fn of(lines: &'a [Line], rules: &Rules) -> Pool<'a> {
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by(|a, b| lines.get(*a).cmp(&lines.get(*b)).then(a.cmp(b)));
        let references = lines.iter().map(|line| references_of(line, rules)).collect();
        Pool { lines, order, references, is_free: vec![true; lines.len()] }
    }

    pub(super) fn is_free(&self, at: usize) -> bool {
        self.is_free.get(at).copied().unwrap_or(false)
    }

    /// Takes lines out: they are in a match or a finding from now on.
    pub(super) fn take(&mut self, lines: &[usize]) {
        for at in lines {
            if let Some(free) = self.is_free.get_mut(*at) {
                *free = false;
            }
        }
    }

    /// The places of the free lines, in order.
    pub(super) fn free(&self) -> impl Iterator<Item = usize> {
        self.order.iter().copied().filter(|at| self.is_free(*at))
    }

    pub(super) fn line(&self, at: usize) -> Option<&'a Line> {
        self.lines.get(at)
    }

    pub(super) fn known_by(&self, at: usize) -> &[&'a str] {
        self.references.get(at).map_or(&[], Vec::as_slice)
    }

    /// The free lines by what they are known by, each list in order.
    pub(super) fn by_reference(&self) -> HashMap<&'a str, Vec<usize>> {
        let mut found: HashMap<&'a str, Vec<usize>> = HashMap::new();
        for at in self.free() {
            for reference in self.known_by(at) {
                found.entry(reference).or_default().push(at);
            }
        }
        found
    }
}

/// What a line is known by: what it says itself, and what its text says in a form that the rules know.
fn references_of<'a>(line: &'a Line, rules: &Rules) -> Vec<&'a str> {
    let stated = line.references.iter().map(|reference| reference.trim());
    let in_text = rules.patterns.iter().flat_map(|pattern| pattern.found_in(&line.text));
    let is_one = |text: &&str| !text.is_empty() && !rules.not_references.contains(*text);
    let mut all: Vec<&str> = stated.chain(in_text).filter(is_one).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// References that both sides have, in order of their text.
pub(super) fn shared<'a>(
    ours: &HashMap<&'a str, Vec<usize>>,
    theirs: &HashMap<&str, Vec<usize>>,
) -> Vec<&'a str> {
    let mut both: Vec<&str> =
        ours.keys().copied().filter(|reference| theirs.contains_key(reference)).collect();
    both.sort_unstable();
    both
}

/// By how many days two lines are apart.
pub(super) fn days_apart(a: &Line, b: &Line) -> u64 {
    a.day.number().abs_diff(b.day.number())
}
