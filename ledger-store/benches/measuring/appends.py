"""Durable appends: one entry at a time, all takers in turn so that a busy disk hits each; then all entries at once."""
import json
import os
import statistics
import subprocess
import time

from .databases import sqlite_connection
from .processes import Failed

WARM_UP = 50
APPENDS = 400


class Raw:
    """The limit: the bytes of the line written to a file laid down in zeros, and fdatasync."""

    name = "raw write and fdatasync"

    def __init__(self, place):
        self.file = os.open(os.path.join(place, "raw"), os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.pwrite(self.file, bytes(4 << 20), 0)
        os.fsync(self.file)
        self.at = 0

    def append(self, number, line):
        self.at += os.pwrite(self.file, line.encode(), self.at)
        os.fdatasync(self.file)

    def close(self):
        os.close(self.file)


class Piped:
    """A program that is handed a line and answers with one when it is durable."""

    def __init__(self, argv, env, cwd=None):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(argv, stdin=pipe, stdout=pipe, env=env, text=True, bufsize=1, cwd=cwd)

    def ask(self, text, expected):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if answer != expected:
            raise Failed(f"{self.name}: `{answer}` where `{expected}` should be")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Treasury(Piped):
    name = "treasury append -"

    def __init__(self, programs, place):
        env = dict(os.environ, TREASURY_STORE=os.path.join(place, "single"), TREASURY_ACTOR="controller-1")
        subprocess.run([programs.treasury, "init", "--bare"], env=env, check=True, stdout=subprocess.DEVNULL)
        super().__init__([programs.treasury, "append", "-"], env)

    def append(self, number, line):
        self.ask(line, f"recorded {number}")


class Sqlite:
    name = "SQLite, WAL, synchronous=FULL"

    def __init__(self, place):
        self.base = sqlite_connection(os.path.join(place, "single.sqlite"))

    def append(self, number, line):
        self.base.execute("insert into entries values (?, ?, ?)", (number, json.loads(line)["id"], line))

    def close(self):
        self.base.close()


class Postgres(Piped):
    name = "PostgreSQL, fsync and synchronous_commit on"

    def __init__(self, cluster):
        cluster.new_table()
        super().__init__(cluster.psql(), cluster.env)

    def append(self, number, line):
        values = f"{number}, '{json.loads(line)['id']}', '{line.replace(chr(39), chr(39) * 2)}'"
        self.ask(f"insert into entries values ({values}) returning number;", str(number))


def single(programs, place, cluster):
    """The median time of a durable append by each taker, in seconds, and who is left out."""
    lines_file = os.path.join(place, "single.jsonl")
    programs.write("jsonl", WARM_UP + APPENDS, lines_file)
    lines = open(lines_file).read().splitlines()
    takers = [Raw(place), Treasury(programs, place), Sqlite(place)]
    if not cluster.why:
        takers.append(Postgres(cluster))
    times = {taker.name: [] for taker in takers}
    try:
        for number, line in enumerate(lines, 1):
            for taker in takers:
                begun = time.perf_counter()
                taker.append(number, line)
                times[taker.name].append(time.perf_counter() - begun)
    finally:
        for taker in takers:
            taker.close()
    return {name: statistics.median(each[WARM_UP:]) for name, each in times.items()}


def bulk(place, cluster, source):
    """Seconds in which the databases take all lines of a file, durable at the end, by name."""
    lines = open(source).read().splitlines()
    rows = [(number, json.loads(line)["id"], line) for number, line in enumerate(lines, 1)]
    base = sqlite_connection(os.path.join(place, "bulk.sqlite"))
    begun = time.perf_counter()
    base.execute("begin")
    base.executemany("insert into entries values (?, ?, ?)", rows)
    base.execute("commit")
    taken = {"SQLite, one transaction": time.perf_counter() - begun}
    base.close()
    if cluster.why:
        return taken
    cluster.new_table()
    # In COPY's text form a backslash stands for itself only when doubled.
    copied = os.path.join(place, "bulk.copy")
    with open(copied, "w") as out:
        out.writelines(f"{number}\t{id_}\t{line.replace(chr(92), chr(92) * 2)}\n" for number, id_, line in rows)
    begun = time.perf_counter()
    copy = ["-c", f"\\copy entries from '{copied}'"]
    subprocess.run(cluster.psql(*copy), env=cluster.env, check=True, stdout=subprocess.DEVNULL)
    taken["PostgreSQL, COPY"] = time.perf_counter() - begun
    return taken
