"""Keys in a PKCS#11 token (SoftHSM) do what sealed keys do, never leave, and refuse clearly."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import nacl.bindings
import pkcs11
import pytest
from click.testing import CliRunner
from envelope_world import CONTENT, NOW, draft_of
from trust_roots import root_octets, root_of

from gateway.cli import root
from gateway.envelope import open_envelope, seal
from keys import (
    CeremonyError,
    Directory,
    Identity,
    KeyFileError,
    KeyFileModeError,
    Recipient,
    Suite,
    TokenAwayError,
    TokenKeyError,
    TokenModuleError,
    TokenPinError,
    TokenPlace,
    TrustError,
    UnknownKeyError,
    UnsealError,
    WeakKeyError,
    ceremony,
    entry_for,
    identity_at,
    load_identity,
    seal_to,
)
from keys.agent import Agent
from keys.keystore import make_token_identity
from keys.quorum import signature_valid
from keys.request import read_request
from keys.signatures import read_signatures, write_signatures

PIN, WRONG = b"5678-secret", b"1111"
_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
)
MODULE = next((each for each in _PLACES if Path(each).exists()), None)
pytestmark = pytest.mark.skipif(
    MODULE is None or shutil.which("softhsm2-util") is None,
    reason="no SoftHSM here; setup/softhsm.sh installs it",
)


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TokenPlace]:
    """Two tokens; the library reads its settings once a process, so all tests share them."""
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "stored").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'stored'}\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    for label in ("lyon", "other"):
        subprocess.run(
            [
                "softhsm2-util", "--init-token", "--free", "--label", label,
                "--so-pin", "so-1234", "--pin", PIN.decode(),
            ],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
    yield TokenPlace(module=str(MODULE), label="lyon")
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "identity.key"


@pytest.fixture
def held(tokens: TokenPlace, file: Path) -> Identity:
    return make_token_identity(tokens, file, "FRA-NCB", PIN, random=os.urandom)


def test_keys_of_a_token_do_what_sealed_keys_do(held: Identity, file: Path) -> None:
    octets = b"what is signed" * 40
    nacl.bindings.crypto_sign_open(held.sign(octets) + octets, held.signing_public)
    (kid,) = held.encryption_kids
    scalar = os.urandom(32)
    ours = held.agree(kid, nacl.bindings.crypto_scalarmult_base(scalar))
    assert ours == nacl.bindings.crypto_scalarmult(scalar, held.encryption_public(kid))
    again = load_identity(file, PIN)
    assert again == held
    assert again.sign(octets) == held.sign(octets)  # Ed25519 is deterministic
    assert file.stat().st_mode & 0o777 == 0o600
    assert PIN not in file.read_bytes()


def test_an_envelope_goes_through_a_token_both_ways(held: Identity) -> None:
    other = Identity.generate("DEU-NCB", random=os.urandom)
    directory = Directory(
        version=17, issued=NOW, expires=NOW.replace(year=2027), digest=bytes(32),
        parties={
            each.party: entry_for(
                each, sends=frozenset({"HIT_NOTICE"}), valid_from=NOW.replace(year=2025)
            )
            for each in (held, other)
        },
    )  # fmt: skip
    for by, to in ((held, other), (other, held)):
        octets = seal(
            CONTENT, draft_of(), by=by, to=[(directory.recipient(to.party), 1)], random=os.urandom
        )
        assert open_envelope(octets, to, directory, now=NOW).content == CONTENT


def test_no_secret_can_be_taken_out_of_the_token(held: Identity, tokens: TokenPlace) -> None:
    for export in (held.export_secrets, held.export_hybrid):
        with pytest.raises(CeremonyError):
            export()
    token = pkcs11.lib(tokens.module).get_token(token_label=tokens.label)
    with token.open() as session:  # this process is logged in already
        private = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}
        found = list(session.get_objects(private))
        assert found
        for key in found:
            assert key[pkcs11.Attribute.SENSITIVE]
            assert not key[pkcs11.Attribute.EXTRACTABLE]
            with pytest.raises(pkcs11.exceptions.AttributeSensitive):
                key[pkcs11.Attribute.VALUE]


def test_worthless_and_unknown_keys_are_refused(held: Identity) -> None:
    (kid,) = held.encryption_kids
    for point in (bytes(32), b"\x01" + bytes(31), b"short"):
        with pytest.raises(WeakKeyError):
            held.agree(kid, point)
    with pytest.raises(UnknownKeyError):
        held.agree(held.signing_kid, bytes(32))


def test_a_hybrid_key_stands_beside_and_its_seed_is_wrapped_by_the_token(
    held: Identity, tmp_path: Path
) -> None:
    grown, note = ceremony.prepare_hybrid(held, tmp_path / "next.key", PIN, random=os.urandom)
    again = load_identity(tmp_path / "next.key", PIN)
    assert again == grown
    assert (grown.signing_kid, grown.encryption_kids[0]) == (
        held.signing_kid, held.encryption_kids[0],
    )  # fmt: skip
    kid = again.newest(Suite.HYBRID)
    assert kid is not None
    sealed = seal_to(again.encryption_public(kid), b"k" * 32, b"info")
    assert again.unseal(kid, sealed, b"info") == b"k" * 32
    with pytest.raises(UnsealError):
        again.unseal(kid, sealed, b"other")
    assert json.loads(note)["keys"][0]["by"] == held.signing_kid
    facts = json.loads((tmp_path / "next.key").read_bytes())
    flipped = facts["hyb"][0][:-4] + ("AAA=" if not facts["hyb"][0].endswith("AAA=") else "BBB=")
    text = (tmp_path / "next.key").read_text().replace(facts["hyb"][0], flipped)
    bad = tmp_path / "bad.key"
    bad.write_text(text)
    bad.chmod(0o600)
    with pytest.raises((TokenKeyError, KeyFileError, TokenAwayError)):
        load_identity(bad, PIN)


def test_a_rotation_makes_new_keys_in_the_token_and_keeps_the_old_ones_at_hand(
    held: Identity, tmp_path: Path
) -> None:
    successor, note = ceremony.prepare_rotation(held, tmp_path / "next.key", PIN, random=os.urandom)
    assert successor.signing_kid != held.signing_kid
    assert set(held.encryption_kids) < set(successor.encryption_kids)
    assert successor.encryption_kids[1] == held.encryption_kids[0]
    assert load_identity(tmp_path / "next.key", PIN) == successor
    assert {each["by"] for each in json.loads(note)["keys"]} == {held.signing_kid}
    with pytest.raises(CeremonyError):
        ceremony.prepare_rotation(held, tmp_path / "next.key", PIN, random=os.urandom)


def test_when_a_rotation_ends_the_old_keys_are_destroyed_in_the_token(
    held: Identity, tokens: TokenPlace, file: Path, tmp_path: Path
) -> None:
    grown, _ = ceremony.prepare_hybrid(held, tmp_path / "one.key", PIN, random=os.urandom)
    successor, _ = ceremony.prepare_rotation(grown, tmp_path / "two.key", PIN, random=os.urandom)
    assert successor.grower is not None
    over = {str(kid) for kid in (held.signing_kid, *grown.encryption_kids)}
    kept = successor.grower.shed(tmp_path / "three.key", over)
    assert load_identity(tmp_path / "three.key", PIN) == kept
    assert kept.signing_kid == successor.signing_kid
    assert set(kept.encryption_kids) == set(successor.encryption_kids) - over
    assert {kept.suite(kid) for kid in kept.encryption_kids} == set(Suite)
    for old in (file, tmp_path / "two.key"):
        with pytest.raises(TokenKeyError):
            load_identity(old, PIN)
    token = pkcs11.lib(tokens.module).get_token(token_label=tokens.label)
    with token.open() as session:
        ids = {each[pkcs11.Attribute.ID].decode() for each in session.get_objects(
            {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}
        )}  # fmt: skip
    assert not ids & over


def test_the_agent_may_hold_the_token_for_others(held: Identity, tmp_path: Path) -> None:
    server = Agent(tmp_path / "a.sock", held, refused=lambda _: None)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        asked = identity_at(tmp_path / "a.sock")
        assert asked == held
        assert asked.sign(b"x") == held.sign(b"x")
        asked._half.close()  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.usefixtures("held")
def test_a_wrong_pin_a_missing_token_module_or_key_are_told_apart(
    tokens: TokenPlace, file: Path, tmp_path: Path
) -> None:
    def changed(**fields: object) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.key"
        facts = json.loads(file.read_bytes()) | fields
        path.write_text(json.dumps(facts, sort_keys=True, separators=(",", ":")) + "\n")
        path.chmod(0o600)
        return path

    cases: list[tuple[Path, bytes, type[TrustError]]] = [
        (file, WRONG, TokenPinError),
        (file, b"\xff\xfe", TokenPinError),
        (changed(token="nowhere"), PIN, TokenAwayError),
        (changed(token="other"), PIN, TokenKeyError),
        (changed(module="/nowhere/lib.so"), PIN, TokenModuleError),
        (changed(module=str(Path(os.__file__))), PIN, TokenModuleError),
        (changed(sig=json.loads(file.read_bytes())["enc"][0]), PIN, TokenKeyError),
        (changed(v=2), PIN, KeyFileError),
    ]
    for path, pin, kind in cases:
        with pytest.raises(kind) as caught:
            load_identity(path, pin)
        assert caught.value.remedy
        assert PIN.decode() not in str(vars(caught.value))
        assert WRONG.decode() not in str(vars(caught.value))
    file.chmod(0o644)
    with pytest.raises(KeyFileModeError):
        load_identity(file, PIN)
    with pytest.raises(CeremonyError):
        make_token_identity(tokens, file, "FRA-NCB", PIN, random=os.urandom)


@pytest.mark.usefixtures("held")
def test_a_truncated_or_flipped_key_file_is_refused(file: Path) -> None:
    octets = file.read_bytes()
    for at in range(0, len(octets), 5):
        for wrong in (octets[:at], octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]):
            file.write_bytes(wrong)
            with pytest.raises(TrustError):
                load_identity(file, PIN)


def test_a_party_enrols_with_keys_in_a_token_by_commands(
    tokens: TokenPlace, tmp_path: Path
) -> None:
    desk = Identity.generate("XPO-CENTRE", random=os.urandom)
    officers = [Identity.generate(f"XPO-{each}", random=os.urandom) for each in "AB"]
    signing = [each.signing_public for each in officers]
    enrolment = desk.encryption_public(desk.encryption_kids[0])
    facts = {"threshold": 2, "issued": datetime.now(UTC).replace(microsecond=0)}
    anchor = root_of(signing, enrolment=enrolment, **facts)
    (tmp_path / "anchor.xml").write_bytes(root_octets(signing, enrolment=enrolment, **facts))
    pin = tmp_path / "pin"
    pin.write_bytes(PIN + b"\n")
    pin.chmod(0o600)
    line = [
        "party", "request", "FRA-NCB", "--home", str(tmp_path / "lyon"), "--anchor",
        str(tmp_path / "anchor.xml"), "--token", tokens.label, "--module", tokens.module,
        "--passphrase-file", str(pin),
    ]  # fmt: skip
    done = CliRunner().invoke(root, line)
    assert done.exit_code == 0, done.output
    request = tmp_path / "lyon" / "request-FRA-NCB.xml"
    read = read_request(
        request.read_bytes(), request.with_name(f"{request.name}.sig").read_bytes(), anchor,
        agree=lambda public: desk.agree(desk.encryption_kids[0], public), place=str(request),
    )  # fmt: skip
    key_file = str(tmp_path / "lyon" / "identity.key")
    assert read.signing == load_identity(Path(key_file), PIN).signing_public
    checked = CliRunner().invoke(
        root, ["key", "check", "--identity", key_file, "--passphrase-file", str(pin), "--json"]
    )
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["where"] == "in a token"
    pin.chmod(0o640)
    refused = CliRunner().invoke(
        root, ["key", "check", "--identity", key_file, "--passphrase-file", str(pin)]
    )
    assert isinstance(refused.exception, KeyFileModeError)
    for half in (line[:-4], [each for each in line if each not in {"--token", tokens.label}]):
        assert CliRunner().invoke(root, [*half, "--passphrase-file", str(pin)]).exit_code != 0


def test_a_recipient_of_a_token_key_is_like_any_other(held: Identity) -> None:
    kid = held.encryption_kids[0]
    recipient = Recipient(party="FRA-NCB", kid=kid, public=held.encryption_public(kid))
    assert recipient.suite is Suite.CLASSICAL


def test_an_officer_signs_with_keys_in_a_token_and_its_pin(
    tokens: TokenPlace, tmp_path: Path
) -> None:
    home = tmp_path / "anna"
    path = ceremony.make_officer(
        home, "anna", "Centre", PIN, now=NOW, random=os.urandom, token=tokens
    )
    card = ceremony.read_card(path)
    assert card.quantum is not None
    octets = (home / "officer.key").read_bytes()
    assert json.loads(octets)["kind"] == "officer-token"
    signer = ceremony.load_signer(home / "officer.key", PIN)
    assert signer.public == card
    name, document = "root-2.xml", b"<Root/>"
    signed = write_signatures(name, hashlib.sha256(document).digest(), signer.sign(name, document))
    found = read_signatures(signed)
    assert found is not None
    publics = dict(card.keys)
    assert len(found.signatures) == 2
    assert all(signature_valid(each, publics[each.kid], found) for each in found.signatures)
    with pytest.raises(TokenPinError):
        ceremony.load_signer(home / "officer.key", WRONG)
    with pytest.raises(CeremonyError):
        ceremony.make_officer(home, "anna", "Centre", PIN, now=NOW, random=os.urandom, token=tokens)
    other = json.loads(octets) | {"token": "other"}
    (home / "officer.key").write_bytes(
        json.dumps(other, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    )
    with pytest.raises(TokenKeyError):
        ceremony.load_signer(home / "officer.key", PIN)
    (home / "officer.key").write_bytes(octets.replace(b"Centre", b" Centre"))
    with pytest.raises((KeyFileError, TokenKeyError, AssertionError)):
        assert ceremony.load_signer(home / "officer.key", PIN).public == card
