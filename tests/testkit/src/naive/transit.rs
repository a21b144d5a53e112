//! Coins on their way from one wallet to another: in 1215 from the time they are sent to the time they arrive.

use ledger_core::event::CoinsMoved;
use ledger_core::ids::{Commodity, LotId, Place};
use ledger_core::policy::LotMethod;
use ledger_core::time::{Day, Effective};

use super::coins::{self, Leaving, Lot, Position};
use super::desk::{Desk, Done};
use super::when::Moment;
use super::{numbers, rules, when};

/// What was sent and is not there yet.
#[derive(Debug, Clone)]
pub(super) struct OnTheirWay {
    arrives: Moment,
    day: Day,
    sent_by: LotId,
    to: Place,
    commodity: Commodity,
    units: i128,
}

impl Desk<'_, '_> {
    pub(super) fn send_off(&mut self, pieces: Vec<Lot>, event: &CoinsMoved, arrives: Effective) -> Done {
        let day = when::local_day(arrives, self.zone);
        let arrives = Moment::of(arrives, self.zone);
        if arrives <= self.moment {
            return Err("they would arrive before they are sent".to_owned());
        }
        let sent_by = self.birth();
        self.post(1215, coins::carried(&pieces));
        self.coins.put(pieces, 1215, event.to, self.came(), Some(sent_by));
        let units = numbers::fine(event.units.decimal());
        let (to, commodity) = (event.to, event.commodity);
        self.on_their_way.push(OnTheirWay { arrives, day, sent_by, to, commodity, units });
        self.on_their_way.sort_by_key(|coins| (coins.arrives, coins.sent_by));
        Ok(())
    }

    /// What arrives by a moment is there before anything of that moment happens. It is rounded as on the day on which
    /// it arrives.
    pub(super) fn let_arrive(&mut self, by: Moment) -> Done {
        while self.on_their_way.first().is_some_and(|coins| coins.arrives <= by) {
            let OnTheirWay { day, sent_by, to, commodity, units, .. } = self.on_their_way.remove(0);
            self.rules = rules::on(day, self.book, self.opened, self.known);
            let account = self.coin_account(to)?;
            let position = Position { commodity, account: 1215, place: to };
            let how =
                Leaving { method: LotMethod::Fifo, named: &[], half: self.half(), sent_by: Some(sent_by) };
            let pieces = self.coins.take(&[position], units, &how)?;
            let carried = coins::carried(&pieces);
            self.post(1215, -carried);
            self.put(pieces, account, to)?;
        }
        Ok(())
    }
}
