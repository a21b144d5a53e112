//! What a book holds at the start.

use ledger_core::event::OpeningRecorded;
use ledger_core::event::books::{OpeningBalance, OpeningLot};
use ledger_core::ids::LotId;

use ledger_core::policy::MeasurementModel;

use super::coins::{Lot, Position};
use super::desk::{Desk, Done};
use super::numbers;

impl Desk<'_, '_> {
    /// Lots at a facility whose control has passed are tranches of the receivable in a book at fair value; their
    /// cost there is their carrying amount. In a book at cost coins are carried at cost, whatever is said.
    pub(super) fn opening(&mut self, event: &OpeningRecorded) -> Done {
        if event.book.is_some_and(|book| book != self.book) {
            return Ok(());
        }
        for (part, lot) in (0..).zip(&event.lots) {
            self.opening_lot(part, lot)?;
        }
        for (part, balance) in (event.lots.len()..).zip(&event.balances) {
            self.opening_balance(u32::try_from(part).expect("few lots"), balance)?;
        }
        for opening in &event.facilities {
            let half = self.half();
            let day = self.day;
            let facility = self.facility(opening.facility)?;
            let before = facility.undrawn();
            let principal = numbers::fine(opening.principal.amount.decimal());
            let accrued = numbers::fine(opening.accrued.amount.decimal());
            let cost = opening.unamortised_cost.map_or(0, |cost| numbers::fine(cost.amount.decimal()));
            facility.principal += principal;
            facility.spent += if facility.revolves() { 0 } else { principal };
            facility.accrued += accrued;
            facility.issue_cost.add(day, cost);
            facility.charged_through = Some(opening.accrued_through);
            facility.idle = vec![(opening.accrued_through.next(), before)];
            facility.flow(opening.accrued_through.next(), principal, -principal);
            facility.paid.push((opening.accrued_through.next(), accrued));
            let undrawn = facility.undrawn() - before;
            self.post(2310, -numbers::fine_to_cents(principal, half));
            self.post(2320, -numbers::fine_to_cents(accrued, half));
            self.post(2319, numbers::fine_to_cents(cost, half));
            self.memo(9010, numbers::fine_to_cents(undrawn, half));
        }
        event.assets.iter().for_each(|opening| self.opening_asset(opening));
        self.post(3900, -event.equity_not_analysed.map_or(0, |money| numbers::cents(money.decimal())));
        Ok(())
    }

    fn opening_lot(&mut self, part: u32, opening: &OpeningLot) -> Done {
        let account = self.coin_account(opening.place)?;
        let units = numbers::fine(opening.units.decimal());
        let stated = numbers::cents(opening.cost.decimal());
        let carrying = match opening.carrying {
            Some(carrying) if self.rules.model != MeasurementModel::Cost => {
                numbers::cents(carrying.decimal())
            }
            _ => stated,
        };
        let cost = if account == 1240 { carrying } else { stated };
        self.heap(opening.place, opening.commodity, units)?;
        self.coins.lots.push(Lot {
            lot: LotId { part, ..self.birth() },
            born: (self.moment, self.rank, LotId { part, ..self.birth() }),
            position: Position { commodity: opening.commodity, account, place: self.spot(opening.place) },
            acquired: opening.acquired,
            units,
            cost,
            paid: (cost, units),
            came: self.came(),
            own: Some(carrying),
            sent_by: None,
        });
        self.post(account, carrying);
        Ok(())
    }

    fn opening_balance(&mut self, part: u32, balance: &OpeningBalance) -> Done {
        let debit = balance.debit.map_or(0, |money| numbers::cents(money.decimal()));
        let credit = balance.credit.map_or(0, |money| numbers::cents(money.decimal()));
        let cents = debit - credit;
        self.post(balance.account.number(), cents);
        if let (1530, Some(order)) = (balance.account.number(), balance.commitment) {
            self.works.on_deposit(order, cents);
        }
        if let Some(wallet) = balance.wallet {
            let own = cents * numbers::ten_to(numbers::FINE - 2);
            let units = balance.units.map_or(own, |units| numbers::fine(units.decimal()));
            let currency = self.purse(wallet)?.currency;
            let in_lots = self.in_lots(wallet, currency)?;
            self.purse(wallet)?.change(units, if in_lots { 0 } else { cents })?;
            if in_lots && units > 0 {
                self.tether_in(wallet, currency, units, cents, part);
            }
        }
        Ok(())
    }
}
