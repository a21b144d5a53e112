//! Events as sentences: what is shown before is what happens, what is missing is asked for, what cannot be read is told.

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::terminal::typed_into;

/// A ledger of two books with a bank account, a cold wallet, and 2.5 BTC bought for 150,000 US dollars.
fn with_coins() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .run(&[
            "init",
            "--actor",
            "controller-1",
            "--entity",
            "Example",
            "--books",
            "us-gaap,us-tax",
            "--on",
            "2026-01-01",
        ])
        .exits(0);
    for sentence in [
        "wallet open bank --kind bank --currency USD --on 2026-01-01",
        "wallet open cold --kind cold --commodity BTC --on 2026-01-01",
        "cash in 1,000,000 USD --to bank --category equity --on 2026-01-02",
        "buy 2.5 BTC --for 150,000 --from bank --to cold --on 2026-01-05",
    ] {
        say(&sandbox, sentence, &["--yes"]).exits(0);
    }
    sandbox
}

fn say(sandbox: &Sandbox, sentence: &str, more: &[&str]) -> crate::sandbox::Ran {
    let words: Vec<&str> = ["--actor", "controller-1"]
        .into_iter()
        .chain(sentence.split(' '))
        .chain(more.iter().copied())
        .collect();
    sandbox.run(&words)
}

#[test]
fn what_a_dry_run_shows_is_what_happens() {
    let sandbox = with_coins();
    let sentences = [
        "price BTC 64,000 USD --source desk --market BTC/USD --at 2026-01-31T00:00:00Z --on 2026-01-31",
        "mark BTC --price 64,000 --on 2026-01-31",
        "party register lender --related-party no --on 2026-01-31",
        "loan open f1 --lender lender --kind revolver --currency USD --limit 100,000 --rate fixed=8.5% --day-count act/360 \
         --count-first-day yes --count-last-day no --ltv call=70% liquidation=85% --control kept --on 2026-02-01",
        "collateral post 1 BTC --for f1 --from cold --on 2026-02-01",
        "loan draw f1 30,000 USD --to bank --on 2026-02-02",
        "sell 0.5 BTC --from cold --for 33,000 USD --to bank --fee 12.50 USD --on 2026-02-08",
        // Late: before the sale.
        "cost 1,200.00 USD --segment mining --category power --settles cash --from bank --on 2026-02-03",
        "journal --line account=6010 debit=10.00 --line account=1010 credit=10.00 wallet=bank --on 2026-02-09",
        "reverse 11 --reason mistyped --on 2026-02-10",
    ];
    for (at, sentence) in sentences.iter().enumerate() {
        let id = format!("00000000-0000-4000-8000-00000000000{at}");
        let before = sandbox.store();
        let predicted = say(&sandbox, sentence, &["--id", &id, "--dry-run", "-f", "json"]).exits(0).json();
        assert_eq!(sandbox.store(), before, "{sentence}");
        let done = say(&sandbox, sentence, &["--id", &id, "--yes", "-f", "json"]).exits(0).json();
        assert_eq!(done["effect"], predicted["effect"], "{sentence}");
        assert_eq!(done["recorded"], predicted["effect"]["number"], "{sentence}");
        let number = done["recorded"].to_string();
        let happened =
            sandbox.run(&["replay", "--from", &number, "--to", &number, "-f", "json"]).exits(0).json();
        let happened = &happened["entries"][0];
        for part in ["told", "events", "units", "moved", "facilities"] {
            // A late entry is shown with all that it changes up to today, its replay on its own day.
            let same = happened[part] == predicted["effect"][part];
            assert!(
                same || predicted["late"] == Value::Bool(true),
                "{sentence}, {part}: {} {}",
                happened[part],
                predicted["effect"][part]
            );
        }
        let again = say(&sandbox, sentence, &["--id", &id, "--yes"]).exits(0);
        assert_eq!(again.out, format!("already recorded as {number}\n"));
    }
}

#[test]
fn what_is_missing_is_asked_for_and_nothing_is_recorded_without_a_yes() {
    let sandbox = with_coins();
    let sale = ["--actor", "controller-1", "sell", "1", "BTC", "--from", "cold"];
    let prompts = ["): ", "[y/N] "];
    let before = sandbox.store();
    let (shown, code) =
        typed_into(&sandbox, &prompts, &["65,00 USD", "65,000 USD", "bank", "2026-02-08", "n"], &sale);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("commas stand only between groups of three"), "{shown}");
    assert!(shown.contains("to (bank, cold): "), "{shown}");
    assert!(shown.contains("nothing was recorded"), "{shown}");
    assert_eq!(sandbox.store(), before);
    let (shown, code) = typed_into(&sandbox, &prompts, &["65,000 USD", "bank", "2026-02-08", "y"], &sale);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("Cr 1210 Bitcoin, operating"), "{shown}");
    assert!(shown.ends_with("recorded 6\n"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80 || line.contains("[y/N]")), "{shown}");
}

#[test]
fn what_cannot_be_read_is_told_with_its_flag_and_changes_nothing() {
    let sandbox = with_coins();
    let before = sandbox.store();
    for (sentence, code, told) in [
        ("sell 1 BTC --from cold", 2, "--for, --to, --on is missing"),
        (
            "sell 1,5 BTC --from cold --for 1 --to bank --on 2026-02-08 --yes",
            2,
            "commas stand only between groups of three",
        ),
        ("sell 1 BTC --from cold --for 65,000 --to bank --on 2026-02-30 --yes", 2, "--on: "),
        (
            "sell 1 BTC --from cold --for 65,000 --to bank --on 2026-02-08 --route marked --yes",
            2,
            "did you mean `market`?",
        ),
        (
            "sell 1 BTC now --from cold --for 65,000 --to bank --on 2026-02-08 --yes",
            2,
            "what is `now` doing there?",
        ),
        ("sell 1 BTC --form cold --for 65,000 --to bank --on 2026-02-08 --yes", 2, "--from"),
        ("sell 3 BTC --from cold --for 65,000 --to bank --on 2026-02-08 --yes", 3, "COINS_SHORT"),
        (
            "sell 1 BTC --from cold --for 65,000 --to bank --on 2026-02-08",
            2,
            "give `--yes` to record without asking",
        ),
        ("sell 1 BTC --from cold --for 65,000 --to bank --for 1 --on 2026-02-08 --yes", 2, "more than once"),
        ("loan open f --rate fixd=8% --on 2026-02-01 --yes", 2, "did you mean `fixed`?"),
    ] {
        let ran = say(&sandbox, sentence, &["--no-input"]).exits(code);
        assert!(ran.err.contains(told), "{sentence}: {}", ran.err);
    }
    assert_eq!(sandbox.store(), before);
}

#[test]
fn a_relative_day_and_a_period_are_resolved_and_shown() {
    let sandbox = with_coins();
    let shown = say(&sandbox, "mark BTC --price 64,000 --on 2026-01", &["--dry-run"]).exits(0);
    assert!(shown.out.contains("effective 2026-01-31"), "{}", shown.out);
}

#[test]
fn a_sentence_shows_every_flag_that_it_cannot_do_without() {
    let sandbox = with_coins();
    for (sentence, usage) in [
        (
            "contract power",
            "CONTRACT --site SITE --counterparty COUNTERPARTY --megawatts MEGAWATTS --price-mwh PRICE_MWH",
        ),
        ("loan open", "FACILITY --lender LENDER --limit LIMIT --currency CURRENCY --rate RATE"),
        (
            "collateral liquidate",
            "UNITS COIN --of FACILITY --for PROCEEDS --applied-principal APPLIED_PRINCIPAL",
        ),
        ("policy adopt", "--from FROM --policy POLICY --transition TRANSITION --book BOOK"),
    ] {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let help = plain(&say(&sandbox, sentence, &["--help"]).exits(0).out);
        assert!(help.contains(&format!("Usage: treasury {sentence} {usage}")), "{help}");
        let refused = plain(&say(&sandbox, sentence, &[]).exits(2).err);
        assert!(refused.contains(&format!("the sentence is `treasury {sentence} {usage}")), "{refused}");
    }
    let help = say(&sandbox, "collateral liquidate", &["--help"]).exits(0).out;
    assert!(help.contains("an amount, such as 305,000,000 USDT; required\n"), "{help}");
}

#[test]
fn lots_that_no_book_takes_are_refused_and_an_instruction_that_none_follows_is_told() {
    let sandbox = with_coins();
    let before = sandbox.store();
    let sale = "sell 1 BTC --from cold --for 90,000 --to bank --on 2026-03-10";
    for lot in [&["book=us-gaap", "lot=99.0", "units=7"][..], &["lot=5.0", "units=1"]] {
        let refused = say(&sandbox, sale, &[&["--yes", "--lot"], lot].concat()).exits(3).err;
        assert!(refused.starts_with("refused: LOTS_NOT_TAKEN\n"), "{refused}");
        assert!(refused.contains("`treasury policy adopt`"), "{refused}");
    }
    assert_eq!(sandbox.store(), before);
    let instruct =
        "instruct --standing yes --method hifo --given-at 2026-03-01T00:00:00Z --book us-tax --on 2026-03-01";
    let warned = say(&sandbox, instruct, &["--yes"]).exits(0).err;
    assert!(
        warned.contains("book us-tax follows no instruction on 2026-03-01: its lots leave by `fifo`"),
        "{warned}"
    );
    let adopt = "policy adopt --book us-tax --from 2026-03-01 --transition prospective --on 2026-03-02 --yes";
    say(&sandbox, adopt, &["--policy", r#"{"lots":{"method":"specific"}}"#]).exits(0);
    let followed = say(&sandbox, instruct, &["--dry-run"]).exits(0).err;
    assert!(!followed.contains("follows no instruction"), "{followed}");
    say(&sandbox, sale, &["--yes", "--lot", "lot=5.0", "units=1"]).exits(0);
}
