"""Who signed the entries of an audit pack, and whether they might: docs/log-format.md, *Who signed an entry*, and `recording` of
entries.json. Signatures are checked by `ssh-keygen -Y verify`, with allowed signers that are derived from the enrolments. For
`verify_pack.py`.
"""
import base64, os, shutil, struct, subprocess, tempfile

from pack_forms import is_sound, sha, whole

NAMESPACE = "treasury-ledger"
ABOUT_PROPOSALS = {"entry_proposed", "entry_approved", "entry_rejected"}
OF_PEOPLE = ABOUT_PROPOSALS | {"actor_enrolled", "actor_revoked", "approval_policy_adopted"}


class Refused(Exception):
    """The code of what does not hold, and why in words."""


def holds(condition, code, why=""):
    if not condition:
        raise Refused(code, why)


# PROTOCOL.sshsig

def string(data):
    return struct.pack(">I", len(data)) + data


def key_of(signature):
    """The key of a signature as the log writes keys; refuses what `ssh-keygen -Y sign` would not have written."""
    rest, parts = signature, []
    holds(rest[:10] == b"SSHSIG\0\0\0\1", "SIGNATURE_INVALID", "not PROTOCOL.sshsig")
    rest = rest[10:]
    for _ in range(5):
        length = int.from_bytes(rest[:4], "big")
        holds(len(rest) >= 4 + length, "SIGNATURE_INVALID", "cut off")
        parts.append(rest[4:4 + length])
        rest = rest[4 + length:]
    key, namespace, reserved, digest, inner = parts
    kind = string(b"ssh-ed25519")
    fits = key.startswith(kind + b"\0\0\0\x20") and len(key) == len(kind) + 36
    fits = fits and inner.startswith(kind + b"\0\0\0\x40") and len(inner) == len(kind) + 68
    fits = fits and not rest and not reserved and digest in (b"sha256", b"sha512")
    holds(fits, "SIGNATURE_INVALID", "not one by an ssh-ed25519 key in the form of OpenSSH")
    holds(namespace == NAMESPACE.encode(), "SIGNATURE_INVALID", "made in another namespace")
    sound = is_sound(key[-32:]) and is_sound(inner[-64:-32])
    holds(sound, "SIGNATURE_INVALID", "by a key with which anybody can sign anything")
    return "ssh-ed25519 " + base64.b64encode(key).decode().rstrip("=")


class Actor:
    def __init__(self):
        self.roles, self.families, self.keys = set(), set(), {}

    def in_force(self):
        return [key for key, revoked in self.keys.items() if revoked is None]


class People:
    """Actors, the policy adopted last, and proposals, as they stand before an entry."""

    def __init__(self, log_id, recording, folder):
        self.log_id, self.recording, self.folder = log_id, recording, folder
        self.actors, self.policy, self.proposals = {}, [], {}

    # signatures

    def ssh_keygen(self, *args, text):
        done = subprocess.run(["ssh-keygen", "-Y", *args, "-n", NAMESPACE, "-s", "signature"], input=text, cwd=self.folder,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def signer(self, actor, payload, signatures):
        """Holds unless one key in force of the actor signed this payload in this log."""
        holds(len(signatures) > 0, "SIGNATURE_MISSING", f"{actor} did not sign")
        holds(len(signatures) == 1, "SIGNATURE_INVALID", "several signatures")
        key, text = key_of(signatures[0]), f"{self.log_id}\n{sha(payload).hex()}\n".encode()
        lines = base64.encodebytes(signatures[0]).decode()
        self.write("signature", f"-----BEGIN SSH SIGNATURE-----\n{lines}-----END SSH SIGNATURE-----\n")
        keys = self.actors[actor].keys if actor in self.actors else {}
        in_force = self.actors[actor].in_force() if keys else []
        self.write("allowed", "".join(f'{actor} namespaces="{NAMESPACE}" {one}\n' for one in in_force))
        if in_force and self.ssh_keygen("verify", "-f", "allowed", "-I", actor, text=text):
            return
        holds(self.ssh_keygen("check-novalidate", text=text), "SIGNATURE_INVALID", "not over this payload in this log")
        holds(key in keys, "SIGNER_NOT_ENROLLED", f"the key is not one of {actor}")
        raise Refused("KEY_REVOKED", f"the key of {actor} was revoked by entry {keys[key]}")

    # roles, limits, policies

    def roles(self, actor, entry):
        for event in entry["events"]:
            needed = self.recording[event["type"]]["roles"]
            holds(self.actors[actor].roles & set(needed), "ROLE_NOT_HELD", f"{actor} is no {' or '.join(needed)}")

    def families(self, actor, entry):
        named = self.actors[actor].families
        for event in entry["events"]:
            family = self.recording[event["type"]]["family"]
            holds(not named or family in named, "FAMILY_NOT_HELD", f"{actor} records no {family}")

    def rules(self, event):
        family = self.recording[event["type"]]["family"]
        return [rule for rule in self.policy if rule["family"] == family and "above" not in rule]

    def alone(self, entry):
        for event in entry["events"]:
            alone = self.recording[event["type"]]["alone"] and not self.rules(event)
            holds(alone, "NEEDS_APPROVAL", f"{event['type']} is not recorded by one person")

    def answers(self, actor, payload):
        roles = self.actors[actor].roles
        of_admin = all("admin" in self.recording[event["type"]]["roles"] for event in payload["events"])
        holds("approver" in roles or (of_admin and "admin" in roles), "ROLE_NOT_HELD", f"{actor} does not answer for it")

    # proposals

    def waiting(self, number):
        holds(number in self.proposals, "UNKNOWN_PROPOSAL", f"no proposal {number}")
        proposal = self.proposals[number]
        holds(not proposal["settled"], "PROPOSAL_SETTLED", f"settled by entry {proposal['settled']}")
        return proposal

    def about_proposals(self, entry, event, raw):
        holds(len(entry["events"]) == 1, "PROPOSAL_STANDS_ALONE")
        actor = entry["actor"]
        if event["type"] == "entry_proposed":
            payload = event["payload"]
            kinds = {one["type"] for one in payload["events"]}
            holds(not kinds & (ABOUT_PROPOSALS | {"ledger_opened"}), "NOT_TO_BE_PROPOSED")
            holds(payload["actor"] == actor, "PROPOSED_FOR_ANOTHER", f"{actor} for {payload['actor']}")
            holds(sha(raw).hex() == event["hash"], "PAYLOAD_HASH_DIFFERS", f"it is {sha(raw).hex()}")
            self.roles(actor, payload)
            self.families(actor, payload)
            rules = [rule for one in payload["events"] for rule in self.rules(one)]
            least = 0 if all(self.recording[kind]["alone"] for kind in kinds) else 1
            asked, board = max(event.get("approvals", 1), 1), event.get("board", False)
            enough = asked >= max([least] + [rule["approvals"] for rule in rules])
            holds(enough and (board or not any(rule.get("board") for rule in rules)), "ASKS_TOO_LITTLE")
            return
        proposal = self.waiting(event["proposal"])
        if event["type"] == "entry_rejected":
            if actor != proposal["maker"]:
                self.answers(actor, proposal["payload"])
            return
        holds(event["hash"] == proposal["hash"], "OTHER_PAYLOAD", f"proposal {event['proposal']} has the hash {proposal['hash']}")
        holds(actor not in proposal["makers"], "OWN_PROPOSAL", f"{actor} proposed it")
        holds(actor not in proposal["approved"], "APPROVED_TWICE", f"{actor} approved before")
        self.answers(actor, proposal["payload"])
        self.families(actor, proposal["payload"])
        board = not proposal["board"] or proposal["named"] or event.get("board") is not None
        holds(board or len(proposal["approved"]) + 1 < proposal["asks"], "BOARD_MISSING", "no resolution of the board")

    def take_proposals(self, number, entry, raw):
        """Gives the payload that the entry posts."""
        event = next((event for event in entry["events"] if event["type"] in ABOUT_PROPOSALS), None)
        if event is None or len(entry["events"]) != 1:
            return None
        if event["type"] == "entry_proposed":
            payload = event["payload"]
            self.proposals[number] = {
                "payload": payload, "hash": event["hash"], "maker": entry["actor"],
                "makers": {entry["actor"], payload["actor"]}, "asks": max(event.get("approvals", 1), 1),
                "board": event.get("board", False), "named": False, "approved": set(), "settled": None,
            }
            return None
        proposal = self.proposals.get(event["proposal"])
        if proposal is None or proposal["settled"]:
            return None
        if event["type"] == "entry_rejected":
            proposal["settled"] = number
            return None
        if event["hash"] != proposal["hash"] or entry["actor"] in proposal["makers"] | proposal["approved"]:
            return None
        proposal["approved"].add(entry["actor"])
        proposal["named"] |= event.get("board") is not None
        if len(proposal["approved"]) < proposal["asks"]:
            return None
        proposal["settled"] = number
        return proposal["payload"]

    # the entries

    def may_record(self, entry, payload, signatures, raw):
        actor, kinds = entry["actor"], {event["type"] for event in entry["events"]}
        if not self.actors and "actor_enrolled" not in kinds:
            if signatures:
                self.signer(actor, payload, signatures)
            holds(not kinds & (ABOUT_PROPOSALS | {"approval_policy_adopted"}), "NOBODY_TO_APPROVE")
            return
        if not self.actors:
            first = People(self.log_id, self.recording, self.folder)
            for event in entry["events"]:
                first.declare(0, event)
            admin = actor in first.actors and "admin" in first.actors[actor].roles
            holds(len(first.actors) > 1 and admin and "actor_revoked" not in kinds, "FIRST_ENROLMENT")
            first.signer(actor, payload, signatures)
            first.roles(actor, entry)
            return
        holds(actor in self.actors, "UNKNOWN_ACTOR", f"{actor} was not enrolled")
        self.signer(actor, payload, signatures)
        event = next((event for event in entry["events"] if event["type"] in ABOUT_PROPOSALS), None)
        if event:
            self.about_proposals(entry, event, raw)
            return
        self.roles(actor, entry)
        self.families(actor, entry)
        self.alone(entry)

    def may_declare(self, event):
        with_role = lambda role: [one for one in self.actors.values() if role in one.roles and one.in_force()]
        if event["type"] == "actor_enrolled":
            holds(all(event["key"] not in one.keys for one in self.actors.values()), "KEY_TWICE", "enrolled before")
        elif event["type"] == "actor_revoked":
            actor = self.actors.get(event["actor"])
            holds(actor, "UNKNOWN_ACTOR", f"{event['actor']} was not enrolled")
            meant = [key for key in actor.in_force() if event.get("key", key) == key]
            holds(meant, "NOTHING_TO_REVOKE", f"{event['actor']} has no such key")
            admins = [key for one in with_role("admin") for key in one.in_force() if key not in meant]
            holds(admins, "LAST_ADMIN", "no admin is left")
        elif event["type"] == "approval_policy_adopted":
            most = max((rule["approvals"] for rule in event.get("rules", [])), default=0)
            holds(most <= len(with_role("approver")), "TOO_FEW_APPROVERS", f"{most} asked for")

    def declare(self, number, event):
        if event["type"] == "actor_enrolled":
            actor = self.actors.setdefault(event["actor"], Actor())
            actor.roles = set(event.get("roles", []))
            actor.families = set(event.get("limits", {}).get("families", []))
            actor.keys[event["key"]] = None
        elif event["type"] == "actor_revoked" and event["actor"] in self.actors:
            keys = self.actors[event["actor"]].keys
            for key in keys:
                if keys[key] is None and event.get("key", key) == key:
                    keys[key] = number
        elif event["type"] == "approval_policy_adopted":
            self.policy = event.get("rules", [])

    def judge(self, number, entry, payload, signatures):
        """Takes in an entry; gives what is wrong with it, the first thing only."""
        raw, wrong = None, None
        if any(event["type"] == "entry_proposed" for event in entry["events"]):
            raw = next(record[0][0] for kind, record in whole(payload)[8] if kind == 21)
        try:
            self.may_record(entry, payload, signatures, raw)
        except Refused as refused:
            wrong = refused.args
        posted = self.take_proposals(number, entry, raw)
        for event in (posted or entry)["events"]:
            try:
                self.may_declare(event)
            except Refused as refused:
                wrong = wrong or refused.args
            self.declare(number, event)
        return wrong


def are_there(entries):
    """Whether anybody is enrolled or signed, or approvals are spoken of, which takes somebody who is enrolled."""
    return any(signatures or any(event["type"] in OF_PEOPLE for event in entry["events"]) for _, entry, _, signatures in entries)


def check(entries, log_id, schema, found):
    """Judges the entries (number, entry, payload, signatures) of a whole log; whether that could be done."""
    if not shutil.which("ssh-keygen") or "recording" not in schema:
        return False
    with tempfile.TemporaryDirectory() as folder:
        people = People(log_id, schema["recording"], folder)
        for number, entry, payload, signatures in entries:
            wrong = people.judge(number, entry, payload, signatures)
            if wrong:
                found(wrong[0], "entries.jsonl", wrong[1], number)
    return True
