//! The signatures of entries, each checked against the keys and roles that its actor had at its number; and
//! each approval against what it approves of.

use std::ops::ControlFlow;

use ledger_core::decide::admit;
use ledger_core::entry::Entry;
use ledger_core::resolve::{Beside, Proposals};
use ledger_core::world::People;
use ledger_store::signature::signer;
use ledger_store::{Log, LogId, Record};

use super::{Finding, Pass};

const SIGNATURES: &str = "signatures and roles";

/// What was judged so far.
#[derive(Default)]
pub(super) struct Judged {
    people: People,
    proposals: Proposals,
    entries: usize,
    findings: Vec<Finding>,
}

/// Judges every entry, in the order of the log, from the first that is signed, enrols somebody, or says of approvals what
/// nobody could have said yet. Signatures are over the
/// id of the log, which a pack has in its checkpoint.
pub(super) fn judge(log: &dyn Log, log_id: LogId) -> Judged {
    let mut judged = Judged::default();
    // What stops the reading, and what cannot be opened, is found by the passes over the bytes.
    let _found_elsewhere = log.read(1..log.head().size + 1, &mut |record| {
        judged.entry(log_id, &record);
        ControlFlow::Continue(())
    });
    judged
}

impl Judged {
    fn entry(&mut self, log: LogId, record: &Record<'_>) {
        let Ok(envelope) = record.open() else { return };
        let matters = !self.people.is_empty() || !envelope.signatures.is_empty();
        if !matters && !Beside::from_number(record.order).declares {
            return;
        }
        let Ok(entry) = Entry::from_cbor(envelope.payload) else { return };
        let signer = signer(log, envelope.payload, envelope.signatures.iter().copied());
        let admitted = admit(&mut self.people, &mut self.proposals, record.number, &entry, signer);
        self.entries += usize::from(matters || !self.people.is_empty() || admitted.is_err());
        if let Err(refused) = admitted {
            let finding = Finding::of(refused.why.code(), refused.why.to_string());
            self.findings.push(finding.at(record.number));
        }
    }
}

/// The pass over the signatures, if there are any to be expected.
pub(super) fn check(judged: Judged, sound: bool, passes: &mut Vec<Pass>) {
    let Judged { entries, findings, .. } = judged;
    if entries == 0 {
        return;
    }
    let pass = Pass::of(SIGNATURES, entries, "entries", findings);
    passes.push(if sound { pass } else { Pass::not_checked(SIGNATURES) });
}
