"""A database that is damaged or was replaced is told as such, wherever it is first touched."""

import shutil
from datetime import UTC, datetime

import pytest

from gateway.store import JournalLine, Store, StoreDamagedError, StoreReplacedError

pytestmark = [pytest.mark.unit, pytest.mark.slow]

PAGE = 4096
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("junk", [b"not a database at all" * 300, None])
def test_a_damaged_database_is_told_with_its_remedy(tmp_path, junk):
    file = tmp_path / "store.db"
    with Store.open(f"sqlite:///{file}") as store:
        store.migrate()
    octets = bytearray(file.read_bytes())
    for page in range(1, len(octets) // PAGE):
        octets[page * PAGE : page * PAGE + 512] = b"\xa5" * 512
    file.write_bytes(junk or bytes(octets))
    with pytest.raises(StoreDamagedError, match="damaged") as told:
        look_into(file)
    assert "iarms restore" in (told.value.remedy or "")


@pytest.mark.parametrize("how", ["replaced", "moved away", "deleted"])
def test_nothing_is_committed_into_a_file_that_is_not_in_its_place_any_more(tmp_path, how):
    file, old = tmp_path / "store.db", tmp_path / "old.db"
    with Store.open(f"sqlite:///{file}") as store:
        store.migrate()
        with store.unit() as unit:
            unit.journal.add(JournalLine(at=AT, event="before"))
        match how:
            case "replaced":
                shutil.copy(file, old)
                old.replace(file)
            case "moved away":
                file.rename(old)
            case _:
                file.unlink()
        for _ in range(2):
            with pytest.raises(StoreReplacedError) as told, store.unit() as unit:
                unit.journal.add(JournalLine(at=AT, event="after"))
            assert "iarms restore" in (told.value.remedy or "")


def test_a_database_that_is_in_its_place_goes_on(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        store.migrate()
        for event in ("one", "two"):
            with store.unit() as unit:
                unit.journal.add(JournalLine(at=AT, event=event))
        with store.unit() as unit:
            assert [line.event for line in unit.journal.lines()] == ["one", "two"]


def look_into(file):
    with Store.open(f"sqlite:///{file}") as store:
        store.migrate()
        with store.unit() as unit:
            unit.outbox.depth()
