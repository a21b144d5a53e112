//! Coins bought, sold, moved, designated, pledged and taken back.

use ledger_core::event::books::Designation;
use ledger_core::event::treasury::NamedLot;
use ledger_core::event::{
    CoinsBought, CoinsDesignated, CoinsMoved, CoinsSold, CollateralPosted, CollateralReleased,
};
use ledger_core::ids::{Commodity, Place};
use ledger_core::policy::LotMethod;

use super::coins::{self, Leaving, Lot, Position};
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
        let positions = accounts.map(|account| Position { commodity, account, place: from });
        let how = self.leaving(named);
        let pieces = self.coins.take(&positions, units, &how)?;
        for piece in &pieces {
            self.post(piece.position.account, -coins::carried(std::slice::from_ref(piece)));
        }
        Ok(pieces)
    }

    fn put(&mut self, pieces: Vec<Lot>, account: u16, place: Place) {
        self.post(account, coins::carried(&pieces));
        self.coins.put(pieces, account, place);
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
        let pieces = self.take(event.commodity, event.from, units + fee, &named)?;
        let arriving = coins::first_of(pieces, units, self.half());
        self.put(arriving, account, event.to);
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
        let position = Position { commodity: event.commodity, account: from, place };
        let how = Leaving { method: LotMethod::Fifo, ..self.leaving(&[]) };
        let pieces = self.coins.take(&[position], numbers::fine(event.units.decimal()), &how)?;
        self.post(from, -coins::carried(&pieces));
        self.put(pieces, to, place);
        Ok(())
    }

    /// Control kept, or a book for which no pledge is a disposal: the lots go on at the facility. Control
    /// passed: they are disposed of at fair value, and a tranche of the receivable is born.
    pub(super) fn posted(&mut self, event: &CollateralPosted) -> Done {
        let units = numbers::fine(event.units.decimal());
        let named = self.named(&event.lots);
        let pieces = self.take(event.commodity, event.from, units, &named)?;
        let place = Place::Facility(event.facility);
        if !self.is_disposal(event.facility)? {
            self.put(pieces, 1220, place);
            return Ok(());
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
            self.put(pieces, account, event.to);
            return Ok(());
        }
        let price = self.stated_or_observed(event.price, event.commodity)?;
        let value = numbers::worth(units, price, self.half());
        self.acquire(event.commodity, event.to, units, value, value)?;
        self.post_rest(4520);
        Ok(())
    }
}
