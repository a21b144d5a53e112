//! An account's number and what kind of account it is.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Decoder, Encode, decode};

use crate::canonical::{Canonical, Reader};
use crate::shape::choice;
use crate::strict_json::text_form_or_parts;

/// The number of an account, 1000 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode)]
#[cbor(transparent)]
pub struct Account(#[n(0)] u16);

impl<'b, C> Decode<'b, C> for Account {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Account, decode::Error> {
        let at = d.position();
        let refuse = || decode::Error::message("not an account's number").at(at);
        Account::of_parts(d.u16()?).ok_or_else(refuse)
    }
}

impl Canonical for Account {
    fn read(reader: &mut Reader<'_>) -> Option<Account> {
        Account::of_parts(Canonical::read(reader)?)
    }
}

/// Why a text is not an account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an account's number: four digits from 1000 to 9999")]
pub struct NotAnAccount(String);

impl Account {
    /// An account of the built-in chart.
    #[must_use]
    pub(crate) const fn new(number: u16) -> Account {
        Account(number)
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }
}

impl FromStr for Account {
    type Err = NotAnAccount;
    fn from_str(text: &str) -> Result<Account, NotAnAccount> {
        let number = text.parse().ok().filter(|number| (1000..=9999).contains(number) && text.len() == 4);
        number.map(Account).ok_or_else(|| NotAnAccount(text.to_owned()))
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_form_or_parts!(Account, "an account's number as a text such as \"6010\"", u16);

impl Account {
    fn to_parts(self) -> u16 {
        self.0
    }

    fn of_parts(number: u16) -> Option<Account> {
        (1000..=9999).contains(&number).then_some(Account(number))
    }
}

choice! {
    /// What kind of account it is, which decides its statement and its normal side.
    pub enum Class {
        /// What is owned.
        0 Asset = "asset",
        /// What is owed.
        1 Liability = "liability",
        /// What is the owners'.
        2 Equity = "equity",
        /// What was earned, gains and losses included.
        3 Income = "income",
        /// What it cost.
        4 Expense = "expense",
        /// Off the balance sheet; memo accounts balance among themselves.
        5 Memo = "memo",
    }
}

/// A side of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The left.
    Debit,
    /// The right.
    Credit,
}

impl Class {
    /// The side on which an account of this class usually stands.
    #[must_use]
    pub fn normal_side(self) -> Side {
        match self {
            Class::Asset | Class::Expense | Class::Memo => Side::Debit,
            Class::Liability | Class::Equity | Class::Income => Side::Credit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_no_account_is_not_read_from_the_log_either() {
        for (number, is_one) in [(999_u16, false), (1_000, true), (9_999, true), (10_000, false)] {
            let bytes = minicbor::to_vec(number).unwrap();
            assert_eq!(minicbor::decode::<Account>(&bytes).is_ok(), is_one, "{number}");
            assert_eq!(Reader::whole::<Account>(&bytes).is_some(), is_one, "{number}");
        }
    }
}
