//! Evidence that was attached to an entry later. It supports the entry whatever day is asked for, so it is looked for in
//! all that is known, not only up to that day.

use std::collections::BTreeMap;

use super::NotExplained;
use super::part::{Part, Supported};
use crate::event::Event;
use crate::report::Request;

/// What was attached to which entry.
pub(super) fn attached(request: &Request<'_>) -> Result<BTreeMap<u64, Vec<Supported>>, NotExplained> {
    let mut attached: BTreeMap<u64, Vec<Supported>> = BTreeMap::new();
    request.log.entries(&request.question, &mut |recorded| {
        for event in &recorded.entry.events {
            if let Event::EvidenceAttached(e) = event {
                let supported = Supported { evidence: e.evidence.clone(), by: recorded.number };
                attached.entry(e.entry).or_default().push(supported);
            }
        }
    })?;
    Ok(attached)
}

/// Adds to each part what was attached to its entry.
pub(super) fn attach(attached: &BTreeMap<u64, Vec<Supported>>, parts: &mut [Part]) {
    for part in parts {
        part.evidence.extend(attached.get(&part.number).into_iter().flatten().cloned());
    }
}
