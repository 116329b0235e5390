"""Every measure against an oracle written from the definitions, which reads signed messages."""

from __future__ import annotations

import pytest
from drawn import LONG, examples
from figures_held import differences
from odd_messages import OddParty
from odd_traces import PARTIES, OddTraces
from statistics_world import open_store

from gateway.statistics import FoldedFacts, verify_facts

pytestmark = [pytest.mark.unit, pytest.mark.slow]


@pytest.mark.parametrize("seed", range(examples(5) // 5))
def test_messages_with_the_registry_lead_to_the_figures_that_the_definitions_word(tmp_path, seed):
    with open_store(tmp_path) as store:
        with store.unit() as unit:
            party = OddParty(unit, seed)
            party.live(150)
        with store.unit() as unit:
            verify_facts(unit)
            found = list(differences(party.witness.kept, unit.facts, party.now, part=6, seed=seed))
            assert found == []
            folded = FoldedFacts(unit.facts.log())
            again = differences(party.witness.kept, folded, party.now, part=60, seed=seed)
            assert list(again) == []


@pytest.mark.parametrize("seed", range(examples(5) // 5))
def test_trace_cases_lead_to_the_figures_that_the_definitions_word_on_both_sides(tmp_path, seed):
    world = OddTraces(tmp_path, seed)
    try:
        world.live(60 if LONG else 15)
        for party in PARTIES:
            kept = world.witnesses[party].kept

            def judged(unit, kept=kept):
                verify_facts(unit)
                return list(differences(kept, unit.facts, world.now, part=6, seed=seed))

            assert world.look(party, judged) == []
    finally:
        world.close()
