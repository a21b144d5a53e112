"""The published forms that an audit pack is made of, with the Python standard library alone: the tree of RFC 6962, Ed25519
of RFC 8032, the deterministic CBOR of RFC 8949, and the signed notes of C2SP. For `verify_pack.py`.
"""
import base64, hashlib, re


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# RFC 6962 2.1

def leaf(entry):
    return sha(b"\0", entry)


def tree(hashes):
    if not hashes:
        return sha()
    while len(hashes) > 1:
        pairs = [sha(b"\1", a, b) for a, b in zip(hashes[::2], hashes[1::2])]
        hashes = pairs + ([hashes[-1]] if len(hashes) % 2 else [])
    return hashes[0]


def climbs(hash_, index, size, path, root):
    """RFC 9162 2.1.3.2."""
    last = size - 1
    for step in path:
        if last == 0:
            return False
        if index % 2 or index == last:
            hash_ = sha(b"\1", step, hash_)
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            hash_ = sha(b"\1", hash_, step)
        index, last = index >> 1, last >> 1
    return last == 0 and hash_ == root


# RFC 8032 5.1, verification only

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def recover(y, sign):
    if y >= P:
        return None
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - xx) % P or (x == 0 and sign):
        return None
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


def add(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    m, n, c, d = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * t1 * t2 * D, 2 * z1 * z2
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(k, a):
    out = (0, 1, 1, 0)
    while k:
        out, a, k = add(out, a) if k & 1 else out, add(a, a), k >> 1
    return out


def point(data):
    y = int.from_bytes(data, "little")
    return recover(y & (1 << 255) - 1, y >> 255)


BASE = recover(4 * pow(5, P - 2, P) % P, 0)


def is_sound(data):
    """Whether 32 bytes are a point, and not one of the eight of small order, by which anybody can sign anything: eight times
    such a one is the neutral element."""
    a = point(data) if len(data) == 32 else None
    if a is None:
        return False
    x, y, z, _ = times(8, a)
    return x % P != 0 or (y - z) % P != 0


def signed(key, text, signature):
    if len(signature) != 64 or not is_sound(key) or not is_sound(signature[:32]):
        return False
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % L
    (x1, y1, z1, _), (x2, y2, z2, _) = times(s, BASE), add(r, times(h, a))
    return (x1 * z2 - x2 * z1) % P == 0 and (y1 * z2 - y2 * z1) % P == 0


# C2SP signed-note and tlog-checkpoint

def note(data):
    """Text, origin, size, root and signatures of a checkpoint."""
    body, signatures = data, []
    if b"\n\n" in data:
        body, lines = data.rsplit(b"\n\n", 1)
        body += b"\n"
        for line in lines.decode().rstrip("\n").split("\n"):
            name, blob = re.fullmatch("— ([^ +]+) ([A-Za-z0-9+/=]+)", line).groups()
            raw = base64.b64decode(blob, validate=True)
            signatures.append((name, raw[:4], raw[4:]))
    origin, size, root, rest = body.decode().split("\n")
    if rest or not origin or str(int(size)) != size or len(base64.b64decode(root, validate=True)) != 32:
        raise ValueError("not three lines")
    return body, origin, int(size), base64.b64decode(root), signatures


# RFC 8949, the deterministic encoding of 4.2.1 only

class Tagged(tuple):
    pass


def cbor(data, at=0):
    first = data[at]
    major, short = first >> 5, first & 31
    at += 1
    if short < 24 or major == 7:
        value = short
    else:
        width = {24: 1, 25: 2, 26: 4, 27: 8}[short]
        value = int.from_bytes(data[at:at + width], "big")
        if len(data) < at + width or value < {1: 24, 2: 1 << 8, 4: 1 << 16, 8: 1 << 32}[width]:
            raise ValueError("a head is not the shortest")
        at += width
    if major < 2:
        return (value if major == 0 else -1 - value), at
    if major < 4:
        if len(data) < at + value:
            raise ValueError("cut off")
        raw = data[at:at + value]
        return (bytes(raw) if major == 2 else raw.decode()), at + value
    if major == 6:
        inner, at = cbor(data, at)
        return Tagged((value, inner)), at
    if major == 7:
        return {20: False, 21: True, 22: None}[short], at
    items, last = [], -1
    for _ in range(value * (2 if major == 5 else 1)):
        item, at = cbor(data, at)
        items.append(item)
    if major == 4:
        return items, at
    if items[::2] != sorted(set(items[::2])):
        raise ValueError("keys are not in ascending order")
    return dict(zip(items[::2], items[1::2])), at


def whole(data):
    try:
        value, at = cbor(data)
    except (KeyError, IndexError, TypeError, UnicodeDecodeError, RecursionError) as why:
        raise ValueError(f"not canonical CBOR: {why!r}") from why
    if at != len(data):
        raise ValueError("bytes are left over")
    return value
