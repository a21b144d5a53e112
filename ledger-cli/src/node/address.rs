//! Where a node listens: `http://HOST:PORT`. Who may ask it stands in a file and never here, for addresses are seen by other
//! users of the machine and printed by `config show`.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// An address over plain HTTP, which is all that nodes speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address(String);

impl Address {
    /// As it is asked.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether what is asked stays on this machine.
    pub(crate) fn is_here(&self) -> bool {
        let host = self.host();
        let is_loopback = |address: Ipv4Addr| address.is_loopback();
        host == "localhost" || host == "[::1]" || host.parse().is_ok_and(is_loopback)
    }

    /// The host, without its port.
    fn host(&self) -> &str {
        let rest = self.0.strip_prefix("http://").unwrap_or(&self.0);
        let authority = rest.split('/').next().unwrap_or(rest);
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            Some(_) | None => authority,
        }
    }
}

impl FromStr for Address {
    type Err = String;
    fn from_str(text: &str) -> Result<Address, String> {
        // The text is never repeated: a password may be in it, wherever somebody thought that it goes.
        let told = |why: &str| Err(format!("it is no address of a node: {why}"));
        if text.contains('@') {
            return told("it holds no user and password, which stand in a file, `--cookie FILE`");
        }
        if text.starts_with("https://") {
            return told("nodes speak plain http; bring one that is elsewhere here through a tunnel");
        }
        let Some(rest) = text.strip_prefix("http://").map(|rest| rest.trim_end_matches('/')) else {
            return told("it is like http://127.0.0.1:8332");
        };
        let address = Address(format!("http://{rest}"));
        let plain = |c: char| c.is_ascii_graphic() && !"?#\"<>\\".contains(c);
        if address.host().is_empty() || !address.0.chars().all(plain) {
            return told("it is like http://127.0.0.1:8332");
        }
        Ok(address)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_whether_it_is_of_this_machine_and_holds_no_password() {
        let here = [
            ("http://127.0.0.1:8332", true),
            ("http://localhost/", true),
            ("http://[::1]:8332", true),
            ("http://node:8332", false),
            ("http://127.0.0.1.example:8332", false),
        ];
        for (text, is_here) in here {
            assert_eq!(text.parse::<Address>().unwrap().is_here(), is_here, "{text}");
        }
        for text in [
            "https://node:8332",
            "node:8332",
            "http://",
            "http://:8332",
            "http://u:p@node:8332",
            "http://a b",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
        for text in [
            "http://u:secret@node",
            "https://u:secret@node",
            "u:secret@node:8332",
            "u:secret",
            "http://u: secret",
        ] {
            let told = text.parse::<Address>().unwrap_err();
            assert!(!told.contains("secret"), "{told}");
            assert_eq!(told.contains("no user and password"), text.contains('@'), "{told}");
        }
    }
}
