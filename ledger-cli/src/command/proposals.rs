//! `treasury propose`, `approve`, `reject` and `pending`: entries that wait until others have read them.

use std::path::PathBuf;

use ledger_core::decide::{self, Accepted, Decision};
use ledger_core::entry::{Entry, EntryId};
use ledger_core::event::books::Payload;
use ledger_core::event::{EntryApproved, EntryRejected, Event};
use ledger_core::ids::ActorId;
use ledger_core::refusal::Refusal;
use ledger_core::resolve::{Proposal, Question};
use ledger_core::time::{Day, Effective};
use ledger_store::FileLog;
use ledger_store::ledger::{Ledger, LedgerError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::args::{Approve, Format, Making, Propose, Reject};
use crate::command::append;
use crate::command::made;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, styled};
use crate::render;
use crate::store::{Loaded, load, recorded};

/// The ids of proposals of entries whose own id follows from what they say.
const PROPOSALS: Uuid = Uuid::from_u128(0x2f0a_94c7_18de_4b61_8c35_e7d1_60b9_4fa2);

/// Runs `treasury propose`.
pub(crate) fn propose(app: &App, args: &Propose, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("propose")?;
    let payload = append::only_entry(&args.file, app.may_ask)?;
    let mut ledger = append::rehearsal(app, io)?;
    let Demanded { entry, accepted, asks } = demanded(&mut ledger, &payload, args.approvals, args.board)?;
    if let (true, Some(accepted)) = (args.dry_run, &accepted) {
        append::show_posted(&entry, accepted, ledger.fold(), io)?;
        io.note("nothing was recorded");
        return Ok(Exit::Done);
    }
    drop(ledger);
    make(app, entry, &args.making, &format!("waits for {asks}"), io)
}

/// A proposal that asks for what the policy demands.
pub(crate) struct Demanded {
    /// The entry that proposes.
    pub(crate) entry: Entry,
    /// What becomes of it; `None` where it stands already.
    accepted: Option<Accepted>,
    /// What it waits for, in words.
    asks: String,
}

/// Proposes an entry, tried on a ledger that is not written to. What the policy demands is asked for, unless somebody stated
/// a number of approvals.
pub(crate) fn demanded(
    ledger: &mut Ledger<FileLog>,
    payload: &Entry,
    stated: Option<u8>,
    board: bool,
) -> Result<Demanded, Failure> {
    let (mut approvals, mut board) = (stated, board);
    loop {
        let entry = made::proposing(payload.clone(), approvals, board);
        let accepted = match ledger.rehearse(&entry) {
            Ok(Decision::Accepted(accepted)) => Some(accepted),
            Ok(Decision::AlreadyRecorded(_)) => None,
            Err(LedgerError::Refused(refused)) => {
                let more = if let Refusal::AsksTooLittle { needed, needed_board, .. } = &refused.why {
                    Some((Some((*needed).max(approvals.unwrap_or(1))), board || !needed_board.is_empty()))
                } else {
                    None
                };
                match more.filter(|more| stated.is_none() && *more != (approvals, board)) {
                    Some(more) => (approvals, board) = more,
                    None => return Err(refused.why.into()),
                }
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        return Ok(Demanded { entry, accepted, asks: asks(approvals.unwrap_or(1), board) });
    }
}

/// Proposes an entry so that doing it again is the same proposal: the one that stands in the log, if it proposes just that.
pub(crate) fn demanded_once(
    (ledger, log): (&mut Ledger<FileLog>, &FileLog),
    payload: &Entry,
) -> Result<Entry, Failure> {
    let id = EntryId::from(Uuid::new_v5(&PROPOSALS, &payload.id.bytes()));
    let proposes_it = |entry: &Entry| {
        let says_it = |event: &Event| matches!(event, Event::EntryProposed(of) if of.hash == Payload::from(payload.clone()).hash());
        entry.events.iter().any(says_it)
    };
    match recorded(log, id)?.filter(proposes_it) {
        Some(entry) => Ok(entry),
        None => Ok(Entry { id, ..demanded(ledger, payload, None, false)?.entry }),
    }
}

fn asks(approvals: u8, board: bool) -> String {
    let plural = if approvals == 1 { "" } else { "s" };
    let board = if board { " and a resolution of the board" } else { "" };
    format!("{approvals} approval{plural}{board}")
}

/// Runs `treasury approve`.
pub(crate) fn approve(app: &App, args: &Approve, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("approve")?;
    let loaded = load(app, false, io)?;
    let proposal = waiting(&loaded, args.proposal)?;
    let hash = match &args.hash {
        Some(hash) => hash.parse().map_err(Failure::usage)?,
        None => proposal.hash(),
    };
    let told = match proposal.needs_one_more() {
        true => format!("posts what entry {} proposed", proposal.number),
        false => format!("approves of {}, which waits for more", proposal.number),
    };
    let event = EntryApproved { proposal: args.proposal, hash, board: args.board.clone() };
    let entry = made::entry(app, proposal.payload().effective, event.into())?;
    drop(loaded);
    make(app, entry, &args.making, &told, io)
}

/// Runs `treasury reject`.
pub(crate) fn reject(app: &App, args: &Reject, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("reject")?;
    let loaded = load(app, false, io)?;
    let effective = waiting(&loaded, args.proposal)?.payload().effective;
    let event = EntryRejected { proposal: args.proposal, reason: args.reason.clone() };
    let entry = made::entry(app, effective, event.into())?;
    drop(loaded);
    make(app, entry, &args.making, &format!("rejects {}", args.proposal), io)
}

/// A proposal that waits, or why there is none.
fn waiting(loaded: &Loaded, number: u64) -> Result<&Proposal, Failure> {
    Ok(decide::waiting(loaded.reading.outline().proposals(), number)?)
}

/// Records an entry, or prints it for whoever signs elsewhere.
fn make(app: &App, entry: Entry, making: &Making, told: &str, io: &mut Io) -> Result<Exit, Failure> {
    if making.print {
        writeln!(io.out, "{}", entry.to_json())?;
        return Ok(Exit::Done);
    }
    let number = match made::record(app, entry, making.sign.clone(), io)? {
        Ok(accepted) => accepted.number,
        Err(number) => number,
    };
    match app.format {
        Format::Table | Format::Csv if io.quiet => {}
        Format::Table | Format::Csv => writeln!(io.out, "recorded {number}: {told}")?,
        Format::Json => render::json::print(&mut io.out, &json!({"recorded": number, "told": told}))?,
    }
    Ok(Exit::Done)
}

/// Runs `treasury pending`.
pub(crate) fn pending(app: &App, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("pending")?;
    if app.as_of.is_some() || app.as_known.is_some() {
        return Err(Failure::usage("what waits, waits now: `--as-of` and `--as-known` have no say"));
    }
    let loaded = load(app, false, io)?;
    let fold = loaded.reading.declared(&Question::default());
    let may = |proposal| decide::approvers(fold.world().people(), proposal).collect();
    let waiting: Vec<(&Proposal, Vec<ActorId>)> =
        loaded.reading.outline().proposals().waiting().map(|proposal| (proposal, may(proposal))).collect();
    match app.format {
        Format::Table | Format::Csv => text(&waiting, io),
        Format::Json => {
            let value = json!({"pending": waiting.iter().map(as_json).collect::<Vec<_>>()});
            render::json::print(&mut io.out, &value)?;
            Ok(Exit::Done)
        }
    }
}

fn events(payload: &Entry) -> String {
    payload.events.iter().map(Event::name).collect::<Vec<_>>().join(", ")
}

fn text(waiting: &[(&Proposal, Vec<ActorId>)], io: &mut Io) -> Result<Exit, Failure> {
    if waiting.is_empty() {
        io.note("nothing waits for an approval");
    }
    let list = |names: Vec<String>| if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    for (proposal, may) in waiting {
        let payload = proposal.payload();
        let heading = format!("{}  {}  {}", proposal.number, payload.effective, events(payload));
        writeln!(io.out, "{}", styled(BOLD, heading))?;
        if let Some(memo) = &payload.memo {
            writeln!(io.out, "  {}", styled(DIM, memo.clone()))?;
        }
        let asks = asks(proposal.asks(), proposal.proposed.board);
        let approved = list(proposal.approvals.iter().map(|approval| approval.actor.to_string()).collect());
        writeln!(io.out, "  proposed by {}; asks for {asks}; approved by {approved}", proposal.maker)?;
        writeln!(io.out, "  may approve: {}", list(may.iter().map(ActorId::to_string).collect()))?;
        writeln!(io.out, "  hash {}", proposal.hash())?;
    }
    Ok(Exit::Done)
}

fn as_json((proposal, may): &(&Proposal, Vec<ActorId>)) -> Value {
    let approvals = proposal
        .approvals
        .iter()
        .map(|approval| json!({"number": approval.number, "actor": approval.actor, "board": approval.board}));
    json!({
        "proposal": proposal.number,
        "maker": proposal.maker,
        "asks": proposal.asks(),
        "board": proposal.proposed.board,
        "approvals": approvals.collect::<Vec<_>>(),
        "may_approve": may,
        "hash": proposal.hash(),
        "payload": proposal.payload().to_json(),
    })
}

/// Records one event on a day, as an entry of its own, or proposes that; gives its number.
pub(crate) fn record_or_propose(
    app: &App,
    day: Day,
    event: Event,
    (key, propose): (Option<PathBuf>, bool),
    io: &mut Io,
) -> Result<u64, Failure> {
    let entry = made::entry(app, Effective::Day(day), event)?;
    let entry =
        if propose { demanded(&mut append::rehearsal(app, io)?, &entry, None, false)?.entry } else { entry };
    Ok(made::record(app, entry, key, io)?.map_or_else(|number| number, |accepted| accepted.number))
}
