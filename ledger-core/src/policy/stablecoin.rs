//! What a stablecoin is in a book: a financial asset, as good as cash, written down when it is worth less, or a crypto
//! asset with lots.

use crate::ids::Commodity;
use crate::shape::{choice, fact};

choice! {
    /// What a stablecoin is.
    pub enum StablecoinTreatment {
        /// A financial asset: at what it came in at, and at its price when it is marked.
        0 FinancialAsset = "financial_asset",
        /// As good as cash, at par (ASC 230-10-20): a memo says why.
        1 CashEquivalent = "cash_equivalent",
        /// At what it came in at, written down when it is worth less.
        2 CostLessImpairment = "cost_less_impairment",
        /// A crypto asset as the book's coins are: in lots, carried by its model of measurement (ASC 350-60-15-1).
        3 Crypto = "crypto",
    }
}

fact! {
    /// What a stablecoin is in a book.
    pub struct StablecoinChoice {
        /// The coin.
        #[n(0)] pub commodity: Commodity,
        /// What it is.
        #[n(1)] pub treatment: StablecoinTreatment,
        /// Where the reasons are written down, for a cash equivalent.
        #[n(2)] pub memo: Option<String>,
    }
}

/// So many stablecoins may be treated otherwise than as financial assets.
pub const STABLECOINS_MAX: usize = 4;

/// What each stablecoin of a book is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stablecoins([Option<(Commodity, StablecoinTreatment)>; STABLECOINS_MAX]);

impl Stablecoins {
    /// What one is.
    #[must_use]
    pub fn treatment(&self, coin: Commodity) -> StablecoinTreatment {
        let chosen = self.0.iter().flatten().find(|(of, _)| *of == coin);
        chosen.map_or(StablecoinTreatment::FinancialAsset, |(_, treatment)| *treatment)
    }

    /// Whether it lies in lots, as coins do.
    #[must_use]
    pub fn in_lots(&self, coin: Commodity) -> bool {
        self.treatment(coin) == StablecoinTreatment::Crypto
    }

    /// The same with one chosen anew; `None` where there is no room for it.
    #[must_use]
    pub fn with(mut self, choice: &StablecoinChoice) -> Option<Stablecoins> {
        let is_its = |slot: &&mut Option<(Commodity, StablecoinTreatment)>| {
            slot.is_none_or(|(coin, _)| coin == choice.commodity)
        };
        *self.0.iter_mut().find(is_its)? = Some((choice.commodity, choice.treatment));
        Some(self)
    }
}
