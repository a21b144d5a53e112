//! `treasury backup DIR`: a verified copy of the ledger, beside whoever writes to it; and what a restore shares
//! with it: how a copy is told and how it is refused.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger_store::backup::{BackupError, Copied, backup};
use ledger_store::disk::Disk;
use ledger_store::reading::outline;
use ledger_store::{LogError, RealDisk, Snapshots};
use serde_json::json;

use crate::app::{App, StorePlace};
use crate::args::{Backup, Format};
use crate::diagnostic::{Failure, in_words};
use crate::exit::Exit;
use crate::io::{Io, WRONG, styled};
use crate::render::{self, hex};
use crate::store::{directory, open};
use crate::texts::erase_in_copy;

/// Runs the command.
pub(crate) fn run(app: &App, args: &Backup, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("backup")?;
    refuse_inside(directory(app)?, &args.dir)?;
    // What a writer that was killed left beyond the head may have been acknowledged.
    drop(open(app, io)?);
    let source = disk_at(directory(app)?);
    let target = disk_at(&args.dir);
    let copied = backup(&source, &target).map_err(Failure::from)?;
    // By the log that the copy has, which may say more than the ledger's did before.
    let log = open(&app.at(StorePlace::Directory(args.dir.clone())), io)?;
    let outline = outline(&log, &Snapshots::none())?;
    drop(log);
    match erase_in_copy(&*target, &outline)? {
        0 => {}
        erased => io.note(format!("erased there too: {erased} texts that were erased in the ledger")),
    }
    tell(app, "backed up", (&app.store.to_string(), &args.dir.display().to_string()), &copied, io)
}

/// The disk at a path.
pub(crate) fn disk_at(path: &Path) -> Arc<dyn Disk> {
    Arc::new(RealDisk::at(path))
}

/// Refuses a copy that would lie in the ledger's own directory.
fn refuse_inside(store: &Path, copy: &Path) -> Result<(), Failure> {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    // What does not exist yet has no links to follow; its nearest folder that exists may.
    let real = |path: &Path| -> PathBuf {
        let path = whole(path);
        let there = path.ancestors().find_map(|there| Some((there, there.canonicalize().ok()?)));
        there.map_or(path.clone(), |(there, real)| {
            path.strip_prefix(there).map_or(real.clone(), |rest| real.join(rest))
        })
    };
    if real(copy).starts_with(real(store)) {
        return Err(Failure::usage("a copy in the ledger's own directory is lost with it")
            .with_help("name a directory elsewhere, best on another disk"));
    }
    Ok(())
}

/// Tells what was copied.
pub(crate) fn tell(
    app: &App,
    done: &str,
    (from, to): (&str, &str),
    copied: &Copied,
    io: &mut Io,
) -> Result<Exit, Failure> {
    match app.format {
        Format::Table => text(done, (from, to), copied, io)?,
        Format::Json | Format::Csv => json(done, (from, to), copied, io)?,
    }
    Ok(if copied.blobs_damaged.is_empty() { Exit::Done } else { Exit::Findings })
}

fn text(done: &str, (from, to): (&str, &str), copied: &Copied, io: &mut Io) -> Result<(), Failure> {
    let Copied { head, segments, segments_kept, blobs, blobs_kept, .. } = copied;
    writeln!(io.out, "{done} {from} to {to}: verified")?;
    writeln!(io.out, "  segments  {segments} copied, {segments_kept} already there")?;
    if blobs + blobs_kept > 0 {
        writeln!(io.out, "  blobs     {blobs} copied, {blobs_kept} already there")?;
    }
    for name in &copied.blobs_damaged {
        writeln!(io.out, "{}", styled(WRONG, "finding: blob_damaged"))?;
        writeln!(io.out, "  the blob {name} is damaged in {from}; it was not copied")?;
    }
    writeln!(io.out, "{} entries\nroot {}", head.size, hex(&head.root))?;
    Ok(())
}

fn json(done: &str, (from, to): (&str, &str), copied: &Copied, io: &mut Io) -> Result<(), Failure> {
    let damaged: Vec<String> = copied.blobs_damaged.iter().map(ToString::to_string).collect();
    let value = json!({
        "done": done,
        "from": from,
        "to": to,
        "log": copied.log_id.to_string(),
        "entries": copied.head.size,
        "root": hex(&copied.head.root),
        "segments": {"copied": copied.segments, "kept": copied.segments_kept},
        "blobs": {"copied": copied.blobs, "kept": copied.blobs_kept, "damaged": damaged},
        "bytes": copied.bytes,
    });
    Ok(render::json::print(&mut io.out, &value)?)
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Failure {
        let message = error.to_string();
        match error {
            BackupError::Log(error) => error.into(),
            BackupError::OtherLog { .. } => Failure::refused("BACKUP_OF_OTHER_LEDGER", message),
            BackupError::Longer { .. } => Failure::refused("BACKUP_HOLDS_MORE", message),
            BackupError::OtherHistory { .. } => Failure::refused("BACKUP_OF_OTHER_HISTORY", message),
            BackupError::NoBackup { .. } => Failure::refused("NO_BACKUP", message),
            BackupError::Target { place, source: LogError::Locked } => {
                Failure::unreachable(format!("another process is writing to {place}"))
                    .with_help("a copy is not for writing: name another directory, or try again")
            }
            BackupError::Target { .. } => Failure::unreachable(message)
                .with_help("`treasury --store DIR verify` names what is wrong there; back up to another directory"),
            BackupError::SourceDamaged { .. } | BackupError::RootDiffers { .. } => Failure::damaged(message)
                .with_help("run `treasury verify` on it: it names everything that is wrong; what was copied before is as it was"),
            BackupError::Full { .. } => {
                Failure::unreachable(message).with_help("make room and give the same command again")
            }
            BackupError::Disk { doing, name, source } => {
                Failure::unreachable(format!("cannot {doing} {name}: {}", in_words(&source)))
            }
            BackupError::Blob(error) => Failure::unreachable(error.to_string()),
        }
    }
}
