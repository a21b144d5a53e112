//! `treasury reconcile three-way`: books, custodian or lender, and chain side by side, with who of them differs. Statements are
//! those that are recorded; nothing is.

use std::collections::BTreeMap;

use ledger_core::event::StatementRecorded;
use ledger_core::event::books::{AtBlock, FoundAs, Subject};
use ledger_core::money::Units;
use ledger_core::reconcile::{Agreement, Apart, Line, Reconciliation, Rules, Statement, ThreeWay, three_way};
use ledger_core::refusal::Refusal;
use ledger_core::sheet::{Cell, Row, columns};
use ledger_core::time::Day;
use ledger_core::world::World;
use serde_json::{Value, json};

use super::print::{block, short};
use super::{by_source, last_blocks, ours, rules, statement, subject, world};
use crate::app::App;
use crate::args::{Format, ThreeWay as Typed};
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, Io, styled};
use crate::render::figures::{grouped, so_many};
use crate::render::{Look, grid, json};
use crate::store::load;

/// Who differs, for programs and in words; `A` and `B` stand for the sources.
const VERDICTS: &[(Agreement, &str, &str)] = &[
    (Agreement::NotOurs, "not_in_books", "not in the books"),
    (Agreement::NotFirst, "not_in_first", "not with A"),
    (Agreement::NotSecond, "not_in_second", "not with B"),
    (Agreement::OnlyOurs, "books_only", "in the books only"),
    (Agreement::OnlyFirst, "first_only", "with A only"),
    (Agreement::OnlySecond, "second_only", "with B only"),
    (Agreement::OursDiffers, "books_differ", "the books have another amount"),
    (Agreement::FirstDiffers, "first_differs", "A has another amount"),
    (Agreement::SecondDiffers, "second_differs", "B has another amount"),
    (Agreement::NoneAgree, "none_agree", "no two have the same amount"),
];

/// All that is shown.
struct Shown {
    account: Subject,
    through: Day,
    ours: Units,
    sides: [Reconciliation; 2],
    blocks: BTreeMap<String, AtBlock>,
    found: ThreeWay,
}

/// Runs the command.
pub(super) fn run(app: &App, args: &Typed, io: &mut Io) -> Result<Exit, Failure> {
    let loaded = load(app, false, io)?;
    let world = world(&loaded)?;
    let account = subject(&world, &args.account)?;
    let sources = sources(&world, &account, &args.sources)?;
    let of_both = world.statements(&account).filter(|(_, stated)| sources.contains(&stated.source));
    let stated: Vec<StatementRecorded> = of_both.map(|(_, stated)| stated.clone()).collect();
    let last = |source: &String| stated.iter().filter(|one| one.source == *source).map(|one| one.to).max();
    let through = match args.through {
        Some(when) => Some(when.last(&loaded.calendar(app)?)),
        None => sources.iter().filter_map(last).max(),
    };
    let through = through.ok_or_else(|| missing(&account, "no statement"))?;
    let rules = args.rules.as_deref().map_or(Ok(Rules::default()), rules::read)?;
    let statements: Vec<Statement> =
        stated.iter().map(|one| statement::from_blob(app, one)).collect::<Result<_, _>>()?;
    let ours = ours::lines(&loaded, &account, through)?;
    let accepted = world.last_run(&account).map_or_else(Vec::new, |(_, run)| run.accepted.clone());
    let statements: Vec<&Statement> = statements.iter().collect();
    let mut compared = by_source(&account, &ours, &statements, &rules, through, &accepted)?;
    compared.sort_by_key(|of| sources.iter().position(|source| *source == of.source));
    let sides: [Reconciliation; 2] = compared.try_into().map_err(|compared: Vec<Reconciliation>| {
        let missing_one = sources.iter().find(|source| compared.iter().all(|of| of.source != **source));
        let source = missing_one.map_or("a source", String::as_str);
        missing(&account, &format!("no statement of {source} ends by {through}"))
    })?;
    let [first, second] = &sides;
    let found = three_way(first, second, &rules).map_err(Refusal::from)?;
    let blocks = last_blocks(&stated, through);
    let ours = ours.balance(through).map_err(Refusal::from)?;
    let shown = Shown { account, through, ours, sides, blocks, found };
    match app.format {
        Format::Table => table(&shown, io)?,
        Format::Json => json::print(&mut io.out, &value(&shown))?,
        Format::Csv => csv(&shown, io)?,
    }
    let open = shown.found.apart.iter().any(|row| !row.timing) || unexplained(&shown).next().is_some();
    Ok(if open { Exit::Findings } else { Exit::Done })
}

fn missing(account: &Subject, why: &str) -> Failure {
    Failure::refused("SOURCE_MISSING", format!("{account} cannot be compared on three sides: {why}"))
}

/// The two sources, the chain last.
fn sources(world: &World, account: &Subject, named: &[String]) -> Result<[String; 2], Failure> {
    let mut known: Vec<(bool, String)> = world
        .statements(account)
        .map(|(_, stated)| (stated.chain.is_some(), stated.source.clone()))
        .collect();
    known.sort();
    known.dedup();
    let known: Vec<String> = known.into_iter().map(|(_, source)| source).collect();
    if let Some(other) = named.iter().find(|name| !known.contains(name)) {
        return Err(missing(account, &format!("there is no statement of {other}")));
    }
    let chosen = if named.is_empty() { known.clone() } else { named.to_vec() };
    match <[String; 2]>::try_from(chosen) {
        Ok([first, second]) if first != second => Ok([first, second]),
        Ok(_) | Err(_) if known.is_empty() => Err(missing(account, "it has no statement")),
        Ok(_) | Err(_) => Err(missing(account, &format!("its statements are of {}", known.join(", ")))),
    }
}

/// Differences that no line explains, with the source.
fn unexplained(shown: &Shown) -> impl Iterator<Item = (&str, FoundAs, Day, Units)> {
    let of_balances = |found| {
        matches!(found, FoundAs::OpeningDiffers | FoundAs::BalanceDiffers | FoundAs::MissingStatement)
    };
    shown.sides.iter().flat_map(move |of| {
        let items = of.items.iter().filter(move |item| of_balances(item.found));
        items.map(|item| (of.source.as_str(), item.found, item.since, item.units))
    })
}

/// Who differs, for programs and in words.
fn verdict(shown: &Shown, row: &Apart) -> (&'static str, String) {
    let found = VERDICTS.iter().find(|(who, ..)| *who == row.who);
    let (code, words) = found.map_or(("", ""), |(_, code, words)| (*code, *words));
    let [first, second] = &shown.sides;
    let name = |word: &str| match word {
        "A" => first.source.clone(),
        "B" => second.source.clone(),
        other => other.to_owned(),
    };
    let words: Vec<String> = words.split(' ').map(name).collect();
    let timing = if row.timing { "; timing" } else { "" };
    (code, format!("{}{timing}", words.join(" ")))
}

/// What a row is known by: the references of the first side that has any.
fn references(row: &Apart) -> &[String] {
    let sides = [&row.ours, &row.first, &row.second].into_iter().flatten();
    sides.map(|line| line.references.as_slice()).find(|all| !all.is_empty()).unwrap_or_default()
}

fn table(shown: &Shown, io: &mut Io) -> Result<(), Failure> {
    let [first, second] = &shown.sides;
    let (account, through) = (&shown.account, shown.through);
    let title = format!("{account}: books, {}, {}; through {through}", first.source, second.source);
    writeln!(io.out, "{}", styled(BOLD, title))?;
    for at in shown.blocks.values() {
        writeln!(io.out, "{}", block(at))?;
        io.note("no node was asked whether this block is still in the chain");
    }
    let apart = &shown.found.apart;
    let of_rows =
        apart.iter().flat_map(|row| [&row.ours, &row.first, &row.second]).flatten().map(|line| line.units);
    let all = of_rows.chain([shown.ours, first.theirs, second.theirs]);
    let digits = all.map(|units| units.decimal().scale()).max().unwrap_or(0).max(2);
    let digits = u8::try_from(digits).unwrap_or(u8::MAX);
    let units =
        |line: &Option<Line>| line.as_ref().map_or(Cell::Empty, |line| Cell::Units(line.units, digits));
    let mut rows: Vec<Row> = apart
        .iter()
        .map(|row| {
            let line = row.line();
            let reference = references(row).first().map(|reference| short(reference));
            let label = reference.or_else(|| line.map(|line| line.text.clone())).unwrap_or_default();
            let label = if row.lines > 1 { format!("{label} and {} more", row.lines - 1) } else { label };
            let day = line.map_or(Cell::Empty, |line| Cell::Day(line.day));
            let words = Cell::text(verdict(shown, row).1);
            Row::line(vec![
                Cell::text(label),
                day,
                units(&row.ours),
                units(&row.first),
                units(&row.second),
                words,
            ])
        })
        .collect();
    let balance = |units| Cell::Units(units, digits);
    let (a, b) = (balance(first.theirs), balance(second.theirs));
    let day = Cell::Day(shown.through);
    rows.push(Row::line(vec![Cell::text("Balance"), day, balance(shown.ours), a, b, Cell::Empty]));
    let names = columns(&[
        ("line", "Line"),
        ("day", "Day"),
        ("books", "Books"),
        ("first", &first.source),
        ("second", &second.source),
        ("verdict", "Verdict"),
    ]);
    for line in grid::small(&names, &rows, &Look { width: io.width, digits: 2, rounded: None }) {
        writeln!(io.out, "{line}")?;
    }
    for (source, found, since, units) in unexplained(shown) {
        let found = found.as_str().replace('_', " ");
        writeln!(io.out, "{source}, {since}: {found}, by {}", grouped(units.decimal(), digits.into()))?;
    }
    for of in shown.sides.iter().filter(|of| of.stated_on != shown.through) {
        writeln!(io.out, "The balance with {} is that of {}", of.source, of.stated_on)?;
    }
    if !io.quiet {
        let timing = apart.iter().filter(|row| row.timing).count();
        let agreed = so_many(shown.found.agreed as u64, "line");
        writeln!(io.out, "{agreed} in all three, {} not, {timing} of these timing", apart.len())?;
    }
    Ok(())
}

fn value(shown: &Shown) -> Value {
    let units = |line: &Option<Line>| line.as_ref().map(|line| line.units.to_string());
    let rows = shown.found.apart.iter().map(|row| {
        let (code, words) = verdict(shown, row);
        let line = row.line();
        json!({"day": line.map(|line| line.day.to_string()), "references": references(row),
            "text": line.map(|line| &line.text), "lines": row.lines, "books": units(&row.ours), "first": units(&row.first),
            "second": units(&row.second), "verdict": code, "words": words, "timing": row.timing})
    });
    let side = |of: &Reconciliation| {
        json!({"source": of.source, "balance": of.theirs.to_string(), "on": of.stated_on.to_string(),
            "block": shown.blocks.get(&of.source)})
    };
    let unexplained = unexplained(shown).map(|(source, found, since, units)| {
        json!({"source": source, "found": found, "since": since.to_string(), "units": units.to_string()})
    });
    let [first, second] = &shown.sides;
    json!({"account": shown.account.to_string(), "through": shown.through.to_string(), "books": shown.ours.to_string(),
        "first": side(first), "second": side(second), "between": shown.found.between.to_string(),
        "agreed": shown.found.agreed, "apart": rows.collect::<Vec<_>>(), "unexplained": unexplained.collect::<Vec<_>>()})
}

fn csv(shown: &Shown, io: &mut Io) -> Result<(), Failure> {
    let mut rows = csv::Writer::from_writer(&mut io.out);
    let [first, second] = &shown.sides;
    let units = |line: &Option<Line>| line.as_ref().map(|line| line.units.to_string()).unwrap_or_default();
    let head = [
        "day",
        "references",
        "text",
        "books",
        "first",
        "first_source",
        "second",
        "second_source",
        "verdict",
        "timing",
    ];
    let written = rows.write_record(head).and_then(|()| {
        shown.found.apart.iter().try_for_each(|row| {
            let line = row.line();
            rows.write_record([
                line.map(|line| line.day.to_string()).unwrap_or_default(),
                references(row).join(" "),
                line.map(|line| line.text.clone()).unwrap_or_default(),
                units(&row.ours),
                units(&row.first),
                first.source.clone(),
                units(&row.second),
                second.source.clone(),
                verdict(shown, row).0.to_owned(),
                row.timing.to_string(),
            ])
        })
    });
    written.map_err(std::io::Error::from)?;
    Ok(rows.flush()?)
}
