//! The guards of the log, each of which can be removed on purpose, to show that the simulation notices.
//!
//! They are removed outside of the log, by a disk that undoes what the guard does; the log itself has no switch.

mod disk;
mod mend;

pub(super) use disk::{Opening, Unguarded};
pub(super) use mend::cut_at_damage;

/// Something the log does so that nothing is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// The folder is synced after a name was given to a segment.
    FolderSync,
    /// Checksums are compared.
    Checksums,
    /// A batch is acknowledged after its sync, not before.
    AcknowledgeAfterSync,
    /// A sync that failed is not tried again.
    FailedSyncIsFinal,
    /// Damage stops a writer; nothing is cut off.
    DamageIsKept,
    /// A complete batch found behind the head is written again before anything answers for it.
    RecoveryRewrites,
    /// What recovery wrote is synced before anything answers for it.
    RecoverySyncs,
    /// The frame is durable before the head slot that names it is written.
    FrameBeforeHead,
}

impl Guard {
    /// All guards.
    pub const ALL: &[Self] = &[
        Self::FolderSync,
        Self::Checksums,
        Self::AcknowledgeAfterSync,
        Self::FailedSyncIsFinal,
        Self::DamageIsKept,
        Self::RecoveryRewrites,
        Self::RecoverySyncs,
        Self::FrameBeforeHead,
    ];

    /// Its name on a command line.
    pub fn name(self) -> &'static str {
        self.name_and_removal().0
    }

    /// What happens when it is removed.
    pub fn removed(self) -> &'static str {
        self.name_and_removal().1
    }

    fn name_and_removal(self) -> (&'static str, &'static str) {
        match self {
            Self::FolderSync => ("folder-sync", "the folder is not synced"),
            Self::Checksums => ("checksums", "every checksum is taken for good"),
            Self::AcknowledgeAfterSync => ("sync-before-answer", "acknowledged before the sync"),
            Self::FailedSyncIsFinal => ("failed-sync-final", "a failed sync is tried again"),
            Self::DamageIsKept => ("damage-kept", "the log is cut off at damage"),
            Self::RecoveryRewrites => ("recovery-rewrites", "a batch behind the head is not written again"),
            Self::RecoverySyncs => ("recovery-syncs", "what recovery wrote is not synced"),
            Self::FrameBeforeHead => ("frame-before-head", "the head slot is written first"),
        }
    }

    /// The guard of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|guard| guard.name() == name)
    }
}
