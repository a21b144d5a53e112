//! How a node is named and let in, from flags, settings and jobs; and three sides at once.

use serde_json::{Value, json};

use super::onchain::Wallet;

#[test]
fn a_node_its_file_and_its_chain_are_settings_and_no_proxy_comes_between() {
    let wallet = Wallet::new();
    let settings = format!("node = \"{}\"\ncookie = \"cookie\"\nnetwork = \"regtest\"\n", wallet.node.url);
    wallet.sandbox.file("treasury.toml", settings.as_bytes());
    let args = [
        "--actor",
        "reconciler-1",
        "reconcile",
        "cold",
        "--descriptors",
        "cold.desc",
        "--confirmations",
        "1",
        "--range",
        "40",
    ];
    let mut command = wallet.sandbox.command(&args);
    command
        .env("http_proxy", "http://127.0.0.1:1")
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("ALL_PROXY", "http://127.0.0.1:1");
    crate::sandbox::feed(&mut command, b"").exits(1);
    let shown = wallet.sandbox.run(&["config", "show"]).exits(0);
    assert!(shown.out.contains(&format!("node     {}", wallet.node.url)), "{}", shown.out);
    // Without a file that lets us in, nobody is; and a node that is not there says nothing.
    wallet.sandbox.file("treasury.toml", b"network = \"regtest\"\n");
    let refused = wallet.sandbox.run(&[&args[..], &["--node", &wallet.node.url]].concat()).exits(3);
    assert!(refused.err.starts_with("refused: NODE_UNAUTHORISED\n"), "{}", refused.err);
    wallet.sandbox.file("other", b"__cookie__:wrong");
    let refused = wallet
        .sandbox
        .run(&[&args[..], &["--node", &wallet.node.url, "--cookie", "other"]].concat())
        .exits(3);
    assert!(refused.err.contains("lets nobody in with what other says (HTTP 401)"), "{}", refused.err);
    let refused = wallet.sandbox.run(&[&args[..], &["--node", "http://127.0.0.1:1"]].concat()).exits(3);
    assert!(refused.err.starts_with("refused: NODE_UNREACHABLE\n"), "{}", refused.err);
}

#[test]
fn what_makes_no_question_is_told_before_anybody_is_asked() {
    let wallet = Wallet::new();
    let at = |more: &[&str]| {
        let usual = ["--actor", "reconciler-1", "reconcile"];
        wallet.sandbox.run(&[&usual[..], more].concat())
    };
    let cases: [(&[&str], &str); 9] = [
        (&["cold", "--node", "http://127.0.0.1:1"], "no descriptor is given"),
        (&["cold", "--through-height", "5"], "no descriptor is given"),
        (&["cold", "--descriptor", "wpkh(x)"], "no node is named"),
        (&["cold", "--descriptor", "wpkh(x)", "--node", "https://node"], "nodes speak plain http"),
        (&["cold", "--descriptor", "wpkh(x)", "--node", "http://u:secret@node"], "no user and password"),
        (&["cold", "--descriptors", "rules.none", "--node", "http://127.0.0.1:1"], "cannot read rules.none"),
        (
            &["cold", "--descriptor", "x", "--node", "http://127.0.0.1:1", "--cookie", "rules.toml"],
            "does not say `user:password`",
        ),
        (&["bank", "--descriptor", "x", "--node", "http://127.0.0.1:1"], "a node is asked about BTC"),
        (
            &["cold", "--descriptor", "x", "--through", "2026-01-06", "--through-height", "5"],
            "cannot be used with",
        ),
    ];
    for (more, said) in cases {
        let ran = at(more).exits(2);
        assert!(ran.err.contains(said), "{more:?}: {}", ran.err);
    }
    // Wherever a password stands, it is not repeated.
    for node in [
        "http://u:secret@node",
        "https://u:secret@node:1",
        "u:secret@node:8332",
        "u:secret",
        "http://u: secret",
    ] {
        let ran = at(&["cold", "--descriptor", "wpkh(x)", "--node", node]).exits(2);
        assert!(ran.err.contains("is no address of a node") && !ran.err.contains("secret"), "{}", ran.err);
        let mut shown = wallet.sandbox.command(&["config", "show"]);
        let ran = crate::sandbox::feed(shown.env("TREASURY_NODE", node), b"").exits(2);
        assert!(ran.err.contains("is no address of a node") && !ran.err.contains("secret"), "{}", ran.err);
        wallet.sandbox.file("treasury.toml", format!("node = \"{node}\"\n").as_bytes());
        let ran = wallet.sandbox.run(&["config", "show"]).exits(2);
        assert!(ran.err.contains("is no address of a node") && !ran.err.contains("secret"), "{}", ran.err);
        std::fs::remove_file(wallet.sandbox.path().join("treasury.toml")).unwrap();
        let job =
            format!("[[job]]\nname = \"a\"\naccount = \"cold\"\ndescriptors = [\"x\"]\nnode = \"{node}\"\n");
        wallet.sandbox.file("bad.toml", job.as_bytes());
        let ran = wallet.sandbox.run(&["reconcile", "run", "bad.toml"]).exits(2);
        assert!(ran.err.contains("is no address of a node") && !ran.err.contains("secret"), "{}", ran.err);
    }
    wallet.node.twists(|_, _, usual| usual);
    let private = at(&[
        "cold",
        "--descriptor",
        "wpkh(xprv9s21ZrQH143K)",
        "--node",
        &wallet.node.url,
        "--cookie",
        "cookie",
    ])
    .exits(3);
    assert!(private.err.starts_with("refused: DESCRIPTOR_PRIVATE\n"), "{}", private.err);
    assert_eq!(wallet.node.calls("getdescriptorinfo"), 0, "a private key left the machine");
}

#[test]
fn a_job_asks_a_node_and_one_that_is_not_there_stops_no_other() {
    let wallet = Wallet::new();
    let job = |name: &str, node: &str| {
        format!(
            "[[job]]\nname = \"{name}\"\naccount = \"cold\"\nnode = \"{node}\"\ncookie = \"cookie\"\nnetwork = \"regtest\"\n\
            descriptors_file = \"cold.desc\"\nconfirmations = 1\nretries = 1\nbackoff = \"1ms\"\n"
        )
    };
    let text = format!("{}{}", job("cold", &wallet.node.url), job("gone", "http://127.0.0.1:1"));
    wallet.sandbox.file("jobs.toml", text.as_bytes());
    let done = wallet
        .sandbox
        .run(&["--actor", "reconciler-1", "-f", "json", "reconcile", "run", "jobs.toml"])
        .exits(3)
        .json();
    assert_eq!(
        (&done["jobs"][0]["event"], &done["jobs"][0]["statements_recorded"]),
        (&json!("compared"), &json!(1))
    );
    assert_eq!(
        (&done["jobs"][1]["code"], &done["jobs"][1]["attempts"]),
        (&json!("NODE_UNREACHABLE"), &json!(2))
    );
    for (bad, said) in [
        ("descriptors = \"x\"", "`descriptors` is a list of texts"),
        ("descriptors = [\"x\"]\nrange = 3", "`range` is 20 to 1000000"),
        ("descriptors = [\"x\"]\nnode = \"node:1\"", "no address of a node"),
        ("every = \"1h\"", "a job has `statements`, or `descriptors` of a wallet"),
    ] {
        wallet
            .sandbox
            .file("bad.toml", format!("[[job]]\nname = \"a\"\naccount = \"cold\"\n{bad}\n").as_bytes());
        let ran = wallet.sandbox.run(&["reconcile", "run", "bad.toml"]).exits(2);
        assert!(ran.err.contains(said), "{bad}: {}", ran.err);
    }
}

/// The custodian has everything, and says 0.5 left on 7 January.
fn custody(wallet: &Wallet) {
    let stated = wallet.run("json", &["--confirmations", "1"]).exits(1).json();
    assert_eq!(stated["sources"][0]["statement"], "1.34999007");
    let done = wallet.sandbox.run(&["export", "jsonl"]).exits(0);
    let references: Vec<String> = done
        .out
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["refs"]["chain"].as_str().map(str::to_owned)
        })
        .collect();
    let statement = json!({"source": "custody", "from": "2026-01-02", "to": "2026-01-07", "opening": "0", "closing": "1.25000007",
        "lines": [{"day": "2026-01-05", "units": "1.50000007", "references": [references[0]]},
            {"day": "2026-01-06", "units": "0.25", "text": "deposit"},
            {"day": "2026-01-07", "units": "-0.5", "references": [references[1]]}]});
    wallet.sandbox.file("custody.json", statement.to_string().as_bytes());
    wallet
        .sandbox
        .run(&["--actor", "reconciler-1", "reconcile", "cold", "custody.json", "--rules", "rules.toml"])
        .exits(1);
}

#[test]
fn three_sides_stand_beside_each_other_with_who_differs() {
    let wallet = Wallet::new();
    let alone = |args: &[&str]| {
        let refused = wallet.sandbox.run(&[&["reconcile", "three-way", "cold"], args].concat()).exits(3);
        assert!(refused.err.starts_with("refused: SOURCE_MISSING\n"), "{}", refused.err);
        refused.err.lines().nth(1).unwrap_or_default().trim().to_owned()
    };
    assert_eq!(alone(&[]), "cold BTC cannot be compared on three sides: it has no statement");
    custody(&wallet);
    assert_eq!(
        alone(&["--sources", "custody,other"]),
        "cold BTC cannot be compared on three sides: there is no statement of other"
    );
    assert_eq!(
        alone(&["--through", "2026-01-03"]),
        "cold BTC cannot be compared on three sides: no statement of custody ends by 2026-01-03"
    );
    let before = wallet.sandbox.store();
    let asked = |format: &str| {
        wallet
            .sandbox
            .run(&["-f", format, "reconcile", "three-way", "cold", "--rules", "rules.toml"])
            .exits(1)
    };
    expect_test::expect![[r#"
        cold BTC: books, custody, bitcoin-regtest; through 2026-01-07
        Block 107 of regtest, 2026-01-07T12:00:00Z, 4d8d2dc6…6a82d142
        Line                 Day                Books       custody  bitcoin-regtest
          cfb881e1…3cbdf662  2026-01-05   1.50000000    1.50000007       1.50000007
              Verdict: the books have another amount
          bc16ad21…ba6849bf  2026-01-06                 0.25000000       0.25000000
              Verdict: not in the books
          0bcf220a…192d8d1a  2026-01-07  (0.40001000)  (0.50000000)     (0.40001000)
              Verdict: custody has another amount
          Balance            2026-01-07   1.09999000    1.25000007       1.34999007
        0 lines in all three, 3 not, 0 of these timing
    "#]]
    .assert_eq(&asked("table").out);
    expect_test::expect![[r#"
        day,references,text,books,first,first_source,second,second_source,verdict,timing
        2026-01-05,cfb881e100a352ae78812b09137470f7d6c7990d8bb83076291e3a693cbdf662,coins_accepted,1.5,1.50000007,custody,1.50000007,bitcoin-regtest,books_differ,false
        2026-01-06,bc16ad2179774c46cbef9bc60b65ccf270f257dca95f06940c2da68aba6849bf,deposit,,0.25,custody,0.25,bitcoin-regtest,not_in_books,false
        2026-01-07,0bcf220a439ed50537233f77aa1d3bb60ce84d10daf59a74a1b71b68192d8d1a,coins_spent,-0.40001,-0.5,custody,-0.40001,bitcoin-regtest,first_differs,false
    "#]].assert_eq(&asked("csv").out);
    let value = asked("json").json();
    assert_eq!(value["apart"][0]["verdict"], "books_differ");
    assert_eq!(
        (&value["agreed"], &value["between"], &value["unexplained"]),
        (&json!(0), &json!("-0.09999"), &json!([]))
    );
    assert_eq!(value["second"]["block"]["height"], 107);
    let logs = |files: &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| {
        files
            .iter()
            .filter(|(name, _)| name.extension().is_some_and(|end| end == "log"))
            .map(|(_, b)| b.clone())
            .collect::<Vec<_>>()
    };
    assert!(logs(&before) == logs(&wallet.sandbox.store()), "asking three sides records something");
}
