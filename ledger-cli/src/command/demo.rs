//! `treasury demo`: the whole way on real figures. A ledger is opened, a company's quarter is appended, its
//! loan's paydown is replayed, published figures are tied out, and the log is verified.

mod compare;
mod paydown;

use std::path::PathBuf;

use ledger_core::entry::Entry;
use ledger_core::ids::BookId;
use ledger_core::report::{Part, Request};
use ledger_core::resolve::Question;
use ledger_core::sheet::Sheet;
use ledger_store::ledger::Ledger;
use ledger_store::{FileLog, Options, Snapshots};
use uuid::Uuid;

use crate::app::{App, StorePlace};
use crate::args::Demo;
use crate::command::report::{find, look, make};
use crate::command::{init, verify};
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, RIGHT, styled};
use crate::render::{Look, grid, hex, table, wrap};
use crate::store::{Loaded, disk, load};

/// The story, one entry a line.
const STORY: &str = include_str!("../../../fixtures/stories/cango-2026q1.jsonl");

/// What was published, beside which our figures are set.
const TIE_OUT: &str = include_str!("../../../fixtures/stories/cango-2026q1.tie-out.csv");

/// The transaction that is replayed.
const PAYDOWN: &str = "antalpha-paydown-2026-02";

/// What it is about.
const ABOUT: &str = "A bitcoin miner sells 4,451 BTC over a weekend and pays down the loan that they secured: \
    the first quarter of 2026 of Cango Inc. (NYSE: CANG).";

/// Runs the command.
pub(crate) fn run(app: &App, args: &Demo, io: &mut Io) -> Result<Exit, Failure> {
    if app.asks_for_a_form() {
        return Err(Failure::usage("the demo is for people; its ledger can be asked for json and csv"));
    }
    let fresh = || std::env::temp_dir().join(format!("treasury-demo-{}", Uuid::now_v7()));
    let dir = args.dir.clone().unwrap_or_else(fresh);
    let app = app.at(StorePlace::Directory(dir.clone()));
    record(&app)?;
    let loaded = load(&app, false, io)?;
    Told { loaded: &loaded, books: loaded.books(), look: look(&loaded.opening(), io) }.all(&app, dir, io)?;
    Ok(Exit::Done)
}

/// Opens the ledger and records the story, each entry durable before the next.
fn record(app: &App) -> Result<(), Failure> {
    init::create(app)?;
    let (log, _) = FileLog::open(disk(app)?, &Options::default())?;
    let mut ledger = Ledger::open(log, Snapshots::none())?;
    for line in STORY.lines() {
        let entry = Entry::from_json(line).map_err(|why| Failure::Bug(format!("the story: {why}")))?;
        ledger.record(&entry, &app.clock)?;
    }
    Ok(ledger.into_log().close()?)
}

/// The demo's ledger, ready to be told about.
struct Told<'a> {
    loaded: &'a Loaded,
    books: Vec<BookId>,
    look: Look,
}

impl Told<'_> {
    fn all(&self, app: &App, dir: PathBuf, io: &mut Io) -> Result<(), Failure> {
        let paydown = paydown::entries(self.loaded)?;
        self.intro(io)?;
        self.sheets(&paydown, io)?;
        self.chapter("The paydown, entry by entry, in both books", io)?;
        let standing = paydown::tell(self.loaded, &self.books, &self.look, io)?;
        self.chapter("Coins and loan", io)?;
        paydown::coins_and_loan(&standing, self.loaded, &self.look, io)?;
        self.chapter("Published figures beside ours", io)?;
        self.tie_out(io)?;
        self.chapter("Verification", io)?;
        self.verified(app, io)?;
        self.next(dir, io)
    }

    fn chapter(&self, title: &str, io: &mut Io) -> Result<(), Failure> {
        let rule = "═".repeat(self.look.width.saturating_sub(title.chars().count() + 1));
        writeln!(io.out, "\n{} {}\n", styled(BOLD, title), styled(DIM, rule))?;
        Ok(())
    }

    fn intro(&self, io: &mut Io) -> Result<(), Failure> {
        for line in wrap(ABOUT, self.look.width) {
            writeln!(io.out, "{line}")?;
        }
        if let Some(notice) = &self.loaded.opened()?.notice {
            writeln!(io.out, "{}", styled(BOLD, notice))?;
        }
        Ok(())
    }

    /// The balance sheet before and after, beside each other.
    fn sheets(&self, paydown: &paydown::Entries, io: &mut Io) -> Result<(), Failure> {
        let book =
            self.books.first().copied().ok_or_else(|| Failure::Bug("the story has no book".to_owned()))?;
        let known = |number| Question { as_known: Some(number), ..Question::default() };
        let before = make("balance-sheet", &self.loaded.reading, known(paydown.before), book)?;
        let after = make("balance-sheet", &self.loaded.reading, known(paydown.last), book)?;
        let title = format!("Balance sheet before February production, {book}, {}", before.head.currency);
        self.chapter(&title, io)?;
        let notes = after.notes.clone();
        let part = |number: u64, sheet: Sheet| Part { name: format!("after entry {number}"), sheet };
        let (before, after) = (part(paydown.before, before), part(paydown.last, after));
        let both = compare::compared(before, after, self.look.width)?;
        for line in grid::lines(&both.columns, &both.rows, &self.look) {
            writeln!(io.out, "{line}")?;
        }
        Ok(table::notes(&mut io.out, &notes, &self.look)?)
    }

    fn tie_out(&self, io: &mut Io) -> Result<(), Failure> {
        let book =
            self.books.first().copied().ok_or_else(|| Failure::Bug("the story has no book".to_owned()))?;
        let question = Question::default();
        let log = &self.loaded.reading;
        let request = Request { log, question, book, from: None, argument: Some(TIE_OUT) };
        let sheet = (find("tie-out")?.make)(&request)?;
        let mut sheet = without(without(sheet, "source"), "book");
        // What stands beneath a figure needs no name here.
        sheet.columns.iter_mut().filter(|column| column.key == "why").for_each(|column| column.label.clear());
        for line in grid::lines(&sheet.columns, &sheet.rows, &self.look) {
            writeln!(io.out, "{line}")?;
        }
        Ok(())
    }

    fn verified(&self, app: &App, io: &mut Io) -> Result<(), Failure> {
        let findings = verify::count_findings(app)?;
        let size = self.loaded.size();
        if findings > 0 {
            return Err(Failure::damaged(format!("verification found {findings} things")));
        }
        let root = hex(&self.loaded.head_at(size)?.root);
        writeln!(
            io.out,
            "{}",
            styled(RIGHT, format!("verified: {size} entries to the last byte, nothing found"))
        )?;
        writeln!(io.out, "root {root}")?;
        Ok(())
    }

    fn next(&self, dir: PathBuf, io: &mut Io) -> Result<(), Failure> {
        self.chapter("To try next", io)?;
        let store = dir.display();
        writeln!(io.out, "  export TREASURY_STORE={store}")?;
        writeln!(io.out, "  treasury replay --transaction {PAYDOWN}")?;
        writeln!(io.out, "  treasury report balance-sheet --as-of 2026-03-31 --book tax")?;
        writeln!(io.out, "  treasury verify")?;
        Ok(())
    }
}

/// A sheet without one of its columns.
fn without(mut sheet: Sheet, key: &str) -> Sheet {
    if let Some(at) = sheet.columns.iter().position(|column| column.key == key) {
        sheet.columns.remove(at);
        sheet.rows.iter_mut().filter(|row| row.cells.len() > at).for_each(|row| {
            row.cells.remove(at);
        });
    }
    sheet
}
