//! `treasury reconcile`: statements are kept and recorded, the books compared with all of them, and what was found is
//! recorded once. Doing it again with the same statements and books records nothing.

mod again;
mod besides;
mod foreign;
mod jobs;
mod onchain;
mod ours;
mod print;
mod record;
mod rules;
mod statement;
mod three_way;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ledger_core::event::books::{AcceptedMatch, AtBlock, BREAKS_MOST, Break, Part, Stated, Subject};
use ledger_core::event::{ReconciliationRun, StatementRecorded};
use ledger_core::ids::{BreakId, Place};
use ledger_core::reconcile::{How, Ours, Reconciliation, Rules, Statement, line_name, match_name, reconcile};
use ledger_core::refusal::Refusal;
use ledger_core::resolve::Question;
use ledger_core::time::Day;
use ledger_core::world::World;

use crate::app::App;
use crate::args::{Reconcile, ReconcileJobs};
use crate::diagnostic::{Failure, unknown};
use crate::exit::Exit;
use crate::io::Io;
use crate::store::{Loaded, load};
use onchain::{Gone, Known, Wallet};

/// What is compared, and with what.
pub(crate) struct Order {
    /// The account as it was typed.
    pub(crate) account: String,
    /// Files of statements to record first.
    pub(crate) files: Vec<PathBuf>,
    /// What a node is asked for, to record it first.
    pub(crate) wallet: Option<Wallet>,
    /// What a person says of files that do not say it themselves.
    pub(crate) besides: besides::Besides,
    /// Whether what was stated before is stated anew, in its place.
    pub(crate) anew: bool,
    /// The last day.
    pub(crate) through: Option<Day>,
    /// The rules.
    pub(crate) rules: Rules,
    /// Suggestions to accept.
    pub(crate) accept: Vec<BreakId>,
    /// Whether nothing is to be recorded.
    pub(crate) dry_run: bool,
    /// The key that signs.
    pub(crate) sign: Option<PathBuf>,
}

/// What came of it.
pub(crate) struct Done {
    /// What was compared.
    pub(crate) account: Subject,
    /// The run as it is recorded.
    pub(crate) run: ReconciliationRun,
    /// Its entry, unless nothing was to be recorded.
    pub(crate) number: Option<u64>,
    /// Whether that was recorded now and not before.
    pub(crate) is_new: bool,
    /// Statements recorded now.
    pub(crate) statements: usize,
    /// Entries whose statements those given take the place of.
    pub(crate) replaced: Vec<u64>,
    /// With each source.
    pub(crate) compared: Vec<Reconciliation>,
    /// Up to which block the chain's statement is, by source.
    pub(crate) blocks: BTreeMap<String, AtBlock>,
    /// Whether a node was asked if these are still in the chain.
    pub(crate) asked: bool,
    /// Statements whose blocks are no longer in the chain.
    pub(crate) gone: Vec<Gone>,
    /// Breaks that nobody answers for.
    pub(crate) open: Vec<Break>,
}

/// Runs `treasury reconcile`.
pub(crate) fn run(app: &App, args: &Reconcile, io: &mut Io) -> Result<Exit, Failure> {
    match &args.jobs {
        Some(ReconcileJobs::Run(jobs)) => {
            app.refuse_csv("reconcile run")?;
            return jobs::run(app, jobs, io);
        }
        Some(ReconcileJobs::ThreeWay(three)) => return three_way::run(app, three, io),
        None => {}
    }
    app.refuse_csv("reconcile")?;
    let through = match args.through {
        Some(when) => Some(when.last(&load(app, false, io)?.calendar(app)?)),
        None => None,
    };
    if args.anew && args.statements.is_empty() && args.on_chain.names_none() {
        let why = "`--anew` states files or a wallet on the chain again, and neither is given";
        return Err(Failure::usage(why));
    }
    let order = Order {
        besides: besides::said(app, args, io)?,
        anew: args.anew,
        account: args.account.clone().unwrap_or_default(),
        files: args.statements.clone(),
        wallet: onchain::typed(app, &args.on_chain, args.anew)?,
        through,
        rules: args.rules.as_deref().map_or(Ok(Rules::default()), rules::read)?,
        accept: args.accept.clone(),
        dry_run: args.dry_run,
        sign: args.sign.clone(),
    };
    let done = carry_out(app, &order, io)?;
    print::print(app, &done, io)?;
    Ok(if done.open.is_empty() { Exit::Done } else { Exit::Findings })
}

/// Records statements, compares, and records what was found.
pub(crate) fn carry_out(app: &App, order: &Order, io: &mut Io) -> Result<Done, Failure> {
    let loaded = load(app, false, io)?;
    let world = world(&loaded)?;
    let account = subject(&world, &order.account)?;
    let mut given = Vec::new();
    for file in &order.files {
        given.extend(statement::read(file, &account, &order.besides)?);
    }
    let mut known: Vec<(u64, StatementRecorded)> =
        world.statements(&account).map(|(number, stated)| (number, stated.clone())).collect();
    let mut gone = Vec::new();
    let mut to = None;
    if let Some(wallet) = &order.wallet {
        let settings = world.settings()?;
        let (zone, opened) = (settings.zone, settings.zone.day_of(settings.opened));
        let asked = Known { account: &account, statements: &known, opened, zone, through: order.through };
        let asked = onchain::ask(wallet, &asked, io)?;
        known.retain(|(number, stated)| asked.leaves(wallet, *number, stated));
        gone = asked.gone;
        to = Some(asked.to);
        given.extend(asked.given);
    }
    let new = again::new(given, &mut known, &account, order, io)?;
    let replaced = new.iter().filter_map(|one| one.replaces).collect();
    let recorded: Vec<Statement> =
        known.iter().map(|(_, stated)| statement::from_blob(app, stated)).collect::<Result<_, _>>()?;
    let statements: Vec<&Statement> = recorded.iter().chain(new.iter().map(|one| &one.statement)).collect();
    let mut known: Vec<StatementRecorded> = known.into_iter().map(|(_, stated)| stated).collect();
    known.extend(new.iter().map(|one| one.event(&account)));
    let last = to.or(statements.iter().map(|one| one.to).max());
    let through = order.through.or(last).ok_or_else(|| {
        let account = account.to_string();
        Failure::refused("NO_STATEMENT", format!("no statement of {account} is recorded or given"))
    })?;
    let blocks = last_blocks(&known, through);
    let ours = ours::lines(&loaded, &account, through)?;
    let before = world.last_run(&account).map(|(number, run)| (number, run.clone()));
    let mut accepted = before.as_ref().map_or_else(Vec::new, |(_, run)| run.accepted.clone());
    let mut compared = by_source(&account, &ours, &statements, &order.rules, through, &accepted)?;
    let more = named(&compared, &order.accept, io)?;
    if !more.is_empty() {
        accepted.extend(more);
        compared = by_source(&account, &ours, &statements, &order.rules, through, &accepted)?;
    }
    if compared.is_empty() {
        let account = account.to_string();
        return Err(Failure::refused("NO_STATEMENT", format!("no statement of {account} ends by {through}")));
    }
    let run = made(&account, through, order, &ours, &compared, accepted)?;
    // What cannot be compared is not recorded either: it would be in the way of every later comparison.
    let count = run.breaks.len();
    if count > BREAKS_MOST {
        return Err(Refusal::TooManyBreaks { count, most: BREAKS_MOST }.into());
    }
    let recorded_now = if order.dry_run { 0 } else { record::statements(app, &account, &new, order, io)? };
    let (number, is_new) = if order.dry_run {
        (None, false)
    } else {
        let (number, is_new) = record::run(app, &run, &compared, before.as_ref(), order, io)?;
        (Some(number), is_new)
    };
    let open = run.breaks.iter().filter(|found| !world.answers_for(found)).cloned().collect();
    Ok(Done {
        account,
        run,
        number,
        is_new,
        statements: recorded_now,
        replaced,
        compared,
        blocks,
        asked: order.wallet.is_some(),
        gone,
        open,
    })
}

/// The block of each source's last statement by a day, where the chain states it.
fn last_blocks(known: &[StatementRecorded], through: Day) -> BTreeMap<String, AtBlock> {
    let mut due: Vec<_> = known.iter().filter(|one| one.to <= through).collect();
    due.sort_by_key(|one| (one.to, one.chain.as_ref().map(|at| at.height)));
    due.into_iter().filter_map(|one| Some((one.source.clone(), one.chain.clone()?))).collect()
}

/// What of a facility is compared.
const PARTS: [Part; 3] = [Part::Principal, Part::Interest, Part::Collateral];

/// What a word names: a wallet, or a facility and a part of it.
pub(crate) fn subject(world: &World, text: &str) -> Result<Subject, Failure> {
    if let Some((facility, part)) = text.split_once('/') {
        let part = PARTS
            .into_iter()
            .find(|known| known.as_str() == part)
            .ok_or_else(|| Failure::usage(format!("`{part}` is not principal, interest or collateral")))?;
        let id = facility.parse().map_err(|why| Failure::usage(format!("{why}")))?;
        let of = world.facility(id).map_err(|why| unknown(&why, world))?;
        let coin = of.terms.collateral.iter().map(|one| one.commodity).next();
        let commodity = match part {
            Part::Principal | Part::Interest => Some(of.terms.currency),
            Part::Collateral => coin.or_else(|| "BTC".parse().ok()),
        };
        let commodity = commodity.ok_or_else(|| Failure::Bug("BTC is no code".to_owned()))?;
        return Ok(Subject { place: Place::Facility(id), commodity, part: Some(part) });
    }
    let wallet = text.parse().map_err(|why| Failure::usage(format!("{why}")))?;
    let holds = world.wallet(wallet).map_err(|why| not_a_wallet(text, &why, world))?.holds();
    let (commodity, _) =
        holds.ok_or_else(|| Failure::usage(format!("the wallet {wallet} holds nothing that is named")))?;
    Ok(Subject { place: Place::Wallet(wallet), commodity, part: None })
}

/// A wallet that is not known; of a loan, what of it can be named.
fn not_a_wallet(text: &str, why: &Refusal, world: &World) -> Failure {
    let failure = unknown(why, world);
    if text.parse().is_ok_and(|id| world.facility(id).is_ok()) {
        let [principal, interest, collateral] = PARTS.map(|part| format!("`{text}/{part}`"));
        let help = format!("`{text}` is a loan: name what of it, {principal}, {interest} or {collateral}");
        return failure.with_help(help);
    }
    failure
}

fn by_source(
    account: &Subject,
    ours: &Ours,
    statements: &[&Statement],
    rules: &Rules,
    through: Day,
    accepted: &[AcceptedMatch],
) -> Result<Vec<Reconciliation>, Failure> {
    let mut of_source: BTreeMap<&str, Vec<&Statement>> = BTreeMap::new();
    for statement in statements {
        of_source.entry(&statement.source).or_default().push(statement);
    }
    let (mut compared, account) = (Vec::new(), account.to_string());
    for all in of_source.values() {
        let found = reconcile(&account, ours, all, rules, through, accepted);
        compared.extend(found.map_err(Refusal::from)?);
    }
    Ok(compared)
}

/// The suggestions that are to be accepted, with the names of their lines. One that was accepted before is left as it is.
fn named(compared: &[Reconciliation], names: &[BreakId], io: &mut Io) -> Result<Vec<AcceptedMatch>, Failure> {
    let mut found = Vec::new();
    for name in names {
        if compared.iter().any(|of| is_accepted(of, *name)) {
            io.note(format!("{name} was accepted already"));
            continue;
        }
        let all = compared.iter().flat_map(|of| of.suggestions.iter().map(move |one| (of, one)));
        let (of, one) = all.into_iter().find(|(_, one)| one.name == *name).ok_or_else(|| {
            Failure::usage(format!("there is no suggestion {name}"))
                .with_help("`treasury reconcile ACCOUNT --dry-run` prints those that there are")
        })?;
        let lines = |places: &[usize], lines: &[ledger_core::reconcile::Line]| {
            places.iter().filter_map(|at| lines.get(*at)).map(line_name).collect()
        };
        found.push(AcceptedMatch {
            ours: lines(&one.ours, &of.our_lines),
            theirs: lines(&one.theirs, &of.their_lines),
        });
    }
    Ok(found)
}

/// Whether an accepted match was once suggested under this name.
fn is_accepted(of: &Reconciliation, name: BreakId) -> bool {
    let accepted = of.matches.iter().filter(|one| one.how == How::Accepted);
    let mut names = accepted.map(|one| {
        let ours = one.ours.iter().filter_map(|at| of.our_lines.get(*at));
        match_name(ours, one.theirs.iter().filter_map(|at| of.their_lines.get(*at)))
    });
    names.any(|known| known == name)
}

/// The run as it is recorded.
fn made(
    account: &Subject,
    through: Day,
    order: &Order,
    ours: &Ours,
    compared: &[Reconciliation],
    accepted: Vec<AcceptedMatch>,
) -> Result<ReconciliationRun, Failure> {
    let mut breaks = Vec::new();
    let mut theirs = Vec::new();
    for of in compared {
        breaks.extend(of.items.iter().map(|item| Break {
            name: item.name,
            found: item.found,
            since: item.since,
            units: item.units,
            source: of.source.clone(),
        }));
        theirs.push(Stated { source: of.source.clone(), closing: of.theirs, on: of.stated_on });
    }
    Ok(ReconciliationRun {
        account: account.clone(),
        through,
        rules: order.rules.label(),
        matched: compared.iter().map(|of| of.matched() as u64).sum(),
        breaks,
        ours: ours.balance(through).map_err(Refusal::from)?,
        theirs,
        accepted,
        outcome: record::outcome_hash(compared)?,
    })
}

/// The world at the end of the log.
pub(crate) fn world(loaded: &Loaded) -> Result<World, Failure> {
    Ok(loaded.reading.standing(&Question::default())?.fold.world().clone())
}

/// The file's name without its folders.
fn file_name(file: &Path) -> String {
    file.file_name().map_or_else(|| "statement".to_owned(), |name| name.to_string_lossy().into_owned())
}
