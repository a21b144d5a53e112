//! Who proposed an entry and who approved of it, where it was posted by an approval.

use std::ops::ControlFlow;

use ledger_core::event::Event;
use ledger_core::ids::ActorId;
use ledger_core::replay::Archive;
use ledger_core::resolve::Approval;
use ledger_store::archive::LogArchive;
use serde_json::{Value, json};

use crate::diagnostic::Failure;
use crate::store::Loaded;

/// How an entry came to be posted by an approval.
pub(super) struct Consent {
    proposal: u64,
    maker: ActorId,
    hash: String,
    approvals: Vec<Approval>,
    /// The entry that adopted the approval policy in force when it was proposed.
    policy: Option<u64>,
}

impl Consent {
    /// That of an entry, if it has one.
    pub(super) fn of(loaded: &Loaded, number: u64) -> Result<Option<Consent>, Failure> {
        let outline = loaded.reading.outline();
        let Some(proposal) = outline.proposals().posted_by(number) else { return Ok(None) };
        let (mut proposed, mut approvals) = (None, Vec::new());
        LogArchive(loaded.reading.log()).read(proposal..number + 1, &mut |recorded, _| {
            if let Some(of) = recorded.entry.proposed().filter(|_| recorded.number == proposal) {
                proposed = Some((recorded.entry.actor, of.hash));
            } else if let Some(of) = recorded.entry.approved().filter(|of| of.proposal == proposal) {
                let (actor, board) = (recorded.entry.actor, of.board.clone());
                approvals.push(Approval { number: recorded.number, actor, board });
            }
            ControlFlow::Continue(())
        })?;
        let adopts = |event: &Event| matches!(event, Event::ApprovalPolicyAdopted(_));
        let mut before = outline.declaring().iter().take_while(|declaring| declaring.number < proposal);
        let policy = before.by_ref().filter(|declaring| declaring.events.iter().any(adopts)).last();
        let policy = policy.map(|declaring| declaring.number);
        Ok(proposed.map(|(maker, hash)| Consent {
            proposal,
            maker,
            hash: hash.to_string(),
            approvals,
            policy,
        }))
    }

    /// In words, a line each.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("proposed by {} in entry {}", self.maker, self.proposal)];
        for Approval { number, actor, board } in &self.approvals {
            let board = board.as_ref().map(|board| format!(", resolution {board}")).unwrap_or_default();
            lines.push(format!("approved by {actor} in entry {number}{board}"));
        }
        lines.push(match self.policy {
            Some(policy) => format!("under the approval policy of entry {policy}"),
            None => "under no approval policy but what always needs an approval".to_owned(),
        });
        lines
    }

    /// As a value.
    pub(super) fn to_json(&self) -> Value {
        let approval = |of: &Approval| json!({"number": of.number, "actor": of.actor, "board": of.board});
        json!({
            "proposal": self.proposal,
            "proposed_by": self.maker,
            "hash": self.hash,
            "approvals": self.approvals.iter().map(approval).collect::<Vec<_>>(),
            "policy": self.policy,
        })
    }
}
