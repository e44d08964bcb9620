"""The exercises in a folder of one's own: a course that can be served, and no file is replaced."""

import math
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollcall import cli
from rollcall.folders import MODELS
from rollcall.lectures import declared_course, exercise_files
from rollcall.lectures.contents import ModelCard
from rollcall.lectures.course_text import course_text
from rollcall.lectures.exercise_files import NoExercises, write_exercises
from rollcall.lectures.loading import load

PAGE = 'page = "exercise"'


def exercises_of(folder: Path) -> list[tuple[str, str, str]]:
    contents = load(folder).contents
    assert contents.problems == ()
    return [
        (lesson.left, lesson.right, lesson.text)
        for chapter in contents.chapters
        for lesson in chapter.lessons
        if lesson.page == "exercise"
    ]


def content_of(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_what_is_written_is_a_course_of_the_same_exercises(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "mine"
    files = write_exercises(MODELS, folder)
    assert files.kept == ()
    assert files.written[:2] == ("exercises.py", "repairs.py")
    assert sorted(files.written) == sorted(content_of(folder))
    assert len(exercises_of(folder)) >= 9
    assert exercises_of(folder) == exercises_of(MODELS)
    here, there = load(folder).contents, load(MODELS).contents
    # And nothing but them, each model built and called as in the course.
    assert [lesson.page for each in here.chapters for lesson in each.lessons] == ["exercise"] * len(
        exercises_of(folder)
    )
    for name, card in here.cards.items():
        # Which models have twins depends on the lessons that are there.
        assert _alone(card) == _alone(there.cards[name])


def test_the_exercises_come_first(tmp_path: Path) -> None:
    write_exercises(MODELS, tmp_path)
    assert load(tmp_path).contents.chapters[0].file == "exercises"


def test_no_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "exercises.py").write_text("# my solutions\n")
    (tmp_path / "notes.txt").write_text("mine\n")
    first = write_exercises(MODELS, tmp_path)
    assert first.kept == ("exercises.py",)
    assert "exercises.py" not in first.written
    before = content_of(tmp_path)
    assert before["exercises.py"] == "# my solutions\n"
    again = write_exercises(MODELS, tmp_path)
    assert again.written == ()
    assert sorted(again.kept) == sorted(name for name in before if name != "notes.txt")
    assert content_of(tmp_path) == before


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Not even one that leads nowhere yet."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "exercises.py").symlink_to(tmp_path / "elsewhere.py")
    assert write_exercises(MODELS, folder).kept == ("exercises.py",)
    assert not (tmp_path / "elsewhere.py").exists()


def test_a_course_of_ones_own(tmp_path: Path) -> None:
    course, mine = tmp_path / "course", tmp_path / "mine"
    course.mkdir()
    net = "from torch import nn\n\nclass {}(nn.Module):\n    def __init__(self, n): pass\n"
    for stem, name in (("todo", "YourNet"), ("done", "Net"), ("other", "Other")):
        (course / f"{stem}.py").write_text(net.format(name))
    models = "[chapter.models.{}]\nargs = [3]\n"
    (course / "course.toml").write_text(
        '[[chapter]]\nfile = "other"\ntitle = "Other"\n' + models.format("Other") +
        '[[chapter]]\nfile = "done"\ntitle = "Done"\n' + models.format("Net") +
        '[[chapter]]\nfile = "todo"\ntitle = "To do"\n[[chapter.lesson]]\nleft = "YourNet"\n'
        f'right = "done.Net"\ntwin = false\ntitle = "Say \\"net\\""\ntext = "é ⇄\\n"\n{PAGE}\n'
        '[[chapter.lesson]]\nleft = "YourNet"\nright = "YourNet"\ntitle = "b"\ntext = "c"\n'
        + models.format("YourNet")
    )  # fmt: skip
    files = write_exercises(course, mine)
    assert files.written == ("todo.py", "done.py", "course.toml")
    assert exercises_of(mine) == [("todo.YourNet", "done.Net", "é ⇄\n")]


def test_a_course_without_exercises(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text('[[chapter]]\nfile = "a"\ntitle = "A"\n')
    with pytest.raises(NoExercises, match=r"no lesson in .* has page = 'exercise'"):
        write_exercises(tmp_path, tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def test_the_names_are_those_of_the_course() -> None:
    from rollcall.experiments.exercise.experiment import EXERCISE

    assert exercise_files.COURSE == declared_course.COURSE
    assert EXERCISE.name == exercise_files.PAGE


def test_the_course_itself_can_be_written() -> None:
    chapters = tomllib.loads((MODELS / "course.toml").read_text("utf-8"))["chapter"]
    assert tomllib.loads(course_text(chapters))["chapter"] == chapters


texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)
values = st.recursive(
    st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(texts.filter(lambda key: key not in ("lesson", "models")), values))
def test_whatever_a_course_says_is_read_back(said: dict[str, Any]) -> None:
    chapter = {**said, "lesson": [said, {}], "models": {"Net": said, "é": {}}}
    assert tomllib.loads(course_text([chapter, {}]))["chapter"] == [chapter, {}]


def test_a_number_that_is_none_is_read_back() -> None:
    (read,) = tomllib.loads(course_text([{"x": [math.nan, math.inf, -math.inf]}]))["chapter"]
    assert math.isnan(read["x"][0])
    assert read["x"][1:] == [math.inf, -math.inf]


# The command


def test_the_command_says_what_it_wrote_and_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my exercises"
    cli.main(["exercises", str(folder)])
    said = capsys.readouterr().out.splitlines()
    assert f"wrote {folder / 'exercises.py'}" in said
    assert f"wrote {folder / 'course.toml'}" in said
    assert said[-1] == f"Now: rollcall serve --models '{folder}'"
    assert len(said) == len(content_of(folder)) + 1
    cli.main(["exercises", str(folder)])
    again = capsys.readouterr().out.splitlines()
    assert f"kept  {folder / 'exercises.py'}, which was there" in again
    assert not any(line.startswith("wrote") for line in again)
    assert again[-1] == said[-1]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["exercises"], "the following arguments are required: DIR"),
        (["exercises", "{file}"], "{file}: File exists"),
        (["exercises", "{file}/mine"], "{file}/mine: Not a directory"),
        (["exercises", "{new}", "--models", "{empty}"], "{empty}/course.toml: No such file"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], part: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    places = {name: str(tmp_path / name) for name in ("file", "new", "empty")}
    with pytest.raises(SystemExit) as end:
        cli.main([each.format(**places) for each in arguments])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert part.format(**places) in said.splitlines()[-1]
    assert "Traceback" not in said


def _alone(card: ModelCard) -> ModelCard:
    return card.model_copy(update={"twin": None, "changes": ()})
