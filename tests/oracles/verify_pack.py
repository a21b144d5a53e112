#!/usr/bin/env python3
"""Checks an audit pack with the Python standard library alone.

Written, with `pack_forms.py` and `pack_people.py` beside it, from the published forms (RFC 6962, RFC 8032, RFC 8949, C2SP
signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles and tlog-proof, PROTOCOL.sshsig) and from the pages under docs/, of which a pack carries
copies. Nothing of the program is used. Who signed the entries is checked with OpenSSH's `ssh-keygen`; where that is missing it says so
and ends with 2.

    verify_pack.py DIR [--expect CHECKPOINT] [--key VERIFIER_KEY] [--witness KEY]... [--quorum N] [--schema entries.json]

Prints one line `finding: CODE FILE[ entry N]: what` for each finding and ends with 1 if there is any.
"""
import argparse, base64, hashlib, json, os, re, struct, sys, uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pack_people
from pack_forms import Tagged, climbs, leaf, note, sha, signed, tree, whole

FOUND = []


def shown(text):
    """What is from elsewhere, without what would move a terminal's cursor or begin a line."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in str(text))


def found(code, file, what, entry=None):
    FOUND.append(code)
    print(f"finding: {code} {shown(file)}{f' entry {entry}' if entry else ''}: {shown(what)}")


def by_key(checkpoint, key, kind):
    """The name of a key, its bytes, and the signatures of the checkpoint that name it."""
    name, id_, blob = key.split("+", 2)
    raw = base64.b64decode(blob, validate=True)
    if raw[0] != kind or len(raw) != 33 or sha(name.encode(), b"\n", raw)[:4].hex() != id_:
        sys.exit(f"{key} is not a key of the kind {kind} for Ed25519")
    own = [signature for named, known, signature in checkpoint[4] if (named, known.hex()) == (name, id_)]
    return name, raw, own


def check_key(checkpoint, key, file):
    name, raw, own = by_key(checkpoint, key, 1)
    body = checkpoint[0]
    if not own:
        found("checkpoint_not_signed", file, f"no signature by {name}")
    elif not all(signed(raw[1:], body, signature) for signature in own):
        found("checkpoint_signature", file, f"a signature is not by {name} over this text")


def check_witnesses(checkpoint, keys, quorum):
    """C2SP tlog-cosignature: a time in eight bytes, and a signature over it and the text."""
    cosigned, absent, known = 0, [], set()
    for key in keys:
        name, raw, own = by_key(checkpoint, key, 4)
        if raw in known:
            sys.exit(f"the witness {name} is named twice, and counts once")
        known.add(raw)
        good = []
        for one in own:
            time = int.from_bytes(one[:8], "big")
            text = f"cosignature/v1\ntime {time}\n".encode() + checkpoint[0]
            good.append(len(one) == 72 and time < 2**63 and signed(raw[1:], text, one[8:]))
        if not all(good):
            found("checkpoint_cosignature", "checkpoint", f"a cosignature is not by {name} over this text and time")
        elif good:
            cosigned += 1
        else:
            absent.append(name)
    for name in absent if cosigned < quorum else []:
        found("checkpoint_not_cosigned", "checkpoint", f"{name} did not: {cosigned} of the {quorum} needed did")


# docs/entries.md

def instant(micros):
    text = (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=micros)).strftime("%Y-%m-%dT%H:%M:%S.%f")
    head, fraction = text.split(".")
    return head + {True: "", False: "." + (fraction[:3] if fraction.endswith("000") else fraction)}[fraction == "000000"] + "Z"


def decimal(value):
    if value[0] != 4:
        raise ValueError("not a decimal")
    exponent, mantissa = value[1]
    if isinstance(mantissa, Tagged):
        number = int.from_bytes(mantissa[1], "big")
        mantissa = number if mantissa[0] == 2 else -1 - number
    sign, digits = "-" if mantissa < 0 else "", str(abs(mantissa)).rjust(1 - exponent, "0")
    return sign + (digits[:exponent] + "." + digits[exponent:] if exponent else digits)


SCALARS = {
    "Day": lambda v: str(date(1970, 1, 1) + timedelta(days=v)), "Instant": instant,
    "TimeOfDay": lambda v: f"{v // 60:02}:{v % 60:02}", "YearEnd": lambda v: f"{v[0]:02}-{v[1]:02}",
    "EntryId": lambda v: str(uuid.UUID(bytes=v)), "Sha256Hex": bytes.hex, "Account": str, "References": dict,
    # RFC 8709 4: the kind and the key, each after its length.
    "SignerKey": lambda v: "ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + v).decode().rstrip("="),
    "LotId": lambda v: ".".join(map(str, v if v[2] else v[:2])),
}


def as_json(schema, kind, value):
    inner = re.fullmatch(r"(Vec|Option|Box)<(.*)>", kind)
    if inner:
        return [as_json(schema, inner[2], one) for one in value] if inner[1] == "Vec" else as_json(schema, inner[2], value)
    if kind == "Event":
        name, record = schema["events"][str(value[0])]
        return {"type": name, **as_json(schema, record, value[1][0])}
    if kind == "Payload":
        return as_json(schema, "Entry", whole(value))
    if kind in SCALARS:
        return SCALARS[kind](value)
    if isinstance(value, Tagged):
        return decimal(value)
    if kind in schema["choices"]:
        return schema["choices"][kind][str(value)]
    if kind in schema["variants"]:
        name, of = schema["variants"][kind][str(value[0])]
        one = as_json(schema, of, value[1][0])
        return {name: one} if kind == "Place" else one
    if kind in schema["records"]:
        fields = {name: as_json(schema, of, value.pop(int(n)))
                  for n, (name, of) in schema["records"][kind].items() if int(n) in value}
        if value:
            raise ValueError(f"{kind} has fields that are not known: {list(value)}")
        return {name: one for name, one in fields.items() if one not in ([], {})}
    return value


def path(kind, index, width):
    groups = re.findall("...", str(index).rjust((len(str(index)) + 2) // 3 * 3, "0"))
    return f"tile/{kind}/" + "/".join(["x" + g for g in groups[:-1]] + groups[-1:]) + (f".p/{width}" if width < 256 else "")


SCHEMA = [f"schema/{name}" for name in ("log-format.md", "entries.md", "entries.json", "posting-rules.md", "json.md")]


def tree_names(size):
    level, count = 0, size
    while count:
        for index in range((count + 255) // 256):
            width = min(256, count - index * 256)
            yield path(level, index, width)
            if level == 0:
                yield path("entries", index, width)
        level, count = level + 1, count // 256


# What reading something raises that is not of the form expected.
NOT_OF_THE_FORM = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError)


def blob(name):
    return f"blobs/{name[:2]}/{name[2:]}"


def named_in(value):
    """The documents that are named by their hashes, each with whether it is said to be kept: its `uri` is then its place."""
    if isinstance(value, dict):
        name = value.get("sha256")
        if isinstance(name, str) and re.fullmatch("[0-9a-f]{64}", name):
            yield name, value.get("uri") == blob(name)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from named_in(inner)


def check_log(read, size, expect_size, schema, manifest, claimed):
    """Bundles, tiles, numbers, times, payloads, text and proofs; the root, the root of the first entries, the documents that
    are named with whether each is said to be kept, and the entries with their payloads and signatures."""
    leaves, recorded, documents = [], -2**63, {}
    # A memo may have what other readers take for the end of a line.
    lines = read("entries.jsonl").decode(errors="replace").split("\n")
    if lines[-1] == "":
        lines.pop()
    read_so_far, ids = [], set()
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        name, entries = path("entries", index, width), []
        data = read(name)
        while len(data) >= 2 and len(data) >= 2 + struct.unpack(">H", data[:2])[0]:
            length = 2 + struct.unpack(">H", data[:2])[0]
            entries.append(data[2:length])
            data = data[length:]
        if data or len(entries) != width:
            found("bundle_form" if name in read.names else "bundle_absent", name, f"not {width} entries")
            return None, None, documents, []
        for number, raw in enumerate(entries, index * 256 + 1):
            leaves.append(leaf(raw))
            try:
                envelope = whole(raw)
                if list(envelope) != [0, 1, 2, 3, 4, 5] or envelope[0] != 1:
                    raise ValueError("not an envelope of format 1")
            except ValueError as why:
                found("envelope", name, why, number)
                continue
            if envelope[1] != number:
                found("envelope_number", name, f"it says {envelope[1]}", number)
            if envelope[2] < recorded:
                found("recorded_back", name, "recorded before its predecessor", number)
            if envelope[3] >= envelope[1]:
                found("decided_ahead", name, "decided at a log that has it", number)
            recorded = max(recorded, envelope[2])
            try:
                entry = as_json(schema, "Entry", whole(envelope[4]))
            except NOT_OF_THE_FORM as why:
                found("entry_form", name, repr(why), number)
                continue
            if entry["id"] in ids:
                found("duplicate_id", name, "an entry before has this id", number)
            ids.add(entry["id"])
            try:
                right = {"number": number, "recorded": instant(envelope[2]), "payload_sha256": sha(envelope[4]).hex(), "entry": entry}
                says_so = number <= len(lines) and json.loads(lines[number - 1]) == right
            except NOT_OF_THE_FORM:
                says_so = False
            if not says_so:
                found("entries_line", "entries.jsonl", "not what the bytes say", number)
            read_so_far.append((number, entry, envelope[4], envelope[5]))
            for name_of, is_kept in named_in(entry):
                documents[name_of] = documents.get(name_of, False) or is_kept
            if number in manifest["proofs"]:
                proof, (head, *hashes) = f"proofs/{number}.tlog-proof", [""]
                try:
                    text, checkpoint = read(proof).split(b"\n\n", 1)
                    head, index_line, *hashes = text.decode().split("\n")
                    hashes = [base64.b64decode(one, validate=True) for one in hashes]
                    fits = (head, index_line) == ("c2sp.org/tlog-proof@v1", f"index {number - 1}") and checkpoint == read("checkpoint")
                except ValueError:
                    fits = False
                if not fits or not climbs(leaf(raw), number - 1, size, hashes, claimed):
                    found("proof_fails", proof, "it does not lead to the root of the checkpoint", number)
    if len(lines) != size:
        found("entries_line", "entries.jsonl", f"{len(lines)} lines for {size} entries")
    level, hashes = 0, leaves
    while hashes:
        for index in range((len(hashes) + 255) // 256):
            part = hashes[index * 256:index * 256 + 256]
            name = path(level, index, len(part))
            if read(name) != b"".join(part):
                found("tile_differs" if name in read.names else "tile_absent", name, "not the hashes of the entries")
        level, hashes = level + 1, [tree(hashes[i:i + 256]) for i in range(0, len(hashes) - 255, 256)]
    return tree(leaves), tree(leaves[:expect_size]) if expect_size <= size else None, documents, read_so_far


def check_sums(read):
    """The journal adds up to the trial balance, and the balance sheet is its closing column."""
    def rows(report):
        for row in json.loads(read(f"reports/{report}.json"))["rows"]:
            yield row["kind"], {key: cell for key, cell in row["cells"].items() if cell is not None}
    turnover, closing, sheet, totals = {}, {}, {}, {}
    for kind, cells in rows("journal"):
        if kind == "line":
            for at, side in enumerate(("debit", "credit")):
                turnover.setdefault(cells["account"], [Decimal(0)] * 2)[at] += Decimal(cells.get(side, 0))
    for kind, cells in rows("trial-balance"):
        if kind == "line" and "account" in cells:
            opening, debits, credits, close = (Decimal(cells[k]) for k in ("opening", "debits", "credits", "closing"))
            closing[cells["account"]] = close
            if [debits, credits] != turnover.pop(cells["account"], [0, 0]) or opening + debits - credits != close:
                found("sums_differ", "reports/trial-balance.json", f"account {cells['account']} is not what the journal adds up to")
    for account in (account for account, sums in turnover.items() if any(sums) and account < "9"):
        found("sums_differ", "reports/trial-balance.json", f"account {account} of the journal is not in it")
    for kind, cells in rows("balance-sheet"):
        if kind == "line" and cells.get("account", "9") < "9":
            sheet[cells["account"]] = sheet.get(cells["account"], 0) + Decimal(cells["amount"])
        totals[cells.get("line")] = cells.get("amount")
    for account, amount in sheet.items():
        if amount != closing.get(account) * (1 if account < "2" else -1):
            found("sums_differ", "reports/balance-sheet.json", f"account {account} is not what the trial balance has")
    if totals["Total assets"] != totals["Total liabilities and equity"]:
        found("sums_differ", "reports/balance-sheet.json", "it does not balance")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pack")
    parser.add_argument("--expect", help="a checkpoint kept elsewhere")
    parser.add_argument("--key", help="who must have signed: name+hash+base64")
    parser.add_argument("--witness", action="append", default=[], help="who must have cosigned: name+hash+base64; once for each")
    parser.add_argument("--quorum", type=int, help="how many of them are enough; else all")
    parser.add_argument("--schema", help="entries.json from elsewhere; else that of docs/ in the source, where this script lies in it")
    args = parser.parse_args()
    names, foreign = set(), set()
    for folder, folders, files in os.walk(args.pack):
        for path in (os.path.join(folder, name) for name in files + folders):
            # What a link leads to need have no end, nor a pipe.
            is_file = os.path.isfile(path) and not os.path.islink(path)
            if is_file or os.path.islink(path) or not os.path.isdir(path):
                (names if is_file else foreign).add(os.path.relpath(path, args.pack))

    def read(name):
        if name not in names:
            return b""
        with open(os.path.join(args.pack, name), "rb") as file:
            return file.read()
    read.names = names

    for name in sorted(foreign):
        found("file_unlisted", name, "no file, so that the manifest cannot name it")
    try:
        manifest = json.loads(read("manifest.json"))
        files = {file["name"]: {"bytes": file["bytes"], "sha256": file["sha256"]} for file in manifest["files"]}
        for key, kind in {"reports": str, "proofs": int, "signers": str}.items():
            if not all(isinstance(one, kind) for one in manifest[key]):
                raise KeyError(key)
        absent = set(manifest["documents"]["absent"])
    except NOT_OF_THE_FORM as why:
        found("manifest_form", "manifest.json", repr(why))
        return 1
    try:
        checkpoint = note(read("checkpoint"))
    except NOT_OF_THE_FORM as why:
        found("checkpoint_form", "checkpoint", repr(why))
        return 1
    for name in sorted(names - {"manifest.json"} | set(files)):
        if name not in names or name not in files:
            found("file_unlisted" if name in names else "file_absent", name, "manifest and folder differ")
        elif (files[name]["bytes"], files[name]["sha256"]) != (len(read(name)), sha(read(name)).hex()):
            found("file_differs", name, "not the one of the manifest")
    _, origin, size, root, signers = checkpoint
    stated = [manifest.get(key) for key in ("form", "origin", "size", "root", "as_known", "signers")]
    if stated != ["treasury-audit-pack@v1", origin, size, root.hex(), size, [name for name, _, _ in signers]]:
        found("manifest_differs", "manifest.json", "not the log of the checkpoint")
    expected = note(open(args.expect, "rb").read()) if args.expect else None
    if args.key:
        check_key(checkpoint, args.key, "checkpoint")
        if expected and expected[4]:
            check_key(expected, args.key, args.expect)

    quorum = len(args.witness) if args.quorum is None else args.quorum
    if not min(1, len(args.witness)) <= quorum <= len(args.witness):
        sys.exit(f"a quorum of {quorum} cannot be had of {len(args.witness)} witnesses, or says nothing")
    check_witnesses(checkpoint, args.witness, quorum)
    # Who may record what is not asked of the pack, of which it is to be found out.
    of_source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/entries.json")
    elsewhere = args.schema or (of_source if os.path.isfile(of_source) else None)
    with open(elsewhere or os.path.join(args.pack, "schema/entries.json"), encoding="utf-8") as file:
        schema = json.load(file)
    watched = expected[2] if expected else size
    whole_root, early, documents, entries = check_log(read, size, watched, schema, manifest, root)
    if whole_root not in (None, root):
        found("root_differs", "checkpoint", "the entries have another root")
    if expected and expected[1] != origin:
        found("checkpoint_of_other_log", "checkpoint", f"of {origin}, not {expected[1]}")
    elif expected and size < watched:
        found("shorter_than_checkpoint", "checkpoint", f"{size} entries, {watched} were expected")
    elif expected and early != expected[3]:
        found("root_not_of_checkpoint" if early else "checkpoint_not_proven", "checkpoint", "not the history expected")
    explained = {"checkpoint", "entries.jsonl", "manifest.json", "README.md", *SCHEMA}
    # A checkpoint may say any size; a pack has at least a file for every bundle.
    explained |= set(tree_names(min(size, len(names) * 256)))
    explained |= {f"reports/{name}.json" for name in manifest["reports"]}
    explained |= {f"proofs/{number}.tlog-proof" for number in manifest["proofs"] if 0 < number <= size}
    explained |= {blob(name) for name in documents}
    for name in sorted(names - explained):
        found("file_unexplained", name, "nothing that a pack is made of")
    for name, is_kept in sorted(documents.items()):
        file = blob(name)
        if file in names and sha(read(file)).hex() != name:
            found("blob_damaged", file, "not the document that an entry names")
        elif file not in names and is_kept:
            found("blob_absent", file, "a document that is kept, as an entry says, is not there")
        elif file not in names and name not in absent:
            found("blob_absent", file, "a document that an entry names is not there")
    if {"journal", "trial-balance", "balance-sheet"} <= set(manifest["reports"]):
        try:
            check_sums(read)
        except (*NOT_OF_THE_FORM, ArithmeticError) as why:
            found("report_form", "reports", repr(why))
    log_id = re.fullmatch("treasury-ledger/([0-9a-f]{32})", origin)
    unjudged = whole_root is not None and len(entries) == size and pack_people.are_there(entries)
    if not log_id:
        found("origin_form", "checkpoint", "the origin does not end with the id of the log, for which entries are signed")
    elif unjudged:
        unjudged = not pack_people.check(entries, log_id[1], schema, found)
        if unjudged:
            print("NOT CHECKED: who signed the entries. It takes ssh-keygen, and `recording` in entries.json")
        elif not elsewhere:
            unjudged = True
            print("NOT CHECKED: whether who signed might. The list of roles is the pack's own: name one from elsewhere, --schema entries.json")
    held = sum(blob(name) in names for name in documents)
    if not FOUND:
        told = f"; documents: {held} held, {len(documents) - held} only referred to" if documents else ""
        print(f"{size} entries, root {root.hex()}: nothing found{told}")
    if not expected:
        print("completeness not proven: without --expect nobody knows what there was")
    return 1 if FOUND else 2 if unjudged else 0


if __name__ == "__main__":
    sys.exit(main())
