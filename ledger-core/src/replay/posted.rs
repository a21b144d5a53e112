//! What an entry posts under its number: of the approval that posts a proposal, what was proposed; of any other, itself.

use std::ops::ControlFlow;

use super::Archive;
use crate::resolve::{Outline, Recorded};
use crate::time::OrderKey;

/// What was proposed, under the number of the approval that posts it; `None` for any other entry.
///
/// # Errors
/// When it cannot be read.
pub fn posted<A: Archive + ?Sized>(
    archive: &A,
    outline: &Outline,
    recorded: &Recorded,
) -> Result<Option<Recorded>, A::Error> {
    let Some(proposal) = outline.proposals().posted_by(recorded.number) else { return Ok(None) };
    let mut found = None;
    archive.read(proposal..proposal + 1, &mut |proposed, _| {
        found = proposed.entry.proposed().map(|proposed| proposed.payload.entry().clone());
        ControlFlow::Break(())
    })?;
    let Recorded { number, recorded, .. } = *recorded;
    Ok(found.map(|entry| Recorded { number, recorded, entry }))
}

/// An entry as it posts, with its place by time and rank, if it is there.
///
/// # Errors
/// When it cannot be read.
pub fn as_posted<A: Archive + ?Sized>(
    archive: &A,
    outline: &Outline,
    number: u64,
) -> Result<Option<(Recorded, OrderKey)>, A::Error> {
    let mut found = None;
    archive.read(number..number + 1, &mut |recorded, order| {
        found = Some((recorded.clone(), order));
        ControlFlow::Break(())
    })?;
    let Some((recorded, order)) = found else { return Ok(None) };
    let posted = posted(archive, outline, &recorded)?;
    Ok(Some((posted.unwrap_or(recorded), order)))
}
