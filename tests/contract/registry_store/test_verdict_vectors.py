"""One file of records and questions gives the same verdicts on SQLite, PostgreSQL and a national
copy, which may only read."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from fresh_sqlite import put_fresh
from registry_world import HUB, NOW, Centre, a_description, a_record, a_search, frame_of, pistol

from gateway.payload import (
    AccessModeCode,
    AccessRestriction,
    Calibre,
    CountryCode,
    FirearmRecord,
    FirearmTypeCode,
    Make,
)
from gateway.registry import Loading, consult, load, record_json
from gateway.store import Store

VECTORS = Path(__file__).parents[2] / "vectors" / "registry" / "verdicts.json"


def record_of(number: str, given: dict[str, Any]) -> FirearmRecord:
    firearm = pistol(given["serial"], make=given["make"], **_described(given))
    hidden = tuple(
        AccessRestriction(access_mode_code=AccessModeCode.DENY, country_code=CountryCode(country))
        for country in given.get("hidden_from", [])
    )
    return a_record(number, firearm=firearm, owner=given["owner"], access_restriction=hidden)


def _described(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "firearm_type_code": FirearmTypeCode(given["type"]) if given.get("type") else None,
        "calibre": (Calibre(calibre_text=given["calibre"]),) if given.get("calibre") else (),
        "model_identified": given.get("model"),
    }
    return found


def ask(vector: dict[str, Any], store: Store) -> list[dict[str, Any]]:
    make = Make(make_text=vector["make"]) if vector.get("make") else None
    firearm = a_description(vector["serial"], make_identified=make, **_described(vector))
    with store.unit() as unit:
        verdicts = consult(firearm, party=vector["asker"], unit=unit, now=NOW)
    ids = {record.record_id: name for name, record in records().items()}
    return [
        {
            "record": ids[verdict.record_id],
            "grade": verdict.grade.value,
            "score": verdict.score,
            "reasons": [reason.reason_code for reason in verdict.reasons],
        }
        for verdict in verdicts
    ]


def records() -> dict[str, FirearmRecord]:
    given = json.loads(VECTORS.read_text(encoding="utf-8"))["records"]
    return {name: record_of(name, one) for name, one in given.items()}


def fill(store: Store) -> None:
    lines = b"".join(json.dumps(record_json(one)).encode() + b"\n" for one in records().values())
    how = Loading(store=store, owners=None, frame=lambda: frame_of(HUB), refused=lambda _: None)
    row = load(io.BytesIO(lines), "vectors", how)
    assert "result REJECTED" not in row.counts


def questions() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))["questions"]
    return found


def test_every_verdict_is_the_one_that_the_vectors_state(store: Store) -> None:
    fill(store)
    answers = [ask(vector, store) for vector in questions()]
    assert answers == [vector["verdicts"] for vector in questions()]


def test_a_national_copy_that_may_only_read_gives_the_same_verdicts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'national.db'}"
    put_fresh(tmp_path / "national.db")
    with Store.open(url) as written:
        fill(written)
    with Store.open(url, looking=True) as copy:
        answers = [ask(vector, copy) for vector in questions()]
    assert answers == [vector["verdicts"] for vector in questions()]


def test_a_search_at_the_centre_shows_the_same_verdicts(store: Store) -> None:
    fill(store)
    ids = {record.record_id: name for name, record in records().items()}
    for vector in questions():
        make = Make(make_text=vector["make"]) if vector.get("make") else None
        described = a_description(vector["serial"], make_identified=make, **_described(vector))
        with store.unit() as unit:
            result = Centre(unit=unit).search(a_search(described), vector["asker"])
        shown = [
            {
                "record": ids[one.record_id],
                "grade": one.grade_code.value,
                "score": float(one.score_decimal),
                "reasons": [reason.reason_code for reason in one.match_reason],
            }
            for one in result.candidate
        ]
        assert shown == vector["verdicts"], vector
