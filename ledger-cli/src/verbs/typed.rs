//! What people type, as the JSON of an entry: numbers with thousands separated, money as a number and a currency, days,
//! places, records as `key=value`. What it says stays exact: digits are moved, never computed with.

use ledger_core::exact;
use ledger_core::ids::Commodity;
use ledger_core::world::World;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::schema::{self, Field};
use crate::dates::{Calendar, When};
use crate::diagnostic::fault::nearest;

/// What words are read by: the ledger's names and its calendar.
pub(crate) struct Names<'a> {
    /// What has been declared.
    pub(crate) world: &'a World,
    /// Today, and the fiscal year.
    pub(crate) calendar: Calendar,
    /// The currency where none is typed.
    pub(crate) functional: Commodity,
}

impl Names<'_> {
    /// The names there are of what stands in a field of this kind, if what it names must be there already.
    pub(crate) fn known(&self, kind: &str) -> Option<Vec<String>> {
        let wallets = || self.world.wallets().map(|wallet| wallet.wallet.to_string());
        let facilities = || self.world.facilities().map(|facility| facility.terms.facility.to_string());
        Some(match kind {
            "WalletId" => wallets().collect(),
            "FacilityId" => facilities().collect(),
            "Place" => wallets().chain(facilities().map(|name| format!("facility:{name}"))).collect(),
            "PartyId" => self.world.parties().map(|party| party.party.to_string()).collect(),
            "Commodity" => self.world.commodities().map(|code| code.to_string()).collect(),
            "BookId" => self.world.books().map(|declared| declared.book.to_string()).collect(),
            _ => return None,
        })
    }
}

/// A number as typed, plain: commas only between groups of three, underscores anywhere between digits.
///
/// # Errors
/// In words, when it is no number.
pub(crate) fn number(text: &str) -> Result<String, String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = if whole.contains(',') {
        let groups: Vec<&str> = whole.split(',').collect();
        let first_is_short = groups.first().is_some_and(|first| (1..=3).contains(&first.len()));
        if !first_is_short || groups.iter().skip(1).any(|group| group.len() != 3) {
            return Err(format!("`{text}`: commas stand only between groups of three digits, as in 4,451"));
        }
        groups.concat()
    } else {
        whole.split('_').collect::<Vec<_>>().concat()
    };
    if !is_digits(&whole) || !fraction.is_none_or(is_digits) {
        return Err(format!("`{text}` is not a number"));
    }
    Ok(fraction.map_or_else(|| format!("{sign}{whole}"), |fraction| format!("{sign}{whole}.{fraction}")))
}

/// A rate: a fraction, or per cent.
fn rate(text: &str) -> Result<String, String> {
    let Some(percent) = text.strip_suffix('%') else { return number(text) };
    let plain = number(percent.trim_end())?;
    let read: Decimal = exact::parse(&plain).map_err(|_| format!("`{text}` is not a rate"))?;
    let moved = Decimal::try_from_i128_with_scale(read.mantissa(), read.scale() + 2);
    moved.map(|rate| rate.normalize().to_string()).map_err(|_| format!("`{text}` has too many digits"))
}

fn day(text: &str, first: bool, names: &Names<'_>) -> Result<String, String> {
    let when: When = text.parse().map_err(|why: crate::dates::NotADate| why.to_string())?;
    let day = if first { when.first(&names.calendar) } else { when.last(&names.calendar) };
    Ok(day.to_string())
}

/// A day or an instant.
///
/// # Errors
/// In words, when it is neither.
pub(crate) fn effective(text: &str, names: &Names<'_>) -> Result<String, String> {
    if text.contains('T') { Ok(text.to_owned()) } else { day(text, false, names) }
}

fn span(text: &str, names: &Names<'_>) -> Result<Value, String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    Ok(json!({"from": day(from, true, names)?, "to": day(to, false, names)?}))
}

/// `wallet:cold`, `facility:antalpha`, or a name alone: a wallet, unless only a facility is called so.
fn place(text: &str, names: &Names<'_>) -> Value {
    if let Some((kind @ ("wallet" | "facility"), name)) = text.split_once(':') {
        return json!({kind: name});
    }
    let is_wallet = names.world.wallets().any(|wallet| wallet.wallet.as_str() == text);
    let is_facility = names.world.facilities().any(|facility| facility.terms.facility.as_str() == text);
    json!({if is_facility && !is_wallet { "facility" } else { "wallet" }: text})
}

fn amount(words: &[String], names: &Names<'_>) -> Result<Value, String> {
    let words: Vec<&str> = words.iter().flat_map(|word| word.split_whitespace()).collect();
    match words.as_slice() {
        [amount] => Ok(json!({"amount": number(amount)?, "currency": names.functional})),
        [amount, currency] => Ok(json!({"amount": number(amount)?, "currency": currency})),
        _ => Err(format!("`{}` is not an amount and its currency, as in 305,000,000 USDT", words.join(" "))),
    }
}

fn choice(text: &str, choices: &[&'static str]) -> Result<Value, String> {
    let underscored = text.to_lowercase().replace(['-', ' '], "_");
    let found = choices.iter().find(|choice| **choice == text || **choice == underscored);
    found.map(|choice| json!(choice)).ok_or_else(|| {
        let offered = nearest(text, choices.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
        format!("`{text}` is none of {}{}", choices.join(", "), offered.unwrap_or_default())
    })
}

/// The JSON of what stands in a field once.
///
/// # Errors
/// In words, when the words do not fit.
pub(crate) fn value(field: &Field, words: &[String], names: &Names<'_>) -> Result<Value, String> {
    if field.kind == "Amount" && !words.iter().any(|word| word.contains('=')) {
        return amount(words, names);
    }
    if let [json] = words
        && field.kind != "String"
        && json.starts_with(['{', '['])
    {
        return serde_json::from_str(json).map_err(|why| format!("`{json}` is not JSON: {why}"));
    }
    if let ("RateTerms", [rate]) = (field.kind, words)
        && !rate.contains('=')
    {
        return value(field, &[format!("fixed={rate}")], names);
    }
    if let (Some(fields), false) = (schema::record(field.kind), is_short_span(field, words)) {
        return record(&fields, words, names);
    }
    let text = words.join(" ");
    if let Some(choices) = schema::choices(field.kind) {
        return choice(&text, &choices);
    }
    let whole = |text: &str| -> Result<Value, String> {
        let plain = number(text)?;
        plain.parse::<u64>().map(Value::from).map_err(|_| format!("`{text}` is not a whole number"))
    };
    Ok(match field.kind {
        "Units" | "Money" | "Price" => json!(number(&text)?),
        "Rate" => json!(rate(&text)?),
        "Day" => json!(day(&text, field.name == "from", names)?),
        "Effective" => json!(effective(&text, names)?),
        "Span" => span(&text, names)?,
        "Place" => place(&text, names),
        "u8" | "u32" | "u64" => whole(&text)?,
        "bool" => match text.as_str() {
            "yes" | "true" => Value::Bool(true),
            "no" | "false" => Value::Bool(false),
            _ => return Err(format!("`{text}` is neither yes nor no")),
        },
        _ => json!(text),
    })
}

fn is_short_span(field: &Field, words: &[String]) -> bool {
    field.kind == "Span" && matches!(words, [word] if !word.contains('='))
}

/// A record from its `key=value` words; `a.b=c` goes into a record within.
fn record(fields: &[Field], words: &[String], names: &Names<'_>) -> Result<Value, String> {
    let mut of_field: Vec<(&Field, Vec<String>)> = Vec::new();
    for word in words {
        let split = word.split_once('=').ok_or_else(|| format!("`{word}` is not of the form key=value"));
        let (key, value) = split?;
        let (name, within) = key.split_once('.').map_or((key, None), |(name, rest)| (name, Some(rest)));
        let known: Vec<&'static str> = fields.iter().map(|field| field.name).collect();
        let field = fields.iter().find(|field| field.name == name.replace('-', "_")).ok_or_else(|| {
            let offered =
                nearest(name, known.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
            format!("there is no `{name}` among {}{}", known.join(", "), offered.unwrap_or_default())
        })?;
        let rest = within.map_or_else(|| value.to_owned(), |within| format!("{within}={value}"));
        match of_field.iter_mut().find(|(of, _)| *of == field) {
            Some((_, words)) if within.is_some() => words.push(rest),
            Some(_) => return Err(format!("`{name}` stands twice")),
            None => of_field.push((field, vec![rest])),
        }
    }
    let mut read = Map::new();
    for (field, words) in of_field {
        let one = value(field, &words, names)?;
        let is_list = field.many && !one.is_array();
        read.insert(field.name.to_owned(), if is_list { Value::Array(vec![one]) } else { one });
    }
    Ok(Value::Object(read))
}

#[cfg(test)]
mod tests {
    use super::{number, rate};

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, plain) in [
            ("4,451", "4451"),
            ("305_000_000", "305000000"),
            ("305000000.00", "305000000.00"),
            ("-1,000.50", "-1000.50"),
            ("0.3", "0.3"),
            ("12,345,678.9", "12345678.9"),
        ] {
            assert_eq!(number(typed).as_deref(), Ok(plain), "{typed}");
        }
        for typed in [
            "1,5",
            "1,2345",
            "12,34,567",
            "1,000,00",
            ",123",
            "1.",
            ".5",
            "",
            "1e3",
            "5 BTC",
            "0x1f",
            "1.5,0",
        ] {
            assert!(number(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_rate_may_be_in_per_cent() {
        for (typed, plain) in [("8.5%", "0.085"), ("0.0775", "0.0775"), ("70%", "0.7"), ("100 %", "1")] {
            assert_eq!(rate(typed).as_deref(), Ok(plain), "{typed}");
        }
        assert!(rate("x%").is_err());
    }
}
