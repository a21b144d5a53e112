//! What an event comes to in one book: the amounts that its row of the table names. Amounts are in the
//! functional currency and positive unless said; what an event does not have is zero or empty.

use crate::account::Account;
use crate::chart::{BITCOIN_GAINS, EQUITY_NOT_ANALYSED};
use crate::event::loan::Control;
use crate::ids::{PartyId, Segment};
use crate::lots::LotChange;
use crate::money::Money;
use crate::posting::{Leg, Line};

/// The amounts of one event in one book. One is filled again and again, so that its lists keep their room.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Coins that came in, by position.
    pub coins_in: Vec<Leg>,
    /// Coins that went out, by position, at what the book carried them at.
    pub coins_out: Vec<Leg>,
    /// Carrying amount of the coins that went out.
    pub carrying: Money,
    /// What the coins are worth at the event.
    pub fair_value: Money,
    /// Money that came in, at its value.
    pub money_in: Vec<Leg>,
    /// Money that went out, at its carrying amount.
    pub money_out: Vec<Leg>,
    /// Carrying amount of the money that went out.
    pub given_up: Money,
    /// What was received for what was given, after the fee where the policy deducts it.
    pub proceeds: Money,
    /// What the payment settled: a price, a cost, a debt.
    pub settled: Money,
    /// A fee that is an expense.
    pub fee: Money,
    /// Carrying amount of coins that a network took as its fee.
    pub fee_carrying: Money,
    /// Principal drawn or repaid.
    pub principal: Money,
    /// Interest accrued or paid; an accrual may be negative when it corrects an earlier one.
    pub interest: Money,
    /// Issue cost of debt, incurred, charged or written off.
    pub issue_cost: Money,
    /// Cost of capacity not drawn, incurred, charged or written off.
    pub deferred_cost: Money,
    /// What is owed to somebody for now.
    pub owed: Money,
    /// What a change of terms brought, less what it cost; a loss is negative.
    pub gained: Money,
    /// The account of what is gained or lost on coins: those owned, or claims for coins given away.
    pub gains: Account,
    /// Claims for collateral with what is not expected back: what the allowance was and what it is to be.
    pub allowance: Vec<Leg>,
    /// Change of the undrawn part of a facility.
    pub undrawn: Money,
    /// Change of what is committed or contracted, off the balance sheet.
    pub committed: Money,
    /// The other side of the contract that this is about.
    pub party: Option<PartyId>,
    /// The line of business that the asset serves.
    pub segment: Option<Segment>,
    /// Deposits on equipment that an invoice uses up or a cancellation settles.
    pub deposits: Money,
    /// Loss on what will not bring what it is carried at.
    pub impaired: Money,
    /// What comes to be owed for goods and penalties, or is paid of it, by whom it is owed to.
    pub payables: Vec<Leg>,
    /// What comes to be owed to us.
    pub claims: Vec<Leg>,
    /// What comes to stand in construction, or leaves it.
    pub construction: Vec<Leg>,
    /// Equipment at its cost.
    pub equipment: Vec<Leg>,
    /// Depreciation and impairment of equipment, asset by asset.
    pub depreciated: Vec<Leg>,
    /// Share capital at par.
    pub par: Money,
    /// Capital paid in beyond par, less costs of the issue.
    pub paid_in: Money,
    /// How what a derivative is worth to us changes.
    pub asset: Money,
    /// How what a derivative is worth to the other side changes.
    pub liability: Money,
    /// What a derivative brought; a loss is negative.
    pub derivative_gain: Money,
    /// The account that a category stands for.
    pub against: Account,
    /// Whether control of pledged coins passed, as this book sees it; `None` when nothing is pledged.
    pub control: Option<Control>,
    /// Positions of coins brought to fair value by a mark.
    pub remeasured: Vec<Leg>,
    /// Stablecoins brought to what a mark carries them at.
    pub money_remeasured: Vec<Leg>,
    /// Stablecoins in lots that went out: what the lots were carried at and what they are worth.
    pub stablecoins_out: Vec<Leg>,
    /// Claims for collateral brought to fair value by a mark.
    pub receivable_remeasured: Vec<Leg>,
    /// What of a revaluation goes to equity; negative where it comes out of it.
    pub surplus: Money,
    /// Surplus in equity of coins that left.
    pub surplus_realised: Money,
    /// Coins that we owe, borrowed or given back.
    pub coins_owed: Vec<Leg>,
    /// What we owe in coins, brought to fair value by a mark; it stands on the right, so its amounts are negative.
    pub owed_remeasured: Vec<Leg>,
    /// Lines that a person stated.
    pub stated: Vec<Line>,
    /// What becomes of the lots.
    pub lots: Vec<LotChange>,
}

impl Default for Measured {
    fn default() -> Measured {
        Measured {
            coins_in: Vec::new(),
            coins_out: Vec::new(),
            carrying: Money::ZERO,
            fair_value: Money::ZERO,
            money_in: Vec::new(),
            money_out: Vec::new(),
            given_up: Money::ZERO,
            proceeds: Money::ZERO,
            settled: Money::ZERO,
            fee: Money::ZERO,
            fee_carrying: Money::ZERO,
            principal: Money::ZERO,
            interest: Money::ZERO,
            issue_cost: Money::ZERO,
            deferred_cost: Money::ZERO,
            owed: Money::ZERO,
            gained: Money::ZERO,
            gains: BITCOIN_GAINS,
            allowance: Vec::new(),
            undrawn: Money::ZERO,
            committed: Money::ZERO,
            party: None,
            segment: None,
            deposits: Money::ZERO,
            impaired: Money::ZERO,
            payables: Vec::new(),
            claims: Vec::new(),
            construction: Vec::new(),
            equipment: Vec::new(),
            depreciated: Vec::new(),
            par: Money::ZERO,
            paid_in: Money::ZERO,
            asset: Money::ZERO,
            liability: Money::ZERO,
            derivative_gain: Money::ZERO,
            against: EQUITY_NOT_ANALYSED,
            control: None,
            remeasured: Vec::new(),
            money_remeasured: Vec::new(),
            stablecoins_out: Vec::new(),
            receivable_remeasured: Vec::new(),
            surplus: Money::ZERO,
            surplus_realised: Money::ZERO,
            coins_owed: Vec::new(),
            owed_remeasured: Vec::new(),
            stated: Vec::new(),
            lots: Vec::new(),
        }
    }
}

impl Measured {
    /// Empties it for another event.
    pub fn clear(&mut self) {
        let before = std::mem::take(self);
        *self = Measured {
            coins_in: emptied(before.coins_in),
            coins_out: emptied(before.coins_out),
            money_in: emptied(before.money_in),
            money_out: emptied(before.money_out),
            payables: emptied(before.payables),
            claims: emptied(before.claims),
            construction: emptied(before.construction),
            equipment: emptied(before.equipment),
            depreciated: emptied(before.depreciated),
            remeasured: emptied(before.remeasured),
            money_remeasured: emptied(before.money_remeasured),
            stablecoins_out: emptied(before.stablecoins_out),
            receivable_remeasured: emptied(before.receivable_remeasured),
            coins_owed: emptied(before.coins_owed),
            owed_remeasured: emptied(before.owed_remeasured),
            stated: emptied(before.stated),
            allowance: emptied(before.allowance),
            lots: emptied(before.lots),
            ..Measured::default()
        };
    }
}

fn emptied<T>(mut list: Vec<T>) -> Vec<T> {
    list.clear();
    list
}
