//! `docs/guide/auditor.md`: its commands run, and what it prints of a replay is what the program prints.

use crate::sandbox::{Sandbox, entry};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide/auditor.md");

/// The life of the loan as the page's first replay prints it.
const LIFE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide/loan-life.txt");

/// What was printed without roots, which depend on when entries were recorded.
fn rootless(out: &str) -> String {
    let lines = out.lines().filter(|line| !line.starts_with("root "));
    lines.map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The commands of the page, in order.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).map(|line| line.strip_prefix("treasury ").unwrap().to_owned()).collect()
}

fn run(sandbox: &Sandbox, command: &str) -> String {
    let (command, file) = command.split_once(" > ").map_or((command, None), |(c, file)| (c, Some(file)));
    let mut parts = command.split("\"$(cat ");
    let mut command = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(")\"").unwrap();
        let text = std::fs::read_to_string(sandbox.path().join(name)).unwrap();
        command.push_str(&format!("{}{rest}", text.trim_end()));
    }
    let args: Vec<&str> = command.split(' ').collect();
    let out = sandbox.run(&args).exits(i32::from(args[0] == "compare")).out;
    if let Some(file) = file {
        sandbox.file(file, out.as_bytes());
    }
    out
}

#[test]
fn the_commands_of_the_auditors_page_run_and_its_replay_is_what_is_printed() {
    let sandbox = Sandbox::with_story("loan-life.jsonl");
    let page = std::fs::read_to_string(PAGE).unwrap();
    let commands = commands(&page);
    assert_eq!(commands.len(), 21);
    let (mut pasted, mut life) = (None, String::new());
    for command in &commands {
        let out = run(&sandbox, command);
        assert!(!out.is_empty(), "{command} prints nothing");
        if command.starts_with("replay --from") {
            pasted = Some(rootless(&out));
        } else if command == "replay --facility f1" {
            life = rootless(&out);
        }
    }
    let (before, rest) =
        page.split_once("<!-- printed by the command above; roots left out -->\n```text\n").unwrap();
    let (_, after) = rest.split_once("```\n").unwrap();
    let wanted = format!(
        "{before}<!-- printed by the command above; roots left out -->\n```text\n{}```\n{after}",
        pasted.unwrap()
    );
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, &wanted).unwrap();
        std::fs::write(LIFE, &life).unwrap();
        return;
    }
    assert!(page == wanted, "docs/guide/auditor.md is not what is printed: run this test with UPDATE_DOCS=1");
    let kept = std::fs::read_to_string(LIFE).unwrap();
    assert!(
        kept == life,
        "docs/guide/loan-life.txt is not what is printed: run this test with UPDATE_DOCS=1"
    );
}

#[test]
fn coins_that_arrive_between_entries_are_told_where_they_arrive() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let hot = r#"{"type":"wallet_opened","wallet":"hot","kind":"hot","commodity":"BTC"}"#;
    sandbox.append(&entry(1, "2026-03-02", hot));
    let sent = r#"{"type":"coins_moved","commodity":"BTC","units":"1","from":{"wallet":"cold"},"to":{"wallet":"hot"},"arrives":"2026-03-07T12:00:00Z"}"#;
    sandbox.append(&entry(2, "2026-03-05T10:00:00Z", sent));
    let told = |args: &[&str]| -> Vec<String> {
        let out = sandbox.run(&[&["replay"], args].concat()).exits(0).out;
        let heading = |line: &&str| line.starts_with("Entry") || line.starts_with("Coins arrive");
        out.lines().filter(heading).map(|line| line.trim_end_matches([' ', '─']).to_owned()).collect()
    };
    let sends = "Entry 12 · 2026-03-05T10:00:00Z";
    let arrives = "Coins arrive, sent by entry 12 · 2026-03-07T12:00:00Z";
    assert_eq!(told(&["--from", "12"]), [sends], "nothing is recorded after it, so nobody knows");
    assert_eq!(told(&["--from", "12", "--as-of", "2026-03-06"]), [sends]);
    assert_eq!(told(&["--from", "12", "--as-of", "2026-03-07"]), [sends, arrives]);
    let metric = r#"{"type":"price_observed","commodity":"BTC","currency":"USD","price":"67000","source":"synthetic","market":"spot","at":"2026-03-10T12:00:00Z"}"#;
    sandbox.append(&entry(3, "2026-03-10", metric));
    assert_eq!(told(&["--from", "12"]), [sends, arrives, "Entry 13 · 2026-03-10"]);
    let json = sandbox.run(&["replay", "--from", "12", "--book", "tax", "-f", "json"]).exits(0).json();
    let arrival = &json["entries"][1];
    assert_eq!((&arrival["number"], &arrival["arrival"]), (&12.into(), &true.into()));
    assert_eq!(arrival["told"][0], "1.00 BTC that were on their way are in wallet hot now");
    let lines = &arrival["events"][0]["journals"][0]["lines"];
    assert_eq!((&lines[0]["account"], &lines[1]["account"]), (&"1210".into(), &"1215".into()));
}
