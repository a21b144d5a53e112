//! Loans, what is pledged for them, and derivatives, in sentences.

use ledger_core::event::Event;
use ledger_core::event::collateral::{Cure, MarginCalled};
use ledger_core::event::loan::{Control, FacilityOpened, InterestForm};
use ledger_core::ids::FacilityId;

use super::{Words, besides};

impl Words<'_> {
    pub(super) fn of_loans(&self, event: &Event) -> String {
        if let Event::FacilityOpened(e) = event {
            self.facility(e)
        } else if let Event::LoanDrawn(e) = event {
            let fee = besides(self, e.fee, "of which the lender keeps");
            format!("{} is drawn on facility {} into {}{fee}", self.amount(e.amount), e.facility, e.to)
        } else if let Event::InterestAccrued(e) = event {
            format!(
                "Interest on facility {} is charged to the end of {}; it is owed, not paid",
                e.facility, e.through
            )
        } else if let Event::InterestPaid(e) = event {
            let amount = self.amount(e.amount);
            match e.how {
                InterestForm::Cash => {
                    format!("{amount} of interest on facility {} is paid{}", e.facility, from(e.from))
                }
                InterestForm::InKind => {
                    format!("{amount} of interest on facility {} is added to what is owed", e.facility)
                }
                InterestForm::Coins => {
                    let coins = e.coins.as_ref().map(|given| self.coins(given.units, given.commodity));
                    let coins = coins.unwrap_or_else(|| "coins".to_owned());
                    format!(
                        "{amount} of interest on facility {} is paid with {coins}{}",
                        e.facility,
                        from(e.from)
                    )
                }
            }
        } else if let Event::LoanRepaid(e) = event {
            let interest = besides(self, e.interest, "with interest of");
            let fee = besides(self, e.prepayment_fee, "with a fee for paying early of");
            let coins =
                e.coins.as_ref().map(|given| format!(", with {}", self.coins(given.units, given.commodity)));
            format!(
                "{} of facility {} is repaid from {}{}{interest}{fee}",
                self.amount(e.principal),
                e.facility,
                e.from,
                coins.unwrap_or_default()
            )
        } else if let Event::FacilityRetired(e) = event {
            format!("Facility {} ends: nothing is owed, nothing pledged, no more can be drawn", e.facility)
        } else if let Event::FacilityAmended(e) = event {
            let fee = besides(self, e.fee, "for a fee of");
            let forgiven = besides(self, e.forgiven, "the lender forgives");
            format!("The terms of facility {} change, as a {}{fee}{forgiven}", e.facility, e.treatment)
        } else if let Event::RateReset(e) = event {
            let rate = Self::percent(e.index_rate);
            format!("The index rate of facility {} is {rate} from {} on", e.facility, e.from)
        } else if let Event::IssueCostAmortised(e) = event {
            format!("The cost of raising facility {} is charged to the end of {}", e.facility, e.through)
        } else {
            self.of_collateral(event)
        }
    }

    fn of_collateral(&self, event: &Event) -> String {
        if let Event::CollateralPosted(e) = event {
            let coins = self.coins(e.units, e.commodity);
            format!(
                "{coins} go from {} to the lender of facility {} as collateral; {}",
                e.from,
                e.facility,
                self.whose(e.facility)
            )
        } else if let Event::CollateralReleased(e) = event {
            let coins = self.coins(e.units, e.commodity);
            format!("{coins} of collateral come back from the lender of facility {} to {}", e.facility, e.to)
        } else if let Event::MarginCalled(e) = event {
            let required = self.required(e);
            let ltv = Self::percent(e.ltv);
            format!(
                "The lender of facility {} calls for collateral at a loan to value of {ltv}{required}, by {}",
                e.facility, e.deadline
            )
        } else if let Event::MarginCallMet(e) = event {
            let how = match e.how {
                Cure::TopUp => "more collateral",
                Cure::Repayment => "a repayment",
                Cure::PriceRecovered => "the price, which rose again",
            };
            format!("The margin call of facility {} is met by {how}", e.facility)
        } else if let Event::MarginCallLapsed(e) = event {
            format!("The margin call of facility {} is not met in time; the lender may sell", e.facility)
        } else if let Event::CollateralLiquidated(e) = event {
            let fee = besides(self, e.fee, "for a fee of");
            let interest = besides(self, e.applied_interest, "and to interest");
            let surplus = besides(self, e.surplus, "and we get back");
            format!(
                "The lender of facility {} sells {} of collateral for {}{fee}; to principal go {}{interest}{surplus}",
                e.facility,
                self.coins(e.units, e.commodity),
                self.amount(e.proceeds),
                self.amount(e.applied_principal)
            )
        } else {
            self.of_derivatives(event)
        }
    }

    fn of_derivatives(&self, event: &Event) -> String {
        if let Event::DerivativeOpened(e) = event {
            let side = e.terms.side.map_or_else(String::new, |side| format!(", {side}"));
            let premium = besides(self, e.premium, "for a premium of");
            format!("{} {} is agreed with {}{side}{premium}", e.kind, e.derivative, e.counterparty)
        } else if let Event::DerivativeMarked(e) = event {
            format!("Derivative {} is worth {}", e.derivative, self.amount(e.value))
        } else if let Event::DerivativeSettled(e) = event {
            let amount = besides(self, e.amount, "for");
            format!("Derivative {} ends{amount}", e.derivative)
        } else {
            event.name().to_owned()
        }
    }

    fn facility(&self, e: &FacilityOpened) -> String {
        let call = e.ltv.as_ref().and_then(|ltv| ltv.call);
        let call = call.map_or_else(
            || "no thresholds are disclosed".to_owned(),
            |call| format!("above a loan to value of {} the lender may call for more", Self::percent(call)),
        );
        let rate = e.rate.fixed.map_or_else(|| "a floating rate".to_owned(), Self::percent);
        let due = e.maturity.map_or_else(String::new, |day| format!(", due on {day}"));
        format!(
            "{} will lend up to {} as a {} loan at {rate}{due} (facility {}); {}; {call}",
            e.lender,
            self.amount(e.limit),
            e.kind(),
            e.facility,
            pledge(e.control)
        )
    }

    fn whose(&self, facility: FacilityId) -> &'static str {
        let terms = self.world.facilities().find(|of| of.terms.facility == facility);
        terms.map_or("", |of| pledge(of.terms.control))
    }

    fn required(&self, e: &MarginCalled) -> String {
        let required = &e.required;
        let coins = required.units.zip(required.commodity).map(|(units, coin)| self.coins(units, coin));
        let money = required.amount.zip(required.currency).map(|(units, coin)| self.coins(units, coin));
        let all: Vec<String> = coins.into_iter().chain(money).collect();
        if all.is_empty() { String::new() } else { format!(": {}", all.join(" or ")) }
    }
}

fn from(place: Option<ledger_core::ids::Place>) -> String {
    place.map_or_else(String::new, |place| format!(" from {place}"))
}

fn pledge(control: Control) -> &'static str {
    match control {
        Control::Kept => "coins pledged stay ours",
        Control::Passed => {
            "control of coins pledged passes to the lender, and a claim for them takes their place"
        }
    }
}
