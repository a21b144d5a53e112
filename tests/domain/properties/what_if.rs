//! What is supposed of a book gives what the log would have given had its opening and its adoptions said so, and leaves
//! every other book alone.

use ledger_core::entry::Entry;
use ledger_core::fold::Fold;
use ledger_core::replay::{CannotFold, Course, replay};
use ledger_core::resolve::{Outline, Question, Recorded, WhatIf};
use serde_json::{Value, json};

use super::{HELD, Tally, differences, last_moment, ours, recorded};

fn supposing(log: &[Recorded], what: &WhatIf) -> Result<Fold, CannotFold> {
    let outline = Outline::of(log).what_if(what);
    let course = Course { archive: log, outline: &outline, question: Question::default() };
    Ok(course.show::<CannotFold>(course.start(), None, &mut |_| (), &mut |_| ())?.fold)
}

/// The log with other words in its opening and its adoptions: lots chosen by `method`, wherever a book is concerned.
fn rewritten(log: &[Recorded], book: &str, method: &str) -> Vec<Recorded> {
    let choose = |policy: &mut Value| {
        if !policy.is_object() {
            *policy = json!({});
        }
        let scope = policy["lots"].get("scope").cloned();
        policy["lots"] = json!({"method": method});
        if let Some(scope) = scope {
            policy["lots"]["scope"] = scope;
        }
    };
    let rewrite = |recorded: &Recorded| {
        let mut json = recorded.entry.to_json();
        for event in json["events"].as_array_mut().unwrap() {
            if event["type"] == "ledger_opened" {
                let books = event["books"].as_array_mut().unwrap().iter_mut();
                books
                    .filter(|opened| opened["book"] == book)
                    .for_each(|opened| choose(&mut opened["policy"]));
            } else if event["type"] == "policy_adopted" && event["book"] == book {
                choose(&mut event["policy"]);
            }
        }
        Recorded { entry: Entry::from_json(&json.to_string()).unwrap(), ..recorded.clone() }
    };
    log.iter().map(rewrite).collect()
}

#[test]
fn what_is_supposed_of_a_book_is_what_a_log_that_says_so_gives() {
    let (mut same, mut cannot, mut changed) = (0, 0, 0);
    for seed in 400..408 {
        let log = recorded(seed, HELD, &mut Tally::default());
        let as_it_is = ours::folded(&log, None, None).unwrap();
        let when = last_moment(&log, None, None);
        for (book, method) in
            [("us-gaap", "lifo"), ("us-gaap", "fifo"), ("tax", "hifo"), ("us-gaap", "specific")]
        {
            let what = json!({"book": book, "policy": {"lots": {"method": method}}});
            let what = WhatIf::from_json(&what.to_string()).unwrap();
            let supposed = supposing(&log, &what);
            let said = replay(&rewritten(&log, book, method), &Question::default(), |_| ());
            let (supposed, said) = match (supposed, said) {
                (Ok(supposed), Ok(said)) => (supposed, said),
                (Err(supposed), Err(said)) => {
                    assert_eq!(supposed, said, "seed {seed}: {what}");
                    cannot += 1;
                    continue;
                }
                (supposed, said) => panic!("seed {seed}: {what}: {:?} and {:?}", supposed.err(), said.err()),
            };
            for name in said.books().iter().map(|book| book.name()) {
                let [one, other, real] =
                    [&supposed, &said, &as_it_is].map(|fold| ours::picture(fold, name, when));
                assert!(one == other, "seed {seed}: {what}: {}", differences(name, &one, &other));
                let concerned = name == what.book;
                assert!(concerned || one == real, "seed {seed}: {what} touches {name}");
                same += 1;
                changed += usize::from(one != real);
            }
        }
    }
    assert!(
        same >= 32 && cannot >= 1 && changed >= 8,
        "{same} the same, {cannot} cannot be, {changed} changed"
    );
}
