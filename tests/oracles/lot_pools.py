"""Random pools of lots, sold down by FIFO, LIFO and HIFO: our books and beancount's booking must take the same units of the
same lots at the same cost, sale by sale, and leave the same.

A pool is a wallet of ours and an account of beancount's. Lots of a pool differ in date and in price, so that no method has
to choose among equals; prices are whole, so that no cost is rounded.
"""
import json
import random
import subprocess
import uuid
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path

from treasury import Ledger

POOLS, SEED = 200, 20_260_101
METHODS = ("fifo", "lifo", "hifo")
DAY_ONE = date(2026, 1, 1)
BEANCOUNT_SIDE = Path(__file__).with_name("beancount_side.py")
SPACE = uuid.UUID("6f0f5a3e-8f2b-5d0e-9c55-3a1d2f4b7c68")


def drawn():
    """Every pool as a list of (day, units bought or less than zero sold, price)."""
    chance = random.Random(SEED)
    return {f"pool-{number:03}": pool(chance) for number in range(1, POOLS + 1)}


def pool(chance):
    steps, held = [], 0
    days = sorted(chance.sample(range(1, 700), chance.randint(6, 30)))
    prices = chance.sample(range(1_000, 120_000), len(days))
    for day, price in zip(days, prices):
        if held == 0 or chance.random() < 0.5:
            units = chance.randint(1, 900)
        else:
            # One sale in ten takes all there is.
            units = -held if chance.random() < 0.1 else -chance.randint(1, held)
        held += units
        steps.append((DAY_ONE + timedelta(days=day), Decimal(units) / 100, price))
    return steps


def entry(number, day, *events):
    return {"id": str(uuid.uuid5(SPACE, str(number))), "effective": str(day), "actor": "controller-1", "events": events}


def entries(pools):
    """The pools as our own log, in order of time; wallets first."""
    usd = lambda amount: {"amount": f"{amount:.2f}", "currency": "USD"}
    cost = lambda method: {"measurement": "cost", "lots": {"method": method, "scope": "wallet"}}
    yield entry(1, DAY_ONE, {"type": "ledger_opened", "entity": "Pools", "functional_currency": "USD", "time_zone": "UTC",
                             "fiscal_year_end": "12-31", "books": [{"book": m, "policy": cost(m)} for m in METHODS]})
    yield entry(2, DAY_ONE, {"type": "wallet_opened", "wallet": "bank", "kind": "bank", "currency": "USD"},
                *({"type": "wallet_opened", "wallet": name, "kind": "cold", "commodity": "BTC"} for name in pools))
    yield entry(3, DAY_ONE, {"type": "cash_received", "wallet": "bank", "amount": usd(Decimal(10) ** 10), "category": "equity"})
    steps = sorted((day, name, units, price) for name, pool in pools.items() for day, units, price in pool)
    for number, (day, name, units, price) in enumerate(steps, 4):
        bank, wallet, money = {"wallet": "bank"}, {"wallet": name}, usd(abs(units) * price)
        coins = {"commodity": "BTC", "units": str(abs(units))}
        yield entry(number, day, {"type": "coins_bought", **coins, "paid": money, "from": bank, "to": wallet} if units > 0
                    else {"type": "coins_sold", **coins, "proceeds": money, "from": wallet, "to": bank})


def beancount_text(pools):
    """The pools in beancount: an account for each method, whose booking chooses the lots."""
    for name, pool in pools.items():
        for method in METHODS:
            account = f"Assets:{method.capitalize()}:{name.capitalize()}"
            yield f'{DAY_ONE} open {account} BTC "{method.upper()}"'
            for day, units, price in pool:
                lot = f"{{{price} USD}}" if units > 0 else "{}"
                yield f'{day} * "{name}"\n  {account}  {units} BTC {lot}\n  Equity:Counterpart'
    yield f"{DAY_ONE} open Equity:Counterpart"


def ours(ledger):
    """By method and pool: what each sale took, in order, and what is left, oldest first, as (acquired, units, cost)."""
    found = {(method, name): ([], []) for method in METHODS for name in ledger.pools}
    piece = lambda lot: (lot["acquired"], Decimal(lot["units"]), Decimal(lot["cost"]))
    for entry in json.loads(ledger.run("replay", "--format", "json"))["entries"]:
        for journal in (journal for event in entry["events"] for journal in event["journals"]):
            left = [lot for lot in journal["lots"] if lot["what"] == "leaves"]
            if left:
                place, = {lot["place"] for lot in left}
                found[journal["book"], place.removeprefix("wallet ")][0].append([piece(lot) for lot in left])
    for method in METHODS:
        place = None
        for row in ledger.report("lots", "--book", method)["rows"]:
            if row["kind"] == "heading":
                place = row["cells"]["lot"].split(" at wallet ")[1]
            elif row["kind"] == "line":
                found[method, place][1].append(piece(row["cells"]))
    return found


def theirs(python, path):
    said = subprocess.run([python, BEANCOUNT_SIDE, "lots", path], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    lots = lambda pieces: [(day, Decimal(units), Decimal(cost)) for day, units, cost in pieces]
    found = {}
    for account, (sales, rest) in json.loads(said.stdout).items():
        _, method, name = account.lower().split(":")
        found[method, name] = [lots(sale) for sale in sales], lots(rest)
    return found


def check(command, python, folder):
    """Compares all pools lot by lot, and says how many there were. A difference ends the check."""
    pools = drawn()
    (folder / "pools.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries(pools)))
    (folder / "pools.beancount").write_text("\n".join(beancount_text(pools)) + "\n")
    ledger = Ledger(command, folder / "pools", folder / "pools.jsonl")
    ledger.pools = pools
    our, their = ours(ledger), theirs(python, folder / "pools.beancount")
    assert our.keys() == their.keys() and len(our) == POOLS * len(METHODS)
    for (method, name), (sales, rest) in our.items():
        their_sales, their_rest = their[method, name]
        assert len(sales) == sum(units < 0 for _, units, _ in pools[name]), f"{name} by {method}: {len(sales)} sales"
        for number, (sale, their_sale) in enumerate(zip(sales, their_sales, strict=True), 1):
            assert sale == their_sale, f"{name} by {method}, sale {number}: ours {sale}, beancount {their_sale}"
        assert rest == their_rest, f"{name} by {method}: we are left with {rest}, beancount with {their_rest}"
    pieces = sum(len(sale) for sales, _ in our.values() for sale in sales)
    sales, rest = sum(len(sales) for sales, _ in our.values()), sum(len(rest) for _, rest in our.values())
    assert pieces > sales and rest > POOLS, "the pools are too easy"
    differ = sum(all(our[a, name] != our[b, name] for a, b in combinations(METHODS, 2)) for name in pools)
    print(f"{POOLS} pools by {', '.join(METHODS)}: beancount took the same {pieces} pieces of lots in {sales} sales and was left "
          f"with the same {rest}; in {differ} pools no two methods agree", flush=True)
