//! Texts about persons as people read them: where an entry holds a reference, a table shows the text, or that it was
//! erased. What programs read, JSON, CSV, exports and audit packs, keeps the reference: no copy of a text leaves the
//! ledger but on a screen.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use ledger_core::evidence::texts_in;
use ledger_core::resolve::Outline;
use ledger_core::sheet::{Cell, Sheet};
use ledger_store::blobs::{self, BlobName};
use ledger_store::disk::Disk;
use ledger_store::{RealDisk, texts};

use crate::app::App;
use crate::diagnostic::Failure;
use crate::documents::{blob, erased};
use crate::store::{self, Loaded};

/// The texts of a ledger.
pub(crate) struct Texts {
    disk: Arc<RealDisk>,
    erased: BTreeSet<BlobName>,
}

impl Texts {
    /// Those of a ledger.
    pub(crate) fn of(app: &App, loaded: &Loaded) -> Result<Texts, Failure> {
        Ok(Texts { disk: store::disk(app)?, erased: all_erased(loaded.reading.outline()).collect() })
    }

    /// Words with the texts to which they refer in the references' places.
    pub(crate) fn shown<'t>(&self, words: &'t str) -> Cow<'t, str> {
        let (mut shown, mut from) = (String::new(), 0);
        for (at, text) in texts_in(words.as_bytes()) {
            shown.push_str(&words[from..at.start]);
            shown.push_str(&self.one(&blob(text)));
            from = at.end;
        }
        if from == 0 {
            return Cow::Borrowed(words);
        }
        shown.push_str(&words[from..]);
        Cow::Owned(shown)
    }

    /// Puts the texts in the place of the references in a report.
    pub(crate) fn reveal(&self, sheet: &mut Sheet) {
        let cells = sheet.rows.iter_mut().flat_map(|row| &mut row.cells);
        let words = cells.filter_map(|cell| if let Cell::Text(words) = cell { Some(words) } else { None });
        let labels = sheet.columns.iter_mut().map(|column| &mut column.label);
        for words in words.chain(labels).chain([&mut sheet.title]).chain(&mut sheet.notes) {
            if let Cow::Owned(shown) = self.shown(words) {
                *words = shown;
            }
        }
    }

    fn one(&self, name: &BlobName) -> String {
        if self.erased.contains(name) {
            return "[erased]".to_owned();
        }
        match texts::get(&*self.disk, name) {
            // A text must not write to the terminal otherwise than as words.
            Ok(Some(text)) => text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
            Ok(None) | Err(_) => "[text not held]".to_owned(),
        }
    }
}

/// The texts that a log says were erased.
pub(crate) fn all_erased(outline: &Outline) -> impl Iterator<Item = BlobName> {
    let events = outline.declaring().iter().flat_map(|declaring| &declaring.events);
    events.filter_map(erased).map(|(text, _)| text)
}

/// Erases in a copy of a ledger what its log says was erased; how many texts there were.
pub(crate) fn erase_in_copy(disk: &dyn Disk, outline: &Outline) -> Result<usize, Failure> {
    let mut count = 0;
    for text in all_erased(outline).filter(|text| !is_document(disk, text)) {
        let was_there = blobs::erase(disk, &text).map_err(|why| Failure::unreachable(why.to_string()))?;
        count += usize::from(was_there);
    }
    Ok(count)
}

/// Whether a whole document lies there that is no text: it is not erased, whatever an entry says.
pub(crate) fn is_document(disk: &dyn Disk, name: &BlobName) -> bool {
    blobs::is_sound(disk, name) && !texts::is_text(disk, name)
}
