//! The lines of the input, read one at a time. Blank ones are passed over; what is not an entry is refused.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::Path;

use ledger_core::entry::Entry;

use crate::diagnostic::{Failure, fault};

/// No entry that the log can hold needs a longer line.
const LINE_BYTES_MAX: usize = 1 << 20;

/// An entry and where it stands.
pub(super) struct Line {
    /// The entry.
    pub(super) entry: Entry,
    /// `story.jsonl:14`.
    pub(super) place: String,
}

/// A file or standard input.
pub(super) struct Input {
    name: String,
    reader: Box<dyn BufRead>,
    number: u64,
    found_any: bool,
}

impl Input {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// When the file cannot be opened, or a person would have to type and may not be asked to.
    pub(super) fn open(file: &Path, may_ask: bool) -> Result<Input, Failure> {
        let (name, reader): (_, Box<dyn BufRead>) = if file.as_os_str() == "-" {
            let stdin = std::io::stdin();
            if stdin.is_terminal() && !may_ask {
                return Err(Failure::usage("standard input is a terminal, and `--no-input` was given"));
            }
            ("stdin".to_owned(), Box::new(stdin.lock()))
        } else {
            let opened = File::open(file).map_err(|why| Failure::unreadable(file, &why))?;
            (file.display().to_string(), Box::new(BufReader::new(opened)))
        };
        Ok(Input { name, reader, number: 0, found_any: false })
    }

    /// The next entry; `None` at the end.
    ///
    /// # Errors
    /// Refused when the line is not an entry, and at the end when there was none at all.
    pub(super) fn next(&mut self) -> Result<Option<Line>, Failure> {
        loop {
            let mut bytes = Vec::new();
            let mut limited = (&mut self.reader).take(LINE_BYTES_MAX as u64 + 1);
            let read = limited.read_until(b'\n', &mut bytes);
            read.map_err(|why| Failure::unreadable(Path::new(&self.name), &why))?;
            self.number += 1;
            let place = format!("{}:{}", self.name, self.number);
            if bytes.is_empty() {
                return if self.found_any { Ok(None) } else { Err(self.empty()) };
            }
            if bytes.len() > LINE_BYTES_MAX {
                let why = format!("the line has more than {LINE_BYTES_MAX} bytes");
                return Err(Failure::refused("LINE_TOO_LONG", why).at(place));
            }
            let not_text =
                |_| Failure::refused("MALFORMED", "the line is not text in UTF-8").at(place.clone());
            let text = std::str::from_utf8(&bytes).map_err(not_text)?;
            // Some programs begin a file with a byte order mark.
            let text = if self.number == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
            let text = text.trim_matches([' ', '\t', '\r', '\n']);
            if !text.is_empty() {
                self.found_any = true;
                let entry = Entry::from_json(text).map_err(|why| fault::refused(&why, text, &place))?;
                return Ok(Some(Line { entry, place }));
            }
        }
    }

    fn empty(&self) -> Failure {
        Failure::refused("EMPTY_INPUT", format!("{} has no entries", self.name))
    }
}
