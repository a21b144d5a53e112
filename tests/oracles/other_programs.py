"""What programs that are not ours say of our books: `python3 tests/oracles/other_programs.py [--all]`.

Installs hledger, ledger and beancount where it can. What it cannot is left out, loudly; with `--all` that fails.
"""
import sys
import tempfile
from pathlib import Path

import exports
import lot_pools
import treasury
from installed import beancount, by_apt, left_out


def main(must_have_all):
    programs, missing = [], []
    found = {**by_apt("hledger", "ledger"), "beancount": beancount()}
    for program in (exports.Hledger, exports.LedgerCli, exports.Beancount):
        where = found[program.target]
        if where:
            programs.append(program(where))
        else:
            missing.append(program.target)
            left_out(f"exports were not checked by {program.target}", "it is not there and could not be installed")
    if not found["beancount"]:
        left_out("lots were not compared with anyone's", "beancount is not there and could not be installed")
    if programs:
        command = treasury.built()
        with tempfile.TemporaryDirectory() as folder:
            exports.check(exports.ledgers(command, Path(folder)), programs)
            if found["beancount"]:
                lot_pools.check(command, found["beancount"], Path(folder))
    return f"left out: {', '.join(missing)}" if missing and must_have_all else 0


if __name__ == "__main__":
    sys.exit(main("--all" in sys.argv[1:]))
