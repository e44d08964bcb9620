"""Each promise names what holds it: a test that is there, or a proof that `make prove` runs."""

import re
from pathlib import Path

import pytest

from prove.run import proofs

ROOT = Path(__file__).parents[1]
PROMISES = ("docs/operations.md", "SECURITY.md")
TEST = re.compile(r"`(tests/[\w/]+\.py)`")
PROOF = re.compile(r"proof `(\w+)`")


@pytest.mark.parametrize("document", PROMISES)
def test_what_holds_a_promise_is_there(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    tests = set(TEST.findall(text))
    assert tests
    assert {each for each in tests if not (ROOT / each).is_file()} == set()
    assert set(PROOF.findall(text)) <= {path.stem for path in proofs([])}


def test_every_row_of_promises_names_what_holds_it() -> None:
    text = (ROOT / PROMISES[0]).read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    promises = [row for row in rows if "held by" not in row and not row.startswith("|---")]
    assert promises
    assert [row for row in promises if not (TEST.search(row) or PROOF.search(row))] == []


def test_every_proof_holds_a_promise() -> None:
    text = " ".join((ROOT / page).read_text("utf-8") for page in PROMISES)
    assert {path.stem for path in proofs([])} <= set(PROOF.findall(text))
