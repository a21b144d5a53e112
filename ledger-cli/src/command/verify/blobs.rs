//! Documents and texts that lie outside of the log: each is what it was when it was kept, none is gone that should be
//! there, and none is there that was erased.

use std::collections::{BTreeMap, BTreeSet};

use ledger_store::RealDisk;
use ledger_store::blobs::{self, BlobDefect, BlobFinding, BlobName};

use super::{Finding, Pass};
use crate::diagnostic::Failure;
use crate::documents::Named;

/// The pass over the blobs, if there are any or there should be. What entries name is known where `sound`; what lies there
/// is checked in any case.
pub(super) fn check(
    disk: &RealDisk,
    named: &Named,
    sound: bool,
    passes: &mut Vec<Pass>,
) -> Result<(), Failure> {
    let erased = named.erased_texts();
    let expected = if sound { expected(named, &erased) } else { BTreeSet::new() };
    let report = blobs::check(disk, &expected).map_err(|why| Failure::unreachable(why.to_string()))?;
    let is_erased = |finding: &BlobFinding| {
        finding.defect == BlobDefect::Absent && finding.name.is_some_and(|name| erased.contains_key(&name))
    };
    let mut findings: Vec<Finding> = erased
        .iter()
        .filter(|(name, _)| blobs::is_there(disk, name))
        .map(|(name, by)| {
            let message = "a text was erased and is there all the same: erase it again";
            Finding::of("text_not_erased", message).at(*by).in_file(name.file(), None)
        })
        .collect();
    let others = report.findings.iter().filter(|finding| !is_erased(finding));
    findings.extend(others.map(|finding| told(finding, named)));
    let count = report.sound as usize + report.findings.len();
    if count == 0 && erased.is_empty() && findings.is_empty() {
        return Ok(());
    }
    let blobs = if count == 1 { "blob" } else { "blobs" };
    let gone = match erased.len() {
        0 => String::new(),
        1 => ", 1 text erased".to_owned(),
        more => format!(", {more} texts erased"),
    };
    passes.push(Pass { name: "blobs", checked: Some(format!("{count} {blobs}{gone}")), findings });
    Ok(())
}

/// What should be there: documents of which an entry says that they are kept, texts that were not erased.
fn expected(named: &Named, erased: &BTreeMap<BlobName, u64>) -> BTreeSet<BlobName> {
    named.kept().chain(named.texts.keys().copied()).filter(|name| !erased.contains_key(name)).collect()
}

fn told(finding: &BlobFinding, named: &Named) -> Finding {
    let text = finding.name.and_then(|name| named.texts.get(&name).copied());
    let document = finding.name.and_then(|name| named.document(&name));
    let entry = text.or(document.map(|named| named.by));
    let (code, message) = match (finding.defect, text) {
        (BlobDefect::Absent, Some(_)) => {
            ("text_absent", "a text to which an entry refers is gone, and was not erased")
        }
        (defect, _) => (defect.code(), defect.meaning()),
    };
    Finding::of(code, message).at_any(entry).in_file(finding.file.clone(), None)
}
