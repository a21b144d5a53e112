//! Coins bought, sold, moved, designated, pledged and taken back.

use ledger_core::event::books::Designation;
use ledger_core::event::treasury::NamedLot;
use ledger_core::event::{
    CoinsBought, CoinsDesignated, CoinsMoved, CoinsSold, CollateralPosted, CollateralReleased,
};
use ledger_core::ids::{Commodity, Place};
use ledger_core::policy::LotMethod;

use super::coins::{self, Lot, Position};
use super::desk::{Desk, Done};
use super::numbers;

impl Desk<'_, '_> {
    /// The fee is worth what it is worth by itself; what the wallet's money is carried at beyond or below the
    /// stated amounts is a difference of exchange.
    pub(super) fn bought(&mut self, event: &CoinsBought) -> Done {
        let units = numbers::fine(event.units.decimal());
        let paid = self.face(&event.paid)?;
        let fee = event.fee.as_ref().map_or(Ok(0), |fee| self.face(fee))?;
        let fee_units = event.fee.as_ref().map_or(0, |fee| numbers::fine(fee.amount.decimal()));
        let cost = if self.rules.purchase_fee_is_cost { paid + fee } else { paid };
        self.acquire(event.commodity, event.to, units, cost, paid)?;
        self.post(6510, paid + fee - cost);
        self.pay(event.from, numbers::fine(event.paid.amount.decimal()) + fee_units)?;
        self.post_rest(4550);
        Ok(())
    }

    /// Takes units from a place and credits what they were carried at: from a wallet by the method, whatever the
    /// coins are designated for; at a facility whatever is there.
    pub(super) fn take(
        &mut self,
        commodity: Commodity,
        from: Place,
        units: i128,
        named: &[&NamedLot],
    ) -> Result<Vec<Lot>, String> {
        let accounts = match from {
            Place::Wallet(_) => [1210, 1211],
            Place::Facility(_) => [1220, 1240],
        };
        self.heap(from, commodity, -units)?;
        let place = self.spot(from);
        let positions = accounts.map(|account| Position { commodity, account, place });
        let how = self.leaving(named);
        // Where all wallets are one pool, each designation is one of its own, the operating first.
        let pieces = if place == from || !named.is_empty() {
            self.coins.take(&positions, units, &how)?
        } else {
            let first = units.min(self.coins.units_at(positions[0]));
            let mut pieces = self.coins.take(&positions[..1], first, &how)?;
            pieces.extend(self.coins.take(&positions[1..], units - first, &how)?);
            pieces
        };
        for piece in &pieces {
            self.touch(piece.position);
            self.post(piece.position.account, -coins::carried(std::slice::from_ref(piece)));
        }
        Ok(pieces)
    }

    pub(super) fn put(&mut self, pieces: Vec<Lot>, account: u16, to: Place) -> Done {
        let Some(commodity) = pieces.first().map(|piece| piece.position.commodity) else { return Ok(()) };
        self.heap(to, commodity, pieces.iter().map(|piece| piece.units).sum())?;
        self.post(account, coins::carried(&pieces));
        let place = self.spot(to);
        self.coins.put(pieces, account, place, self.came(), None);
        self.arrived(Position { commodity, account, place });
        Ok(())
    }

    /// Units that lie somewhere, whatever the book makes of them.
    pub(super) fn heap(&mut self, place: Place, commodity: Commodity, units: i128) -> Done {
        let heap = self.heaps.entry((place, commodity)).or_default();
        *heap += units;
        if *heap < 0 { Err(format!("{} of {commodity} are missing at {place}", -*heap)) } else { Ok(()) }
    }

    /// Where the book sees what lies at a place.
    pub(super) fn spot(&self, place: Place) -> Place {
        match place {
            Place::Wallet(_) if self.rules.one_pool => all_wallets(),
            Place::Wallet(_) | Place::Facility(_) => place,
        }
    }

    /// Something came to a position; under `average` it joins what is there.
    pub(super) fn arrived(&mut self, position: Position) {
        self.touch(position);
        if self.rules.method == LotMethod::Average {
            self.coins.merge(position);
        }
    }

    /// Proceeds less what the coins were carried at is the gain. Money comes in at what it is worth, and the
    /// fee is what that leaves of the proceeds, so that two roundings of a price cannot part them.
    pub(super) fn sold(&mut self, event: &CoinsSold) -> Done {
        let proceeds = self.face(&event.proceeds)?;
        let fee_units = event.fee.as_ref().map_or(0, |fee| numbers::fine(fee.amount.decimal()));
        let fee =
            proceeds - self.receive(event.to, numbers::fine(event.proceeds.amount.decimal()) - fee_units)?;
        let expensed = if self.rules.sale_fee_lowers_gain { 0 } else { fee };
        let named = self.named(&event.lots);
        let pieces = self.take(event.commodity, event.from, numbers::fine(event.units.decimal()), &named)?;
        let receivable = pieces.iter().any(|piece| piece.position.account == 1240);
        let gain = proceeds - (fee - expensed) - coins::carried(&pieces);
        self.post(if receivable { 4520 } else { 4510 }, -gain);
        self.post(6510, expensed);
        Ok(())
    }

    /// Coins arrive in the account that their new wallet is designated for. What the network takes leaves in
    /// one go with them, last in the order of the method; a piece that falls to both is cut in proportion. It
    /// is given at its price.
    pub(super) fn moved(&mut self, event: &CoinsMoved) -> Done {
        let named = self.named(&event.lots);
        let account = self.coin_account(event.to)?;
        let units = numbers::fine(event.units.decimal());
        let fee = event.network_fee_units.map_or(0, |fee| numbers::fine(fee.decimal()));
        let same_pool = self.rules.one_pool && self.coin_account(event.from)? == account;
        if same_pool && event.arrives.is_none() {
            self.heap(event.from, event.commodity, -units)?;
            self.heap(event.to, event.commodity, units)?;
            self.take(event.commodity, event.from, fee, &named)?;
        } else {
            let pieces = self.take(event.commodity, event.from, units + fee, &named)?;
            let arriving = coins::first_of(pieces, units, self.half());
            match event.arrives {
                Some(arrives) => self.send_off(arriving, event, arrives)?,
                None => self.put(arriving, account, event.to)?,
            }
        }
        if fee > 0 {
            let price = self.stated_or_observed(event.price, event.commodity)?;
            self.post(6520, numbers::worth(fee, price, self.half()));
            self.post_rest(4510);
        }
        Ok(())
    }

    /// A person designates coins, not lots, and nothing is disposed of: the oldest go, whatever the method.
    pub(super) fn designated(&mut self, event: &CoinsDesignated) -> Done {
        let (from, to) = match event.to {
            Designation::Strategic => (1210, 1211),
            Designation::Operating => (1211, 1210),
        };
        let place = Place::Wallet(event.wallet);
        let position = Position { commodity: event.commodity, account: from, place: self.spot(place) };
        let mut how = self.leaving(&[]);
        if how.method != LotMethod::Average {
            how.method = LotMethod::Fifo;
        }
        let units = numbers::fine(event.units.decimal());
        self.heap(place, event.commodity, -units)?;
        let pieces = self.coins.take(&[position], units, &how)?;
        self.post(from, -coins::carried(&pieces));
        self.put(pieces, to, place)
    }

    /// Control kept, or a book for which no pledge is a disposal: the lots go on at the facility. Control
    /// passed: they are disposed of at fair value, and a tranche of the receivable is born.
    pub(super) fn posted(&mut self, event: &CollateralPosted) -> Done {
        let units = numbers::fine(event.units.decimal());
        let named = self.named(&event.lots);
        let pieces = self.take(event.commodity, event.from, units, &named)?;
        let place = Place::Facility(event.facility);
        if !self.is_disposal(event.facility)? {
            return self.put(pieces, 1220, place);
        }
        let price = self.stated_or_observed(event.price, event.commodity)?;
        let value = numbers::worth(units, price, self.half());
        self.acquire(event.commodity, place, units, value, value)?;
        self.post_rest(4510);
        Ok(())
    }

    /// What comes back from the receivable is a new lot at fair value, in the account of its wallet.
    pub(super) fn released(&mut self, event: &CollateralReleased) -> Done {
        let units = numbers::fine(event.units.decimal());
        if self.facility(event.facility)?.called {
            return Err(format!("{} is under a margin call", event.facility));
        }
        let account = self.coin_account(event.to)?;
        let pieces = self.take(event.commodity, Place::Facility(event.facility), units, &[])?;
        if !self.is_disposal(event.facility)? {
            return self.put(pieces, account, event.to);
        }
        let price = self.stated_or_observed(event.price, event.commodity)?;
        let value = numbers::worth(units, price, self.half());
        self.acquire(event.commodity, event.to, units, value, value)?;
        self.post_rest(4520);
        Ok(())
    }
}

/// The name under which a book that has one pool lists its lots.
pub(super) fn all_wallets() -> Place {
    Place::Wallet(super::ALL_WALLETS.parse().expect("a name"))
}
