//! Entries that wait until others have read them: nothing moves before the last approval, and everything is then as if
//! the entry had been recorded directly.

use ledger_core::decide::{Accepted, Decision, History, Signer, admit};
use ledger_core::entry::Entry;
use ledger_core::event::books::Payload;
use ledger_core::ids::ActorId;
use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::{Outline, Proposals, Question, Recorded};
use ledger_core::time::Instant;
use ledger_core::world::People;
use serde_json::{Value, json};
use testkit::generate::{Generator, Options};
use testkit::story::fixtures;

use crate::posting_rules::approvals::{
    approved, four_eyes, one_waits, one_waits_for, payload, proposed, purchase,
};
use crate::posting_rules::json::bought;
use crate::posting_rules::people::{ADMIN, CFO, CONTROLLER, LENT, TREASURER, enrolled};

/// Every report of a log that needs no argument, as text.
fn reports(log: &[Recorded], question: Question) -> String {
    let book = log.first().map(|first| {
        let ledger_core::event::Event::LedgerOpened(opened) = &first.entry.events[0] else {
            panic!("{:?} opens no ledger", first.entry.events[0]);
        };
        opened.books.first().map_or_else(|| "us-gaap".parse().unwrap(), |book| book.book)
    });
    let log = &log.to_vec();
    let told = REPORTS
        .iter()
        .filter(|report| ["balance-sheet", "trial-balance", "income-statement"].contains(&report.name));
    told.map(|report| {
        let request = Request { log, question, book: book.unwrap(), from: None, argument: None };
        let sheet = (report.make)(&request).unwrap();
        crate::mini_story::rows(&sheet)
    })
    .collect()
}

fn known(number: u64) -> Question {
    Question { as_known: Some(number), ..Question::default() }
}

#[test]
fn nothing_moves_before_the_last_approval_and_then_it_is_as_if_recorded_directly() {
    let waits = one_waits();
    let before = reports(&waits.history.log()[..4], Question::default());
    let ledger = waits.by("cfo-1", CFO).and("2026-03-31", "approved", vec![approved(5, &purchase())]);
    let log = ledger.history.log();
    assert_eq!(reports(log, known(5)), before);
    let mut direct = four_eyes().history.log().to_vec();
    let mut entry = purchase();
    entry["id"] = json!("00000000-0000-4000-8000-000000000005");
    for number in [5, 6] {
        // An entry without effect, so that the purchase has the same number.
        let entry = match number {
            6 => Entry::from_json(&entry.to_string()).unwrap(),
            _ => log[4].entry.clone(),
        };
        direct.push(Recorded { number, recorded: Instant::from_micros(0), entry });
    }
    assert_ne!(reports(log, Question::default()), before);
    assert_eq!(reports(log, Question::default()), reports(&direct, Question::default()));
}

#[test]
fn a_late_approval_goes_to_its_place_among_entries_recorded_before_it() {
    // What was bought at 60,000 on the 10th leaves first on the 20th, though it was approved on the 31st.
    let sold = json!({"type": "coins_sold", "commodity": "BTC", "units": "0.5", "from": {"wallet": "cold"},
        "to": {"wallet": "bank"}, "proceeds": {"amount": "40000.00", "currency": "USD"}});
    let ledger = one_waits()
        .and("2026-02-15", "1 BTC bought", vec![bought("0.5", "45000.00", "0")])
        .and("2026-02-20", "0.5 BTC sold", vec![sold])
        .by("cfo-1", CFO)
        .and("2026-03-31", "approved", vec![approved(5, &purchase())]);
    let outline = Outline::of(ledger.history.log());
    assert_eq!(outline.late().iter().map(|late| late.number).collect::<Vec<_>>(), [8]);
    let lots = |known| {
        let log = &ledger.history.log().to_vec();
        let book = "tax".parse().unwrap();
        let question = Question { as_known: Some(known), ..Question::default() };
        let request = Request { log, question, book, from: None, argument: None };
        let report = REPORTS.iter().find(|report| report.name == "lots").unwrap();
        crate::mini_story::rows(&(report.make)(&request).unwrap())
    };
    assert!(!lots(7).contains("8.0") && !lots(7).contains("6.0"), "{}", lots(7));
    assert!(lots(8).contains("8.0") && lots(8).contains("6.0"), "{}", lots(8));
}

#[test]
fn an_actor_is_enrolled_once_another_approves() {
    let newcomer = payload("admin-1", 7, "2026-02-11", vec![enrolled("controller-2", LENT, &["preparer"])]);
    let ledger =
        four_eyes().by("admin-1", ADMIN).and("2026-02-11", "proposed", vec![proposed(&newcomer, 1, false)]);
    let is_there = |history: &History| {
        let name: ActorId = "controller-2".parse().unwrap();
        history.fold().world().people().actor(name).is_some()
    };
    assert!(!is_there(&ledger.history));
    let ledger = ledger.by("cfo-1", CFO).and("2026-02-11", "approved", vec![approved(5, &newcomer)]);
    assert!(is_there(&ledger.history));
    ledger.by("controller-2", LENT).and("2026-02-12", "a purchase", vec![bought("0.1", "6000.00", "0")]);
}

#[test]
fn what_was_posted_is_reversed_under_the_number_of_its_approval() {
    let ledger = one_waits_for("cfo-1", CFO).and("2026-02-12", "approved", vec![approved(5, &purchase())]);
    let mut ledger = ledger.by("controller-1", CONTROLLER);
    let before = reports(&ledger.history.log()[..5], Question::default());
    let reversed = |entry: u64| json!({"type": "entry_reversed", "entry": entry, "reason": "never happened"});
    let refused = ledger.entry("2026-02-13", vec![reversed(5)]);
    assert_eq!(ledger.consider(&refused).unwrap_err().code(), "NOT_REVERSIBLE");
    let reversal = payload("controller-1", 8, "2026-02-13", vec![reversed(6)]);
    let ledger = ledger.and("2026-02-13", "proposed", vec![proposed(&reversal, 1, false)]);
    let ledger =
        ledger.by("treasurer-1", TREASURER).and("2026-02-13", "approved", vec![approved(7, &reversal)]);
    let balances = |text: &str| text.lines().find(|line| line.contains("1010")).map(str::to_owned);
    let after = reports(ledger.history.log(), Question::default());
    assert_eq!(balances(&after), balances(&before));
}

/// Judges a log of people as `verify` does; gives what it finds.
fn judged(log: &[(Entry, Signer)]) -> Vec<(u64, &'static str)> {
    let (mut people, mut proposals) = (People::default(), Proposals::default());
    let mut found = Vec::new();
    for (number, (entry, signer)) in (1..).zip(log) {
        if let Err(refused) = admit(&mut people, &mut proposals, number, entry, *signer) {
            found.push((number, refused.why.code()));
        }
    }
    found
}

#[test]
fn an_approval_that_was_forged_into_a_log_is_found_and_posts_nothing() {
    let ledger = one_waits();
    let signers = [Signer::Nobody, Signer::Nobody, Signer::Nobody, ADMIN, CONTROLLER];
    let sound: Vec<_> = ledger.history.log().iter().map(|of| of.entry.clone()).zip(signers).collect();
    assert_eq!(judged(&sound), []);
    let mut other = purchase();
    other["memo"] = json!("another");
    let forged = [
        ("controller-1", CONTROLLER, approved(5, &purchase()), "OWN_PROPOSAL"),
        ("cfo-1", CFO, approved(5, &other), "OTHER_PAYLOAD"),
        ("cfo-1", CFO, approved(4, &purchase()), "UNKNOWN_PROPOSAL"),
        ("cfo-1", Signer::Nobody, approved(5, &purchase()), "SIGNATURE_MISSING"),
        ("admin-1", ADMIN, approved(5, &purchase()), "ROLE_NOT_HELD"),
    ];
    for (actor, signer, event, code) in forged {
        let entry = payload(actor, 9, "2026-02-12", vec![event]);
        let entry = Entry::from_json(&entry.to_string()).unwrap();
        let mut log = sound.clone();
        log.push((entry.clone(), signer));
        assert_eq!(judged(&log), [(6, code)]);
        let mut outline = Outline::of(ledger.history.log());
        let order = outline.beside(&entry, outline.zone()).order;
        outline.see(order, Some(&entry));
        let posts = ["OWN_PROPOSAL", "OTHER_PAYLOAD", "UNKNOWN_PROPOSAL"].contains(&code);
        assert_eq!(outline.proposals().posted_by(6).is_none(), posts, "{code}");
    }
}

#[test]
fn what_an_outline_says_of_proposals_survives_being_kept_and_can_be_taken_back() {
    let ledger = one_waits_for("cfo-1", CFO).and("2026-02-12", "approved", vec![approved(5, &purchase())]);
    let log = ledger.history.log();
    let waiting = Outline::of(&log[..5]);
    let mut outline = waiting.clone();
    let entry = &log[5].entry;
    let seen = outline.see(outline.beside(entry, outline.zone()).order, Some(entry));
    for proposals in [waiting.proposals(), outline.proposals()] {
        let kept = Proposals::from_cbor(&proposals.to_cbor()).unwrap();
        assert_eq!(kept.to_cbor(), proposals.to_cbor());
        assert_eq!(kept.waiting().count(), proposals.waiting().count());
        assert_eq!((kept.posted_by(6), kept.of_id(log[5].entry.id)), (proposals.posted_by(6), None));
        assert!(kept.of_id(outline_payload(log).id).is_some());
    }
    assert_eq!(outline.proposals().posted_by(6), Some(5));
    outline.forget(seen);
    assert_eq!(outline, waiting);
}

fn outline_payload(log: &[Recorded]) -> &Entry {
    log[4].entry.proposed().unwrap().payload.entry()
}

#[test]
fn the_story_of_four_eyes_ends_with_these_figures() {
    let path = fixtures().join("signed/four-eyes.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let mut history = History::default();
    for line in text.lines() {
        let entry = Entry::from_json(line).unwrap();
        match history.consider_signed(&entry, Signer::Later) {
            Ok(Decision::Accepted(Accepted { number, .. })) => {
                history.accept(Recorded { number, recorded: Instant::from_micros(0), entry });
            }
            other => panic!("{other:?}\n{line}"),
        }
    }
    let outline = Outline::of(history.log());
    assert_eq!(outline.proposals().waiting().map(|waits| waits.number).collect::<Vec<_>>(), [10]);
    let cash = |number: u64| {
        let text = reports(history.log(), known(number));
        text.lines().find(|line| line.starts_with("Cash | 1010 |")).map(str::to_owned)
    };
    assert_eq!(cash(4), None);
    assert_eq!(cash(5).as_deref(), Some("Cash | 1010 | 1000000.00"));
    assert_eq!(cash(7), cash(5));
    assert_eq!(cash(8).as_deref(), Some("Cash | 1010 | 820000.00"));
    assert_eq!(cash(10), cash(8));
    assert!(history.fold().world().wallet("hot".parse().unwrap()).is_err());
}

/// The same entries with people enrolled by the second, and those that are chosen, or that nobody records alone, by way of
/// a proposal and its approval; what follows names them by the numbers under which they post then.
fn by_way_of_approvals(log: &[(u64, Entry)], chosen: impl Fn(u64) -> bool) -> Vec<Entry> {
    let mut numbers = std::collections::BTreeMap::new();
    let mut entries: Vec<Value> = Vec::new();
    for (number, entry) in log {
        let mut entry = entry.to_json();
        entry["actor"] = json!("controller-1");
        renumber(&mut entry, &numbers);
        let about = |id: u64, actor: &str, events: Vec<Value>| {
            json!({"id": format!("00000000-0000-4000-a000-{id:012}"), "effective": entry["effective"],
                "actor": actor, "events": events})
        };
        let never_alone = ["wallet_opened", "policy_adopted"];
        let kinds: Vec<&str> =
            entry["events"].as_array().unwrap().iter().filter_map(|of| of["type"].as_str()).collect();
        let is_first = entries.is_empty();
        if !is_first && (chosen(*number) || kinds.iter().any(|kind| never_alone.contains(kind))) {
            let hash = Payload::from(Entry::from_json(&entry.to_string()).unwrap()).hash();
            let proposal = entries.len() as u64 + 1;
            let asked = json!({"type": "entry_proposed", "payload": entry, "hash": hash, "board": false});
            let approval = json!({"type": "entry_approved", "proposal": proposal, "hash": hash});
            let asked = about(number * 2, "controller-1", vec![asked]);
            let approval = about(number * 2 + 1, "cfo-1", vec![approval]);
            entries.extend([asked, approval]);
        } else {
            entries.push(entry.clone());
        }
        numbers.insert(*number, entries.len() as u64);
        if is_first {
            let people = vec![
                enrolled("admin-1", ADMIN, &["admin"]),
                enrolled("controller-1", CONTROLLER, &["preparer", "admin"]),
                enrolled("cfo-1", CFO, &["approver"]),
            ];
            entries.push(about(1, "admin-1", people));
        }
    }
    entries.iter().map(|entry| Entry::from_json(&entry.to_string()).unwrap()).collect()
}

/// Entries and lots are named by the numbers under which they post now.
fn renumber(value: &mut Value, numbers: &std::collections::BTreeMap<u64, u64>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let named = ["entry", "from_observation", "supersedes"].contains(&name.as_str());
                if let Some(new) = field.as_u64().filter(|_| named).and_then(|old| numbers.get(&old)) {
                    *field = json!(new);
                } else if name == "lot"
                    && let Some((old, rest)) = field.as_str().and_then(|lot| lot.split_once('.'))
                    && let Some(new) = old.parse().ok().and_then(|old: u64| numbers.get(&old))
                {
                    *field = json!(format!("{new}.{rest}"));
                } else {
                    renumber(field, numbers);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| renumber(item, numbers)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The history of entries that are all accepted, each signed by its actor once actors are enrolled.
fn history_of(entries: Vec<Entry>) -> History {
    let mut history = History::default();
    for entry in entries {
        let enrols = |event: &ledger_core::event::Event| event.name() == "actor_enrolled";
        let unsigned = history.fold().world().people().is_empty() && !entry.events.iter().any(enrols);
        let signer = match entry.actor.as_str() {
            _ if unsigned => Signer::Nobody,
            "admin-1" => ADMIN,
            "cfo-1" => CFO,
            _ => CONTROLLER,
        };
        match history.consider_signed(&entry, signer) {
            Ok(Decision::Accepted(Accepted { number, .. })) => {
                history.accept(Recorded { number, recorded: Instant::from_micros(0), entry });
            }
            other => panic!("{other:?}: {}", entry.to_json()),
        }
    }
    history
}

/// What the program takes in of what a generator proposes.
fn generated(seed: u64) -> Vec<(u64, Entry)> {
    // A seal names lots by the numbers of entries, which are others here.
    let mut generator = Generator::new(seed, Options { closes: false, ..Options::default() });
    let mut history = History::default();
    for _ in 0..90 {
        let entry = generator.propose();
        if let Ok(Decision::Accepted(Accepted { number, .. })) = history.consider(&entry) {
            history.accept(Recorded { number, recorded: Instant::from_micros(0), entry: entry.clone() });
            generator.accepted(entry);
        }
    }
    generator.log().to_vec()
}

#[test]
fn random_stories_give_the_same_books_when_some_of_them_goes_by_approvals() {
    let (mut posted, mut late) = (0, 0);
    for seed in 0..8 {
        let log = generated(seed);
        let direct = history_of(log.iter().map(|(_, entry)| entry.clone()).collect());
        let approved = history_of(by_way_of_approvals(&log, |number| (number * 7 + seed) % 5 < 2));
        let now = Question::default();
        assert_eq!(reports(approved.log(), now), reports(direct.log(), now), "seed {seed}");
        let folded = History::of(approved.log().to_vec()).unwrap();
        let books = |history: &History| format!("{:?}", history.fold().books());
        assert_eq!(books(&folded), books(&approved), "seed {seed}");
        let outline = Outline::of(approved.log());
        let by_approval = |number: u64| outline.proposals().posted_by(number).is_some();
        posted += approved.log().iter().filter(|recorded| by_approval(recorded.number)).count();
        late += outline.late().iter().filter(|late| by_approval(late.number)).count();
    }
    assert!(posted > 100 && late > 5, "{posted} posted by approvals, {late} of them late");
}
