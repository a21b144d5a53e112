//! The SGML of OFX 1 as elements, and the XML of OFX 2 by the same rules: banks send both with ends that are missing, in
//! capitals or not. An element that is never closed holds its text; one that is closed holds all since its start.

use super::element::Element;
use super::fault::{Code, StatementFault, shown};

const DEPTH_MAX: usize = 64;

/// What holds what. Some banks never close anything: what begins here closes all that is open within its holder.
const HOLDERS: &[(&str, &[&str])] = &[
    ("SIGNONMSGSRSV1", &["OFX"]),
    ("BANKMSGSRSV1", &["OFX"]),
    ("CREDITCARDMSGSRSV1", &["OFX"]),
    ("INVSTMTMSGSRSV1", &["OFX"]),
    ("SONRS", &["SIGNONMSGSRSV1"]),
    ("STMTTRNRS", &["BANKMSGSRSV1"]),
    ("CCSTMTTRNRS", &["CREDITCARDMSGSRSV1"]),
    ("INVSTMTTRNRS", &["INVSTMTMSGSRSV1"]),
    ("STMTRS", &["STMTTRNRS"]),
    ("CCSTMTRS", &["CCSTMTTRNRS"]),
    ("INVSTMTRS", &["INVSTMTTRNRS"]),
    ("BANKACCTFROM", &["STMTRS"]),
    ("CCACCTFROM", &["CCSTMTRS"]),
    ("BANKTRANLIST", &["STMTRS", "CCSTMTRS"]),
    ("STMTTRN", &["BANKTRANLIST"]),
    ("LEDGERBAL", &["STMTRS", "CCSTMTRS"]),
    ("AVAILBAL", &["STMTRS", "CCSTMTRS"]),
];

/// Whether an element holds others even where it is never closed.
fn is_holder(name: &str) -> bool {
    HOLDERS.iter().any(|(known, _)| *known == name) || ["OFX", "STATUS", "FI"].contains(&name)
}

/// Reads everything from the first element on.
///
/// # Errors
/// `STATEMENT_MALFORMED`, `STATEMENT_CUT`, `STATEMENT_TOO_LARGE`.
pub(super) fn read(text: &str) -> Result<Element, StatementFault> {
    let mut open = vec![Element::new("", 1)];
    let (mut line, mut rest) = (1, text);
    while let Some(at) = rest.find('<') {
        let (said, tag_on) = rest.split_at(at);
        if let Some(last) = open.last_mut() {
            last.text.push_str(&unescaped(said));
        }
        line += newlines(said);
        let (tag, after) = tag(tag_on, line)?;
        rest = after;
        match tag {
            Tag::Skipped => {}
            Tag::CData(said) => {
                if let Some(last) = open.last_mut() {
                    last.text.push_str(said);
                }
            }
            Tag::Start(name) => {
                close_leaf(&mut open);
                close_to_holder(&mut open, &name.to_uppercase());
                if open.len() > DEPTH_MAX {
                    let what = format!("elements lie more than {DEPTH_MAX} deep");
                    return Err(StatementFault::at(Code::TooLarge, line, what));
                }
                open.push(Element::new(name.to_uppercase(), line));
            }
            Tag::Empty(name) => {
                close_leaf(&mut open);
                within(&mut open, Element::new(name.to_uppercase(), line));
            }
            Tag::End(name) => close(&mut open, &name.to_uppercase(), line)?,
        }
        line += newlines(tag_on.get(..tag_on.len() - after.len()).unwrap_or(""));
    }
    close_leaf(&mut open);
    // A bank that closes nothing does not close the whole either.
    if !text.contains("</") {
        close_above(&mut open, 0);
    }
    match (open.pop(), open.is_empty()) {
        (Some(document), true) => Ok(document),
        (last, _) => {
            let name = last.map(|last| last.name).unwrap_or_default();
            Err(StatementFault::at(Code::Cut, line, format!("the file ends within {}", shown(&name))))
        }
    }
}

enum Tag<'a> {
    Start(&'a str),
    Empty(&'a str),
    End(&'a str),
    CData(&'a str),
    Skipped,
}

/// The tag at the beginning of a text, and what follows it.
fn tag(text: &str, line: usize) -> Result<(Tag<'_>, &str), StatementFault> {
    if let Some(said) = text.strip_prefix("<![CDATA[") {
        let (said, after) = said.split_once("]]>").unwrap_or((said, ""));
        return Ok((Tag::CData(said), after));
    }
    let cut = || StatementFault::at(Code::Cut, line, format!("`{}` does not end", shown(text)));
    let (inside, after) = text.get(1..).and_then(|text| text.split_once('>')).ok_or_else(cut)?;
    let name =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let trimmed = inside.trim();
    let tag = if trimmed.starts_with(['?', '!']) {
        Tag::Skipped
    } else if let Some(end) = trimmed.strip_prefix('/') {
        Tag::End(end.trim())
    } else if let Some(empty) = trimmed.strip_suffix('/') {
        Tag::Empty(empty.trim())
    } else {
        Tag::Start(trimmed.split_whitespace().next().unwrap_or(""))
    };
    let said = match &tag {
        Tag::Start(said) | Tag::Empty(said) | Tag::End(said) => Some(*said),
        Tag::CData(_) | Tag::Skipped => None,
    };
    if said.is_some_and(|said| !name(said)) {
        let what = format!("`<{}>` is no element of OFX", shown(inside));
        return Err(StatementFault::at(Code::Malformed, line, what));
    }
    Ok((tag, after))
}

fn newlines(text: &str) -> usize {
    text.matches('\n').count()
}

/// Closes an element that has text of its own when another begins: it was a leaf without its end.
fn close_leaf(open: &mut Vec<Element>) {
    let is_leaf = open.len() > 1 && open.last().is_some_and(|last| !last.text.trim().is_empty());
    if is_leaf && let Some(leaf) = open.pop() {
        within(open, leaf);
    }
}

/// Before what has a holder begins, closes what is open within the holder.
fn close_to_holder(open: &mut Vec<Element>, name: &str) {
    let holders = HOLDERS.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, holders)| holders);
    if let Some(at) = open.iter().rposition(|element| holders.contains(&element.name.as_str())) {
        close_above(open, at);
    }
}

/// Closes all that is open above a place. What holds nothing was a leaf without text, and what seemed to be inside it
/// lies beside it.
fn close_above(open: &mut Vec<Element>, at: usize) {
    while open.len() > at + 1 {
        let Some(mut inner) = open.pop() else { break };
        let beside = if is_holder(&inner.name) { Vec::new() } else { std::mem::take(&mut inner.children) };
        within(open, inner);
        beside.into_iter().for_each(|element| within(open, element));
    }
}

/// Closes the innermost element of a name.
fn close(open: &mut Vec<Element>, name: &str, line: usize) -> Result<(), StatementFault> {
    let Some(at) = open.iter().rposition(|element| element.name == name).filter(|at| *at > 0) else {
        // The end of a leaf whose next sibling had begun, or one too many: nothing is lost by it.
        let known = open.iter().flat_map(|element| &element.children).any(|element| element.name == name);
        if known {
            return Ok(());
        }
        let what = format!("`</{}>` ends nothing that began", shown(name));
        return Err(StatementFault::at(Code::Malformed, line, what));
    };
    close_above(open, at);
    if let Some(closed) = open.pop() {
        within(open, closed);
    }
    Ok(())
}

fn within(open: &mut [Element], inner: Element) {
    if let Some(outer) = open.last_mut() {
        outer.children.push(inner);
    }
}

/// The few entities that banks write; an ampersand by itself is one.
fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let known =
        [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    known.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}
