//! XML as elements. No entity is declared or fetched, and depth and number are bounded, so that no file can ask for more
//! room than it takes itself.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::element::Element;
use super::fault::{Code, StatementFault, shown};

const DEPTH_MAX: usize = 64;

/// Reads a document; what is given back holds its one element.
///
/// # Errors
/// `STATEMENT_MALFORMED`, `STATEMENT_TOO_LARGE`.
pub(super) fn read(text: &str) -> Result<Element, StatementFault> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::new("", 1)];
    let (mut line, mut counted) = (1, 0);
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        line += text.get(counted..at).map_or(0, |passed| passed.matches('\n').count());
        counted = at.max(counted);
        let malformed =
            |why: String| StatementFault::at(Code::Malformed, line, format!("not XML: {}", shown(&why)));
        let event = reader.read_event().map_err(|why| malformed(why.to_string()))?;
        match event {
            Event::Start(start) => {
                if open.len() > DEPTH_MAX {
                    let what = format!("elements lie more than {DEPTH_MAX} deep");
                    return Err(StatementFault::at(Code::TooLarge, line, what));
                }
                open.push(element(&start, line).map_err(malformed)?);
            }
            Event::Empty(start) => within(&mut open, element(&start, line).map_err(malformed)?),
            Event::End(_) => {
                // The reader has checked that the end belongs to the last start.
                if let Some(closed) = open.pop() {
                    within(&mut open, closed);
                }
            }
            Event::Text(part) => {
                let part = part.decode().map_err(|why| malformed(why.to_string()))?;
                say(&mut open, &part);
            }
            Event::CData(part) => {
                let part = part.decode().map_err(|why| malformed(why.to_string()))?;
                say(&mut open, &part);
            }
            Event::GeneralRef(name) => {
                let number = name.resolve_char_ref().map_err(|why| malformed(why.to_string()))?;
                let name = name.decode().map_err(|why| malformed(why.to_string()))?;
                let known = quick_xml::escape::resolve_xml_entity(&name).map(str::to_owned);
                let meant = number.map(String::from).or(known);
                say(&mut open, &meant.ok_or_else(|| malformed(format!("`&{name};` stands for nothing")))?);
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(document), true) => Ok(document),
        (last, _) => {
            let name = last.map(|last| last.name).unwrap_or_default();
            Err(StatementFault::at(Code::Cut, line, format!("the file ends within {name}")))
        }
    }
}

fn within(open: &mut [Element], inner: Element) {
    if let Some(outer) = open.last_mut() {
        outer.children.push(inner);
    }
}

fn say(open: &mut [Element], text: &str) {
    if let Some(outer) = open.last_mut() {
        outer.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Element, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut element = Element::new(text(start.local_name().as_ref()), line);
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|why| why.to_string())?;
        element.attributes.push((text(attribute.key.as_ref()), text(&attribute.value)));
    }
    Ok(element)
}
