//! A fold that was written and read back is the fold: it goes on alike, takes back alike, and bytes that are
//! damaged are refused or are another fold, never a panic.

use ledger_core::fold::Fold;
use ledger_core::resolve::{Applied, Recorded};

use super::{HELD, Tally, recorded};

fn write(fold: &Fold) -> Vec<u8> {
    bincode::serde::encode_to_vec(fold, bincode::config::standard()).unwrap()
}

fn read(bytes: &[u8]) -> Option<Fold> {
    let read = bincode::serde::borrow_decode_from_slice(bytes, bincode::config::standard());
    read.ok().filter(|(_, length)| *length == bytes.len()).map(|(fold, _)| fold)
}

/// What is declared stands beside a fold that is written down, and is declared again where it is read.
fn declare(fold: &mut Fold, log: &[Recorded]) {
    for Recorded { number, entry, .. } in log {
        entry.events.iter().for_each(|event| fold.declare(*number, entry.effective, event));
    }
    fold.commit();
}

fn declared(log: &[Recorded]) -> Fold {
    let mut fold = Fold::default();
    declare(&mut fold, log);
    fold
}

fn in_order<'a>(log: &'a [Recorded], fold: &Fold) -> Vec<Applied<'a>> {
    let placed = log.iter().map(|Recorded { number, entry, .. }| {
        let order = entry.order(fold.zone());
        Applied { order, number: *number, recorded: None, entry }
    });
    let mut applied: Vec<_> = placed.collect();
    applied.sort_by_key(|applied| (applied.order, applied.number));
    applied
}

fn state(fold: &Fold) -> String {
    format!("{fold:?}")
}

#[test]
fn a_fold_read_back_goes_on_as_if_it_had_never_been_away() {
    let mut compared = 0;
    for seed in 0..25 {
        let log = recorded(seed, HELD, &mut Tally::default());
        let mut whole = declared(&log);
        let applied = in_order(&log, &whole);
        let (first, rest) = applied.split_at(applied.len() / 2);
        first.iter().for_each(|applied| whole.apply_unseen(applied).unwrap());
        let mut back = read(&write(&whole)).unwrap();
        declare(&mut back, &log);
        assert_eq!(state(&back), state(&whole), "seed {seed}");
        assert_eq!(write(&back), write(&whole), "seed {seed}");
        for applied in rest {
            let before = state(&back);
            back.let_arrive(applied.order).unwrap();
            let tried: Vec<_> = (0..applied.entry.events.len())
                .map(|event| back.apply_event(applied, event).unwrap())
                .collect();
            back.rollback();
            assert_eq!(state(&back), before, "seed {seed}, entry {}", applied.number);
            let seen = back.apply(applied).unwrap();
            assert_eq!(format!("{seen:?}"), format!("{:?}", tried.concat()));
            whole.apply_unseen(applied).unwrap();
            assert_eq!(state(&back), state(&whole), "seed {seed}, entry {}", applied.number);
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn what_may_still_be_taken_back_is_not_written() {
    let log = recorded(1, HELD, &mut Tally::default());
    let mut fold = declared(&log);
    for applied in in_order(&log, &fold) {
        fold.let_arrive(applied.order).unwrap();
        let posted: Vec<_> = (0..applied.entry.events.len())
            .flat_map(|event| fold.apply_event(&applied, event).unwrap())
            .collect();
        let changed = posted.iter().any(|posted| !posted.journal.lines().is_empty());
        let written = bincode::serde::encode_to_vec(&fold, bincode::config::standard());
        assert!(written.is_err() || !changed, "entry {}", applied.number);
        fold.commit();
        assert!(bincode::serde::encode_to_vec(&fold, bincode::config::standard()).is_ok());
    }
}

#[test]
fn damaged_bytes_are_refused_or_are_another_fold() {
    let log = recorded(3, HELD, &mut Tally::default());
    let mut fold = declared(&log);
    for applied in in_order(&log, &fold) {
        fold.apply_unseen(&applied).unwrap();
    }
    let bytes = write(&fold);
    for end in 0..bytes.len() {
        assert!(read(&bytes[..end]).is_none(), "cut at {end}");
    }
    let (mut refused, mut others) = (0, 0);
    for at in 0..bytes.len() {
        for byte in [bytes[at] ^ 1, bytes[at] ^ 0x80, 253] {
            let mut damaged = bytes.clone();
            damaged[at] = byte;
            match read(&damaged) {
                Some(_) => others += 1,
                None => refused += 1,
            }
        }
    }
    assert!(refused > 1_000 && others > 0, "{refused} refused, {others} read");
}
