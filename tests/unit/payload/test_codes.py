"""Codes of open lists are found wherever they stand and judged by the list that is given."""

from pathlib import Path

import pytest

from gateway.payload import OpenList, decode, explain, unlisted_codes

pytestmark = pytest.mark.unit

VECTORS = Path(__file__).parents[2] / "vectors" / "payload"
FILED = decode((VECTORS / "REC_SUBMIT.xml").read_bytes())


def a_list(list_id: str, *codes: str) -> dict[str, OpenList]:
    return {list_id: OpenList(list_id=list_id, version="7", codes=frozenset(codes))}


def test_a_code_that_the_list_lacks_is_named_with_its_place() -> None:
    (issue,) = unlisted_codes(FILED, a_list("CA", "9X19"))
    assert issue.path == "FirearmRecordSubmit/FirearmRecord/Firearm/Calibre[1]/CalibreCode"
    assert (issue.value, issue.expected) == ("765X17SR", "a code of list CA 7")


def test_a_code_of_the_list_is_silent() -> None:
    assert unlisted_codes(FILED, a_list("CA", "765X17SR") | a_list("OF", "BURGLARY")) == ()


def test_a_make_is_judged_by_the_list_of_its_scheme() -> None:
    (issue,) = unlisted_codes(FILED, a_list("NCIC", "COL"))
    assert issue.value == "WAL"
    assert unlisted_codes(FILED, a_list("IARMS", "COL")) == ()


def test_without_a_list_no_code_is_judged() -> None:
    assert unlisted_codes(FILED, {}) == ()


def test_a_code_inside_a_batch_is_found() -> None:
    batch = decode((VECTORS / "REC_BATCH.xml").read_bytes())
    paths = [issue.path for issue in unlisted_codes(batch, a_list("OF"))]
    assert paths[0] == "RecordBatch/RecordBatchItem[1]/FirearmRecord/OffenceCode[1]"
    assert paths[1].startswith("RecordBatch/RecordBatchItem[2]/RecordUpdate/FirearmRecord/")


def test_an_open_list_says_so() -> None:
    assert explain("Calibre.CalibreCode")[0].code_list == "CA, open"
