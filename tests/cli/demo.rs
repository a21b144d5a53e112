//! The demo: the main job, on real figures, with no other set-up.

use expect_test::expect_file;

use crate::sandbox::Sandbox;

/// The same text without what differs from run to run: the root depends on when entries were recorded.
fn without_root(text: &str) -> String {
    let is_root = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lines = text.lines().map(|line| {
        let words: Vec<&str> =
            line.split(' ').map(|word| if is_root(word) { "ROOT" } else { word }).collect();
        words.join(" ") + "\n"
    });
    lines.collect()
}

#[test]
fn the_demo_prints_the_paydown_of_cango() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["demo", "cango"]).exits(0);
    assert_eq!(ran.err, "");
    let squeezed: Vec<String> =
        ran.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let expected = [
        "model from public figures; not filed accounts",
        "Balance sheet before February production, us-gaap, USD",
        "Total liabilities and equity 1,055,792,226.09 708,614,226.09",
        "Cr 1240 Receivable for bitcoin 173,589,000.00",
        "us-gaap: the receivable falls by 2,225.50 coins",
        "tax: lots leave, oldest first",
        "tax: 4,451 coins carried at 433,821,832.24 brought 305,000,000.00: a loss of",
        "Bitcoin 7,474.62 3,023.62 1,026.07",
        "Loan antalpha, USD 557,600,000.00 252,600,000.00 30,600,000.00",
        "Loan to value 108.87 % 121.92 % 43.86 %",
        "(151,000,000.00) (128,821,832.24) 22,178,167.76",
        "verified: 37 entries to the last byte, nothing found",
    ];
    for text in expected {
        assert!(squeezed.iter().any(|line| line.contains(text)), "not there: {text}\n{}", ran.out);
    }
    expect_file!["demo-80.txt"].assert_eq(&without_root(&ran.out));
}

#[test]
fn on_a_wide_page_the_demo_shows_what_changed() {
    let sandbox = Sandbox::new();
    let output = sandbox.command(&["demo", "cango"]).env("COLUMNS", "140").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    expect_file!["demo-140.txt"].assert_eq(&without_root(&String::from_utf8(output.stdout).unwrap()));
}

#[test]
fn no_line_of_the_demo_is_wider_than_the_page() {
    for width in ["80", "100", "140"] {
        let sandbox = Sandbox::new();
        let output = sandbox.command(&["demo", "d"]).env("COLUMNS", width).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let columns: usize = width.parse().unwrap();
        let wide: Vec<&str> = out.lines().filter(|line| line.chars().count() > columns).collect();
        assert!(wide.is_empty(), "at {width}: {wide:#?}");
    }
}

#[test]
fn the_demos_ledger_is_a_ledger_like_any_other() {
    let sandbox = Sandbox::new();
    sandbox.run(&["demo", "cango"]).exits(0);
    let refused = sandbox.run(&["demo", "cango"]).exits(3);
    assert!(refused.err.starts_with("refused: STORE_EXISTS"), "{}", refused.err);
    let replayed = sandbox
        .run(&["--store", "cango", "replay", "--transaction", "antalpha-paydown-2026-02", "-f", "json"])
        .exits(0)
        .json();
    assert_eq!(replayed["entries"].as_array().unwrap().len(), 3);
    sandbox.run(&["--store", "cango", "verify"]).exits(0);
}

#[test]
fn without_a_directory_the_demo_says_where_its_ledger_lies() {
    let sandbox = Sandbox::new();
    let output = sandbox.command(&["demo"]).env("TMPDIR", sandbox.path()).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let place = out.lines().find_map(|line| line.trim().strip_prefix("export TREASURY_STORE=")).unwrap();
    assert!(place.starts_with(sandbox.path().to_str().unwrap()), "{place}");
    sandbox.run(&["--store", place, "report", "lots"]).exits(0);
}
