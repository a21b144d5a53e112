//! Equipment from opening to closing, class by class: cost, depreciation and impairment, and what both leave, as
//! ASC 360-10-50-1 asks for; construction beside them.

use std::collections::BTreeMap;

use super::{NoReport, Request};
use crate::account::Account;
use crate::chart::{ACCUMULATED_DEPRECIATION, CONSTRUCTION, DATA_CENTRE_PLANT, GPU_SERVERS, MINERS};
use crate::event::Event;
use crate::exact::Overflow;
use crate::fold::Fold;
use crate::ids::AssetId;
use crate::money::Money;
use crate::posting::Target;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};

/// The lines of each half, in their order on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Caption {
    Opening,
    Invoiced,
    Interest,
    PlacedInService,
    Depreciation,
    Impairment,
    Disposed,
    Otherwise,
}

impl Caption {
    fn label(self) -> &'static str {
        match self {
            Caption::Opening => "Opening",
            Caption::Invoiced => "Invoiced",
            Caption::Interest => "Interest capitalised",
            Caption::PlacedInService => "Placed in service",
            Caption::Depreciation => "Depreciation",
            Caption::Impairment => "Impairment",
            Caption::Disposed => "Disposed of",
            Caption::Otherwise => "Recorded otherwise",
        }
    }

    fn of(event: Option<&Event>) -> Caption {
        let captions: [(&str, Caption); 6] = [
            ("capex_invoiced", Caption::Invoiced),
            ("interest_capitalised", Caption::Interest),
            ("asset_placed_in_service", Caption::PlacedInService),
            ("depreciation_charged", Caption::Depreciation),
            ("asset_impaired", Caption::Impairment),
            ("asset_disposed", Caption::Disposed),
        ];
        let name = event.map_or("", Event::name);
        captions.iter().find(|(of, _)| *of == name).map_or(Caption::Otherwise, |(_, caption)| *caption)
    }
}

/// Which half of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Half {
    Cost,
    Depreciation,
}

/// The columns: three classes, construction, and depreciation of no asset that is known.
const CLASSES: [Account; 3] = [MINERS, GPU_SERVERS, DATA_CENTRE_PLANT];
const NOT_ANALYSED: usize = 4;
const COLUMNS: usize = 5;

/// What was posted, by caption, account and, for depreciation, asset.
#[derive(Debug, Default)]
struct Posted(BTreeMap<(Caption, Account, Option<AssetId>), Money>);

impl Posted {
    fn add(&mut self, caption: Caption, target: &Target, amount: Money) -> Result<(), Overflow> {
        let is_depreciation = target.account == ACCUMULATED_DEPRECIATION;
        if is_depreciation || target.account == CONSTRUCTION || CLASSES.contains(&target.account) {
            let asset = target.about.asset.filter(|_| is_depreciation);
            let sum = self.0.entry((caption, target.account, asset)).or_default();
            *sum = sum.plus(amount)?;
        }
        Ok(())
    }

    /// The same in the columns of the report: depreciation goes with the class of its asset.
    fn by_column(&self, fold: &Fold) -> Result<Sums, Overflow> {
        let class_of = |account: Account| CLASSES.iter().position(|class| *class == account);
        let classes: BTreeMap<AssetId, Account> =
            fold.world().assets().map(|asset| (asset.name, asset.account())).collect();
        let mut sums = Sums::default();
        for ((caption, account, asset), amount) in &self.0 {
            let (half, column) = if *account == ACCUMULATED_DEPRECIATION {
                let class = asset.and_then(|asset| classes.get(&asset)).and_then(|class| class_of(*class));
                (Half::Depreciation, class.unwrap_or(NOT_ANALYSED))
            } else {
                (Half::Cost, class_of(*account).unwrap_or(CLASSES.len()))
            };
            if let Some(sum) = sums.0.entry((half, *caption)).or_default().get_mut(column) {
                *sum = sum.plus(*amount)?;
            }
        }
        Ok(sums)
    }
}

/// Sums of a half and a caption, by column.
#[derive(Debug, Default)]
struct Sums(BTreeMap<(Half, Caption), [Money; COLUMNS]>);

impl Sums {
    /// The rows of a half, and its closing.
    fn half(&self, half: Half, heading: &str, rows: &mut Vec<Row>) -> Result<[Money; COLUMNS], NoReport> {
        let mut closing = [Money::ZERO; COLUMNS];
        rows.push(Row::heading(heading, COLUMNS + 2));
        for ((_, caption), sums) in self.0.iter().filter(|((of, _), _)| *of == half) {
            closing = plus(&closing, sums)?;
            if sums.iter().any(|sum| !sum.is_zero()) {
                rows.push(row(RowKind::Line, caption.label(), sums)?);
            }
        }
        rows.push(row(RowKind::Subtotal, "Closing", &closing)?);
        Ok(closing)
    }
}

fn plus(a: &[Money; COLUMNS], b: &[Money; COLUMNS]) -> Result<[Money; COLUMNS], Overflow> {
    let mut sums = *a;
    for (sum, part) in sums.iter_mut().zip(b) {
        *sum = sum.plus(*part)?;
    }
    Ok(sums)
}

fn row(kind: RowKind, label: &str, amounts: &[Money; COLUMNS]) -> Result<Row, NoReport> {
    let cell = |amount: &Money| if amount.is_zero() { Cell::Empty } else { Cell::Money(*amount) };
    let mut cells = vec![Cell::text(label)];
    cells.extend(amounts.iter().map(cell));
    cells.push(Cell::Money(Money::sum(amounts.iter().copied())?));
    Ok(if kind == RowKind::Line { Row::line(cells) } else { Row::new(kind, cells) })
}

pub(super) fn assets(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let before = request.standing_before(from)?.fold;
    let mut all = Posted::default();
    for (target, balance) in before.book(request.book)?.balances() {
        all.add(Caption::Opening, target, balance.amount)?;
    }
    let fold = request.replay(Some(from), |step| {
        for posted in request.posted(step) {
            let caption = Caption::of(step.applied.entry.events.get(posted.event));
            for line in posted.journal.lines() {
                all.add(caption, &line.target, line.amount)?;
            }
        }
        Ok(())
    })?;
    let sums = all.by_column(&fold)?;
    let mut rows = Vec::new();
    let cost = sums.half(Half::Cost, "Cost", &mut rows)?;
    let worn = sums.half(Half::Depreciation, "Depreciation and impairment", &mut rows)?;
    rows.push(row(RowKind::Total, "Carrying amount", &plus(&cost, &worn)?)?);
    Ok(Sheet {
        report: "assets",
        title: "Equipment and construction".to_owned(),
        head: request.head_from(&fold, from)?,
        columns: columns(&[
            ("line", ""),
            ("miners", "Miners"),
            ("gpu_servers", "GPU servers"),
            ("data_centre_plant", "Data-centre plant"),
            ("construction", "Construction"),
            ("not_analysed", "Not analysed"),
            ("total", "Total"),
        ]),
        rows,
        notes: Vec::new(),
    })
}
