"""Classes of access rules: two records share one only if the same parties see both."""

from dataclasses import replace

import pytest

from gateway.store import Restriction

pytestmark = pytest.mark.unit

RULES = Restriction(
    owner_agency="FRA-NCB",
    owner_country="FRA",
    open=False,
    allowed=frozenset({"NLD", "BRA-NCB"}),
    denied=frozenset({"USA"}),
)


@pytest.mark.parametrize(
    "other",
    [
        {"owner_agency": "FRA-CUSTOMS"},
        {"owner_country": "BRA"},
        {"open": True},
        {"allowed": frozenset({"NLD"})},
        {"denied": frozenset()},
        {"allowed": frozenset({"NLD"}), "denied": frozenset({"USA", "BRA-NCB"})},
    ],
)
def test_rules_that_differ_in_anything_are_another_class(other):
    assert replace(RULES, **other).digest != RULES.digest


def test_the_order_of_names_makes_no_other_class():
    assert replace(RULES, allowed=frozenset(["BRA-NCB", "NLD"])).digest == RULES.digest
