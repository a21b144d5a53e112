"""Our own programs: built, fed with a load, and measured command by command."""
import json
import os
import shutil
import subprocess

from .processes import Failed, Measured, measured, once

# What may be deleted without changing an answer.
CACHES = ("snapshots", "index", "tiles")

# A day about half-way through the ten years that every load spans.
PAST_DAY = "2021-06-30"
DAYS_AFTERWARDS = 5


class Programs:
    """The paths of the command and of the benchmarks, built for release."""

    def __init__(self, root):
        cargo = ["cargo", "build", "--release", "-q", "-p", "ledger-cli"]
        subprocess.run(cargo, cwd=root, check=True)
        self.treasury = os.path.join(target(root), "release", "treasury")
        listed = subprocess.run(
            ["cargo", "bench", "-q", "-p", "ledger-store", "--no-run", "--message-format=json"],
            cwd=root, check=True, stdout=subprocess.PIPE, text=True,
        )
        made = [json.loads(line) for line in listed.stdout.splitlines() if line.startswith("{")]
        benches = {
            one["target"]["name"]: one["executable"]
            for one in made
            if one.get("executable") and one["target"]["kind"] == ["bench"]
        }
        self.load, self.replay = benches["load"], benches["replay"]

    def write(self, form, count, path, *words):
        """Writes a load in a form to a file."""
        with open(path, "wb") as out:
            subprocess.run([self.load, form, str(count), *words], stdout=out, stderr=subprocess.DEVNULL, check=True)


def target(root):
    told = subprocess.run(
        ["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=root, check=True, stdout=subprocess.PIPE
    )
    return json.loads(told.stdout)["target_directory"]


class Store:
    """A ledger that a load is imported into."""

    def __init__(self, programs, place, count, late):
        self.programs, self.place, self.count, self.late = programs, place, count, late
        self.words = ["late"] if late else []
        self.path = os.path.join(place, "books")
        self.env = dict(os.environ, TREASURY_STORE=self.path, TREASURY_ACTOR="controller-1", NO_COLOR="1")
        self.imported_from = os.path.join(place, "entries.jsonl")

    def run(self, *words, **how):
        return measured([self.programs.treasury, *words], env=self.env, **how)

    def imported(self, limit=None):
        """The import of the whole load into a new store."""
        self.programs.write("jsonl", self.count, self.imported_from, *self.words)
        once([self.programs.treasury, "init", "--bare"], env=self.env)
        argv = [self.programs.treasury, "append", "--quiet", self.imported_from]
        return once(argv, env=self.env, limit=limit)

    def laid_down(self):
        """The load written as a log, in place of an import that failed."""
        shutil.rmtree(self.path)
        subprocess.run([self.programs.load, f"log={self.path}", str(self.count), *self.words], check=True)

    def forget_caches(self):
        for cache in CACHES:
            shutil.rmtree(os.path.join(self.path, cache), ignore_errors=True)

    def has_snapshots(self):
        return os.path.isdir(os.path.join(self.path, "snapshots"))

    def appended(self):
        """One entry appended by a process of its own; the peak is that of the first."""
        rounds = []
        for after in range(DAYS_AFTERWARDS):
            path = os.path.join(self.place, f"next-{after}.jsonl")
            self.programs.write("jsonl", self.count, path, *self.words, "after", str(self.count + after), "take", "1")
            argv = [self.programs.treasury, "append", "--quiet", path]
            rounds.append(once(argv, env=self.env, peak=after == 0))
        rounds[1:] = sorted(rounds[1:], key=lambda each: each.wall)
        middle = rounds[len(rounds) // 2]
        return Measured(middle.wall, middle.cpu, rounds[0].peak, "")

    def replayed(self):
        """The table of the bench of verified replays at this length, and the figures of the load in question."""
        done = once([self.programs.replay, "--bench", str(self.count)], peak=False)
        rows = [line.split() for line in done.out.splitlines() if line.strip().startswith("verified replay")]
        figures = rows[1 if self.late else 0][-4:]
        wall, peak = float(figures[1]) * self.count / 1_000_000, float(figures[3]) * 1_024
        return done.out, Measured(wall, None, round(peak), "")

    def bytes(self):
        """Bytes of the store on the disk, its caches apart."""
        log = caches = 0
        for folder, _, names in os.walk(self.path):
            inside = os.path.relpath(folder, self.path).split(os.sep)[0]
            size = sum(os.stat(os.path.join(folder, name)).st_blocks * 512 for name in names)
            log, caches = (log, caches + size) if inside in CACHES else (log + size, caches)
        return log, caches


def totals(store):
    """Assets, liabilities and equity of our balance sheet, in cents."""
    sheet = json.loads(store.run("report", "balance-sheet", "-f", "json").out)
    found = {row["cells"]["line"]: row["cells"]["amount"] for row in sheet["rows"] if "cells" in row}
    names = ("Total assets", "Total liabilities", "Total equity")
    if any(name not in found for name in names):
        raise Failed("the balance sheet has no totals")
    return tuple(cents(found[name]) for name in names)


def cents(text):
    """Cents of a decimal text, exactly."""
    sign = -1 if text.strip().startswith("-") else 1
    whole, _, part = text.strip().lstrip("-").replace(",", "").partition(".")
    return sign * (int(whole or 0) * 100 + int(part.ljust(2, "0")[:2]))
