"""Changes of the core by rule: what is changed, one place at a time, and what is left alone."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from bench.mutants.operators import mutants_of, mutated
from bench.mutants.rooms import ROOMS, path_of

pytestmark = [pytest.mark.unit, pytest.mark.slow]

SOURCE = '''
LONGEST = 3


class Desk:
    def handle(self, rows, *, late=True):
        """Handles."""
        if not rows and late:
            raise ValueError("no rows")
        for row in rows:
            if row.due <= self.now:
                self._log.info("row.due", number=1)
                self.send(row, again=False)
                continue
        self.done = len(rows) + 1
        return [row for row in rows[:2] if row]
'''

EXPECTED = {
    (2, "one more", "4"),
    (8, "negated", "not (not rows and late)"),
    (8, "and for or", "not rows or late"),
    (8, "not dropped", "rows"),
    (9, "dropped", "nothing"),
    (11, "negated", "not row.due <= self.now"),
    (11, "compared otherwise", "row.due < self.now"),
    (13, "dropped", "nothing"),
    (13, "other", "True"),
    (14, "dropped", "nothing"),
    (15, "dropped", "nothing"),
    (15, "plus for minus", "len(rows) - 1"),
    (15, "one more", "2"),
    (16, "filter dropped", "True"),
    (16, "cut dropped", "rows"),
    (16, "one more", "3"),
}


def test_every_place_is_changed_and_what_is_logged_or_said_is_not():
    found = mutants_of("desk.py", SOURCE)
    assert {(one.line, one.operator, one.after) for one in found} == EXPECTED
    assert len(found) == len(EXPECTED)


def test_each_change_is_made_alone_and_differs_from_the_source():
    before = ast.unparse(ast.parse(SOURCE))
    texts = {ast.unparse(mutated(SOURCE, one.number)) for one in mutants_of("desk.py", SOURCE)}
    assert before not in texts
    assert len(texts) == len(EXPECTED)


def test_every_file_of_the_core_is_there_and_every_change_has_a_name_of_its_own():
    for room in ROOMS.values():
        for file in room.files:
            names = [one.name for one in mutants_of(file, path_of(file).read_text())]
            assert len(names) == len(set(names)), file
