//! The same log under another policy: what a book would come to had it always made other choices. Only what is declared
//! differs; what happened is what the log says.

use std::fmt;

use serde_json::Value;

use super::Outline;
use crate::event::books::Transition;
use crate::event::{Event, PolicyAdopted};
use crate::ids::BookId;
use crate::policy::PolicyChoices;
use crate::strict_json::{self, Fault};
use crate::time::Day;

/// Other choices of a book.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhatIf {
    /// The book.
    pub book: BookId,
    /// What it has always chosen, whatever the log says of that; choices left out are those of the log.
    pub policy: PolicyChoices,
}

impl WhatIf {
    /// Reads it from JSON: `{"book": "us-gaap", "policy": {"lots": {"method": "lifo"}}}`.
    ///
    /// # Errors
    /// The first [`Fault`] in the text.
    pub fn from_json(text: &str) -> Result<WhatIf, Fault> {
        strict_json::from_str(text)
    }

    fn adopted(&self, from: Day, transition: Transition) -> Event {
        Event::PolicyAdopted(PolicyAdopted { book: self.book, from, policy: self.policy.clone(), transition })
    }

    /// What is declared behind an event, so that these choices stand over it: of those of one day the last holds.
    fn after(&self, event: &Event) -> Option<Event> {
        if let Event::LedgerOpened(_) = event {
            Some(self.adopted(Day::FIRST, Transition::Retrospective))
        } else if let Event::PolicyAdopted(e) = event
            && e.book == self.book
        {
            Some(self.adopted(e.from, e.transition))
        } else {
            None
        }
    }
}

/// In words: `us-gaap with lots.method lifo`.
impl fmt::Display for WhatIf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut choices = Vec::new();
        say(&serde_json::to_value(&self.policy).unwrap_or_default(), "", &mut choices);
        match choices.is_empty() {
            true => write!(f, "{} as it is", self.book),
            false => write!(f, "{} with {}", self.book, choices.join(", ")),
        }
    }
}

/// Every choice that is made, by the path to it.
fn say(value: &Value, path: &str, choices: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                say(value, &format!("{path}{dot}{name}"), choices);
            }
        }
        Value::Array(items) => {
            for (item, at) in items.iter().zip(1..) {
                say(item, &format!("{path} {at}"), choices);
            }
        }
        Value::String(text) => choices.push(format!("{path} {text}")),
        Value::Bool(_) | Value::Number(_) => choices.push(format!("{path} {value}")),
    }
}

impl Outline {
    /// The outline of the same log as it would be had a book always made these choices. No standing that was kept serves
    /// it: they were folded under those of the log.
    #[must_use]
    pub fn what_if(&self, what: &WhatIf) -> Outline {
        self.followed(|event| what.after(event))
    }
}
