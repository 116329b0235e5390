"""A database that is damaged is told as such, with what to do, wherever it is first touched."""

import pytest

from gateway.store import Store, StoreDamagedError

pytestmark = pytest.mark.unit

PAGE = 4096


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


def look_into(file):
    with Store.open(f"sqlite:///{file}") as store:
        store.migrate()
        with store.unit() as unit:
            unit.outbox.depth()
