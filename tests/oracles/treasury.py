"""Our own command, as the oracles ask it: a ledger opened in a folder, appended to, reported on and exported."""
import json
import os
import subprocess
from decimal import Decimal
from functools import cache

from installed import ROOT


def built():
    """The command: the one named by TREASURY, else built as for tests."""
    if "TREASURY" in os.environ:
        return os.environ["TREASURY"]
    subprocess.run(["cargo", "build", "-q", "-p", "ledger-cli"], cwd=ROOT, check=True)
    return ROOT / "target" / "debug" / "treasury"


# By then coins on their way have arrived, and journals that reverse themselves have done so.
END = "2099-12-31"


class Ledger:
    """A ledger of our own."""

    def __init__(self, command, folder, entries):
        """Opens it in a new folder and records a file of entries."""
        self.command, self.folder = command, folder
        self.run("init", "--bare")
        self.run("append", entries)

    def run(self, *arguments):
        """What the command prints; anything but success ends the check."""
        command = [self.command, "--quiet", "--store", self.folder, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def report(self, *arguments):
        return json.loads(self.run("report", *arguments, "--format", "json"))

    def books(self):
        """Its books, from the entry that opened it; one, where it names none."""
        first = json.loads(self.run("export", "jsonl", "--as-known", "1"))
        return [book["book"] for book in first["events"][0].get("books", [{"book": "us-gaap"}])]

    @cache
    def trial_balance(self, book, day=None):
        """Every account with what stands on it, debits positive."""
        rows = self.report("trial-balance", "--book", book, "--as-of", day or END)["rows"]
        balances = {row["cells"]["account"]: Decimal(row["cells"]["closing"] or 0) for row in rows if row["kind"] == "line"}
        return {account: balance for account, balance in balances.items() if balance}

    def balance_sheet(self, book):
        """The totals of the balance sheet by name."""
        rows = self.report("balance-sheet", "--book", book, "--as-of", END)["rows"]
        totals = {row["cells"]["line"]: row["cells"]["amount"] for row in rows if row["kind"] != "heading"}
        return {side: Decimal(totals[f"Total {side}"] or 0) for side in ("assets", "liabilities", "equity")}

    def sub_ledgers(self, book):
        """What lies in each wallet and with each facility, and what is owed there: (account, place, coin): units."""
        units, coin = {}, None
        for row in self.report("holdings", "--book", book, "--as-of", END)["rows"]:
            cells = row["cells"]
            if row["kind"] == "heading":
                coin = cells["place"]
            elif row["kind"] == "line" and cells["account"]:
                # A stablecoin in lots is money in a wallet still.
                account = "money" if cells["account"] == "1110" else cells["account"]
                units[account, cells["place"], coin] = Decimal(cells["units"])
            elif row["kind"] == "line":
                place, currency = cells["place"].removesuffix(")").split(" (")
                units["money", place, currency] = Decimal(cells["units"])
        owed, facility = {"Principal owed": "2310", "Interest owed": "2320"}, None
        for row in self.report("facilities", "--book", book, "--as-of", END)["rows"]:
            cells = row["cells"]
            if row["kind"] == "heading":
                facility = cells["line"].split(" ")[0]
            elif cells["line"] in owed:
                units[owed[cells["line"]], f"facility {facility}", cells["unit"]] = -Decimal(cells["amount"])
        return units

    def exported(self, target, book):
        """A file with the book in a form."""
        path = self.folder.with_name(f"{self.folder.name}.{book}.{target}")
        self.run("export", target, "--book", book, "--as-of", END, "--out", path)
        return path
