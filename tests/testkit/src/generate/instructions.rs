//! Which lots are to leave the tax book: instructions for a transaction or for all, in time, late, or proven.

use serde_json::{Value, json};

use super::Generator;
use super::plan::When;

impl Generator {
    /// One of a few names, so that entries share them.
    pub(super) fn transaction(&mut self) -> &'static str {
        self.dice.pick::<&str>(&["deal-1", "deal-2", "deal-3"])
    }

    /// Lots are left unnamed here, for their names change where a log is told in another order; so does what was
    /// recorded before what, unless a document proves it.
    pub(super) fn instruct(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let proven = !self.options.late_prices || self.dice.once_in(3);
        if proven && !(self.options.late || today) {
            return None;
        }
        let method = *self.dice.pick(&["fifo", "lifo", "hifo", "lofo"]);
        let mut event = json!({"type": "lot_instruction_recorded", "book": "tax", "method": method,
            "given_at": self.instant(when)});
        if self.dice.once_in(2) {
            event["standing"] = json!(true);
        } else {
            event["sale_ref"] = json!(self.transaction());
        }
        if proven {
            event["evidence"] = json!({"name": "letter to the broker"});
        }
        Some(vec![event])
    }
}
