//! Where the store lies: whether it may be read and written, on what kind of file system, how much room there is,
//! and who holds its lock.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Access, access, major, minor, statvfs};
use serde_json::json;

use super::{Check, size_in_words};

/// Less room than this is worth a word: two segments.
const FREE_BYTES_MIN: u64 = 128 << 20;

/// Kinds of file systems by the number that Linux gives them, and whether what was synced there is safe.
#[cfg(target_os = "linux")]
const KINDS: &[(u64, &str, Trust)] = &[
    (0xef53, "ext4", Trust::Good),
    (0x5846_5342, "xfs", Trust::Good),
    (0x9123_683e, "btrfs", Trust::Good),
    (0x2fc1_2fc1, "zfs", Trust::Good),
    (0xf2f5_2010, "f2fs", Trust::Good),
    (0x794c_7630, "overlay", Trust::Good),
    (0x0102_1994, "tmpfs", Trust::Memory),
    (0x8584_58f6, "ramfs", Trust::Memory),
    (0x6969, "nfs", Trust::Far),
    (0xff53_4d42, "cifs", Trust::Far),
    (0xfe53_4d42, "smb2", Trust::Far),
    (0x6573_5546, "fuse", Trust::Far),
    (0x0102_1997, "9p", Trust::Far),
    (0x00c3_6400, "ceph", Trust::Far),
];

/// What a sync is worth on a file system.
#[cfg(target_os = "linux")]
#[derive(Clone, Copy)]
enum Trust {
    /// What was synced survives a power cut.
    Good,
    /// Nothing survives.
    Memory,
    /// It depends on another machine or program.
    Far,
}

pub(super) fn checks(directory: &Path) -> Vec<Check> {
    vec![permissions(directory), file_system(directory), free_space(directory), writer(directory)]
}

fn permissions(directory: &Path) -> Check {
    const NAME: &str = "permissions";
    let files = std::fs::read_dir(directory).map(|entries| entries.flatten().map(|entry| entry.path()));
    let files: Vec<_> = match files {
        Ok(files) => files.filter(|path| path.is_file()).collect(),
        Err(_) => Vec::new(),
    };
    let whole = (directory.to_path_buf(), Access::READ_OK | Access::EXEC_OK);
    let readable = files.iter().map(|file| (file.clone(), Access::READ_OK));
    let unreadable = std::iter::once(whole).chain(readable).find(|(path, how)| access(path, *how).is_err());
    if let Some((path, _)) = unreadable {
        return Check::attention(NAME, format!("{} cannot be read", path.display()))
            .help("give this user the right to read it");
    }
    let all = std::iter::once(directory).chain(files.iter().map(AsRef::as_ref));
    match all.into_iter().find(|path| access(*path, Access::WRITE_OK).is_err()) {
        Some(path) => Check::note(NAME, format!("{} cannot be written: reading only", path.display())),
        None => Check::ok(NAME, "everything can be read and written"),
    }
}

#[cfg(target_os = "linux")]
fn file_system(directory: &Path) -> Check {
    const NAME: &str = "file system";
    let Ok(found) = rustix::fs::statfs(directory) else { return Check::note(NAME, "not known") };
    // The type of the number differs between machines; a kind has at most 32 bits.
    let number = u64::from(found.f_type as u32);
    let known = KINDS.iter().find(|(kind, ..)| *kind == number);
    match known {
        None => Check::ok(NAME, format!("of a kind not known here, {number:#x}")),
        Some((_, kind, Trust::Good)) => Check::ok(NAME, *kind),
        Some((_, kind, Trust::Memory)) => {
            Check::attention(NAME, format!("{kind}: it is in memory, and nothing survives a power cut"))
                .help("move the ledger to a disk with `treasury backup DIR`")
        }
        Some((_, kind, Trust::Far)) => {
            Check::note(NAME, format!("{kind}: locks and syncs are only as good as what is behind it"))
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn file_system(_directory: &Path) -> Check {
    Check::note("file system", "not known on this system")
}

fn free_space(directory: &Path) -> Check {
    const NAME: &str = "free space";
    let Ok(found) = statvfs(directory) else { return Check::note(NAME, "not known") };
    let bytes = found.f_bavail.saturating_mul(found.f_frsize);
    let check = if bytes < FREE_BYTES_MIN {
        Check::attention(NAME, format!("{} are left", size_in_words(bytes)))
            .help("make room; what is refused for lack of it is not half written")
    } else {
        Check::ok(NAME, size_in_words(bytes))
    };
    check.facts(json!({"bytes": bytes}))
}

/// Who holds the lock, as the system lists it; it is not tried, for that would keep a writer out.
fn writer(directory: &Path) -> Check {
    const NAME: &str = "writer";
    let Ok(lock) = std::fs::metadata(directory.join("lock")) else { return Check::ok(NAME, "nobody writes") };
    let Ok(locks) = std::fs::read_to_string("/proc/locks") else {
        return Check::note(NAME, "not known on this system");
    };
    let device = (major(lock.dev()), minor(lock.dev()));
    match locks.lines().find_map(|line| holder(line, device, lock.ino())) {
        None => Check::ok(NAME, "nobody writes"),
        Some(process) => {
            let name = std::fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
            let name = if name.is_empty() { String::new() } else { format!(" ({})", name.trim()) };
            Check::ok(NAME, format!("process {process}{name} is writing")).facts(json!({"process": process}))
        }
    }
}

/// The process in a line of the system's list of locks, if it holds the one on this file:
/// `1: FLOCK  ADVISORY  WRITE 4711 fe:00:10027058 0 EOF`.
fn holder(line: &str, device: (u32, u32), file: u64) -> Option<u32> {
    let mut words = line.split_whitespace().skip(1);
    let kind = words.next()?;
    // A line that waits for a lock has an arrow before its kind.
    if kind != "FLOCK" {
        return None;
    }
    let mut words = words.skip(2);
    let process = words.next()?.parse().ok()?;
    let mut place = words.next()?.split(':');
    let mut number = |radix| u64::from_str_radix(place.next()?, radix).ok();
    let (major, minor, inode) = (number(16)?, number(16)?, number(10)?);
    (major == u64::from(device.0) && minor == u64::from(device.1) && inode == file).then_some(process)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_a_lock_is_the_one_on_the_same_file() {
        let line = "1: FLOCK  ADVISORY  WRITE 4711 fe:0a:10027058 0 EOF";
        assert_eq!(holder(line, (0xfe, 0x0a), 10_027_058), Some(4711));
        assert_eq!(holder(line, (0xfe, 0x0a), 10_027_059), None);
        assert_eq!(holder(line, (0xfe, 0x0b), 10_027_058), None);
        assert_eq!(holder("1: -> FLOCK  ADVISORY  WRITE 4711 fe:0a:1 0 EOF", (0xfe, 0x0a), 1), None);
        assert_eq!(holder("2: POSIX  ADVISORY  WRITE 4711 fe:0a:1 0 EOF", (0xfe, 0x0a), 1), None);
        assert_eq!(holder("", (0, 0), 0), None);
    }
}
