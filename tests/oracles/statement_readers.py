"""What parsers that are not ours make of statements: `python statement_readers.py KIND FILE..` prints, a line a file, the
sizes of its movements as JSON, or null where the parser fails. Run by a Python that has mt-940, bai2 and ofxparse."""
import io
import json
import sys
import warnings
from decimal import Decimal
from pathlib import Path


def mt940(content):
    import mt940 as parser

    parsed = parser.parse(io.StringIO(content.decode("utf-8", errors="replace")))
    return [abs(one.data["amount"].amount) for one in parsed.transactions if "amount" in one.data]


def bai2(content):
    from bai2 import bai2 as parser

    parsed = parser.parse_from_string(content.decode())
    accounts = [account for group in parsed.children for account in group.children]
    sizes = [(one.amount, account.header.currency) for account in accounts for one in account.children]
    return [Decimal(size or 0) / 100 for size, _ in sizes]


def ofx(content):
    from ofxparse import OfxParser

    parsed = OfxParser.parse(io.BytesIO(content))
    statements = [account.statement for account in parsed.accounts if account.statement]
    return [abs(one.amount) for statement in statements for one in getattr(statement, "transactions", []) if hasattr(one, "amount")]


def main(kind, files):
    warnings.simplefilter("ignore")
    for name in files:
        try:
            sizes = sorted(globals()[kind](Path(name).read_bytes()))
            print(json.dumps([format(size.normalize(), "f") for size in sizes]))
        except Exception:  # Whatever stops them: they have no say on the file.
            print("null")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
