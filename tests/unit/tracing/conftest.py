"""Two countries with whole endpoints over a broker in memory."""

import pytest
from trace_world import TraceWorld


@pytest.fixture
def world(tmp_path):
    made = TraceWorld(tmp_path, ("FRA-NCB", "BEL-NCB"))
    yield made
    made.close()
