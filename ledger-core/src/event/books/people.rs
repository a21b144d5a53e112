//! Who may record what: actors with their keys and roles. Persons never stand in the log, only the roles' names.

use super::Family;
use crate::ids::ActorId;
use crate::keys::SignerKey;
use crate::money::Money;
use crate::shape::{choice, fact};

choice! {
    /// What an actor may do.
    pub enum Role {
        /// Records what happened.
        0 Preparer = "preparer",
        /// Answers for what others prepared: policies and closes.
        1 Approver = "approver",
        /// Compares the books with statements: prices and evidence.
        2 Reconciler = "reconciler",
        /// Reads and verifies; records nothing.
        3 Auditor = "auditor",
        /// Enrols and revokes actors, and declares what the books are made of.
        4 Admin = "admin",
    }
}

fact! {
    /// An actor gets a key and roles. The first entry that enrols anybody enrols two at least; from it on, entries are
    /// signed. Enrolled again, an actor has a further key, and the roles stated last.
    pub struct ActorEnrolled {
        /// Who.
        #[n(0)] pub actor: ActorId,
        /// The public key that signs for the actor from the next entry on.
        #[n(1)] pub key: SignerKey,
        /// What the actor may do.
        #[n(2)] pub roles: Vec<Role>,
        /// What the actor is limited to within these roles; nothing when not said.
        #[n(3)] pub limits: Option<Limits>,
    }
}

fact! {
    /// How far an actor's roles reach.
    pub struct Limits {
        /// Records, proposes and approves events of these families only; of all when none is named.
        #[serde(default)]
        #[n(0)] pub families: Vec<Family>,
        /// Records by themselves and approves no entry that debits more than this in the ledger's first book, in the
        /// functional currency, memo accounts aside.
        #[n(1)] pub amount: Option<Money>,
    }
}

fact! {
    /// An actor's key, or all of them, counts no more from the next entry on.
    pub struct ActorRevoked {
        /// Whose.
        #[n(0)] pub actor: ActorId,
        /// Which key; all that the actor has when not said.
        #[n(1)] pub key: Option<SignerKey>,
        /// Why.
        #[n(2)] pub reason: String,
    }
}

impl Default for Limits {
    /// No limit at all.
    fn default() -> Limits {
        Limits { families: Vec::new(), amount: None }
    }
}
