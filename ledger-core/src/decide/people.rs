//! Who may record an entry: who signed it, and whether they have the role for what it says. Which key signed is found by
//! whoever sees the bytes; what that key may do is decided here. What is judged is the entry's own number: a key that is
//! revoked later leaves what it signed as it was.

use std::collections::BTreeSet;

use super::Refused;
use super::approvals::{about_proposals, alone, families, not_negative, policy_adopted};
use super::door::text;
use crate::entry::Entry;
use crate::event::books::Role;
use crate::event::{ActorEnrolled, ActorRevoked, Event};
use crate::keys::SignerKey;
use crate::refusal::Refusal;
use crate::resolve::Proposals;
use crate::world::People;

/// Who signed an entry, as far as bytes can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// Nobody.
    Nobody,
    /// The owner of this key, over this entry for this ledger.
    Key(SignerKey),
    /// There is a signature, and it is none over this entry for this ledger; why, in words.
    Invalid(&'static str),
    /// Whoever has to will do so before it is recorded: for rehearsals.
    Later,
}

/// Whether an entry may be recorded by whoever signed it, as people stand before it.
///
/// # Errors
/// [`Refused`] with the event whose role is not held, or none.
pub(super) fn may_record(
    people: &People,
    proposals: &Proposals,
    entry: &Entry,
    signer: Signer,
) -> Result<(), Refused> {
    let enrols = entry.events.iter().any(|event| matches!(event, Event::ActorEnrolled(_)));
    match (people.is_empty(), enrols) {
        (true, false) => {
            unsigned(entry, signer)?;
            nobody_approves(entry)
        }
        (true, true) => first_enrolment(entry, signer),
        (false, _) => signed(people, proposals, entry, signer),
    }
}

/// Judges an entry that is recorded already, with what it says of people itself, and takes that in: for whoever verifies a
/// log from its first entry on.
///
/// # Errors
/// [`Refused`] as it would have been refused; what it says of people is taken in all the same.
pub fn admit(
    people: &mut People,
    proposals: &mut Proposals,
    number: u64,
    entry: &Entry,
    signer: Signer,
) -> Result<(), Refused> {
    let mut judged = may_record(people, proposals, entry, signer);
    let posted = proposals.see(number, entry).map(|proposal| proposal.proposed.clone());
    let said = posted.as_ref().map_or(entry, |posted| posted.payload.entry());
    for (index, event) in said.events.iter().enumerate() {
        let said = if let Event::ActorEnrolled(e) = event {
            actor_enrolled(people, e)
        } else if let Event::ActorRevoked(e) = event {
            actor_revoked(people, e)
        } else if let Event::ApprovalPolicyAdopted(e) = event {
            policy_adopted(people, e)
        } else {
            Ok(())
        };
        judged = judged.and(said.map_err(|why| Refused { event: Some(index), why }));
        people.declare(number, event);
    }
    people.commit();
    judged
}

/// While nobody is enrolled, no signature could be held against anything.
fn unsigned(entry: &Entry, signer: Signer) -> Result<(), Refusal> {
    match signer {
        Signer::Nobody | Signer::Later => Ok(()),
        Signer::Key(_) => Err(Refusal::SignerNotEnrolled { actor: entry.actor }),
        Signer::Invalid(why) => Err(Refusal::SignatureInvalid { actor: entry.actor, why }),
    }
}

/// The first enrolment is the root of all that is signed later. It enrols two actors at least, so that nobody is alone;
/// and an admin of them signs it, which shows that the key is held.
fn first_enrolment(entry: &Entry, signer: Signer) -> Result<(), Refused> {
    let mut people = People::default();
    entry.events.iter().for_each(|event| people.declare(0, event));
    let refused = |why| Err(Refusal::FirstEnrolment { why }.into());
    if people.iter().count() < 2 {
        return refused("it must enrol two actors at least, in one entry");
    }
    let is_admin = |roles: &BTreeSet<Role>| roles.contains(&Role::Admin);
    if !people.iter().any(|(_, actor)| is_admin(&actor.roles)) {
        return refused("one of those enrolled must be admin");
    }
    if entry.events.iter().any(|event| matches!(event, Event::ActorRevoked(_))) {
        return refused("nobody can be revoked by it");
    }
    match people.actor(entry.actor) {
        Some(actor) if is_admin(&actor.roles) => {}
        Some(_) | None => return refused("its own actor must be an admin whom it enrols"),
    }
    held(&people, entry, signer)?;
    roles(&people, entry)
}

/// Once a key is enrolled, every entry is signed by one of its actor's keys.
fn signed(people: &People, proposals: &Proposals, entry: &Entry, signer: Signer) -> Result<(), Refused> {
    held(people, entry, signer)?;
    if let Some(event) = entry.about_proposals() {
        return about_proposals(people, proposals, entry, event);
    }
    roles(people, entry)?;
    families(people, entry.actor, entry)?;
    alone(people, entry)
}

/// While nobody is enrolled, there is nobody whose approval could be told from the maker's.
fn nobody_approves(entry: &Entry) -> Result<(), Refused> {
    let four_eyes =
        |event: &Event| event.is_about_proposals() || matches!(event, Event::ApprovalPolicyAdopted(_));
    match entry.events.iter().position(four_eyes) {
        Some(index) => Err(Refused { event: Some(index), why: Refusal::NobodyToApprove {} }),
        None => Ok(()),
    }
}

/// Whether the key that signed is the actor's.
fn held(people: &People, entry: &Entry, signer: Signer) -> Result<(), Refusal> {
    let name = entry.actor;
    let actor = people.actor(name).ok_or(Refusal::UnknownActor { actor: name })?;
    match signer {
        Signer::Nobody => Err(Refusal::SignatureMissing { actor: name }),
        Signer::Invalid(why) => Err(Refusal::SignatureInvalid { actor: name, why }),
        Signer::Key(key) => match actor.keys.iter().find(|held| held.key == key) {
            None => Err(Refusal::SignerNotEnrolled { actor: name }),
            Some(held) => held.revoked.map_or(Ok(()), |by| Err(Refusal::KeyRevoked { actor: name, by })),
        },
        Signer::Later => match actor.keys_in_force().next() {
            Some(_) => Ok(()),
            None => Err(Refusal::SignerNotEnrolled { actor: name }),
        },
    }
}

/// Whether the actor has a role for everything that the entry says.
pub(super) fn roles(people: &People, entry: &Entry) -> Result<(), Refused> {
    let held = people.actor(entry.actor).map(|actor| &actor.roles);
    for (index, event) in entry.events.iter().enumerate() {
        let needed = needed(event);
        if !needed.iter().any(|role| held.is_some_and(|held| held.contains(role))) {
            let names: Vec<&str> = needed.iter().map(|role| role.as_str()).collect();
            let needed = names.join(" or ");
            let why = Refusal::RoleNotHeld { actor: entry.actor, what: event.name(), needed };
            return Err(Refused { event: Some(index), why });
        }
    }
    Ok(())
}

/// The roles of which one must be held to record an event. Whatever is not named here was prepared.
#[must_use]
pub fn needed(event: &Event) -> &'static [Role] {
    if matches!(event, Event::ActorEnrolled(_) | Event::ActorRevoked(_)) {
        &[Role::Admin]
    } else if matches!(
        event,
        Event::PolicyAdopted(_) | Event::ApprovalPolicyAdopted(_) | Event::PeriodReopened(_)
    ) {
        &[Role::Approver, Role::Admin]
    } else if matches!(event, Event::PeriodClosed(_)) {
        &[Role::Preparer, Role::Approver]
    } else if matches!(event, Event::ReconciliationSignedOff(_)) {
        &[Role::Reconciler, Role::Approver]
    } else if matches!(
        event,
        Event::PriceObserved(_)
            | Event::EvidenceAttached(_)
            | Event::StatementRecorded(_)
            | Event::ReconciliationRun(_)
            | Event::BreakExplained(_)
    ) {
        &[Role::Preparer, Role::Reconciler]
    } else if matches!(
        event,
        Event::TextErased(_)
            | Event::LedgerOpened(_)
            | Event::CommodityDeclared(_)
            | Event::AccountOpened(_)
            | Event::WalletOpened(_)
            | Event::PartyRegistered(_)
    ) {
        &[Role::Preparer, Role::Admin]
    } else {
        &[Role::Preparer]
    }
}

/// What an enrolment says.
pub(super) fn actor_enrolled(people: &People, e: &ActorEnrolled) -> Result<(), Refusal> {
    if e.roles.is_empty() {
        return Err(Refusal::Empty { what: "the roles of an actor" });
    }
    let mut named = BTreeSet::new();
    if let Some(twice) = e.roles.iter().find(|role| !named.insert(**role)) {
        return Err(Refusal::NamedTwice { what: format!("the role {twice}") });
    }
    if let Some(limits) = &e.limits {
        not_negative("the limit of an actor", limits.amount)?;
        let mut named = BTreeSet::new();
        if let Some(twice) = limits.families.iter().find(|family| !named.insert(**family)) {
            return Err(Refusal::NamedTwice { what: format!("the family {twice}") });
        }
    }
    match people.owner(e.key) {
        Some((actor, held)) => Err(Refusal::KeyTwice { actor, by: held.from }),
        None => Ok(()),
    }
}

/// What a revocation says. An admin with a key is left, or nobody could ever be enrolled again.
pub(super) fn actor_revoked(people: &People, e: &ActorRevoked) -> Result<(), Refusal> {
    text("the reason", Some(&e.reason), 500)?;
    let actor = people.actor(e.actor).ok_or(Refusal::UnknownActor { actor: e.actor })?;
    let is_meant = |key: SignerKey| e.key.is_none_or(|named| named == key);
    if !actor.keys_in_force().any(|held| is_meant(held.key)) {
        return Err(Refusal::NothingToRevoke { actor: e.actor });
    }
    let mut left = people.clone();
    left.declare(0, &Event::ActorRevoked(e.clone()));
    let is_left = |(_, actor): (_, &crate::world::Actor)| {
        actor.roles.contains(&Role::Admin) && actor.keys_in_force().next().is_some()
    };
    if left.iter().any(is_left) { Ok(()) } else { Err(Refusal::LastAdmin { actor: e.actor }) }
}
