//! Field :86:, what is said about a movement: free text, or one of the two ways in which banks divide it.

use super::Field;
use crate::statement::Line;

/// Adds what a field says to its movement.
pub(super) fn describe(line: &mut Line, field: &Field<'_>) {
    let whole = field.joined("");
    let text = match divided(&whole) {
        Some(parts) => from_parts(line, &parts),
        None => field.joined(" "),
    };
    references(line, &text);
    let words = [line.text.as_str(), text.as_str()].into_iter().filter(|part| !part.is_empty());
    line.text = words.collect::<Vec<_>>().join(" ");
}

/// `166?00CREDIT?20EREF+1?32NAME`: subfields of two digits, as German and Polish banks write them. The sign that begins
/// them is the first after the code of three digits.
fn divided(text: &str) -> Option<Vec<(&str, &str)>> {
    let mark = text.get(3..4).filter(|mark| ["?", "<", "@", "^"].contains(mark));
    let (mark, text) = match mark {
        Some(mark) => (mark, text.get(3..)?),
        None => ("<", text),
    };
    let digits =
        |part: &str| part.get(..2).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    let (code, rest) = (text.strip_prefix(mark)?, text);
    digits(code).then_some(())?;
    let mut parts: Vec<(&str, &str)> = Vec::new();
    for piece in rest.split(mark).skip(1) {
        match (piece.get(..2), piece.get(2..)) {
            (Some(code), Some(value)) if digits(piece) => parts.push((code, value)),
            // A question mark in somebody's text.
            (_, _) => parts.push(("", piece)),
        }
    }
    Some(parts)
}

fn from_parts(line: &mut Line, parts: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut name = String::new();
    for (code, value) in parts {
        match *code {
            "32" | "33" => name.push_str(value),
            "30" | "10" | "34" => {}
            "31" | "38" => {
                line.counter_account = Some(value.trim().to_owned()).filter(|value| !value.is_empty())
            }
            "00" => {
                text.push_str(value);
                text.push(' ');
            }
            _ => text.push_str(value),
        }
    }
    line.counterparty =
        Some(name.trim().to_owned()).filter(|name| !name.is_empty()).or(line.counterparty.take());
    text.trim().to_owned()
}

/// References within the text: `EREF+X MREF+Y`, or `/EREF/X/MARF/Y`.
fn references(line: &mut Line, text: &str) {
    const NAMES: &[(&str, &str)] =
        &[("EREF", "end_to_end"), ("KREF", "customer"), ("MREF", "mandate"), ("MARF", "mandate")];
    for (name, kind) in NAMES {
        for (mark, ends) in [(format!("{name}+"), " "), (format!("/{name}/"), "/")] {
            let Some((_, after)) = text.split_once(&mark) else { continue };
            let value = after.split(ends).next().unwrap_or("");
            // The next name may follow without a blank.
            let value = ["EREF+", "KREF+", "MREF+", "CRED+", "SVWZ+"]
                .iter()
                .fold(value, |value, next| value.split(next).next().unwrap_or(value));
            line.refer(kind, value);
        }
    }
}
