"""What a real node replies, kept for the tests of the command: `python3 tests/oracles/node_replies.py`.

Writes fixtures/node/before.json and after.json: one wallet on a chain, and on the one that a reorganisation left. Replies are
as they came; of blocks' headers the fields that are used are kept, and of a long reply a block's part by its hash.
"""
import json
import re
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import bitcoin_node
from installed import ROOT
from regtest import Chain

OUT = ROOT / "fixtures" / "node"
HEADER = ("hash", "height", "time", "mediantime")
RANGE = 40


def exact(value):
    """JSON in which amounts have the digits that they came with."""
    text = json.dumps(value, default=lambda amount: f"amount {amount:f}", indent=1)
    return re.sub(r'"amount (\d+\.\d+)"', r"\1", text)


def replies(node, descriptors):
    """All that the command may ask of a node as it stands."""
    tip = node("getblockcount")
    hashes = [node("getblockhash", height) for height in range(tip + 1)]
    headers = [{name: header[name] for name in HEADER} for header in (node("getblockheader", name) for name in hashes)]
    info = {one: node("getdescriptorinfo", one) for one in descriptors}
    objects = [{"desc": one, "range": RANGE} for one in descriptors]
    activity = {name: node("getdescriptoractivity", [name], objects, False)["activity"] for name in hashes[1:]}
    last = {one: node("deriveaddresses", one, [RANGE - 19, RANGE]) for one in descriptors}
    known = {address: node("validateaddress", address) for all in last.values() for address in all}
    return {"getblockchaininfo": node("getblockchaininfo"), "headers": headers, "getdescriptorinfo": info,
            "scantxoutset": node("scantxoutset", "start", objects), "range": RANGE,
            "getdescriptoractivity": {name: found for name, found in activity.items() if found},
            "deriveaddresses": last, "validateaddress": known}


def main():
    words = bitcoin_node.command()
    if not words:
        return "no bitcoind is there, and none could be unpacked"
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, bitcoin_node.Node(words, Path(folder)) as node:
        chain = Chain(node, 103)
        descriptors = chain.descriptors("cold")
        rewards = iter(node("listunspent", 1, wallet="miner"))
        address = chain.address("cold")
        chain.pay("miner", {address: Decimal("1.50000007")}, next(rewards))
        chain.day(5)
        late = chain.pay("miner", {address: Decimal("0.25")}, next(rewards))
        away = chain.day(6)[0]
        chain.pay("cold", {chain.elsewhere: Decimal("0.4")})
        chain.day(7, 2)
        for name, act in (("before", None), ("after", away)):
            if act:
                tip = node("getblockcount")
                node("invalidateblock", act)
                chain.day_of(8, late)
                while node("getblockcount") <= tip:
                    chain.day_of(9)
            (OUT / f"{name}.json").write_text(exact(replies(node, descriptors)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
