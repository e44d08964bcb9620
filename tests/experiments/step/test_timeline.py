"""The lines of both sides are matched once, however many moments are looked at."""

from difflib import SequenceMatcher
from unittest import mock

import pytest

from experiments.step.test_step import Run
from lectures.course import COURSE
from rollcall.experiments.step import told


def test_a_play_matches_the_lines_of_a_phase_once(monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = mock.Mock(wraps=SequenceMatcher)
    monkeypatch.setattr(told, "SequenceMatcher", matcher)
    run = Run(COURSE, "containers.HalfListNet", "containers.ModuleListNet")
    told._together.cache_clear()  # of what another test has asked for
    reports = [run.at(number) for number in range(run.at(0).moments)]
    moments = [side.moment for report in reports for side in (report.left, report.right)]
    assert len(reports) > 10
    assert 0 < matcher.call_count <= len({each.phase for each in moments if each})
