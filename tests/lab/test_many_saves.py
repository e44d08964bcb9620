"""A worker keeps nothing of files as they were before a save."""

import gc
import linecache
import sys
from pathlib import Path

from rollcall.experiments import EXPERIMENTS
from rollcall.lab import loaded_files, worker
from rollcall.lectures import source_lines, target_files
from rollcall.lectures.latest import Latest
from rollcall.lectures.targets import Targets
from web.course import NET

SAVES = 6
NETS = EXPERIMENTS["registry"].query.model_validate({"left": "my.Net", "right": "my.Net"})


def made_by_files() -> tuple[int, int, int]:
    """Classes that are alive, modules that Python knows, files whose text it remembers."""
    gc.collect()
    kinds = (each for each in gc.get_objects() if isinstance(each, type))
    classes = sum(str(kind.__module__).startswith("lecture_") for kind in kinds)
    modules = sum(name.startswith("lecture_") for name in sys.modules)
    return classes, modules, len(linecache.cache)


def save_and_show(folder: Path, number: int) -> None:
    """One more state of a file, beside another one with a new name; the last of those is gone."""
    (folder / f"more_{number - 1}.py").unlink(missing_ok=True)
    (folder / f"more_{number}.py").write_text(NET.replace("Net", f"Net{number}"))
    (folder / "my.py").write_text(f"{NET}\nKEPT = [{number}]\n")
    worker.list_choices(Targets.of(folder))
    worker.run("registry", NETS, Targets.of(folder))


def test_a_worker_is_the_same_after_many_saves(tmp_path: Path) -> None:
    for number in (0, 1):
        save_and_show(tmp_path, number)
    before = made_by_files()
    for number in range(2, SAVES):
        save_and_show(tmp_path, number)
    assert made_by_files() == before
    assert len(loaded_files._catalogs) == 1
    assert tmp_path / "my.py" in source_lines._parsed._made
    text, _ = target_files._codes._made[tmp_path / "my.py"]
    assert f"KEPT = [{SAVES - 1}]".encode() in text


def test_a_model_is_trusted_again_when_its_file_was_saved(tmp_path: Path) -> None:
    changing = NET.replace("return", "os.environ['SAVED'] = 'yes'; return")
    for text, suspected in ((changing, {"my.Net"}), (NET, set())):
        (tmp_path / "my.py").write_text(text)
        worker.run("registry", NETS, Targets.of(tmp_path))
        assert loaded_files.guard()._suspects == suspected


def test_a_file_whose_text_was_not_kept_is_made_anew(tmp_path: Path) -> None:
    made: list[str] = []

    def make(path: Path, text: str) -> str:
        made.append(text)
        return text.upper()

    latest = Latest(make, 2)
    a, b, c = (tmp_path / name for name in "abc")
    asked = [(a, "x"), (a, "x"), (b, "x"), (a, "y"), (a, "x"), (c, "z"), (b, "x")]
    assert [latest(path, text) for path, text in asked] == ["X", "X", "X", "Y", "X", "Z", "X"]
    assert made == ["x", "x", "y", "x", "z", "x"]
