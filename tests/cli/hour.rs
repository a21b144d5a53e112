//! `docs/guide/accountant.md`: an hour in a real terminal, from `treasury init` to a closed quarter. What is typed is in
//! `hour/typed.txt`; what an interactive shell of 80 columns then shows is `docs/guide/hour.txt`, and the page's sections are
//! cut from it.

use std::process::{Command, Stdio};

use ledger_core::time::Day;

use crate::sandbox::{Sandbox, TREASURY, feed};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide/");
const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/guide");
const TYPED: &str = include_str!("hour/typed.txt");

/// The day on which the story is told: ages of breaks are counted up to it, whenever the test runs.
const TOLD_ON: &str = "2025-04-07";

/// Opens a terminal of 80 columns and types a line wherever something waits for one.
const TERMINAL: &str = r"
import fcntl, os, pty, select, struct, sys, termios
lines, argv = sys.stdin.read().splitlines(), sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 50, 80, 0, 0))
    os.execvpe(argv[0], argv, dict(os.environ, PS1='$ ', PS2='> '))
shown, waiting = b'', b''
waits = lambda seconds: select.select([terminal], [], [], seconds)[0]
while True:
    if not waits(60):
        sys.stdout.buffer.write(shown)
        sys.exit('nothing was shown for a minute')
    try:
        some = os.read(terminal, 4096)
    except OSError:
        break
    if not some:
        break
    shown += some
    waiting += some
    if waiting.endswith((b'$ ', b'> ', b': ', b'[y/N] ')) and not waits(0.05):
        waiting = b''
        os.write(terminal, lines.pop(0).encode() + b'\n' if lines else b'\x04')
sys.stdout.buffer.write(shown.replace(b'\r\n', b'\n'))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";

/// What the terminal shows of the whole hour.
fn shown(sandbox: &Sandbox) -> String {
    let folder = std::path::Path::new(TREASURY).parent().unwrap().display().to_string();
    let mut command = Command::new("python3");
    command.args(["-c", TERMINAL, "bash", "--noprofile", "--norc", "--noediting", "-i"]);
    command.current_dir(sandbox.path()).env_clear().stdin(Stdio::piped());
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let variables = [("PATH", path.as_str()), ("HISTFILE", ""), ("TERM", "dumb"), ("TZ", "UTC")];
    command.envs(variables).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1");
    let ran = feed(&mut command, TYPED.as_bytes());
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    ran.out
}

/// The same without what depends on when the test runs: roots, the time of recording, today.
fn told(shown: &str) -> String {
    let lines = shown.lines().filter(|line| !line.starts_with("root "));
    let text: String = lines.map(|line| format!("{}\n", timeless(line).trim_end())).collect();
    text.trim_end_matches("$ exit\n").to_owned()
}

fn timeless(line: &str) -> String {
    if let Some((before, rest)) = line.split_once("(today is ") {
        let (_, after) = rest.split_once(')').unwrap();
        return format!("{before}(today is {TOLD_ON}){after}");
    }
    if let (Some((before, rest)), true) = (line.split_once("recorded 20"), line.contains("Z by ")) {
        let (_, after) = rest.split_once("Z by ").unwrap();
        return format!("{before}recorded {TOLD_ON} by {after}");
    }
    aged(line).unwrap_or_else(|| line.to_owned())
}

/// A break's line, its age up to the day of the story.
fn aged(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let since: Day = words.nth(1)?.parse().ok()?;
    let (age, unit) = (words.next()?, words.next()?);
    age.parse::<i64>().ok().filter(|_| unit == "d")?;
    let told: Day = TOLD_ON.parse().unwrap();
    let then = told.number() - since.number();
    Some(line.replace(&format!(" {age:>4} d "), &format!(" {then:>4} d ")))
}

/// A section of the hour by its number: what stands between its heading and the next.
fn section(hour: &str, number: &str) -> String {
    let heading = format!("$ # {number}. ");
    let (_, rest) = hour.split_once(&heading).unwrap_or_else(|| panic!("the hour has no section {number}"));
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("$ # ").map_or(rest, |(section, _)| section).to_owned()
}

/// The page with each section as it was shown.
fn page_with(page: &str, hour: &str) -> (String, usize) {
    let (mut parts, mut sections) = (page.split("<!-- hour "), 0);
    let mut made = parts.next().unwrap().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(" -->\n```text\n").unwrap();
        let (_, after) = rest.split_once("```\n").unwrap();
        made.push_str(&format!("<!-- hour {number} -->\n```text\n{}```\n{after}", section(hour, number)));
        sections += 1;
    }
    (made, sections)
}

#[test]
fn an_accountant_closes_a_quarter_within_an_hour_and_the_page_shows_how() {
    let sandbox = Sandbox::new();
    for file in ["bank-2025Q1.sta", "custody-2025Q1.csv"] {
        sandbox.file(file, &std::fs::read(format!("{FILES}/{file}")).unwrap());
    }
    let hour = told(&shown(&sandbox));
    let long: Vec<&str> = hour.lines().filter(|line| line.chars().count() > 80).collect();
    // Only what a person types runs on: a terminal breaks it where it ends.
    assert!(long.iter().all(|line| line.starts_with(['$', '>']) || line.contains(": ")), "{long:?}");
    assert_eq!(TYPED.matches('{').count(), 0, "somebody types JSON");
    assert!(hour.contains("closed through 2025-03-31"), "{hour}");
    let closed = sandbox.run(&["close", "2025Q1", "--check", "-f", "json"]);
    assert!(
        closed.out.contains("\"missing\": []") || closed.out.contains("\"missing\":[]"),
        "{}",
        closed.out
    );
    let page = std::fs::read_to_string(format!("{DOCS}accountant.md")).unwrap();
    let (wanted, sections) = page_with(&page, &hour);
    assert_eq!(sections, TYPED.lines().filter(|line| line.starts_with("# ")).count());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(format!("{DOCS}accountant.md"), &wanted).unwrap();
        std::fs::write(format!("{DOCS}hour.txt"), &hour).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(format!("{DOCS}hour.txt")).unwrap();
    let other = kept.lines().zip(hour.lines()).find(|(kept, shown)| kept != shown);
    assert!(
        kept == hour,
        "docs/guide/hour.txt is not what is shown, first {other:?}: UPDATE_DOCS=1 writes it"
    );
    assert!(page == wanted, "docs/guide/accountant.md is not what is shown: UPDATE_DOCS=1 writes it");
}
