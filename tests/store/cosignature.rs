//! Cosignatures of witnesses, held against C2SP tlog-cosignature by way of the crate `signed_note`: its notes, its key ids,
//! its Ed25519; only the text that is signed is put together here, from the specification.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ledger_store::note::{Cosigner, KeyError, Note, Signer, Unsigned, Verifier, Witness};
use ledger_store::proof::{Consistency, NoProof};
use ledger_store::{Checkpoint, Head};
use signed_note::{
    Note as TheirNote, Signer as _, StandardSigner, StandardVerifier, Verifier as TheirVerifier, VerifierList,
};

const LOG: &str = "example.com/ledger";
const NAME: &str = "witness.example/w1";
const TIME: u64 = 1_679_315_147;

fn cosigner(seed: u8) -> Cosigner {
    Cosigner::from_seed(NAME, &[seed; 32]).unwrap()
}

fn body(size: u64) -> String {
    Checkpoint::new(LOG, Head { size, root: [3; 32] }).unwrap().to_string()
}

/// A checkpoint signed by its log and by a witness.
fn cosigned(seed: u8, time: u64) -> Note {
    let mut note = Note::unsigned(&body(7)).unwrap();
    note.sign(&Signer::from_seed(LOG, &[1; 32]).unwrap()).unwrap();
    note.cosign(&cosigner(seed), time).unwrap();
    note
}

fn message(text: &[u8], time: u64) -> Vec<u8> {
    [format!("cosignature/v1\ntime {time}\n").as_bytes(), text].concat()
}

/// The 32 bytes of a key in its text form.
fn key_bytes(text: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text.rsplit_once('+').unwrap().1).unwrap()
}

/// A witness's key for the other implementation.
struct Theirs {
    id: u32,
    plain: StandardVerifier,
}

impl Theirs {
    fn of(witness: &Witness) -> Theirs {
        let bytes = key_bytes(&witness.to_string());
        assert_eq!((bytes[0], bytes.len()), (4, 33));
        let plain = [&[1], &bytes[1..]].concat();
        let id = signed_note::key_id(NAME, &plain);
        let plain = format!("{NAME}+{id:08x}+{}", BASE64_STANDARD.encode(plain));
        Theirs { id: signed_note::key_id(NAME, &bytes), plain: StandardVerifier::new(&plain).unwrap() }
    }
}

impl TheirVerifier for Theirs {
    fn name(&self) -> &str {
        NAME
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let Some((time, signature)) = signature.split_first_chunk() else { return false };
        self.plain.verify(&message(text, u64::from_be_bytes(*time)), signature)
    }
}

#[test]
fn what_is_cosigned_here_is_accepted_there() {
    let note = cosigned(2, TIME).to_string();
    let count = |witness: &Witness| {
        let known = VerifierList::new(vec![Box::new(Theirs::of(witness))]);
        TheirNote::from_bytes(note.as_bytes()).unwrap().verify(&known).map(|(good, _)| good.len()).ok()
    };
    assert_eq!(count(cosigner(2).verifier()), Some(1));
    assert_eq!(count(cosigner(3).verifier()), None);
}

#[test]
fn what_is_cosigned_there_is_accepted_here() {
    let ours = cosigner(4);
    let seed = [&[1], &key_bytes(&ours.secret_text())[1..]].concat();
    let id = signed_note::key_id(NAME, &[&[1], &key_bytes(&ours.verifier().to_string())[1..]].concat());
    let secret = format!("PRIVATE+KEY+{NAME}+{id:08x}+{}", BASE64_STANDARD.encode(seed));
    let signature = StandardSigner::new(&secret).unwrap().sign(&message(body(7).as_bytes(), TIME)).unwrap();
    let line = [&ours.verifier().id()[..], &TIME.to_be_bytes(), &signature].concat();
    let text = format!("{}\n— {NAME} {}\n", body(7), BASE64_STANDARD.encode(line));
    let note: Note = text.parse().unwrap();
    assert_eq!(note.cosigned_by(ours.verifier()), Ok(TIME));
    assert_eq!(note.cosigned_by(cosigner(5).verifier()), Err(Unsigned::Absent));
}

#[test]
fn a_log_and_a_witness_of_one_name_and_seed_are_two_keys() {
    let (log, witness) = (Signer::from_seed(NAME, &[6; 32]).unwrap(), cosigner(6));
    assert_ne!(log.verifier().id(), witness.verifier().id());
    assert_eq!(log.verifier().to_string().parse::<Witness>(), Err(KeyError::Kind));
    assert_eq!(witness.verifier().to_string().parse::<Verifier>(), Err(KeyError::Kind));
    assert_eq!(witness.secret_text().parse::<Signer>().unwrap_err(), KeyError::Kind);
    let read: Cosigner = witness.secret_text().parse().unwrap();
    assert_eq!(read.verifier(), witness.verifier());
    // A log's signature is never taken for a witness's, even with its key.
    let note = cosigned(6, TIME);
    assert_eq!(note.verify(log.verifier()), Err(Unsigned::Absent));
    let mut signed = Note::unsigned(&body(7)).unwrap();
    signed.sign(&log).unwrap();
    assert_eq!(signed.cosigned_by(witness.verifier()), Err(Unsigned::Absent));
}

#[test]
fn another_time_text_or_length_is_no_cosignature() {
    let witness = cosigner(2);
    let whole = cosigned(2, TIME).to_string();
    let (head, line) = whole.rsplit_once(' ').unwrap();
    let bytes = BASE64_STANDARD.decode(line.trim_end()).unwrap();
    let with =
        |bytes: &[u8]| -> Note { format!("{head} {}\n", BASE64_STANDARD.encode(bytes)).parse().unwrap() };
    let said = |note: Note| note.cosigned_by(witness.verifier());
    assert_eq!(said(with(&bytes)), Ok(TIME));
    for at in 4..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 1;
        assert_eq!(said(with(&other)), Err(Unsigned::Bad), "byte {at}");
    }
    assert_eq!(said(with(&bytes[..bytes.len() - 1])), Err(Unsigned::Bad));
    assert_eq!(said(with(&bytes[..6])), Err(Unsigned::Bad));
    assert_eq!(said(with(&[&bytes[..], &[0]].concat())), Err(Unsigned::Bad));
    assert_eq!(said(whole.replacen("\n7\n", "\n8\n", 1).parse().unwrap()), Err(Unsigned::Bad));
    // The specification leaves no time that needs 64 bits.
    assert_eq!(said(cosigned(2, u64::MAX)), Err(Unsigned::Bad));
    // Cosigned again, the later time is what it says.
    let mut twice = cosigned(2, TIME);
    twice.cosign(&witness, TIME + 1).unwrap();
    assert_eq!((twice.names().count(), twice.cosigned_by(witness.verifier())), (2, Ok(TIME + 1)));
}

#[test]
fn a_proof_that_a_log_only_grew_is_read_strictly() {
    let hash = BASE64_STANDARD.encode([9; 32]);
    let text = format!("old 3\n{hash}\n\n{}", body(7));
    let read: Consistency = text.parse().unwrap();
    assert_eq!((read.old, read.path.len(), read.to_string()), (3, 1, text.clone()));
    assert!(!read.extends(&Head { size: 3, root: [3; 32] }));
    assert_eq!(format!("old 0\n\n{}", body(7)).parse::<Consistency>().unwrap().path.len(), 0);
    let cases = [
        (text.replacen("old 3", "old 03", 1), NoProof::Old),
        (text.replacen("old 3", "new 3", 1), NoProof::Old),
        (text.replacen(&hash, &hash[4..], 1), NoProof::Hash),
        (text.replacen("\n\n", "\n", 1), NoProof::Hash),
        (format!("old 3\n{}\n{}", format!("{hash}\n").repeat(65), body(7)), NoProof::Hash),
    ];
    for (text, wanted) in cases {
        assert_eq!(text.parse::<Consistency>(), Err(wanted), "{text}");
    }
    assert!(matches!("old 3\n\nnothing\n".parse::<Consistency>(), Err(NoProof::Checkpoint(_))));
}
