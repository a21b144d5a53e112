//! The cosignatures of witnesses on a checkpoint: that others saw the log grow to it, and nothing else under its name.

use ledger_core::time::Instant;
use ledger_store::note::{Note, Unsigned, Witness};

use super::{Finding, Pass};
use crate::args::Witnesses;
use crate::diagnostic::Failure;

/// How many of the witnesses named it takes; none where none is named.
pub(crate) fn quorum(args: &Witnesses) -> Result<Option<usize>, Failure> {
    let named = args.witness.len();
    // A witness is its key: under another name it is no other.
    let before = |at: usize, one: &Witness| args.witness[..at].iter().find(|before| before.has_key_of(one));
    let mut twice = args.witness.iter().enumerate().filter_map(|(at, one)| Some((before(at, one)?, one)));
    if let Some((first, second)) = twice.next() {
        let also =
            if first.name() == second.name() { String::new() } else { format!(", as {} too", second.name()) };
        return Err(Failure::usage(format!(
            "the witness {} is named twice{also}, and counts once",
            first.name()
        )));
    }
    match args.quorum {
        None => Ok((named > 0).then_some(named)),
        Some(asked) if (1..=named).contains(&asked) => Ok(Some(asked)),
        Some(asked) => {
            let message = format!("a quorum of {asked} cannot be had of {named} witnesses, or says nothing");
            Err(Failure::usage(message))
        }
    }
}

/// Whether so many of the witnesses cosigned; and when each did, to be told beside it. A signature in a witness's name that is
/// not by it is a finding, whatever the quorum.
pub(crate) fn check(note: Option<&Note>, witnesses: &[Witness], quorum: usize) -> (Pass, Vec<String>) {
    let (mut findings, mut absent, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for witness in witnesses {
        match note.map_or(Err(Unsigned::Absent), |note| note.cosigned_by(witness)) {
            Ok(time) => times.push(format!("{} cosigned the checkpoint at {}", witness.name(), told(time))),
            Err(Unsigned::Bad) => {
                let message = format!(
                    "witness {}: the cosignature is not by it over this checkpoint and time",
                    witness.name()
                );
                findings.push(Finding::of("checkpoint_cosignature", message));
            }
            Err(Unsigned::Absent) => absent.push(witness.name()),
        }
    }
    let cosigned = times.len();
    if cosigned < quorum {
        let missing = absent.iter().map(|name| {
            let message = format!("witness {name} did not cosign: {cosigned} of the {quorum} needed did");
            Finding::of("checkpoint_not_cosigned", message)
        });
        findings.extend(missing);
    }
    (Pass::of("cosignatures of the checkpoint", witnesses.len(), "witnesses", findings), times)
}

/// A time in seconds, as far as it can be told as one.
fn told(seconds: u64) -> String {
    let micros = i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1_000_000));
    micros.map_or_else(|| format!("second {seconds}"), |micros| Instant::from_micros(micros).to_string())
}
