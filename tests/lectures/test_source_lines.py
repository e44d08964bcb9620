"""The marked lines of a lecture file are the assignments after which PyTorch knew no more."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent

import pytest

from lectures.course import BUGS, COURSE, IN_FORWARD, SHOWN, column
from lectures.lectures import HEAD, catalog_of, report_on, subject_of
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.folders import MODELS
from rollcall.lectures.loading import load
from rollcall.lectures.source_lines import Change, LectureFile, Source, SourceLine, changes


def source_of(subject: RegistrySubject) -> Source:
    assert subject.source is not None, subject.raised
    return subject.source


def lines_of(source: Source) -> Iterator[SourceLine]:
    for lines in source.classes:
        yield from lines


def marked(source: Source) -> dict[int, tuple[str, ...]]:
    return {line.number: line.hides for line in lines_of(source) if line.hides}


def class_body(text: str, name: str) -> Iterator[tuple[int, str]]:
    """The numbered lines of one class, told by indentation."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line.startswith((" ", "@")):
            inside = re.match(rf"class {name}\b", line) is not None
        if inside:
            yield number, line


# The course


@pytest.mark.parametrize("name", SHOWN)
def test_the_marked_lines_of_the_course_are_the_assignments(name: str) -> None:
    text = COURSE.file(name).read_text("utf-8")
    expected = {
        number
        for kind, attribute in BUGS.get(name, [])
        for number, line in class_body(text, kind)
        if line.strip().startswith(f"self.{attribute} =")
    }
    assert marked(source_of(column(name))).keys() == expected
    assert bool(expected) == (name in BUGS)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("by_hand.ByHandNet", ["ByHand", "ByHandNet"]),  # an adapter, which computes nothing
        ("parameters.PlainPartNet", ["PlainPartNet", "NotAModule"]),
    ],
)
def test_the_class_that_computes_comes_first(name: str, order: list[str]) -> None:
    shown = source_of(column(name)).classes
    assert [re.findall(r"class (\w+)", lines[0].text)[0] for lines in shown] == order


@pytest.mark.parametrize("name", BUGS)
def test_a_marked_line_names_all_that_it_hides(name: str) -> None:
    subject = column(name)
    assert subject.scan is not None
    hidden = [
        each.path
        for each in (*subject.scan.modules, *subject.scan.tensors)
        if each.status == "unregistered"
    ]
    for paths in marked(source_of(subject)).values():
        assert sorted(paths) == sorted(hidden)


@pytest.mark.parametrize("name", SHOWN)
def test_the_lines_are_those_of_the_file(name: str) -> None:
    file = COURSE.file(name)
    text = file.read_text("utf-8").splitlines()
    source = source_of(column(name))
    assert source.file == file.name
    assert source.classes[0][0].text.startswith(f"class {name.partition('.')[2]}(")
    for line in lines_of(source):
        assert line.text == text[line.number - 1]
    for lines in source.classes:
        body = dict(class_body("\n".join(text), class_of(lines)))
        assert [line.number for line in lines] == [*body][: len(lines)]
        assert not any([*body.values()][len(lines) :])  # only blank lines are left out, at the end


def class_of(lines: tuple[SourceLine, ...]) -> str:
    return re.split(r"\W", lines[0].text)[1]


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("containers.BadListNet", ["BadListNet"]),
        ("parameters.PlainPartNet", ["PlainPartNet", "NotAModule"]),
        ("parameters.ModulePartNet", ["ModulePartNet", "RealModule"]),
        ("linear.MyLinearStack", ["MyLinearStack", "MyLinear", "MyReLU"]),
    ],
)
def test_the_classes_that_a_model_is_made_of_follow_its_own(name: str, classes: list[str]) -> None:
    source = source_of(column(name))
    assert [*map(class_of, source.classes)] == classes


# Twins

# more than one place
SPREAD = (
    "parameters.PlainPartNet",
    *IN_FORWARD,
    "never_trained.TemplateEncoder",
    "by_hand.ByHandNet",
)
UNBUILT = "branches.FunctionInSequential"  # its constructor raises
TWINS = [
    (card.name, card.twin)
    for card in COURSE.contents.cards.values()
    if card.twin and card.name != UNBUILT
]


def texts(change: Change) -> tuple[list[str], list[str]]:
    return [line.text.strip() for line in change.left], [line.text.strip() for line in change.right]


def changes_between(left: str, right: str) -> list[tuple[list[str], list[str]]]:
    return [texts(change) for change in report_on(COURSE, left, right).changes]


@pytest.mark.parametrize(("left", "right"), [pair for pair in TWINS if pair[0] not in SPREAD])
def test_a_twin_differs_in_one_place(left: str, right: str) -> None:
    buggy, twin = column(left), column(right)
    source = source_of(buggy)
    classes = buggy.card.class_name, twin.card.class_name
    (change,) = changes(source, source_of(twin), *classes)
    hides = {line.number for line in change.left if line.hides}
    assert hides == marked(source).keys()
    assert not any(line.hides for line in change.right)


@pytest.mark.parametrize(
    ("left", "right", "before", "after"),
    [
        (
            "containers.BadListNet",
            "containers.ModuleListNet",
            "self.layers = []",
            "self.layers = nn.ModuleList()",
        ),
        (
            "containers.HalfListNet",
            "containers.FullListNet",
            "self.hidden = []",
            "self.hidden = nn.ModuleList()",
        ),
        (
            "containers.BadDictNet",
            "containers.ModuleDictNet",
            "self.layers = {}",
            "self.layers = nn.ModuleDict()",
        ),
        (
            "parameters.BadLayer",
            "parameters.GoodLayer",
            "self.weight = torch.randn(10, 10, requires_grad=True)",
            "self.weight = nn.Parameter(torch.randn(10, 10))",
        ),
        (
            "parameters.TableNet",
            "parameters.BufferNet",
            "self.table = torch.randn(6, 10)",
            'self.register_buffer("table", torch.randn(6, 10))',
        ),
        (
            "dropout.ForgetfulDropoutNet",
            "dropout.AttentiveDropoutNet",
            "x = F.dropout(x, 0.5)",
            "x = F.dropout(x, 0.5, self.training)",
        ),
    ],
)
def test_the_line_that_makes_the_difference(left: str, right: str, before: str, after: str) -> None:
    assert changes_between(left, right) == [([before], [after])]
    assert changes_between(right, left) == [([after], [before])]


def test_a_part_that_becomes_a_module() -> None:
    left, right = "parameters.PlainPartNet", "parameters.ModulePartNet"
    changed = changes_between(left, right)
    assert changed[0] == (["self.part = NotAModule()"], ["self.part = RealModule()"])
    assert [line for before, _ in changed for line in before][1:] == [
        "class NotAModule:",
        "self.weight = torch.randn(10, 10, requires_grad=True)",
        "def __call__(self, x):",
    ]
    assert [line for _, after in changed for line in after][1:] == [
        "class RealModule(nn.Module):",
        "super().__init__()",
        "self.weight = nn.Parameter(torch.randn(10, 10))",
        "def forward(self, x):",
    ]


def test_a_line_that_moves_to_another_method() -> None:
    line = "self.layer = nn.Linear(10, 5)"
    assert changes_between("init_or_forward.LateLayerNet", "init_or_forward.InitLayerNet") == [
        ([], [line]),
        ([line], []),
    ]


def test_what_are_no_twins_is_not_compared() -> None:
    assert report_on(COURSE, "containers.SequentialNet", "containers.ModuleListNet").changes == ()
    assert report_on(COURSE, "containers.BadListNet", "containers.BadListNet").changes == ()
    assert report_on(COURSE, "containers.BadListNet", "dropout.DropoutNet").changes == ()


# All ways to make an attribute. `# here` marks the lines that a report must mark, and no others.

STATEMENTS = {
    "assignment": """
        self.layers = [nn.Linear(10, 10)]  # here
        self.other = nn.Linear(10, 10)
        layers = self.layers
        layers[0] = nn.Linear(10, 10)
    """,
    "several lines": """
        self.layers = [  # here
            nn.Linear(10, 10),  # here
        ]  # here
    """,
    "annotated": """
        self.layers: list[nn.Module] = [nn.Linear(10, 10)]  # here
    """,
    "augmented": """
        self.layers = []  # here
        self.layers += [nn.Linear(10, 10)]  # here
    """,
    "appended": """
        self.layers = []  # here
        self.layers.append(nn.Linear(10, 10))
        self.layers[0] = nn.Linear(10, 10)
    """,
    "tuple": """
        self.head, self.layers = nn.Linear(10, 10), [nn.Linear(10, 10)]  # here
        self.tail, self.more = nn.Linear(10, 10), nn.Linear(10, 10)
    """,
    "nested tuple": """
        (self.head, [self.tail, *self.layers]) = None, [None, nn.Linear(10, 10)]  # here
    """,
    "chain": """
        self.head = layers = self.layers = [nn.Linear(10, 10)]  # here
    """,
    "setattr": """
        setattr(self, "layers", [nn.Linear(10, 10)])  # here
        setattr(self, "other", nn.Linear(10, 10))
    """,
    "object.__setattr__": """
        object.__setattr__(self, "layers", nn.Linear(10, 10))  # here
        object.__setattr__(self, "other", 3)
    """,
    "in a condition": """
        if True:
            self.layers = [nn.Linear(10, 10)]  # here
        else:
            self.layers = nn.ModuleList()  # here
    """,
    "None first": """
        self.layers = None  # here
        self.other = None
        self.layers = torch.ones(10)  # here
    """,
    "two attributes": """
        self.layers = [nn.Linear(10, 10)]  # here
        self.layer = nn.Linear(10, 10)
        self.other = {"a": torch.ones(10)}  # here
    """,
    "a longer name": """
        self.layers = [nn.Linear(10, 10)]  # here
        self.layers_too = 3
        self.child = nn.Identity()
        self.child.layers = 3
    """,
}


def model_with(statements: str) -> str:
    body = indent(dedent(statements), 8 * " ")
    return f"class Own(nn.Module):\n    def __init__(self):\n        super().__init__()\n{body}\n"


def here(text: str) -> set[int]:
    return {number for number, line in enumerate((HEAD + text).splitlines(), 1) if "# here" in line}


@pytest.mark.parametrize("kind", STATEMENTS)
def test_the_statement_that_made_the_attribute_is_marked(tmp_path: Path, kind: str) -> None:
    check(tmp_path, model_with(STATEMENTS[kind]))


def check(folder: Path, text: str, name: str = "own.Own") -> Source:
    text = text.removeprefix("\n")
    source = source_of(subject_of(catalog_of(folder, text), name))
    assert marked(source).keys() == here(text)
    return source


def test_an_attribute_that_a_base_class_makes(tmp_path: Path) -> None:
    text = """
class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(10, 10)]  # here

class Own(Base):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(10, 10)

class Elsewhere(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = []
"""
    source = check(tmp_path, text)
    assert [lines[0].text for lines in source.classes] == [
        "class Own(Base):",
        "class Base(nn.Module):",
    ]


def test_an_attribute_that_another_method_makes(tmp_path: Path) -> None:
    text = """
class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.build()

    def build(self):
        self.layers = [nn.Linear(10, 10)]  # here
"""
    check(tmp_path, text)


def test_every_step_of_the_way_is_marked(tmp_path: Path) -> None:
    text = """
class Inner:
    def __init__(self):
        self.layers = [nn.Linear(10, 10)]  # here
        self.name = "inner"

class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = {"a": Inner()}  # here

class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([Outer()])
"""
    source = check(tmp_path, text)
    assert [lines[0].text.split("(")[0] for lines in source.classes] == [
        "class Own",
        "class Inner:",
        "class Outer",
    ]


def test_the_way_through_what_is_hidden_itself_is_marked(tmp_path: Path) -> None:
    text = """
class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = {"a": torch.ones(2)}  # here

class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = [Inner()]  # here
"""
    source = check(tmp_path, text)
    assert [*marked(source).values()] == [
        ("parts[0]", "parts[0].hidden['a']"),
        ("parts[0].hidden['a']",),
    ]


def test_a_class_that_is_called_like_its_base_is_marked_once(tmp_path: Path) -> None:
    text = """
class Linear(nn.Linear):
    def __init__(self):
        super().__init__(10, 10)
        self.more = [torch.ones(10)]  # here
"""
    source = check(tmp_path, text, "own.Linear")
    assert [*marked(source).values()] == [("more[0]",)]


def test_a_class_of_another_file_is_not_mistaken_for_one_of_this(tmp_path: Path) -> None:
    text = """
class Normal:
    def __init__(self):
        self.loc = torch.ones(1)  # here

class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.mine = Normal()  # here
        self.theirs = torch.distributions.Normal(torch.zeros(1), torch.ones(1))  # here
"""
    source = check(tmp_path, text)
    assert [*marked(source).values()] == [
        ("mine.loc",),
        ("theirs.loc", "theirs.scale"),
        ("mine.loc",),
    ]


def test_decorators_belong_to_the_class(tmp_path: Path) -> None:
    text = """
def same(kind):
    return kind

def named(name):
    return same

@same
@named(
    "own"
)
class Own(nn.Module):
    @property
    def width(self):
        return 10

    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(10, 10)]  # here
"""
    source = check(tmp_path, text)
    assert [line.text for line in source.classes[0]][:4] == ["@same", "@named(", '    "own"', ")"]


def test_a_model_from_a_function_has_no_source_and_no_error(tmp_path: Path) -> None:
    text = """
def make():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(10, 10)]
    return Own

Own = make()
"""
    assert source_of(subject_of(catalog_of(tmp_path, text), "own.Own")).classes == ()


@pytest.mark.parametrize(
    "before",
    ["\ufeff", "# -*- coding: latin-1 -*-\n# \xe9\n", '"""a\x0cb\u2028c"""\n', "x = 1\r\n"],
)
def test_a_file_is_read_as_python_reads_it(tmp_path: Path, before: str) -> None:
    text = before + HEAD + model_with('self.word = "ä"\nself.layers = [nn.Linear(10, 10)]  # here')
    encoding = "latin-1" if "latin" in before else "utf-8"
    (tmp_path / "own.py").write_bytes(text.encode(encoding))
    source = source_of(subject_of(load(tmp_path), "own.Own"))
    assert [line.text.strip() for line in lines_of(source) if line.hides] == [
        "self.layers = [nn.Linear(10, 10)]  # here"
    ]
    assert any(line.text.strip() == 'self.word = "ä"' for line in lines_of(source))


def test_a_list_of_many_layers_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    file = LectureFile.read(MODELS / "containers.py")
    kind = load(MODELS).kind("containers.BadListNet")
    looked = []
    making = LectureFile._making

    def counted(self: LectureFile, name: str, attribute: str) -> Iterator[int]:
        looked.append((name, attribute))
        return making(self, name, attribute)

    monkeypatch.setattr(LectureFile, "_making", counted)
    paths = tuple(f"layers[{index}]" for index in range(1000))
    source = file.source(kind, (), [(kind, "layers", path) for path in paths])
    assert looked == [("BadListNet", "layers")]
    assert set(marked(source).values()) == {paths}
