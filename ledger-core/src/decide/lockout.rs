//! What would leave nobody who could ever enrol anybody again: no close, no policy and no wallet could follow either, and
//! nothing recorded afterwards could mend it. It is judged at the door only: what is recorded is never refused again.

use super::approvals::{answers_for_enrolments, asked_for_enrolments};
use crate::entry::Entry;
use crate::event::Event;
use crate::event::books::Role;
use crate::ids::ActorId;
use crate::refusal::Refusal;
use crate::world::{Actor, People};

/// Whether an admin could propose a further enrolment, and as many others as the policy asks for could approve it.
#[must_use]
pub fn could_enrol(people: &People) -> bool {
    let asked = usize::from(asked_for_enrolments(people));
    let answers = |(name, actor): &(ActorId, &Actor)| {
        actor.keys_in_force().next().is_some() && answers_for_enrolments(people, *name)
    };
    let others = |maker: ActorId| people.iter().filter(|(name, _)| *name != maker).filter(answers).count();
    let admins = people.iter().filter(|(_, actor)| actor.roles.contains(&Role::Admin)).filter(answers);
    admins.into_iter().any(|(admin, _)| others(admin) >= asked)
}

/// Refuses an entry, or what a proposal or an approval posts, after which nobody could be enrolled any more. The revocation of
/// another's key is let through all the same: a lost key must not wait. Whoever revokes their own still holds it, and can.
pub(super) fn stays_open(people: &People, entry: &Entry) -> Result<(), Refusal> {
    let narrows = |event: &Event| {
        if let Event::ActorRevoked(revoked) = event {
            return revoked.actor == entry.actor;
        }
        matches!(event, Event::ActorEnrolled(_) | Event::ApprovalPolicyAdopted(_))
    };
    if !entry.events.iter().any(narrows) || (!people.is_empty() && !could_enrol(people)) {
        return Ok(());
    }
    let mut left = people.clone();
    entry.events.iter().for_each(|event| left.declare(0, event));
    if could_enrol(&left) {
        return Ok(());
    }
    Err(Refusal::NobodyCouldEnrol { asked: asked_for_enrolments(&left) })
}
