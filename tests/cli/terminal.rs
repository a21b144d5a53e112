//! The command in a real terminal: a line is given at each prompt, and what was shown is read.

use std::process::Command;

use crate::sandbox::{Sandbox, TREASURY};

/// Opens a terminal, runs the command in it, gives it a line wherever it waits, and prints what was shown.
const TERMINAL: &str = r#"
import os, pty, sys
prompts, lines, argv = sys.argv[1].split('|'), sys.argv[2].split('|'), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execve(argv[0], argv, dict(os.environ))
shown, waiting = b'', b''
while True:
    try:
        some = os.read(terminal, 4096)
    except OSError:
        break
    if not some:
        break
    shown += some
    waiting += some
    if any(waiting.endswith(prompt.encode()) for prompt in prompts):
        waiting = b''
        if lines:
            os.write(terminal, lines.pop(0).encode() + b'\n')
        else:
            os.write(terminal, b'\x04')
sys.stdout.buffer.write(shown.replace(b'\r\n', b'\n'))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;

/// What a terminal of 80 columns shows, and how the command ended, when it is given these lines, one at each prompt.
pub(crate) fn typed_into(
    sandbox: &Sandbox,
    prompts: &[&str],
    lines: &[&str],
    args: &[&str],
) -> (String, i32) {
    let mut command = Command::new("python3");
    command.args(["-c", TERMINAL, &prompts.join("|"), &lines.join("|"), TREASURY]).args(args);
    command.current_dir(sandbox.path()).env("TZ", "UTC").env("COLUMNS", "80").env("NO_COLOR", "1");
    command.env_remove("TREASURY_STORE").env_remove("TREASURY_ACTOR");
    let ran = command.output().expect("this test opens a terminal with python3, which is not there");
    (String::from_utf8(ran.stdout).unwrap(), ran.status.code().unwrap_or(-1))
}
