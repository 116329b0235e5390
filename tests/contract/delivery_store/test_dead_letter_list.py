"""The list of what was set aside: a thousand letters of 8 MiB must not be read to be counted."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from fresh_sqlite import put_fresh

from gateway.store import Store

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_heads_say_everything_but_the_octets(store):
    with store.unit() as unit:
        unit.deadletters.set_aside(
            b"octets", now=AT, source="out.FRA-NCB.routine.1", code="x", reason="why", proven=True,
            sender="USA-NCB", message_id=None, message_type=None,
        )  # fmt: skip
        (head,) = unit.deadletters.heads()
        (letter,) = unit.deadletters.all()
    told = asdict(head)
    whole = asdict(letter)
    assert told.pop("size_octets") == len(whole.pop("octets"))
    assert told == whole


def test_a_source_that_sends_nothing_but_refuse_is_counted_beyond_its_bound(tmp_path, monkeypatch):
    monkeypatch.setattr("gateway.store.deadletters.LETTERS_MOST", 3)
    put_fresh(tmp_path / "bounded.db")
    with Store.open(f"sqlite:///{tmp_path}/bounded.db") as store:
        for number in range(10):
            with store.unit() as unit:
                assert unit.deadletters.set_aside(
                    b"refuse %d" % number, now=AT, source="relay:USA-NCB", code="envelope.refused",
                    reason="r", proven=False, sender=None, message_id=None, message_type=None,
                )  # fmt: skip
        with store.unit() as unit:
            unit.deadletters.set_aside(
                b"other", now=AT, source="relay:FRA-NCB", code="envelope.refused",
                reason="r", proven=False, sender=None, message_id=None, message_type=None,
            )  # fmt: skip
            heads = unit.deadletters.heads()
    counted = [(h.source, h.code, h.times) for h in heads if h.code == "store.letters-full"]
    assert counted == [("relay:USA-NCB", "store.letters-full", 7)]
    assert len(heads) == 3 + 1 + 1
