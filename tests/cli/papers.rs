//! Reports as papers: pages, Markdown and workbooks, on standard output and in files.

use expect_test::expect_file;

use crate::sandbox::{Ran, Sandbox, entry};

/// The text of a paper without the root, which covers the times of recording.
fn text(ran: &Ran) -> String {
    let root = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lines = ran.out.lines().map(|line| {
        let at = line.find("root ").map(|at| at + 5).filter(|at| line.get(*at..at + 64).is_some_and(root));
        match at {
            Some(at) => format!("{}…{}\n", &line[..at], &line[at + 64..]),
            None => format!("{line}\n"),
        }
    });
    lines.collect()
}

/// What a command writes to standard output, as it is.
fn bytes(sandbox: &Sandbox, args: &[&str]) -> Vec<u8> {
    let output = sandbox.command(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn a_page_and_markdown_say_what_the_table_says() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let report = |args: &[&str]| text(&sandbox.run(&[&["report"], args].concat()).exits(0));
    let page = report(&["balance-sheet", "-f", "html", "--in", "thousands"]);
    expect_file!["../../fixtures/exports/mini.balance-sheet.html"].assert_eq(&page);
    let markdown = report(&["trial-balance", "-f", "md"]);
    expect_file!["../../fixtures/exports/mini.trial-balance.md"].assert_eq(&markdown);
    let table = sandbox.run(&["report", "trial-balance"]).exits(0).out;
    let amounts = |text: &str| -> Vec<String> {
        let words = text.split(|letter: char| letter.is_whitespace() || "|*".contains(letter));
        words.filter(|word| word.contains(".00")).map(str::to_owned).collect()
    };
    assert_eq!(amounts(&markdown), amounts(&table));
    assert!(amounts(&table).len() > 20);
}

#[test]
fn every_report_is_a_page_with_all_its_rows() {
    let sandbox = Sandbox::with_story("every-event.jsonl");
    let list = sandbox.run(&["report"]).exits(0).out;
    let begins = |line: &&str| !line.starts_with(' ');
    let names: Vec<&str> =
        list.lines().filter(begins).map(|line| line.split("  ").next().unwrap().trim()).collect();
    let plain: Vec<&str> = names.into_iter().filter(|name| !name.contains(' ')).collect();
    assert!(plain.len() >= 26, "{plain:?}");
    for name in plain {
        let page = sandbox.run(&["report", name, "-f", "html"]).exits(0).out;
        let rows = sandbox.run(&["report", name, "-f", "json"]).exits(0).json();
        let rows = rows["rows"].as_array().unwrap().len();
        assert_eq!(page.matches("<tr class=").count(), rows, "{name}");
    }
    // Days, prices, ratios and money of several currencies.
    for name in ["facilities", "metrics", "realised-gains", "cash-reconciliation"] {
        assert!(bytes(&sandbox, &["report", name, "-f", "xlsx"]).starts_with(b"PK\x03\x04"), "{name}");
    }
}

#[test]
fn the_same_log_gives_the_same_workbook() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let first = bytes(&sandbox, &["export", "xlsx"]);
    sandbox.run(&["export", "xlsx", "--out", "book.xlsx"]).exits(0);
    assert_eq!(std::fs::read(sandbox.path().join("book.xlsx")).unwrap(), first);
    sandbox.append(&entry(
        1,
        "2026-03-15",
        r#"{"type":"wallet_opened","wallet":"late","kind":"bank","currency":"USD"}"#,
    ));
    assert_ne!(bytes(&sandbox, &["export", "xlsx"]), first);
    assert_eq!(bytes(&sandbox, &["export", "xlsx", "--as-known", "10"]).len() / 1000, first.len() / 1000);
}

#[test]
fn a_report_goes_to_a_file_in_every_form() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    for form in ["table", "json", "csv", "html", "md"] {
        let printed = sandbox.run(&["report", "holdings", "-f", form]).exits(0).out;
        let ran = sandbox.run(&["report", "holdings", "-f", form, "--out", "paper"]).exits(0);
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", "written to paper\n"));
        assert_eq!(std::fs::read_to_string(sandbox.path().join("paper")).unwrap(), printed, "{form}");
    }
}

#[test]
fn names_cannot_become_marks_or_tags() {
    let sandbox = Sandbox::new();
    sandbox
        .run(&[
            "init",
            "--entity",
            "A <b>|*x*",
            "--notice",
            "<script>x</script>",
            "--on",
            "2026-01-01",
            "--actor",
            "t-1",
        ])
        .exits(0);
    let page = sandbox.run(&["report", "balance-sheet", "-f", "html"]).exits(0).out;
    assert!(page.contains("A &lt;b&gt;|*x*") && page.contains("&lt;script&gt;"), "{page}");
    let markdown = sandbox.run(&["report", "balance-sheet", "-f", "md"]).exits(0).out;
    assert!(markdown.contains(r"# A &lt;b>\|\*x\* · Balance sheet"), "{markdown}");
}

#[test]
fn only_reports_have_papers() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    for line in ["verify -f xlsx", "compare --as-of 2026-01-31..2026-02-28 -f html", "find wallet cold -f md"]
    {
        let args: Vec<&str> = line.split(' ').collect();
        let refused = sandbox.run(&args).exits(2);
        assert!(refused.err.contains("xlsx, html and md are forms of `treasury report`"), "{}", refused.err);
    }
}
