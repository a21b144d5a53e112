//! How amounts and entries are put together: values directly, never by way of text.

use std::collections::BTreeMap;

use ledger_core::entry::{Entry, References};
use ledger_core::event::Event;
use ledger_core::evidence::{Evidence, Sha256Hex};
use ledger_core::ids::{ActorId, CommitmentId, Commodity, FacilityId, PartyId, Place, ProjectId, WalletId};
use ledger_core::money::{Amount, Price, Units};
use ledger_core::time::{Effective, Instant};
use rust_decimal::Decimal;

use super::Body;
use super::chance::mixed;

/// The names that stand in a load's entries.
#[derive(Debug, Clone)]
pub(super) struct Names {
    actor: ActorId,
    pub(super) btc: Commodity,
    pub(super) usd: Commodity,
    pub(super) usdt: Commodity,
    pub(super) bank: WalletId,
    pub(super) stable: WalletId,
    pub(super) pool: WalletId,
    pub(super) hot: WalletId,
    pub(super) cold: WalletId,
    pub(super) exchange: WalletId,
    /// Coins stay ours under the first, and are the lender's under the second.
    pub(super) facilities: [FacilityId; 2],
    pub(super) lender: PartyId,
    pub(super) supplier: PartyId,
    pub(super) customer: PartyId,
    pub(super) vendor: PartyId,
    pub(super) order: CommitmentId,
    pub(super) project: ProjectId,
    document: Sha256Hex,
}

fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a name")
}

impl Names {
    pub(super) fn new() -> Names {
        Names {
            actor: name("controller-1"),
            btc: name("BTC"),
            usd: name("USD"),
            usdt: name("USDT"),
            bank: name("bank"),
            stable: name("stablecoins"),
            pool: name("pool"),
            hot: name("hot"),
            cold: name("cold"),
            exchange: name("exchange"),
            facilities: [name("revolver"), name("on-demand")],
            lender: name("lender"),
            supplier: name("power-supplier"),
            customer: name("compute-customer"),
            vendor: name("server-vendor"),
            order: name("server-hall"),
            project: name("compute"),
            document: name("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        }
    }

    /// Cents as an amount of dollars.
    pub(super) fn dollars(&self, cents: i64) -> Amount {
        Amount { amount: Units::new(Decimal::new(cents, 2)), currency: self.usd }
    }

    /// Millionths as an amount of the stablecoin.
    pub(super) fn stablecoins(&self, millionths: i64) -> Amount {
        Amount { amount: Units::new(Decimal::new(millionths, 6)), currency: self.usdt }
    }

    /// The entry of that number.
    pub(super) fn entry(&self, body: Body, seed: u64, number: u64) -> Entry {
        let [high, low] = [seed, !seed].map(|half| mixed(mixed(half).wrapping_add(number)));
        let random = (u128::from(high) << 64) | u128::from(low);
        let evidence =
            Evidence { name: "invoice as received".to_owned(), sha256: Some(self.document), uri: None };
        let reference = || ("erp".to_owned(), format!("DOC-{number:08}"));
        Entry {
            id: uuid::Builder::from_random_bytes(random.to_be_bytes()).into_uuid().into(),
            effective: body.effective,
            actor: self.actor,
            transaction: body.transaction.map(|group| name(&format!("{group}/{}", number / 100))),
            memo: body.memo.map(str::to_owned),
            occurred: None,
            evidence: if body.evidence { vec![evidence] } else { Vec::new() },
            refs: References(if body.referenced { BTreeMap::from([reference()]) } else { BTreeMap::new() }),
            events: body.events,
        }
    }
}

impl Body {
    /// Something that happened at an instant, and nothing else to be said of it.
    pub(super) fn at(instant: Instant, event: impl Into<Event>) -> Body {
        Body::of(instant, vec![event.into()])
    }

    /// Several things that happened at an instant.
    pub(super) fn of(instant: Instant, events: Vec<Event>) -> Body {
        Body {
            effective: Effective::At(instant),
            events,
            memo: None,
            transaction: None,
            evidence: false,
            referenced: false,
        }
    }

    pub(super) fn noted(self, memo: &'static str) -> Body {
        Body { memo: Some(memo), ..self }
    }

    pub(super) fn part_of(self, group: &'static str) -> Body {
        Body { transaction: Some(group), ..self }
    }

    pub(super) fn with_document(self, evidence: bool) -> Body {
        Body { evidence, ..self }
    }

    pub(super) fn with_reference(self, referenced: bool) -> Body {
        Body { referenced, ..self }
    }
}

pub(super) fn satoshis(number: i64) -> Units {
    Units::new(Decimal::new(number, 8))
}

pub(super) fn price(cents: i64) -> Price {
    Price::new(Decimal::new(cents, 2))
}

pub(super) fn at(wallet: WalletId) -> Place {
    Place::Wallet(wallet)
}
