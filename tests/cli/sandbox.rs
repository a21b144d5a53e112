//! A sealed environment: a directory of its own, no variables from outside, fixed zone, width and colours.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The program under test.
pub(crate) const TREASURY: &str = env!("CARGO_BIN_EXE_treasury");

/// A directory with a store in `books`, once one was opened.
pub(crate) struct Sandbox {
    dir: TempDir,
}

/// What a run of the program left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Ends the test unless the program ended with this code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {}", self.out))
    }
}

impl Sandbox {
    pub(crate) fn new() -> Sandbox {
        Sandbox { dir: tempfile::tempdir().unwrap() }
    }

    /// A sandbox whose store holds a story.
    pub(crate) fn with_story(name: &str) -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.run(&["init", "--bare"]).exits(0);
        sandbox.run(&["append", "--quiet", story(name).to_str().unwrap()]).exits(0);
        sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The command with its environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(TREASURY);
        command.args(args).current_dir(self.path()).env_clear();
        command.env("TZ", "UTC").env("COLUMNS", "80").env("NO_COLOR", "1");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    /// Runs with this standard input.
    pub(crate) fn run_with(&self, args: &[&str], input: &[u8]) -> Ran {
        feed(&mut self.command(args), input)
    }

    /// Appends one line that must be recorded.
    #[track_caller]
    pub(crate) fn append(&self, line: &str) -> Ran {
        self.run_with(&["append", "-"], line.as_bytes()).exits(0)
    }

    /// Writes a file beside the store.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Every file of the store with its bytes.
    pub(crate) fn store(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path().join("books"), &mut files);
        files
    }

    /// The log's only segment.
    pub(crate) fn segment(&self) -> PathBuf {
        self.path().join("books/segment-00000001.log")
    }
}

/// Runs a command with this standard input.
pub(crate) fn feed(command: &mut Command, input: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses early does not read to the end.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
}

/// Says something that nobody who runs the tests may miss; what tests print otherwise is kept from them.
pub(crate) fn say(text: &str) {
    let mut stderr = std::io::stderr();
    writeln!(stderr, "{text}").unwrap();
}

/// The file of a story.
pub(crate) fn story(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/stories").join(name)
}

/// An entry of one or more events on a day, with an id of its own.
pub(crate) fn entry(id: u32, effective: &str, events: &str) -> String {
    format!(
        r#"{{"id":"00000000-0000-4000-8000-{id:012}","effective":"{effective}","actor":"controller-1","events":[{events}]}}"#
    )
}
