//! A condition from its text, read by hand: what is wrong is told with the column at which it stands.

use std::str::FromStr;

use ledger_core::account::Account;
use ledger_core::ids::FacilityId;

use super::{Condition, Op, Value};

/// The text as it is read: words with the columns at which they begin.
struct Reader<'t> {
    words: Vec<(usize, &'t str)>,
    at: usize,
    end: usize,
}

impl FromStr for Condition {
    type Err = String;
    fn from_str(text: &str) -> Result<Condition, String> {
        let mut reader = Reader { words: words(text), at: 0, end: text.chars().count() + 1 };
        let condition = reader.or()?;
        match reader.peek() {
            "" => Ok(condition),
            more => Err(reader.wrong(&format!("`{more}` is one word too many"))),
        }
    }
}

/// The words of a text: marks of comparison, parentheses, and all else between them and spaces.
fn words(text: &str) -> Vec<(usize, &str)> {
    let kind = |letter: char| match letter {
        '<' | '>' | '=' | '!' => 1,
        '(' | ')' => 2,
        _ if letter.is_whitespace() => 3,
        _ => 4,
    };
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut start = 0;
    let mut column = 1;
    for (at, letter) in text.char_indices() {
        let next = at + letter.len_utf8();
        let following = text.get(next..).and_then(|rest| rest.chars().next()).map(kind);
        if following != Some(kind(letter)) || kind(letter) == 2 {
            let word = text.get(start..next).unwrap_or("");
            if kind(letter) != 3 {
                words.push((column, word));
            }
            column += word.chars().count();
            start = next;
        }
    }
    words
}

impl<'t> Reader<'t> {
    fn peek(&self) -> &'t str {
        self.words.get(self.at).map_or("", |(_, word)| word)
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_it = self.peek() == word;
        self.at += usize::from(is_it);
        is_it
    }

    fn wrong(&self, what: &str) -> String {
        let column = self.words.get(self.at).map_or(self.end, |(column, _)| *column);
        format!("column {column}: {what}")
    }

    fn or(&mut self) -> Result<Condition, String> {
        let mut condition = self.and()?;
        while self.takes("or") {
            condition = Condition::Or(Box::new(condition), Box::new(self.and()?));
        }
        Ok(condition)
    }

    fn and(&mut self) -> Result<Condition, String> {
        let mut condition = self.not()?;
        while self.takes("and") {
            condition = Condition::And(Box::new(condition), Box::new(self.not()?));
        }
        Ok(condition)
    }

    fn not(&mut self) -> Result<Condition, String> {
        if self.takes("not") {
            return Ok(Condition::Not(Box::new(self.not()?)));
        }
        if self.takes("(") {
            let inner = self.or()?;
            return if self.takes(")") { Ok(inner) } else { Err(self.wrong("`)` is missing")) };
        }
        let one = self.value()?;
        let op = self.op()?;
        let before = self.at;
        let other = self.value()?;
        if one.is_day() != other.is_day() {
            self.at = before;
            return Err(self.wrong("a day and a number do not compare"));
        }
        Ok(Condition::Compare(one, op, other))
    }

    fn op(&mut self) -> Result<Op, String> {
        let op = match self.peek() {
            "<" => Op::Less,
            "<=" => Op::LessOrEqual,
            ">" => Op::More,
            ">=" => Op::MoreOrEqual,
            "=" | "==" => Op::Equal,
            "!=" => Op::NotEqual,
            _ => return Err(self.wrong("one of < <= > >= = != is missing")),
        };
        self.at += 1;
        Ok(op)
    }

    fn value(&mut self) -> Result<Value, String> {
        let word = self.peek();
        let number = || word.replace(['_', ','], "").parse().map(Value::Number).ok();
        let literal = || word.parse().map(Value::Day).ok().or_else(number);
        let value = match word {
            "entry" => Value::Entry,
            "date" => Value::Date,
            "ltv" | "owed" | "balance" => return self.named(word),
            "" => return Err(self.wrong("a value is missing")),
            _ => literal().ok_or_else(|| {
                self.wrong(&format!("`{word}` is no number, day, or one of entry, date, ltv, owed, balance"))
            })?,
        };
        self.at += 1;
        Ok(value)
    }

    /// A value of something that is named in parentheses.
    fn named(&mut self, field: &str) -> Result<Value, String> {
        self.at += 1;
        if field == "ltv" && self.peek() != "(" {
            return Ok(Value::Ltv(None));
        }
        if !self.takes("(") {
            return Err(self.wrong(&format!("`{field}` of what? write {field}(…)")));
        }
        let name = self.peek();
        let facility = || name.parse::<FacilityId>().map_err(|why| self.wrong(&why.to_string()));
        let value = match field {
            "ltv" => Value::Ltv(Some(facility()?)),
            "owed" => Value::Owed(facility()?),
            _ => Value::Balance(name.parse::<Account>().map_err(|why| self.wrong(&why.to_string()))?),
        };
        self.at += 1;
        if self.takes(")") { Ok(value) } else { Err(self.wrong("`)` is missing")) }
    }
}
