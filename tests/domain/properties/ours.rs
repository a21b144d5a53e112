//! What our fold says, in the model's terms.

use ledger_core::fold::Fold;
use ledger_core::ids::{BookId, LotId, Place};
use ledger_core::lots::Site;
use ledger_core::replay::{CannotFold, replay};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::{Day, Effective, OrderKey};
use ledger_core::world::{Facility, Ltv, Moment};
use rust_decimal::Decimal;
use testkit::naive::{ALL_WALLETS, FacilityLine, LotLine, Picture};

/// A fold of what answers a question.
pub(super) fn folded(
    log: &[Recorded],
    as_of: Option<Day>,
    as_known: Option<u64>,
) -> Result<Fold, CannotFold> {
    replay(log, &Question { as_of, as_known, ..Question::default() }, |_| ())
}

/// A book as the fold has it. The ratios are those at `when`.
pub(super) fn picture(fold: &Fold, book: BookId, when: Effective) -> Picture {
    let world = fold.world();
    let moment = Moment::new(u64::MAX, 0, when, OrderKey::LAST, fold.zone());
    let book = fold.book(book).unwrap();
    let mut picture = Picture::default();
    for (account, total) in book.totals().unwrap() {
        picture.trial_balance.insert(account.number(), scaled(total.decimal(), 2));
    }
    picture.trial_balance.retain(|_, cents| *cents != 0);
    for (place, commodity, units) in world.all_coins() {
        picture.units.insert((place, commodity), scaled(units.decimal(), 8));
    }
    for wallet in world.wallets() {
        if let Some(currency) = wallet.currency {
            let units = scaled(world.money(wallet.wallet).decimal(), 8);
            picture.units.insert((Place::Wallet(wallet.wallet), currency), units);
        }
        if let Some(commodity) = wallet.commodity {
            picture
                .from_pools
                .insert(wallet.wallet, scaled(world.claim(wallet.wallet, commodity).decimal(), 8));
        }
    }
    for (party, commodity, units) in world.all_coins_owed().filter(|(_, _, units)| !units.is_zero()) {
        picture.owed.insert((party, commodity), scaled(units.decimal(), 8));
    }
    for transit in world.in_transit() {
        let on_its_way = picture.in_transit.entry((transit.to, transit.commodity)).or_default();
        *on_its_way += scaled(transit.units.decimal(), 8);
    }
    picture.units.retain(|_, units| *units != 0);
    picture.from_pools.retain(|_, units| *units != 0);
    for (position, _) in book.lots().positions() {
        picture.lots.extend(book.lots().of(position).map(|(key, lot)| LotLine {
            lot: key.birth,
            place: place_of(position.place),
            account: position.account.number(),
            commodity: position.commodity,
            acquired: key.acquired,
            units: scaled(lot.units.decimal(), 8),
            cost: scaled(lot.cost.decimal(), 2),
        }));
    }
    picture.lots.sort();
    for facility in world.facilities().filter(|facility| facility.retired.is_none()) {
        let ltv = world.ltv(facility, &moment).ok().flatten();
        picture.facilities.insert(facility.terms.facility, owed(facility, ltv));
    }
    for derivative in world.derivatives().filter(|derivative| derivative.settled.is_none()) {
        let value = derivative.value.map_or(0, |value| scaled(value.amount.decimal(), 8));
        picture.derivatives.insert(derivative.opened.derivative, value);
    }
    for commitment in world.commitments() {
        let outstanding = scaled(commitment.outstanding().unwrap().decimal(), 8);
        picture.commitments.insert(commitment.signed.commitment, outstanding);
    }
    picture.commitments.retain(|_, left| *left != 0);
    for asset in world.assets().filter(|asset| asset.disposed.is_none()) {
        let carried = (scaled(asset.cost.decimal(), 2), scaled(asset.accumulated.decimal(), 2));
        picture.assets.insert(asset.name, carried);
    }
    let power = world.power_contracts().map(|contract| (contract.signed.contract, contract.outstanding));
    let compute = world.compute_contracts().map(|contract| (contract.signed.contract, contract.outstanding));
    picture.contracts = power.chain(compute).map(|(name, left)| (name, scaled(left.decimal(), 2))).collect();
    picture.contracts.retain(|_, left| *left != 0);
    reduced(picture)
}

/// The model's name for where a book sees coins.
fn place_of(site: Site) -> Place {
    match site {
        Site::Wallet(wallet) => Place::Wallet(wallet),
        Site::Facility(facility) => Place::Facility(facility),
        Site::Entity => Place::Wallet(ALL_WALLETS.parse().unwrap()),
    }
}

fn owed(facility: &Facility, ltv: Option<Ltv>) -> FacilityLine {
    let fraction = |ltv: Ltv| {
        let (debt, coins) = (ltv.debt.normalize(), ltv.collateral.normalize());
        let (up, down) = (10_i128.pow(coins.scale()), 10_i128.pow(debt.scale()));
        (debt.mantissa() * up, coins.mantissa() * down)
    };
    FacilityLine {
        principal: scaled(facility.principal.decimal(), 8),
        accrued: scaled(facility.accrued.decimal(), 8),
        ltv: ltv.filter(|ltv| !ltv.debt.is_zero() && ltv.debt.is_sign_positive()).map(fraction),
    }
}

/// The same with every ratio in its lowest terms, so that equal ones are the same.
pub(super) fn reduced(mut picture: Picture) -> Picture {
    for facility in picture.facilities.values_mut() {
        facility.ltv = facility.ltv.map(|(top, bottom)| {
            let divisor = common_divisor(top, bottom);
            (top / divisor, bottom / divisor)
        });
    }
    picture
}

/// The same with lots under other names.
pub(super) fn renamed(mut picture: Picture, name: impl Fn(u64) -> u64) -> Picture {
    for lot in &mut picture.lots {
        lot.lot = LotId { entry: name(lot.lot.entry), ..lot.lot };
    }
    picture.lots.sort();
    picture
}

/// Every figure of a picture, a line each.
pub(super) fn lines(picture: &Picture) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(picture.trial_balance.iter().map(|(account, cents)| format!("{account} {cents} cents")));
    lines.extend(picture.units.iter().map(|((place, coin), units)| format!("{place} {units} {coin}")));
    lines.extend(picture.in_transit.iter().map(|((to, coin), units)| format!("{units} {coin} to {to}")));
    lines.extend(picture.from_pools.iter().map(|(pool, units)| format!("owed by {pool} {units}")));
    lines.extend(picture.owed.iter().map(|((party, coin), units)| format!("owed to {party} {units} {coin}")));
    lines.extend(picture.lots.iter().map(|lot| format!("{lot:?}")));
    lines.extend(picture.facilities.iter().map(|(name, line)| format!("{name} {line:?}")));
    lines.extend(picture.derivatives.iter().map(|(name, worth)| format!("{name} {worth} worth")));
    lines.extend(picture.commitments.iter().map(|(name, left)| format!("{name} {left} left")));
    lines.extend(picture.assets.iter().map(|(name, carried)| format!("{name} {carried:?}")));
    lines.extend(picture.contracts.iter().map(|(name, left)| format!("{name} {left} left")));
    lines
}

fn common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

fn scaled(value: Decimal, digits: u32) -> i128 {
    let value = value.normalize();
    assert!(value.scale() <= digits, "{value} is finer than {digits} digits");
    value.mantissa() * 10_i128.pow(digits - value.scale())
}
