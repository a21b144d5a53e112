"""A real bitcoind on a chain of its own (regtest), on this machine only: found or unpacked, started, asked, stopped.

Where none is installed, Debian's package bitcoin-knots is unpacked with the libraries that it needs into target/oracles and
started through their own loader: they are newer than those of a stable release, and nothing of the machine is changed.
"""
import base64
import http.client
import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from installed import ROOT, runs

PREFIX = ROOT / "target" / "oracles" / "bitcoin-knots"
PACKAGE = "bitcoin-knots"
# The first version that knows getdescriptoractivity.
VERSION_LEAST = 29
PATIENCE = 60


def command():
    """What starts a bitcoind that is new enough, as a list of words, or `None`."""
    for words in (installed(), unpacked()):
        if words and version(words) >= VERSION_LEAST:
            return words
    if not fetch():
        return None
    words = unpacked()
    return words if words and version(words) >= VERSION_LEAST else None


def version(words):
    try:
        said = subprocess.run([*words, "--version"], capture_output=True, text=True, check=False, timeout=PATIENCE).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"version v(\d+)\.", said)
    return int(found.group(1)) if found else 0


def installed():
    found = shutil.which("bitcoind")
    return [found] if found else None


def unpacked(prefix=PREFIX):
    """The program in the prefix, started by the loader and with the libraries that lie beside it."""
    program = prefix / "usr" / "bin" / "bitcoind"
    loaders = sorted([*prefix.glob("usr/lib/*/ld-linux*.so.*"), *prefix.glob("usr/lib*/ld-linux*.so.*")])
    libraries = sorted({str(found.parent) for found in prefix.glob("usr/lib/*/libc.so.*")})
    if not program.exists() or not loaders or not libraries:
        return None
    return [str(loaders[0]), "--library-path", ":".join(libraries), str(program)]


def archive():
    """Where this machine has its Debian packages from, and the key that signs them, or `None`."""
    places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.sources")),
              *sorted(Path("/etc/apt/sources.list.d").glob("*.list"))]
    for place in (place for place in places if place.exists()):
        text = place.read_text()
        found = re.search(r"^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s*)?)(\S*/debian/?)(?:\s|$)", text, re.MULTILINE)
        if found:
            key = re.search(r"^Signed-By:\s*(/\S+)", text, re.MULTILINE)
            return found.group(1), key.group(1) if key else "/usr/share/keyrings/debian-archive-keyring.gpg"
    return None


def fetch():
    """Unpacks the package and what it needs; whether that went well."""
    source = archive()
    if not source or not all(shutil.which(program) for program in ("apt-get", "dpkg-deb")):
        return False
    PREFIX.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PREFIX.parent) as folder:
        work = Path(folder)
        for name in ("lists/partial", "archives/partial", "sources", "prefix"):
            (work / name).mkdir(parents=True)
        (work / "status").touch()
        (work / "sources" / "sid.sources").write_text(
            f"Types: deb\nURIs: {source[0]}\nSuites: sid\nComponents: main\nSigned-By: {source[1]}\n")
        settings = {"Dir::State": work, "Dir::State::lists": work / "lists", "Dir::State::status": work / "status",
                    "Dir::Cache": work, "Dir::Cache::archives": work / "archives", "Dir::Etc::sourcelist": "/dev/null",
                    "Dir::Etc::sourceparts": work / "sources", "Acquire::Languages": "none", "APT::Sandbox::User": "root",
                    "Dir::Etc::preferences": "/dev/null", "Dir::Etc::preferencesparts": "/dev/null"}
        apt = ["apt-get", "-qq", *[word for name, value in settings.items() for word in ("-o", f"{name}={value}")]]
        download = [*apt, "install", "-y", "--no-install-recommends", "--download-only", PACKAGE]
        if not runs(*apt, "update") or not runs(*download):
            return False
        if not all(runs("dpkg-deb", "-x", package, work / "prefix") for package in (work / "archives").glob("*.deb")):
            return False
        if not unpacked(work / "prefix"):
            return False
        shutil.rmtree(PREFIX, ignore_errors=True)
        (work / "prefix").rename(PREFIX)
    return True


class Refused(Exception):
    """What the node answers in place of a result."""


class Node:
    """A node that runs as long as it is used: `with Node(words, folder) as node`."""

    def __init__(self, words, folder, *options):
        self.words, self.folder, self.options = words, Path(folder), options
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.cookie = self.folder / "regtest" / ".cookie"

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        flags = ["-regtest", f"-datadir={self.folder}", "-server", f"-rpcport={self.port}", "-rpcbind=127.0.0.1",
                 "-rpcallowip=127.0.0.1", "-listen=0", "-noconnect", "-dnsseed=0", "-discover=0", "-printtoconsole=0",
                 "-addresstype=bech32", "-changetype=bech32", *self.options]
        self.log = open(self.folder / "started.log", "wb")
        self.process = subprocess.Popen([*self.words, *flags], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self("getblockcount")
                return self
            except (OSError, Refused):
                if self.process.poll() is not None or time.monotonic() > until:
                    self.__exit__()
                    raise SystemExit(f"the node did not start: {(self.folder / 'started.log').read_text()[-500:]}") from None
                time.sleep(0.1)

    def __exit__(self, *_):
        """Stops it, and nothing else."""
        if self.process.poll() is None:
            try:
                self("stop")
                self.process.wait(PATIENCE)
            except (OSError, Refused, subprocess.TimeoutExpired):
                self.process.terminate()
                self.process.wait(PATIENCE)
        self.log.close()

    def __call__(self, method, *params, wallet=None):
        """What a method gives; amounts are decimals."""
        who = base64.b64encode(self.cookie.read_bytes().strip()).decode()
        ask = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            body = json.dumps({"jsonrpc": "2.0", "id": 0, "method": method, "params": params}, default=str)
            path = f"/wallet/{wallet}" if wallet else "/"
            ask.request("POST", path, body, {"Authorization": f"Basic {who}", "Content-Type": "application/json"})
            reply = json.loads(ask.getresponse().read(), parse_float=Decimal)
        finally:
            ask.close()
        if reply.get("error"):
            raise Refused(f"{method}: {reply['error']['message']}")
        return reply["result"]
