"""What tables ask of their transport beyond the contract: late commits, changes, rights, bells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest
from transport_bench import Bench, until
from transport_sides import PostgresSide, SqliteSide, postgres_side, sqlite_side

from gateway.config import Broker, Files, Settings
from gateway.errors import ConfigError
from gateway.transport_settings import Sql
from gateway.transports import TransportError, check_transports

pytestmark = pytest.mark.real


@pytest.fixture
def police(tmp_path: Path) -> Iterator[PostgresSide]:
    with postgres_side(tmp_path) as side:
        yield side


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SqliteSide]:
    with sqlite_side(tmp_path) as side:
        yield side  # type: ignore[misc]  # it is one


def bench_on(side: SqliteSide, **changes: object) -> Bench:
    side.settings = msgspec.structs.replace(side.settings, **changes)
    return Bench(side.home, side.settings, side.open)


def taken(bench: Bench) -> list[str]:
    rows = [row for octets in bench.answered for row in json.loads(octets)["rows"]]
    return [row["name"] for row in rows]


@pytest.mark.parametrize("order", ["sequence", "change"])
def test_a_row_that_is_committed_late_is_not_lost(police: PostgresSide, order: str) -> None:
    bench = bench_on(
        police,
        sequence="id" if order == "sequence" else None,
        change="changed" if order == "change" else None,
        rows_most=10,
    )
    url = police.settings.url.replace("+psycopg", "").replace("//transport@", "//test@")
    with psycopg.connect(url) as slow:
        slow.execute("insert into police.guns (name, text) values ('slow', 'first number')")
        police.offer("fast", b"second number")
        bench.round()
        assert taken(bench) == ["fast"]
        slow.commit()
    bench.round()
    bench.round()
    assert taken(bench) == ["fast", "slow"]
    bench.stop()


def test_a_changed_row_comes_again_and_an_unchanged_one_does_not(police: PostgresSide) -> None:
    bench = bench_on(police, rows_most=10)
    police.offer("a", b"one")
    police.offer("b", b"two")
    bench.round()
    police.admin.execute(
        "update police.guns set text = 'new', changed = clock_timestamp() where name = 'b'"
    )
    for _ in range(3):
        bench.round()
    assert taken(bench) == ["a", "b", "b"]
    bench.stop()


def test_rows_of_one_instant_are_all_read_though_a_parcel_ends_among_them(
    police: PostgresSide,
) -> None:
    bench = bench_on(police, rows_most=3)
    police.admin.execute(
        "insert into police.guns (name, text, changed)"
        " select 'n' || n, 't', '2026-11-22 12:00:00+00' from generate_series(1, 10) n"
    )
    for _ in range(2):
        bench.round()
    assert sorted(taken(bench)) == sorted(f"n{n}" for n in range(1, 11))
    bench.stop()


def test_text_instants_of_sqlite_are_ordered_and_looked_back_over(sqlite: SqliteSide) -> None:
    sqlite.db.execute("alter table guns add column changed text")
    bench = bench_on(sqlite, sequence=None, change="changed", rows_most=10)
    add = "insert into guns (name, text, changed) values (?, 't', ?)"
    sqlite.db.execute(add, ("a", "2026-11-22 12:00:00"))
    bench.round()
    sqlite.db.execute(add, ("late", "2026-11-22 11:58:00"))
    sqlite.db.execute(add, ("b", "2026-11-22 12:00:00"))
    bench.round()
    bench.round()
    assert sorted(taken(bench)) == ["a", "b", "late"]
    bench.stop()


def test_thousands_of_rows_come_once_each_in_a_few_items(sqlite: SqliteSide) -> None:
    bench = bench_on(sqlite, rows_most=1_000, most_octets=4 * 1_024 * 1_024)
    rows = ((f"n{n}", "t") for n in range(3_000))
    sqlite.db.executemany("insert into guns (name, text) values (?, ?)", rows)
    for _ in range(2):
        bench.courier.bring_in()
        bench.node_works()
    assert len(bench.answered) == 3
    assert len(set(taken(bench))) == len(taken(bench)) == 3_000
    bench.stop()


def test_each_line_of_an_answer_is_a_row_that_names_its_source(
    sqlite: SqliteSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_on(sqlite, rows_most=10)
    lines = [{"result": "HIT"}, {"result": "CANDIDATE"}]
    answer = {"answers": [{"number": "2", "lines": lines}, {"number": "1", "result": "OK"}]}
    monkeypatch.setattr(Bench, "answer_to", staticmethod(lambda _: json.dumps(answer).encode()))
    sqlite.db.execute("insert into guns (id, name, text) values (17, 'a', 'x'), (23, 'b', 'y')")
    bench.round()
    found = sqlite.db.execute("select source_row, line, result, kind from outbox order by line")
    assert list(found) == [
        ("23", 1, "HIT", "ANSWER"),
        ("23", 2, "CANDIDATE", "ANSWER"),
        ("17", 3, "OK", "ANSWER"),
    ]
    bench.stop()


def test_a_column_that_the_outbox_lacks_is_named_with_the_statement_and_nothing_is_written(
    sqlite: SqliteSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_on(sqlite)
    answer = b'{"answers": [{"result": "OK", "grade": "A"}]}'
    monkeypatch.setattr(Bench, "answer_to", staticmethod(lambda _: answer))
    sqlite.offer("a", b"x")
    with pytest.raises(TransportError) as refused:
        bench.round()
    assert refused.value.value == "grade"
    assert refused.value.remedy == 'alter table outbox add column "grade" text'
    assert sqlite.answers() == []
    sqlite.db.execute(refused.value.remedy)
    bench.round()
    assert list(sqlite.db.execute("select result, grade from outbox")) == [("OK", "A")]
    bench.stop()


def test_a_table_that_is_not_there_is_named(sqlite: SqliteSide) -> None:
    bench = bench_on(sqlite, table="gunz")
    for work in (bench.transport.check, bench.courier.bring_in):
        with pytest.raises(TransportError) as refused:
            work()
        assert refused.value.code == "transport.table"
        assert refused.value.remedy
    bench.stop()


def test_only_the_outbox_is_written_and_rights_to_insert_there_are_enough(
    police: PostgresSide,
) -> None:
    police.admin.execute("revoke insert on police.outbox from transport")
    bench = bench_on(police)
    police.offer("a", b"one")
    with pytest.raises(TransportError, match="permission denied"):
        bench.round()
    police.admin.execute("grant insert on police.outbox to transport")
    bench.round()
    assert len(police.answers()) == 1
    bench.stop()


def test_a_trigger_rings_and_a_row_is_answered_without_a_look(police: PostgresSide) -> None:
    police.admin.execute(
        "create or replace function police.ring() returns trigger language plpgsql as"
        " $$ begin perform pg_notify('guns_changed', ''); return null; end $$"
    )
    police.admin.execute(
        "create trigger ring after insert on police.guns for each statement"
        " execute function police.ring()"
    )
    bench = bench_on(police, look_each_s=3_600.0)
    assert rings(bench, lambda: police.offer("a", b"one"))
    bench.stop()


def test_a_write_into_the_sqlite_file_rings(sqlite: SqliteSide) -> None:
    bench = bench_on(sqlite, look_each_s=3_600.0)
    assert rings(bench, lambda: sqlite.offer("a", b"one"))
    bench.stop()


def rings(bench: Bench, offer: object) -> bool:
    bench.courier.start()
    offer()  # type: ignore[operator]  # a callable of the test
    until(lambda: bool(bench.folders.candidates()))  # the next look is an hour away
    bench.courier.stop()
    return True


def home_with(tmp_path: Path, **changes: object) -> tuple[Settings, Path]:
    sql = Sql(
        name="police", url="sqlite:///p.db", table="guns", columns=("a",), row="id",
        sequence="id", outbox="outbox",
    )  # fmt: skip
    settings = Settings(
        party="FRA-NCB",
        broker=Broker(port=5671),
        files=Files(adapter=str(changes.pop("adapter", "sql-table"))),
        transport=(msgspec.structs.replace(sql, **changes),),
    )
    return settings, tmp_path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sequence": None}, "exactly one column"),
        ({"change": "changed"}, "exactly one column"),
        ({"url": "postgresql+psycopg://u:secret@localhost/p"}, "a password stands"),
        ({"url": "postgresql+psycopg://u@db.example/p"}, "not proven"),
        ({"url": "postgresql+psycopg://u@db.example/p?sslmode=require"}, "not proven"),
        ({"password_file": "none.pass"}, "missing"),
        ({"adapter": "fr-police-csv"}, "reads another form"),
    ],
)
def test_settings_that_no_type_can_refuse_are_refused_with_their_remedy(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as refused:
        check_transports(*home_with(tmp_path, **changes))
    assert refused.value.place
    assert refused.value.remedy


def test_a_password_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "db.pass").write_text("secret\n")
    (tmp_path / "db.pass").chmod(0o640)
    with pytest.raises(ConfigError, match="read by others"):
        check_transports(*home_with(tmp_path, password_file="db.pass"))
    (tmp_path / "db.pass").chmod(0o600)
    check_transports(*home_with(tmp_path, password_file="db.pass"))
