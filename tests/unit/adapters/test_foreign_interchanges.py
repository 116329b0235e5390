"""UN/EDIFACT as other tools write it, and the CONTRL that goes back in the sender's own syntax."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.engine import fixed_frame
from adapters.engine.edifact_syntax import Segment, segments_of
from gateway.adapter import Answer, Item, Outcome, Reading, find_adapter

BODY = (
    "BGM+785+Z-{0}+9'DTM+334:20260603101500?+02:208'LOC+60+NLRTM:139:6:NLD'LOC+22+TRIST:139:6:TUR'"
    "RFF+ABT:26NL0001'TDT+20+VOY1+1'FTX+AAI+++Algemene douanewet art. 1?:37'GID+1+1:PK'"
    "FTX+PRD+++PISTOL'RFF+MF:ZORAKI'RFF+MDL:914'"
    "FTX+CAL+++9mm'GIN+BN+0115-0123{0}'CNT+5:1'"
)


def message(number: int, body: str = "", count: int = 16) -> str:
    return f"UNH+{number}+CUSCAR:D:96B:UN'{body or BODY.format(number)}UNT+{count}+{number}'"


def read(text: str, encoding: str = "iso-8859-1") -> Reading:
    return find_adapter("edifact-customs").read(text.encode(encoding), fixed_frame())


def answered(items: tuple[Item, ...]) -> bytes:
    told = [
        Answer(
            number=item.number,
            reference=item.reference,
            raw=item.raw,
            outcome=Outcome.SKIPPED if item.body else Outcome.SET_ASIDE,
            answer=None,
            issues=item.issues,
        )
        for item in items
    ]
    return find_adapter("edifact-customs").write(told, fixed_frame())


def control(text: str, encoding: str = "iso-8859-1") -> list[Segment]:
    reading = read(text, encoding)
    assert reading.issues == ()
    written = answered(reading.items)
    assert find_adapter("edifact-customs").read(written, fixed_frame()).issues == ()
    segments = list(segments_of(written.decode(encoding)))
    ended = next(at for at, segment in enumerate(segments) if segment.tag == "UNT")
    return segments[: ended + 1]


def shown(segments: list[Segment], *tags: str) -> list[str]:
    return [segment.raw.strip() for segment in segments if segment.tag in tags]


GROUPED = (
    "UNB+UNOC:3+NLCUST:ZZ+IARMS:ZZ+260603:1015+4711'"
    "UNG+CUSCAR+NLRTM:ZZ+IARMS+260603:1015+7+UN+D:96B'"
    f"{message(1)}{message(2, count=15)}UNE+2+7'"
    "UNG+CUSCAR+NLAMS+IARMS+260603:1015+8+UN+D:96B'"
    f"{message(1, BODY.format(3))}UNE+1+8'UNZ+2+4711'"
)


def test_what_came_in_groups_is_answered_in_groups() -> None:
    # One or none of the message and the group responses: ISO 9735-4, CONTRL, dependency note 1.
    assert shown(control(GROUPED), "UCI", "UCF", "UCM", "UCS") == [
        "UCI+4711+NLCUST:ZZ+IARMS:ZZ+7'",
        "UCF+7+NLRTM:ZZ+IARMS+7'",
        "UCM+1+CUSCAR:D:96B:UN+7'",
        "UCM+2+CUSCAR:D:96B:UN+4'",
        "UCS+16+29'",
        "UCF+8+NLAMS+IARMS+7'",
        "UCM+1+CUSCAR:D:96B:UN+7'",
    ]


@pytest.mark.parametrize(
    ("syntax", "head", "kind"),
    [
        ("UNOC:3", "UNB+UNOC:3+IARMS:ZZ+NLCUST:ZZ+260615:1200+4711A'", "CONTRL:D:3:UN"),
        ("UNOA:1", "UNB+UNOB:1+IARMS:ZZ+NLCUST:ZZ+260615:1200+4711A'", "CONTRL:D:3:UN"),
        ("UNOW:4", "UNB+UNOW:4+IARMS:ZZ+NLCUST:ZZ+20260615:1200+4711A'", "CONTRL:4:1:UN"),
    ],
)
def test_an_answer_is_in_the_syntax_of_what_it_answers(syntax: str, head: str, kind: str) -> None:
    text = f"UNB+{syntax}+NLCUST:ZZ+IARMS:ZZ+260603:1015+4711'{message(1)}UNZ+1+4711'"
    segments = control(text)
    assert segments[0].raw == head
    assert ":".join(segments[1].elements[1]) == kind


def test_signs_that_the_senders_set_lacks_break_no_segment() -> None:
    body = BODY.format(1).replace("FTX+PRD+++PISTOL", "FTX+PRD+++Пистолет*")
    text = f"UNB+UNOW:3+A+B+260603:1015+1'{message(1, body)}UNZ+1+1'"
    (item,) = read(text, "utf-8").items
    assert [issue.code for issue in item.issues] == ["HELD"]
    raw = item.raw.decode().replace("UNOW", "UNOC").encode("utf-8")
    written = answered((replace(item, raw=raw),)).decode("iso-8859-1")
    told = ["".join(s.elements[3]) for s in segments_of(written) if s.tag == "FTX"]
    assert "{U+041F}" in "".join(told)


@pytest.mark.parametrize("una", ["UNA:+.? '", "UNA|^,\\ ~", "UNA:+.? \n", "UNA>*,! #"])
def test_other_service_signs_are_read_and_answered(una: str) -> None:
    component, element, release, end = una[3], una[4], una[6], una[8]
    text = f"UNB+UNOC:3+NL\1CUST:ZZ+IARMS+260603:1015+47\1'11{message(1)}UNZ+1+47\1'11"
    signs = {":": component, "+": element, "'": end, "?": release}
    text = text.replace("\1'", "\2").replace("11UN", "11'UN").replace("?+", "\3") + "'"
    made = una + "".join(signs.get(sign, sign) for sign in text)
    plus = f"{release}+" if "+" in una[3:] else "+"
    apostrophe = f"{release}'" if "'" in una[3:] else "'"
    made = made.replace("\1", f"{release}{element}").replace("\2", apostrophe)
    made = made.replace("\3", plus)
    of = "?+" if element == "+" else element.replace("*", "?*")
    assert shown(control(made), "UCI", "UCM") == [
        f"UCI+47?'11+NL{of}CUST:ZZ+IARMS+7'",
        "UCM+1+CUSCAR:D:96B:UN+7'",
    ]


def test_lines_that_were_broken_at_eighty_signs_are_read_and_answered() -> None:
    text = f"UNB+UNOC:3+NLCUST:ZZ+IARMS:ZZ+260603:1015+4711'{message(1)}UNZ+1+4711'"
    wrapped = "\r\n".join(text[at : at + 80] for at in range(0, len(text), 80))
    plain, cut = read(text).items[0], read(wrapped).items[0]
    assert cut.body == plain.body
    assert cut.body is not None
    assert shown(control(wrapped), "UCM") == ["UCM+1+CUSCAR:D:96B:UN+7'"]


def test_several_interchanges_in_one_file_are_answered_each() -> None:
    one, two = (f"UNB+UNOC:3+A+B+260603:1015+{ref}'{message(ref)}UNZ+1+{ref}'" for ref in (1, 2))
    written = answered(read(one + "\r\n" + two).items).decode()
    assert [s.value(1) for s in segments_of(written) if s.tag == "UCI"] == ["1", "2"]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("UNT+16+1'", "UNT+16+2'", ["UCS+16+28'"]),
        ("UNT+16+1'", "UNT+17+1'", ["UCS+16+29'"]),
        ("FTX+PRD+++PISTOL'", "", ["UCS+9+13'"]),
        ("334:20260603101500", "334:20261303101500", ["UCS+3'", "UCD+12+2:2'"]),
        ("CNT+5:1'", "ERC+1'CNT+5:1'", ["UCS+15'", "UCD+15+2:1'"]),
    ],
)
def test_a_segment_that_is_wrong_is_told_by_the_code_of_the_standard(
    old: str, new: str, codes: list[str]
) -> None:
    made = message(1).replace(old, new)
    count = made.count("'") - made.count("?'")
    if "UNT+16+1'" in made:
        made = made.replace("UNT+16+1'", f"UNT+{count}+1'")
    text = f"UNB+UNOC:3+A+B+260603:1015+1'{made}UNZ+1+1'"
    assert shown(control(text), "UCS", "UCD") == codes
