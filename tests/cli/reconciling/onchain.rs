//! A wallet's statement from a node: through a block, to the satoshi, and every answer that is none refused. What the node
//! says was said by a real one (fixtures/node); a real one itself is asked by tests/oracles/regtest.py.

use serde_json::{Value, json};

use super::node::{Answer, Node, Recording, WHO};
use crate::sandbox::{Ran, Sandbox, entry};

/// The wallet: 1.50000007 on 5 January, 0.25 on 6 January, 0.4 and a fee away on 7 January, in blocks 104 to 106 of 107.
pub(super) struct Wallet {
    pub(super) node: Node,
    pub(super) sandbox: Sandbox,
}

impl Wallet {
    /// One whose books have seven satoshi less on 5 January, and nothing of 6 January.
    pub(super) fn new() -> Wallet {
        let (node, sandbox) = (Node::new(), Sandbox::new());
        sandbox
            .run(&["init", "--entity", "Example", "--on", "2026-01-02", "--actor", "controller-1"])
            .exits(0);
        let cold = r#"{"type":"wallet_opened","wallet":"cold","kind":"cold","commodity":"BTC"}"#;
        let bank = r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"}"#;
        let party = r#"{"type":"party_registered","party":"customer"}"#;
        sandbox.append(&entry(1, "2026-01-02", &format!("{cold},{bank},{party}")));
        let [received, _, sent] = transactions();
        let accepted = r#"{"type":"coins_accepted","counterparty":"customer","to":{"wallet":"cold"},"commodity":"BTC","units":"1.5","value":{"amount":"100000","currency":"USD"},"against":"hosting"}"#;
        let spent = r#"{"type":"coins_spent","commodity":"BTC","units":"0.40001","from":{"wallet":"cold"},"value":{"amount":"28000","currency":"USD"},"settles":"expense","category":"hosting"}"#;
        for (id, day, reference, event) in
            [(2, "2026-01-05", received, accepted), (3, "2026-01-07", sent, spent)]
        {
            let mut line: Value = serde_json::from_str(&entry(id, day, event)).unwrap();
            line["refs"] = json!({"chain": reference});
            sandbox.append(&line.to_string());
        }
        sandbox.file("cookie", WHO.as_bytes());
        let descriptors = Recording::read("before.json").descriptors().join("\n");
        sandbox.file("cold.desc", format!("# watched only\n{descriptors}\n").as_bytes());
        sandbox.file("rules.toml", b"name = \"chain\"\nversion = 1\ndays = 0\ntiming_days = 0\n");
        Wallet { node, sandbox }
    }

    /// `reconcile cold` with the node, and more.
    pub(super) fn run(&self, format: &str, more: &[&str]) -> Ran {
        let usual = [
            "--actor",
            "reconciler-1",
            "-f",
            format,
            "reconcile",
            "cold",
            "--node",
            &self.node.url,
            "--cookie",
            "cookie",
            "--network",
            "regtest",
            "--descriptors",
            "cold.desc",
            "--rules",
            "rules.toml",
        ];
        self.sandbox.run(&[&usual[..], more].concat())
    }

    /// Runs it where it must be refused; nothing is recorded then.
    #[track_caller]
    fn refused(&self, code: &str, more: &[&str]) {
        let before = self.log();
        let ran = self.run("table", more).exits(3);
        assert!(ran.err.contains(&format!("refused: {code}\n")), "{code}: {}", ran.err);
        assert!(before == self.log(), "{code}: something was recorded");
    }

    fn log(&self) -> Vec<u8> {
        std::fs::read(self.sandbox.segment()).unwrap()
    }
}

/// The three transactions of the wallet, in the order of their blocks.
fn transactions() -> [String; 3] {
    let name = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/node/before.json");
    let said: Value = serde_json::from_str(&std::fs::read_to_string(name).unwrap()).unwrap();
    let of_blocks = said["getdescriptoractivity"].as_object().unwrap().values();
    let mut all: Vec<(u64, String)> = of_blocks
        .flat_map(|block| block.as_array().unwrap())
        .map(|one| {
            let name = if one["type"] == "spend" { &one["spend_txid"] } else { &one["txid"] };
            (one["height"].as_u64().unwrap(), name.as_str().unwrap().to_owned())
        })
        .collect();
    all.sort();
    all.dedup();
    all.into_iter().map(|(_, name)| name).collect::<Vec<_>>().try_into().unwrap()
}

#[test]
fn a_wallet_is_stated_through_a_block_and_nothing_of_its_descriptors_is_kept() {
    let wallet = Wallet::new();
    let table = wallet.run("table", &["--through-height", "106", "--confirmations", "2"]).exits(1);
    expect_test::expect![[r#"
        cold BTC against bitcoin-regtest, through 2026-01-07
        Block 106 of regtest, 2026-01-07T12:00:00Z, 0de136bc…8bfb9a7a
        Balance of the books                                                 1.09999000
        Amounts that differ
          e817ed4dc70e90f1 2026-01-05 cfb881e1…3cbdf662 received             0.00000007
        With them only
          15465cc687518e9b 2026-01-06 bc16ad21…ba6849bf received             0.25000000
        Balance of the statement, 2026-01-07                                 1.34999007

        1 statement recorded
        recorded 6: 1 line matched, 2 breaks, 2 of them open
    "#]]
    .assert_eq(&table.out);
    let again = wallet.run("json", &["--through-height", "106", "--confirmations", "2"]).exits(1).json();
    assert_eq!((&again["recorded"], &again["statements_recorded"]), (&json!(false), &json!(0)));
    // An earlier block has no part in what came later.
    let earlier = wallet.run("json", &["--through-height", "104", "--confirmations", "4"]).exits(1).json();
    assert_eq!(earlier["sources"][0]["statement"], "1.50000007");
    assert_eq!(earlier["breaks"].as_array().unwrap().len(), 1);
    // Of one day, 106 and 107 are two answers, and the earlier one is asked for.
    let later = wallet.run("json", &["--through-height", "107", "--confirmations", "1"]).exits(1).json();
    assert_eq!(later["sources"][0]["block"]["height"], 107);
    let between = wallet.run("json", &["--through-height", "106", "--confirmations", "1"]).exits(1).json();
    assert_eq!(between["sources"][0]["block"]["height"], 106);
    wallet.sandbox.run(&["verify"]).exits(0);
    let key = Recording::read("before.json").descriptors()[0].split(']').nth(1).unwrap()[..20].to_owned();
    for (name, bytes) in wallet.sandbox.store() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains(&key) && !text.contains("bcrt1"), "{}", name.display());
    }
}

#[test]
fn after_a_reorganisation_what_was_stated_is_replaced() {
    let wallet = Wallet::new();
    let first = wallet.run("json", &["--confirmations", "1"]).exits(1).json();
    wallet.node.becomes(Recording::read("after.json"));
    let table = wallet.run("table", &["--confirmations", "1"]).exits(1);
    expect_test::expect![[r#"
        cold BTC against bitcoin-regtest, through 2026-01-09
        Block 108 of regtest, 2026-01-09T12:00:00Z, 0b30c27c…5ce88209
        Block 107 4d8d2dc6…6a82d142 of entry 5 is no longer in the chain
        Balance of the books                                                 1.09999000
        Amounts that differ
          e817ed4dc70e90f1 2026-01-05 cfb881e1…3cbdf662 received             0.00000007
        In the books only
          5ed7e88236a2fdc9 2026-01-07 0bcf220a…192d8d1a coins_s…             0.40001000
        With them only
          7b8464d4ec74e405 2026-01-08 bc16ad21…ba6849bf received             0.25000000
        Balance of the statement, 2026-01-09                                 1.75000007

        1 statement recorded, in place of entry 5
        recorded 8: 0 lines matched, 3 breaks, 3 of them open
    "#]]
    .assert_eq(&table.out);
    let entry = first["entry"].as_u64().unwrap();
    let told = wallet
        .sandbox
        .run(&["replay", "--from", &(entry + 1).to_string(), "--to", &(entry + 1).to_string()])
        .exits(0);
    assert!(
        told.out.contains(&format!("in place of what was stated from entry {} on", entry - 1)),
        "{}",
        told.out
    );
    let quiet = wallet.run("json", &["--confirmations", "1"]).exits(1).json();
    assert_eq!((&quiet["recorded"], &quiet["no_longer_in_the_chain"]), (&json!(false), &json!([])));
    // What is recorded says the same when no node is asked, and that none was.
    let recorded = ["--actor", "reconciler-1", "reconcile", "cold", "--rules", "rules.toml"];
    let alone = wallet.sandbox.run(&recorded).exits(1);
    assert!(alone.err.contains("no node was asked"), "{}", alone.err);
    let lines = |text: &str| {
        text.lines()
            .take_while(|line| !line.is_empty())
            .filter(|line| !line.contains("in the chain"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (alone, asked) = (lines(&alone.out), lines(&table.out));
    assert_eq!(alone, asked);
    // Back again: a shorter chain proves nothing, and on a longer one what was replaced is stated anew.
    wallet.node.becomes(Recording::read("before.json"));
    wallet.refused("NODE_BEHIND", &["--confirmations", "1"]);
    wallet.node.becomes(Recording::read("before.json").grown(2, '0'));
    let back = wallet.run("json", &["--confirmations", "1"]).exits(1).json();
    assert_eq!((&back["breaks"], &back["statements_recorded"]), (&first["breaks"], &json!(1)));
    assert_eq!(back["no_longer_in_the_chain"].as_array().unwrap().len(), 1);
    wallet.sandbox.run(&["verify"]).exits(0);
}

/// The first statement is of a block that goes, and one of an earlier block that stays was recorded after it: the new one
/// takes the place of both, and so says all that both said.
#[test]
fn what_is_replaced_is_stated_from_before_the_first_that_goes() {
    let wallet = Wallet::new();
    wallet.run("json", &["--confirmations", "1"]).exits(1);
    wallet.run("json", &["--through-height", "104", "--confirmations", "1"]).exits(1);
    wallet.node.becomes(Recording::read("after.json"));
    let moved = wallet.run("json", &["--confirmations", "1"]).exits(1).json();
    assert_eq!(moved["sources"][0]["block"]["after"], 103);
    let found: Vec<&str> =
        moved["breaks"].as_array().unwrap().iter().map(|one| one["found"].as_str().unwrap()).collect();
    assert_eq!(found, ["amount_differs", "unmatched_ours", "unmatched_theirs"]);
}

/// Blocks 108 and 109 are others now, and those through 107 were stated before and say all there is.
#[test]
fn a_statement_that_is_gone_counts_no_more_where_there_is_nothing_to_take_its_place() {
    let wallet = Wallet::new();
    wallet.node.becomes(Recording::read("before.json").grown(2, '0'));
    wallet.run("json", &["--through-height", "107", "--confirmations", "1"]).exits(1);
    wallet.run("json", &["--through-height", "109", "--confirmations", "1"]).exits(1);
    wallet.node.becomes(Recording::read("before.json").grown(2, '1'));
    let found = wallet.run("json", &["--confirmations", "3"]).exits(1).json();
    assert_eq!(
        (&found["sources"][0]["block"]["height"], &found["statements_recorded"]),
        (&json!(107), &json!(0))
    );
    assert_eq!(found["no_longer_in_the_chain"][0]["height"], 109);
}

/// After the reorganisation nothing happens until 8 January: the days before are over although no block is of them.
#[test]
fn days_without_a_block_are_covered_once_a_later_block_is_there() {
    let wallet = Wallet::new();
    wallet.node.becomes(Recording::read("after.json"));
    wallet.run("json", &["--through-height", "104", "--confirmations", "1"]).exits(1);
    let found = wallet.run("json", &["--through", "2026-01-07", "--confirmations", "1"]).exits(1).json();
    let block = &found["sources"][0]["block"];
    assert_eq!(
        (&block["after"], &block["height"], &found["sources"][0]["on"]),
        (&json!(104), &json!(104), &json!("2026-01-07"))
    );
    let found: Vec<&str> =
        found["breaks"].as_array().unwrap().iter().map(|one| one["found"].as_str().unwrap()).collect();
    assert_eq!(found, ["amount_differs", "unmatched_ours"]);
}

/// What a node answers to a method in place of a result.
fn instead(of: &'static str, answer: Answer) -> impl Fn(&str, usize, Answer) -> Answer + Send + 'static {
    move |method, _, usual| if method == of { answer.clone() } else { usual }
}

/// A reply to a method with words in it replaced.
fn changed(
    of: &'static str,
    from: &'static str,
    to: &'static str,
) -> impl Fn(&str, usize, Answer) -> Answer + Send + 'static {
    move |method, _, usual| {
        if method != of {
            return usual;
        }
        usual.with(|text| {
            assert!(text.contains(from), "{text}");
            text.replacen(from, to, 1)
        })
    }
}

#[test]
fn what_a_node_answers_in_place_of_a_result_is_refused_by_its_code() {
    let wallet = Wallet::new();
    let cases = [
        ("NODE_NOT_READY", "getblockchaininfo", Answer::Error(-28, "Loading block index…")),
        ("NODE_TOO_OLD", "getdescriptoractivity", Answer::Error(-32601, "Method not found")),
        (
            "NODE_SCAN_BUSY",
            "scantxoutset",
            Answer::Error(-8, "Scan already in progress, use action \"abort\" or \"status\""),
        ),
        ("NODE_REFUSED", "scantxoutset", Answer::Error(-1, "Out of memory")),
        ("BLOCKS_PRUNED", "getdescriptoractivity", Answer::Error(-1, "Block not available (pruned data)")),
        ("CHAIN_MOVED", "getdescriptoractivity", Answer::Error(-5, "Block is not in main chain")),
        (
            "DESCRIPTOR_INVALID",
            "getdescriptorinfo",
            Answer::Error(-5, "Provided checksum 'x' does not match"),
        ),
        ("NODE_UNAUTHORISED", "getblockchaininfo", Answer::Http(403, "")),
        ("NODE_REPLY_UNEXPECTED", "getblockchaininfo", Answer::Http(200, "<html>a router</html>")),
        ("NODE_REPLY_UNEXPECTED", "getblockchaininfo", Answer::Http(503, "Work queue depth exceeded")),
        ("NODE_REPLY_UNEXPECTED", "getblockchaininfo", Answer::Http(302, "")),
        ("NODE_REPLY_UNEXPECTED", "getblockhash", Answer::Http(200, "[]")),
        ("NODE_REPLY_UNEXPECTED", "scantxoutset", Answer::Result("null".to_owned())),
        ("NODE_UNREACHABLE", "scantxoutset", Answer::Cut),
    ];
    for (code, method, answer) in cases {
        wallet.node.twists(instead(method, answer));
        wallet.refused(code, &["--confirmations", "1"]);
    }
}

#[test]
fn a_reply_that_is_not_exact_or_contradicts_another_is_refused() {
    let wallet = Wallet::new();
    let cases = [
        ("NODE_OTHER_NETWORK", "getblockchaininfo", "\"regtest\"", "\"main\""),
        ("NODE_REPLY_UNEXPECTED", "scantxoutset", "0.25000000", "2.5e-1"),
        ("NODE_REPLY_UNEXPECTED", "scantxoutset", "0.25000000", "\"0.25000000\""),
        ("NODE_REPLY_UNEXPECTED", "scantxoutset", "0.25000000", "0.250000000"),
        ("NODE_REPLY_UNEXPECTED", "getdescriptoractivity", "\"amount\"", "\"value\""),
        ("NODE_REPLY_UNEXPECTED", "getdescriptoractivity", "\"spend\"", "\"mint\""),
        ("NODE_REPLY_UNEXPECTED", "getblockheader", "\"height\"", "\"level\""),
        // One satoshi, on one side or the other.
        ("NODE_CONTRADICTS_ITSELF", "scantxoutset", "0.25000000", "0.25000001"),
        ("NODE_CONTRADICTS_ITSELF", "scantxoutset", "1.34999007", "1.34999008"),
        ("NODE_CONTRADICTS_ITSELF", "getdescriptoractivity", "1.09999007", "1.09999006"),
        ("NODE_CONTRADICTS_ITSELF", "scantxoutset", "\"vout\": 0", "\"vout\": 7"),
        ("DESCRIPTOR_PRIVATE", "getdescriptorinfo", "\"hasprivatekeys\": false", "\"hasprivatekeys\": true"),
        ("BLOCKS_PRUNED", "getblockchaininfo", "\"pruned\": false", "\"pruned\": true, \"pruneheight\": 105"),
        ("CHAIN_MOVED", "scantxoutset", "\"success\": true", "\"success\": false"),
    ];
    for (code, method, from, to) in cases {
        wallet.node.twists(changed(method, from, to));
        wallet.refused(code, &["--confirmations", "1"]);
    }
}

/// A reply to a method with one field of it another.
fn with(of: &'static str, change: fn(&mut Value)) -> impl Fn(&str, usize, Answer) -> Answer + Send + 'static {
    move |method, _, usual| if method == of { usual.with_field(change) } else { usual }
}

/// A reply in which what comes first of a kind is in another block.
fn moved(kind: &str, said: &mut Value, height: u64) {
    let all = said["activity"].as_array_mut().unwrap();
    all.iter_mut().find(|one| one["type"] == kind).unwrap()["height"] = json!(height);
}

/// The refusal, the method, and what is another in its reply.
type Changed = (&'static str, &'static str, fn(&mut Value));

#[test]
fn numbers_that_no_chain_has_are_refused_and_nothing_is_counted_with_them() {
    let wallet = Wallet::new();
    let cases: [Changed; 9] = [
        ("NODE_CONTRADICTS_ITSELF", "getblockchaininfo", |said| said["blocks"] = json!(u64::MAX)),
        ("NODE_CONTRADICTS_ITSELF", "scantxoutset", |said| said["height"] = json!(1_000_000_000_000_u64)),
        ("NODE_CONTRADICTS_ITSELF", "getdescriptoractivity", |said| moved("receive", said, 5)),
        ("NODE_CONTRADICTS_ITSELF", "getdescriptoractivity", |said| moved("spend", said, 9_999)),
        ("NODE_CONTRADICTS_ITSELF", "getdescriptoractivity", |said| moved("receive", said, 107)),
        ("NODE_CONTRADICTS_ITSELF", "getblockheader", |said| said["height"] = json!(3)),
        ("NODE_CONTRADICTS_ITSELF", "getblockheader", |said| said["hash"] = json!("00".repeat(32))),
        ("NODE_REPLY_UNEXPECTED", "getblockheader", |said| said["time"] = json!(i64::MAX)),
        ("NODE_REPLY_UNEXPECTED", "getblockheader", |said| said["mediantime"] = json!(-1)),
    ];
    for (code, method, change) in cases {
        wallet.node.twists(with(method, change));
        wallet.refused(code, &["--confirmations", "1"]);
    }
    // Spent with another amount than it came with.
    wallet.node.twists(|method, _, usual| match method {
        "getdescriptoractivity" => usual.with(|text| {
            let at = text.find("\"spend\"").map(|at| text[..at].rfind('{').unwrap()).unwrap();
            let spent = text[at..].replacen("1.50000007", "1.40000007", 1);
            assert_ne!(spent, text[at..], "{text}");
            format!("{}{spent}", &text[..at])
        }),
        _ => usual,
    });
    wallet.refused("NODE_CONTRADICTS_ITSELF", &["--confirmations", "1"]);
    // What a node says is shown, not done.
    wallet.node.twists(instead("scantxoutset", Answer::Error(-1, "no\u{1b}[2J\nok: reconciled")));
    let ran = wallet.run("table", &["--confirmations", "1"]).exits(3);
    assert!(ran.err.contains(r"no\u{1b}[2J\nok: reconciled"), "{}", ran.err);
}

#[test]
fn a_chain_that_moves_once_is_asked_again_and_one_that_goes_on_moving_is_refused() {
    let wallet = Wallet::new();
    // The scan ends with a block that is not the last one.
    wallet.node.twists(|method, _, usual| {
        let other = |said: &mut Value| said["bestblock"] = json!("00".repeat(32));
        if method == "scantxoutset" { usual.with_field(other) } else { usual }
    });
    wallet.refused("CHAIN_MOVED", &["--confirmations", "1"]);
    assert_eq!(wallet.node.calls("scantxoutset"), 3);
    wallet.node.twists(|method, nth, usual| {
        let is_first = method == "scantxoutset" && nth == 1;
        if is_first { Answer::Error(-5, "Block not found") } else { usual }
    });
    wallet.run("json", &["--confirmations", "1"]).exits(1);
    assert_eq!(wallet.node.calls("scantxoutset"), 2);
}

/// What a node says that keeps filters of its blocks.
const FILTERS: &str = r#"{"basic block filter index":{"synced":true,"best_block_height":107}}"#;

#[test]
fn a_node_with_filters_looks_through_what_they_let_pass_and_one_that_lets_too_little_pass_is_refused() {
    let wallet = Wallet::new();
    let with = |method: &str, usual: Answer| {
        if method == "getindexinfo" { usual.with(|_| FILTERS.to_owned()) } else { usual }
    };
    wallet.node.twists(move |method, _, usual| {
        let none = |said: &mut Value| said["relevant_blocks"] = json!([]);
        if method == "scanblocks" { usual.with_field(none) } else { with(method, usual) }
    });
    wallet.refused("NODE_CONTRADICTS_ITSELF", &["--confirmations", "1"]);
    wallet.node.twists(move |method, _, usual| {
        let other = |said: &mut Value| said["relevant_blocks"][0] = json!("00".repeat(32));
        if method == "scanblocks" { usual.with_field(other) } else { with(method, usual) }
    });
    wallet.refused("CHAIN_MOVED", &["--confirmations", "1"]);
    wallet.node.twists(move |method, _, usual| with(method, usual));
    let found = wallet.run("json", &["--confirmations", "1"]).exits(1).json();
    assert_eq!(
        (&found["sources"][0]["statement"], wallet.node.calls("scanblocks")),
        (&json!("1.34999007"), 1)
    );
}

#[test]
fn statements_go_on_where_the_last_one_ended_or_are_stated_anew() {
    let wallet = Wallet::new();
    wallet.run("json", &["--through-height", "105", "--confirmations", "1"]).exits(1);
    // A coin of before is gone without having been spent: the scan has one less.
    wallet.node.twists(|method, _, usual| {
        let less = |said: &mut Value| {
            said["unspents"].as_array_mut().unwrap().retain(|coin| coin["height"] != 105);
            // What is left, in the digits that a node writes.
            said["total_amount"] = json!(1.09999007);
        };
        if method == "scantxoutset" { usual.with_field(less) } else { usual }
    });
    wallet.refused("CHAIN_NOT_CONTINUED", &["--confirmations", "1"]);
    wallet.node.twists(changed("getblockchaininfo", "\"blocks\": 107", "\"blocks\": 104"));
    wallet.refused("NODE_BEHIND", &["--confirmations", "1"]);
    wallet.node.twists(|_, _, usual| usual);
    let one = Recording::read("before.json").descriptors()[0].clone();
    wallet.sandbox.file("cold.desc", one.as_bytes());
    wallet.refused("DESCRIPTORS_DIFFER", &["--confirmations", "1"]);
    let both = Recording::read("before.json").descriptors().join("\n");
    wallet.sandbox.file("cold.desc", both.as_bytes());
    wallet.run("table", &["--from-height", "100", "--confirmations", "1"]).exits(2);
    let anew =
        wallet.run("json", &["--anew", "--from-height", "105", "--confirmations", "1"]).exits(1).json();
    assert_eq!(anew["sources"][0]["block"]["after"], 104);
    let found = |break_: &Value| {
        (break_["found"].as_str().unwrap().to_owned(), break_["units"].as_str().unwrap().to_owned())
    };
    let found: Vec<_> = anew["breaks"].as_array().unwrap().iter().map(found).collect();
    let expected = [("unmatched_theirs", "0.25"), ("opening_differs", "0.00000007")];
    assert_eq!(found, expected.map(|(found, units)| (found.to_owned(), units.to_owned())));
}

#[test]
fn blocks_that_are_not_there_or_not_deep_enough_are_refused() {
    let wallet = Wallet::new();
    wallet.refused("HEIGHT_UNKNOWN", &["--through-height", "108"]);
    wallet.refused("HEIGHT_NOT_CONFIRMED", &["--through-height", "103"]);
    wallet.refused("HEIGHT_NOT_CONFIRMED", &["--confirmations", "200"]);
    // The last address that is looked for has the wallet's first script.
    let used = Recording::read("before.json").first_script();
    wallet.node.twists(move |method, _, usual| {
        let used = json!({"scriptPubKey": used}).to_string();
        if method == "validateaddress" { usual.with(|_| used) } else { usual }
    });
    wallet.refused("DESCRIPTOR_RANGE_SHORT", &["--confirmations", "1"]);
    wallet.node.twists(|_, _, usual| usual);
    // The day is what is asked for: its last block is 105, and what came after has no part.
    let day = wallet.run("json", &["--through", "2026-01-06", "--confirmations", "1"]).exits(1).json();
    assert_eq!((&day["sources"][0]["block"]["height"], &day["through"]), (&json!(105), &json!("2026-01-06")));
    assert_eq!(day["sources"][0]["statement"], "1.75000007");
}
