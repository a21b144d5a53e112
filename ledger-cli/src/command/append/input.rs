//! The lines of the input, read one at a time. Blank ones are passed over; what is not an entry is refused.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};

use ledger_core::entry::Entry;
use ledger_store::signature::{Signature, Wish};

use crate::diagnostic::{Failure, fault};
use crate::signing::Signing;

/// No entry that the log can hold needs a longer line.
const LINE_BYTES_MAX: usize = 1 << 20;

/// At most so many entries share one sync.
const GROUP_MAX: usize = 8192;

/// At most so many bytes of input share one sync: less than a batch of the log holds.
const GROUP_BYTES_MAX: usize = 4 << 20;

/// At most so many groups are read ahead of the one being recorded.
const GROUPS_AHEAD: usize = 2;

/// An entry and where it stands.
pub(super) struct Line {
    /// The entry.
    pub(super) entry: Entry,
    /// Its signature, once it has one.
    pub(super) signature: Option<Signature>,
    /// `story.jsonl:14`.
    pub(super) place: String,
}

impl Wish for Line {
    fn entry(&self) -> &Entry {
        &self.entry
    }

    fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }
}

/// Entries that can be recorded together, and what is wrong with the line after them.
type Group = (Vec<Line>, Result<(), Failure>);

/// The groups of an input that is read ahead.
pub(super) struct Groups {
    groups: Receiver<Group>,
}

impl Groups {
    /// The next group; empty at the end.
    pub(super) fn next(&mut self) -> Group {
        self.groups.recv().unwrap_or_else(|_| (Vec::new(), Ok(())))
    }
}

/// Entries as they come.
pub(super) enum Input {
    /// From the lines of a file or of standard input.
    Lines(Lines),
    /// Already read.
    Read(VecDeque<Line>),
}

/// A file or standard input.
pub(super) struct Lines {
    name: String,
    reader: BufReader<Box<dyn Read + Send>>,
    number: u64,
    found_any: bool,
    signing: Signing,
}

/// Opens a file, or standard input for `-`; gives what it is called.
///
/// # Errors
/// When the file cannot be opened, or a person would have to type and may not be asked to.
fn open(file: &Path, may_ask: bool) -> Result<(String, Box<dyn Read + Send>), Failure> {
    if file.as_os_str() == "-" {
        let stdin = std::io::stdin();
        if stdin.is_terminal() && !may_ask {
            return Err(Failure::usage("standard input is a terminal, and `--no-input` was given"));
        }
        return Ok(("stdin".to_owned(), Box::new(stdin)));
    }
    let opened = File::open(file).map_err(|why| Failure::unreadable(file, &why))?;
    Ok((file.display().to_string(), Box::new(opened)))
}

/// The whole of a file, or of standard input for `-`, and what it is called.
///
/// # Errors
/// As for a file of entries.
pub(crate) fn bytes(file: &Path, may_ask: bool) -> Result<(String, Vec<u8>), Failure> {
    let (name, mut reader) = open(file, may_ask)?;
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|why| Failure::unreadable(file, &why))?;
    Ok((name, bytes))
}

impl Input {
    /// Opens a file of entries, or standard input for `-`; each is signed as it is read.
    ///
    /// # Errors
    /// When the file cannot be opened, or a person would have to type and may not be asked to.
    pub(super) fn open(file: &Path, may_ask: bool, signing: Signing) -> Result<Input, Failure> {
        let (name, reader) = open(file, may_ask)?;
        let reader = BufReader::with_capacity(GROUP_BYTES_MAX, reader);
        Ok(Input::Lines(Lines { name, reader, number: 0, found_any: false, signing }))
    }

    /// The next entries that can be recorded together: the first is waited for, the others are those that have
    /// arrived with it. Whoever feeds line by line is answered line by line. Empty at the end.
    ///
    /// With them comes what is wrong with the line after them.
    fn group(&mut self) -> Group {
        let mut lines = Vec::new();
        while lines.is_empty() || (lines.len() < GROUP_MAX && self.has_arrived()) {
            match self.next() {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => break,
                Err(failure) => return (lines, Err(failure)),
            }
        }
        (lines, Ok(()))
    }

    /// Whether another need not be waited for.
    fn has_arrived(&self) -> bool {
        match self {
            Input::Lines(lines) => lines.reader.buffer().contains(&b'\n'),
            Input::Read(lines) => !lines.is_empty(),
        }
    }

    /// Reads on a thread of its own, ahead of whoever records.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn ahead(mut self) -> Result<Groups, Failure> {
        let (sender, groups) = sync_channel(GROUPS_AHEAD);
        let read = move || {
            loop {
                let group = self.group();
                let last = group.0.is_empty() || group.1.is_err();
                // Nobody waits for more after a refusal.
                if sender.send(group).is_err() || last {
                    return;
                }
            }
        };
        std::thread::Builder::new().name("input".to_owned()).spawn(read)?;
        Ok(Groups { groups })
    }

    /// All that is left.
    ///
    /// # Errors
    /// As for [`Input::next`].
    pub(super) fn rest(&mut self) -> Result<Vec<Line>, Failure> {
        std::iter::from_fn(|| self.next().transpose()).collect()
    }

    /// The next entry; `None` at the end.
    ///
    /// # Errors
    /// Refused when the line is not an entry, and at the end when there was none at all.
    pub(super) fn next(&mut self) -> Result<Option<Line>, Failure> {
        match self {
            Input::Lines(lines) => lines.next(),
            Input::Read(lines) => Ok(lines.pop_front()),
        }
    }
}

impl Lines {
    fn next(&mut self) -> Result<Option<Line>, Failure> {
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
                let signature = self.signing.sign(&entry).map_err(|why| why.at(place.clone()))?;
                return Ok(Some(Line { entry, signature, place }));
            }
        }
    }

    fn empty(&self) -> Failure {
        Failure::refused("EMPTY_INPUT", format!("{} has no entries", self.name))
    }
}
