"""A file of records is filed as messages would file it, goes on after a kill, and loses nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fresh_sqlite import put_fresh
from registry_world import (
    BRAZIL,
    FRANCE,
    HUB,
    Centre,
    a_description,
    a_record,
    a_search,
    frame_of,
    pistol,
)
from sqlalchemy import select

from gateway.payload import (
    FirearmRecord,
    FirearmRecordSubmit,
    MessageTypeCode,
    PurposeCode,
    RecordBatch,
    RecordBatchItem,
    SearchResultCode,
    encode,
)
from gateway.registry import Loading, Refused, load, record_json
from gateway.store import LoadRow, Store
from gateway.store.registry_tables import firearm_record, marking, marking_key
from gateway.store.search_rows import record_of_row

COUNT = 130


def some_records(count: int = COUNT, owner: str = FRANCE) -> list[FirearmRecord]:
    return [
        a_record(str(number), f"QX{number:05}", owner=owner, firearm=pistol(f"QX{number:05}"))
        for number in range(count)
    ]


def as_lines(records: Sequence[FirearmRecord]) -> bytes:
    return b"".join(json.dumps(record_json(one)).encode() + b"\n" for one in records)


def as_xml(records: Sequence[FirearmRecord], owner: str = FRANCE, size: int = 50) -> bytes:
    documents = []
    for start in range(0, len(records), size):
        context = frame_of(owner).context(MessageTypeCode.REC_BATCH, purpose=PurposeCode.ALERT)
        batch = RecordBatch(
            context=context,
            record_batch_item=tuple(
                RecordBatchItem(item_id=str(number), firearm_record=record)
                for number, record in enumerate(records[start : start + size])
            ),
        )
        documents.append(encode(batch))
    return b"\n".join(documents)


class Loader:
    """Loads octets and keeps what was refused."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.refused: list[Refused] = []

    def load(self, octets: bytes, **changes: Any) -> LoadRow:
        how = Loading(
            store=self.store,
            owners=None,
            frame=lambda: frame_of(HUB),
            refused=self.refused.extend,
            step=40,
        )
        return load(io.BytesIO(octets), "file", replace(how, **changes))


@pytest.fixture
def loader(store: Store) -> Loader:
    return Loader(store)


def rows_of(store: Store) -> list[list[Any]]:
    """What stands in the tables, without the numbers of rows."""
    with store.unit() as unit:
        ids = unit.connection.execute(select(firearm_record.c.id, firearm_record.c.record_id))
        named = {row[0]: row[1] for row in ids}
        found = []
        for table in (firearm_record, marking, marking_key):
            rows = unit.connection.execute(select(table)).mappings()
            of_record = "id" if table is marking_key else "firearm_id"
            found.append(
                sorted(
                    [
                        (name, named[record_of_row(value)] if name == of_record else value)
                        for name, value in row.items()
                        if name == of_record or name != "id"
                    ]
                    for row in rows
                )
            )
    return found


@pytest.mark.parametrize("written", [as_lines, as_xml])
def test_loading_writes_what_filing_writes(
    loader: Loader,
    store: Store,
    written: Callable[[Sequence[FirearmRecord]], bytes],
    tmp_path: Path,
) -> None:
    row = loader.load(written(some_records()))
    assert (row.finished, row.items, row.counts) == (True, COUNT, {"result ACCEPTED": COUNT})
    loaded = rows_of(store)
    put_fresh(tmp_path / "filed.db")
    with Store.open(f"sqlite:///{tmp_path / 'filed.db'}") as other:
        with other.unit() as unit:
            for record in some_records():
                Centre(unit=unit).submit(record)
        assert rows_of(other) == loaded
    with store.unit() as unit:
        result = Centre(unit=unit).search(a_search(a_description("QX00007")))
    assert result.result_code is SearchResultCode.HIT


@pytest.mark.parametrize("written", [as_lines, as_xml])
def test_a_load_that_was_killed_goes_on_where_it_stood(
    loader: Loader, store: Store, written: Callable[[Sequence[FirearmRecord]], bytes]
) -> None:
    octets = written(some_records())

    class KilledError(Exception):
        pass

    def kill(row: LoadRow) -> None:
        if row.items >= 80:
            raise KilledError

    with pytest.raises(KilledError):
        loader.load(octets, progress=kill)
    seen: list[int] = []
    row = loader.load(octets, progress=lambda row: seen.append(row.items))
    assert seen == [120, 130]
    assert row.counts == {"result ACCEPTED": COUNT}
    assert loader.load(octets, progress=lambda row: seen.append(row.items)) == row
    assert seen == [120, 130]
    with store.unit() as unit:
        assert unit.records.count() == {"ACTIVE": COUNT}


def test_what_is_wrong_is_set_aside_with_the_reason_and_the_rest_is_filed(
    loader: Loader, store: Store
) -> None:
    good, strange, foreign = some_records(3)
    named = json.loads(as_lines([strange]))
    named["firearm"]["colour"] = "black"
    lines = [
        as_lines([good]),
        json.dumps({"record": named}).encode() + b"\n",
        b"{ no json\n",
        as_lines([replace(foreign, owner_agency_id=BRAZIL)]),
        b'{"record_id": "R-FRA-1"}\n',
        as_lines([replace(some_records(4)[3], version=2)]),
        as_lines([good]),
    ]
    row = loader.load(b"".join(lines))
    assert row.counts["result REJECTED"] == 5
    assert row.counts["result ACCEPTED"] == 1
    assert row.counts["result DUPLICATE"] == 1
    codes = [(one.number, one.findings[0].finding_code) for one in loader.refused]
    assert codes == [
        (2, "UNEXPECTED"),
        (3, "JSON"),
        (4, "RECORD_ID_COUNTRY"),
        (5, "JSON"),
        (6, "VERSION_NOT_ONE"),
    ]
    assert loader.refused[0].findings[0].field_path == "FirearmRecord/firearm/colour"
    assert loader.refused[1].item.raw == b"{ no json\n"
    with store.unit() as unit:
        assert unit.records.count() == {"ACTIVE": 1}


def test_a_dry_run_judges_alike_and_keeps_nothing(loader: Loader, store: Store) -> None:
    records = some_records(60)
    records[50] = replace(records[50], version=3)
    row = loader.load(as_lines(records), write=False)
    assert row.counts["result ACCEPTED"] == 59
    assert [one.number for one in loader.refused] == [51]
    with store.unit() as unit:
        assert unit.records.count() == {}
        assert unit.loads.all() == []


def test_only_owners_that_were_named_are_loaded(loader: Loader) -> None:
    records = [*some_records(2), *some_records(2, BRAZIL)]
    row = loader.load(as_lines(records), owners={FRANCE})
    assert row.counts["result ACCEPTED"] == 2
    assert row.counts["error OWNER_NOT_LOADED"] == 2


def test_real_records_are_not_loaded_into_a_registry_of_tests(loader: Loader) -> None:
    frame = replace(frame_of(FRANCE), test=False)
    context = frame.context(MessageTypeCode.REC_SUBMIT, purpose=PurposeCode.ALERT)
    whole = FirearmRecordSubmit(context=context, firearm_record=some_records(1)[0])
    row = loader.load(encode(whole))
    assert row.counts == {"result REJECTED": 1, "error TEST_MODE": 1}
