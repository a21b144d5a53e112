//! Where a command's data goes: standard output, or a file that is replaced once all of it is written.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::adapter::StripBytes;

use crate::diagnostic::{Failure, in_words};
use crate::io::Io;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text for anybody, which a terminal shows.
    Text,
    /// Bytes that only a program reads: never for a terminal.
    Bytes,
}

/// Writes data to where `--out` says, `-` being standard output.
///
/// # Errors
/// When bytes would go to a terminal, or the file cannot be written.
pub(crate) fn write(
    to: &Path,
    kind: Kind,
    io: &mut Io,
    write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if to == Path::new("-") {
        return match kind {
            Kind::Text => write(&mut io.out),
            Kind::Bytes if io::stdout().is_terminal() => {
                Err(Failure::usage("this form is no text: a terminal cannot show it")
                    .with_help("name a file with `--out FILE`, or pipe it on"))
            }
            // Past what takes colours out of text.
            Kind::Bytes => write(&mut io::stdout().lock()),
        };
    }
    match kind {
        Kind::Text => replace(to, |out| write(&mut Plain { out, styles: StripBytes::new() }))?,
        Kind::Bytes => replace(to, write)?,
    }
    io.note(format!("written to {}", to.display()));
    Ok(())
}

/// Writes several files into a folder that is new or empty.
///
/// # Errors
/// When no folder is named, something is in it already, or it cannot be written.
pub(crate) fn into_folder(
    to: &Path,
    io: &mut Io,
    write: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if to == Path::new("-") {
        return Err(Failure::usage("this form is several files").with_help("name a folder with `--out DIR`"));
    }
    let failed =
        |why: io::Error| Failure::usage(format!("cannot write {}: {}", to.display(), in_words(&why)));
    fs::create_dir_all(to).map_err(failed)?;
    if fs::read_dir(to).map_err(failed)?.next().is_some() {
        return Err(Failure::usage(format!("{} is not empty", to.display()))
            .with_help("name a folder that is not there yet"));
    }
    write(to).map_err(|why| if let Failure::Output(why) = why { failed(why) } else { why })?;
    io.note(format!("written to {}", to.display()));
    Ok(())
}

/// Takes styles out of text on its way to a file.
struct Plain<'a> {
    out: &'a mut dyn Write,
    styles: StripBytes,
}

impl Write for Plain<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for plain in self.styles.strip_next(bytes) {
            self.out.write_all(plain)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a file beside its place and moves it there when it is whole, so that nobody meets half of it. What is there
/// and is no file, such as a pipe, is written to as it is.
fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
    let failed =
        |why: io::Error| Failure::usage(format!("cannot write {}: {}", path.display(), in_words(&why)));
    // Through a link, the file that it leads to.
    let there = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let partial = match fs::metadata(&there) {
        Ok(found) if !found.is_file() => None,
        Ok(_) | Err(_) => Some(beside(&there)),
    };
    let file = File::create(partial.as_deref().unwrap_or(&there)).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let written = write(&mut out).and_then(|()| {
        out.flush().map_err(failed)?;
        partial.as_ref().map_or(Ok(()), |partial| fs::rename(partial, &there).map_err(failed))
    });
    written.map_err(|why| {
        if let Some(partial) = &partial {
            // What could not be finished is of no use; that it could not be removed either would add nothing.
            let _ = fs::remove_file(partial);
        }
        if let Failure::Output(why) = why { failed(why) } else { why }
    })
}

/// Where a file is written before it is whole.
fn beside(path: &Path) -> PathBuf {
    let mut partial = OsString::from(path);
    partial.push(".partial");
    PathBuf::from(partial)
}
