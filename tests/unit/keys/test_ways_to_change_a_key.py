"""Every place of the code from which a key could come into use is known here, with what guards it.

The places are read off the syntax trees of the rooms, not off a list of commands: whoever writes a
file of trust, takes a document without its signatures, or calls an act of the officers at a new
place must say here why nobody alone changes a key by it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

import keys
from keys import ceremony

pytestmark = pytest.mark.slow

HERE = Path(__file__).parents[3]
OF_FILES = frozenset({"replace", "replace_signed", "write_new"})
OF_OTHERS = frozenset({"write_bytes", "write_text", "copyfile", "copytree", "symlink_to", "rename"})
UNJUDGED = frozenset({"read_directory", "read_root", "write_directory", "write_root"})
"""They give a document whatever its signatures; who calls them judges it, or shows it."""
ACTS = frozenset(
    {
        "allow_suites", "approve", "certify", "choose_suite", "draw_up_recovery", "enrol", "found",
        "found_alone", "give_beacon", "give_succession", "hand_over", "load_signer", "move_key",
        "open_desk", "propose_directory", "propose_disownment", "propose_root", "publish", "retire",
        "revoke", "save_signer", "sequence", "set_up_party", "sign_document", "take_rotation",
    }
)  # fmt: skip

JUDGED = "what it keeps was judged by the roles of the root, or by a party's own key"
MEMORY = "a process's own memory of what it relied on; it gives nobody a key"
OWN = "the secrets, requests and words of whoever runs it"
QUORUM = "the officers' threshold is counted in pending.py before anything is published"
WRITES = {
    "active_parties.remember": MEMORY,
    "beacon_folder._write": JUDGED,
    "beacon_giving.give_beacon": "the hub's word on what is newest; it names no key",
    "broker_debt.owe_broker": "a note that the broker lacks a user; nobody relies on it",
    "centre.seal_desk": OWN,
    "countersigning.countersign": OWN,
    "disownment_folder._keep": JUDGED,
    "drills._prepare_successor": "a drill's sandbox",
    "drills._take_recovered": "a drill's sandbox",
    "enrolment._certificate": "a certificate of the line, which proves no message",
    "enrolment.install_client": OWN,
    "enrolment.issue_server": OWN,
    "enrolment.make_request": OWN,
    "enrolment.make_tls_request": OWN,
    "enrolment.renew_request": OWN,
    "enrolment.renew_tls_request": OWN,
    "folder.write_seen": MEMORY,
    "founding.found": "a new exchange, which nobody has pinned",
    "keylog._show_growth": "tells what was published",
    "keylog.sequence": "tells what was published",
    "keylog_watch._put": MEMORY,
    "keylog_watch._write": MEMORY,
    "keystore.make_token_identity": OWN,
    "keystore.save_identity": OWN,
    "lifecycle.disown": OWN,
    "lifecycle.give_succession": OWN,
    "lifecycle.revoke": "only removes, and one officer may",
    "lifecycle.withdraw": "only removes",
    "lifecycle.write_revocation_note": "only removes",
    "notes._write": MEMORY,
    "notes.keep": JUDGED,
    "objection._remembered": MEMORY,
    "objection.watch": OWN,
    "offering._write": JUDGED,
    "officer.make_officer": OWN,
    "officer.save_signer": OWN,
    "pending._publish": QUORUM,
    "pending.propose": QUORUM,
    "pending.sign": QUORUM,
    "publishing.hand_over": "carries what was published; every reader judges it again",
    "publishing.write_draft": "nobody relies on a draft",
    "root_folder._keep": JUDGED,
    "standing.as_its_process": "a copy that is thrown away",
    "succession_folder._write": MEMORY,
    "suite_drill._make_keys": "a drill's sandbox",
    "token.grow": OWN,
    "token.shed": OWN,
}
CALLS = {
    "campaign/faults_of_trust.py": {"publish", "revoke", "take_rotation"},  # a world of its own
    "cli/act.py": {"load_signer", "propose_disownment", "sign_document"},
    "cli/anchor.py": {"allow_suites", "found", "open_desk"},
    "cli/anchor_next.py": {"propose_root"},
    "cli/directory.py": {
        "choose_suite", "give_beacon", "hand_over", "load_signer", "propose_directory",
    },
    "cli/key.py": {"load_signer", "move_key", "revoke", "take_rotation"},
    "cli/key_ends.py": {"retire"},
    "cli/key_words.py": {"give_succession"},
    "cli/keylog.py": {"load_signer", "sequence"},
    "cli/party.py": {"approve", "enrol", "hand_over", "load_signer", "open_desk"},
    "cli/party_keys.py": {"certify", "draw_up_recovery", "open_desk"},
    "compose.py": {"give_beacon", "load_signer"},
    "demo/world.py": {"found_alone", "hand_over", "open_desk", "publish", "set_up_party"},
}  # fmt: skip


class Calls(ast.NodeVisitor):
    """Every call of a module: in which function, on what, and of which name."""

    def __init__(self) -> None:
        self.found: set[tuple[str, str, str]] = set()
        self.within = ["<module>"]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.within.append(node.name)
        self.generic_visit(node)
        self.within.pop()

    def visit_Call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Name(id=name):
                self.found.add((self.within[-1], "", name))
            case ast.Attribute(value=ast.Name(id=on), attr=name):
                self.found.add((self.within[-1], on, name))
            case ast.Attribute(attr=name):
                self.found.add((self.within[-1], "?", name))
        self.generic_visit(node)


def writing(modules: Iterable[Path]) -> set[str]:
    found = set()
    for path in modules:
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        of_files = {
            each.asname or each.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "keys.files"
            for each in node.names
            if each.name in OF_FILES
        }
        calls = Calls()
        calls.visit(tree)
        found |= {
            f"{path.stem}.{within}"
            for within, on, name in calls.found
            if (not on and name in of_files) or name in OF_OTHERS
        }
    return found


def acts(paths: Iterable[Path], base: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in paths:
        text = path.read_text("utf-8")
        if "ceremony" not in text:
            continue
        calls = Calls()
        tree = ast.parse(text)
        calls.visit(tree)
        used = {name for _, on, name in calls.found if on == "ceremony"}
        used |= {
            each.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "keys.ceremony"
            for each in node.names
        }
        if used & ACTS:
            found[str(path.relative_to(base))] = used & ACTS
    return found


def test_every_place_that_writes_a_file_of_trust_is_known() -> None:
    assert writing(sorted((HERE / "keys").glob("*.py"))) == set(WRITES)


def test_every_place_that_calls_an_act_of_the_officers_is_known() -> None:
    gateway = HERE / "gateway"
    assert acts(sorted(gateway.rglob("*.py")), gateway) == CALLS


def test_nobody_outside_the_room_reads_or_writes_a_document_past_its_signatures() -> None:
    assert not UNJUDGED & {*keys.__all__, *ceremony.__all__}
    assert set(ceremony.__all__) >= ACTS - {"save_signer"}


def test_a_place_that_is_new_is_noticed(tmp_path: Path) -> None:
    new = tmp_path / "folder.py"
    new.write_text(
        "from keys.files import PUBLIC_MODE, replace as put\n"
        "from keys import ceremony\n"
        "def adopt(path, octets):\n    put(path, octets, mode=PUBLIC_MODE)\n"
        "class Late:\n    def drop(self):\n        self.path.write_bytes(b'')\n"
        "def alone(trust, officer):\n    ceremony.publish(trust, [ceremony.load_signer(officer)])\n"
    )
    assert writing([new]) == {"folder.adopt", "folder.drop"}
    assert acts([new], tmp_path) == {"folder.py": {"load_signer", "publish"}}
