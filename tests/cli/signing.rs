//! Keys, signed checkpoints and proofs from the command line.

use std::os::unix::fs::PermissionsExt;

use ledger_store::note::{Note, Verifier};
use ledger_store::proof::Inclusion;

use crate::sandbox::Sandbox;

/// A sandbox with the mini story and two keys, `a.key` and `b.key`; what `key generate` printed for each.
fn with_keys() -> (Sandbox, [String; 2]) {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let key = |name: &str, file: &str| {
        sandbox.run(&["key", "generate", name, "--out", file]).exits(0).out.trim_end().to_owned()
    };
    let keys = [key("example.com/a", "a.key"), key("example.com/b", "b.key")];
    (sandbox, keys)
}

#[test]
fn a_key_is_drawn_kept_for_its_owner_alone_and_never_written_over() {
    let (sandbox, [first, second]) = with_keys();
    assert!(first.starts_with("example.com/a+") && second.starts_with("example.com/b+"));
    assert!(first.parse::<Verifier>().is_ok());
    let file = sandbox.path().join("a.key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.starts_with("PRIVATE+KEY+example.com/a+"), "{kept}");
    // The same name again is another key.
    let third = sandbox.run(&["key", "generate", "example.com/a", "--out", "c.key"]).exits(0).out;
    assert_ne!(third.trim_end(), first);

    let refused = sandbox.run(&["key", "generate", "other", "--out", "a.key"]).exits(3);
    assert!(refused.err.starts_with("refused: KEY_EXISTS"), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), kept);
    for out in ["books/a.key", "books/blobs/../a.key", "./books/../books/a.key"] {
        let refused = sandbox.run(&["key", "generate", "a", "--out", out]);
        assert!(refused.code == 3 || out.contains("blobs"), "{out}: {refused:?}");
        assert!(!sandbox.path().join("books/a.key").exists(), "{out}");
    }
    let refused = sandbox.run(&["key", "generate", "a", "--out", "books/a.key"]).exits(3);
    assert!(refused.err.starts_with("refused: KEY_IN_STORE"), "{}", refused.err);
    std::os::unix::fs::symlink(sandbox.path().join("books"), sandbox.path().join("link")).unwrap();
    let refused = sandbox.run(&["key", "generate", "a", "--out", "link/a.key"]).exits(3);
    assert!(refused.err.starts_with("refused: KEY_IN_STORE"), "{}", refused.err);
    sandbox.run(&["key", "generate", "a b", "--out", "d.key"]).exits(2);
    sandbox.run(&["key", "generate", "a", "--out", "nowhere/d.key"]).exits(2);
    assert!(!sandbox.path().join("d.key").exists());
}

#[test]
fn a_signed_checkpoint_says_whose_it_is() {
    let (sandbox, [first, second]) = with_keys();
    let signed = sandbox.run(&["checkpoint", "--sign", "a.key"]).exits(0).out;
    let note: Note = signed.parse().unwrap();
    assert_eq!(note.text(), sandbox.run(&["checkpoint"]).exits(0).out);
    assert_eq!(note.verify(&first.parse().unwrap()), Ok(()));
    assert_eq!(sandbox.run(&["checkpoint", "-f", "json", "--sign", "a.key"]).exits(0).json()["text"], signed);

    sandbox.file("signed", signed.as_bytes());
    let both = sandbox.run(&["checkpoint", "--sign", "b.key", "--cosign", "signed"]).exits(0).out;
    assert!(both.starts_with(&signed), "{both}");
    sandbox.file("both", both.as_bytes());
    sandbox.file("bad", both.replacen("\n10\n", "\n9\n", 1).as_bytes());
    sandbox.file("plain", note.text().as_bytes());
    let cases: &[(&str, &[&str], i32, &str)] = &[
        ("signed", &[&first], 0, "the history of 10 entries"),
        ("both", &[&first, &second], 0, "the history of 10 entries"),
        ("signed", &[&second], 1, "finding: checkpoint_not_signed"),
        ("signed", &[&first, &second], 1, "completeness not proven"),
        ("plain", &[&first], 1, "finding: checkpoint_not_signed"),
        ("bad", &[&first], 1, "finding: checkpoint_signature"),
        ("bad", &[&first], 1, "finding: root_not_of_checkpoint"),
    ];
    for (file, keys, code, told) in cases {
        let keys: Vec<&str> = keys.iter().flat_map(|key| ["--key", key]).collect();
        let ran = sandbox.run(&[&["verify", "--expect", file], &keys[..]].concat()).exits(*code);
        assert!(ran.out.contains(told), "{file} {keys:?}: {told}\n{}", ran.out);
    }
    sandbox.run(&["verify", "--key", &first]).exits(2);
    sandbox.run(&["verify", "--expect", "signed", "--key", "nonsense"]).exits(2);
    // Nobody puts a name to what this log does not contain, and no file that is not a key signs.
    let refused = sandbox.run(&["checkpoint", "--sign", "b.key", "--cosign", "bad"]).exits(3);
    assert!(refused.err.starts_with("refused: NOT_CONTAINED"), "{}", refused.err);
    let refused = sandbox.run(&["checkpoint", "--sign", "signed"]).exits(2);
    assert!(refused.err.contains("holds no key that signs") && refused.out.is_empty(), "{}", refused.err);
    sandbox.run(&["checkpoint", "--cosign", "signed"]).exits(2);
}

#[test]
fn an_entry_is_proven_and_what_is_plain_is_not() {
    let (sandbox, [first, _]) = with_keys();
    let text = sandbox.run(&["prove", "inclusion", "3", "--size", "7", "--sign", "a.key"]).exits(0).out;
    let proof: Inclusion = text.parse().unwrap();
    assert_eq!((proof.number, proof.checkpoint.head.size), (3, 7));
    assert_eq!(proof.note.unwrap().verify(&first.parse().unwrap()), Ok(()));
    let json = sandbox.run(&["prove", "inclusion", "3", "--as-known", "7", "-f", "json"]).exits(0).json();
    assert_eq!((&json["number"], json["hashes"].as_array().unwrap().len()), (&3.into(), proof.path.len()));
    let old = sandbox.run(&["checkpoint", "--as-known", "7"]).exits(0).out;
    assert!(json["text"].as_str().unwrap().ends_with(&old));

    let text = sandbox.run(&["prove", "consistency", "7", "10"]).exits(0).out;
    assert!(text.starts_with("old 7\n") && text.ends_with(&sandbox.run(&["checkpoint"]).out), "{text}");
    let cases: &[(&str, i32, &str)] = &[
        ("inclusion 0", 3, "refused: UNKNOWN_ENTRY"),
        ("inclusion 11", 3, "refused: UNKNOWN_ENTRY"),
        ("inclusion 8 --size 7", 3, "refused: NOTHING_TO_PROVE"),
        ("inclusion 8 --size 0", 3, "refused: UNKNOWN_ENTRY"),
        ("inclusion 8 --size 11", 3, "refused: UNKNOWN_ENTRY"),
        ("consistency 0 5", 3, "refused: NOTHING_TO_PROVE"),
        ("consistency 5 5", 3, "refused: NOTHING_TO_PROVE"),
        ("consistency 6 5", 3, "refused: NOTHING_TO_PROVE"),
        ("consistency 5 11", 3, "refused: UNKNOWN_ENTRY"),
        ("inclusion 1 -f csv", 2, "prove has no rows for csv"),
    ];
    for (line, code, told) in cases {
        let args: Vec<&str> = std::iter::once("prove").chain(line.split_whitespace()).collect();
        let ran = sandbox.run(&args).exits(*code);
        assert!(ran.err.contains(told) && ran.out.is_empty(), "{line}: {}", ran.err);
    }
}
