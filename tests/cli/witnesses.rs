//! Witnesses from the command line: what they cosign and what they never do, and how an auditor counts them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::audit::in_python;
use crate::rewriting::with_entries;
use crate::sandbox::{Ran, Sandbox};

/// The mini story with the log's key and three witnesses; what `key generate` printed for each.
fn with_witnesses() -> (Sandbox, [String; 4]) {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let log = sandbox.run(&["key", "generate", "example.com/log", "--out", "log.key"]).exits(0).out;
    let drawn = ["w1", "w2", "w3"].map(|name| {
        let (named, out) = (format!("{name}.example/w"), format!("{name}.key"));
        let args = ["key", "generate", &named, "--out", &out, "--witness"];
        sandbox.run(&args).exits(0).out.trim_end().to_owned()
    });
    let [first, second, third] = drawn;
    (sandbox, [log.trim_end().to_owned(), first, second, third])
}

fn cosign(sandbox: &Sandbox, file: &str, log: &str, witness: &str, more: &[&str]) -> Ran {
    let (key, last) = (format!("{witness}.key"), format!("{witness}.last"));
    let args = ["cosign", file, "--sign", &key, "--key", log, "--last", &last];
    sandbox.run(&[&args[..], more].concat())
}

/// Keeps what was printed in a file.
fn keep(sandbox: &Sandbox, name: &str, args: &[&str]) {
    let printed = sandbox.run(args).exits(0).out;
    sandbox.file(name, printed.as_bytes());
}

#[track_caller]
fn refused(ran: Ran, code: &str) {
    let ran = ran.exits(3);
    assert!(ran.err.starts_with(&format!("refused: {code}\n")) && ran.out.is_empty(), "{}", ran.err);
}

#[test]
fn a_witness_cosigns_a_log_that_grew_and_never_one_that_shrank_or_changed() {
    let (sandbox, [log, first, ..]) = with_witnesses();
    assert!(first.starts_with("w1.example/w+") && first.contains("+B"), "{first}");
    keep(&sandbox, "five", &["checkpoint", "--as-known", "5", "--sign", "log.key"]);
    keep(&sandbox, "grown", &["prove", "consistency", "5", "10", "--sign", "log.key"]);
    keep(&sandbox, "from-four", &["prove", "consistency", "4", "10", "--sign", "log.key"]);
    keep(&sandbox, "ten", &["checkpoint", "--sign", "log.key"]);
    keep(&sandbox, "plain", &["checkpoint"]);
    keep(&sandbox, "by-witness", &["key", "generate", "example.com/log", "--out", "other.key"]);
    keep(&sandbox, "other-key", &["checkpoint", "--sign", "other.key"]);
    let by = |file: &str, more: &[&str]| cosign(&sandbox, file, &log, "w1", more);
    refused(by("five", &[]), "NEVER_COSIGNED");
    refused(by("plain", &["--first"]), "CHECKPOINT_NOT_SIGNED");
    refused(by("other-key", &["--first"]), "CHECKPOINT_NOT_SIGNED");
    assert!(!sandbox.path().join("w1.last").exists());
    let out = by("five", &["--first"]).exits(0).out;
    let five = std::fs::read_to_string(sandbox.path().join("five")).unwrap();
    assert!(out.starts_with(&five) && out.lines().count() == five.lines().count() + 1, "{out}");
    assert_eq!(std::fs::read_to_string(sandbox.path().join("w1.last")).unwrap(), out);
    refused(by("five", &["--first"]), "COSIGNED_BEFORE");
    // The same checkpoint again says that it is still the largest.
    by("five", &[]).exits(0);
    refused(by("ten", &[]), "GROWTH_NOT_PROVEN");
    refused(by("from-four", &[]), "GROWTH_NOT_PROVEN");
    let forged = std::fs::read_to_string(sandbox.path().join("grown")).unwrap();
    let lines: Vec<&str> = forged.lines().collect();
    sandbox.file("forged", forged.replacen(lines[1], lines[2], 1).as_bytes());
    refused(by("forged", &[]), "GROWTH_NOT_PROVEN");
    let json = by("grown", &["-f", "json"]).exits(0).json();
    assert_eq!((&json["size"], &json["witness"]), (&10.into(), &first.as_str().into()));
    refused(by("five", &[]), "CHECKPOINT_ROLLED_BACK");
    // Another log of ten entries under the same name and key.
    with_entries(&sandbox, |text| text.replace("\"controller-1\"", "\"controller-2\""));
    let before = std::fs::read_to_string(sandbox.path().join("w1.last")).unwrap();
    keep(&sandbox, "fork", &["checkpoint", "--sign", "log.key"]);
    refused(by("fork", &[]), "CHECKPOINT_FORKED");
    let other = Sandbox::with_story("mini.jsonl");
    std::fs::copy(sandbox.path().join("log.key"), other.path().join("log.key")).unwrap();
    let theirs = other.run(&["checkpoint", "--sign", "log.key"]).exits(0).out;
    sandbox.file("theirs", theirs.as_bytes());
    refused(by("theirs", &[]), "CHECKPOINT_OF_OTHER_LOG");
    assert_eq!(std::fs::read_to_string(sandbox.path().join("w1.last")).unwrap(), before);
    by("w1.key", &[]).exits(2);
    let args = ["cosign", "ten", "--sign", "log.key", "--key", &log, "--last", "x", "--first"];
    let wrong = sandbox.run(&args).exits(2);
    assert!(wrong.err.contains("holds no key that signs"), "{}", wrong.err);
}

#[test]
fn an_auditor_counts_the_witnesses_of_a_checkpoint_in_the_ledger_in_a_pack_and_in_python() {
    let (sandbox, [log, first, second, third]) = with_witnesses();
    keep(&sandbox, "ten", &["checkpoint", "--sign", "log.key"]);
    let one = cosign(&sandbox, "ten", &log, "w1", &["--first"]).exits(0).out;
    sandbox.file("one", one.as_bytes());
    let both = cosign(&sandbox, "one", &log, "w2", &["--first"]).exits(0).out;
    sandbox.file("both", both.as_bytes());
    let (head, end) = one.trim_end().split_at(one.trim_end().len() - 12);
    let end = if end.starts_with('A') { end.replacen('A', "B", 1) } else { format!("A{}", &end[1..]) };
    sandbox.file("bad", format!("{head}{end}\n").as_bytes());
    // What is asked, of the checkpoint in this file: the exit code, and what is told.
    let cases: &[(&str, &[&str], &str, i32, &str)] = &[
        ("both", &[&first, &second], "", 0, "w2.example/w cosigned the checkpoint at 20"),
        ("both", &[&first], "", 0, "w1.example/w cosigned the checkpoint at 20"),
        ("both", &[&first, &second, &third], "2", 0, "cosigned the checkpoint at"),
        ("both", &[&first, &second, &third], "", 1, "finding: checkpoint_not_cosigned"),
        ("one", &[&first, &second], "2", 1, "finding: checkpoint_not_cosigned"),
        ("ten", &[&first], "", 1, "finding: checkpoint_not_cosigned"),
        ("bad", &[&first, &second], "1", 1, "finding: checkpoint_cosignature"),
        ("bad", &[&first], "", 1, "finding: checkpoint_cosignature"),
    ];
    for (number, (file, witnesses, quorum, code, told)) in cases.iter().enumerate() {
        let mut more: Vec<&str> = witnesses.iter().flat_map(|witness| ["--witness", witness]).collect();
        if !quorum.is_empty() {
            more.extend(["--quorum", quorum]);
        }
        let ran = sandbox.run(&[&["verify", "--expect", file], &more[..]].concat()).exits(*code);
        assert!(ran.out.contains(told), "{file} {witnesses:?} {told}\n{}", ran.out);
        let pack = format!("pack-{number}");
        sandbox.run(&["audit", "pack", &pack, "--checkpoint", file, "--prove", "3"]).exits(0);
        let more = [&["--key", &log], &more[..]].concat();
        let ran = sandbox.run(&[&["audit", "verify", &pack], &more[..]].concat()).exits(*code);
        assert!(ran.out.contains(told), "{file} {witnesses:?} {told}\n{}", ran.out);
        assert_eq!(ran.out.matches("finding: ").count() > 0, *code == 1, "{}", ran.out);
        let Some((ended, out)) = in_python(&sandbox.path().join(&pack), &more) else { continue };
        assert!(ended == *code && (*code == 0 || out.contains(&format!("{told} "))), "{told}\n{out}");
    }
    let elsewhere = under_another_name(&first);
    for more in [
        &["--witness", &first, "--witness", &first][..],
        &["--witness", &first, "--witness", &elsewhere],
        &["--witness", &first, "--quorum", "0"],
        &["--witness", &first, "--quorum=-1"],
        &["--witness", &first, "--quorum", "2"],
        &["--quorum", "1"],
    ] {
        let Some((ended, out)) = in_python(&sandbox.path().join("pack-0"), more) else { continue };
        let is_told = out.contains("named twice") || out.contains("cannot be had of");
        assert!(ended != 0 && is_told && !out.contains("nothing found"), "{more:?}\n{out}");
    }
    for (args, told) in [
        (&["verify", "--witness", &first][..], "a witness cosigns a checkpoint"),
        (
            &["audit", "verify", "pack-0", "--witness", &first, "--quorum", "2"],
            "a quorum of 2 cannot be had of 1",
        ),
        (&["audit", "verify", "pack-0", "--witness", &first, "--witness", &first], "is named twice"),
        (
            &["audit", "verify", "pack-0", "--witness", &first, "--witness", &elsewhere],
            "w1.example/w is named twice, as x.example/w too",
        ),
        (&["audit", "verify", "pack-0", "--witness", &first, "--quorum", "0"], "a quorum of 0 cannot be had"),
        (&["audit", "verify", "pack-0", "--witness", &log], "a witness's with 0x04"),
        (&["audit", "verify", "pack-0", "--quorum", "1"], "--witness"),
    ] {
        let ran = sandbox.run(args).exits(2);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
}

/// A witness's key under another name, as its owner can have it.
fn under_another_name(key: &str) -> String {
    // Base64 has plus signs of its own.
    let key = key.splitn(3, '+').nth(2).unwrap();
    let bytes = BASE64_STANDARD.decode(key).unwrap();
    let id = Sha256::new().chain_update("x.example/w\n").chain_update(bytes).finalize();
    format!("x.example/w+{:08x}+{key}", u32::from_be_bytes(*id.first_chunk().unwrap()))
}

/// Lines of signatures that nobody made.
fn junk(count: usize) -> String {
    (0..count).map(|nth| format!("— junk{nth} {}\n", BASE64_STANDARD.encode([7; 68]))).collect()
}

#[test]
fn what_others_write_on_a_checkpoint_is_no_reason_to_forget_what_was_cosigned() {
    let (sandbox, [log, ..]) = with_witnesses();
    let signed = sandbox.run(&["checkpoint", "--sign", "log.key"]).exits(0).out;
    sandbox.file("junk", format!("{signed}{}", junk(62)).as_bytes());
    let out = cosign(&sandbox, "junk", &log, "w1", &["--first"]).exits(0).out;
    assert_eq!(out.matches("\n— ").count(), 64, "{out}");
    let kept = std::fs::read_to_string(sandbox.path().join("w1.last")).unwrap();
    assert!(kept.matches("\n— ").count() == 2 && !kept.contains("junk"), "{kept}");
    cosign(&sandbox, "junk", &log, "w1", &[]).exits(0);
    // One more, and what would be printed could not be read.
    sandbox.file("junk", format!("{signed}{}", junk(63)).as_bytes());
    refused(cosign(&sandbox, "junk", &log, "w1", &[]), "SIGNATURES_TOO_MANY");
    assert!(std::fs::read_to_string(sandbox.path().join("w1.last")).unwrap().matches("\n— ").count() == 2);
    cosign(&sandbox, "junk", &log, "w2", &["--first"]).exits(3);
    assert!(!sandbox.path().join("w2.last").exists());
}

#[test]
fn two_names_of_one_file_are_not_two_memories_of_what_was_cosigned() {
    let (sandbox, [log, ..]) = with_witnesses();
    keep(&sandbox, "ten", &["checkpoint", "--sign", "log.key"]);
    cosign(&sandbox, "ten", &log, "w1", &["--first"]).exits(0);
    let at = |name: &str| sandbox.path().join(name);
    std::os::unix::fs::symlink("w1.last", at("w2.last")).unwrap();
    refused(cosign(&sandbox, "ten", &log, "w2", &[]), "LAST_IS_A_LINK");
    std::fs::remove_file(at("w2.last")).unwrap();
    std::os::unix::fs::symlink("nowhere", at("w2.last")).unwrap();
    refused(cosign(&sandbox, "ten", &log, "w2", &["--first"]), "LAST_IS_A_LINK");
    std::fs::remove_file(at("w2.last")).unwrap();
    std::fs::hard_link(at("w1.last"), at("w2.last")).unwrap();
    refused(cosign(&sandbox, "ten", &log, "w2", &[]), "LAST_IS_A_LINK");
    refused(cosign(&sandbox, "ten", &log, "w1", &[]), "LAST_IS_A_LINK");
    std::fs::remove_file(at("w2.last")).unwrap();
    cosign(&sandbox, "ten", &log, "w1", &[]).exits(0);
}
