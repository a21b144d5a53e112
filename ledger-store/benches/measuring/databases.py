"""Databases: the same postings imported and summed up, and the same entries appended durably."""
import glob
import os
import shutil
import sqlite3
import subprocess
import tempfile

from .peers import Peer, by_class, sheet
from .processes import Failed, Measured, measured, once

SUMS = "select account, sum(cents) from postings group by account order by account"
TABLE = "create table entries (number bigint primary key, id text unique, entry text)"
DURABLE = "pragma journal_mode = wal; pragma synchronous = full;"


class Sqlite(Peer):
    name, binary, form = "SQLite", "sqlite3", "sql"

    def runs(self, source, limit):
        base = os.path.join(self.place, "postings.sqlite")
        for name in glob.glob(base + "*"):
            os.remove(name)
        imported = once([self.path, base, DURABLE, f".read {source}"], limit=limit)
        asked = measured([self.path, "-csv", base, SUMS], limit=limit)
        yield "import, balance sheet", imported.plus(asked)
        yield "balance sheet once imported", asked

    def totals(self, out):
        rows = (line.split(",") for line in out.splitlines() if line)
        return sheet(by_class((account, int(sum_)) for account, sum_ in rows))


class Cluster:
    """A PostgreSQL of its own, on a socket in a folder, that ends with it; `why` says why there is none."""

    def __init__(self):
        found = shutil.which("initdb") or max(glob.glob("/usr/lib/postgresql/*/bin/initdb"), default=None)
        self.why = None if found else "initdb is not installed"
        if not found:
            return
        self.bin = os.path.dirname(os.path.realpath(found))
        self.place = tempfile.mkdtemp(prefix="growth-postgres-")
        # PostgreSQL does not run as root.
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(self.place, "postgres", "postgres")
        self.data = os.path.join(self.place, "data")
        self.env = dict(os.environ, PGHOST=self.place, PGDATABASE="postgres", PGUSER="postgres")
        try:
            self.call("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C")
            options = f"-c listen_addresses='' -k {self.place} -c fsync=on -c synchronous_commit=on"
            self.call("pg_ctl", "-D", self.data, "-w", "-l", os.path.join(self.place, "log"), "-o", options, "start")
        except (subprocess.CalledProcessError, OSError) as why:
            self.why = f"no cluster could be started: {why}"

    def call(self, program, *words):
        argv = [*self.user, os.path.join(self.bin, program), *words]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.place)

    def psql(self, *words):
        return [shutil.which("psql"), "-qAtX", "-v", "ON_ERROR_STOP=1", *words]

    def new_table(self):
        """An empty table of entries."""
        anew = self.psql("-c", f"drop table if exists entries; {TABLE}")
        subprocess.run(anew, env=self.env, check=True, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if getattr(self, "place", None):
            try:
                self.call("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")
            except subprocess.CalledProcessError:
                pass
            shutil.rmtree(self.place, ignore_errors=True)


class Postgres(Peer):
    """Time of its server and memory are not those of the client, so only the time that passed is given."""

    name, binary, form = "PostgreSQL", "psql", "sql"

    def __init__(self, place, cluster):
        super().__init__(place)
        self.cluster = cluster

    def left_out(self):
        return super().left_out() or self.cluster.why

    def runs(self, source, limit):
        def psql(*words):
            done = once(self.cluster.psql(*words), env=self.cluster.env, limit=limit, peak=False)
            return Measured(done.wall, None, None, done.out)

        psql("-c", "drop table if exists postings")
        imported = psql("-f", source)
        asked = psql("-F", ",", "-c", SUMS)
        yield "import, balance sheet", Measured(imported.wall + asked.wall, None, None, asked.out)
        yield "balance sheet once imported", asked

    totals = Sqlite.totals


def sqlite_connection(path):
    """A new database of entries that commits durably."""
    base = sqlite3.connect(path, isolation_level=None)
    base.executescript(f"{DURABLE} {TABLE.replace('bigint', 'integer')};")
    if base.execute("pragma synchronous").fetchone() != (2,):
        raise Failed("SQLite does not commit durably")
    return base
