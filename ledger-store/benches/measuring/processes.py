"""Whole processes: how long they take, how much of the processor and of memory they use."""
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass

# A process inherits the peak of whoever started it, so peaks are read by this small program, if it is there.
GNU_TIME = shutil.which("time", path="/usr/bin:/bin")

# What takes less is done several times.
SHORT_SECONDS = 1.0
ROUNDS = 5


class Failed(Exception):
    """A command did not do what it should."""


@dataclass
class Measured:
    """Medians of one command; `peak` is in KiB and None where it is not known."""

    wall: float
    cpu: float
    peak: int | None
    out: str

    def plus(self, other):
        """This and another command, one after the other."""
        peaks = [peak for peak in (self.peak, other.peak) if peak is not None]
        return Measured(self.wall + other.wall, self.cpu + other.cpu, max(peaks, default=None), other.out)


def once(argv, *, stdin=None, env=None, limit=None, peak=True):
    """Runs a command to its end and measures it. It is stopped after `limit` seconds, and then it has failed."""
    with tempfile.TemporaryDirectory() as place:
        seen = os.path.join(place, "peak")
        timed = bool(peak and GNU_TIME)
        full = [GNU_TIME, "-q", "-f", "%M", "-o", seen, *argv] if timed else list(argv)
        with open(os.path.join(place, "out"), "w+") as out, open(os.path.join(place, "err"), "w+") as err:
            source = open(stdin, "rb") if stdin else subprocess.DEVNULL
            begun = time.perf_counter()
            process = subprocess.Popen(
                full, stdin=source, stdout=out, stderr=err, env=env, start_new_session=True
            )
            usage = ended(process, begun, limit)
            wall = time.perf_counter() - begun
            if stdin:
                source.close()
            if process.returncode != 0:
                err.seek(0)
                told = " ".join(err.read().split())[-400:]
                raise Failed(f"{argv[0]} ended with {process.returncode}: {told}")
            out.seek(0)
            most = int(open(seen).read().split()[-1]) if timed else None
            return Measured(wall, usage.ru_utime + usage.ru_stime, most, out.read())


def ended(process, begun, limit):
    """Waits for a process and gives what it used."""
    if limit is None:
        _, status, usage = os.wait4(process.pid, 0)
    else:
        pid = 0
        while pid == 0:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid == 0 and time.perf_counter() - begun > limit:
                os.killpg(process.pid, signal.SIGKILL)
                os.wait4(process.pid, 0)
                process.returncode = -signal.SIGKILL
                raise Failed(f"not done after {limit:g} s")
            time.sleep(0.001 if time.perf_counter() - begun < 1 else 0.05)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def measured(argv, *, before=None, limit=None, **how):
    """Medians of a command that may be repeated; `before` is done ahead of each round and not measured."""
    if before:
        before()
    first = once(argv, limit=limit, **how)
    if first.wall > SHORT_SECONDS:
        return first
    rounds = []
    for _ in range(ROUNDS):
        if before:
            before()
        rounds.append(once(argv, peak=False, **how))
    wall = statistics.median(each.wall for each in rounds)
    cpu = statistics.median(each.cpu for each in rounds)
    return Measured(wall, cpu, first.peak, first.out)
