"""A finding as a record: where it is, who misses it, what proves it and what helps."""

from pathlib import Path
from typing import NamedTuple, get_args

import pytest

from commands.check.checking import checked, line_of, record
from lectures.lectures import catalog_of, write
from rollcall.core.findings import kinds
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from rollcall.web.view.findings.fix_words import fix
from rollcall.web.view.findings.ranks import BEYOND_ATTRIBUTES, KINDS, UNREGISTERED
from rollcall.web.view.sentence import read

MODELS = Path(__file__).parents[2] / "zoo/models"
ALL = ("optimizer", ".to()", "state_dict()", "eval()")


class Wanted(NamedTuple):
    """The gravest finding of a model of the zoo."""

    kind: str
    rank: str
    path: str
    at: str  # the text of its line
    misses: tuple[str, ...]
    proof: str  # a part of it
    fix: str
    level: str = "error"


WANTED = {
    "containers.Tuple": Wanted(
        UNREGISTERED,
        "trainable",
        "pair",
        "self.pair = (",
        ALL,
        "84 trainable numbers, backward reaches 4 of 4 tensors, one step changes 0, .to() moves 0, "
        "state_dict() has 0.",
        "Write self.pair = nn.ModuleList(...).",
    ),
    "containers.DictOfLists": Wanted(
        UNREGISTERED,
        "trainable",
        "heads",
        "self.heads = {",
        ALL,
        "28 trainable numbers",
        "Write self.heads = nn.ModuleDict(...), and alike for each container in it: "
        "PyTorch’s take no plain ones.",
    ),
    "containers.ParameterListOfLists": Wanted(
        UNREGISTERED,
        "trainable",
        "scales.0",
        "self.scales = ",
        ALL[:3],
        "6 trainable numbers",
        "PyTorch’s containers look no deeper: do not nest scales.0.",
    ),
    "parameters.RequiresGrad": Wanted(
        UNREGISTERED,
        "trainable",
        "shift",
        "requires_grad=True",
        ALL[:3],
        "one step changes 0",
        "Write self.shift = nn.Parameter(...).",
    ),
    "buffers.PlainConstant": Wanted(
        UNREGISTERED,
        "tensor",
        "mean",
        "self.mean = ",
        ALL[1:3],
        ".to() moves 0 of 1 tensor, state_dict() has 0.",
        'Write self.register_buffer("mean", ...).',
    ),
    "modes.HiddenDropout": Wanted(
        UNREGISTERED,
        "stateful",
        "drops",
        "self.drops = [",
        ("eval()",),
        "After eval(), drops[0] still draws random numbers: two outputs are up to 1.73 apart.",
        "Write self.drops = nn.ModuleList(...).",
    ),
    "modes.FunctionalDropout": Wanted(
        "random in eval",
        "stateful",
        "",
        "F.dropout(",
        ("eval()",),
        "",
        "Pass training=self.training to F.dropout in line 36.",
    ),
    "gradients.Detached": Wanted(
        "no backward reaches it",
        "trainable",
        "body.weight",
        ".detach()",
        (),
        "",
        "Leave out detach in line 23.",
    ),
    "sharing.Repeated": Wanted(
        "shared module",
        "trainable",
        "blocks.0",
        "self.blocks = ",
        (),
        "",
        "Make a Sequential for each name, unless they are to share their weights.",
        level="warning",
    ),
    "holders.Hooked": Wanted(
        UNREGISTERED,
        "trainable",
        "out (forward hook 0) (closure: scale)",
        "self.out = ",
        ALL[:3],
        "2 trainable numbers",
        "Assign scale to self in __init__, as an nn.Parameter.",
    ),
}


# Each was tried: what was said before raised, or registered nothing.
REMEDIES = {
    "containers.Queue": "Write self.memory = nn.ParameterDict(...) with strings without a dot as "
    "keys.",
    "containers.Zip": "Write self.pairs = nn.ModuleList(...), and alike for each container in it: "
    "PyTorch’s take no plain ones.",
    "holders.InADataclass": "Assign weights.rows to self as well, as an nn.Parameter.",
    "holders.InSlots": "Assign holder.layer to self as well, or derive Slotted from nn.Module.",
    "holders.BoundMethod": "Assign call.__self__ to self as well.",
    "holders.ForwardReplaced": "Assign out.forward (closure: adapter) to self as well.",
}


@pytest.fixture(scope="module")
def zoo() -> Catalog:
    return load(MODELS)


@pytest.mark.parametrize("name", WANTED)
def test_the_gravest_finding(name: str, zoo: Catalog) -> None:
    found, wanted = record(zoo, name).findings[0], WANTED[name]
    told = (found.kind, found.rank, found.path, found.misses, found.level, found.fix)
    assert told == (
        wanted.kind,
        wanted.rank,
        wanted.path,
        wanted.misses,
        wanted.level,
        wanted.fix,
    )
    assert wanted.proof in found.proof
    lines = Path(found.file).read_text("utf-8").splitlines()
    assert wanted.at in lines[found.line - 1]
    assert found.url.startswith("/")


@pytest.mark.parametrize("name", REMEDIES)
def test_a_remedy_is_one(name: str, zoo: Catalog) -> None:
    assert record(zoo, name).findings[0].fix == REMEDIES[name]


@pytest.mark.parametrize(
    ("finding", "remedy"),
    [
        (
            kinds.FrozenMoves(path="backbone.1", class_name="BatchNorm1d", tensors=("mean",)),
            "Keep it in eval mode: call self.backbone[1].eval() in train(), after super()’s.",
        ),
        (
            kinds.TiedByData(path="up.0.weight", other="down.weight", tied_after_move=False),
            "To tie them, assign the Parameter itself: self.down.weight = self.up[0].weight.",
        ),
    ],
)
def test_a_remedy_is_python(finding: kinds.Finding, remedy: str) -> None:
    assert read(fix(finding)) == remedy


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("gradients.OnceComputed", ["computed once"]),
        ("holders.Cached", ["made by the first forward"]),
        ("parameters.LazyInAList", [UNREGISTERED]),
    ],
)
def test_a_file_that_lacks_what_is_told_already_is_no_second_finding(
    name: str, found: list[str], zoo: Catalog
) -> None:
    assert [each.kind for each in record(zoo, name).findings] == found


@pytest.mark.parametrize(
    "name", ["containers.TupleRegistered", "sharing.Teacher", "buffers.NotPersistent"]
)
def test_what_is_healthy_has_no_finding(name: str, zoo: Catalog) -> None:
    found = record(zoo, name)
    assert found.status == "checked"
    assert not found.findings


def test_each_kind_has_a_rank_and_a_remedy() -> None:
    union, _ = get_args(kinds.Finding)
    classes = get_args(union)
    assert set(classes) <= fix.registry.keys()
    assert {each.model_fields["kind"].default for each in classes} | {
        UNREGISTERED,
        BEYOND_ATTRIBUTES,
    } == set(KINDS)


def test_a_class_that_is_built_often_is_told_once(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "own.py",
        """
        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = [
                    nn.Linear(4, 4),
                ]

            def forward(self, x):
                return self.layers[0](x)


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.blocks = nn.ModuleList(Block() for _ in range(3))

            def forward(self, x):
                for block in self.blocks:
                    x = block(x)
                return x
        """,
    )
    report = checked(file)
    found, part = report.open_findings
    assert found.path == "blocks.0.layers"
    assert "(2 more such places.)" in found.sentence
    assert (found.line, found.last_line) == (line_of(found.file, "self.layers"), found.line + 2)
    assert part.model == "own.Block"
    assert report.once() == [found]
    assert report.counts.errors == 1


def test_two_findings_of_a_line_are_two_and_one_that_modules_repeat_is_one(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "own.py",
        """
        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.x, self.y = torch.ones(4), torch.ones(4)
                self.norm = nn.BatchNorm1d(4, track_running_stats=False)

            def forward(self, x):
                return F.batch_norm(self.norm(x) + self.x * self.y, None, None, training=True)


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.blocks = nn.Sequential(*(Block() for _ in range(3)))

            def forward(self, x):
                return self.blocks(x)
        """,
    )
    report = checked(file)
    told = {(each.line, each.path): each.sentence for each in report.once()}
    pair, norm, call = (line_of(file, text) for text in ("self.x, self.y", "self.norm =", "F.b"))
    assert told[pair, "blocks.0.x"].startswith("blocks.0.x is a plain tensor")
    assert told[pair, "blocks.0.y"].startswith("blocks.0.y is a plain tensor")
    assert told[norm, "blocks.0.norm"].endswith("(2 more such places.)")
    assert f"F.batch_norm (line {call}) in 3 modules still" in told[call, "blocks.0"]
    assert len(told) == report.counts.errors == 4


def test_what_a_model_passes_on_itself_is_no_finding(tmp_path: Path) -> None:
    catalog = catalog_of(
        tmp_path,
        """
        class Books(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = [nn.Linear(4, 4)]

            def parameters(self, recurse=True):
                return iter([p for layer in self.layers for p in layer.parameters()])

            def _apply(self, function, recurse=True):
                for layer in self.layers:
                    layer._apply(function)
                return self

            def train(self, mode=True):
                super().train(mode)
                for layer in self.layers:
                    layer.train(mode)
                return self

            def state_dict(self, *args, **kwargs):
                return self.layers[0].state_dict(prefix="layers[0].")

            def load_state_dict(self, state, *args, **kwargs):
                return self.layers[0].load_state_dict(
                    {key.removeprefix("layers[0]."): value for key, value in state.items()}
                )

            def forward(self, x):
                return self.layers[0](x)
        """,
    )
    assert not record(catalog, "own.Books").findings
