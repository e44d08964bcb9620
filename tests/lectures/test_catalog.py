"""A folder of lecture files as a lecturer leaves it: new files, broken ones, half a course."""

import inspect
import os
import pickle
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from lectures.course import COURSE, NAMES, SHOWN
from lectures.lectures import HEAD, catalog_of, write
from rollcall.core.pair_query import PairQuery
from rollcall.core.query import InvalidParameter
from rollcall.folders import MODELS
from rollcall.lectures.contents import Contents, Problem
from rollcall.lectures.loading import load
from rollcall.lectures.named_targets import named_targets
from rollcall.lectures.saved_files import version
from rollcall.lectures.source_lines import lines_around

NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)

    def forward(self, x):
        return self.layer(x)
"""
CHAPTER = '[[chapter]]\nfile = "own"\ntitle = "Own"\n'
LESSON = '[[chapter.lesson]]\nleft = "{}"\nright = "{}"\ntitle = "Two"\ntext = "Two nets."\n'


def names(contents: Contents) -> list[str]:
    return [card.name for chapter in contents.chapters for card in chapter.models]


def only_problem(contents: Contents) -> Problem:
    (problem,) = contents.problems
    return problem


# The built-in course


def test_the_course_has_no_problems() -> None:
    assert COURSE.contents.problems == ()
    assert set(NAMES) == set(names(COURSE.contents))


def test_the_contents_are_what_the_course_says() -> None:
    chapters = tomllib.loads((MODELS / "course.toml").read_text("utf-8"))["chapter"]
    assert [(chapter.file, chapter.title) for chapter in COURSE.contents.chapters] == [
        (chapter.get("file"), chapter["title"]) for chapter in chapters
    ]
    for said, declared in zip(COURSE.contents.chapters, chapters, strict=True):
        here = said.file or ""
        assert [
            (lesson.left, lesson.right, lesson.title, lesson.text) for lesson in said.lessons
        ] == [
            (
                full(here, lesson["left"]),
                full(here, lesson["right"]),
                lesson["title"],
                lesson["text"],
            )
            for lesson in declared.get("lesson", [])
        ]
    cards = {**COURSE.contents.cards, **COURSE.contents.loops}
    declared_twins = {name: card.twin for name, card in cards.items() if card.twin}
    for name, card in cards.items():
        if card.fixed:  # the course says nothing of how it is corrected
            del declared_twins[name]
    assert declared_twins == {
        full(chapter.get("file", ""), lesson["left"]): full(
            chapter.get("file", ""), lesson["right"]
        )
        for chapter in chapters
        for lesson in chapter.get("lesson", [])
        if lesson.get("twin", True)
    }


def full(file: str, model: str) -> str:
    return model if "." in model else f"{file}.{model}"


@pytest.mark.parametrize("name", SHOWN)
def test_a_model_runs_on_its_example(name: str) -> None:
    model = COURSE.build(name, 0)
    assert isinstance(model(COURSE.input(name).draw(0).args[0]), torch.Tensor)


@pytest.mark.parametrize("name", SHOWN)
def test_the_same_seed_gives_the_same_weights(name: str) -> None:
    first, second = COURSE.build(name, 3), COURSE.build(name, 3)
    assert first is not second
    assert all(map(torch.equal, first.state_dict().values(), second.state_dict().values()))
    assert torch.equal(COURSE.input(name).draw(3).args[0], COURSE.input(name).draw(3).args[0])


def test_the_weights_are_those_that_the_seed_gives_in_plain_torch() -> None:
    torch.manual_seed(3)
    expected = nn.Linear(10, 20)
    first = COURSE.build("containers.ModuleListNet", 3).state_dict()
    assert torch.equal(first["layers.0.weight"], expected.weight)
    other = COURSE.build("containers.ModuleListNet", 4).state_dict()
    assert not torch.equal(other["layers.0.weight"], expected.weight)


def test_building_and_loading_leave_the_generator_alone() -> None:
    before = torch.get_rng_state()
    COURSE.build("containers.ModuleListNet", 3)
    COURSE.input("containers.ModuleListNet").draw(3)
    load(MODELS)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_model_that_does_not_exist_is_unacceptable() -> None:
    with pytest.raises(InvalidParameter) as caught:
        COURSE.card("containers.GoodListNet", "right")
    assert (caught.value.parameter, caught.value.value) == ("right", "containers.GoodListNet")
    assert caught.value.accepts == NAMES
    assert COURSE.card("containers.BadListNet", "left").twin == "containers.ModuleListNet"


# A folder of one's own


def test_a_new_file_appears_by_itself(tmp_path: Path) -> None:
    write(tmp_path, "week_three.py", NET)
    contents = load(tmp_path).contents
    assert [(chapter.file, chapter.title, chapter.lessons) for chapter in contents.chapters] == [
        ("week_three", "Week three", ())
    ]
    assert names(contents) == ["week_three.Net"]
    assert contents.problems == ()


def test_a_new_file_appears_after_the_course(tmp_path: Path) -> None:
    for name in ("b", "z", "own", "a"):
        write(tmp_path, f"{name}.py", NET)
    write(tmp_path, "course.toml", CHAPTER + CHAPTER.replace("own", "b"))
    assert [chapter.file for chapter in load(tmp_path).contents.chapters] == ["own", "b", "a", "z"]


def test_an_empty_folder_is_no_problem(tmp_path: Path) -> None:
    assert load(tmp_path).contents == Contents(chapters=(), problems=())


def test_models_are_the_modules_that_a_file_defines(tmp_path: Path) -> None:
    text = """
    from torch.nn import Linear

    class Base(nn.Module):
        pass

    class Net(Base):
        pass

    class NotAModule:
        pass

    def function():
        pass

    instance = Net()
    """
    assert names(catalog_of(tmp_path, text).contents) == ["own.Base", "own.Net"]


@pytest.mark.parametrize("name", ["Übung", "Größe", "_Private", "层"])
def test_a_class_may_be_called_what_python_allows(tmp_path: Path, name: str) -> None:
    contents = catalog_of(tmp_path, f"class {name}(nn.Module): pass\n").contents
    (card,) = contents.cards.values()
    assert PairQuery(left=card.name).left == f"own.{name}"


@pytest.mark.parametrize("name", ["01_intro", "week-3", "my models", "a.b", "größe (2)"])
def test_a_file_may_be_called_what_is_no_name_in_python(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"{name}.py", NET)
    contents = load(tmp_path).contents
    assert (names(contents), contents.problems) == ([f"{name}.Net"], ())
    assert PairQuery(left=f"{name}.Net").left in contents.cards


@pytest.mark.parametrize("name", ["<b>", "a&b", "a\nb", "x" * 200])
def test_a_file_that_no_query_could_name_is_a_problem(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"{name}.py", NET)
    write(tmp_path, "own.py", NET)
    contents = load(tmp_path).contents
    assert names(contents) == ["own.Net"]
    assert only_problem(contents).file == f"{name}.py"
    assert "rename" in only_problem(contents).raised.message


@pytest.mark.parametrize("name", [".#own.py", "._own.py", ".own.py"])
def test_files_that_editors_leave_are_not_lectures(tmp_path: Path, name: str) -> None:
    """Emacs marks a file that is being edited by a link to nowhere."""
    before = version(tmp_path)
    (tmp_path / name).symlink_to("nobody@nowhere:1")
    assert version(tmp_path) == before
    assert load(tmp_path).contents == Contents(chapters=(), problems=())


# Broken files: each is told, and the rest works


def check_broken(folder: Path, text: str) -> Problem:
    write(folder, "good.py", NET)
    contents = catalog_of(folder, text).contents
    assert names(contents) == ["good.Net"]
    assert only_problem(contents).file == "own.py"
    return only_problem(contents)


def lines_before(text: str, mark: str) -> int:
    return (HEAD + text).split(mark)[0].count("\n") + 1


def test_a_class_that_cannot_be_looked_at(tmp_path: Path) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:  # the latter since Python 3.13
        inspect.signature(type("Odd", (), {"__signature__": "none"}))
    problem = check_broken(tmp_path, "class Odd(nn.Module):\n    __signature__ = 'none'\n")
    assert problem.raised.type == raised.type.__name__
    assert not problem.whole_file


@pytest.mark.parametrize(
    ("line", "numbers"), [(1, [1, 2, 3]), (3, [1, 2, 3, 4, 5]), (6, [4, 5, 6]), (9, []), (None, [])]
)
def test_the_lines_around_a_line(tmp_path: Path, line: int | None, numbers: list[int]) -> None:
    (tmp_path / "own.py").write_bytes(b"1\r\n2\xff\r\n3\n4\n5\n6\n")
    around = lines_around(tmp_path / "own.py", line)
    assert [each.number for each in around] == numbers
    assert [each.text.rstrip("\ufffd") for each in around] == [str(number) for number in numbers]
    assert lines_around(tmp_path / "gone.py", line) == ()


def test_a_syntax_error(tmp_path: Path) -> None:
    text = "class Net(nn.Module)\n    pass\n"
    raised = check_broken(tmp_path, text).raised
    assert (raised.type, raised.message, raised.line) == ("SyntaxError", "expected ':'", 4)


def test_wrong_indentation(tmp_path: Path) -> None:
    raised = check_broken(tmp_path, "x = 1\n  y = 2\n").raised
    assert (raised.type, raised.message, raised.line) == (
        "IndentationError",
        "unexpected indent",
        5,
    )


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    write(tmp_path, "good.py", NET)
    (tmp_path / "own.py").write_bytes(b"x = '\xff'\n")
    contents = load(tmp_path).contents
    assert names(contents) == ["good.Net"]
    assert only_problem(contents).raised.type == "SyntaxError"


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("import no_such_library\n", "ModuleNotFoundError", "No module named 'no_such_library'"),
        ("x = 1 / 0\n", "ZeroDivisionError", "division by zero"),
        ("import sys\n\nsys.exit('bye')\n", "SystemExit", "bye"),
        (
            "nn.Linear(1)\n",
            "TypeError",
            "Linear.__init__() missing 1 required positional argument: 'out_features'",
        ),
    ],
)
def test_what_a_file_raises_when_it_is_loaded(
    tmp_path: Path, text: str, kind: str, message: str
) -> None:
    raised = check_broken(tmp_path, text).raised
    assert (raised.type, raised.message) == (kind, message)
    assert raised.line == len((HEAD + text).splitlines())


def test_the_line_is_the_innermost_of_the_file(tmp_path: Path) -> None:
    text = "def f():\n    return nn.Linear(1)  # here\n\nf()\n"
    assert check_broken(tmp_path, text).raised.line == lines_before(text, "# here")


def test_a_folder_called_like_a_file(tmp_path: Path) -> None:
    write(tmp_path, "good.py", NET)
    (tmp_path / "own.py").mkdir()
    contents = load(tmp_path).contents
    assert names(contents) == ["good.Net"]
    assert only_problem(contents).raised.type == "IsADirectoryError"


# A broken course


def check_course(folder: Path, course: str, text: str = NET) -> Problem:
    contents = catalog_of(folder, text, course).contents
    assert names(contents) == ["own.Net"]
    assert only_problem(contents).file == "course.toml"
    return only_problem(contents)


@pytest.mark.parametrize(
    "course",
    [
        CHAPTER + 'titel = "Own"\n',
        CHAPTER + LESSON.format("Net", "Net") + "twins = false\n",
        CHAPTER + "[chapter.models.Net]\nargz = [1]\n",
        "[[chapters]]\n" + CHAPTER.split("\n", 1)[1],
    ],
)
def test_a_misspelt_key_is_told(tmp_path: Path, course: str) -> None:
    problem = check_course(tmp_path, course)
    assert problem.raised.type == "ValueError"
    assert "no such key" in problem.raised.message or "no key of a course" in problem.raised.message
    (wrong,) = [key for key in ("titel", "twins", "argz", "chapters") if key in course]
    assert wrong in problem.raised.message
    (line,) = [line for line in problem.lines if line.number == problem.raised.line]
    assert wrong in line.text or "[[chapter.lesson]]" in line.text


@pytest.mark.parametrize(
    "course",
    [
        CHAPTER + "input = 4",
        CHAPTER + 'input = ["four"]',
        '[[chapter]]\ntitle = "no file"',
        CHAPTER.replace("own", "../x"),
    ],
)
def test_a_wrong_value_is_told(tmp_path: Path, course: str) -> None:
    raised = check_course(tmp_path, course).raised
    assert raised.type == "ValueError"
    assert raised.line is not None


def test_a_course_that_is_no_toml_is_told(tmp_path: Path) -> None:
    raised = check_course(tmp_path, "[[chapter]\n").raised
    assert raised.type == "TOMLDecodeError"
    assert "line 1" in raised.message


def test_a_course_that_is_no_text_is_told(tmp_path: Path) -> None:
    write(tmp_path, "own.py", NET)
    (tmp_path / "course.toml").write_bytes(b"\xff")
    assert only_problem(load(tmp_path).contents).raised.type == "UnicodeDecodeError"


def test_a_lesson_about_a_model_that_is_not_there(tmp_path: Path) -> None:
    course = CHAPTER + LESSON.format("Net", "Gone") + LESSON.format("Net", "Net")
    assert check_course(tmp_path, course).raised.message == "own.py has no model 'Gone'"
    (chapter,) = load(tmp_path).contents.chapters
    assert [lesson.right for lesson in chapter.lessons] == ["own.Net"]
    assert [card.twin for card in chapter.models] == ["own.Net"]


def test_settings_for_a_model_that_is_not_there(tmp_path: Path) -> None:
    course = CHAPTER + "[chapter.models.Nett]\nargs = [1]\n"
    assert check_course(tmp_path, course).raised.message == "own.py has no model 'Nett'"


def test_a_lesson_about_a_model_that_cannot_be_built(tmp_path: Path) -> None:
    text = (
        "class Net(nn.Module):\n    def __init__(self, width, depth):\n        super().__init__()\n"
    )
    raised = check_course(tmp_path, CHAPTER + LESSON.format("Net", "Net"), text).raised
    assert raised.message == "own.Net needs args for ('width', 'depth')"
    assert load(tmp_path).contents.chapters[0].lessons == ()


def test_chapters_without_a_file_are_told_in_their_order(tmp_path: Path) -> None:
    missing = ["zeta", "beta", "alpha", "omega", "delta", "gamma"]
    course = "".join(CHAPTER.replace("own", name) for name in missing)
    contents = catalog_of(tmp_path, NET, course).contents
    assert [problem.raised.message for problem in contents.problems] == [
        f"chapter {name!r} has no file {name}.py" for name in missing
    ]
    assert names(contents) == ["own.Net"]


# Arguments

NEEDY = """
class Needy(nn.Module):
    def __init__(self, width, depth, *more, bias=True, device):
        super().__init__()

class Content(nn.Module):
    def __init__(self, width=10, *more, bias=True, **rest):
        super().__init__()

class Inherits(Content):
    pass

class Width(nn.Module):
    def __init__(self, width, names, rate, flag):
        super().__init__()
        self.given = (width, names, rate, flag)
"""


def test_what_needs_arguments_is_shown_and_cannot_be_asked_for(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, NEEDY)
    needs = {
        card.class_name: card.needs
        for chapter in catalog.contents.chapters
        for card in chapter.models
    }
    assert needs == {
        "Needy": ("width", "depth", "device"),
        "Content": (),
        "Inherits": (),
        "Width": ("width", "names", "rate", "flag"),
    }
    assert [*catalog.contents.cards] == ["own.Content", "own.Inherits"]
    with pytest.raises(InvalidParameter) as caught:
        catalog.card("own.Needy", "left")
    assert caught.value.accepts == ("own.Content", "own.Inherits")


def test_the_course_can_give_arguments(tmp_path: Path) -> None:
    catalog = catalog_of(
        tmp_path, NEEDY, CHAPTER + '[chapter.models.Width]\nargs = [3, "a", 0.5, true]\n'
    )
    assert catalog.contents.cards["own.Width"].needs == ()
    given = catalog.build("own.Width", 0).given
    assert given == (3, "a", 0.5, True)
    assert [*map(type, given)] == [int, str, float, bool]


# Inputs

GUESSES: dict[str, tuple[int, ...]] = {
    "nn.Linear(7, 3)": (4, 7),
    "nn.Sequential(nn.Flatten(), nn.Linear(7, 3))": (4, 7),
    "nn.Conv1d(3, 2, 5)": (4, 3, 16),
    "nn.Conv2d(3, 2, 5)": (4, 3, 16, 16),
    "nn.Conv3d(1, 2, 3)": (4, 1, 16, 16, 16),
    "nn.ConvTranspose2d(3, 2, 5)": (4, 3, 16, 16),
    "nn.Embedding(7, 3)": (4, 16),
    "nn.LazyLinear(3)": (4, 10),
    "nn.LazyConv1d(3, 5)": (4, 10, 16),
    "nn.LazyBatchNorm1d()": (4, 10),
    "nn.ReLU()": (4, 10),
    "[nn.Linear(7, 3)].__getitem__(0)": (4, 7),
}


@pytest.mark.parametrize("layer", GUESSES)
@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
def test_the_shape_of_an_input_is_guessed_from_the_first_layer(tmp_path: Path, layer: str) -> None:
    text = NET.replace("nn.Linear(10, 5)", layer)
    catalog = catalog_of(tmp_path, text)
    model = catalog.build("own.Net", 0)
    x = catalog.input("own.Net").draw(0).args[0]
    assert tuple(x.shape) == GUESSES[layer]
    assert x.dtype == (torch.int64 if "Embedding" in layer else torch.float32)
    model(x)


@pytest.mark.parametrize(
    ("attribute", "shape"),
    [
        ("self.layers = [nn.Linear(7, 3)]", (4, 7)),
        ("self.weight = nn.Parameter(torch.ones(7, 3))", (4, 7)),
        ("self.weight = torch.ones(7, 3)", (4, 7)),
        ("self.bias = torch.ones(3); self.weight = torch.ones(7, 3)", (4, 7)),
        ("self.lazy = nn.UninitializedParameter(); self.weight = torch.ones(7, 3)", (4, 7)),
        ("self.bias = torch.ones(3)", (4, 10)),
        ("self.in_features = 7", (4, 7)),
        ("self.in_features = 'seven'", (4, 10)),
    ],
)
def test_the_shape_of_an_input_is_guessed_without_a_layer(
    tmp_path: Path, attribute: str, shape: tuple[int, ...]
) -> None:
    catalog = catalog_of(tmp_path, NET.replace("self.layer = nn.Linear(10, 5)", attribute))
    assert tuple(catalog.input("own.Net").draw(0).args[0].shape) == shape


def test_a_declared_shape_is_taken(tmp_path: Path) -> None:
    text = NET + NET.replace("Net", "Other")
    course = CHAPTER + "input = [2, 3, 10]\n[chapter.models.Other]\ninput = [10]\n"
    catalog = catalog_of(tmp_path, text, course)
    for name, shape in {"own.Net": (2, 3, 10), "own.Other": (10,)}.items():
        x = catalog.input(name).draw(0).args[0]
        assert tuple(x.shape) == shape
        assert not torch.equal(x, catalog.input(name).draw(1).args[0])


# What is on the disk is what counts


def test_the_version_changes_with_the_files(tmp_path: Path) -> None:
    path = write(tmp_path, "own.py", NET)
    seen = [version(tmp_path)]

    def changed() -> bool:
        seen.append(version(tmp_path))
        return len(seen) == len(set(seen))

    path.write_text(path.read_text() + "\n")
    assert changed()
    text = path.read_text()
    os.utime(path, ns=(0, 0))
    path.write_text(text.replace("Net", "Ten"))  # with as many bytes, and at the same time
    os.utime(path, ns=(0, 0))
    assert changed()
    write(tmp_path, "more.py", NET)
    assert changed()
    write(tmp_path, "course.toml", CHAPTER)
    assert changed()
    path.rename(tmp_path / "renamed.py")
    assert changed()
    (tmp_path / "more.py").unlink()
    assert changed()


def test_the_version_is_that_of_the_texts_which_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two servers on two copies of one folder agree, whoever copied it and when."""
    here, there = tmp_path / "here", tmp_path / "on" / "another" / "machine"
    for folder in (here, there):
        (folder / "sub").mkdir(parents=True)
        write(folder, "own.py", NET)
        write(folder, "sub/more.py", NET)
        (folder / "gone.py").symlink_to("nowhere")
    os.utime(there / "own.py", ns=(0, 0))
    whole = [named_targets([str(each)], None).targets for each in (here, there)]
    whole = [replace(each, own=(replace(each.own[0], label="nets"),)) for each in whole]
    assert version(here) == version(there)
    assert version(whole[0]) == version(whole[1])
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", None)
        before = version(there)
    os.utime(there / "own.py", ns=(9, 9))  # touched, and the same
    assert version(there) == before
    (there / "sub/more.py").rename(there / "sub/less.py")
    assert version(whole[0]) != version(whole[1])


def test_the_version_stays_while_the_lectures_do(tmp_path: Path) -> None:
    write(tmp_path, "own.py", NET)
    before = version(tmp_path)
    load(tmp_path)
    (tmp_path / "notes.txt").write_text("not a lecture")
    (tmp_path / "own.pyc").write_bytes(b"")
    assert version(tmp_path) == before


def test_a_file_is_run_from_its_text_and_leaves_no_cache(tmp_path: Path) -> None:
    """A cache is told to be fresh by the file's time and size, and both can stay the same."""
    path = write(tmp_path, "own.py", NET)
    stat = path.stat()
    assert catalog_of(tmp_path, NET).build("own.Net", 0).layer.out_features == 5  # type: ignore[union-attr]
    path.write_text(path.read_text().replace("nn.Linear(10, 5)", "nn.Linear(10, 6)"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    assert load(tmp_path).build("own.Net", 0).layer.out_features == 6  # type: ignore[union-attr]
    assert [each.name for each in tmp_path.iterdir()] == ["own.py"]


def test_what_a_file_draws_while_it_is_loaded_is_the_same_every_time(tmp_path: Path) -> None:
    text = "TABLE = torch.randn(3)\n" + NET.replace(
        "self.layer = nn.Linear(10, 5)", "self.table = TABLE"
    )
    first: Any = catalog_of(tmp_path, text).build("own.Net", 0)
    torch.manual_seed(5)
    second: Any = load(tmp_path).build("own.Net", 0)
    assert first.table is not second.table
    assert torch.equal(first.table, second.table)


def test_a_file_is_a_module_as_dataclasses_and_pickle_expect(tmp_path: Path) -> None:
    text = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "\n@dataclass\nclass Settings:\n    width: int = 3\n"
        + NET.replace("super().__init__()", "super().__init__(); self.settings = Settings()")
    )
    (tmp_path / "own.py").write_text(text.replace("@dataclass", HEAD + "@dataclass"))
    model: Any = load(tmp_path).build("own.Net", 0)
    assert pickle.loads(pickle.dumps(model)).settings == model.settings


def test_a_file_knows_where_it_is(tmp_path: Path) -> None:
    catalog = catalog_of(
        tmp_path, "HERE = __file__\n" + NET.replace("Linear(10, 5)", "Identity(HERE)")
    )
    assert catalog.file("own.Net") == tmp_path / "own.py"
    assert catalog.build("own.Net", 0) is not None


def test_what_stands_under_main_is_not_run(tmp_path: Path) -> None:
    text = NET + "\nif __name__ == '__main__':\n    raise SystemExit\n"
    assert catalog_of(tmp_path, text).contents.problems == ()


# What a model is checked against

BY_HAND = """
class MyGELU(nn.Module): pass
class YourTanh(nn.Module): pass
class MyNothing(nn.Module): pass
class MyModule(nn.Module): pass
class MySequential(nn.Module): pass
class GELU(nn.Module): pass
class Mine(nn.Module): pass
"""


def references(contents: Contents) -> dict[str, str | None]:
    return {
        card.class_name: card.reference for chapter in contents.chapters for card in chapter.models
    }


def test_a_reference_is_guessed_from_the_name_of_the_class(tmp_path: Path) -> None:
    assert references(catalog_of(tmp_path, BY_HAND).contents) == {
        "MyGELU": "nn.GELU",
        "YourTanh": "nn.Tanh",
        "MyNothing": None,
        "MyModule": None,
        "MySequential": None,
        "GELU": None,
        "Mine": None,
    }


def test_the_course_may_name_a_reference(tmp_path: Path) -> None:
    course = CHAPTER + "".join(
        f'[chapter.models.{name}]\nreference = "{reference}"\n'
        for name, reference in (("MyGELU", "nn.ReLU"), ("YourTanh", "GELU"), ("Mine", "other.Net"))
    )
    write(tmp_path, "other.py", NET)
    contents = catalog_of(tmp_path, BY_HAND, course).contents
    assert contents.problems == ()
    known = references(contents)
    assert [known[name] for name in ("MyGELU", "YourTanh", "Mine")] == [
        "nn.ReLU",
        "own.GELU",
        "other.Net",
    ]


@pytest.mark.parametrize(
    "reference", ["nn.Nothing", "nn.Parameter", "nn.init", "Gone", "gone.Net", "torch.nn.ReLU"]
)
def test_a_reference_that_does_not_exist_is_told(tmp_path: Path, reference: str) -> None:
    course = CHAPTER + f'[chapter.models.Net]\nreference = "{reference}"\n'
    contents = catalog_of(tmp_path, NET, course).contents
    assert contents.cards["own.Net"].reference is None
    assert only_problem(contents).raised.message == f"own.Net has no reference {reference!r}"


# Models of two files


def test_a_lesson_may_pair_models_of_two_files(tmp_path: Path) -> None:
    write(tmp_path, "zeta.py", NET)
    contents = catalog_of(tmp_path, NET, CHAPTER + LESSON.format("Net", "zeta.Net")).contents
    assert contents.problems == ()
    assert [(each.left, each.right) for each in contents.chapters[0].lessons] == [
        ("own.Net", "zeta.Net")
    ]
    assert contents.twins["own.Net"] == "zeta.Net"


def test_a_lesson_about_another_file_that_is_not_there(tmp_path: Path) -> None:
    raised = check_course(tmp_path, CHAPTER + LESSON.format("Net", "zeta.Net")).raised
    assert raised.message == "zeta.py has no model 'Net'"
