//! From a log whose end is known to one that can be written to: the epoch is raised, a whole batch beyond the head
//! is made durable, a torn one set aside, and a segment that was being sealed is sealed. Cut off anywhere, it can
//! be done again.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::{Opened, Options, Quarantined, Writer};
use crate::disk::{Access, Disk, DiskFile, Lock};
use crate::files::{QUARANTINE, UNFINISHED, io_error, write_zeros};
use crate::log::LogError;
use crate::recover::Survey;
use crate::segment::{HeadSlot, file_name};
use crate::segments::Segments;

/// How much is copied at once.
const PIECE_BYTES: usize = 1 << 20;

/// Makes the log that was surveyed ready for writing.
pub(in crate::backend::file) fn settle(
    disk: Arc<dyn Disk>,
    lock: Box<dyn Lock>,
    survey: Survey,
    options: &Options,
) -> Result<(Writer, Segments, Opened), LogError> {
    let Survey { mut segments, active, chain, contents, slots_sound, slot, end, torn, full } = survey;
    let (Some(head), Some(last_batch)) = (chain.head(), chain.last_batch) else {
        return Err(LogError::NotAStore { place: disk.place() });
    };
    let name = file_name(active.header.index);
    let failed = || io_error("recover", &name);
    remove_unfinished(&*disk).map_err(failed())?;
    // The name of the last segment may be known to the system only, if its creator was killed in between.
    disk.sync_folder("").map_err(failed())?;
    let file = disk.open(&name, Access::Write).map_err(failed())?;
    let slot = raise_epoch(&*file, slot).map_err(failed())?;
    let mut opened =
        Opened { epoch: slot.epoch, head_mended: !slots_sound, recovered: None, quarantined: None };
    if !torn.is_empty() {
        let quarantined = quarantine(&*disk, &*file, active.header.index, &torn, slot.epoch);
        opened.quarantined = Some(quarantined.map_err(failed())?);
        write_zeros(&*file, torn.start, torn.end).map_err(failed())?;
    }
    let announced = slot.reach > 0;
    let may_come_back = announced || was_set_aside(&*disk, active.header.index, end).map_err(failed())?;
    if torn.is_empty() && !full && may_come_back {
        clear_again(&*file, end).map_err(failed())?;
    }
    if end > slot.end {
        opened.recovered = Some(slot.head.size + 1..=head.size);
        copy(&*file, slot.end..end, &*file, slot.end).map_err(failed())?;
    }
    let mut writer = Writer {
        options: *options,
        _lock: lock,
        file_bytes: file.len().map_err(failed())?,
        file,
        segment: active.header,
        segment_block: active.block,
        slot,
        chain,
        contents,
        frame: Vec::new(),
        poisoned: false,
        disk,
    };
    if opened.recovered.is_some() || opened.quarantined.is_some() || announced {
        writer.file.sync_data().map_err(failed())?;
        writer.write_slot(HeadSlot { head, end, last_batch, reach: 0, ..slot })?;
        writer.file.sync_data().map_err(failed())?;
    }
    if full {
        match writer.next_segment(&mut segments) {
            // A log can be opened without space; sealing goes on when something is appended.
            Ok(()) | Err(LogError::Full) => {}
            Err(other) => return Err(other),
        }
    }
    Ok((writer, segments, opened))
}

/// Writes the slot found, which may only be in the system's memory, and then its successor with a new epoch.
fn raise_epoch(file: &dyn DiskFile, slot: HeadSlot) -> io::Result<HeadSlot> {
    file.write_at(&slot.encode(), slot.offset())?;
    file.sync_data()?;
    let slot = HeadSlot { sequence: slot.sequence + 1, epoch: slot.epoch + 1, ..slot };
    file.write_at(&slot.encode(), slot.offset())?;
    file.sync_data()?;
    Ok(slot)
}

/// Copies bytes of a file to a place in another or in the same one. Bytes that are copied onto themselves may have
/// been read from the system's memory and never have reached the disk; now they will.
fn copy(from: &dyn DiskFile, bytes: Range<u64>, to: &dyn DiskFile, at: u64) -> io::Result<()> {
    let mut buffer = vec![0; PIECE_BYTES];
    let mut done = bytes.start;
    while done < bytes.end {
        let wanted = buffer.len().min(usize::try_from(bytes.end - done).unwrap_or(usize::MAX));
        let filled = from.read_at(&mut buffer[..wanted], done)?;
        if filled == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        to.write_at(&buffer[..filled], at + (done - bytes.start))?;
        done += filled as u64;
    }
    Ok(())
}

/// Keeps a torn tail in a file of its own, durably, before it is cleared from the segment.
fn quarantine(
    disk: &dyn Disk,
    segment_file: &dyn DiskFile,
    segment: u64,
    torn: &Range<u64>,
    epoch: u64,
) -> io::Result<Quarantined> {
    let (offset, bytes) = (torn.start, torn.end - torn.start);
    let file = format!("{QUARANTINE}/{}{epoch}.torn", quarantine_place(segment, offset));
    disk.create_folder(QUARANTINE)?;
    let kept = disk.open(&file, Access::Create)?;
    copy(segment_file, torn.clone(), &*kept, 0)?;
    kept.sync_all()?;
    disk.sync_folder(QUARANTINE)?;
    Ok(Quarantined { file, segment, offset, bytes })
}

/// How the names of all files in quarantine begin that were torn off at this place.
fn quarantine_place(segment: u64, offset: u64) -> String {
    format!("segment-{segment:08}-byte-{offset}-epoch-")
}

/// Whether a torn tail was set aside at this place before.
fn was_set_aside(disk: &dyn Disk, segment: u64, offset: u64) -> io::Result<bool> {
    let place = quarantine_place(segment, offset);
    Ok(disk.list(QUARANTINE)?.iter().any(|name| name.starts_with(&place)))
}

/// Clears a tail again that was set aside before, or withdrawn. Its clearing may have failed at the sync: then the
/// zeros are in the system's memory only, no later sync takes them to the disk, and what was torn would come back.
fn clear_again(file: &dyn DiskFile, end: u64) -> io::Result<()> {
    write_zeros(file, end, file.len()?)?;
    file.sync_data()
}

/// Removes what a crash left of a segment that never got its name.
fn remove_unfinished(disk: &dyn Disk) -> io::Result<()> {
    for name in disk.list("")?.iter().filter(|name| name.ends_with(UNFINISHED)) {
        disk.remove(name)?;
    }
    Ok(())
}
