"""Wallets on a real chain against our books: `python3 tests/oracles/regtest.py [--must]`.

A real bitcoind in regtest receives, moves with a fee, spends and is reorganised. The ledger records the same with planned
errors of a few satoshi, and `treasury reconcile` must find exactly those at a block, before and after. What the chain says is
worked out here from whole blocks, not by the calls that the command makes. Where no node can be had it is left out, loudly;
with `--must` that fails. All amounts are synthetic.
"""
import json
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import bitcoin_node
from installed import left_out
from treasury import built

SATOSHI = Decimal("0.00000001")
FEE = Decimal("0.00001000")
RULES = 'name = "chain"\nversion = 1\ndays = 0\ntiming_days = 0\ngroup_most = 0\n'
checks = 0


def holds(what, is_so, *facts):
    """Ends the check unless it is so."""
    global checks
    checks += 1
    if not is_so:
        raise SystemExit(f"!! {what}\n" + "\n".join(str(fact) for fact in facts))


def same(what, found, expected):
    holds(what, found == expected, f"found    {found}", f"expected {expected}")


class Chain:
    """What happens on the chain, day by day in January 2026."""

    def __init__(self, node, blocks=120):
        self.node = node
        node("setmocktime", moment(1))
        for wallet in ("miner", "cold", "hot"):
            node("createwallet", wallet)
        self.reward = node("getnewaddress", wallet="miner")
        self.elsewhere = node("getnewaddress", wallet="miner")
        node("generatetoaddress", blocks, self.reward)

    def descriptors(self, wallet, private=False):
        listed = self.node("listdescriptors", private, wallet=wallet)["descriptors"]
        return [one["desc"] for one in listed if one["desc"].startswith("wpkh")]

    def address(self, wallet):
        return self.node("getnewaddress", wallet=wallet)

    def pay(self, wallet, outputs, coins=None):
        """Pays from one coin of a wallet, change to itself, with a fee that is known to the satoshi; the transaction."""
        coin = coins or max(self.node("listunspent", 1, wallet=wallet), key=lambda coin: coin["amount"])
        change = coin["amount"] - sum(outputs.values()) - FEE
        assert change > 0, coin
        back = self.node("getrawchangeaddress", wallet=wallet)
        raw = self.node("createrawtransaction", [{"txid": coin["txid"], "vout": coin["vout"]}],
                        [*({address: str(amount)} for address, amount in outputs.items()), {back: str(change)}])
        signed = self.node("signrawtransactionwithwallet", raw, wallet=wallet)["hex"]
        self.node("lockunspent", False, [{"txid": coin["txid"], "vout": coin["vout"]}], wallet=wallet)
        return self.node("sendrawtransaction", signed)

    def day(self, day, count=1):
        """Mines what waits on a day."""
        self.node("setmocktime", moment(day))
        return self.node("generatetoaddress", count, self.reward)

    def day_of(self, day, *transactions):
        """Mines these transactions and no others."""
        self.node("setmocktime", moment(day))
        return self.node("generateblock", self.reward, list(transactions))["hash"]

    def balance(self, wallet, height):
        """What a wallet has after a block, from whole blocks."""
        scripts, total = set(), Decimal(0)
        for descriptor in self.descriptors(wallet):
            for address in self.node("deriveaddresses", descriptor, [0, 50]):
                scripts.add(address)
        for at in range(1, height + 1):
            block = self.node("getblock", self.node("getblockhash", at), 3)
            for transaction in block["tx"]:
                came = [(out["scriptPubKey"], out["value"]) for out in transaction["vout"]]
                went = [(i["prevout"]["scriptPubKey"], i["prevout"]["value"]) for i in transaction["vin"] if "prevout" in i]
                total += sum((value for script, value in came if script.get("address") in scripts), Decimal(0))
                total -= sum((value for script, value in went if script.get("address") in scripts), Decimal(0))
        return total


def moment(day):
    return int(datetime(2026, 1, day, 12, tzinfo=timezone.utc).timestamp())


class Books:
    """A ledger of our own, and what is asked of it."""

    def __init__(self, treasury, folder, node):
        self.treasury, self.folder, self.node, self.count = treasury, folder, node, 0
        (folder / "rules.toml").write_text(RULES)
        self.run(0, "init", "--entity", "Example", "--on", "2026-01-02", "--actor", "controller-1")
        self.record(2, [{"type": "wallet_opened", "wallet": "cold", "kind": "cold", "commodity": "BTC"},
                        {"type": "wallet_opened", "wallet": "hot", "kind": "hot", "commodity": "BTC"},
                        {"type": "party_registered", "party": "customer"}])

    def run(self, exits, *arguments):
        words = [str(word) for word in (self.treasury, "--store", self.folder / "books", "--actor", "reconciler-1", *arguments)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=self.folder)
        same(f"`{' '.join(map(str, arguments))}` exits {exits}: {done.stdout}{done.stderr}", done.returncode, exits)
        return done

    def record(self, day, events, transaction=None):
        self.count += 1
        entry = {"id": f"00000000-0000-4000-8000-{self.count:012}", "effective": f"2026-01-{day:02}", "actor": "controller-1",
                 "events": events}
        if transaction:
            entry["refs"] = {"chain": transaction}
        words = [self.treasury, "--store", self.folder / "books", "append", "-"]
        done = subprocess.run(words, input=json.dumps(entry), capture_output=True, text=True, check=False)
        same(f"an entry is recorded: {done.stderr}", done.returncode, 0)

    def received(self, day, units, transaction):
        self.record(day, [{"type": "coins_accepted", "counterparty": "customer", "to": {"wallet": "cold"}, "commodity": "BTC",
                           "units": str(units), "value": {"amount": "1000", "currency": "USD"}, "against": "hosting"}], transaction)

    def moved(self, day, units, fee, transaction):
        self.record(day, [{"type": "coins_moved", "commodity": "BTC", "units": str(units), "from": {"wallet": "cold"},
                           "to": {"wallet": "hot"}, "network_fee_units": f"{fee:f}", "price": "70000"}], transaction)

    def spent(self, day, units, transaction):
        self.record(day, [{"type": "coins_spent", "commodity": "BTC", "units": str(units), "from": {"wallet": "cold"},
                           "value": {"amount": "14000", "currency": "USD"}, "settles": "expense", "category": "hosting"}], transaction)

    def asked(self, wallet, *more):
        """A wallet compared with what the node says of it."""
        return ["reconcile", wallet, "--node", self.node.url, "--cookie", self.node.cookie, "--network", "regtest",
                "--descriptors", f"{wallet}.desc", "--rules", "rules.toml", *more]

    def compared(self, exits, wallet, *more):
        done = self.run(exits, "-f", "json", *self.asked(wallet, *more))
        return json.loads(done.stdout, parse_float=Decimal)

    def refused(self, code, *arguments):
        done = self.run(3, *arguments)
        holds(f"refused as {code}", done.stderr.startswith(f"refused: {code}\n"), done.stderr)


def breaks(found):
    """What differs from the chain."""
    of_chain = (one for one in found["breaks"] if one["source"] == "bitcoin-regtest")
    return sorted((one["found"], Decimal(one["units"])) for one in of_chain)


def names(found):
    return {one["name"] for one in found["breaks"]}


def gone(found):
    return [one["entry"] for one in found["no_longer_in_the_chain"]]


def play(node, treasury, folder):
    chain = Chain(node)
    books = Books(treasury, folder, node)
    (folder / "cold.desc").write_text("# watched only\n" + "\n".join(chain.descriptors("cold")) + "\n")
    # The same two paths in one, without its checksum.
    (folder / "hot.desc").write_text(chain.descriptors("hot")[0].split("#")[0].replace("/0/*", "/<0;1>/*") + "\n")
    # Coins that depend on no other, so that each payment can be in a block without the others.
    rewards = iter(node("listunspent", 1, wallet="miner"))

    def receives(day, *amounts):
        address = chain.address("cold")
        paid = [chain.pay("miner", {address: Decimal(amount)}, next(rewards)) for amount in amounts]
        return paid, chain.day(day)[0]

    (a, b), _ = receives(5, "3", "1.25")
    (c,), _ = receives(6, "0.5")
    d = chain.pay("cold", {chain.address("hot"): Decimal(1)})
    chain.day(7)
    e = chain.pay("cold", {chain.elsewhere: Decimal("0.2")})
    chain.day(8)
    first = node("getblockcount")
    (f,), _ = receives(9, "0.1")
    (g,), block_of_g = receives(10, "0.7")
    chain.day(11)
    chain.day(12)
    height = node("getblockcount")
    (h,), _ = receives(13, "0.05")
    chain.day(14, 6)

    books.received(5, "3", a)
    books.received(5, "1.25", b)
    # C is missing; the fee of D is three satoshi short; F stands twice; G is seven satoshi too much.
    books.moved(7, 1, FEE - 3 * SATOSHI, d)
    books.spent(8, Decimal("0.2") + FEE, e)
    books.received(9, "0.1", f)
    books.received(9, "0.1", f)
    books.received(10, Decimal("0.7") + 7 * SATOSHI, g)
    books.received(13, "0.05", h)
    planned = sorted([("unmatched_theirs", Decimal("0.5")), ("amount_differs", -3 * SATOSHI),
                      ("duplicate_ours", Decimal("-0.1")), ("amount_differs", -7 * SATOSHI)])

    faults(node, chain, books, folder, height)

    # At a block, first an earlier one.
    found = books.compared(1, "cold", "--through-height", first)
    same("what differs at the earlier block", breaks(found), sorted([("unmatched_theirs", Decimal("0.5")), ("amount_differs", -3 * SATOSHI)]))
    found = books.compared(1, "cold", "--through-height", height)
    same("what differs at the block", breaks(found), planned)
    source = found["sources"][0]
    same("the balance at the block", Decimal(source["statement"]), chain.balance("cold", height))
    same("the balance of the books", Decimal(found["ledger"]) + sum(units for _, units in planned), Decimal(source["statement"]))
    same("the block", (source["block"]["height"], source["block"]["hash"], source["block"]["time"]),
         (height, node("getblockhash", height), "2026-01-12T12:00:00Z"))
    same("nothing that is gone", gone(found), [])
    again = books.compared(1, "cold", "--through-height", height)
    same("a second time records nothing", (again["recorded"], again["statements_recorded"], again["entry"]), (False, 0, found["entry"]))
    hot = books.compared(0, "hot", "--through-height", height)
    same("the other side of the move", (breaks(hot), hot["ledger"]), ([], "1"))

    # As deep as six confirmations.
    later = books.compared(1, "cold")
    same("what differs later", (breaks(later), names(later)), (planned, names(found)))
    same("six confirmations", later["sources"][0]["block"]["height"], node("getblockcount") - 5)
    same("the balance later", Decimal(later["sources"][0]["statement"]), chain.balance("cold", node("getblockcount") - 5))

    # The block with G is reorganised away; H is in another block, on another day.
    tip = node("getblockcount")
    node("invalidateblock", block_of_g)
    books.refused("NODE_BEHIND", *books.asked("cold"))
    other_block = chain.day_of(15, h)
    while node("getblockcount") <= tip:
        chain.day_of(16)
    moved = books.compared(1, "cold", "--confirmations", "1")
    without_g = sorted([*[one for one in planned if one[1] != -7 * SATOSHI], ("unmatched_ours", -(Decimal("0.7") + 7 * SATOSHI))])
    same("what differs after the reorganisation", breaks(moved), without_g)
    same("statements that no longer hold", len(gone(moved)), 2)
    same("the balance after the reorganisation", Decimal(moved["sources"][0]["statement"]), chain.balance("cold", node("getblockcount")))
    same("breaks that are the same keep their names", len(names(moved) & names(found)), 3)
    quiet = books.compared(1, "cold", "--confirmations", "1")
    same("nothing more is gone", (gone(quiet), quiet["recorded"]), ([], False))

    # And back again: the first chain becomes the longer one.
    node("reconsiderblock", block_of_g)
    node("invalidateblock", other_block)
    node("setmocktime", moment(17))
    while node("getblockcount") <= tip + 2:
        chain.day(17)
    back = books.compared(1, "cold", "--confirmations", "1")
    same("what differs on the first chain", (breaks(back), names(back) >= names(found)), (planned, True))
    same("the statement that no longer holds", len(gone(back)), 1)
    three_sides(books, chain, folder, (a, b, c, d, e, f, g, h))

    # What is corrected is found no more.
    books.received(6, "0.5", c)
    corrected = books.compared(1, "cold", "--confirmations", "1")
    same("what is left", breaks(corrected), [one for one in planned if one[0] != "unmatched_theirs"])
    jobs(books, folder)
    books.run(0, "verify")
    for wallet in ("cold", "hot"):
        for descriptor in chain.descriptors(wallet):
            key = descriptor.split("]")[1].split("/")[0]
            kept = [path for path in (folder / "books").rglob("*") if path.is_file() and key.encode() in path.read_bytes()]
            same("no extended key is kept", kept, [])


def faults(node, chain, books, folder, height):
    """Refusals of a real node, before anything is recorded."""
    at = ["--through-height", height]
    books.refused("NODE_OTHER_NETWORK", *[word for word in books.asked("cold", *at) if word not in ("--network", "regtest")])
    books.refused("HEIGHT_UNKNOWN", *books.asked("cold", "--through-height", 5000))
    books.refused("HEIGHT_NOT_CONFIRMED", *books.asked("cold", *at, "--confirmations", 200))
    (folder / "wrong.cookie").write_text("__cookie__:0")
    wrong = books.asked("cold", *at)
    wrong[wrong.index("--cookie") + 1] = "wrong.cookie"
    books.refused("NODE_UNAUTHORISED", *wrong)
    nobody = books.asked("cold", *at)
    nobody[nobody.index("--node") + 1] = "http://127.0.0.1:1"
    books.refused("NODE_UNREACHABLE", *nobody)
    right = chain.descriptors("cold")[0]
    wrong_checksum = right[:-1] + ("q" if right.endswith("p") else "p")
    for code, descriptor in (
        ("DESCRIPTOR_INVALID", "wpkh(03)"),
        ("DESCRIPTOR_INVALID", wrong_checksum),
        ("DESCRIPTOR_PRIVATE", chain.descriptors("cold", private=True)[0]),
    ):
        (folder / "bad.desc").write_text(descriptor)
        words = books.asked("cold", *at)
        words[words.index("--descriptors") + 1] = "bad.desc"
        books.refused(code, *words)
    # Its first addresses are in use, which are among the last of so few.
    books.refused("DESCRIPTOR_RANGE_SHORT", *books.asked("cold", *at, "--range", 20))
    same("nothing is recorded", [line for line in books.run(0, "export", "jsonl").stdout.splitlines() if "statement" in line], [])


def three_sides(books, chain, folder, transactions):
    """A custodian that has everything right but E."""
    a, b, c, d, e, f, g, h = transactions
    lines = [(5, "3", a), (5, "1.25", b), (6, "0.5", c), (7, -(1 + FEE), d), (8, "-0.3", e), (9, "0.1", f), (10, "0.7", g), (13, "0.05", h)]
    closing = sum((Decimal(units) for _, units, _ in lines), Decimal(0))
    statement = {"source": "custody", "from": "2026-01-02", "to": "2026-01-17", "opening": "0", "closing": str(closing),
                 "lines": [{"day": f"2026-01-{day:02}", "units": f"{Decimal(units):f}", "references": [name]} for day, units, name in lines]}
    (folder / "custody.json").write_text(json.dumps(statement))
    books.run(1, "reconcile", "cold", "custody.json", "--rules", "rules.toml")
    done = books.run(1, "-f", "json", "reconcile", "three-way", "cold", "--rules", "rules.toml")
    found = json.loads(done.stdout)
    rows = {(row["references"][0], row["verdict"]): (row["books"], row["first"], row["second"]) for row in found["apart"]}
    sat = lambda amount: f"{Decimal(amount).normalize():f}"
    same("three sides", rows, {
        (c, "not_in_books"): (None, "0.5", "0.5"),
        (d, "books_differ"): (sat(-(1 + FEE - 3 * SATOSHI)), sat(-(1 + FEE)), sat(-(1 + FEE))),
        (e, "first_differs"): (sat(-(Decimal("0.2") + FEE)), "-0.3", sat(-(Decimal("0.2") + FEE))),
        (f, "books_only"): ("0.1", None, None),
        (g, "books_differ"): (sat(Decimal("0.7") + 7 * SATOSHI), "0.7", "0.7"),
    })
    same("the chain's balance of three", Decimal(found["second"]["balance"]), chain.balance("cold", found["second"]["block"]["height"]))
    print(books.run(1, "reconcile", "three-way", "cold", "--rules", "rules.toml").stdout)


def jobs(books, folder):
    """The same without a person."""
    job = f"""[[job]]
name = "hot"
account = "hot"
node = "{books.node.url}"
cookie = "{books.node.cookie}"
network = "regtest"
descriptors_file = "hot.desc"
rules = "rules.toml"
confirmations = 1
"""
    (folder / "JOBS.toml").write_text(job)
    done = json.loads(books.run(0, "-f", "json", "reconcile", "run", "JOBS.toml").stdout)
    same("the job compared", (done["jobs"][0]["event"], done["jobs"][0]["open"]), ("compared", 0))


def main(must):
    words = bitcoin_node.command()
    if not words:
        left_out("wallets were not compared with a real chain", "no bitcoind is there, and none could be unpacked")
        return 1 if must else 0
    # With filters of its blocks a node looks through fewer of them.
    for options in ((), ("-blockfilterindex=1",)):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            with bitcoin_node.Node(words, folder / "node", *options) as node:
                said = node("getnetworkinfo")["subversion"]
                (folder / "ledger").mkdir()
                play(node, built(), folder / "ledger")
    print(f"{checks} checks against {said} in regtest: all hold")
    return 0


if __name__ == "__main__":
    sys.exit(main("--must" in sys.argv[1:]))
