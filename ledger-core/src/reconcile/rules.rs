//! By which rules lines are matched. They have a name and a version, so that a reconciliation says by which it was made.

use std::collections::BTreeSet;

use crate::ids::Commodity;
use crate::money::Units;

/// How lines are matched. Amounts are exact unless a tolerance is stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// What they are called.
    pub name: String,
    /// Which version of them.
    pub version: u32,
    /// By how many days two lines of one amount may be apart.
    pub days: u32,
    /// How many days before the end a line may lack the other side and be timing.
    pub timing_days: u32,
    /// By how much amounts of a commodity may differ.
    pub tolerance: Vec<(Commodity, Units)>,
    /// What looks like a reference in the text of a line.
    pub patterns: Vec<Pattern>,
    /// What stands where a reference would and is none.
    pub not_references: BTreeSet<String>,
    /// How many lines may add up to one of the other side in a suggestion; fewer than two is none.
    pub group_most: usize,
}

impl Default for Rules {
    fn default() -> Rules {
        let not_references = ["NOTPROVIDED", "NONREF", "NOREF"].map(str::to_owned);
        Rules {
            name: "usual".to_owned(),
            version: 1,
            days: 3,
            timing_days: 5,
            tolerance: Vec::new(),
            patterns: Vec::new(),
            not_references: not_references.into_iter().collect(),
            group_most: 5,
        }
    }
}

impl Rules {
    /// As runs name them.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} v{}", self.name, self.version)
    }

    /// By how much amounts of a commodity may differ.
    #[must_use]
    pub fn tolerance_of(&self, commodity: Commodity) -> Units {
        let stated = self.tolerance.iter().find(|(of, _)| *of == commodity);
        stated.map_or(Units::ZERO, |(_, units)| *units)
    }
}

/// What a reference looks like in a text: letters as they are, `#` for a digit, `*` for any number of characters that
/// are no blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pattern `{0}` would take any word for a reference: it needs three characters besides `*`")]
pub struct NotARule(pub String);

impl Pattern {
    /// A pattern; a word is a reference if the whole of it fits.
    ///
    /// # Errors
    /// [`NotARule`] where it says too little.
    pub fn new(text: &str) -> Result<Pattern, NotARule> {
        let said = text.chars().filter(|c| *c != '*').count();
        let fits = said >= 3 && !text.chars().any(char::is_whitespace);
        if fits { Ok(Pattern(text.to_owned())) } else { Err(NotARule(text.to_owned())) }
    }

    /// The words of a text that are references.
    pub(super) fn found_in<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let apart = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')');
        text.split(apart).filter(|word| !word.is_empty() && fits(self.0.as_bytes(), word.as_bytes()))
    }
}

/// Whether a word fits a pattern. A `*` is tried short first and lengthened, the last one only, which takes at most the
/// product of both lengths.
fn fits(pattern: &[u8], word: &[u8]) -> bool {
    let (mut p, mut w) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = word.get(w) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, w));
                p += 1;
            }
            Some(b'#') if byte.is_ascii_digit() => (p, w) = (p + 1, w + 1),
            Some(same) if same == byte && *same != b'#' => (p, w) = (p + 1, w + 1),
            Some(_) | None => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    (p, w) = (at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_none_or(|rest| rest.iter().all(|b| *b == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_the_words_that_fit_it_as_a_whole() {
        let cases = [
            ("INV-####", "payment INV-2026, INV-20267 and (INV-0001)", vec!["INV-2026", "INV-0001"]),
            ("E2E*", "E2E E2E-7 xE2E", vec!["E2E", "E2E-7"]),
            ("A*B*9", "AxBB9 A9 ABx9 AB", vec!["AxBB9", "ABx9"]),
        ];
        for (pattern, text, expected) in cases {
            let found: Vec<&str> = Pattern::new(pattern).unwrap().found_in(text).collect();
            assert_eq!(found, expected, "{pattern}");
        }
        for nothing in ["*", "ab*", "a b c", ""] {
            assert_eq!(Pattern::new(nothing), Err(NotARule(nothing.to_owned())));
        }
    }
}
