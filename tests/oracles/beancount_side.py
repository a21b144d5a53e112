"""What beancount makes of a file, as JSON. Runs in the Python that has beancount.

beancount_side.py balances FILE   each account's balance at the end of each month with postings
beancount_side.py units FILE      the units on each account of each wallet and facility: beside the amounts, else the amounts
beancount_side.py lots FILE       by account, the lots that each sale took and those that are left: date, units, cost
"""
import json
import sys
from collections import defaultdict
from decimal import Decimal

from beancount import loader
from beancount.core import data


def loaded(path):
    """The entries, booked; the first error ends it."""
    entries, errors, _ = loader.load_file(path)
    assert not errors, "\n".join(f"{error.source}: {error.message}" for error in errors[:5])
    return entries


def balances(path):
    """Months in order, each with all balances at its end."""
    running, months = defaultdict(Decimal), {}
    for entry in loaded(path):
        if isinstance(entry, data.Transaction):
            for posting in entry.postings:
                running[posting.account] += posting.units.number
            months[f"{entry.date:%Y-%m}"] = {account: str(amount) for account, amount in running.items()}
    return months


def units(path):
    """Lists of account's number, place, coin or currency, and units; coins of one pool lie in all wallets."""
    entries = loaded(path)
    opened = {entry.account: entry.meta for entry in entries if isinstance(entry, data.Open)}
    held = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, data.Transaction) else []:
            account = opened[posting.account]
            place = next((f"{kind} {account[kind]}" for kind in ("wallet", "facility") if kind in account), "all wallets")
            units = posting.meta.get("units", posting.units)
            held[account["number"], place, units.currency] += units.number
    return [[*key, str(number)] for key, number in held.items()]


def lots(path):
    """For each account with lots: pieces taken sale by sale, in the order in which they were booked, and what is left."""
    taken, held = defaultdict(list), defaultdict(lambda: defaultdict(Decimal))
    for entry in loaded(path):
        sale = defaultdict(list)
        for posting in entry.postings if isinstance(entry, data.Transaction) else []:
            if posting.cost:
                units = posting.units.number
                held[posting.account][posting.cost.date, posting.cost.number] += units
                if units < 0:
                    sale[posting.account].append([str(posting.cost.date), str(-units), str(-units * posting.cost.number)])
        for account, pieces in sale.items():
            taken[account].append(pieces)
    left = lambda pool: [[str(day), str(units), str(units * price)] for (day, price), units in sorted(pool.items()) if units]
    return {account: [taken[account], left(pool)] for account, pool in held.items()}


if __name__ == "__main__":
    json.dump({"balances": balances, "units": units, "lots": lots}[sys.argv[1]](sys.argv[2]), sys.stdout)
