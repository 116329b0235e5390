"""Items of native files are kept as they are, by both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.store import NativeItem, Store

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def item(file_id: int, number: int) -> NativeItem:
    return NativeItem(
        file_id=file_id,
        number=number,
        at=f"line {number}, 100 % : of 'it' ?",
        reference="%s :name",
        raw=bytes(range(256)),
        state="SET_ASIDE" if number % 2 else "SENT",
        message_id=None if number % 2 else "01890000-0000-7000-8000-000000000000",
        item_id=str(number),
        issues='[{"code":"DATE"}]' if number % 2 else None,
        answer=b"\0" if number == 1 else None,
        mapping="0123456789ab",
        round=number,
    )


def test_what_was_kept_of_a_file_is_what_was_given(store: Store) -> None:
    with store.unit() as unit:
        number = unit.intake.add_file(
            adapter="lines", digest="d" * 64, name="a.csv", taken=AT, modified=AT,
            items=3, open_items=1, state="TAKING",
        )  # fmt: skip
        items = [item(number, at) for at in (1, 2, 3)]
        unit.intake.add_items([])
        unit.intake.add_items(items)
    with store.unit() as unit:
        assert unit.intake.items_kept(number) == 3
        assert unit.intake.items_of_file(number) == items
