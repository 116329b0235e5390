"""A search gets the same verdicts alone and among others of a batch."""

from __future__ import annotations

from random import Random

import pytest
from registry_world import CUSTOMS, Centre, a_description, a_record

from gateway.ids import country_of
from gateway.payload import AccessModeCode, AccessRestriction, CountryCode, Make
from gateway.registry import ranking
from gateway.registry.resembling import Terms
from gateway.registry.seeking import Answer, Question, read_question, seek
from gateway.store import Asker

HIDDEN = (AccessRestriction(access_mode_code=AccessModeCode.DENY, country_code=CountryCode.NLD),)
SERIALS = ("ABC12345", "ABC12346", "00ABC12345", "BER402871", "402871", "K12O5Z8", "T110212345")
MAKES = ("Glock", "Beretta", "Armeria AB")
SYMBOLS = "0123456789ABKOSZ?*"


def verdicts(answer: Answer) -> object:
    judged = [(row.record_id, match.grade, match.score) for row, match in answer.judged]
    return judged, set(answer.weaker), answer.overflow, answer.narrowed


def changed(serial: str, random: Random) -> str:
    for _ in range(random.randrange(3)):
        place = random.randrange(len(serial))
        kept = serial[place + random.randrange(2) :]
        serial = serial[:place] + random.choice(SYMBOLS) * random.randrange(2) + kept
    return serial


def test_a_batch_and_each_search_by_itself_give_the_same_verdicts(centre: Centre) -> None:
    terms, asker = Terms(), Asker(party=CUSTOMS, country=country_of(CUSTOMS))
    questions = asked_of(centre, terms)
    together = seek(questions, asker, centre.unit, terms)
    alone = [answer for one in questions for answer in seek([one], asker, centre.unit, terms)]
    assert list(map(verdicts, together)) == list(map(verdicts, alone))
    assert sum(len(answer.judged) for answer in together) > len(questions) / 2


def test_few_records_read_give_the_verdicts_of_all(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms, asker = Terms(), Asker(party=CUSTOMS, country=country_of(CUSTOMS))
    questions = asked_of(centre, terms)
    few = list(map(verdicts, seek(questions, asker, centre.unit, terms)))
    monkeypatch.setattr(ranking, "_AT_FIRST", 1)
    monkeypatch.setattr(ranking, "_MORE", 1)
    fewest = list(map(verdicts, seek(questions, asker, centre.unit, terms)))
    monkeypatch.setattr(ranking, "_AT_FIRST", 10_000)
    assert list(map(verdicts, seek(questions, asker, centre.unit, terms))) == few == fewest


def asked_of(centre: Centre, terms: Terms) -> list[Question]:
    """Questions, flawed at random, for weapons that are filed then."""
    random = Random(11)
    for number, serial in enumerate((*SERIALS, *(f"77{n:03}" for n in range(30)))):
        rules = HIDDEN if number % 5 == 4 else ()
        centre.submit(a_record(str(number), serial, access_restriction=rules))
    return [
        read_question(
            a_description(
                changed(random.choice((*SERIALS, "77010")), random),
                make_identified=Make(make_text=random.choice(MAKES)),
            ),
            records=terms.records,
            near=number % 4 > 0,
        )
        for number in range(120)
    ]
