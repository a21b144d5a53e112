//! How an entry gets its signature: from stock `ssh-keygen`, which knows keys, passphrases, agents and hardware, or from a
//! file that was made elsewhere. No secret key is ever read here.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ledger_core::entry::Entry;
use ledger_store::LogId;
use ledger_store::signature::{NAMESPACE, Signature, text_to_sign};

use crate::diagnostic::{Failure, in_words};

/// Who signs what is recorded.
#[derive(Debug)]
pub(crate) enum Signing {
    /// Nobody.
    Nobody,
    /// The owner of this key file, for the log with this id.
    With(PathBuf, LogId),
    /// Somebody already did, for one entry.
    Given(Signature),
    /// That one entry has its signature.
    Spent,
}

impl Signing {
    /// A signature made elsewhere.
    pub(crate) fn given(file: &Path) -> Result<Signing, Failure> {
        let text = std::fs::read_to_string(file).map_err(|why| Failure::unreadable(file, &why))?;
        let signature = Signature::from_armoured(&text).map_err(|why| {
            Failure::usage(format!("{}: {why}", file.display())).with_help(format!(
                "`ssh-keygen -Y sign -n {NAMESPACE} -f KEYFILE TEXT` writes it to TEXT.sig"
            ))
        })?;
        Ok(Signing::Given(signature))
    }

    /// The signature of an entry, if it gets one.
    pub(crate) fn sign(&mut self, entry: &Entry) -> Result<Option<Signature>, Failure> {
        match std::mem::replace(self, Signing::Spent) {
            Signing::Nobody => {
                *self = Signing::Nobody;
                Ok(None)
            }
            Signing::With(file, log) => {
                let signature = by_ssh_keygen(&file, &text_to_sign(log, &entry.to_cbor()));
                *self = Signing::With(file, log);
                signature.map(Some)
            }
            Signing::Given(signature) => Ok(Some(signature)),
            Signing::Spent => Err(Failure::usage("a signature is of one entry, and there are several")
                .with_help("append each with its own `--signature`, or all with `--sign KEYFILE`")),
        }
    }
}

fn by_ssh_keygen(file: &Path, text: &str) -> Result<Signature, Failure> {
    // A wrong path would make it ask for a passphrase that nobody knows.
    std::fs::metadata(file).map_err(|why| Failure::unreadable(file, &why))?;
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "sign", "-q", "-n", NAMESPACE, "-f"]).arg(file);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let done = command.spawn().and_then(|mut child| {
        if let Some(mut stdin) = child.stdin.take() {
            // If it ended early, it says why itself.
            let _told_by_itself = stdin.write_all(text.as_bytes());
        }
        child.wait_with_output()
    });
    let done = done.map_err(|why| {
        Failure::usage(format!("cannot run ssh-keygen, which signs: {}", in_words(&why))).with_help(
            "install OpenSSH; or sign elsewhere what `treasury payload FILE` prints, and give `--signature`",
        )
    })?;
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    if !done.status.success() {
        return Err(Failure::usage(format!("ssh-keygen did not sign with {}: {said}", file.display()))
            .with_help("give the file of an Ed25519 key, or of its public part if an agent holds it"));
    }
    let signature = String::from_utf8_lossy(&done.stdout);
    Signature::from_armoured(&signature).map_err(|why| Failure::usage(format!("ssh-keygen: {why}")))
}
