//! Which price a book takes: of whose publishing, on which market, and by when on its day.

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, under};
use super::rule::given;
use super::rules;

/// A price of one coin on 5 January, from a source on a market.
fn by(source: &str, market: &str, price: &str, time: &str) -> Value {
    with(
        observed("BTC", price, &format!("2026-01-05T{time}:00Z")),
        json!({"source": source, "market": market}),
    )
}

fn taking(terms: Value) -> Value {
    json!({"price": [with(json!({"commodity": "BTC", "currency": "USD"}), terms)]})
}

/// Books that take their prices in four ways, 1 BTC bought for 60,000, and four prices of that day.
fn choosy() -> Ledger {
    under(&[
        ("whoever", json!({})),
        ("alpha", taking(json!({"source": "alpha"}))),
        ("spot", taking(json!({"market": "spot"}))),
        ("alpha-by-four", taking(json!({"source": "alpha", "cut_off": "16:00", "max_age_hours": 1}))),
    ])
    .and("2026-01-04", "1 BTC bought", vec![bought("1", "60000.00", "0")])
    .and(
        "2026-01-05T15:30:00Z",
        "61,000 by alpha, spot, at 15:30",
        vec![by("alpha", "spot", "61000", "15:30")],
    )
    .and(
        "2026-01-05T16:30:00Z",
        "62,000 by alpha, futures, at 16:30",
        vec![by("alpha", "futures", "62000", "16:30")],
    )
    .and("2026-01-05T17:00:00Z", "63,000 by beta, spot, at 17:00", vec![by("beta", "spot", "63000", "17:00")])
    .and(
        "2026-01-05T18:00:00Z",
        "64,000 by beta, futures, at 18:00",
        vec![by("beta", "futures", "64000", "18:00")],
    )
}

rules! {
    // The last of all, the last of alpha, the last on spot, the last of alpha by 16:00.
    fn each_book_marks_at_the_price_that_it_takes() {
        let mark = json!({"type": "fair_value_marked", "commodity": "BTC"});
        given(choosy()).when("2026-01-05", mark).posts(expect![[r#"
            whoever: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 4,000.00
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
            alpha: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 2,000.00
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
            spot: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 3,000.00
                 Cr 4510 Gains and losses on bitcoin                                          3,000.00
            alpha-by-four: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
        "#]])
    }

    // Recorded at 17:30: beta's price of 18:00 is yet to come, and that by 16:00 is an hour and a half old but was fresh then.
    fn a_mark_after_the_cut_off_takes_the_price_by_the_cut_off() {
        let mark = json!({"type": "fair_value_marked", "commodity": "BTC"});
        given(choosy()).when("2026-01-05T17:30:00Z", mark).posts(expect![[r#"
            whoever, spot: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 3,000.00
                 Cr 4510 Gains and losses on bitcoin                                          3,000.00
            alpha: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 2,000.00
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
            alpha-by-four: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
        "#]])
    }

    // A cut-off is for the day's own price: what happens later that day takes the latest by then.
    fn an_event_after_the_cut_off_takes_the_latest_of_the_books_source() {
        let earned = json!({"type": "coins_earned", "pool": "pool", "units": "1"});
        let ledger = under(&[
            ("whoever", json!({"revenue_price": "inception"})),
            ("alpha-by-four", with(taking(json!({"source": "alpha", "cut_off": "16:00"})),
                json!({"revenue_price": "inception"}))),
        ])
        .and("2026-01-05T15:30:00Z", "61,000 by alpha, at 15:30", vec![by("alpha", "spot", "61000", "15:30")])
        .and("2026-01-05T16:30:00Z", "62,000 by alpha, at 16:30", vec![by("alpha", "spot", "62000", "16:30")])
        .and("2026-01-05T17:00:00Z", "63,000 by beta, at 17:00", vec![by("beta", "spot", "63000", "17:00")]);
        given(ledger).when("2026-01-05T19:00:00Z", earned).posts(expect![[r#"
            whoever: Coins earned from the pool
              Dr 1230 Bitcoin receivable from pool [pool]                      63,000.00                    1.00000000 BTC
                 Cr 4010 Mining revenue [mining]                                             63,000.00
            alpha-by-four: Coins earned from the pool
              Dr 1230 Bitcoin receivable from pool [pool]                      62,000.00                    1.00000000 BTC
                 Cr 4010 Mining revenue [mining]                                             62,000.00
        "#]])
    }

    // The day of `close` ends with the cut-off; an average is of the whole day, of the book's source: (61,000 + 62,000) / 2.
    fn income_at_the_close_is_at_the_price_by_the_cut_off() {
        let by_four = |revenue: &str| {
            with(taking(json!({"source": "alpha", "cut_off": "16:00"})), json!({"revenue_price": revenue}))
        };
        let ledger = under(&[
            ("close", json!({"revenue_price": "close"})),
            ("close-by-four", by_four("close")),
            ("average", by_four("daily_average")),
        ])
        .and("2026-01-05T15:30:00Z", "61,000 by alpha, at 15:30", vec![by("alpha", "spot", "61000", "15:30")])
        .and("2026-01-05T16:30:00Z", "62,000 by alpha, at 16:30", vec![by("alpha", "spot", "62000", "16:30")])
        .and("2026-01-05T17:00:00Z", "63,000 by beta, at 17:00", vec![by("beta", "spot", "63000", "17:00")]);
        let earned = json!({"type": "coins_earned", "pool": "pool", "units": "1"});
        given(ledger).when("2026-01-05", earned).posts(expect![[r#"
            close: Coins earned from the pool
              Dr 1230 Bitcoin receivable from pool [pool]                      63,000.00                    1.00000000 BTC
                 Cr 4010 Mining revenue [mining]                                             63,000.00
            close-by-four: Coins earned from the pool
              Dr 1230 Bitcoin receivable from pool [pool]                      61,000.00                    1.00000000 BTC
                 Cr 4010 Mining revenue [mining]                                             61,000.00
            average: Coins earned from the pool
              Dr 1230 Bitcoin receivable from pool [pool]                      61,500.00                    1.00000000 BTC
                 Cr 4010 Mining revenue [mining]                                             61,500.00
        "#]])
    }

    // The observation named is alpha's on spot by 16:00, which all four take.
    fn an_observation_that_every_book_takes_may_be_named() {
        let mark = json!({"type": "fair_value_marked", "commodity": "BTC", "from_observation": 5});
        given(choosy()).when("2026-01-05", mark).posts(expect![[r#"
            whoever, alpha, spot, alpha-by-four: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
        "#]])
    }
}
