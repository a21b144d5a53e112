//! Coins and money that come, go and move, in sentences.

use ledger_core::event::Event;
use ledger_core::event::in_kind::{CoinsAccepted, CoinsSpent};
use ledger_core::event::treasury::{CashCategory, CoinsMoved, CoinsSold, Route};
use ledger_core::money::Units;

use super::{Words, besides, party, segment};
use crate::render::figures::grouped;

impl Words<'_> {
    pub(super) fn of_coins(&self, event: &Event) -> String {
        if let Event::CoinsEarned(e) = event {
            let value = besides(self, e.value, "worth");
            format!("{} are earned at {}{value}{}", self.btc(e.units), e.pool, self.each(e.price))
        } else if let Event::CoinsReceived(e) = event {
            format!("{} that {} owes come to wallet {}", self.btc(e.units), e.pool, e.wallet)
        } else if let Event::CoinsMined(e) = event {
            let value = besides(self, e.value, "worth");
            format!("{} are mined into wallet {}{value}{}", self.btc(e.units), e.wallet, self.each(e.price))
        } else if let Event::CoinsBought(e) = event {
            let fee = besides(self, e.fee, "and a fee of");
            let (coins, paid) = (self.coins(e.units, e.commodity), self.amount(e.paid));
            format!("{coins} are bought for {paid}{fee}, paid from {}, into {}", e.from, e.to)
        } else if let Event::CoinsSold(e) = event {
            self.sold(e)
        } else if let Event::CoinsMoved(e) = event {
            self.moved(e)
        } else if let Event::CoinsDesignated(e) = event {
            let coins = self.coins(e.units, e.commodity);
            format!("{coins} in wallet {} are held for {} purposes from now on", e.wallet, e.to)
        } else if let Event::CurrencyConverted(e) = event {
            let fee = besides(self, e.fee, "for a fee of");
            let (given, got) = (self.amount(e.given), self.amount(e.got));
            if e.given == e.got {
                format!("{given} go from {} to {}{fee}", e.from, e.to)
            } else {
                format!("{given} from {} become {got} in {}{fee}", e.from, e.to)
            }
        } else if let Event::CashReceived(e) = event {
            let what = e.category.map_or_else(String::new, kind_of_cash);
            let (amount, by) = (self.amount(e.amount), party("from", e.party));
            format!("{amount} come into wallet {}{by}{what}{}", e.wallet, segment(e.segment))
        } else if let Event::CashPaid(e) = event {
            let what = e.category.map_or_else(String::new, kind_of_cash);
            let (amount, to) = (self.amount(e.amount), party("to", e.party));
            format!("{amount} are paid from wallet {}{to}{what}{}", e.wallet, segment(e.segment))
        } else {
            self.in_kind(event)
        }
    }

    fn in_kind(&self, event: &Event) -> String {
        if let Event::CoinsSpent(e) = event {
            self.spent(e)
        } else if let Event::CoinsAccepted(e) = event {
            self.accepted(e)
        } else if let Event::CoinsContributed(e) = event {
            let coins = self.coins(e.units, e.commodity);
            format!("{} contributes {coins} into {}{}", e.counterparty, e.to, self.each(e.price))
        } else if let Event::CoinsDistributed(e) = event {
            let coins = self.coins(e.units, e.commodity);
            format!("{coins} are distributed from {} to {}{}", e.from, e.counterparty, self.each(e.price))
        } else if let Event::CoinsImpounded(e) = event {
            let coins = self.coins(e.units, e.commodity);
            format!(
                "{coins} in {} are held back by {}, worth {}",
                e.from,
                e.counterparty,
                self.amount(e.value)
            )
        } else if let Event::CoinsLost(e) = event {
            format!("{} in {} are lost: {}", self.coins(e.units, e.commodity), e.from, e.reason)
        } else {
            event.name().to_owned()
        }
    }

    fn btc(&self, units: Units) -> String {
        format!("{} BTC", grouped(units.decimal(), 2))
    }

    fn sold(&self, e: &CoinsSold) -> String {
        let by = match e.route {
            Some(Route::SettledByLender) => " by the lender",
            Some(Route::Market) | None => "",
        };
        let fee = besides(self, e.fee, "less a fee of");
        let coins = self.coins(e.units, e.commodity);
        format!("{coins} in {} are sold{by} for {}{fee}, into {}", e.from, self.amount(e.proceeds), e.to)
    }

    fn moved(&self, e: &CoinsMoved) -> String {
        let fee = e.network_fee_units.filter(|fee| !fee.is_zero());
        let fee = fee
            .map_or_else(String::new, |fee| format!(", and {} to the network", self.coins(fee, e.commodity)));
        let coins = self.coins(e.units, e.commodity);
        match e.arrives {
            Some(when) => {
                format!("{coins} leave {} and are on their way to {} until {when}{fee}", e.from, e.to)
            }
            None => format!("{coins} move from {} to {}{fee}", e.from, e.to),
        }
    }

    fn spent(&self, e: &CoinsSpent) -> String {
        let (coins, value) = (self.coins(e.units, e.commodity), self.amount(e.value));
        let to = party("to", e.party);
        format!("{coins} worth {value} are paid from {}{to} ({}){}", e.from, e.settles, segment(e.segment))
    }

    fn accepted(&self, e: &CoinsAccepted) -> String {
        let coins = self.coins(e.units, e.commodity);
        let value = besides(self, e.value, "worth");
        let by = e.counterparty;
        format!("{coins} come from {by} into {} ({}){value}{}", e.to, e.against, self.each(e.price))
    }
}

fn kind_of_cash(category: CashCategory) -> String {
    match category {
        CashCategory::Equity => ", as owners' capital".to_owned(),
        CashCategory::Supplier
        | CashCategory::Tax
        | CashCategory::Customer
        | CashCategory::Accrued
        | CashCategory::Other
        | CashCategory::Prepaid
        | CashCategory::Prepayment
        | CashCategory::Deposit => format!(" ({category})"),
    }
}
