//! A thousand whole lives of a log on a disk that does its worst, and proof that they would notice.

use ledger_store::simulation::{Guard, Met, Plan, Promise, Tally, first_failure};

const HISTORIES: u64 = 1_000;

/// The most histories it may take here until a guard is missed.
const MISSED_WITHIN: u64 = 200;

#[test]
fn in_a_thousand_histories_nothing_is_lost_invented_doubled_changed_or_reordered() {
    let live = |half: u64| {
        let mut tally = Tally::default();
        for seed in (half..HISTORIES).step_by(2) {
            let plan = Plan::of(seed);
            if let Err(failure) = plan.live(&mut tally) {
                panic!("{failure}\n{}", plan.shrunk(&failure).trace().join("\n"));
            }
        }
        tally
    };
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| scope.spawn(move || live(half)));
        halves.into_iter().for_each(|half| tally.join(&half.join().unwrap()));
    });
    assert_eq!(tally.of(Met::Histories), HISTORIES);
    // The histories must have met what they are there to meet.
    let seldom = [Met::HeadsMended, Met::ReadersKept, Met::ReadersFirst, Met::Harmless];
    for met in Met::ALL {
        let least = if seldom.contains(met) { 5 } else { 40 };
        assert!(tally.of(*met) >= least, "too few {}:\n{tally}", met.words());
    }
    let planted = [Met::BitsFlipped, Met::SectorsLost, Met::FilesCut, Met::NamesLost, Met::Misdirected];
    let planted = planted.iter().chain(&[Met::LyingSyncs, Met::RolledBack]).map(|met| tally.of(*met));
    let found = tally.of(Met::FoundByVerify) + tally.of(Met::Harmless);
    assert!(found <= planted.clone().sum(), "{tally}");
    assert!(found * 10 >= planted.sum::<u64>() * 9, "{tally}");
}

#[test]
fn each_guard_is_missed_when_it_is_removed() {
    for guard in Guard::ALL {
        let failure = first_failure(0..MISSED_WITHIN, Some(*guard));
        assert!(
            failure.is_some(),
            "without {} nothing is noticed in {MISSED_WITHIN} histories",
            guard.name()
        );
    }
    assert_eq!(Guard::ALL.len(), 8);
}

#[test]
fn the_log_that_is_cut_off_at_damage_loses_what_was_acknowledged() {
    let failure = first_failure(0..MISSED_WITHIN, Some(Guard::DamageIsKept)).unwrap();
    assert_eq!(failure.promise, Promise::NothingLost);
}

#[test]
fn a_seed_reproduces_its_history_step_by_step() {
    for seed in 0..20 {
        let trace = Plan::of(seed).trace();
        assert!(trace.len() > 5, "{trace:?}");
        assert_eq!(trace, Plan::of(seed).trace());
        assert_ne!(trace, Plan::of(seed + 1).trace());
    }
}

#[test]
fn a_failing_history_is_told_without_the_steps_it_can_do_without() {
    let guard = Guard::FailedSyncIsFinal;
    let plans = (0..MISSED_WITHIN).map(|seed| Plan::of(seed).without(guard));
    let failing =
        plans.filter_map(|plan| plan.live(&mut Tally::default()).err().map(|failure| (plan, failure)));
    let (mut told, mut steps_left_out) = (0, 0);
    for (plan, failure) in failing.take(4) {
        let shrunk = plan.shrunk(&failure);
        let trace = shrunk.trace();
        assert!(trace.last().unwrap().contains(failure.promise.broken()), "{trace:?}");
        steps_left_out += shrunk.left_out.len();
        told += 1;
    }
    assert!(told == 4 && steps_left_out > 2, "{told} told, {steps_left_out} steps left out");
}
