//! What a terminal asks: in the order of the sentence, for what follows from an answer, and again where an answer names
//! what is not there.

use crate::sandbox::Sandbox;
use crate::terminal::typed_into;

const PROMPTS: [&str; 2] = [": ", "[y/N] "];

/// A ledger with a bank account, begun by answers.
fn begun() -> Sandbox {
    let sandbox = Sandbox::new();
    let (shown, code) =
        typed_into(&sandbox, &PROMPTS, &["", "Example", "not a name", "accountant", "2026-01-01"], &["init"]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("`not a name` is not an actor's name"), "{shown}");
    assert!(shown.contains("export TREASURY_ACTOR=accountant"), "{shown}");
    sandbox.run(&["init"]).exits(2);
    let open = ["--actor", "accountant", "wallet", "open"];
    let (shown, code) = typed_into(&sandbox, &PROMPTS, &["bank", "bank", "USD", "2026-01-01", "y"], &open);
    assert_eq!(code, 0, "{shown}");
    sandbox
}

fn asked(sandbox: &Sandbox, sentence: &str, answers: &[&str], code: i32) -> String {
    let words: Vec<&str> = ["--actor", "accountant"].into_iter().chain(sentence.split(' ')).collect();
    let (shown, ended) = typed_into(sandbox, &PROMPTS, answers, &words);
    assert_eq!(ended, code, "{shown}");
    shown
}

#[test]
fn one_of_several_is_asked_for_until_one_is_said() {
    let sandbox = begun();
    let shown = asked(&sandbox, "wallet open cold --kind cold --on 2026-01-01", &["", "", "BTC", "y"], 0);
    assert_eq!(shown.matches("commodity (such as BTC; or Enter for currency): ").count(), 2, "{shown}");
    assert_eq!(shown.matches("currency (such as USD; or Enter for commodity): ").count(), 1, "{shown}");
    assert!(shown.contains("Wallet cold is opened for BTC"), "{shown}");
    let shown = asked(&sandbox, "cash in 5 --to bank --on 2026-01-02", &["equty", "equity", "n"], 0);
    assert!(shown.contains("did you mean `equity`?"), "{shown}");
}

#[test]
fn what_is_named_in_an_answer_must_be_there() {
    let sandbox = begun();
    let shown = asked(
        &sandbox,
        "cash in 5 --category equity --on 2026-01-02",
        &["bnak", "somewhere-else", "bank", "y"],
        0,
    );
    assert!(shown.contains("there is no wallet `bnak`; did you mean `bank`?"), "{shown}");
    assert!(
        shown.contains("there is no wallet `somewhere-else` yet: `treasury wallet open` makes one"),
        "{shown}"
    );
    assert!(shown.contains("recorded 3"), "{shown}");
}

#[test]
fn whoever_answered_and_is_refused_is_shown_the_sentence_which_can_be_given_again() {
    let sandbox = begun();
    let answers = ["account=1010 debit=100 wallet=bank", "", "", "", ""];
    let shown = asked(&sandbox, "opening --on 2026-01-01 --memo balances", &answers, 3);
    assert!(shown.contains("refused: OPENING_UNBALANCED"), "{shown}");
    let (_, rest) = shown.split_once("given again:\n").unwrap();
    let (sentence, _) = rest.split_once("\n\n").unwrap();
    assert!(sentence.lines().all(|line| line.chars().count() <= 80), "{sentence}");
    let words = sentence.replace("\\\n", "");
    let words: Vec<&str> = words.split_whitespace().skip(1).collect();
    let more = ["--balance", "account=3020", "credit=100", "--yes", "--actor", "accountant"];
    let done = sandbox.run(&[&words[..], &more].concat()).exits(0);
    assert!(done.out.contains("recorded 3"), "{}", done.out);
    // Nobody is shown a sentence that they typed themselves.
    let typed = ["--actor", "accountant", "cash", "out", "5000", "--from", "bank", "--category", "other"];
    let refused = sandbox.run(&[&typed[..], &["--on", "2026-01-02", "--yes"]].concat()).exits(3);
    assert!(!refused.err.contains("given again"), "{}", refused.err);
}

#[test]
fn a_refused_sentence_is_told_in_flags_and_verbs() {
    let sandbox = begun();
    let say = |sentence: &str| {
        let words: Vec<&str> = ["--actor", "accountant"].into_iter().chain(sentence.split(' ')).collect();
        sandbox.run(&words).exits(3).err
    };
    let moved = say("move 1 BTC --from bank --to bank --on 2026-01-02 --yes");
    assert!(moved.starts_with("refused: WRONG_PLACE") && moved.contains("wallets of coins"), "{moved}");
    assert!(!moved.contains("event 0") && !moved.contains('{'), "{moved}");
    let party = say("wallet open c --kind custodian --commodity BTC --custodian x --on 2026-01-02 --yes");
    assert!(party.contains("`treasury party register`"), "{party}");
    let form = say("wallet open c --kind cold --commodity BTC --custodian a/b --on 2026-01-02 --yes");
    assert!(form.contains("--custodian: `a/b` is not a party's name"), "{form}");
    assert!(form.contains("`treasury wallet open --help`"), "{form}");
    let neither = say("wallet open c --kind cold --on 2026-01-02 --yes");
    assert!(neither.contains("exactly one of `--commodity` and `--currency`"), "{neither}");
}

#[test]
fn money_moves_between_accounts_of_ours_by_the_word_for_coins() {
    let sandbox = begun();
    let say = |sentence: &str| {
        let words: Vec<&str> = ["--actor", "accountant"].into_iter().chain(sentence.split(' ')).collect();
        sandbox.run(&words)
    };
    say("wallet open desk --kind exchange --currency USD --on 2026-01-01 --yes").exits(0);
    say("cash in 100 --to bank --category equity --on 2026-01-02 --yes").exits(0);
    let moved = say("move 60 USD --from bank --to desk --on 2026-01-03 --yes").exits(0);
    assert!(moved.out.contains("60.00 USD go from wallet bank to wallet desk"), "{}", moved.out);
    assert!(moved.out.contains("wallet desk USD"), "{}", moved.out);
    let refused = say("move 60 USD --from bank --to desk --price 5 --on 2026-01-03 --yes").exits(3);
    assert!(refused.err.starts_with("refused: WRONG_PLACE"), "{}", refused.err);
    let short = say("move 60 USD --from bank --to desk --on 2026-01-04 --yes").exits(3);
    assert!(short.err.starts_with("refused: MONEY_SHORT"), "{}", short.err);
}

#[test]
fn a_number_may_have_its_coin_behind_it_and_a_coin_must_be_declared() {
    let sandbox = begun();
    asked(&sandbox, "wallet open cold --kind cold --commodity BTC --on 2026-01-01", &["y"], 0);
    let sentence = "buy --for 60,000 --from bank --to cold --on 2026-01-02";
    let shown = asked(&sandbox, sentence, &["1 bank", "one", "1.5 BTC", "n"], 3);
    assert!(shown.contains("no coin or currency `bank` is declared; there are BTC"), "{shown}");
    assert!(shown.contains("`one` is not a number"), "{shown}");
    assert!(shown.contains("refused: MONEY_SHORT") && !shown.contains("commodity"), "{shown}");
    assert!(shown.contains("treasury buy 1.5 BTC --for 60,000"), "{shown}");
    let shown = asked(&sandbox, sentence, &["2", "bank", "BTC"], 3);
    assert!(shown.contains("no coin or currency `bank` is declared; there are BTC"), "{shown}");
    assert!(shown.contains("treasury buy 2 BTC --for 60,000"), "{shown}");
}
