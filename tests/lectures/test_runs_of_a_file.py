"""How often a lecture file is run: once for each model that could meet what another has left."""

from pathlib import Path

import pytest

from lectures.lectures import catalog_of
from rollcall.lectures.lecture_file import LoadedFile

# The list can be changed: the file is run anew for each model.
SHARING = """
SEEN = []

class Net(nn.Linear):
    def __init__(self):
        super().__init__(10, 5)
"""
EXAMPLE = """
def example_input():
    SEEN.append(1)
    return torch.full((1, 10), float(len(SEEN)))
"""


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The file, as often as it was run anew."""
    paths: list[Path] = []
    run_anew = LoadedFile.run_anew

    def counted(self: LoadedFile) -> None:
        paths.append(self.path)
        run_anew(self)

    monkeypatch.setattr(LoadedFile, "run_anew", counted)
    return paths


def test_an_input_that_no_code_gives_is_drawn_without_the_file(
    tmp_path: Path, runs: list[Path]
) -> None:
    catalog = catalog_of(tmp_path, SHARING)
    catalog.input("own.Net").draw(0)  # it is searched
    runs.clear()
    for seed in range(3):
        catalog.input("own.Net").draw(seed)
        assert catalog.input("own.Net").origin(seed).how == "guessed"
    assert runs == []
    catalog.build("own.Net", 0)
    assert len(runs) == 1


def test_an_input_that_code_gives_is_made_by_the_file_as_it_was_just_run(
    tmp_path: Path, runs: list[Path]
) -> None:
    catalog = catalog_of(tmp_path, SHARING + EXAMPLE)
    given = [catalog.input("own.Net").draw(seed).only for seed in range(3)]
    assert [each.mean().item() for each in given if each is not None] == [1.0, 1.0, 1.0]
    assert runs
