"""Our exports in the eyes of other programs: their strictest checks find nothing, and what they make of every account at
the end of every month is what our trial balance says, to the cent, in every book. The ledgers are the stories, one with
names that would be read as something else, a miner's year, and random logs of whatever the ledger knows."""
import calendar
import csv
import json
import subprocess
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from installed import ROOT
from treasury import Ledger

STORIES = ROOT / "fixtures" / "stories"
YEAR_ENTRIES = 20_000
RANDOM_LOGS, RANDOM_ENTRIES = 10, 200
STORIES_LEAST = 3
MONEY, COINS, DEBT = {"1010"}, {"1110", "1210", "1211", "1215", "1220", "1240"}, {"2310", "2320"}
CURRENCY = "USD"
BEANCOUNT_SIDE = Path(__file__).with_name("beancount_side.py")


def ledgers(command, folder):
    """The ledgers that are exported, by name."""
    entries = {path.stem: path for path in sorted(STORIES.glob("*.jsonl"))}
    assert len(entries) >= STORIES_LEAST, f"only {len(entries)} stories"
    entries["odd-names"] = ROOT / "fixtures" / "exports" / "odd-names.jsonl"
    # Ten years of two hundred thousand entries: the first tenth is about one year.
    entries["year"] = made(folder / "year.jsonl", "load", YEAR_ENTRIES * 10, YEAR_ENTRIES)
    for seed in range(1, RANDOM_LOGS + 1):
        entries[f"random-{seed}"] = made(folder / f"random-{seed}.jsonl", "random", seed, RANDOM_ENTRIES)
    return {name: Ledger(command, folder / name, path) for name, path in entries.items()}


def made(path, *what):
    """A log made by the program of the testkit."""
    with path.open("w") as out:
        logs = ["cargo", "run", "-q", "-p", "testkit", "--example", "logs", "--", *map(str, what)]
        subprocess.run(logs, cwd=ROOT, stdout=out, check=True)
    return path


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {(done.stderr or done.stdout)[:2000]}"
    return done.stdout


def month_end(month):
    year, number = map(int, month.split("-"))
    return f"{month}-{calendar.monthrange(year, number)[1]}"


def number_of(account):
    """The account's number in the name that it has in other programs, such as `Assets:1010-Cash:Wallet-bank`."""
    parts = [part for part in account.split(":") if part[:4].isdigit()]
    return parts[0][:4]


def by_number(balances):
    totals = defaultdict(Decimal)
    for account, amount in balances.items():
        totals[number_of(account)] += Decimal(amount)
    return totals


def amount(text):
    """An amount of the one currency, as hledger prints it plain; zero has no currency."""
    return Decimal(text.split()[0])


class Hledger:
    target = "hledger"

    def __init__(self, program):
        self.program = program

    def check(self, path):
        run(self.program, "-f", path, "check", "-s", "ordereddates")

    def months(self, path):
        """Balances at the end of each month."""
        rows = csv.reader(run(self.program, "-f", path, "bal", "-H", "-M", "-E", "--flat", "-N", "-O", "csv").splitlines())
        months = next(rows)[1:]
        table = {row[0]: row[1:] for row in rows}
        return {month: {account: amount(cells[at]) for account, cells in table.items()} for at, month in enumerate(months)}

    def sheet(self, path):
        """Its own balance sheet, with the income that is not closed."""
        assets, liabilities, equity = self.totals(path, "balancesheetequity", "total")
        income, = self.totals(path, "incomestatement", "Net:")
        return {"assets": assets, "liabilities": liabilities, "equity": equity + income}

    def totals(self, path, statement, name):
        """Rows of a statement by name; one without an amount is that of a section without accounts."""
        rows = csv.reader(run(self.program, "-f", path, statement, "-O", "csv").splitlines())
        return [amount(row[1]) if len(row) > 1 and row[1] else Decimal() for row in rows if row[0] == name]


class Beancount:
    target = "beancount"

    def __init__(self, python):
        self.python = python

    def check(self, path):
        said = run(self.python.with_name("bean-check"), path)
        assert not said, said

    def months(self, path):
        return json.loads(run(self.python, BEANCOUNT_SIDE, "balances", path))

    def sub_ledgers(self, path):
        """What lies in each wallet and with each facility, and what is owed there: (account, place, coin): units."""
        found = defaultdict(Decimal)
        for account, place, coin, units in json.loads(run(self.python, BEANCOUNT_SIDE, "units", path)):
            # What coins and stablecoins are carried at is no unit of theirs.
            if account in MONEY | DEBT or (account in COINS and coin != CURRENCY):
                found["money" if account in MONEY | {"1110"} else account, place, coin] += Decimal(units)
        return found

    def sheet(self, path):
        """From its balances by class; what is off the balance sheet stands below equity and sums to nothing."""
        classes = defaultdict(Decimal)
        for account, balance in list(self.months(path).values())[-1].items():
            classes[account.split(":")[0]] += Decimal(balance)
        equity = -(classes["Equity"] + classes["Income"] + classes["Expenses"])
        return {"assets": classes["Assets"], "liabilities": -classes["Liabilities"], "equity": equity}


class LedgerCli:
    target = "ledger"

    def __init__(self, program):
        self.program = program

    def check(self, path):
        done = subprocess.run([self.program, "--pedantic", "-f", path, "stats"], capture_output=True, text=True, check=False)
        assert done.returncode == 0 and not done.stderr, done.stderr

    def months(self, path):
        """Balances at the end, as of the last month with postings."""
        form = "%(account)\t%(quantity(amount))\n"
        lines = run(self.program, "-f", path, "bal", "--flat", "--no-total", "--balance-format", form).splitlines()
        last = run(self.program, "-f", path, "reg", "--tail", "1", "--format", "%(format_date(date, '%Y-%m'))\n").split()[-1]
        return {last: dict(line.split("\t") for line in lines if line)}

    def sheet(self, path):
        return None


def compare(name, ledger, book, program):
    """How many accounts were compared at how many month ends. A difference ends the check."""
    path = ledger.exported(program.target, book)
    program.check(path)
    theirs = program.months(path)
    compared = 0
    for month, balances in theirs.items():
        balances, day = by_number(balances), month_end(month)
        ours = ledger.trial_balance(book, day)
        for account in sorted(ours.keys() | balances.keys()):
            our, their = ours.get(account, Decimal()), balances.get(account, Decimal())
            assert our == their, f"{name}, book {book}, {day}, account {account}: ours {our}, {program.target} {their}"
            compared += 1
    accounts, months = len(ours), len(theirs)
    # After the last posting nothing moves: the last month's end is the end.
    assert theirs and ledger.trial_balance(book) == ours, f"{name}, book {book}: nothing was exported"
    sheet = program.sheet(path)
    assert sheet is None or sheet == ledger.balance_sheet(book), f"{name}, book {book}: {program.target} has {sheet}"
    if isinstance(program, Beancount):
        compare_sub_ledgers(f"{name}, book {book}", ledger.sub_ledgers(book), program.sub_ledgers(path))
    return compared, accounts, months


def compare_sub_ledgers(where, ours, theirs):
    """Wallets, coins with lenders and debts; a debt in a stablecoin is carried in dollars and has no units in the books."""
    in_stablecoins = {place for account, place, currency in ours if account in DEBT and currency != CURRENCY}
    kept = lambda key: key[0] not in DEBT or key[1] not in in_stablecoins
    ours, theirs = ({key: units for key, units in side.items() if units and kept(key)} for side in (ours, theirs))
    assert ours == theirs, f"{where}: sub-ledgers {set(ours.items()) ^ set(theirs.items())}"


def check(ledgers, programs):
    """Compares every book of every ledger in every program that is there, and says what was compared."""
    accounts_compared = balances_compared = books_compared = 0
    for name, ledger in ledgers.items():
        for book in ledger.books():
            agreed = [compare(name, ledger, book, program) for program in programs]
            _, accounts, months = (max(numbers) for numbers in zip(*agreed))
            print(f"{name}, book {book}: {', '.join(program.target for program in programs)} agree on {accounts} accounts "
                  f"at the end of {months} months", flush=True)
            books_compared += 1
            accounts_compared += accounts
            balances_compared += sum(balances for balances, _, _ in agreed)
    print(f"{accounts_compared} accounts of {books_compared} books and their sheets were compared, in {balances_compared} "
          f"balances of {len(programs)} programs")
