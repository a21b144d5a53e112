//! What entries name that lies outside of the log: documents by their hash, texts about persons by their commitment, and
//! which of those were erased.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::evidence::{Evidence, Sha256Hex, texts_in};
use ledger_core::resolve::Proposals;
use ledger_store::archive::decode;
use ledger_store::blobs::BlobName;
use ledger_store::{Log, Record};

use crate::diagnostic::Failure;

/// The blob of a hash.
pub(crate) fn blob(hash: Sha256Hex) -> BlobName {
    BlobName(hash.bytes())
}

/// Whether a piece of evidence says that its document is kept: its `uri` is then the document's place among the blobs,
/// in the ledger's directory as in an audit pack.
pub(crate) fn is_kept(evidence: &Evidence) -> bool {
    evidence.sha256.is_some_and(|hash| evidence.uri.as_deref() == Some(&*blob(hash).file()))
}

/// What the entries seen so far name.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// Every piece of evidence, with the entry that it supports and the one that names it.
    pub(crate) evidence: Vec<Supports>,
    /// Every text to which an entry refers, with the first that does.
    pub(crate) texts: BTreeMap<BlobName, u64>,
    /// Every text that was erased, with the entry that says so.
    pub(crate) erased: BTreeMap<BlobName, u64>,
    /// What waits for approvals. What it names, it names once it is posted.
    proposals: Proposals,
}

/// A piece of evidence.
#[derive(Debug)]
pub(crate) struct Supports {
    /// The entry that it supports.
    pub(crate) entry: u64,
    /// The entry that names it.
    pub(crate) by: u64,
    /// The document.
    pub(crate) evidence: Evidence,
}

impl Named {
    /// Takes in an entry.
    pub(crate) fn take(&mut self, record: &Record<'_>, entry: &Entry) {
        let by = record.number;
        let approved = self.proposals.see(by, entry).map(|proposal| proposal.payload().clone());
        let entry = approved.as_ref().unwrap_or(entry);
        for evidence in entry.documents() {
            let attaches = entry.events.iter().find_map(|event| attached(event, evidence));
            let entry = attaches.unwrap_or(by);
            self.evidence.push(Supports { entry, by, evidence: evidence.clone() });
        }
        for (_, text) in texts_in(record.envelope) {
            self.texts.entry(blob(text)).or_insert(by);
        }
        for (text, _) in entry.events.iter().filter_map(erased) {
            self.erased.entry(text).or_insert(by);
        }
    }

    /// The documents that are said to be kept, those of entries that wait included.
    pub(crate) fn kept(&self) -> impl Iterator<Item = BlobName> {
        let waiting = self.proposals.waiting().flat_map(|proposal| proposal.payload().documents());
        let all = self.evidence.iter().map(|named| &named.evidence).chain(waiting);
        all.filter(|evidence| is_kept(evidence)).filter_map(|evidence| evidence.sha256.map(blob))
    }

    /// The texts that were erased, each with the entry that says so. A document that is kept is no text, whatever an entry
    /// says.
    pub(crate) fn erased_texts(&self) -> BTreeMap<BlobName, u64> {
        let kept: BTreeSet<BlobName> = self.kept().collect();
        let erased = self.erased.iter().map(|(name, by)| (*name, *by));
        erased.filter(|(name, _)| !kept.contains(name)).collect()
    }

    /// The first entry that names a document.
    pub(crate) fn document(&self, name: &BlobName) -> Option<&Supports> {
        self.evidence.iter().find(|named| named.evidence.sha256.map(blob) == Some(*name))
    }
}

fn attached(event: &Event, evidence: &Evidence) -> Option<u64> {
    if let Event::EvidenceAttached(e) = event
        && std::ptr::eq(&raw const e.evidence, evidence)
    {
        Some(e.entry)
    } else {
        None
    }
}

/// The text that an event erases, and why.
pub(crate) fn erased(event: &Event) -> Option<(BlobName, &str)> {
    if let Event::TextErased(e) = event { Some((blob(e.text), &e.reason)) } else { None }
}

/// What all entries of a log name.
pub(crate) fn named(log: &dyn Log) -> Result<Named, Failure> {
    let (mut named, mut failed) = (Named::default(), None);
    log.read(1..log.head().size + 1, &mut |record| match decode(&record) {
        Ok(recorded) => {
            named.take(&record, &recorded.entry);
            ControlFlow::Continue(())
        }
        Err(why) => {
            failed = Some(why);
            ControlFlow::Break(())
        }
    })?;
    failed.map_or(Ok(named), |why| Err(why.into()))
}
