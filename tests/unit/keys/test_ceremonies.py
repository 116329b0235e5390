"""The ceremonies: nothing is overwritten, nothing is enrolled without proof, nothing forks."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from trust_roots import root_octets

from keys import (
    INTERACTIVE,
    AnchorError,
    CeremonyError,
    CertificateError,
    Cost,
    DirectoryFolder,
    DirectoryRollbackError,
    EnrolmentError,
    Identity,
    KeyFileError,
    PartyKind,
    PassphraseError,
    TrustError,
    ceremony,
    load_anchor,
    load_identity,
    read_anchor,
    sealed,
)
from keys.enrolment import check_request
from keys.request import write_request
from keys.secret_half import HeldSecrets
from keys.tls import make_key, request_der

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
OFFICERS: dict[Path, tuple[ceremony.Signer, ...]] = {}
DESK_PASSPHRASE = b"the desk's passphrase"


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for Argon2id: the ceremonies seal and open often."""

    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


def found(root: Path) -> ceremony.Desk:
    centre = root / "centre"
    OFFICERS[centre] = ceremony.found_alone(
        centre, DESK_PASSPHRASE, now=NOW, random=os.urandom, cost=INTERACTIVE
    )
    return ceremony.open_desk(root / "centre", DESK_PASSPHRASE)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def desk(tmp_path: Path) -> ceremony.Desk:
    return found(tmp_path)


def request_of(desk: ceremony.Desk, home: Path, party: str = "FRA-NCB") -> ceremony.Requested:
    return ceremony.make_request(
        home, party, b"own", anchor=desk.anchor, now=NOW, random=os.urandom, cost=INTERACTIVE
    )


def enrolled(
    desk: ceremony.Desk, home: Path, party: str = "FRA-NCB", sends: tuple[str, ...] = ("RECEIPT",)
) -> ceremony.Requested:
    return ceremony.set_up_party(
        desk, home, party, b"own", sends=sends, now=NOW, random=os.urandom, cost=INTERACTIVE
    )


def published(root: Path, *, now: datetime = NOW, renew: bool = False) -> int:
    centre = root / "centre"
    return ceremony.publish(centre, OFFICERS[centre], now=now, renew=renew).version


@pytest.mark.slow
def test_five_parties_are_set_up_with_the_real_derivation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    desk = found(tmp_path)
    parties = ["FRA-NCB", "USA-NCB", "BRA-NCB", "NLD-CUSTOMS", "XPO-REGISTRY"]
    for party in parties:
        enrolled(desk, tmp_path / party, party)
    published(tmp_path)
    folder = DirectoryFolder(tmp_path / "centre", desk.anchor, home=tmp_path)
    directory = folder.current(NOW)
    assert sorted(directory.parties) == sorted(parties)
    assert directory.parties["XPO-REGISTRY"].kind is PartyKind.REGISTRY
    assert directory.parties["NLD-CUSTOMS"].kind is PartyKind.AGENCY
    for party in parties:
        own = load_identity(tmp_path / party / "identity.key", b"own")
        assert directory.recipient(party).kid == own.encryption_kids[0]
        signer = directory.signer(own.signing_kid)
        assert signer is not None
        assert signer[1].may_sign(NOW - timedelta(minutes=1))


def test_an_anchor_is_never_made_twice(tmp_path: Path, desk: ceremony.Desk) -> None:
    before = {
        path: path.read_bytes() for path in (tmp_path / "centre").rglob("*") if path.is_file()
    }
    with pytest.raises(CeremonyError):
        found(tmp_path)
    assert before == {
        path: path.read_bytes() for path in (tmp_path / "centre").rglob("*") if path.is_file()
    }
    assert load_anchor(tmp_path / "centre" / "anchor.xml") == desk.anchor


def test_the_desk_holds_no_officers_key_and_opens_by_its_own_passphrase(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    centre = desk.folder.root
    with pytest.raises(PassphraseError):
        ceremony.open_desk(centre, b"another")
    assert {path.name for path in desk.folder.private.iterdir() if path.is_file()} <= {
        "acts.jsonl",
        "enrolment.key",
        "lock",
    }
    assert (tmp_path / "centre" / "private").stat().st_mode & 0o777 == 0o700


def test_one_kind_of_secret_is_not_taken_for_another(desk: ceremony.Desk, tmp_path: Path) -> None:
    ceremony.save_signer(
        OFFICERS[desk.folder.root][0],
        tmp_path / "officer.key",
        DESK_PASSPHRASE,
        random=os.urandom,
        cost=INTERACTIVE,
    )
    desk.folder.enrolment_key.write_bytes((tmp_path / "officer.key").read_bytes())
    with pytest.raises(KeyFileError, match="another kind"):
        ceremony.open_desk(desk.folder.root, DESK_PASSPHRASE)


def test_a_foreign_anchor_beside_the_keys_is_noticed(tmp_path: Path, desk: ceremony.Desk) -> None:
    other = found(tmp_path / "other")
    desk.folder.anchor.write_bytes(other.folder.anchor.read_bytes())
    with pytest.raises(AnchorError):
        ceremony.open_desk(desk.folder.root, DESK_PASSPHRASE)


def test_a_flipped_byte_anywhere_in_an_anchor_changes_its_fingerprint_or_is_refused(
    desk: ceremony.Desk,
) -> None:
    octets = desk.folder.anchor.read_bytes()
    for position in range(len(octets)):
        altered = bytearray(octets)
        altered[position] ^= 0x01
        try:
            read = read_anchor(bytes(altered))
        except AnchorError:
            continue
        assert read.fingerprint != desk.anchor.fingerprint


def test_an_anchor_whose_threshold_cannot_be_reached_is_refused() -> None:
    officer = Identity.generate("XPO-CENTRE", random=os.urandom)
    desk = officer.encryption_public(officer.encryption_kids[0])
    other = Identity.generate("XPO-CENTRE", random=os.urandom)
    one, two = officer.signing_public, other.signing_public
    # Too few, the same key twice, one person enough, more than there are.
    for threshold, signing in ((2, (one,)), (2, (one, one)), (1, (one, two)), (3, (one, two))):
        octets = root_octets(signing, threshold=threshold, issued=NOW, enrolment=desk)
        with pytest.raises(AnchorError):
            read_anchor(octets)


def test_a_party_keeps_its_secrets_and_hands_over_only_what_is_public(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    home = tmp_path / "fra"
    made = request_of(desk, home)
    seed, scalars = made.identity.export_secrets()
    modes = {path.name: path.stat().st_mode & 0o777 for path in home.rglob("*")}
    assert modes["identity.key"] == modes["client-key.pem"] == 0o600
    assert modes["broker"] == 0o700
    handed = made.request.read_bytes() + Path(f"{made.request}.sig").read_bytes()
    assert all(secret not in handed for secret in (seed, *scalars))
    assert ceremony.check_request(desk, made.request).fingerprint == made.fingerprint


def test_keys_are_never_made_over_existing_ones(tmp_path: Path, desk: ceremony.Desk) -> None:
    home = tmp_path / "fra"
    request_of(desk, home)
    before = (home / "identity.key").read_bytes()
    with pytest.raises(CeremonyError):
        request_of(desk, home)
    assert (home / "identity.key").read_bytes() == before


@pytest.mark.parametrize("party", ["", "fra-ncb", "FRA", "FRA-", "../x", "FRA-NCB\n", "FRANCE-NCB"])
def test_an_odd_party_id_is_refused(tmp_path: Path, desk: ceremony.Desk, party: str) -> None:
    with pytest.raises(EnrolmentError):
        request_of(desk, tmp_path / "home", party)
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_a_flipped_byte_anywhere_in_a_request_or_its_signature_is_refused(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    made = request_of(desk, tmp_path / "fra")
    for path in (made.request, Path(f"{made.request}.sig")):
        octets = path.read_bytes()
        for position in range(len(octets)):
            altered = bytearray(octets)
            altered[position] ^= 0x01
            path.write_bytes(bytes(altered))
            with pytest.raises(TrustError):
                ceremony.check_request(desk, made.request)
        path.write_bytes(octets)
    ceremony.check_request(desk, made.request)


def test_a_request_for_an_encryption_key_that_is_not_held_is_refused(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    thief = Identity.generate("FRA-NCB", random=os.urandom)
    victim = Identity.generate("USA-NCB", random=os.urandom)
    victims = victim.encryption_kids[0]
    claimed = dataclasses.replace(
        thief,
        encryption_kids=(victims,),
        _half=HeldSecrets(
            signing=b"".join((thief.export_secrets()[0], thief.signing_public)),
            encryption={victims: thief.export_secrets()[1][0]},
        ),
        _encryption_publics={victims: victim.encryption_public(victims)},
    )
    csr = request_der(make_key(), name="FRA-NCB")
    octets, signature = write_request(claimed, desk.anchor, tls_request=csr, created=NOW)
    (tmp_path / "request-FRA-NCB.xml").write_bytes(octets)
    (tmp_path / "request-FRA-NCB.xml.sig").write_bytes(signature)
    with pytest.raises(EnrolmentError, match="does not prove"):
        check_request(desk, tmp_path / "request-FRA-NCB.xml")


def test_a_request_for_another_anchor_is_refused(tmp_path: Path, desk: ceremony.Desk) -> None:
    made = request_of(found(tmp_path / "other"), tmp_path / "fra")
    with pytest.raises(EnrolmentError, match="another trust anchor"):
        ceremony.check_request(desk, made.request)


@pytest.mark.parametrize("name", ["USA-NCB", "XPO-RELAY"])
def test_a_tls_request_in_anothers_name_is_refused(
    tmp_path: Path, desk: ceremony.Desk, name: str
) -> None:
    own = Identity.generate("FRA-NCB", random=os.urandom)
    octets, signature = write_request(
        own, desk.anchor, tls_request=request_der(make_key(), name=name), created=NOW
    )
    (tmp_path / "request-FRA-NCB.xml").write_bytes(octets)
    (tmp_path / "request-FRA-NCB.xml.sig").write_bytes(signature)
    with pytest.raises(CertificateError, match=name):
        ceremony.check_request(desk, tmp_path / "request-FRA-NCB.xml")


def test_a_fingerprint_that_was_heard_otherwise_refuses_the_party(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    made = request_of(desk, tmp_path / "fra")
    request = ceremony.check_request(desk, made.request)
    wrong = made.fingerprint[:-1] + ("0" if made.fingerprint[-1] != "0" else "1")
    with pytest.raises(EnrolmentError, match="typed"):
        ceremony.enrol(desk, request, sends=["RECEIPT"], now=NOW, heard=wrong)
    assert ceremony.read_draft(desk.folder) is None
    heard = made.fingerprint.upper().replace(" ", "-")
    assert ceremony.enrol(desk, request, sends=["RECEIPT"], now=NOW, heard=heard).changed


def test_enrolling_twice_changes_nothing_and_gives_the_same_certificate(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    request = ceremony.check_request(desk, request_of(desk, tmp_path / "fra").request)
    first = ceremony.enrol(desk, request, sends=["RECEIPT"], now=NOW)
    later = NOW + timedelta(hours=1)
    again = ceremony.enrol(desk, request, sends=["RECEIPT"], now=later)
    assert (again.changed, again.certificate) == (False, first.certificate)
    more = ceremony.enrol(desk, request, sends=["RECEIPT", "REC_SUBMIT"], now=later)
    assert more.changed
    assert more.entry.keys == first.entry.keys


def test_other_keys_for_a_listed_party_need_more_than_an_enrolment(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    enrolled(desk, tmp_path / "one")
    published(tmp_path)
    request = ceremony.check_request(desk, request_of(desk, tmp_path / "two").request)
    with pytest.raises(CeremonyError, match="other keys"):
        ceremony.enrol(desk, request, sends=["RECEIPT"], now=NOW)


def test_one_partys_encryption_key_cannot_be_enrolled_for_another(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    made = enrolled(desk, tmp_path / "fra")
    seed, (scalar,) = made.identity.export_secrets()
    twin = Identity.from_secrets(
        "USA-NCB", signing_seed=bytes(x ^ 1 for x in seed), encryption_secrets=[scalar]
    )
    octets, signature = write_request(
        twin, desk.anchor, tls_request=request_der(make_key(), name="USA-NCB"), created=NOW
    )
    (tmp_path / "request-USA-NCB.xml").write_bytes(octets)
    (tmp_path / "request-USA-NCB.xml.sig").write_bytes(signature)
    request = ceremony.check_request(desk, tmp_path / "request-USA-NCB.xml")
    with pytest.raises(TrustError) as refused:
        ceremony.enrol(desk, request, sends=["RECEIPT"], now=NOW)
    assert refused.value.code == "keys.duplicate-key"


def test_versions_follow_each_other_and_chain(tmp_path: Path, desk: ceremony.Desk) -> None:
    enrolled(desk, tmp_path / "fra")
    assert published(tmp_path) == 1
    with pytest.raises(CeremonyError, match="nothing to publish"):
        published(tmp_path)
    assert published(tmp_path, renew=True, now=NOW + timedelta(days=20)) == 2
    enrolled(desk, tmp_path / "usa", "USA-NCB")
    assert published(tmp_path, now=NOW + timedelta(days=40)) == 3
    three = ceremony.newest_directory(desk.folder.root)
    two = ceremony.read_version(desk.folder.root, 2)
    assert three is not None
    assert three.previous == two.digest
    assert sorted(three.parties) == ["FRA-NCB", "USA-NCB"]
    assert ceremony.read_draft(desk.folder) is None


def test_publishing_on_top_of_a_folder_that_lost_versions_is_refused(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    enrolled(desk, tmp_path / "fra")
    published(tmp_path)
    published(tmp_path, renew=True)
    for name in ("directory-2.xml", "directory-2.xml.sig"):
        (desk.folder.root / name).unlink()
    with pytest.raises(DirectoryRollbackError):
        published(tmp_path, renew=True)


def test_a_crash_between_signature_and_document_does_not_stop_publishing(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    enrolled(desk, tmp_path / "fra")
    (desk.folder.root / "directory-1.xml.sig").write_bytes(b"half")
    assert published(tmp_path) == 1
    assert DirectoryFolder(desk.folder.root, desk.anchor, home=tmp_path).current(NOW).version == 1


def test_a_crash_after_the_document_leaves_a_folder_that_can_be_published_on(
    tmp_path: Path, desk: ceremony.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(desk, tmp_path / "fra")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("keys.pending.write_seen", crash)
        with pytest.raises(KeyboardInterrupt):
            published(tmp_path)
    assert published(tmp_path, renew=True) == 2


def test_a_folder_without_the_private_part_neither_enrols_nor_publishes(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    enrolled(desk, tmp_path / "fra")
    published(tmp_path)
    ceremony.hand_over(desk.folder.root, tmp_path / "node")
    assert {path.name for path in (tmp_path / "node").iterdir()} == {
        "anchor.xml",
        "ca.pem",
        "directory-1.xml",
        "directory-1.xml.sig",
    }
    with pytest.raises(AnchorError, match="private"):
        ceremony.publish(tmp_path / "node", OFFICERS[desk.folder.root], now=NOW, renew=True)


def test_handing_over_never_replaces_a_pinned_anchor(tmp_path: Path, desk: ceremony.Desk) -> None:
    enrolled(desk, tmp_path / "fra")
    published(tmp_path)
    node = tmp_path / "node"
    ceremony.hand_over(desk.folder.root, node)
    ceremony.hand_over(desk.folder.root, node)
    pinned = found(tmp_path / "other").folder.anchor.read_bytes()
    (node / "anchor.xml").write_bytes(pinned)
    with pytest.raises(CeremonyError, match="pinned"):
        ceremony.hand_over(desk.folder.root, node)
    assert (node / "anchor.xml").read_bytes() == pinned


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, *, host: str) -> str | None:
    """The client's common name as the server sees it, over memory instead of a socket."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    at_client = client.wrap_bio(to_client, to_server, server_hostname=host)
    at_server = server.wrap_bio(to_server, to_client, server_side=True)
    done = [False, False]
    for _ in range(6):
        for number, side in enumerate((at_client, at_server)):
            if not done[number]:
                try:
                    side.do_handshake()
                    done[number] = True
                except ssl.SSLWantReadError:
                    continue
    assert all(done)
    certificate = at_server.getpeercert()
    assert certificate is not None
    return next(
        value
        for pairs in certificate["subject"]
        for name, value in (tuple(pair) for pair in pairs)
        if name == "commonName"
    )


def broker_context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(folder / "ca.pem")
    context.load_cert_chain(folder / "server.pem", folder / "server-key.pem")
    return context


def client_context(home: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(home / "broker" / "ca.pem"))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_cert_chain(home / "broker" / "client.pem", home / "broker" / "client-key.pem")
    return context


@pytest.fixture
def real_time_desk(tmp_path: Path) -> ceremony.Desk:
    """TLS software asks the machine's clock."""
    ceremony.found_alone(
        tmp_path / "centre",
        DESK_PASSPHRASE,
        now=datetime.now(UTC),
        random=os.urandom,
        cost=INTERACTIVE,
    )
    return ceremony.open_desk(tmp_path / "centre", DESK_PASSPHRASE)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_party_and_the_relay_reach_the_broker_under_their_names(
    tmp_path: Path, real_time_desk: ceremony.Desk, host: str
) -> None:
    now = datetime.now(UTC)
    desk = real_time_desk
    ceremony.issue_server(desk, tmp_path / "broker", now=now)
    ceremony.set_up_user(desk, tmp_path / "relay", "XPO-RELAY", now=now)
    made = request_of(desk, tmp_path / "fra")
    request = ceremony.check_request(desk, made.request)
    issued = ceremony.enrol(desk, request, sends=["RECEIPT"], now=now).certificate
    ceremony.install_client(tmp_path / "fra", issued, desk.authority.pem)
    server = broker_context(tmp_path / "broker")
    assert handshake(server, client_context(tmp_path / "fra"), host=host) == "FRA-NCB"
    assert handshake(server, client_context(tmp_path / "relay"), host=host) == "XPO-RELAY"
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(server, client_context(tmp_path / "fra"), host="broker.example")


def test_a_client_certificate_is_no_server_and_no_authority(
    tmp_path: Path, real_time_desk: ceremony.Desk
) -> None:
    now = datetime.now(UTC)
    ceremony.issue_server(real_time_desk, tmp_path / "broker", now=now)
    ceremony.set_up_user(real_time_desk, tmp_path / "relay", "XPO-RELAY", now=now)
    for name in ("client", "client-key"):
        pem = (tmp_path / "relay" / "broker" / f"{name}.pem").read_bytes()
        (tmp_path / "broker" / f"{name.replace('client', 'server')}.pem").write_bytes(pem)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(
            broker_context(tmp_path / "broker"),
            client_context(tmp_path / "relay"),
            host="localhost",
        )


def test_a_certificate_for_another_key_or_authority_is_not_installed(
    tmp_path: Path, desk: ceremony.Desk
) -> None:
    ceremony.set_up_user(desk, tmp_path / "one", "XPO-RELAY", now=NOW)
    ceremony.make_tls_request(tmp_path / "two", "XPO-RELAY")
    certificate = (tmp_path / "one" / "broker" / "client.pem").read_bytes()
    with pytest.raises(CertificateError, match="another key"):
        ceremony.install_client(tmp_path / "two", certificate, desk.authority.pem)
    other = found(tmp_path / "other").authority.pem
    with pytest.raises(CertificateError, match="this authority"):
        ceremony.install_client(tmp_path / "one", certificate, other)
