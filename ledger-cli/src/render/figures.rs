//! Figures as people and programs write them.

use ledger_core::money::Money;
use ledger_core::sheet::Cell;
use rust_decimal::Decimal;

use super::Look;
use super::rounding::counted;

/// Whether a cell holds a figure, which stands to the right and is never cut.
pub(crate) fn is_figure(cell: &Cell) -> bool {
    match cell {
        Cell::Money(_)
        | Cell::Amount(..)
        | Cell::Units(..)
        | Cell::Price(_)
        | Cell::Number(_)
        | Cell::Percent(_) => true,
        Cell::Empty | Cell::Text(_) | Cell::Code(_) | Cell::Day(_) => false,
    }
}

/// So many of something: `1 line`, `2 lines`.
pub(crate) fn so_many(count: u64, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}

/// A cell as people write it.
pub(crate) fn shown(cell: &Cell, look: &Look) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Code(text) => text.clone(),
        Cell::Money(amount) => money(*amount, look),
        Cell::Amount(amount, digits) => {
            money(Money::new(amount.decimal()), &Look { digits: (*digits).into(), ..*look })
        }
        Cell::Units(units, digits) => grouped(units.decimal(), (*digits).into()),
        Cell::Price(price) => {
            let price = price.decimal();
            grouped(price, price.normalize().scale().max(look.digits))
        }
        Cell::Number(number) => number.to_string(),
        Cell::Percent(ratio) => format!("{} %", grouped(*ratio, 2)),
        Cell::Day(day) => day.to_string(),
    }
}

/// A cell as programs read it: exact, digits and a point; `None` where there is nothing.
pub(crate) fn plain(cell: &Cell, digits: u32) -> Option<String> {
    match cell {
        Cell::Empty => None,
        Cell::Text(text) | Cell::Code(text) => Some(text.clone()),
        Cell::Money(amount) => Some(fixed(amount.decimal(), digits)),
        Cell::Amount(units, digits) | Cell::Units(units, digits) => {
            Some(fixed(units.decimal(), (*digits).into()))
        }
        Cell::Price(price) => Some(price.to_string()),
        Cell::Number(number) => Some(number.to_string()),
        Cell::Percent(ratio) => Some(fixed(*ratio, 2)),
        Cell::Day(day) => Some(day.to_string()),
    }
}

/// An amount of the ledger's currency, rounded if asked for.
pub(crate) fn money(amount: Money, look: &Look) -> String {
    let (figure, digits) = match look.rounded {
        None => (amount.decimal(), look.digits),
        Some(unit) => counted(amount, unit),
    };
    grouped(figure, digits)
}

/// At least `digits` after the point, more only where the value has them; no negative zero.
pub(crate) fn fixed(value: Decimal, digits: u32) -> String {
    let value = value.normalize();
    let digits = value.scale().max(digits) as usize;
    if value.is_zero() { format!("{:.digits$}", Decimal::ZERO) } else { format!("{value:.digits$}") }
}

/// Thousands separated, negatives in parentheses.
pub(crate) fn grouped(value: Decimal, digits: u32) -> String {
    let text = fixed(value.abs(), digits);
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, format!(".{fraction}")),
        None => (text.as_str(), String::new()),
    };
    let mut grouped = String::with_capacity(text.len() + text.len() / 3 + 2);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped.push_str(&fraction);
    if value.is_sign_negative() && !value.is_zero() { format!("({grouped})") } else { grouped }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::In;

    fn look(rounded: Option<In>) -> Look {
        Look { width: 80, digits: 2, rounded }
    }

    #[test]
    fn figures_are_grouped_and_negatives_stand_in_parentheses() {
        let cases = [
            ("0", 2, "0.00"),
            ("999", 0, "999"),
            ("1000", 0, "1,000"),
            ("-1234567.8", 2, "(1,234,567.80)"),
            ("7474.62", 8, "7,474.62000000"),
            ("68523.931", 2, "68,523.931"),
        ];
        for (value, digits, expected) in cases {
            assert_eq!(grouped(value.parse().unwrap(), digits), expected);
        }
        assert_eq!(fixed("-0.00".parse().unwrap(), 2), "0.00");
    }

    #[test]
    fn rounding_is_to_the_even_neighbour_and_for_the_eye_only() {
        let amount: Money = "-30621260.50".parse().unwrap();
        assert_eq!(money(amount, &look(None)), "(30,621,260.50)");
        assert_eq!(money(amount, &look(Some(In::Thousands))), "(30,621)");
        assert_eq!(money(amount, &look(Some(In::Millions))), "(30.6)");
        assert_eq!(money("2500".parse().unwrap(), &look(Some(In::Thousands))), "2");
        assert_eq!(money("-400".parse().unwrap(), &look(Some(In::Thousands))), "0");
    }
}
