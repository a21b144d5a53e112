"""What programs that are not ours say of our books: `python3 tests/oracles/other_programs.py [--all]`.

Installs hledger, ledger and beancount where it can. What it cannot is left out, loudly; with `--all` that fails.
"""
import sys
import tempfile
from pathlib import Path

import exports
import treasury
from installed import beancount, by_apt, left_out


def main(must_have_all):
    programs, missing = [], []
    found = by_apt("hledger", "ledger")
    for wrap, name, where in [(exports.Hledger, "hledger", found["hledger"]), (exports.LedgerCli, "ledger", found["ledger"]),
                              (exports.Beancount, "beancount", beancount())]:
        if where:
            programs.append(wrap(where))
        else:
            missing.append(name)
            left_out(f"exports were not checked by {name}", f"{name} is not there and could not be installed")
    if programs:
        with tempfile.TemporaryDirectory() as folder:
            exports.check(exports.ledgers(treasury.built(), Path(folder)), programs)
    return f"left out: {', '.join(missing)}" if missing and must_have_all else 0


if __name__ == "__main__":
    sys.exit(main("--all" in sys.argv[1:]))
