//! A replay side by side as people and programs read it. People are shown what differs, unless all is asked for.

use ledger_core::sheet::Head;
use serde_json::{Value, json};

use super::figures::{Amount, Figure};
use super::{Side, Told, pairs};
use crate::command::compare::print::sides;
use crate::diagnostic::Failure;
use crate::io::{BOLD, DIM, Io, styled};
use crate::render::page::{self, Item};
use crate::render::{self, Look, Proof, wrap};

/// What is shown.
pub(super) struct Shown {
    pub(super) title: String,
    pub(super) heads: [Head; 2],
    pub(super) names: [String; 2],
    pub(super) proofs: [Proof; 2],
    pub(super) sides: [Side; 2],
}

/// A figure on both sides; `None` where a side has no such figure.
struct Pair<'a> {
    figure: &'a Figure,
    sides: [Option<Amount>; 2],
    difference: Option<Amount>,
}

impl Pair<'_> {
    fn differs(&self) -> bool {
        self.sides[0] != self.sides[1]
    }
}

/// Figures beside those of the same name.
fn beside<'a>(first: &'a [Figure], second: &'a [Figure]) -> Result<Vec<Pair<'a>>, Failure> {
    let same = |one: &Figure, other: &Figure| {
        one.part == other.part && one.book == other.book && one.label == other.label
    };
    let find = |of: &[Figure], wanted: &Figure| of.iter().find(|one| same(one, wanted)).map(|one| one.amount);
    let only_second = second.iter().filter(|one| find(first, one).is_none());
    let mut all: Vec<Pair<'a>> = Vec::new();
    for figure in first.iter().chain(only_second) {
        let sides = [find(first, figure), find(second, figure)];
        let [before, after] = sides.map(|side| side.unwrap_or(figure.amount.none()));
        let difference = after.minus(before)?;
        // Each part stays together, those of the second side alone at its end.
        let at = all.iter().rposition(|pair| pair.figure.part == figure.part).map_or(all.len(), |at| at + 1);
        all.insert(at, Pair { figure, sides, difference });
    }
    Ok(all)
}

fn figures(told: Option<&Told>) -> &[Figure] {
    told.map_or(&[], |told| &told.figures)
}

impl Shown {
    fn has_several_books(&self) -> bool {
        self.heads[0].book.is_none()
    }

    fn label(&self, figure: &Figure) -> String {
        match figure.book.filter(|_| self.has_several_books()) {
            Some(book) => format!("{book}: {}", figure.label),
            None => figure.label.clone(),
        }
    }

    /// Prints it for people.
    pub(super) fn table(&self, io: &mut Io, look: &Look, all: bool) -> Result<(), Failure> {
        let out = &mut io.out;
        let Shown { title, heads, names, proofs, .. } = self;
        sides(out, &format!("{title}, side by side"), (heads, names, proofs), look)?;
        for pair in pairs(&self.sides) {
            let [first, second] = pair;
            let Some(told) = second.or(first) else { continue };
            let [effective, transaction, memo] = &told.about;
            let what = if told.is_arrival { "Coins arrive, sent by entry" } else { "Entry" };
            let parts = [effective, transaction].into_iter().flatten();
            let parts: String = parts.map(|part| format!(" · {part}")).collect();
            let heading = format!("{what} {}{parts}", told.place.number);
            let rule = "─".repeat(look.width.saturating_sub(heading.chars().count() + 1));
            writeln!(out, "{} {}", styled(BOLD, &heading), styled(DIM, rule))?;
            for line in memo.iter().flat_map(|memo| wrap(memo, look.width)) {
                writeln!(out, "{line}")?;
            }
            for sentence in &told.sentences {
                for (at, line) in wrap(sentence, look.width.saturating_sub(4)).iter().enumerate() {
                    writeln!(out, "{}{line}", if at == 0 { "→ " } else { "    " })?;
                }
            }
            match pair {
                [Some(_), None] => writeln!(out, "only on the first side")?,
                [None, Some(_)] => writeln!(out, "only on the second side")?,
                [Some(_), Some(_)] | [None, None] => {}
            }
            let rows = beside(figures(first), figures(second))?;
            if first.is_some() && second.is_some() && !rows.iter().any(Pair::differs) {
                writeln!(out, "the same on both sides")?;
            }
            self.rows(out, &rows, look, all)?;
            writeln!(out)?;
        }
        let rows = beside(&self.sides[0].sheet, &self.sides[1].sheet)?;
        if !rows.iter().any(Pair::differs) {
            writeln!(out, "The balance sheet after the last entry is the same on both sides.")?;
        }
        self.rows(out, &rows, look, all)
    }

    fn rows(
        &self,
        out: &mut dyn std::io::Write,
        rows: &[Pair<'_>],
        look: &Look,
        all: bool,
    ) -> Result<(), Failure> {
        let mut items = Vec::new();
        let mut part = "";
        for pair in rows.iter().filter(|pair| all || pair.differs()) {
            if pair.figure.part != part {
                part = pair.figure.part;
                items.push(Item::heading(part));
            }
            let cell = |amount: Option<Amount>| amount.map_or(String::new(), |amount| amount.shown(look));
            let [first, second] = pair.sides.map(cell);
            let difference = cell(pair.difference.filter(|_| pair.differs()));
            let label = self.label(pair.figure);
            items.push(Item { indent: 2, ..Item::line(label, vec![first, second, difference]) });
        }
        if !items.is_empty() {
            page::print(out, &["first", "second", "difference"], &items, look.width)?;
        }
        Ok(())
    }

    /// Prints it for programs; `docs/json.md` has the form.
    pub(super) fn json(&self, io: &mut Io, look: &Look) -> Result<(), Failure> {
        let figure = |pair: &Pair<'_>| {
            let plain = |amount: Option<Amount>| amount.map(|amount| amount.plain(look));
            json!({
                "part": pair.figure.part,
                "book": pair.figure.book.map(|book| book.to_string()),
                "label": pair.figure.label,
                "first": plain(pair.sides[0]),
                "second": plain(pair.sides[1]),
                "difference": plain(pair.difference),
            })
        };
        let mut entries = Vec::new();
        for [first, second] in pairs(&self.sides) {
            let Some(told) = second.or(first) else { continue };
            let rows = beside(figures(first), figures(second))?;
            entries.push(json!({
                "number": told.place.number,
                "arrival": told.is_arrival,
                "effective": told.about[0],
                "transaction": told.about[1],
                "memo": told.about[2],
                "told": told.sentences,
                "first": first.is_some(),
                "second": second.is_some(),
                "differs": rows.iter().any(Pair::differs),
                "figures": rows.iter().map(figure).collect::<Vec<Value>>(),
            }));
        }
        let after = beside(&self.sides[0].sheet, &self.sides[1].sheet)?;
        let value = json!({
            "replay": self.title,
            "first": render::json::head(&self.heads[0], &self.proofs[0], look),
            "second": render::json::head(&self.heads[1], &self.proofs[1], look),
            "entries": entries,
            "after": after.iter().map(figure).collect::<Vec<Value>>(),
        });
        Ok(render::json::print(&mut io.out, &value)?)
    }
}
