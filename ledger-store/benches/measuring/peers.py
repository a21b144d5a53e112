"""Other programs on the same transactions: each reads its own form and gives a balance sheet."""
import csv
import io
import os
import re
import shutil

from .ledger import cents
from .processes import Failed, measured, once

CLASSES = ("Assets", "Liabilities", "Equity", "Income", "Expenses")

TACKLER = """\
[kernel]
strict = false
audit = { mode = false, hash = "SHA-256" }
ext-id = { unique = false }
timestamp = { default-time = 00:00:00, timezone = { name = "UTC" } }
[kernel.input]
storage = "fs"
fs = { path = ".", dir = ".", ext = "txn" }
[transaction]
accounts = { path = "none" }
commodities = { path = "none" }
tags = { path = "none" }
[report]
report-timezone = "UTC"
scale = { min = 2, max = 2 }
formats = [ "txt" ]
accounts = [ ]
targets = [ "balance" ]
balance = { title = "Balance", type = "tree" }
balance-group = { title = "Groups", type = "flat", group-by = "month" }
register = { title = "Register" }
[export]
targets = [ ]
equity = { equity-account = "Equity:Balance" }
"""


def by_class(pairs):
    """Sums of amounts by the first part of their account's name, in cents, debits positive."""
    sums = dict.fromkeys(CLASSES, 0)
    for account, amount in pairs:
        sums[account.split(":")[0]] += amount
    return sums


def sheet(sums):
    """Assets, liabilities and equity as a balance sheet states them."""
    return sums["Assets"], -sums["Liabilities"], -(sums["Equity"] + sums["Income"] + sums["Expenses"])


class Peer:
    """A program, the form it reads, and what it is asked."""

    name = binary = form = ""

    def __init__(self, place):
        self.place, self.path = place, shutil.which(self.binary)

    def left_out(self):
        return None if self.path else f"{self.binary} is not installed"

    def input(self, forms):
        return forms[self.form]

    def runs(self, source, limit):
        """What is measured: a label and its measurement, the first being the balance sheet from the form."""
        yield "reads its form, balance sheet", measured(self.argv(source), limit=limit)


class Hledger(Peer):
    name = binary = "hledger"
    form = "journal"

    def argv(self, source):
        return [self.path, "-f", source, "balancesheet", "-O", "csv"]

    def totals(self, out):
        rows = list(csv.reader(io.StringIO(out)))
        assets, liabilities = (cents(row[1].split()[0]) for row in rows if row[0].lower().startswith("total"))
        net = next(cents(row[1].split()[0]) for row in rows if row[0].lower().startswith("net"))
        return assets, liabilities, net


class Ledger(Peer):
    name = binary = "ledger"
    form = "journal"

    def argv(self, source):
        return [self.path, "--args-only", "-f", source, "balance", "--depth", "1"]

    def totals(self, out):
        found = re.findall(r"(-?[\d.]+) USD\s+(\w+)", out)
        return sheet(by_class((account, cents(amount)) for amount, account in found))


class Beancount(Peer):
    name, binary, form = "beancount", "bean-query", "beancount"

    def argv(self, source):
        return [self.path, source, "select root(account, 1), sum(position) group by 1"]

    def runs(self, source, limit):
        # What it reads it keeps beside the file, if it took long enough.
        kept = os.path.join(os.path.dirname(source), f".{os.path.basename(source)}.picklecache")
        never = dict(os.environ, BEANCOUNT_DISABLE_LOAD_CACHE="1")
        yield "reads its form, balance sheet", measured(self.argv(source), env=never, limit=limit)
        once(self.argv(source), limit=limit)
        if os.path.exists(kept):
            yield "balance sheet from what it kept", measured(self.argv(source), limit=limit)

    def totals(self, out):
        found = re.findall(r"^(\w+)\s+(-?[\d.]+) USD", out, re.MULTILINE)
        return sheet(by_class((account, cents(amount)) for account, amount in found))


class Rustledger(Peer):
    name, binary, form = "rustledger", "rledger", "beancount"

    def argv(self, source):
        return [self.path, "report", "-f", "csv", "--no-pager", source, "balances"]

    def totals(self, out):
        rows = csv.DictReader(io.StringIO(out))
        return sheet(by_class((row["account"], cents(row["amount"])) for row in rows))


class Tackler(Peer):
    name = binary = "tackler"
    form = "tackler"

    def argv(self, source):
        config = os.path.join(self.place, "tackler.toml")
        with open(config, "w") as out:
            out.write(TACKLER)
        return [self.path, "--config", config, "--input.file", source]

    def runs(self, source, limit):
        yield from super().runs(source, limit)
        audit = [*self.argv(source), "--audit.mode", "true"]
        yield "the same with its checksum of identifiers", measured(audit, limit=limit)

    def totals(self, out):
        found = re.findall(r"(-?[\d.]+)\s+(-?[\d.]+)\s+(\w+)$", out, re.MULTILINE)
        return sheet(by_class((account, cents(whole)) for _, whole, account in found if account in CLASSES))


PLAIN = (Tackler, Rustledger, Ledger, Hledger, Beancount)


def compared(peer, source, ours, limit):
    """Rows of one program: what was measured, in order. Its totals must be ours to the cent."""
    for at, (label, result) in enumerate(peer.runs(source, limit)):
        theirs = peer.totals(result.out)
        if theirs != ours:
            raise Failed(f"{peer.name} says {theirs} where we say {ours}")
        yield label + (", totals as ours" if at == 0 else ""), result
