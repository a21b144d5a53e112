//! Entries that are signed: by their actor, over this entry, for this ledger, or not recorded at all. The keys are those of
//! `fixtures/signed`.

use std::sync::Arc;

use ledger_core::decide::Signer;
use ledger_core::entry::Entry;
use ledger_core::keys::SignerKey;
use ledger_store::fault::{FaultDisk, FixedClock};
use ledger_store::ledger::{Ledger, LedgerError, Outcome};
use ledger_store::queue::LedgerThread;
use ledger_store::signature::{NAMESPACE, Signature, Signed, armoured, fingerprint, signer, text_to_sign};
use ledger_store::{FileLog, Log, LogId, Snapshots};
use ssh_key::private::{Ed25519Keypair, PrivateKey};
use ssh_key::public::{Ed25519PublicKey, KeyData};
use ssh_key::{Algorithm, HashAlg, LineEnding, PublicKey, SshSig};

use crate::harness::{entries, open, small};

const CLOCK: FixedClock = FixedClock(1_767_268_800_000_000);
const OWN: LogId = LogId(*b"ledger of people");
const OTHER: LogId = LogId(*b"some other one!!");

fn key_of(actor: &str) -> PrivateKey {
    let seed = match actor {
        "admin-1" => 1,
        "controller-1" => 2,
        "reconciler-1" | "cfo-1" => 3,
        other => panic!("{other} has no key"),
    };
    PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32]))
}

fn public(actor: &str) -> SignerKey {
    key_of(actor).public_key().to_openssh().unwrap().trim().parse().unwrap()
}

fn signature(actor: &str, namespace: &str, hash: HashAlg, text: &str) -> Signature {
    let signature = key_of(actor).sign(namespace, hash, text.as_bytes()).unwrap();
    Signature::from_armoured(&signature.to_pem(LineEnding::LF).unwrap()).unwrap()
}

/// A signature over an entry by its actor's key.
pub(crate) fn signed_by_its_actor(log: LogId, entry: &Entry) -> Signature {
    signature(entry.actor.as_str(), NAMESPACE, HashAlg::Sha512, &text_to_sign(log, &entry.to_cbor()))
}

fn story() -> Vec<Entry> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/signed/people.jsonl");
    std::fs::read_to_string(path).unwrap().lines().map(|line| Entry::from_json(line).unwrap()).collect()
}

fn signed(log: LogId) -> Vec<Signed> {
    let sign = |entry| Signed { signature: Some(signed_by_its_actor(log, &entry)), entry };
    story().into_iter().map(sign).collect()
}

fn new_ledger() -> Ledger<FileLog> {
    let disk = FaultDisk::new(1);
    FileLog::init(&disk, OWN, &small()).unwrap();
    Ledger::open(open(&disk).unwrap().0, Snapshots::none()).unwrap()
}

fn code(answer: Result<Outcome, LedgerError>) -> &'static str {
    match answer {
        Ok(Outcome::Recorded(_)) => "recorded",
        Ok(Outcome::AlreadyRecorded(_)) => "already recorded",
        Err(LedgerError::Refused(refused)) => refused.why.code(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn signed_entries_are_recorded_with_their_signatures_also_by_the_ledgers_own_thread() {
    let mut ledger = new_ledger();
    let (before, after) = (signed(OWN)[..2].to_vec(), signed(OWN)[2..].to_vec());
    for wish in &before {
        assert_eq!(code(ledger.record(wish, &CLOCK)), "recorded");
    }
    let thread = LedgerThread::start(ledger, Arc::new(CLOCK)).unwrap();
    let desk = thread.desk();
    assert_eq!(code(desk.record(after[0].entry.clone())), "SIGNATURE_MISSING");
    for wish in after {
        assert_eq!(code(desk.record(wish)), "recorded");
    }
    drop(desk);
    let log = thread.finish().unwrap().into_log();
    let mut checked = 0;
    log.read(1..7, &mut |record| {
        let envelope = record.open().unwrap();
        let entry = Entry::from_cbor(envelope.payload).unwrap();
        let found = signer(OWN, envelope.payload, envelope.signatures.iter().copied());
        assert_eq!(found, Signer::Key(public(entry.actor.as_str())));
        checked += 1;
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((checked, entries(&log).len()), (6, 6));
}

#[test]
fn a_signature_for_another_ledger_over_another_entry_or_for_something_else_is_refused() {
    let entry = &story()[0];
    let cases = [
        ("another ledger", signed_by_its_actor(OTHER, entry), "SIGNATURE_INVALID"),
        ("another entry", signed_by_its_actor(OWN, &story()[4]), "SIGNATURE_INVALID"),
        (
            "another namespace",
            signature("admin-1", "file", HashAlg::Sha512, &text_to_sign(OWN, &entry.to_cbor())),
            "SIGNATURE_INVALID",
        ),
        (
            "another's key",
            signature("controller-1", NAMESPACE, HashAlg::Sha512, &text_to_sign(OWN, &entry.to_cbor())),
            "SIGNER_NOT_ENROLLED",
        ),
        (
            "the other hash that OpenSSH knows",
            signature("admin-1", NAMESPACE, HashAlg::Sha256, &text_to_sign(OWN, &entry.to_cbor())),
            "recorded",
        ),
    ];
    for (what, signature, expected) in cases {
        let mut ledger = new_ledger();
        let wish = Signed { entry: entry.clone(), signature: Some(signature) };
        assert_eq!(code(ledger.record(&wish, &CLOCK)), expected, "{what}");
        let recorded = u64::from(expected == "recorded");
        assert_eq!(ledger.into_log().head().size, recorded, "{what}");
    }
}

#[test]
fn a_revoked_key_signs_no_more_and_what_it_signed_stands() {
    let mut ledger = new_ledger();
    for wish in &signed(OWN) {
        assert_eq!(code(ledger.record(wish, &CLOCK)), "recorded");
    }
    let mut late = story()[2].clone();
    late.id = "00000000-0000-4000-8000-000000000007".parse().unwrap();
    let wish = Signed { signature: Some(signed_by_its_actor(OWN, &late)), entry: late };
    assert_eq!(code(ledger.record(&wish, &CLOCK)), "KEY_REVOKED");
    assert_eq!(code(ledger.record(&signed(OWN)[2], &CLOCK)), "already recorded");
    assert_eq!(code(ledger.record(&story()[2], &CLOCK)), "already recorded");
    // A ledger opened anew knows the same.
    let mut again = Ledger::open(ledger.into_log(), Snapshots::none()).unwrap();
    assert_eq!(code(again.record(&wish, &CLOCK)), "KEY_REVOKED");
}

/// Whoever turns a bit of a signature that is kept is found, wherever it is.
#[test]
fn no_bit_of_a_signature_can_be_another() {
    let entry = &story()[0];
    let payload = entry.to_cbor();
    let kept = signed_by_its_actor(OWN, entry);
    let right = Signer::Key(public("admin-1"));
    assert_eq!(signer(OWN, &payload, [kept.bytes()]), right);
    let mut turned = 0;
    for bit in 0..kept.bytes().len() * 8 {
        let mut bytes = kept.bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(matches!(signer(OWN, &payload, [bytes.as_slice()]), Signer::Invalid(_)), "bit {bit}");
        turned += 1;
    }
    assert!(turned > 1_000, "{turned}");
    let longer = [kept.bytes(), &[0]].concat();
    assert!(matches!(signer(OWN, &payload, [longer.as_slice()]), Signer::Invalid(_)));
    assert!(matches!(signer(OWN, &payload, [kept.bytes(), kept.bytes()]), Signer::Invalid(_)));
    assert_eq!(signer(OWN, &payload, []), Signer::Nobody);
}

/// For a key of small order, one signature is over every text (RFC 8032 leaves it to the verifier to mind). An admin who
/// enrols such a key makes an actor for whom everybody signs.
#[test]
fn a_key_for_which_everybody_can_sign_signs_nothing() {
    let identity = || [&[1][..], &[0; 31]].concat();
    let key = KeyData::Ed25519(Ed25519PublicKey(identity().try_into().unwrap()));
    let made = ssh_key::Signature::new(Algorithm::Ed25519, [identity(), vec![0; 32]].concat()).unwrap();
    let made = SshSig::new(key.clone(), NAMESPACE, HashAlg::Sha512, made).unwrap();
    let payload = story()[0].to_cbor();
    let text = text_to_sign(OWN, &payload);
    // Whoever checks it by the letter takes it.
    PublicKey::from(key).verify(NAMESPACE, text.as_bytes(), &made).unwrap();
    let kept = Signature::from_armoured(&made.to_pem(LineEnding::LF).unwrap()).unwrap();
    assert!(matches!(signer(OWN, &payload, [kept.bytes()]), Signer::Invalid(_)));
}

#[test]
fn a_signature_that_is_kept_is_given_back_with_its_armour_and_a_key_has_its_fingerprint() {
    let kept = signed_by_its_actor(OWN, &story()[0]);
    assert_eq!(Signature::from_armoured(&armoured(kept.bytes()).unwrap()).unwrap(), kept);
    assert!(Signature::from_armoured("-----BEGIN SSH SIGNATURE-----\n").is_err());
    let theirs = key_of("admin-1").public_key().fingerprint(HashAlg::Sha256).to_string();
    assert_eq!(fingerprint(&public("admin-1")), theirs);
}
