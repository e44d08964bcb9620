"""The registry experiment from query to report: calls made and read back, errors in a column."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError

from core.versions import ADDMM
from lectures.course import COURSE, FINISHED, NAMES, SHOWN, column
from lectures.lectures import HEAD, catalog_of, report_on, subject_of
from rollcall.core.devices import devices
from rollcall.core.query import InvalidParameter
from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport, registry
from rollcall.experiments.registry.subject import RegistrySubject

LESSONS = [
    (lesson.left, lesson.right)
    for chapter in COURSE.contents.chapters
    for lesson in chapter.lessons
    if lesson.left in COURSE.contents.cards  # and not a training loop
]


def flags(subject: RegistrySubject) -> dict[str, bool]:
    """Which modules are in training mode."""
    assert subject.scan is not None, subject.raised
    return {module.path: module.training for module in subject.scan.modules}


# The calls


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_the_whole_model_is_called_and_read_back(mode: str) -> None:
    report = report_on(COURSE, "containers.HalfListNet", "containers.FullListNet", mode=mode)
    ghosts = [f"hidden[{index}]" for index in range(3)]
    assert flags(report.right) == dict.fromkeys(flags(report.right), mode == "train")
    assert flags(report.left) == {"": mode == "train", "head": mode == "train"} | dict.fromkeys(
        ghosts, True
    )
    assert report.left.calls == report.right.calls == (("", mode),)
    assert report.left.unheard == (tuple(ghosts) if mode == "eval" else ())
    assert report.right.unheard == ()


def test_a_part_is_called_and_read_back() -> None:
    report = report_on(
        COURSE,
        "dropout.DropoutListNet",
        "dropout.DropoutModuleListNet",
        eval=["dropouts.1", "head"],
    )
    assert flags(report.right) == {
        "": True,
        "hidden": True,
        "head": False,
        "dropouts": True,
        "dropouts.0": True,
        "dropouts.1": False,
    }
    assert report.right.calls == (("", "train"), ("head", "eval"), ("dropouts.1", "eval"))


def test_a_call_is_made_where_its_path_leads_somewhere() -> None:
    report = report_on(
        COURSE, "dropout.DropoutListNet", "dropout.DropoutModuleListNet", eval=["dropouts[0]"]
    )
    assert flags(report.left) == {
        "": True,
        "hidden": True,
        "head": True,
        "dropouts[0]": False,
        "dropouts[1]": True,
    }
    assert report.left.calls == (("", "train"), ("dropouts[0]", "eval"))
    assert report.right.calls == (("", "train"),)
    assert all(flags(report.right).values())


def test_a_ghost_hears_what_is_called_on_itself() -> None:
    subject = subject_of(COURSE, "dropout.DropoutListNet", mode="eval", eval=["dropouts[0]"])
    assert subject.unheard == ("dropouts[1]",)
    assert not flags(subject)["dropouts[0]"]


def test_an_inner_call_comes_after_an_outer_one() -> None:
    subject = subject_of(
        COURSE,
        "dropout.DropoutModuleListNet",
        mode="eval",
        train=["dropouts"],
        eval=["dropouts.0", "head"],
    )
    assert [path for path, training in flags(subject).items() if training] == [
        "dropouts",
        "dropouts.1",
    ]
    assert subject.unheard == ()


NESTED = """
class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.own = nn.Linear(10, 10)
        self.hidden = [nn.Dropout()]

class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()
        self.part.shared = nn.Dropout()
        self.also = nn.Sequential(self.part.shared)
"""


def test_a_ghost_within_a_part_does_not_hear_the_part(tmp_path: Path) -> None:
    subject = subject_of(catalog_of(tmp_path, NESTED), "own.Own", eval=["part"])
    assert flags(subject) == {
        "": True,
        "part": False,
        "part.own": False,
        "part.shared": False,
        "also": True,
        "part.hidden[0]": True,
    }
    assert subject.unheard == ("part.hidden[0]",)


def test_a_shared_module_hears_a_call_on_either_of_its_parents(tmp_path: Path) -> None:
    subject = subject_of(catalog_of(tmp_path, NESTED), "own.Own", eval=["also"])
    assert [path for path, training in flags(subject).items() if not training] == [
        "part.shared",
        "also",
    ]
    assert subject.unheard == ()


@pytest.mark.parametrize("parameter", ["eval", "train"])
def test_a_path_that_leads_nowhere_is_unacceptable(parameter: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        report_on(
            COURSE,
            "containers.BadListNet",
            "containers.ModuleListNet",
            **{parameter: ["layers[0]", "layer"]},
        )
    assert (caught.value.parameter, caught.value.value) == (parameter, "layer")
    assert caught.value.accepts == ("layers[0]", "layers[1]", "layers", "layers.0", "layers.1")


def test_a_device_that_is_not_here_is_unacceptable() -> None:
    with pytest.raises(InvalidParameter) as caught:
        report_on(COURSE, "containers.BadListNet", "containers.ModuleListNet", device="cuda:99")
    assert (caught.value.parameter, caught.value.value) == ("device", "cuda:99")
    assert caught.value.accepts == devices()
    assert caught.value.accepts[0] == "cpu"


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_model_that_is_not_here_is_unacceptable(side: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        registry(RegistryQuery.model_validate({side: "containers.GoodListNet"}), COURSE)
    assert (caught.value.parameter, caught.value.accepts) == (side, NAMES)


# What the model says


@pytest.mark.parametrize(
    ("name", "known", "reached"),
    [
        ("containers.BadListNet", 0, 325),
        ("containers.ModuleListNet", 325, 325),
        ("containers.HalfListNet", 55, 385),
        ("parameters.PlainPartNet", 55, 155),
        ("parameters.TableNet", 55, 55),
        ("dropout.BatchNormListNet", 325, 385),
        ("activations.MyTanh", 0, 0),
    ],
)
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_the_headline(name: str, known: int, reached: int, mode: str) -> None:
    subject = subject_of(COURSE, name, mode=mode)
    assert subject.scan is not None
    assert subject.scan.used is not None
    assert (subject.scan.used.answering, subject.scan.used.reached) == (known, reached)
    assert (subject.scan.registered, subject.scan.registered + subject.scan.unregistered) == (
        known,
        reached,
    )


@pytest.mark.parametrize("name", SHOWN)
def test_a_column_shows_what_print_shows(name: str) -> None:
    subject = column(name)
    assert subject.printed == str(COURSE.build(name, 0))
    assert subject.card == COURSE.contents.cards[name]


def test_the_rows_of_the_roll_call_are_those_of_the_scan() -> None:
    for name in FINISHED:
        subject = column(name)
        assert subject.scan is not None
        assert subject.roll_call is not None
        assert [each.path for each in subject.roll_call.tensors] == [
            each.path for each in subject.scan.tensors
        ]
        assert [each.path for each in subject.roll_call.modules] == [
            each.path for each in subject.scan.modules
        ]


# What raises stays in its column

GOOD = """
class Good(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)

    def forward(self, x):
        return self.layer(x)
"""
COURSE_OF_TWO = """
[[chapter]]
file = "own"
title = "Own"

[[chapter.lesson]]
left = "Bad"
right = "Good"
title = "Two"
text = "Two nets."
"""
BROKEN = {
    "__init__": """
class Bad(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10)  # here
""",
    "no super().__init__()": """
class Bad(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(10, 5)  # here
""",
    "a parameter in place of a module": """
class Bad(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)
        self.layer = torch.ones(3)  # here
""",
    "an __init__ that raises what is no error": """
class Bad(nn.Module):
    def __init__(self):
        assert False, "not today"  # here
""",
}

REFUSING = {
    "a list and no super().__init__()": """
class Bad(nn.Module):
    def __init__(self):
        self.layers = [nn.Linear(10, 5)]

    def forward(self, x):
        return self.layers[0](x)
""",
    "extra_repr": """
class Bad(nn.Module):
    def extra_repr(self):
        return self.width  # here
""",
    "a train() of its own": """
class Bad(nn.Module):
    def train(self, data, labels):
        pass
""",
}
REFUSED = {
    "a list and no super().__init__()": ("print(model)", "AttributeError"),
    "extra_repr": ("print(model)", "AttributeError"),
    "extra_repr of what is hidden": ("Part.extra_repr()", "AttributeError"),
    "a train() of its own": ("model.train()", "TypeError"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_model_that_cannot_be_shown(tmp_path: Path, kind: str) -> None:
    text = BROKEN[kind] + GOOD
    catalog = catalog_of(tmp_path, text, COURSE_OF_TWO)
    report = report_on(catalog, "own.Bad", "own.Good")
    left = report.left
    assert left == RegistrySubject(card=left.card, raised=left.raised, source=left.source)
    assert left.source is not None
    assert "class Bad" in left.source.classes[0][0].text
    assert report.left.raised is not None
    here = [number for number, line in enumerate((HEAD + text).splitlines(), 1) if "# here" in line]
    assert report.left.raised.line == (here[0] if here else None)
    assert report.changes
    assert report.right == subject_of(catalog, "own.Good")
    assert (report.right.raised, report.right.forward_raised) == (None, None)
    assert RegistryReport.model_validate_json(report.model_dump_json()) == report


ODD_PARTS = {
    "a part without super().__init__()": """
class Part(nn.Module):
    def __init__(self):
        self.width = 3

class Bad(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = [Part()]
""",
    "extra_repr of what is hidden": """
class Part(nn.Module):
    def extra_repr(self):
        return self.width  # here

class Bad(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = [Part()]
""",
}


@pytest.mark.parametrize("kind", ODD_PARTS)
def test_a_hidden_part_that_raises_when_it_is_printed_is_shown(tmp_path: Path, kind: str) -> None:
    subject = subject_of(catalog_of(tmp_path, ODD_PARTS[kind].replace("  # here", "")), "own.Bad")
    assert subject.raised is None
    assert subject.scan is not None
    assert [each.path for each in subject.scan.modules] == ["", "parts[0]"]


@pytest.mark.parametrize("kind", REFUSING)
def test_what_a_model_refuses_is_told_and_the_rest_is_shown(tmp_path: Path, kind: str) -> None:
    text = REFUSING[kind] + GOOD
    catalog = catalog_of(tmp_path, text, COURSE_OF_TWO)
    left = report_on(catalog, "own.Bad", "own.Good").left
    assert left.raised is None
    assert left.scan
    here = [number for number, line in enumerate((HEAD + text).splitlines(), 1) if "# here" in line]
    refused = {(each.during, each.type): each.line for each in left.notes.raised}
    assert refused[REFUSED[kind]] == (here[0] if here else None)


def test_pytorchs_own_words_are_kept(tmp_path: Path) -> None:
    raised = subject_of(catalog_of(tmp_path, BROKEN["no super().__init__()"]), "own.Bad").raised
    assert raised is not None
    assert (raised.type, raised.message) == (
        "AttributeError",
        "cannot assign module before Module.__init__() call",
    )


def test_paths_of_a_model_that_works_are_known_beside_one_that_does_not(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, BROKEN["__init__"] + GOOD)
    report = report_on(catalog, "own.Bad", "own.Good", eval=["layer"])
    assert report.right.calls == (("", "train"), ("layer", "eval"))
    with pytest.raises(InvalidParameter):
        report_on(catalog, "own.Bad", "own.Bad", eval=["layer"])


FORWARD = """
class Bad(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)
        self.hidden = [nn.Linear(10, 5)]

    def forward(self, x):
        return self.layer(self.hidden[0](x))  # here
"""


def test_a_forward_that_raises_leaves_the_rest_of_its_column(tmp_path: Path) -> None:
    report = report_on(catalog_of(tmp_path, FORWARD + GOOD, COURSE_OF_TWO), "own.Bad", "own.Good")
    bad = report.left
    assert bad.forward_raised is not None
    assert bad.forward_raised.type == "RuntimeError"
    misfit = "mat1 and mat2 shapes cannot be multiplied (4x5 and 10x5)"
    assert bad.forward_raised.message == f"{ADDMM}{misfit}"
    assert bad.forward_raised.line == (HEAD + FORWARD).split("# here")[0].count("\n") + 1
    assert bad.raised is None
    assert bad.scan is not None
    assert bad.scan.used is None
    assert (bad.scan.registered, bad.scan.unregistered) == (55, 55)
    assert bad.roll_call is not None
    assert bad.roll_call.backward_raised == bad.forward_raised
    assert report.right.forward_raised is None
    assert report.changes != ()


def test_a_model_without_a_forward_is_shown_and_told(tmp_path: Path) -> None:
    subject = subject_of(catalog_of(tmp_path, NESTED), "own.Own")
    assert subject.forward_raised is not None
    assert subject.forward_raised.type == "NotImplementedError"
    assert subject.scan is not None


# A report is data, and the same one every time


@pytest.fixture(scope="module")
def reports() -> list[RegistryReport]:
    """A report on every lesson of the course, and one with calls."""
    lists = "dropout.DropoutListNet", "dropout.DropoutModuleListNet"
    called = report_on(
        COURSE, *lists, mode="eval", eval=["dropouts[0]"], train=["dropouts.1"], seed=7
    )
    return [*(report_on(COURSE, left, right) for left, right in LESSONS), called]


RAISE_TYPE_ERROR = dict.fromkeys(
    ("branches.FunctionInSequential", "branches.TwoInputSequential"), "TypeError"
)


def test_every_lesson_runs(reports: list[RegistryReport]) -> None:
    for report in reports:
        for subject in (report.left, report.right):
            raised = subject.raised or subject.forward_raised
            name = subject.card.name
            expected = RAISE_TYPE_ERROR.get(name)
            if name.startswith("exercises."):
                expected = "NotImplementedError"
            assert (raised and raised.type) == expected, name


def test_a_report_survives_json(reports: list[RegistryReport]) -> None:
    for report in reports:
        again = RegistryReport.model_validate_json(report.model_dump_json())
        assert again == report
        assert again.model_dump_json() == report.model_dump_json()


def test_a_report_survives_pickle(reports: list[RegistryReport]) -> None:
    for report in reports:
        again = pickle.loads(pickle.dumps(report))
        assert again == report
        assert again.model_dump_json() == report.model_dump_json()


def test_the_counts_are_in_the_json(reports: list[RegistryReport]) -> None:
    report = next(each for each in reports if each.left.card.name == "containers.BadListNet")
    scan = json.loads(report.model_dump_json())["left"]["scan"]
    assert (scan["registered"], scan["unregistered"], scan["used"]["reached"]) == (0, 325, 325)


def test_a_report_cannot_be_changed(reports: list[RegistryReport]) -> None:
    parts: list[Any] = [reports[0], reports[0].left, reports[0].left.scan]
    for part in parts:
        with pytest.raises(ValidationError, match="frozen"):
            part.card = None


def test_the_same_query_gives_the_same_report(reports: list[RegistryReport]) -> None:
    """Whatever was asked in between, and whatever was drawn."""
    for report in reversed(reports):
        torch.rand(3)
        again = registry(report.query, COURSE)
        assert again == report
        assert again.model_dump_json() == report.model_dump_json()


def test_the_global_generator_is_left_alone() -> None:
    torch.manual_seed(11)
    before = torch.get_rng_state()
    report_on(COURSE, "dropout.DropoutListNet", "dropout.MyDropout", seed=5)
    assert torch.equal(torch.get_rng_state(), before)


# A real GPU


@pytest.fixture
def on_gpu() -> RegistryReport:
    return report_on(COURSE, "containers.BadListNet", "containers.ModuleListNet", device="cuda:0")


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_what_is_registered_moves_to_the_gpu_and_what_is_not_stays(on_gpu: RegistryReport) -> None:
    assert on_gpu.left.scan is not None
    assert on_gpu.right.scan is not None
    assert {each.device for each in on_gpu.left.scan.tensors} == {"cpu"}
    assert {each.device for each in on_gpu.right.scan.tensors} == {"cuda:0"}
    for subject, moved in ((on_gpu.left, False), (on_gpu.right, True)):
        assert subject.roll_call is not None
        assert subject.roll_call.moved_to == "cuda:0"
        assert [each.to for each in subject.roll_call.tensors] == [moved] * 4
        assert subject.forward_raised is None


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_report_from_the_gpu_is_the_same_every_time(on_gpu: RegistryReport) -> None:
    assert registry(on_gpu.query, COURSE) == on_gpu
    assert RegistryReport.model_validate_json(on_gpu.model_dump_json()) == on_gpu


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_the_gpu_is_a_device_of_this_machine() -> None:
    assert devices()[:2] == ("cpu", "cuda:0")
    assert len(devices()) == 1 + torch.cuda.device_count()


@pytest.mark.skipif(torch.accelerator.is_available(), reason="has an accelerator")
def test_a_machine_without_a_gpu_has_the_cpu() -> None:
    assert devices() == ("cpu",)
