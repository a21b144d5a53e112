//! Who may record: actors, their keys and roles, as declared. Each holds from its number on, whatever day an entry is of.

use std::collections::BTreeSet;

use crate::event::books::Role;
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
    /// In the order in which they were enrolled.
    pub keys: Vec<HeldKey>,
}

impl Actor {
    /// The keys that are not revoked.
    pub fn keys_in_force(&self) -> impl Iterator<Item = &HeldKey> {
        self.keys.iter().filter(|held| held.revoked.is_none())
    }
}

/// All actors, by name.
#[derive(Debug, Clone, Default)]
pub struct People(Tracked<ActorId, Actor>);

impl People {
    /// Takes in what an event says of actors, if it does.
    pub fn declare(&mut self, number: u64, event: &Event) {
        if let Event::ActorEnrolled(e) = event {
            self.enrol(number, e);
        } else if let Event::ActorRevoked(e) = event {
            self.revoke(number, e);
        }
    }

    fn enrol(&mut self, number: u64, e: &ActorEnrolled) {
        let mut actor = self.0.get(&e.actor).cloned().unwrap_or_default();
        actor.roles = e.roles.iter().copied().collect();
        actor.keys.push(HeldKey { key: e.key, from: number, revoked: None });
        self.0.set(e.actor, actor);
    }

    fn revoke(&mut self, number: u64, e: &ActorRevoked) {
        let Some(mut actor) = self.0.get(&e.actor).cloned() else { return };
        let is_meant = |held: &&mut HeldKey| e.key.is_none_or(|key| key == held.key);
        for held in actor.keys.iter_mut().filter(is_meant) {
            held.revoked = held.revoked.or(Some(number));
        }
        self.0.set(e.actor, actor);
    }

    /// Whether nobody was ever enrolled: entries are then recorded without signatures.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().next().is_none()
    }

    /// An actor who was enrolled.
    #[must_use]
    pub fn actor(&self, actor: ActorId) -> Option<&Actor> {
        self.0.get(&actor)
    }

    /// All actors, by name.
    pub fn iter(&self) -> impl Iterator<Item = (ActorId, &Actor)> {
        self.0.iter().map(|(name, actor)| (*name, actor))
    }

    /// Whose a key is or was.
    #[must_use]
    pub fn owner(&self, key: SignerKey) -> Option<(ActorId, HeldKey)> {
        let all = self.iter().flat_map(|(name, actor)| actor.keys.iter().map(move |held| (name, *held)));
        all.filter(|(_, held)| held.key == key).last()
    }

    /// Keeps what was changed.
    pub fn commit(&mut self) {
        self.0.commit();
    }

    pub(super) fn rollback(&mut self) {
        self.0.rollback();
    }
}

impl super::World {
    /// Who may record.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }
}
