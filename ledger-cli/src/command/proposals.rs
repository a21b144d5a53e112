//! `treasury propose`, `approve`, `reject` and `pending`: entries that wait until others have read them.

use ledger_core::entry::Entry;
use ledger_core::event::books::Role;
use ledger_core::event::{EntryApproved, EntryRejected, Event};
use ledger_core::ids::ActorId;
use ledger_core::refusal::Refusal;
use ledger_core::resolve::{Proposal, Question};
use ledger_store::ledger::LedgerError;
use serde_json::{Value, json};

use crate::app::App;
use crate::args::{Approve, Format, Making, Propose, Reject};
use crate::command::append;
use crate::command::made;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, styled};
use crate::render;
use crate::store::{Loaded, load};

/// Runs `treasury propose`.
pub(crate) fn propose(app: &App, args: &Propose, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("propose")?;
    let payload = append::only_entry(&args.file, app.may_ask)?;
    let mut ledger = append::rehearsal(app, io)?;
    let (mut approvals, mut board) = (args.approvals, args.board);
    let (entry, accepted) = loop {
        let entry = made::proposing(payload.clone(), approvals, board);
        match ledger.rehearse(&entry) {
            // What the policy demands is asked for, unless somebody asked for less.
            Err(LedgerError::Refused(refused)) => {
                let more = if let Refusal::AsksTooLittle { needed, needed_board, .. } = &refused.why {
                    Some((Some((*needed).max(approvals.unwrap_or(1))), board || !needed_board.is_empty()))
                } else {
                    None
                };
                match more.filter(|more| args.approvals.is_none() && *more != (approvals, board)) {
                    Some(more) => (approvals, board) = more,
                    None => return Err(refused.why.into()),
                }
            }
            Err(error) => return Err(error.into()),
            Ok(ledger_core::decide::Decision::Accepted(accepted)) => break (entry, Some(accepted)),
            Ok(ledger_core::decide::Decision::AlreadyRecorded(_)) => break (entry, None),
        }
    };
    if let (true, Some(accepted)) = (args.dry_run, &accepted) {
        append::show_posted(&entry, accepted, ledger.fold(), io)?;
        io.note("nothing was recorded");
        return Ok(Exit::Done);
    }
    drop(ledger);
    let asks = asks(approvals.unwrap_or(1), board);
    make(app, entry, &args.making, &format!("waits for {asks}"), io)
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
    let proposals = loaded.reading.outline().proposals();
    let settled = || match proposals.settled(number) {
        Some(settled) => {
            let what = if settled.posted.is_some() { "approved" } else { "rejected" };
            Refusal::ProposalSettled { number, what, by: settled.by }
        }
        None => Refusal::UnknownProposal { number },
    };
    proposals.waits(number).ok_or_else(|| settled().into())
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
    let may = |proposal: &Proposal| -> Vec<ActorId> {
        let answers = |actor: &ledger_core::world::Actor| {
            actor.roles.contains(&Role::Approver) && actor.keys_in_force().next().is_some()
        };
        let took = |name: ActorId| proposal.approvals.iter().any(|approval| approval.actor == name);
        let people = fold.world().people().iter().filter(|(_, actor)| answers(actor));
        people.map(|(name, _)| name).filter(|name| *name != proposal.maker && !took(*name)).collect()
    };
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
