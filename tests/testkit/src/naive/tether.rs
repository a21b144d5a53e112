//! A stablecoin that a book treats as a crypto asset: lots by wallet, and a purse that counts units only.

use ledger_core::ids::{Commodity, LotId, Place, WalletId};
use ledger_core::policy::{LotMethod, StablecoinTreatment};

use super::coins::{self, Leaving, Lot, Position};
use super::desk::{Desk, Done};

impl Desk<'_, '_> {
    /// Whether money of a wallet lies in lots.
    pub(super) fn in_lots(&self, wallet: WalletId, currency: Commodity) -> Result<bool, String> {
        Ok(self.rules.tether == StablecoinTreatment::Crypto && self.money_account(wallet, currency)? == 1110)
    }

    fn tether_at(wallet: WalletId, commodity: Commodity) -> Position {
        Position { commodity, account: 1110, place: Place::Wallet(wallet) }
    }

    /// What comes is a lot of the day, at what it is worth.
    pub(super) fn tether_in(
        &mut self,
        wallet: WalletId,
        currency: Commodity,
        units: i128,
        value: i128,
        part: u32,
    ) {
        let position = Self::tether_at(wallet, currency);
        let birth = LotId { part, ..self.birth() };
        self.coins.lots.push(Lot {
            lot: birth,
            born: (self.moment, self.rank, birth),
            position,
            acquired: self.day,
            units,
            cost: value,
            paid: (value, units),
            came: self.came(),
            own: Some(value),
            sent_by: None,
        });
        self.arrived(position);
    }

    /// What goes is given at what it is worth; what it is carried at beyond or below that is a gain or loss on coins. Nobody
    /// names lots of money: the oldest go where lots are named.
    pub(super) fn tether_out(&mut self, wallet: WalletId, currency: Commodity, units: i128) -> Done {
        let worth = self.worth(units, currency)?;
        let named = self.leaving(&[]);
        let method = if named.method == LotMethod::Specific { LotMethod::Fifo } else { named.method };
        let how = Leaving { method, ..named };
        let pieces = self.coins.take(&[Self::tether_at(wallet, currency)], units, &how)?;
        let carried = coins::carried(&pieces);
        self.post(1110, -carried);
        self.post(4510, carried - worth);
        Ok(())
    }
}
