//! What is looked at entry by entry: its line as text, its proof if it has one, the documents that it names.

use ledger_core::time::Instant;
use ledger_store::RealDisk;
use ledger_store::blobs::BlobName;
use ledger_store::checkpoint::Checkpoint;
use ledger_store::note::Note;
use ledger_store::pack::{Read, read_file};
use ledger_store::proof::Inclusion;
use serde_json::Value;

use super::contents::{Documents, ENTRIES, line, proof_file};
use super::files::Listing;
use super::manifest::Manifest;
use super::verdict::{Finding, Pass};

/// What is looked at entry by entry.
pub(super) struct Entries<'a> {
    pack: &'a RealDisk,
    files: &'a Listing,
    /// The lines of `entries.jsonl` that were not come to yet.
    lines: std::vec::IntoIter<String>,
    seen: u64,
    text: Vec<Finding>,
    proofs: Vec<Finding>,
    /// The documents that the entries name.
    pub(super) documents: Documents,
}

impl<'a> Entries<'a> {
    /// Nothing seen yet.
    pub(super) fn of(pack: &'a RealDisk, files: &'a Listing) -> Entries<'a> {
        let bytes = read_file(pack, ENTRIES).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let (lines, documents) = (lines.into_iter(), Documents::default());
        Entries { pack, files, lines, seen: 0, text: Vec::new(), proofs: Vec::new(), documents }
    }

    /// Looks at an entry.
    pub(super) fn see(
        &mut self,
        read: &Read<'_>,
        manifest: &Manifest,
        claimed: Option<&Checkpoint>,
        note: Option<&Note>,
    ) {
        self.seen += 1;
        let stated = self.lines.next();
        let right = read.opened.zip(read.entry).map(|(envelope, entry)| line(envelope, entry));
        let is_told = read.opened.is_none_or(|envelope| has_text(Instant::from_micros(envelope.recorded)));
        if right.is_some() && (stated != right || !is_told) {
            let message = "the line is not what the bytes of the entry say";
            self.text.push(Finding::of("entries_line", ENTRIES, message).at(read.number));
        }
        read.entry.iter().for_each(|entry| self.documents.take(entry));
        if manifest.proofs.contains(&read.number) {
            let name = proof_file(read.number);
            let text = read_file(self.pack, &name).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let proof = text.and_then(|text| text.parse::<Inclusion>().ok());
            let holds = proof.is_some_and(|proof| {
                proof.number == read.number
                    && proof.holds(read.envelope)
                    && Some(&proof.checkpoint) == claimed
                    && proof.note.as_ref() == note
            });
            if !holds {
                let message = "the proof does not show that the entry is in the log of the checkpoint";
                self.proofs.push(Finding::of("proof_fails", name, message).at(read.number));
            }
        }
    }

    /// What was found.
    pub(super) fn passes(mut self, manifest: &Manifest) -> Vec<Pass> {
        if self.lines.next().is_some() {
            let message = "there are more lines than entries";
            self.text.push(Finding::of("entries_line", ENTRIES, message));
        }
        let (mut documents, Documents { named, kept }) = (Vec::new(), &self.documents);
        let absent = manifest.fields.get("documents").and_then(|documents| documents["absent"].as_array());
        for name in named {
            let told = absent.is_some_and(|absent| absent.contains(&Value::from(name.to_string())));
            match self.files.get(&name.file()) {
                Some((_, hash)) if *hash != name.0 => {
                    let message = "a document is not the one that the entry names";
                    documents.push(Finding::of("blob_damaged", name.file(), message));
                }
                // That it is kept stands in the log, and no manifest takes that back.
                None if kept.contains(name) => {
                    let message = "a document that is kept, as an entry says, is not there";
                    documents.push(Finding::of("blob_absent", name.file(), message));
                }
                None if !told => {
                    let message = "a document that an entry names is not there";
                    documents.push(Finding::of("blob_absent", name.file(), message));
                }
                Some(_) | None => {}
            }
        }
        let mut passes = vec![Pass::of("entries as text", self.seen as usize, "lines", self.text)];
        let is_here = |name: &&BlobName| self.files.contains_key(&name.file());
        let (held, absent): (Vec<&BlobName>, Vec<&BlobName>) = named.iter().partition(is_here);
        let lost = absent.iter().filter(|name| kept.contains(name)).count();
        let mut of_documents = Pass::of("documents", named.len(), "documents", documents);
        if !absent.is_empty() {
            let gone = if lost == 0 { String::new() } else { format!(", {lost} kept and not here") };
            let (held, referred) = (held.len(), absent.len() - lost);
            of_documents.checked = Some(format!("{held} held, {referred} only referred to{gone}"));
        }
        passes.push(of_documents);
        if !manifest.proofs.is_empty() {
            passes.push(Pass::of("proofs", manifest.proofs.len(), "proofs", self.proofs));
        }
        passes
    }
}

/// Whether a time is one that a line can tell. No calendar reaches to the last that the bytes can.
fn has_text(time: Instant) -> bool {
    time.to_string().parse() == Ok(time)
}
