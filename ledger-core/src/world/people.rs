//! Who may record: actors, their keys and roles, as declared. Each holds from its number on, whatever day an entry is of.

use std::collections::BTreeSet;

use crate::event::books::{ApprovalRule, Limits, Role};
use crate::event::{ActorEnrolled, ActorRevoked, Event};
use crate::ids::ActorId;
use crate::keys::SignerKey;
use crate::tracked::Tracked;

/// A key of an actor, and between which entries it signs for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldKey {
    /// The key.
    pub key: SignerKey,
    /// The entry that enrolled it.
    pub from: u64,
    /// The entry that revoked it.
    pub revoked: Option<u64>,
}

/// An actor: the roles stated last, and every key there was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    /// What the actor may do.
    pub roles: BTreeSet<Role>,
    /// How far they reach, as stated with them.
    pub limits: Limits,
    /// In the order in which they were enrolled.
    pub keys: Vec<HeldKey>,
}

impl Actor {
    /// The keys that are not revoked.
    pub fn keys_in_force(&self) -> impl Iterator<Item = &HeldKey> {
        self.keys.iter().filter(|held| held.revoked.is_none())
    }
}

/// What needs approvals beyond what always does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalPolicy {
    /// The entry that adopted it.
    pub by: u64,
    /// Its rules.
    pub rules: Vec<ApprovalRule>,
}

/// All actors, by name, and what one of them cannot do alone.
#[derive(Debug, Clone, Default)]
pub struct People {
    actors: Tracked<ActorId, Actor>,
    policy: Tracked<(), ApprovalPolicy>,
}

impl People {
    /// Takes in what an event says of actors, if it does.
    pub fn declare(&mut self, number: u64, event: &Event) {
        if let Event::ActorEnrolled(e) = event {
            self.enrol(number, e);
        } else if let Event::ActorRevoked(e) = event {
            self.revoke(number, e);
        } else if let Event::ApprovalPolicyAdopted(e) = event {
            self.policy.set((), ApprovalPolicy { by: number, rules: e.rules.clone() });
        }
    }

    fn enrol(&mut self, number: u64, e: &ActorEnrolled) {
        let mut actor = self.actors.get(&e.actor).cloned().unwrap_or_default();
        actor.roles = e.roles.iter().copied().collect();
        actor.limits = e.limits.clone().unwrap_or_default();
        actor.keys.push(HeldKey { key: e.key, from: number, revoked: None });
        self.actors.set(e.actor, actor);
    }

    fn revoke(&mut self, number: u64, e: &ActorRevoked) {
        let Some(mut actor) = self.actors.get(&e.actor).cloned() else { return };
        let is_meant = |held: &&mut HeldKey| e.key.is_none_or(|key| key == held.key);
        for held in actor.keys.iter_mut().filter(is_meant) {
            held.revoked = held.revoked.or(Some(number));
        }
        self.actors.set(e.actor, actor);
    }

    /// Whether nobody was ever enrolled: entries are then recorded without signatures.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.actors.iter().next().is_none()
    }

    /// An actor who was enrolled.
    #[must_use]
    pub fn actor(&self, actor: ActorId) -> Option<&Actor> {
        self.actors.get(&actor)
    }

    /// The policy in force, if one was adopted.
    #[must_use]
    pub fn policy(&self) -> Option<&ApprovalPolicy> {
        self.policy.get(&())
    }

    /// All actors, by name.
    pub fn iter(&self) -> impl Iterator<Item = (ActorId, &Actor)> {
        self.actors.iter().map(|(name, actor)| (*name, actor))
    }

    /// Whose a key is or was.
    #[must_use]
    pub fn owner(&self, key: SignerKey) -> Option<(ActorId, HeldKey)> {
        let all = self.iter().flat_map(|(name, actor)| actor.keys.iter().map(move |held| (name, *held)));
        all.filter(|(_, held)| held.key == key).last()
    }

    /// Keeps what was changed.
    pub fn commit(&mut self) {
        self.actors.commit();
        self.policy.commit();
    }

    pub(super) fn rollback(&mut self) {
        self.actors.rollback();
        self.policy.rollback();
    }
}

impl super::World {
    /// Who may record.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }
}
