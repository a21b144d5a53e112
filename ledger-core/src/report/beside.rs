//! Sheets of one report beside each other: periods, or the parts of a whole. Rows are the union of all, each
//! known by its words and the headings it stands under; a report knows nothing of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::sheet::{Cell, Column, Row, RowId, RowKind, Sheet};

/// Columns that tell which row it is; all others hold figures.
const WORDS: [&str; 2] = ["line", "account"];

/// A sheet that stands beside others.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it is of, as its columns are keyed and labelled: `2026Q1`, `mining`.
    pub name: String,
    /// The sheet.
    pub sheet: Sheet,
}

/// What makes a row the same in two sheets.
#[derive(Debug, Clone, PartialEq)]
struct Identity {
    kind: RowKind,
    depth: u8,
    words: Vec<Cell>,
    under: Vec<Cell>,
    section: u8,
}

/// A row of the whole, with the figures that each part has for it.
struct Joined {
    identity: Identity,
    figures: BTreeMap<usize, Vec<Cell>>,
    /// The identities of the rows that it adds up.
    terms: Vec<Identity>,
    id: Option<RowId>,
}

/// Joins sheets of one report. The head spans them all, and a note that not all of them have says whose it is.
/// `None` where there is no sheet.
#[must_use]
pub fn beside(parts: Vec<Part>) -> Option<Sheet> {
    let first = parts.first()?.sheet.clone();
    let is_word: Vec<bool> =
        first.columns.iter().map(|column| WORDS.contains(&column.key.as_ref())).collect();
    let mut joined: Vec<Joined> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        take_in(&mut joined, at, &part.sheet.rows, &is_word);
    }
    let mut columns: Vec<Column> = pick(&first.columns, &is_word, true);
    for part in &parts {
        let figures = pick(&part.sheet.columns, &is_word, false);
        let is_only = figures.len() == 1;
        columns.extend(figures.into_iter().map(|column| Column {
            key: format!("{}_{}", column.key, part.name).into(),
            label: if is_only { part.name.clone() } else { format!("{} {}", part.name, column.label) },
            part: Some(part.name.clone()),
        }));
    }
    let width = is_word.iter().filter(|is_word| !**is_word).count();
    let rows = joined.iter().map(|row| Row {
        kind: row.identity.kind,
        depth: row.identity.depth,
        cells: cells(row, parts.len(), width),
        terms: places(&joined, &row.terms),
        section: row.identity.section,
        id: row.id.clone(),
    });
    let mut head = first.head.clone();
    head.from = parts.iter().filter_map(|part| part.sheet.head.from).min();
    head.as_of = parts.iter().filter_map(|part| part.sheet.head.as_of).max();
    Some(Sheet { rows: rows.collect(), columns, notes: notes(&parts), head, ..first })
}

fn pick<T: Clone>(of: &[T], is_word: &[bool], wanted: bool) -> Vec<T> {
    of.iter().zip(is_word).filter(|(_, is_word)| **is_word == wanted).map(|(item, _)| item.clone()).collect()
}

fn cells(row: &Joined, parts: usize, width: usize) -> Vec<Cell> {
    let mut cells = row.identity.words.clone();
    for part in 0..parts {
        let figures = row.figures.get(&part).cloned();
        cells.extend(figures.unwrap_or_else(|| vec![Cell::Empty; width]));
    }
    cells
}

fn places(joined: &[Joined], terms: &[Identity]) -> Vec<usize> {
    let places = terms.iter().filter_map(|term| joined.iter().position(|row| row.identity == *term));
    places.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Each row's identity, in order. It stands under the headings that are further out than itself.
fn identities(rows: &[Row], is_word: &[bool]) -> Vec<Identity> {
    let mut headings: Vec<(u8, Cell)> = Vec::new();
    let mut identities = Vec::with_capacity(rows.len());
    for row in rows {
        let words = pick(&row.cells, is_word, true);
        let outer = headings.iter().filter(|(depth, _)| *depth < row.depth);
        let under = outer.map(|(_, label)| label.clone()).collect();
        if row.kind == RowKind::Heading {
            headings.retain(|(depth, _)| *depth < row.depth);
            headings.extend(row.cells.first().map(|label| (row.depth, label.clone())));
        }
        identities.push(Identity { kind: row.kind, depth: row.depth, words, under, section: row.section });
    }
    identities
}

/// Takes the rows of a part in: beside a row that is there, else where they stand in their own sheet.
fn take_in(joined: &mut Vec<Joined>, part: usize, rows: &[Row], is_word: &[bool]) {
    let identities = identities(rows, is_word);
    let mut next = 0;
    for (row, identity) in rows.iter().zip(&identities) {
        let place = joined.iter().position(|there| there.identity == *identity).unwrap_or_else(|| {
            let place = place_of_new(joined, next, identity, &identities);
            let identity = identity.clone();
            let new = Joined { identity, figures: BTreeMap::new(), terms: Vec::new(), id: row.id.clone() };
            joined.insert(place, new);
            place
        });
        next = place + 1;
        let Some(there) = joined.get_mut(place) else { continue };
        there.figures.insert(part, pick(&row.cells, is_word, false));
        there.terms.extend(row.terms.iter().filter_map(|term| identities.get(*term)).cloned());
    }
}

/// Behind the rows of earlier sections; lines that only earlier parts have keep their order by account.
fn place_of_new(joined: &[Joined], from: usize, new: &Identity, of_part: &[Identity]) -> usize {
    let goes_before = |there: &&Joined| {
        if there.identity.section < new.section {
            return true;
        }
        let same_list = there.identity.kind == RowKind::Line && there.identity.under == new.under;
        same_list && !of_part.contains(&there.identity) && code(&there.identity) < code(new)
    };
    from + joined.iter().skip(from).take_while(goes_before).count()
}

fn code(identity: &Identity) -> Option<&str> {
    identity
        .words
        .iter()
        .find_map(|word| if let Cell::Code(code) = word { Some(code.as_str()) } else { None })
}

/// Notes that all parts have, once; of others, whose they are.
fn notes(parts: &[Part]) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for part in parts {
        for note in &part.sheet.notes {
            let of_all = parts.iter().all(|other| other.sheet.notes.contains(note));
            let told = if of_all { note.clone() } else { format!("{}: {note}", part.name) };
            if !notes.contains(&told) {
                notes.push(told);
            }
        }
    }
    notes
}
