//! What stands in a pack beside the log: written by one command and worked out again by the other, from the entries alone.

use std::collections::BTreeSet;

use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::fold::Fold;
use ledger_core::ids::BookId;
use ledger_core::report::Request;
use ledger_core::resolve::Question;
use ledger_core::time::{Day, Instant};
use ledger_store::Head;
use ledger_store::blobs::BlobName;
use ledger_store::envelope::Envelope;
use ledger_store::pack::PackLog;
use ledger_store::reading::Reading;
use serde_json::{Map, Value, json};

use super::files::{Listing, sha256};
use crate::command::report::find;
use crate::diagnostic::Failure;
use crate::render::{self, Checked, Look, Proof, hex};

/// What a pack calls itself.
pub(super) const FORM: &str = "treasury-audit-pack@v1";

/// The entries as text.
pub(super) const ENTRIES: &str = "entries.jsonl";

/// What is in the pack.
pub(super) const MANIFEST: &str = "manifest.json";

/// The reports of a pack for which none are named.
pub(super) const USUAL_REPORTS: &[&str] =
    &["balance-sheet", "income-statement", "trial-balance", "journal", "holdings", "facilities"];

/// Texts that are the same in every pack of this version.
pub(super) const TEXTS: &[(&str, &str)] = &[
    ("README.md", include_str!("readme.md")),
    ("schema/log-format.md", include_str!("../../../../docs/log-format.md")),
    ("schema/entries.md", include_str!("../../../../docs/entries.md")),
    ("schema/entries.json", include_str!("../../../../docs/entries.json")),
    ("schema/posting-rules.md", include_str!("../../../../docs/posting-rules.md")),
    ("schema/json.md", include_str!("../../../../docs/json.md")),
];

/// The program that writes and checks packs.
pub(super) fn program() -> String {
    format!("treasury {}", env!("CARGO_PKG_VERSION"))
}

/// What a pack is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    /// The book of its reports.
    pub(super) book: BookId,
    /// Their last day.
    pub(super) as_of: Option<Day>,
    /// Which they are.
    pub(super) reports: Vec<String>,
}

/// The file of a report.
pub(super) fn report_file(name: &str) -> String {
    format!("reports/{name}.json")
}

/// The file of an entry's proof.
pub(super) fn proof_file(number: u64) -> String {
    format!("proofs/{number}.tlog-proof")
}

/// The line of `entries.jsonl` for an entry.
pub(super) fn line(envelope: &Envelope<'_>, entry: &Entry) -> String {
    let value = json!({
        "number": envelope.number,
        "recorded": Instant::from_micros(envelope.recorded).to_string(),
        "payload_sha256": hex(&sha256(envelope.payload)),
        "entry": entry.to_json(),
    });
    format!("{value}\n")
}

/// Documents that entries name by their hashes.
#[derive(Debug, Default)]
pub(super) struct Documents {
    /// All of them.
    pub(super) named: BTreeSet<BlobName>,
    /// Those that are said to be kept: their `uri` is their place among the blobs. The others are only referred to.
    pub(super) kept: BTreeSet<BlobName>,
}

impl Documents {
    /// Takes in what an entry names, wherever in it.
    pub(super) fn take(&mut self, entry: &Entry) {
        collect(&entry.to_json(), self);
    }
}

fn collect(value: &Value, documents: &mut Documents) {
    match value {
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str);
            if let Some(name) = text("sha256").and_then(|name| name.parse::<BlobName>().ok()) {
                documents.named.insert(name);
                documents.kept.extend((text("uri") == Some(&*name.file())).then_some(name));
            }
            fields.values().for_each(|value| collect(value, documents));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, documents)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A report as its file has it.
pub(super) fn report(
    log: &Reading<PackLog<'_>>,
    head: &Head,
    subject: &Subject,
    name: &str,
) -> Result<Vec<u8>, Failure> {
    let question = question(head, subject);
    let request = Request { log, question, book: subject.book, from: None, argument: None };
    let sheet = (find(name)?.make)(&request)?;
    let fold = opening(log);
    let functional = fold.world().settings().and_then(|settings| fold.world().scale(settings.functional));
    let look = Look { width: 80, digits: functional.map_or(2, u32::from), rounded: None };
    // The entries were hashed as they were written or checked, and the report is folded from them.
    let proof = Proof { entries: head.size, known: head.size, root: hex(&head.root), checked: Checked::Tree };
    let mut text = Vec::new();
    render::json::print(&mut text, &render::json::report(&sheet, &proof, &look))?;
    Ok(text)
}

fn question(head: &Head, subject: &Subject) -> Question {
    Question { as_of: subject.as_of, as_known: Some(head.size), through: None }
}

fn opening(log: &Reading<PackLog<'_>>) -> Fold {
    log.declared(&Question { as_known: Some(1), ..Question::default() })
}

/// What is said of a pack beside its files.
pub(super) struct About<'a> {
    pub(super) origin: &'a str,
    pub(super) head: Head,
    pub(super) subject: &'a Subject,
    pub(super) signers: Vec<&'a str>,
    pub(super) proofs: &'a BTreeSet<u64>,
    pub(super) named: &'a BTreeSet<BlobName>,
}

impl About<'_> {
    /// The manifest without its list of files.
    pub(super) fn value(&self, log: &Reading<PackLog<'_>>, files: &Listing) -> Map<String, Value> {
        let declaring = log.outline().declaring();
        let mut entity = Value::Null;
        let mut policies = Vec::new();
        for (number, event) in
            declaring.iter().flat_map(|one| one.events.iter().map(move |event| (one.number, event)))
        {
            let mut stated = None;
            if let Event::LedgerOpened(opened) = event {
                entity = json!(opened.entity);
                let book = opened.books.iter().find(|book| book.book == self.subject.book);
                stated = book.and_then(|book| serde_json::to_value(book).ok());
            } else if let Event::PolicyAdopted(adopted) = event
                && adopted.book == self.subject.book
            {
                stated = serde_json::to_value(adopted).ok();
            }
            policies.extend(stated.map(|stated| json!({"entry": number, "stated": without_nulls(stated)})));
        }
        let (held, absent): (Vec<&BlobName>, Vec<&BlobName>) =
            self.named.iter().partition(|name| files.contains_key(&name.file()));
        let names = |names: Vec<&BlobName>| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let Value::Object(about) = json!({
            "form": FORM,
            "origin": self.origin,
            "size": self.head.size,
            "root": hex(&self.head.root),
            "signers": self.signers,
            "entity": entity,
            "book": self.subject.book.to_string(),
            "as_of": self.subject.as_of.map(|day| day.to_string()),
            "as_known": self.head.size,
            "policies": policies,
            "program": program(),
            "reports": self.subject.reports,
            "proofs": self.proofs,
            "documents": {"held": names(held), "absent": names(absent)},
        }) else {
            return Map::new();
        };
        about
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, without_nulls(v))).collect()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

/// The whole manifest.
pub(super) fn manifest(mut about: Map<String, Value>, files: &Listing) -> Value {
    let list: Vec<Value> = files
        .iter()
        .map(|(name, (bytes, hash))| json!({"name": name, "bytes": bytes, "sha256": hex(hash)}))
        .collect();
    about.insert("files".to_owned(), Value::Array(list));
    Value::Object(about)
}
