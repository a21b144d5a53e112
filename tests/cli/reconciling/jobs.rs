//! `treasury reconcile run`: one failing source stops no other, nobody runs the same jobs twice at once, and a process that
//! is killed anywhere leaves nothing twice and nothing out.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, entry};

const JOBS: &str = r#"
[[job]]
name = "bank"
account = "bank"
statements = "in/bank-*.json"
retries = 0

[[job]]
name = "broken"
account = "other"
statements = "in/broken.json"
retries = 1
backoff = "1ms"
"#;

fn ledger() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--entity", "Example", "--on", "2026-01-01", "--actor", "controller-1"]).exits(0);
    let wallet = |name: &str| {
        format!(r#"{{"type":"wallet_opened","wallet":"{name}","kind":"bank","currency":"USD"}}"#)
    };
    sandbox.append(&entry(1, "2026-01-01", &format!("{},{}", wallet("bank"), wallet("other"))));
    std::fs::create_dir(sandbox.path().join("in")).unwrap();
    sandbox.file("jobs.toml", JOBS.as_bytes());
    sandbox
}

fn day(nth: u32) -> String {
    format!("2026-{:02}-{:02}", (nth - 1) / 25 + 1, (nth - 1) % 25 + 1)
}

/// A day's statement of one line, which the books have if its number is even.
fn statement(sandbox: &Sandbox, nth: u32) {
    let (opening, closing) = ((nth - 1) * 10, nth * 10);
    let line = json!({"day": day(nth), "units": "10", "references": [format!("REF-{nth}")]});
    let statement = json!({"source": "example-bank", "from": day(nth), "to": day(nth), "number": nth,
        "opening": opening.to_string(), "closing": closing.to_string(), "lines": [line]});
    sandbox.file(&format!("in/bank-{nth:03}.json"), statement.to_string().as_bytes());
}

fn received(sandbox: &Sandbox, nth: u32) {
    let line = json!({"id": format!("00000000-0000-4000-8000-{:012}", 100 + nth), "effective": day(nth),
        "actor": "controller-1", "refs": {"bank": format!("REF-{nth}")}, "events": [{"type": "cash_received",
        "wallet": "bank", "category": "equity", "amount": {"amount": "10", "currency": "USD"}}]});
    sandbox.append(&line.to_string());
}

const RUN: &[&str] =
    &["--actor", "reconciler-1", "-f", "json", "reconcile", "run", "jobs.toml", "--metrics", "jobs.prom"];

#[test]
fn a_failing_source_is_tried_again_and_stops_no_other() {
    let sandbox = ledger();
    statement(&sandbox, 1);
    sandbox.file("in/broken.json", b"not a statement");
    let ran = sandbox.run(RUN).exits(3);
    let jobs = ran.json();
    assert_eq!(jobs["exit"], 3);
    let (bank, broken) = (&jobs["jobs"][0], &jobs["jobs"][1]);
    assert_eq!(
        (&bank["event"], &bank["breaks"], &bank["recorded"]),
        (&json!("compared"), &json!(1), &json!(true))
    );
    assert_eq!((&broken["code"], &broken["attempts"]), (&json!("STATEMENT_FORMAT_UNKNOWN"), &json!(2)));
    // The log: a JSON object a line, two attempts of the broken one.
    let lines: Vec<Value> = ran.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let begun = lines.iter().filter(|line| line["job"] == "broken" && line["event"] == "begun");
    assert_eq!(begun.count(), 2);
    assert!(lines.iter().all(|line| line["at"].is_string() && line["level"].is_string()));
    let figures = std::fs::read_to_string(sandbox.path().join("jobs.prom")).unwrap();
    assert!(figures.contains("treasury_reconcile_breaks{job=\"bank\"} 1\n"), "{figures}");
    assert!(figures.contains("treasury_reconcile_attempts_total{job=\"broken\"} 2\n"), "{figures}");
    assert!(figures.contains("treasury_reconcile_failures_total{job=\"broken\"} 1\n"), "{figures}");
    // Once it is mended and the account has no break, cron hears that all is well.
    received(&sandbox, 1);
    let mended =
        json!({"source": "x", "from": "2026-01-01", "to": "2026-01-01", "opening": "0", "closing": "0"});
    sandbox.file("in/broken.json", mended.to_string().as_bytes());
    sandbox.run(RUN).exits(0);
}

#[test]
fn files_beside_the_jobs_are_found_and_what_makes_no_sense_is_not_tried_again() {
    let sandbox = ledger();
    let empty = json!({"source": "x", "from": "2026-01-01", "to": "2026-01-01", "closing": "0"});
    sandbox.file("x1.json", empty.to_string().as_bytes());
    let job =
        |more: &str| format!("[[job]]\nname = \"a\"\naccount = \"bank\"\nstatements = \"x*.json\"\n{more}");
    sandbox.file("beside.toml", job("").as_bytes());
    let run = ["--actor", "reconciler-1", "-f", "json", "reconcile", "run", "beside.toml"];
    let ran = sandbox.run(&run).exits(0).json();
    assert_eq!(ran["jobs"][0]["statements_recorded"], 1);
    let said = sandbox.run(&["--actor", "reconciler-1", "reconcile", "run", "beside.toml"]).exits(0).out;
    assert_eq!(said, "a: already recorded as 4: 0 lines matched, 0 breaks, 0 of them open\n");
    sandbox.file("beside.toml", job("rules = \"none.toml\"\nbackoff = \"1ms\"\n").as_bytes());
    let ran = sandbox.run(&run).exits(2).json();
    assert_eq!(ran["jobs"][0]["message"], "cannot read none.toml: No such file or directory");
    assert_eq!(ran["jobs"][0]["attempts"], 1);
}

#[test]
fn nobody_runs_the_jobs_of_a_file_while_another_does() {
    let sandbox = ledger();
    statement(&sandbox, 1);
    let held = File::create(sandbox.path().join("jobs.toml.lock")).unwrap();
    held.lock().unwrap();
    let refused = sandbox.run(RUN).exits(3);
    assert!(refused.err.starts_with("refused: JOBS_RUNNING"), "{}", refused.err);
    drop(held);
    sandbox.file("in/broken.json", b"[]");
    assert_ne!(sandbox.run(RUN).code, 70);
}

#[test]
fn jobs_that_make_no_sense_are_refused_before_anything_runs() {
    let sandbox = ledger();
    let cases = [
        ("", "there is no [[job]]"),
        ("[[job]]\nname = \"a b\"\naccount = \"bank\"\nstatements = \"x\"", "is no name of a job"),
        ("[[job]]\nname = \"a\"\naccount = \"bank\"", "a job has `statements`, or `descriptors` of a wallet"),
        ("[[job]]\nname = \"a\"\naccount = \"bank\"\nstatements = \"x\"\nevery = \"soon\"", "is no time"),
        ("[[job]]\nname = \"a\"\naccount = \"bank\"\nstatements = \"x\"\ntimes = 3", "a job has no `times`"),
    ];
    for (text, said) in cases {
        sandbox.file("bad.toml", text.as_bytes());
        let refused = sandbox.run(&["--actor", "r", "reconcile", "run", "bad.toml"]).exits(2);
        assert!(refused.err.contains(said), "{said}: {}", refused.err);
    }
}

#[test]
fn who_watches_and_is_asked_to_stop_ends_in_order() {
    let sandbox = ledger();
    statement(&sandbox, 1);
    let calm =
        "[[job]]\nname = \"bank\"\naccount = \"bank\"\nstatements = \"in/bank-*.json\"\nevery = \"1d\"\n";
    sandbox.file("jobs.toml", calm.as_bytes());
    let mut command = sandbox.command(&[&RUN[..7], &["--watch"]].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut first = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut first).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&first).unwrap()["event"], "compared");
    let asked = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    // Nobody holds the jobs any more.
    sandbox.run(RUN).exits(0);
}

#[test]
fn a_node_that_is_silent_keeps_nobody_from_stopping() {
    let sandbox = ledger();
    // Who connects is let in by the system, and never answered.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let node = silent.local_addr().unwrap();
    let job = format!(
        "[[job]]\nname = \"cold\"\naccount = \"cold\"\nnode = \"http://{node}\"\ndescriptors = [\"x\"]\nretries = 0\n"
    );
    sandbox.append(&entry(
        90,
        "2026-01-02",
        r#"{"type":"wallet_opened","wallet":"cold","kind":"cold","commodity":"BTC"}"#,
    ));
    sandbox.file("jobs.toml", job.as_bytes());
    let mut command = sandbox.command(&[&RUN[..7], &["--watch"]].concat());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let asked = silent.accept().unwrap();
    let begun = std::time::Instant::now();
    let told = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    let mut log = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut log).unwrap();
    assert!(log.contains(r#""event":"left""#), "{log}");
    drop(asked);
}

/// A process that runs the jobs, with nobody reading what it says.
fn started(sandbox: &Sandbox) -> Child {
    let mut command = sandbox.command(RUN);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Looks whether it has ended, so many times at most; tells how often it looked.
fn watched(child: &mut Child, most: u64) -> u64 {
    let mut looks = 0;
    while looks < most && child.try_wait().unwrap().is_none() {
        looks += 1;
    }
    looks
}

fn events(sandbox: &Sandbox, name: &str) -> Vec<Value> {
    let log = sandbox.run(&["export", "jsonl"]).exits(0);
    let entries = log.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let events = entries.flat_map(|entry| {
        let entry = entry.get("entry").cloned().unwrap_or(entry);
        entry["events"].as_array().cloned().unwrap_or_default()
    });
    events.filter(|event| event["type"] == name).collect()
}

const KILLS: u32 = 50;

#[test]
fn fifty_kills_leave_no_statement_run_or_break_twice_and_none_out() {
    let sandbox = ledger();
    let mut chance: u64 = 42;
    let mut longest = 1_000;
    let mut killed = 0;
    for nth in 1..=KILLS {
        statement(&sandbox, nth);
        if nth % 2 == 0 {
            received(&sandbox, nth);
        }
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = started(&sandbox);
        // As often as the longest whole run was looked at, and somewhat more: some come to their end.
        longest = longest.max(watched(&mut child, (chance >> 33) % (longest + longest / 8)));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            killed += 1;
            longest += longest / 4;
        }
        child.wait().unwrap();
    }
    let ran = sandbox.run(RUN);
    let told = &ran.json()["jobs"][0];
    assert_eq!((&told["event"], &told["breaks"]), (&json!("compared"), &json!(25)), "{told}");
    assert!(killed >= 10, "{killed} were killed before their end");

    let statements = events(&sandbox, "statement_recorded");
    let numbers: BTreeSet<u64> = statements.iter().map(|one| one["number"].as_u64().unwrap()).collect();
    assert_eq!((statements.len(), numbers.len()), (50, 50));
    let runs = events(&sandbox, "reconciliation_run");
    let texts: BTreeSet<String> = runs.iter().map(Value::to_string).collect();
    assert_eq!(texts.len(), runs.len(), "a run stands twice");
    let last = runs.last().unwrap();
    let names: BTreeSet<&str> =
        last["breaks"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 25);
    // Nothing was lost on the way: a ledger that nobody disturbed says the same.
    let quiet = ledger();
    for nth in 1..=KILLS {
        statement(&quiet, nth);
        if nth % 2 == 0 {
            received(&quiet, nth);
        }
    }
    quiet.run(RUN);
    let undisturbed: Vec<Value> = events(&quiet, "reconciliation_run");
    assert_eq!(undisturbed.last().unwrap()["breaks"], last["breaks"]);
    let again = sandbox.run(RUN).json();
    assert_eq!(
        (&again["jobs"][0]["recorded"], &again["jobs"][0]["statements_recorded"]),
        (&json!(false), &json!(0))
    );
    sandbox.run(&["verify"]).exits(0);
    let gone: PathBuf = sandbox.path().join("books/quarantine");
    assert!(!gone.exists() || std::fs::read_dir(gone).unwrap().count() <= KILLS as usize);
}
