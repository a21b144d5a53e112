"""Our workbooks in the eyes of other programs: openpyxl reads every number and the exact text beside it, LibreOffice works
every formula out again from nothing, and both must come to what we say. A workbook with one altered number must be found."""
import json
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

from installed import ROOT, left_out, openpyxl
from treasury import Ledger, built

STORIES = ["cango-2026q1", "every-event", "loan-life", "mini"]
FORMULAS_LEAST = 100
SHEETS = ["Balance sheet", "Income statement", "Trial balance", "Roll-forward of coins", "Lots", "Journal", "Checks"]

# Runs in the Python that has openpyxl: the cells of a workbook, and a copy in which no result is kept, so that whoever
# opens it must work all of them out. With a place, the number there is altered first.
OPEN = """
import json, sys, openpyxl
path, bare, *alter = sys.argv[1:]
book = openpyxl.load_workbook(path)
if alter:
    sheet, cell = alter
    book[sheet][cell].value += 1
book.save(bare)
cells = {s.title: {c.coordinate: str(c.value) for r in s.iter_rows() for c in r if c.value is not None} for s in book}
json.dump(cells, sys.stdout)
"""
READ = """
import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1], data_only=True)
cells = {s.title: {c.coordinate: str(c.value) for r in s.iter_rows() for c in r if c.value is not None} for s in book}
json.dump(cells, sys.stdout)
"""


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {(done.stderr or done.stdout)[:2000]}"
    return done.stdout


def split(cell):
    letters = cell.rstrip("0123456789")
    return letters, int(cell[len(letters):])


def exact_columns(cells):
    """Which column holds the exact text of which, from the row of labels."""
    heads = [(split(cell), text) for cell, text in cells.items() if text.endswith(", exact")]
    if not heads:
        return {}, 0
    row = heads[0][0][1]
    labels = {text: split(cell)[0] for cell, text in cells.items() if split(cell)[1] == row}
    return {labels[text.removesuffix(", exact")]: column for (column, _), text in heads}, row


def largest_in(cells, column, head):
    """The largest amount of a column, which says how exact a number in it can be."""
    return max(abs(Decimal(text)) for cell, text in cells.items() if split(cell)[0] == column and split(cell)[1] > head)


def compare(name, formulas, worked_out):
    """Every number is its exact text, as read and as worked out; how many formulas there were."""
    found = 0
    assert list(worked_out) == SHEETS, f"{name}: {list(worked_out)}"
    for sheet, cells in worked_out.items():
        columns, head = exact_columns(formulas[sheet])
        largest = {letters: largest_in(formulas[sheet], column, head) for letters, column in columns.items()}
        for cell, text in formulas[sheet].items():
            letters, row = split(cell)
            if letters not in columns or row <= head:
                continue
            exact = Decimal(formulas[sheet][f"{columns[letters]}{row}"])
            number = Decimal(cells[cell])
            # Fifteen digits are what a number in a workbook has, and a sum has those of its largest term.
            assert abs(number - exact) <= largest[letters] * Decimal("1e-15"), f"{name}, {sheet} {cell}: {number} is not {exact}"
            found += text.startswith("=")
    return found


def verdicts(cells):
    checks = cells["Checks"]
    return [checks[f"E{row}"] for row in range(7, 7 + len(checks)) if f"E{row}" in checks]


def recalculated(office, python, folder, bare):
    run(office, "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(bare))
    return json.loads(run(python, "-c", READ, str(folder / "out" / bare.name)))


def main():
    python, office = openpyxl(), shutil.which("soffice")
    if python is None:
        left_out("workbooks were read by no other program", "openpyxl cannot be installed here")
        return
    if office is None:
        left_out("the formulas of workbooks were worked out by no other program", "LibreOffice is not installed: apt-get install libreoffice-calc")
    command, formulas = built(), 0
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        for name in STORIES:
            ledger = Ledger(command, folder / name, ROOT / "fixtures" / "stories" / f"{name}.jsonl")
            for book in ["us-gaap", "tax"]:
                path, bare = folder / f"{name}-{book}.xlsx", folder / f"{name}-{book}-bare.xlsx"
                ledger.run("export", "xlsx", "--book", book, "--out", str(path))
                cells = json.loads(run(python, "-c", OPEN, str(path), str(bare)))
                kept = json.loads(run(python, "-c", READ, str(path)))
                formulas += compare(f"{name} {book}", cells, kept)
                assert set(verdicts(kept)) == {"ok"}, f"{name} {book}: {verdicts(kept)}"
                if office:
                    again = recalculated(office, python, folder, bare)
                    compare(f"{name} {book}, by LibreOffice", cells, again)
                    assert verdicts(again) == verdicts(kept), f"{name} {book}: {verdicts(again)}"
        if office:
            # A dollar more of cash, in the trial balance only.
            bare = folder / "altered.xlsx"
            run(python, "-c", OPEN, str(folder / "mini-us-gaap.xlsx"), str(bare), "Trial balance", "D8")
            assert "DIFFERS" in verdicts(recalculated(office, python, folder, bare)), "an altered number was not found"
    assert formulas >= FORMULAS_LEAST, f"only {formulas} sums are formulas"
    print(f"workbooks: {formulas} sums of {len(STORIES)} stories in two books come to their exact text"
          + (", by openpyxl and LibreOffice" if office else ", by openpyxl"))


if __name__ == "__main__":
    sys.exit(main())
