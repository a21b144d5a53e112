//! Settings: which layer wins, where each is from, and what is refused.

use expect_test::expect;

use crate::sandbox::{Ran, Sandbox, feed};

/// A sandbox with a story in `books`, a second store in `far`, and a home with a file of its own.
fn sandbox(near: &str, own: &str) -> Sandbox {
    let sandbox = Sandbox::with_story("mini.jsonl");
    std::fs::create_dir_all(sandbox.path().join("home/.config/treasury")).unwrap();
    if !near.is_empty() {
        sandbox.file("treasury.toml", near.as_bytes());
    }
    if !own.is_empty() {
        sandbox.file("home/.config/treasury/config.toml", own.as_bytes());
    }
    sandbox
}

fn run(sandbox: &Sandbox, args: &str, environment: &[(&str, &str)]) -> Ran {
    let args: Vec<&str> = args.split(' ').collect();
    let mut command = sandbox.command(&args);
    command.env("HOME", "home").envs(environment.iter().copied());
    feed(&mut command, b"")
}

#[test]
fn the_nearest_layer_wins_and_each_value_says_where_it_is_from() {
    let near = "book = \"tax\"\nformat = \"table\"\n";
    let own = "book = \"us-gaap\"\nactor = \"controller-1\"\nin = \"millions\"\nstore = \"nowhere\"\n";
    let sandbox = sandbox(near, own);
    let environment = [("TREASURY_STORE", "books"), ("TREASURY_ACTOR", "")];
    expect![[r#"
        store    books         TREASURY_STORE
        book     tax           ./treasury.toml
        actor    controller-1  home/.config/treasury/config.toml
        format   table         ./treasury.toml
        in       millions      home/.config/treasury/config.toml
        node     –             default
        cookie   –             default
        network  main          default
        ./treasury.toml: read
        home/.config/treasury/config.toml: read
    "#]]
    .assert_eq(&run(&sandbox, "config show", &environment).exits(0).out);
    let flagged = run(&sandbox, "config show --book us-gaap --store far --actor x-1 -f csv", &environment);
    expect![[r#"
        key,value,origin
        store,far,flag
        book,us-gaap,flag
        actor,x-1,flag
        format,csv,flag
        in,millions,home/.config/treasury/config.toml
        node,,default
        cookie,,default
        network,main,default
    "#]]
    .assert_eq(&flagged.exits(0).out);
    let report = |args: &str| run(&sandbox, args, &environment).exits(0).out;
    assert!(report("report balance-sheet").contains("book tax · millions of USD"));
    assert!(report("report balance-sheet --in exact --book us-gaap").contains("book us-gaap · USD"));
}

#[test]
fn without_any_layer_there_are_defaults() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let settings = sandbox.run(&["config", "show", "-f", "json"]).exits(0).json();
    let origins: Vec<&str> =
        settings["settings"].as_array().unwrap().iter().map(|one| one["origin"].as_str().unwrap()).collect();
    let usual = "default";
    assert_eq!(origins, [usual, usual, usual, "flag", usual, usual, usual, usual]);
    assert_eq!(settings["settings"][0]["value"], "./books");
    assert_eq!(settings["files"][0]["there"], false);
}

#[test]
fn a_slip_of_the_pen_is_refused_and_the_nearest_name_offered() {
    let cases = [
        ("acter = \"x\"\n", "there is no setting `acter`", "did you mean `actor`?"),
        ("store = 5\n", "`store` is text in quotes", "./treasury.toml"),
        ("book = \"US GAAP\"\n", "`book` cannot be `US GAAP`", "./treasury.toml"),
        ("format = \"xlsx\"\n", "so it is table or json", "./treasury.toml"),
        ("format = \"tabel\"\n", "it is one of table, json, csv, xlsx, html, md", "./treasury.toml"),
        ("in = \"billions\"\n", "it is one of exact, thousands, millions", "./treasury.toml"),
        ("actor = \"a\"\nstore = \n", "this is no TOML", "./treasury.toml:2"),
    ];
    assert_eq!(cases.len(), 7, "a case was dropped");
    for (near, message, beside) in cases {
        let refused = run(&sandbox(near, ""), "report balance-sheet", &[]).exits(2);
        assert!(refused.out.is_empty(), "{near}");
        assert!(refused.err.contains(message) && refused.err.contains(beside), "{near}: {}", refused.err);
    }
    let refused = run(&sandbox("", ""), "verify", &[("TREASURY_FORMAT", "pdf")]).exits(2);
    assert!(refused.err.contains("TREASURY_FORMAT"), "{}", refused.err);
}

#[test]
fn a_setting_says_nothing_where_it_has_no_say() {
    let sandbox = sandbox("format = \"json\"\nbook = \"tax\"\nactor = \"treasurer-1\"\n", "");
    run(&sandbox, "export jsonl", &[]).exits(0);
    run(&sandbox, "export jsonl --book tax", &[]).exits(2);
    run(&sandbox, "export csv", &[]).exits(0);
    run(&sandbox, "export csv -f json", &[]).exits(2);
    assert_eq!(run(&sandbox, "report holdings", &[]).exits(0).json()["head"]["book"], "tax");
    let compared = run(&sandbox, "compare --book us-gaap..tax", &[]);
    assert_eq!(compared.code, 1, "{}", compared.err);
}
