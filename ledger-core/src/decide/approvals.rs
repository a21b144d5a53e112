//! Four eyes: what one person cannot record alone, what a proposal must ask for, who may approve of it, and what the
//! amount of an entry says of all that.

use std::collections::BTreeSet;

use super::Refused;
use super::door::text;
use super::people::{needed, roles};
use crate::account::Class;
use crate::entry::Entry;
use crate::event::books::{ApprovalRule, Family, Limits, Role};
use crate::event::{ApprovalPolicyAdopted, EntryApproved, EntryProposed, EntryRejected, Event};
use crate::fold::Posted;
use crate::ids::ActorId;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::resolve::{Proposal, Proposals};
use crate::world::{People, World};

/// What an entry must have behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Demand {
    /// Approvals by others.
    approvals: u8,
    /// A resolution of the board.
    board: bool,
}

impl Demand {
    fn and(self, rule: &ApprovalRule) -> Demand {
        Demand { approvals: self.approvals.max(rule.approvals), board: self.board || rule.board }
    }
}

/// Whether nobody may record such an event alone once anybody is enrolled, whatever a policy says.
#[must_use]
pub fn is_never_alone(event: &Event) -> bool {
    matches!(
        event,
        Event::ActorEnrolled(_)
            | Event::ApprovalPolicyAdopted(_)
            | Event::PolicyAdopted(_)
            | Event::WalletOpened(_)
            | Event::PeriodClosed(_)
            | Event::PeriodReopened(_)
    )
}

/// The rules of the policy in force that speak of an event.
fn rules_for<'p>(people: &'p People, event: &Event) -> impl Iterator<Item = &'p ApprovalRule> {
    let family = event.family();
    let rules = people.policy().map_or(&[][..], |policy| &policy.rules);
    rules.iter().filter(move |rule| rule.family.as_str() == family)
}

/// What an entry demands by what it is, whatever it amounts to.
fn demanded(people: &People, entry: &Entry) -> Demand {
    let always = entry.events.iter().any(is_never_alone);
    let rules = entry.events.iter().flat_map(|event| rules_for(people, event));
    let least = Demand { approvals: u8::from(always), board: false };
    rules.filter(|rule| rule.above.is_none()).fold(least, Demand::and)
}

/// Whether an entry may be recorded by one person, as far as that does not hang on its amount.
pub(super) fn alone(people: &People, entry: &Entry) -> Result<(), Refused> {
    for (index, event) in entry.events.iter().enumerate() {
        let refused = |why: String| {
            let why = Refusal::NeedsApproval { what: event.name(), why };
            Err(Refused { event: Some(index), why })
        };
        if is_never_alone(event) {
            return refused("once anybody is enrolled".to_owned());
        }
        if rules_for(people, event).any(|rule| rule.above.is_none()) {
            return refused(by_policy(people));
        }
    }
    Ok(())
}

fn by_policy(people: &People) -> String {
    let by = people.policy().map(|policy| policy.by).unwrap_or_default();
    format!("by the policy of entry {by}")
}

/// What must be tried of an entry before it is recorded, beside itself: what it proposes, or what it approves of.
pub(super) fn to_try<'e>(proposals: &'e Proposals, entry: &'e Entry) -> Option<&'e Entry> {
    let approved = || entry.approved().and_then(|approved| proposals.waits(approved.proposal));
    entry.proposed().map(|e| e.payload.entry()).or_else(|| approved().map(Proposal::payload))
}

/// Whether a proposal, an approval or a rejection may be recorded by its actor, whose signature was looked at.
pub(super) fn about_proposals(
    people: &People,
    proposals: &Proposals,
    entry: &Entry,
    event: &Event,
) -> Result<(), Refused> {
    if entry.events.len() > 1 {
        return Err(Refusal::ProposalStandsAlone {}.into());
    }
    let judged = if let Event::EntryProposed(e) = event {
        proposed(people, entry, e)
    } else if let Event::EntryApproved(e) = event {
        approved(people, proposals, entry, e)
    } else if let Event::EntryRejected(e) = event {
        rejected(people, proposals, entry, e)
    } else {
        Ok(())
    };
    judged.map_err(|why| Refused { event: Some(0), why })
}

fn proposed(people: &People, entry: &Entry, e: &EntryProposed) -> Result<(), Refusal> {
    let payload = e.payload.entry();
    let cannot = |event: &&Event| event.is_about_proposals() || matches!(event, Event::LedgerOpened(_));
    if let Some(event) = payload.events.iter().find(cannot) {
        return Err(Refusal::NotToBeProposed { what: event.name() });
    }
    if payload.actor != entry.actor {
        return Err(Refusal::ProposedForAnother { named: payload.actor, actor: entry.actor });
    }
    let hash = e.payload.hash();
    if hash != e.hash {
        return Err(Refusal::PayloadHashDiffers { stated: e.hash, hash });
    }
    roles(people, payload).map_err(|refused| refused.why)?;
    families(people, entry.actor, payload)?;
    asks_enough(e, demanded(people, payload))
}

fn asks_enough(e: &EntryProposed, needed: Demand) -> Result<(), Refusal> {
    if e.asks() >= needed.approvals && (e.board || !needed.board) {
        return Ok(());
    }
    let board = |board| if board { " and a resolution of the board" } else { "" };
    Err(Refusal::AsksTooLittle {
        asked: e.asks(),
        asked_board: board(e.board),
        needed: needed.approvals.max(1),
        needed_board: board(needed.board),
    })
}

/// A proposal that still waits.
///
/// # Errors
/// [`Refusal::ProposalSettled`], [`Refusal::UnknownProposal`].
pub fn waiting(proposals: &Proposals, number: u64) -> Result<&Proposal, Refusal> {
    match (proposals.waits(number), proposals.settled(number)) {
        (Some(proposal), _) => Ok(proposal),
        (None, Some(settled)) => {
            let what = if settled.posted.is_some() { "approved" } else { "rejected" };
            Err(Refusal::ProposalSettled { number, what, by: settled.by })
        }
        (None, None) => Err(Refusal::UnknownProposal { number }),
    }
}

fn approved(people: &People, proposals: &Proposals, entry: &Entry, e: &EntryApproved) -> Result<(), Refusal> {
    text("the resolution of the board", e.board.as_deref(), 200)?;
    let (actor, number) = (entry.actor, e.proposal);
    let proposal = waiting(proposals, number)?;
    if e.hash != proposal.hash() {
        return Err(Refusal::OtherPayload { number, hash: proposal.hash(), given: e.hash });
    }
    if actor == proposal.maker || actor == proposal.payload().actor {
        return Err(Refusal::OwnProposal { actor, number });
    }
    if let Some(before) = proposal.approvals.iter().find(|before| before.actor == actor) {
        return Err(Refusal::ApprovedTwice { actor, number, by: before.number });
    }
    answers(people, entry, proposal.payload())?;
    families(people, actor, proposal.payload())?;
    let boards = proposal.approvals.iter().map(|before| &before.board).chain([&e.board]);
    if proposal.proposed.board && proposal.needs_one_more() && boards.flatten().next().is_none() {
        return Err(Refusal::BoardMissing { number });
    }
    Ok(())
}

fn rejected(people: &People, proposals: &Proposals, entry: &Entry, e: &EntryRejected) -> Result<(), Refusal> {
    text("the reason", Some(&e.reason), 500)?;
    let proposal = waiting(proposals, e.proposal)?;
    // Whoever proposed it may take it back.
    if entry.actor == proposal.maker { Ok(()) } else { answers(people, entry, proposal.payload()) }
}

/// Whether an actor answers for such an entry: an approver for any, an admin for what an admin may record.
fn answers(people: &People, entry: &Entry, payload: &Entry) -> Result<(), Refusal> {
    if answers_for(people, entry.actor, payload) {
        return Ok(());
    }
    let needed = if is_of_admin(payload) { "approver or admin" } else { "approver" };
    let what = entry.events.first().map_or("entry_approved", Event::name);
    Err(Refusal::RoleNotHeld { actor: entry.actor, what, needed: needed.to_owned() })
}

/// Whether an admin may record such an entry.
fn is_of_admin(payload: &Entry) -> bool {
    payload.events.iter().all(|event| needed(event).contains(&Role::Admin))
}

fn answers_for(people: &People, actor: ActorId, payload: &Entry) -> bool {
    let holds = |role| people.actor(actor).is_some_and(|actor| actor.roles.contains(&role));
    holds(Role::Approver) || (is_of_admin(payload) && holds(Role::Admin))
}

/// The family of an enrolment, by which rules and limits speak of it.
const OF_ENROLMENTS: Family = Family::Books;

/// How many approvals a further enrolment needs.
pub(super) fn asked_for_enrolments(people: &People) -> u8 {
    let rules = people.policy().map_or(&[][..], |policy| &policy.rules);
    let of_enrolments = rules.iter().filter(|rule| rule.family == OF_ENROLMENTS && rule.above.is_none());
    of_enrolments.map(|rule| rule.approvals).fold(1, u8::max)
}

/// Whether an actor answers for an enrolment: an approver or admin, who is not limited to other families.
pub(super) fn answers_for_enrolments(people: &People, actor: ActorId) -> bool {
    let limits = limits(people, actor);
    let roles = people.actor(actor).map(|actor| &actor.roles);
    let by_role = roles.is_some_and(|roles| roles.contains(&Role::Approver) || roles.contains(&Role::Admin));
    by_role && (limits.families.is_empty() || limits.families.contains(&OF_ENROLMENTS))
}

/// Those who may approve of a proposal that waits, as far as that does not hang on its amount.
pub fn approvers<'p>(people: &'p People, proposal: &'p Proposal) -> impl Iterator<Item = ActorId> {
    let payload = proposal.payload();
    let is_free = |actor| {
        let made = actor == proposal.maker || actor == payload.actor;
        !made && proposal.approvals.iter().all(|approval| approval.actor != actor)
    };
    let in_force = people.iter().filter(|(_, actor)| actor.keys_in_force().next().is_some());
    in_force.map(|(name, _)| name).filter(move |name| {
        is_free(*name) && answers_for(people, *name, payload) && families(people, *name, payload).is_ok()
    })
}

fn limits(people: &People, actor: ActorId) -> Limits {
    people.actor(actor).map(|actor| actor.limits.clone()).unwrap_or_default()
}

/// Whether an actor is limited to other families than those of what it says, proposes or approves.
pub(super) fn families(people: &People, actor: ActorId, payload: &Entry) -> Result<(), Refusal> {
    let named = limits(people, actor).families;
    let within = |event: &&Event| named.iter().any(|family| family.as_str() == event.family());
    match payload.events.iter().find(|event| !named.is_empty() && !within(event)) {
        Some(event) => {
            let named: Vec<&str> = named.iter().map(|family| family.as_str()).collect();
            let (what, family, named) = (event.name(), event.family(), named.join(", "));
            Err(Refusal::FamilyNotHeld { actor, what, family, named })
        }
        None => Ok(()),
    }
}

/// What a policy and limits say. Whoever adopts it has those who can approve by it.
pub(super) fn policy_adopted(people: &People, e: &ApprovalPolicyAdopted) -> Result<(), Refusal> {
    let mut named = BTreeSet::new();
    let answers = |actor: &crate::world::Actor| {
        actor.roles.contains(&Role::Approver) && actor.keys_in_force().next().is_some()
    };
    let approvers = people.iter().filter(|(_, actor)| answers(actor)).count();
    for rule in &e.rules {
        if rule.approvals == 0 {
            return Err(Refusal::NotPositive { what: "the approvals of a rule", amount: "0".to_owned() });
        }
        not_negative("the amount of a rule", rule.above)?;
        if !named.insert((rule.family, rule.above)) {
            return Err(Refusal::NamedTwice { what: format!("the rule for {}", rule.family) });
        }
        if usize::from(rule.approvals) > approvers {
            return Err(Refusal::TooFewApprovers { asked: rule.approvals, approvers });
        }
    }
    Ok(())
}

/// An amount that bounds something.
pub(super) fn not_negative(what: &'static str, amount: Option<Money>) -> Result<(), Refusal> {
    match amount.filter(|amount| amount.is_negative()) {
        Some(amount) => Err(Refusal::Negative { what, amount: amount.to_string() }),
        None => Ok(()),
    }
}

/// What hangs on the amount of an entry, which is known once it was tried: of what was said before it.
#[derive(Debug, Default)]
pub(super) struct OnAmount {
    /// The rules that hold above an amount, and where they come from.
    rules: Vec<ApprovalRule>,
    by: String,
    /// Up to what its actor records and approves.
    limit: Option<Money>,
    /// What is proposed, or else it is recorded or approved.
    proposed: Option<EntryProposed>,
}

impl OnAmount {
    /// What is to be held against the amount of an entry, or of what it proposes or approves of.
    pub(super) fn of(people: &People, entry: &Entry) -> OnAmount {
        if people.is_empty() {
            return OnAmount::default();
        }
        let proposed = entry.proposed().cloned();
        let subject = proposed.as_ref().map_or(entry, |proposed| proposed.payload.entry());
        // What is approved was held against the policy when it was proposed.
        let judged = subject.events.iter().filter(|event| !event.is_about_proposals());
        let rules = judged.flat_map(|event| rules_for(people, event));
        OnAmount {
            rules: rules.filter(|rule| rule.above.is_some()).cloned().collect(),
            by: by_policy(people),
            // Whoever may not record it may propose it.
            limit: limits(people, entry.actor).amount.filter(|_| proposed.is_none()),
            proposed,
        }
    }

    /// Whether the amount says anything.
    pub(super) fn matters(&self) -> bool {
        !self.rules.is_empty() || self.limit.is_some()
    }

    /// Holds the amount against it.
    pub(super) fn judge(&self, world: &World, entry: &Entry, posted: &[Posted]) -> Result<(), Refusal> {
        if !self.matters() {
            return Ok(());
        }
        let amount = amount(world, posted)?;
        let actor = entry.actor;
        if let Some(limit) = self.limit.filter(|limit| amount > *limit) {
            return Err(Refusal::OverActorLimit { actor, limit, amount });
        }
        let holds = |rule: &&ApprovalRule| rule.above.is_some_and(|above| amount > above);
        let demand = self.rules.iter().filter(holds).fold(Demand::default(), Demand::and);
        match &self.proposed {
            Some(proposed) => asks_enough(proposed, demand),
            None if demand.approvals > 0 => {
                let what = entry.events.first().map_or("it", Event::name);
                let why = format!("{}: it debits {amount:#.2}", self.by);
                Err(Refusal::NeedsApproval { what, why })
            }
            None => Ok(()),
        }
    }
}

/// What an entry amounts to: the sum of what it debits in the ledger's first book, memo accounts aside.
fn amount(world: &World, posted: &[Posted]) -> Result<Money, Refusal> {
    let first = world.books().next().map(|declared| declared.book);
    let mut sum = Money::ZERO;
    for posted in posted.iter().filter(|posted| Some(posted.book) == first) {
        for line in posted.journal.lines().iter().filter(|line| line.amount.is_positive()) {
            if world.account(line.target.account)?.class != Class::Memo {
                sum = sum.plus(line.amount)?;
            }
        }
    }
    Ok(sum)
}
