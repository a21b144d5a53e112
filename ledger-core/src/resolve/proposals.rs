//! Proposals that wait for approvals, those that are settled, and which approval posts what. An approval counts only for
//! the payload whose hash it names, and only once for an actor, who is not the one who proposed it. Who signed it is not known
//! here: what was forged in another's name is found by whoever verifies.

use std::collections::BTreeMap;
use std::sync::Arc;

use minicbor::{Decode, Encode};

use crate::entry::{Entry, EntryId};
use crate::event::{EntryApproved, EntryProposed, Event};
use crate::evidence::Sha256Hex;
use crate::ids::ActorId;

/// An approval of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Approval {
    /// The entry that approves.
    #[n(0)]
    pub number: u64,
    /// Whose it is.
    #[n(1)]
    pub actor: ActorId,
    /// The resolution of the board that it names.
    #[n(2)]
    pub board: Option<String>,
}

/// A proposal that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its number.
    pub number: u64,
    /// Who proposed it.
    pub maker: ActorId,
    /// What it says.
    pub proposed: Arc<EntryProposed>,
    /// Those who approved so far, one at least fewer than it asks for.
    pub approvals: Vec<Approval>,
}

impl Proposal {
    /// The entry that is proposed.
    #[must_use]
    pub fn payload(&self) -> &Entry {
        self.proposed.payload.entry()
    }

    /// The hash of its payload.
    #[must_use]
    pub fn hash(&self) -> Sha256Hex {
        self.proposed.hash
    }

    /// How many approvals it asks for.
    #[must_use]
    pub fn asks(&self) -> u8 {
        self.proposed.asks()
    }

    /// Whether an approval by an actor counts.
    fn takes(&self, approved: &EntryApproved, actor: ActorId) -> bool {
        let is_made_by = |maker: ActorId| maker == actor;
        approved.hash == self.hash()
            && !is_made_by(self.maker)
            && !is_made_by(self.payload().actor)
            && !self.approvals.iter().any(|before| before.actor == actor)
    }

    /// Whether one more approval is all that it waits for.
    #[must_use]
    pub fn needs_one_more(&self) -> bool {
        self.approvals.len() + 1 >= usize::from(self.asks())
    }
}

impl EntryProposed {
    /// How many approvals it asks for: one at least.
    #[must_use]
    pub fn asks(&self) -> u8 {
        self.approvals.unwrap_or(1).max(1)
    }
}

/// How a proposal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The entry that ended it.
    pub by: u64,
    /// The id under which its payload was posted; none if it was rejected.
    pub posted: Option<EntryId>,
}

/// All proposals of a log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposals {
    waiting: BTreeMap<u64, Proposal>,
    settled: BTreeMap<u64, Settled>,
    /// By the approval that posts it: the proposal.
    posting: BTreeMap<u64, u64>,
    /// By the id of a payload that waits or was posted: the proposal.
    ids: BTreeMap<EntryId, u64>,
    /// What was settled last, and by which entry, so that it can be taken back.
    last: Option<(u64, Proposal)>,
}

impl Proposals {
    /// Those that wait, by number.
    pub fn waiting(&self) -> impl Iterator<Item = &Proposal> {
        self.waiting.values()
    }

    /// One that waits.
    #[must_use]
    pub fn waits(&self, number: u64) -> Option<&Proposal> {
        self.waiting.get(&number)
    }

    /// How one ended.
    #[must_use]
    pub fn settled(&self, number: u64) -> Option<Settled> {
        self.settled.get(&number).copied()
    }

    /// The proposal that an approval posts.
    #[must_use]
    pub fn posted_by(&self, approval: u64) -> Option<u64> {
        self.posting.get(&approval).copied()
    }

    /// The proposal whose payload has an id, if it waits or was posted.
    #[must_use]
    pub fn of_id(&self, id: EntryId) -> Option<u64> {
        self.ids.get(&id).copied()
    }

    /// The proposal that an entry would post as the next.
    #[must_use]
    pub fn posts(&self, entry: &Entry) -> Option<&Proposal> {
        let approved = entry.approved()?;
        let proposal = self.waits(approved.proposal)?;
        (proposal.takes(approved, entry.actor) && proposal.needs_one_more()).then_some(proposal)
    }

    /// Takes in the next entry; gives the proposal that it posts.
    pub fn see(&mut self, number: u64, entry: &Entry) -> Option<&Proposal> {
        let event = entry.about_proposals()?;
        if let Event::EntryProposed(proposed) = event {
            let (maker, proposed) = (entry.actor, Arc::new(proposed.clone()));
            self.wait(Proposal { number, maker, proposed, approvals: Vec::new() });
        } else if let Event::EntryApproved(approved) = event {
            return self.approve(number, entry.actor, approved);
        } else if let Event::EntryRejected(rejected) = event
            && let Some(proposal) = self.waiting.remove(&rejected.proposal)
        {
            self.ids.remove(&proposal.payload().id);
            self.settled.insert(proposal.number, Settled { by: number, posted: None });
            self.last = Some((number, proposal));
        }
        None
    }

    fn wait(&mut self, proposal: Proposal) {
        self.ids.insert(proposal.payload().id, proposal.number);
        self.waiting.insert(proposal.number, proposal);
    }

    fn approve(&mut self, number: u64, actor: ActorId, approved: &EntryApproved) -> Option<&Proposal> {
        let proposal =
            self.waiting.get_mut(&approved.proposal).filter(|proposal| proposal.takes(approved, actor))?;
        let is_last = proposal.needs_one_more();
        proposal.approvals.push(Approval { number, actor, board: approved.board.clone() });
        if !is_last {
            return None;
        }
        let proposal = self.waiting.remove(&approved.proposal)?;
        self.settled.insert(proposal.number, Settled { by: number, posted: Some(proposal.payload().id) });
        self.posting.insert(number, proposal.number);
        let (_, posted) = self.last.insert((number, proposal));
        Some(posted)
    }

    /// Takes back the entry seen last.
    pub(super) fn forget(&mut self, number: u64) {
        if let Some(proposal) = self.waiting.remove(&number) {
            self.ids.remove(&proposal.payload().id);
        }
        if let Some((_, proposal)) = self.last.take_if(|(by, _)| *by == number) {
            self.settled.remove(&proposal.number);
            self.posting.remove(&number);
            self.wait(proposal);
        }
        for proposal in self.waiting.values_mut() {
            proposal.approvals.retain(|approval| approval.number < number);
        }
    }

    /// In CBOR, for whoever keeps it.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        let waiting = self.waiting.values();
        let waiting: Vec<_> = waiting
            .map(|proposal| (proposal.number, proposal.maker, &*proposal.proposed, &proposal.approvals))
            .collect();
        let settled: Vec<_> =
            self.settled.iter().map(|(number, Settled { by, posted })| (*number, *by, *posted)).collect();
        // Writing to memory cannot fail.
        minicbor::to_vec((waiting, settled)).unwrap_or_default()
    }

    /// Reads what [`Proposals::to_cbor`] wrote.
    ///
    /// # Errors
    /// When the bytes are not that.
    pub fn from_cbor(bytes: &[u8]) -> Result<Proposals, minicbor::decode::Error> {
        type Waiting = Vec<(u64, ActorId, EntryProposed, Vec<Approval>)>;
        let (waiting, settled): (Waiting, Vec<(u64, u64, Option<EntryId>)>) = minicbor::decode(bytes)?;
        let mut proposals = Proposals::default();
        for (number, maker, proposed, approvals) in waiting {
            proposals.wait(Proposal { number, maker, proposed: Arc::new(proposed), approvals });
        }
        for (number, by, posted) in settled {
            proposals.settled.insert(number, Settled { by, posted });
            if let Some(id) = posted {
                proposals.posting.insert(by, number);
                proposals.ids.insert(id, number);
            }
        }
        Ok(proposals)
    }
}
