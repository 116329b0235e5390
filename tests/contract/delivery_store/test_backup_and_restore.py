"""A home copied while it is written to and put back is whole, consistent, marked, and sealed."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from real_postgres import fresh_database, shared_postgres

from gateway.cli.output import exit_code_of
from gateway.config import database_url, load_settings
from gateway.ids import Lane
from gateway.occupancy import HomeOccupiedError, working_in
from gateway.operations import BackupError, back_up, backup, restore, verify
from gateway.store import JournalLine, OutboxRow, Store, StoreError
from keys import INTERACTIVE, KeyFileError, PassphraseError

pytestmark = pytest.mark.real

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = b"a passphrase of the archive"


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "home"
    (made / "trust").mkdir(parents=True)
    (made / "trust" / "anchor.xml").write_text("<Anchor/>")
    (made / "identity.key").write_bytes(b"sealed")
    (made / "identity.pass").write_bytes(b"secret")
    if request.param == "sqlite":
        settle(made, "sqlite:///node.db")
        yield made
    else:
        with fresh_database(shared_postgres()) as url:
            settle(made, url)
            yield made


def settle(home: Path, url: str) -> None:
    (home / "iarms.toml").write_text(
        f'party = "FRA-NCB"\ndatabase = "{url}"\n[broker]\nport = 5671\n'
        '[files]\nadapter = "fr-police-csv"\n'
    )
    with open_store(home) as store:
        store.migrate()
        add_messages(store, range(20))


def open_store(home: Path) -> Store:
    return Store.open(database_url(load_settings(home), home))


def add_messages(store: Store, numbers: range) -> None:
    for number in numbers:
        with store.unit() as unit:
            unit.outbox.add(
                OutboxRow(
                    message_id=f"m{number}", recipient="USA-NCB", message_type="T",
                    lane=Lane.ROUTINE, needs_receipt=True, in_reply_to=None, created=AT,
                    expires=AT + timedelta(days=7), attempts=0, next_try=AT + timedelta(days=1),
                    octets=os.urandom(5_000),
                )
            )  # fmt: skip
            unit.journal.add(JournalLine(at=AT, event="message.posted", message_id=f"m{number}"))


def copy_of(home: Path, to: Path) -> Path:
    archive = to / "copy.iarms"
    back_up(home, load_settings(home), archive, SECRET, cost=INTERACTIVE, now=AT, random=os.urandom)
    return archive


def waiting(home: Path) -> set[str]:
    with open_store(home) as store, store.unit() as unit:
        assert unit.journal.lines()[-1].event == "store.restored"
        rows = unit.outbox.due(AT + timedelta(seconds=1), most=10_000)
        assert all(len(row.octets) == 5_000 for row in rows)
        journalled = {
            line.message_id for line in unit.journal.lines() if line.event == "message.posted"
        }
        assert journalled == {row.message_id for row in rows}
        return journalled


def test_what_is_put_back_is_what_was_there_and_is_due_at_once(home, tmp_path):
    archive = copy_of(home, tmp_path)
    with open_store(home) as store:
        add_messages(store, range(20, 30))  # after the copy
    restore(home, archive, SECRET, now=AT, replace=True)
    assert waiting(home) == {f"m{number}" for number in range(20)}
    with open_store(home) as store, store.unit() as unit:
        unit.journal.add(JournalLine(at=AT, event="later"))  # its counter goes on


def test_a_copy_made_under_load_is_of_one_instant(home, tmp_path):
    stopping = threading.Event()

    def write() -> None:
        number = 100
        with open_store(home) as store:
            while not stopping.is_set():
                add_messages(store, range(number, number + 1))
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        archive = copy_of(home, tmp_path)
    finally:
        stopping.set()
        writer.join()
    restore(home, archive, SECRET, now=AT, replace=True)
    later = sorted(int(each[1:]) for each in waiting(home) - {f"m{n}" for n in range(20)})
    assert later == list(range(100, 100 + len(later)))  # none left out between two


def test_the_passphrase_of_the_identity_is_not_in_it_but_the_rest_is(home, tmp_path):
    names = set(verify(copy_of(home, tmp_path), SECRET).files)
    assert {"home/iarms.toml", "home/identity.key", "home/trust/anchor.xml"} <= names
    assert not any("pass" in name for name in names)


def test_rules_tables_keys_and_other_databases_of_a_home_are_in_it(home, tmp_path):
    (home / "tables").mkdir()
    kept = ("policy.toml", "tables/makes.csv", "officer.key", "next.key", "reports-plan.toml")
    for name in kept:
        (home / name).write_bytes(name.encode())
    elsewhere = tmp_path / "authority.pem"
    elsewhere.write_bytes(b"an authority")
    (home / "authority.pem").symlink_to(elsewhere)
    (home / "files" / "in").mkdir(parents=True)
    for name in ("node.log", "beacon.pass", "older.iarms", "files/in/thefts.csv"):
        (home / name).write_bytes(b"iarms-archive-1\n" if name == "older.iarms" else b"not kept")
    with closing(sqlite3.connect(home / "ledger.db")) as busy:
        busy.execute("PRAGMA journal_mode=WAL")
        busy.execute("CREATE TABLE of_transports (name)")
        busy.execute("INSERT INTO of_transports VALUES ('one')")
        busy.commit()  # it is in the write-ahead log alone
        archive = copy_of(home, tmp_path)
    other = tmp_path / "other"
    if "sqlite" in (home / "iarms.toml").read_text():
        restore(other, archive, SECRET, now=AT)
        assert not [f for f in ("node.log", "beacon.pass", "older.iarms") if (other / f).exists()]
    else:
        restore(other, archive, SECRET, now=AT, replace=True)  # the database is on its server
    assert all((other / name).read_bytes() == name.encode() for name in kept)
    assert (other / "authority.pem").read_bytes() == b"an authority"
    assert not (other / "files").exists()
    with closing(sqlite3.connect(other / "ledger.db")) as copy:
        assert copy.execute("SELECT name FROM of_transports").fetchall() == [("one",)]


def test_a_database_that_fails_its_own_check_is_not_copied(home, tmp_path, monkeypatch):
    monkeypatch.setattr(Store, "is_whole_copy", lambda _: False)
    with pytest.raises(BackupError, match="its own check"):
        copy_of(home, tmp_path)
    assert not (tmp_path / "copy.iarms").exists()


def test_a_copy_that_was_not_checked_when_it_was_made_is_checked_before_it_is_put_back(
    home, tmp_path, monkeypatch
):
    made = backup.Manifest
    monkeypatch.setattr(backup, "Manifest", lambda **facts: made(**{**facts, "checked": False}))
    archive = copy_of(home, tmp_path)
    monkeypatch.setattr(Store, "is_whole_copy", lambda _: False)
    with pytest.raises(BackupError, match="what it says"):
        verify(archive, SECRET)


def test_nothing_is_touched_while_a_process_works_there(home, tmp_path):
    archive = copy_of(home, tmp_path)
    with working_in(home), pytest.raises(HomeOccupiedError) as refused:
        restore(home, archive, SECRET, now=AT, replace=True)
    assert exit_code_of(refused.value) == 7


def test_a_home_that_is_there_is_not_replaced_unasked(home, tmp_path):
    archive = copy_of(home, tmp_path)
    with pytest.raises((BackupError, StoreError)):
        restore(home, archive, SECRET, now=AT)
    with open_store(home) as store, store.unit() as unit:
        assert unit.outbox.depth() == 20


class TestArchives:
    @pytest.fixture(params=["sqlite"])
    def archive(self, home: Path, tmp_path: Path) -> Path:
        return copy_of(home, tmp_path)

    @pytest.fixture(params=["sqlite"])
    def home(self, tmp_path: Path) -> Path:
        made = tmp_path / "home"
        made.mkdir()
        settle(made, "sqlite:///node.db")
        return made

    def test_it_can_be_read_by_its_owner_alone_and_holds_nothing_in_the_clear(self, archive):
        assert archive.stat().st_mode & 0o077 == 0
        octets = archive.read_bytes()
        for told in (b"FRA-NCB", b"iarms.toml", b"SQLite"):
            assert told not in octets

    def test_another_passphrase_does_not_open_it(self, archive):
        with pytest.raises(PassphraseError):
            verify(archive, b"another")

    @pytest.mark.parametrize("place", [0, 20, 120, -1])
    def test_an_altered_octet_is_noticed_before_anything_is_touched(self, archive, home, place):
        octets = bytearray(archive.read_bytes())
        octets[place] ^= 1
        archive.write_bytes(octets)
        before = (home / "node.db").read_bytes()
        with pytest.raises((KeyFileError, PassphraseError)):
            restore(home, archive, SECRET, now=AT, replace=True)
        assert (home / "node.db").read_bytes() == before

    def test_an_archive_that_was_cut_short_is_refused(self, archive):
        octets = archive.read_bytes()
        for kept in (0, 10, 100, len(octets) // 2, len(octets) - 1):
            archive.write_bytes(octets[:kept])
            with pytest.raises((KeyFileError, PassphraseError)):
                verify(archive, SECRET)

    def test_it_can_be_put_elsewhere_and_leaves_nothing_in_the_clear_beside(
        self, archive, tmp_path
    ):
        restore(tmp_path / "other", archive, SECRET, now=AT)
        assert len(waiting(tmp_path / "other")) == 20
        assert not list(tmp_path.rglob(".iarms-*"))
