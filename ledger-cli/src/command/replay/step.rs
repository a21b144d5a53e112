//! Stepping through a replay at a terminal: one entry at a time, forward, back, or to an entry or a day.

use std::io::{BufRead, IsTerminal, Write};

use ledger_core::resolve::Place;
use ledger_core::time::Day;

use super::Shown;
use super::text;
use super::walk::{Selection, walk};
use crate::app::App;
use crate::diagnostic::Failure;
use crate::io::{DIM, Io, styled};

/// An entry that may be stepped to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    /// Where it stands.
    pub(crate) place: Place,
    /// Its day.
    pub(crate) day: Day,
}

/// What a person asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Next,
    Back,
    Entry(u64),
    Day(Day),
    Quit,
}

/// Whether there is a person who can step.
pub(crate) fn is_possible(app: &App) -> bool {
    app.may_ask && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Shows the entries one at a time, as they are asked for.
pub(super) fn through(shown: &Shown<'_>, stops: &[Stop], io: &mut Io) -> Result<(), Failure> {
    let mut at = 0;
    let mut is_fresh = true;
    let stdin = std::io::stdin();
    while let Some(stop) = stops.get(at) {
        if is_fresh {
            one(shown, stop, io)?;
        }
        let prompt = format!(
            "{} of {} · Enter next · b back · g N to entry N · d DATE to a day · q quit > ",
            at + 1,
            stops.len()
        );
        write!(io.out, "{}", styled(DIM, prompt))?;
        io.out.flush()?;
        let mut line = String::new();
        if stdin.lock().read_line(&mut line)? == 0 {
            break;
        }
        let found = match asked(line.trim()) {
            Ok(Asked::Quit) => break,
            Ok(Asked::Next) => {
                Some(at + 1).filter(|next| *next < stops.len()).ok_or("that was the last entry".to_owned())
            }
            Ok(Asked::Back) => at.checked_sub(1).ok_or("that is the first entry".to_owned()),
            Ok(Asked::Entry(number)) => {
                let found = stops.iter().position(|stop| stop.place.number == number);
                found.ok_or_else(|| format!("entry {number} is not in this replay"))
            }
            Ok(Asked::Day(day)) => {
                let found = stops.iter().position(|stop| stop.day >= day);
                found.ok_or_else(|| format!("no entry in this replay is of {day} or later"))
            }
            Err(what) => Err(what),
        };
        is_fresh = found.is_ok();
        match found {
            Ok(next) => at = next,
            Err(what) => writeln!(io.out, "{what}")?,
        }
    }
    Ok(())
}

fn asked(line: &str) -> Result<Asked, String> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    match (word, rest.trim()) {
        ("" | "n", "") => Ok(Asked::Next),
        ("b", "") => Ok(Asked::Back),
        ("q", "") => Ok(Asked::Quit),
        ("g", number) => {
            number.parse().map(Asked::Entry).map_err(|_| format!("`{number}` is not an entry's number"))
        }
        ("d", day) => {
            day.parse().map(Asked::Day).map_err(|_| format!("`{day}` is not a day such as 2026-02-08"))
        }
        _ => Err(format!("`{line}`? Enter or n, b, g N, d DATE, q")),
    }
}

/// Shows one entry. What is folded on the way to it is not shown.
fn one(shown: &Shown<'_>, stop: &Stop, io: &mut Io) -> Result<(), Failure> {
    let number = stop.place.number;
    let head = shown.log_head(number)?;
    let mut last = Vec::new();
    let within = Some((stop.place, stop.place));
    let only = Selection::Numbers(number, number);
    walk(&shown.loaded.reading, &shown.question, &only, within, |step, fold| {
        if step.applied.place() == stop.place {
            text::step(&mut last, step, fold, shown.books, head, &shown.look)?;
        }
        Ok(())
    })?;
    Ok(io.out.write_all(&last)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_asks_for_something_or_is_told_what_it_may_ask_for() {
        assert_eq!(asked(""), Ok(Asked::Next));
        assert_eq!(asked("n"), Ok(Asked::Next));
        assert_eq!(asked("b"), Ok(Asked::Back));
        assert_eq!(asked("g 12"), Ok(Asked::Entry(12)));
        assert_eq!(asked("d 2026-02-08"), Ok(Asked::Day("2026-02-08".parse().unwrap())));
        assert_eq!(asked("q"), Ok(Asked::Quit));
        assert_eq!(asked("g x"), Err("`x` is not an entry's number".to_owned()));
        assert_eq!(asked("d x"), Err("`x` is not a day such as 2026-02-08".to_owned()));
        assert_eq!(asked("z"), Err("`z`? Enter or n, b, g N, d DATE, q".to_owned()));
    }
}
