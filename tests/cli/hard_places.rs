//! Stores in places that are full, read-only or not ours: what is refused, and that nothing is half done.
//!
//! Where a machine cannot make such a place the test says so on standard error, and that it checked nothing.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::sandbox::{Ran, Sandbox, TREASURY, entry, say};

/// A file system of its own in memory, gone with the value.
struct Mounted<'s> {
    sandbox: &'s Sandbox,
}

impl<'s> Mounted<'s> {
    /// Mounts one of this size on the place of the store; nothing where that is not allowed.
    fn on_the_store(sandbox: &'s Sandbox, kib: u32) -> Option<Self> {
        let place = sandbox.path().join("books");
        std::fs::create_dir(&place).unwrap();
        let size = format!("size={kib}k");
        if run("mount", &["-t", "tmpfs", "-o", &size, "tmpfs"], &place) {
            return Some(Self { sandbox });
        }
        say("LEFT OUT: file systems cannot be mounted here, so nothing was checked on one that is full");
        None
    }

    fn remount(&self, option: &str) {
        assert!(run("mount", &["-o", &format!("remount,{option}")], &self.sandbox.path().join("books")));
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        run("umount", &["--lazy"], &self.sandbox.path().join("books"));
    }
}

fn run(program: &str, args: &[&str], place: &Path) -> bool {
    let output = Command::new(program).args(args).arg(place).output();
    output.is_ok_and(|output| output.status.success())
}

fn paid(id: u32) -> String {
    let memo = "m".repeat(900);
    let event = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"0.01","currency":"USD"},"category":"other"}"#;
    entry(id, "2026-03-05", event).replacen('{', &format!(r#"{{"memo":"{memo}","#), 1)
}

fn fill(sandbox: &Sandbox) {
    sandbox.run(&["init", "--bare"]).exits(0);
    let story = crate::sandbox::story("mini.jsonl");
    sandbox.run(&["append", "--quiet", story.to_str().unwrap()]).exits(0);
}

#[test]
fn a_full_file_system_refuses_an_entry_and_takes_it_once_there_is_room() {
    let sandbox = Sandbox::new();
    let Some(mounted) = Mounted::on_the_store(&sandbox, 160) else { return };
    fill(&sandbox);
    let (mut recorded, mut refusal) = (10, None);
    for id in 11..200 {
        let ran = sandbox.run_with(&["append", "-"], paid(id).as_bytes());
        if ran.code != 0 {
            refusal = Some((id, ran));
            break;
        }
        recorded += 1;
        assert_eq!(ran.out, format!("recorded {recorded}\n"));
    }
    let (id, refused) = refusal.expect("it never filled up");
    let refused = refused.exits(4);
    assert_eq!(
        (refused.out.as_str(), refused.err.as_str()),
        (
            "",
            "store unreachable\n  no space is left on the disk; nothing was written\n  help: make room and give the same command again\n"
        )
    );
    sandbox.run(&["verify"]).exits(0);
    assert!(sandbox.run(&["checkpoint"]).exits(0).out.contains(&format!("\n{recorded}\n")));
    sandbox.run(&["report", "balance-sheet"]).exits(0);
    mounted.remount("size=4096k");
    assert_eq!(sandbox.append(&paid(id)).out, format!("recorded {}\n", recorded + 1));
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn a_ledger_is_not_half_opened_on_a_file_system_without_room() {
    let sandbox = Sandbox::new();
    let Some(mounted) = Mounted::on_the_store(&sandbox, 32) else { return };
    let refused = sandbox.run(&["init", "--bare"]).exits(4);
    assert!(refused.err.contains("no space is left"), "{}", refused.err);
    sandbox.run(&["verify"]).exits(4);
    mounted.remount("size=4096k");
    fill(&sandbox);
    sandbox.run(&["verify"]).exits(0);
}

/// What must hold where nothing can be written.
fn check_reads_only(ran: &dyn Fn(&[&str], &str) -> Ran, whole: &str) {
    let before = ran(&["checkpoint"], "").exits(0).out;
    assert_eq!(before, whole);
    ran(&["verify"], "").exits(0);
    ran(&["report", "balance-sheet"], "").exits(0);
    ran(&["replay"], "").exits(0);
    let refused = ran(&["append", "-"], &paid(11)).exits(4);
    assert_eq!(refused.out, "");
    assert!(refused.err.starts_with("store unreachable\n  cannot lock lock: "), "{}", refused.err);
    assert_eq!(ran(&["checkpoint"], "").exits(0).out, whole);
}

#[test]
fn a_read_only_store_is_read_and_verified_and_refuses_to_be_written() {
    let sandbox = Sandbox::new();
    let Some(mounted) = Mounted::on_the_store(&sandbox, 4_096) else { return };
    fill(&sandbox);
    let whole = sandbox.run(&["checkpoint"]).exits(0).out;
    mounted.remount("ro");
    check_reads_only(&|args, input| sandbox.run_with(args, input.as_bytes()), &whole);
    mounted.remount("rw");
    assert_eq!(sandbox.append(&paid(11)).out, "recorded 11\n");
    sandbox.run(&["verify"]).exits(0);
}

/// Runs the program as somebody to whom permissions apply; nothing if that cannot be done.
fn as_nobody(sandbox: &Sandbox) -> Option<impl Fn(&[&str], &str) -> Ran> {
    let program = sandbox.path().join("treasury");
    std::fs::copy(TREASURY, &program).unwrap();
    set_mode(sandbox.path(), 0o755);
    let owner =
        std::fs::metadata(sandbox.path()).map(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata));
    let drop_rights = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
    let is_root = owner.unwrap() == 0;
    if is_root && !run("setpriv", &drop_rights[1..], Path::new("true")) {
        say("LEFT OUT: nobody here to whom permissions apply, so nothing was checked without them");
        return None;
    }
    let words = if is_root { drop_rights.to_vec() } else { Vec::new() };
    let line: Vec<String> =
        words.into_iter().map(str::to_owned).chain([program.display().to_string()]).collect();
    let place = sandbox.path().to_owned();
    Some(move |args: &[&str], input: &str| {
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]).args(args).current_dir(&place).env_clear().env("PATH", "/usr/bin:/bin");
        crate::sandbox::feed(
            command.env("TZ", "UTC").env("COLUMNS", "80").env("NO_COLOR", "1"),
            input.as_bytes(),
        )
    })
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn without_the_right_to_write_a_store_is_read_and_without_the_right_to_read_it_is_unreachable() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let whole = sandbox.run(&["checkpoint"]).exits(0).out;
    let Some(nobody) = as_nobody(&sandbox) else { return };
    let books = sandbox.path().join("books");
    let files: Vec<_> = std::fs::read_dir(&books).unwrap().map(|file| file.unwrap().path()).collect();
    files.iter().filter(|file| file.is_file()).for_each(|file| set_mode(file, 0o444));
    set_mode(&books, 0o555);
    check_reads_only(&nobody, &whole);

    set_mode(&sandbox.segment(), 0o000);
    for args in [&["checkpoint"][..], &["report", "balance-sheet"], &["append", "-"]] {
        let refused = nobody(args, &paid(11)).exits(4);
        let told = "store unreachable\n  cannot open segment-00000001.log: Permission denied";
        assert!(refused.out.is_empty() && refused.err.starts_with(told), "{args:?}: {}", refused.err);
    }
    set_mode(&sandbox.segment(), 0o644);
    set_mode(&books, 0o000);
    let refused = nobody(&["checkpoint"], "").exits(4);
    assert!(refused.err.contains("Permission denied"), "{}", refused.err);
    set_mode(&books, 0o755);
    assert_eq!(sandbox.append(&paid(11)).out, "recorded 11\n");
    sandbox.run(&["verify"]).exits(0);
}
