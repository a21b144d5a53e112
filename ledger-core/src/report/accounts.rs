//! The chart of accounts: those built in and those opened, each with its side and with what may post to it.

use super::{NoReport, Request};
use crate::account::Side;
use crate::chart::{self, CHART};
use crate::sheet::{Cell, Row, Sheet, columns};

pub(super) fn accounts(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let fold = request.fold()?;
    let world = fold.world();
    let built_in = CHART.iter().map(|line| line.account);
    let mut all: Vec<_> = built_in.chain(world.opened_accounts().map(|opened| opened.code)).collect();
    all.sort_unstable();
    let mut rows = Vec::new();
    for account in all {
        let info = world.account(account)?;
        let posts = if chart::is_control_account(account) { "events only" } else { "events and journals" };
        rows.push(Row::line(vec![
            Cell::text(info.name),
            Cell::Code(account.to_string()),
            Cell::text(info.class),
            Cell::text(match info.normal_side {
                Side::Debit => "debit",
                Side::Credit => "credit",
            }),
            Cell::text(posts),
        ]));
    }
    Ok(Sheet {
        report: "accounts",
        title: "Chart of accounts".to_owned(),
        head: request.head(&fold)?,
        columns: columns(&[
            ("name", "Name"),
            ("account", "Account"),
            ("class", "Class"),
            ("side", "Side"),
            ("posts", "Posted by"),
        ]),
        rows,
        notes: vec!["Further accounts are opened with `account_opened`.".to_owned()],
    })
}
