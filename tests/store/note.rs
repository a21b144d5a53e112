//! Signed notes and their keys, held against the implementation of C2SP signed-note in the crate `signed_note`.

use ledger_store::checkpoint::{self, NoCheckpoint};
use ledger_store::note::{KeyError, Note, NoteError, Signer, Unsigned, Verifier};
use ledger_store::{Checkpoint, CheckpointError, Head};
use signed_note::{
    Note as TheirNote, NoteError as TheirError, StandardSigner, StandardVerifier, VerifierList,
};

const NAME: &str = "example.com/ledger";

fn signer(seed: u8) -> Signer {
    Signer::from_seed(NAME, &[seed; 32]).unwrap()
}

fn body() -> String {
    Checkpoint::new(NAME, Head { size: 7, root: [3; 32] }).unwrap().to_string()
}

fn signed(signers: &[&Signer]) -> Note {
    let mut note = Note::unsigned(&body()).unwrap();
    signers.iter().for_each(|signer| note.sign(signer).unwrap());
    note
}

/// What the other implementation says of a note and a key.
fn theirs(note: &str, verifier: &Verifier) -> Result<usize, TheirError> {
    let known = StandardVerifier::new(&verifier.to_string()).unwrap();
    let note = TheirNote::from_bytes(note.as_bytes())?;
    let (verified, _) = note.verify(&VerifierList::new(vec![Box::new(known)]))?;
    Ok(verified.len())
}

#[test]
fn what_is_signed_here_is_accepted_there() {
    let (first, second) = (signer(1), signer(2));
    let note = signed(&[&first, &second]).to_string();
    assert_eq!(theirs(&note, first.verifier()).unwrap(), 1);
    assert_eq!(theirs(&note, second.verifier()).unwrap(), 1);
    assert!(matches!(theirs(&note, signer(3).verifier()), Err(TheirError::UnverifiedNote)));
    let changed = note.replacen("\n7\n", "\n8\n", 1);
    assert!(matches!(theirs(&changed, first.verifier()), Err(TheirError::InvalidSignature { .. })));
}

#[test]
fn what_is_signed_there_is_accepted_here() {
    let ours = signer(4);
    let their_signer = StandardSigner::new(&ours.secret_text()).unwrap();
    let mut note = TheirNote::new(body().as_bytes(), &[]).unwrap();
    note.add_sigs(&[&their_signer]).unwrap();
    let text = String::from_utf8(note.to_bytes()).unwrap();
    // Ed25519 draws nothing at random: the same key signs the same bytes alike.
    assert_eq!(text, signed(&[&ours]).to_string());
    let read: Note = text.parse().unwrap();
    assert_eq!(read.verify(ours.verifier()), Ok(()));
    assert_eq!(read.verify(signer(5).verifier()), Err(Unsigned::Absent));
}

#[test]
fn keys_have_the_usual_text_forms() {
    let ours = signer(6);
    let private: Signer = ours.secret_text().parse().unwrap();
    assert_eq!(private.verifier(), ours.verifier());
    let public = ours.verifier().to_string();
    assert_eq!(public.parse::<Verifier>().unwrap(), *ours.verifier());
    assert!(public.starts_with("example.com/ledger+") && !format!("{ours:?}").contains(&ours.secret_text()));
    // The key of the example in Go's library.
    let known = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let known: Signer = known.parse().unwrap();
    let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(known.verifier().to_string(), public);
}

#[test]
fn the_note_of_the_go_library_is_signed_by_its_key() {
    let text = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n";
    let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let note: Note = format!("{text}\n{line}").parse().unwrap();
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
    assert_eq!((note.text(), note.verify(&key)), (text, Ok(())));
}

#[test]
fn a_key_in_any_other_form_is_refused() {
    let (public, private) = (signer(7).verifier().to_string(), signer(7).secret_text());
    let (name, rest) = public.split_once('+').unwrap();
    let (id, key) = rest.split_once('+').unwrap();
    let cases = [
        (String::new(), KeyError::Form),
        (name.to_owned(), KeyError::Form),
        (format!("+{rest}"), KeyError::Name),
        (format!("a b+{rest}"), KeyError::Name),
        (format!("other+{rest}"), KeyError::Id),
        (format!("{name}+{}+{key}", id.to_uppercase() + "0"), KeyError::Form),
        (format!("{name}+{}+{key}", &id[1..]), KeyError::Form),
        (format!("{name}+00000000+{key}"), KeyError::Id),
        (format!("{name}+{id}+{}", &key[1..]), KeyError::Form),
        (format!("{name}+{id}+AgAA"), KeyError::Kind),
        (format!("{name}+{id}+AQAA"), KeyError::Kind),
        (format!("{name}+{id}+"), KeyError::Kind),
        // The neutral point, of order one: anything would be signed by it.
        (format!("{name}+{id}+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), KeyError::Kind),
    ];
    for (text, wanted) in cases {
        assert_eq!(text.parse::<Verifier>(), Err(wanted), "{text}");
    }
    assert_eq!(public.parse::<Signer>().unwrap_err(), KeyError::Form);
    assert_eq!(private.replace("ledger", "other").parse::<Signer>().unwrap_err(), KeyError::Id);
    assert_eq!(Signer::from_seed("a+b", &[0; 32]).unwrap_err(), KeyError::Name);
}

#[test]
fn a_note_in_any_other_form_is_refused() {
    let note = signed(&[&signer(8)]).to_string();
    let (text, line) = note.rsplit_once("\n\n").unwrap();
    let cases = [
        (text.to_owned(), NoteError::Form),
        (note.trim_end().to_owned(), NoteError::Form),
        (format!("{text}\r\n\n{line}"), NoteError::Control),
        (format!("{text}\n\n"), NoteError::Form),
        (format!("{text}\n\n{}", line.replace('—', "-")), NoteError::Signature),
        (format!("{text}\n\n{line}and more\n"), NoteError::Signature),
        (format!("{text}\n\n— name AAAAAA==\n"), NoteError::Signature),
        (format!("{text}\n\n— na+me AAAAAAA=\n"), NoteError::Signature),
        (format!("{text}\n\n{}", line.repeat(65)), NoteError::TooMany),
    ];
    for (text, wanted) in cases {
        assert_eq!(text.parse::<Note>(), Err(wanted), "{text:?}");
    }
    assert_eq!(Note::unsigned("no newline"), Err(NoteError::Form));
}

#[test]
fn every_bit_of_a_signed_note_counts() {
    let ours = signer(9);
    let whole = signed(&[&ours]).to_string();
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let read = String::from_utf8(bytes).ok().and_then(|text| text.parse::<Note>().ok());
        assert!(read.is_none_or(|note| note.verify(ours.verifier()).is_err()), "bit {bit}");
    }
}

#[test]
fn one_bad_signature_by_a_key_spoils_the_good_one() {
    let ours = signer(10);
    let (good, mut other) = (signed(&[&ours]).to_string(), Note::unsigned("other\n").unwrap());
    other.sign(&ours).unwrap();
    let other = other.to_string();
    let line = other.rsplit_once("\n\n").unwrap().1;
    let both: Note = format!("{good}{line}").parse().unwrap();
    assert_eq!(both.verify(ours.verifier()), Err(Unsigned::Bad));
    assert_eq!(both.names().collect::<Vec<_>>(), [NAME, NAME]);
    let mut again = both;
    again.sign(&ours).unwrap();
    assert_eq!(again.to_string(), good, "a key signs a note once");
}

#[test]
fn a_checkpoint_is_read_with_and_without_its_signatures() {
    let note = signed(&[&signer(11)]);
    let (plain, none) = checkpoint::read(&body()).unwrap();
    let (from_note, some) = checkpoint::read(&note.to_string()).unwrap();
    assert_eq!((plain, none), (from_note, None));
    assert_eq!(some, Some(note.clone()));
    let unread = checkpoint::read("hello\nworld\n");
    assert_eq!(unread, Err(NoCheckpoint::Body(CheckpointError::Lines)));
    let cut = note.to_string().replace('—', "");
    assert_eq!(checkpoint::read(&cut), Err(NoCheckpoint::Note(NoteError::Signature)));
}
