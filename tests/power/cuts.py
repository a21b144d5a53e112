"""Power cuts on a logged block device; `run` beside this file says what for and calls it.

The device is an ext4 image behind qemu-storage-daemon, whose `blklogwrites` writes down every write and flush, in
the form of dm-log-writes; FUSE makes it a file, and a loop device makes that file a disk. A writer goes on only
when it is told to, so for each acknowledgement the length of that log is known: what is written there by then must
be enough to find the entry again.
"""

import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

SECTOR = 512
# What a disk of today writes whole or not at all, and what ext4 relies on for its first block.
ATOM = 4096
FLUSH, FORCE, DISCARD = 1, 2, 4
IMAGE_MIB = 24
BATCHES = 70
ENTRIES = 800
CUTS_OF_A_RUN = 10
POWER = "target/release/examples/power"
TREASURY = os.path.abspath("target/release/treasury")
STORY = os.path.abspath("fixtures/stories/mini.jsonl")


def call(*words, **options):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


class Device:
    """An image as a mounted disk; its writes are logged if a log is named."""

    def __init__(self, image, place, log=None):
        self.image, self.place, self.log = image, place, log
        self.daemon = self.loop = None

    def __enter__(self):
        try:
            source = self.serve() if self.log else self.image
            # Not with direct I/O: requests that overlap in time are then logged with each other's bytes.
            self.loop = call("losetup", "-f", "--show", source).strip()
            os.makedirs(self.place, exist_ok=True)
            call("mount", "-t", "ext4", self.loop, self.place)
        except BaseException:
            self.__exit__()
            raise
        return self

    def serve(self):
        export = self.image + ".export"
        for name in (export, self.log):
            open(name, "wb").close()
        # What the daemon keeps need not survive this machine.
        cache = "cache.direct=off,cache.no-flush=on"
        words = [
            "qemu-storage-daemon",
            "--blockdev", f"driver=file,node-name=disk,filename={self.image},{cache}",
            "--blockdev", f"driver=file,node-name=log,filename={self.log},{cache}",
            "--blockdev", f"driver=blklogwrites,node-name=logged,file=disk,log=log,log-sector-size={SECTOR}",
            "--export", f"type=fuse,id=export,node-name=logged,mountpoint={export},writable=on",
        ]
        self.daemon = subprocess.Popen(words)
        for _ in range(500):
            if os.path.getsize(export) == os.path.getsize(self.image):
                return export
            if self.daemon.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError("qemu-storage-daemon does not serve the image")

    def __exit__(self, *_):
        if os.path.ismount(self.place):
            call("umount", self.place)
        if self.loop:
            call("losetup", "-d", self.loop)
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()


def entries_of(log):
    """Each logged request: where it ends in the log, its sector, its flags, its bytes."""
    with open(log, "rb") as file:
        content = file.read()
    at = SECTOR
    while at + SECTOR <= len(content):
        sector, sectors, flags, _ = struct.unpack_from("<QQQQ", content, at)
        at += SECTOR
        data = b""
        if not flags & DISCARD:
            data = content[at : at + sectors * SECTOR]
            at += sectors * SECTOR
        if not (sectors or flags) or at > len(content):
            return
        yield at, sector, flags, data


def cut(base, log, image, chance):
    """Makes the image that a cut at a random instant leaves, and gives that instant as a place in the log."""
    requests = list(entries_of(log))
    flushes = [at for at, request in enumerate(requests) if request[2] & FLUSH]
    # Half of the cuts fall just before a flush, when there is most to lose.
    last = chance.choice(flushes) - 1 if chance.random() < 0.5 else chance.randrange(len(requests))
    last = max(last, 0)
    flushed = max((at for at in flushes if at <= last), default=-1)
    mood = chance.choice(["none", "all", "some", "some", "torn"])
    shutil.copyfile(base, image)
    with open(image, "r+b") as disk:
        for at, (_, sector, flags, data) in enumerate(requests[: last + 1]):
            certain = at <= flushed or flags & FORCE or mood == "all"
            step = ATOM if mood == "torn" and not certain else max(len(data), 1)
            for piece in range(0, len(data), step):
                if certain or (mood != "none" and chance.random() < 0.5):
                    disk.seek(sector * SECTOR + piece)
                    disk.write(data[piece : piece + step])
    return requests[last][0], last - flushed


class Run:
    """One life of a writer on a logged device: what was acknowledged, and when."""

    def __init__(self, folder, seed, sabotage):
        self.folder, self.seed, self.sabotage = folder, seed, sabotage
        self.base, self.log = f"{folder}/base.img", f"{folder}/log"
        self.store = "books"
        # How long the log was when so many entries had been acknowledged, and what else was told then.
        self.told = []

    def live(self):
        image = f"{self.folder}/disk.img"
        with open(image, "wb") as file:
            file.truncate(IMAGE_MIB << 20)
        call("mkfs.ext4", "-q", "-F", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
        shutil.copyfile(image, self.base)
        place = f"{self.folder}/mounted"
        with Device(image, place, self.log):
            self.write(f"{place}/{self.store}")
        self.prove_the_log(image)
        return self

    def prove_the_log(self, image):
        """Everything logged, replayed, is the disk itself; otherwise the cuts would prove nothing."""
        with open(image, "rb") as disk, open(self.base, "rb") as base:
            wanted, made = disk.read(), bytearray(base.read())
        for _, sector, _, data in entries_of(self.log):
            made[sector * SECTOR : sector * SECTOR + len(data)] = data
        if made != wanted:
            raise RuntimeError("the log of the device does not give the disk")

    def tell(self, size, root):
        self.told.append((os.path.getsize(self.log), size, root))

    def must_hold(self, instant):
        """The size acknowledged at an instant, and the greatest that may be there."""
        sizes = [0] + [size for length, size, _ in self.told if length <= instant]
        later = [size for length, size, _ in self.told if length > instant]
        return sizes[-1], (later[0] if later else sizes[-1] + self.in_flight_at_most)


class LogRun(Run):
    """The log by itself, with small segments."""

    in_flight_at_most = 9

    def write(self, store):
        words = [POWER, "write", store, str(self.seed)] + (["without-sync"] if self.sabotage else [])
        pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with subprocess.Popen(words, **pipes) as writer:
            for _ in range(BATCHES):
                _, size, root = writer.stdout.readline().split()
                self.tell(int(size), root)
                writer.stdin.write("on\n")
                writer.stdin.flush()
            writer.kill()

    def recover(self, store):
        subprocess.run([POWER, "recover", store], stdout=subprocess.DEVNULL)

    def check(self, store, least, most):
        if least == 0 and not os.path.exists(f"{store}/segment-00000001.log"):
            return 0, "nothing"
        words = [POWER, "check", store, str(self.seed), str(least)]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise Lost(done.stdout.strip())
        _, size, root, recovered, torn = done.stdout.split()
        told = {told_size: told_root for _, told_size, told_root in self.told}
        if not least <= int(size) <= most or told.get(int(size), root) != root:
            raise Lost(f"{size} entries with root {root}; {least} to {most} may be there")
        return int(size), f"{recovered} {torn}"


class LedgerRun(Run):
    """The whole command, with snapshots beside the log and readers that write them."""

    in_flight_at_most = 1

    def line(self, number):
        event = '{"type":"cash_paid","wallet":"bank","amount":{"amount":"0.01","currency":"USD"},"category":"other"}'
        return (
            f'{{"id":"00000000-0000-4000-8000-{number:012}","effective":"2026-03-05",'
            f'"actor":"controller-1","events":[{event}]}}\n'
        )

    def treasury(self, store, *words, **options):
        return call(TREASURY, "--store", store, *words, env={"NO_COLOR": "1"}, **options)

    def write(self, store):
        self.treasury(store, "init", "--bare")
        self.treasury(store, "append", STORY)
        self.tell(10, None)
        words = [TREASURY, "--store", store, "append", "-"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
            for number in range(11, ENTRIES):
                writer.stdin.write(self.line(number))
                writer.stdin.flush()
                if writer.stdout.readline() != f"recorded {number}\n":
                    raise RuntimeError("the writer does not record")
                self.tell(number, None)
                if number % 50 == 0:
                    self.treasury(store, "report", "balance-sheet")
            writer.kill()

    def recover(self, store):
        subprocess.run([TREASURY, "--store", store, "checkpoint"], capture_output=True)

    def check(self, store, least, most):
        if least == 0 and not os.path.exists(f"{store}/segment-00000001.log"):
            return 0, "nothing"
        try:
            size = int(self.treasury(store, "checkpoint", stderr=subprocess.PIPE).splitlines()[1])
            if not least <= size <= most and least >= 10:
                raise Lost(f"{size} entries; {least} to {most} may be there")
            # A torn tail is a finding until a writer has set it aside.
            if size >= 10:
                number = size + 1
                told = self.treasury(store, "append", "-", input=self.line(number), stderr=subprocess.PIPE)
                if told != f"recorded {number}\n":
                    raise Lost(f"the next entry is answered by {told}")
            self.treasury(store, "verify")
            if size >= 10:
                sheet = figures(self.treasury(store, "report", "balance-sheet"))
                kept = os.path.isdir(f"{store}/snapshots") and len(os.listdir(f"{store}/snapshots"))
                shutil.rmtree(f"{store}/snapshots", ignore_errors=True)
                anew = figures(self.treasury(store, "report", "balance-sheet"))
                if anew != sheet:
                    wrong = [f"{one} | {other}" for one, other in zip(sheet, anew) if one != other]
                    raise Lost(f"the balance sheet depends on a snapshot: {wrong}")
                return size, f"snapshots={kept}"
            return size, ""
        except subprocess.CalledProcessError as failed:
            raise Lost(f"{failed.cmd[3:]}: {failed.stdout}{failed.stderr or ''}") from failed


ORIGIN = re.compile(r"\d+ entries · (from snapshot at|verified to) entry \d+")


def figures(sheet):
    """The lines of a report without the one that says where they come from, which a snapshot may change."""
    lines = sheet.splitlines()
    origins = [line for line in lines if ORIGIN.fullmatch(line)]
    if len(origins) != 1:
        raise Lost(f"a report says {len(origins)} times where it comes from")
    return [line for line in lines if line not in origins]


class Lost(Exception):
    """What was acknowledged is not there, or the store does not work."""


def check_cut(run, chance, folder):
    """One cut, perhaps a second one while the first is being recovered; gives a line about it."""
    first, place = f"{folder}/first.img", f"{folder}/cut"
    instant, unflushed = cut(run.base, run.log, first, chance)
    least, most = run.must_hold(instant)
    again = chance.randrange(3) == 0
    image = first
    if again:
        base, second, log = f"{folder}/first-base.img", f"{folder}/second.img", f"{folder}/second-log"
        shutil.copyfile(first, base)
        with Device(first, place, log):
            run.recover(f"{place}/{run.store}")
        cut(base, log, second, chance)
        image = second
    with Device(image, place):
        size, how = run.check(f"{place}/{run.store}", least, most)
    return f"{least:4} acknowledged, {size:4} there, {unflushed:2} requests not flushed, {'twice' if again else 'once'} {how}"


def main():
    cuts, seed = int(os.environ.get("CUTS", "100")), int(os.environ.get("SEED", "1"))
    sabotage = sys.argv[1:] == ["--sabotage"]
    if sys.argv[1:] and not sabotage:
        sys.exit(f"what is {sys.argv[1:]}?")
    chance, lost, done, begun = random.Random(seed), 0, 0, time.time()
    while done < cuts:
        with tempfile.TemporaryDirectory(prefix="power-") as folder:
            # Every third run is one of the whole command; a sabotaged writer is the log's alone.
            kind = LedgerRun if (done // CUTS_OF_A_RUN) % 3 == 2 and not sabotage else LogRun
            run = kind(folder, seed + done, sabotage).live()
            for _ in range(min(CUTS_OF_A_RUN, cuts - done)):
                done += 1
                try:
                    line = check_cut(run, chance, folder)
                except Lost as loss:
                    lost += 1
                    line = f"LOST: {loss}"
                print(f"{done:4}  {kind.__name__:9}  {line}", flush=True)
    print(f"{done} cuts in {time.time() - begun:.0f} s, losses in {lost}, seed {seed}")
    if sabotage:
        print("the sabotage was noticed" if lost else "the sabotage was NOT noticed")
    sys.exit(0 if bool(lost) == sabotage else 1)


if __name__ == "__main__":
    main()
