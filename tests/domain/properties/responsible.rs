//! Who is responsible for a difference, found without knowing how: the statement is made anew after every single entry,
//! in accounting order, and what its figure moves by is what that entry adds to it. `compare` names exactly the entries
//! whose amounts differ between the two sides, of every figure of every statement.

use std::collections::{BTreeMap, BTreeSet};

use ledger_core::compare::How;
use ledger_core::fold::Fold;
use ledger_core::ids::BookId;
use ledger_core::money::Money;
use ledger_core::replay::{Course, Standing, Step, replay};
use ledger_core::report::{NoReport, Request, View};
use ledger_core::resolve::{Outline, Place, Question, Recorded};
use ledger_core::sheet::Sheet;
use ledger_core::time::Day;

use super::compared::{Side, compared, report};
use super::{HELD, Tally, month_ends, ours, recorded};

const STATEMENTS: [&str; 5] = ["balance-sheet", "income-statement", "cash-flow", "equity", "trial-balance"];

/// A figure: its line and its column.
type Figure = (String, String);

/// What each entry adds to each figure.
type Adds = BTreeMap<Figure, BTreeMap<u64, Money>>;

/// What happens at one place in accounting order: an entry, or the coins of one that arrive.
#[derive(Debug, Clone, Copy)]
struct Happens {
    number: u64,
    through: Place,
}

/// What happens by a question, in order, with the last day of it.
fn happenings(log: &[Recorded], question: &Question) -> (Vec<Happens>, Day) {
    let mut all: Vec<Happens> = Vec::new();
    let mut last = None;
    replay(log, question, |step| {
        let place = step.applied.place();
        let arrives = step.applied.entry.events.is_empty();
        // Coins arrive before any entry of the same time.
        let through = if arrives { Place { number: 0, ..place } } else { place };
        assert!(
            all.last().is_none_or(|before| before.through < through),
            "{place:?} is not a step of its own"
        );
        all.push(Happens { number: step.applied.number, through });
        last = Some(step.after.zone().day_of(step.applied.entry.effective));
    })
    .unwrap();
    (all, question.as_of.or(last).unwrap())
}

fn figures(sheet: &Sheet) -> BTreeMap<Figure, Money> {
    let mut figures = BTreeMap::new();
    for row in &sheet.rows {
        let Some(id) = &row.id else { continue };
        for (column, cell) in sheet.columns.iter().zip(&row.cells) {
            if let Some(amount) = cell.money() {
                figures.insert((id.to_string(), column.key.to_string()), amount);
            }
        }
    }
    figures
}

/// Books as they stood at some place, in the world as it is at the end: by which a balance sheet tells what is current.
struct InTheWorldOf(Standing);

impl View for InTheWorldOf {
    fn size(&self) -> u64 {
        self.0.known
    }

    fn standing(&self, _: &Question) -> Result<Standing, NoReport> {
        Ok(self.0.clone())
    }

    fn replay(
        &self,
        _: &Question,
        _: Option<Day>,
        _: &mut dyn FnMut(&Step<'_>),
    ) -> Result<Standing, NoReport> {
        panic!("a balance sheet is made of balances")
    }

    fn entries(&self, _: &Question, _: &mut dyn FnMut(&Recorded)) -> Result<(), NoReport> {
        panic!("a balance sheet is made of balances")
    }
}

impl InTheWorldOf {
    fn of(log: &[Recorded], question: Question, end: &Fold, books: &Fold) -> InTheWorldOf {
        let config = bincode::config::standard();
        let mut bytes = bincode::serde::encode_to_vec(end.world(), config).unwrap();
        bytes.extend(bincode::serde::encode_to_vec(books.books(), config).unwrap());
        let (fold, read) = bincode::serde::decode_from_slice::<Fold, _>(&bytes, config).unwrap();
        assert_eq!(read, bytes.len());
        let outline = Outline::of(log);
        let course = Course { archive: log, outline: &outline, question };
        InTheWorldOf(course.declared(Standing { fold, ..Standing::default() }))
    }
}

/// Whether a line stands where it does because of the world, which entries change that post nothing to it.
fn depends_on_the_world((id, _): &Figure) -> bool {
    ["current-", "non-current-"].iter().any(|section| id.starts_with(section))
}

/// The figures of a statement after each thing that happens.
fn adds(log: &Vec<Recorded>, name: &str, side: Side, from: Day) -> Adds {
    let (happenings, day) = happenings(log, &side.question);
    let at = |through| Question { as_of: Some(day), through: Some(through), ..side.question };
    let made = |log: &dyn View, question| {
        let request = Request { log, question, book: side.book, from: Some(from), argument: None };
        figures(&(report(name).make)(&request).unwrap())
    };
    let end = replay(log, &side.question, |_| ()).unwrap();
    let mut adds = Adds::new();
    let mut before: BTreeMap<Figure, Money> = BTreeMap::new();
    for happens in happenings {
        let question = at(happens.through);
        let mut after = made(log, question);
        if name == "balance-sheet" {
            let then = replay(log, &question, |_| ()).unwrap();
            let view = InTheWorldOf::of(log, question, &end, &then);
            let in_the_end = made(&view, question);
            after.retain(|figure, _| !depends_on_the_world(figure));
            after.extend(in_the_end.into_iter().filter(|(figure, _)| depends_on_the_world(figure)));
        }
        let both: BTreeSet<&Figure> = before.keys().chain(after.keys()).collect();
        for figure in both {
            let [was, is] = [&before, &after].map(|figures| figures.get(figure).copied().unwrap_or_default());
            let of_figure = adds.entry(figure.clone()).or_default();
            let sum = of_figure.entry(happens.number).or_default();
            *sum = sum.plus(is.minus(was).unwrap()).unwrap();
        }
        before = after;
    }
    for of_figure in adds.values_mut() {
        of_figure.retain(|_, amount| !amount.is_zero());
    }
    adds
}

/// What a figure comes to, and what each entry adds to it.
fn total(adds: &BTreeMap<u64, Money>) -> Money {
    adds.values().try_fold(Money::ZERO, |sum, amount| sum.plus(*amount)).unwrap()
}

#[derive(Debug, Default)]
struct Seen {
    figures: BTreeMap<&'static str, usize>,
    sums: usize,
    entries: BTreeMap<&'static str, usize>,
}

/// Holds what `compare` tells of two sides against what the entries add.
fn hold(
    log: &Vec<Recorded>,
    name: &'static str,
    sides: [Side; 2],
    adds: [&Adds; 2],
    from: Day,
    seen: &mut Seen,
) {
    let mut told = compared(log, name, sides, from).figures;
    let has = sides.map(|side| {
        let (happenings, _) = happenings(log, &side.question);
        happenings.into_iter().map(|happens| happens.number).collect::<BTreeSet<u64>>()
    });
    let every: BTreeSet<&Figure> = adds.iter().flat_map(|side| side.keys()).collect();
    for figure in every {
        let at = format!("{name} {figure:?} of {sides:?}");
        let nothing = BTreeMap::new();
        let [first, second] = adds.map(|side| side.get(figure).unwrap_or(&nothing));
        let place = told.iter().position(|told| told.line.id == figure.0 && told.column == figure.1);
        if total(first) == total(second) {
            assert!(place.is_none(), "{at} is the same on both sides");
            continue;
        }
        let told = told.swap_remove(place.unwrap_or_else(|| panic!("{at} differs and is not told")));
        assert_eq!(told.sides, [total(first), total(second)], "{at}");
        let amounts =
            |number: &u64| [first, second].map(|adds| adds.get(number).copied().unwrap_or_default());
        let numbers: BTreeSet<u64> = first.keys().chain(second.keys()).copied().collect();
        let expected: Vec<_> = numbers
            .into_iter()
            .map(|number| (number, amounts(&number)))
            .filter(|(_, [first, second])| first != second)
            .collect();
        let named: Vec<_> = told.entries.iter().map(|entry| (entry.number, entry.sides)).collect();
        assert_eq!(named, expected, "{at}: who is responsible");
        for entry in &told.entries {
            let how = match has.each_ref().map(|has| has.contains(&entry.number)) {
                [true, false] => How::LeftOut,
                [false, true] => How::Added,
                [true, true] if sides[0].book == sides[1].book => How::FoldedAnew,
                [true, true] => How::MeasuredOtherwise,
                [false, false] => panic!("{at}: entry {} is on neither side", entry.number),
            };
            assert_eq!(entry.how, how, "{at}: entry {}", entry.number);
            *seen.entries.entry(how.as_str()).or_default() += 1;
        }
        *seen.figures.entry(name).or_default() += 1;
        seen.sums += usize::from(told.kind != ledger_core::sheet::RowKind::Line);
    }
    let left: Vec<_> = told.iter().map(|told| &told.line).collect();
    assert!(left.is_empty(), "{name} of {sides:?}: no entry moves {left:?}");
}

#[test]
fn whoever_moves_a_figure_is_named_with_what_it_moves_and_nobody_else_in_every_statement() {
    let mut seen = Seen::default();
    for seed in [201, 203] {
        let log = recorded(seed, HELD, &mut Tally::default());
        let ends = month_ends(&log);
        let (early, late) = (ends[ends.len() / 3], ends[2 * ends.len() / 3]);
        let books: Vec<BookId> =
            ours::folded(&log, None, None).unwrap().books().iter().map(|book| book.name()).collect();
        let asked = |question: Question, book| Side { question, book };
        let known = |number| asked(Question { as_known: Some(number), ..Question::default() }, books[0]);
        let by = |day| asked(Question { as_of: Some(day), ..Question::default() }, books[0]);
        // The late entry that goes before most others: they are folded anew because of it.
        let late_entry = Outline::of(&log).late().first().unwrap().number;
        let (all, other) = (asked(Question::default(), books[0]), asked(Question::default(), books[1]));
        let asked = [all, known(late_entry - 1), known(late_entry), by(early), by(late), other];
        for name in STATEMENTS {
            let adds = asked.map(|side| adds(&log, name, side, early));
            for [first, second] in [[1, 2], [0, 1], [3, 4], [0, 5]] {
                let sides = [asked[first], asked[second]];
                hold(&log, name, sides, [&adds[first], &adds[second]], early, &mut seen);
            }
        }
    }
    let least = [("added", 500), ("left out", 1_000), ("folded anew", 10), ("measured otherwise", 500)];
    for (how, least) in least {
        assert!(seen.entries.get(how).is_some_and(|count| *count >= least), "{how}: {seen:?}");
    }
    let each = STATEMENTS.iter().all(|name| seen.figures.get(name).is_some_and(|count| *count >= 60));
    assert!(each && seen.sums >= 100, "{seen:?}");
}
