"""The line that a finding points at is the one that its author has to change."""

from pathlib import Path

import pytest

from commands.check.checking import record
from lectures.lectures import catalog_of
from rollcall.lectures.catalog import Catalog

TEXT = """
SHARED = nn.Linear(6, 6)  # SharesAGlobal


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.body(x))


class SharesAGlobal(Net):
    def forward(self, x):
        return self.out(SHARED(self.body(x)))


class HasAClassAttribute(Net):
    scale = nn.Parameter(torch.ones(6))  # HasAClassAttribute

    def forward(self, x):
        return self.out(self.body(x) * self.scale)


class RegistersByName(Net):
    def __init__(self):
        super().__init__()
        self.register_buffer("basis", torch.randn(6), persistent=False)  # RegistersByName

    def forward(self, x):
        return self.out(self.body(x) * self.basis)


class NamesItTwice(Net):
    def __init__(self):
        super().__init__()
        self.other = self.body  # NamesItTwice


class KeepsAGraph(Net):
    def __init__(self):
        super().__init__()
        self.state = None

    def forward(self, x):
        h = self.body(x)
        if self.state is not None:
            h = h * self.state
        self.state = h.tanh()  # KeepsAGraph
        return self.out(h)


class SetsAFlag(Net):
    def __init__(self):
        super().__init__()
        self.body.requires_grad = False  # SetsAFlag


class MakesADropout(Net):
    def forward(self, x):
        h = nn.Dropout(0.5)(self.body(x))  # MakesADropout
        return self.out(h)


class UsesItUp(Net):
    def __init__(self):
        super().__init__()
        self.more = (nn.Linear(2, 2) for _ in range(2))  # UsesItUp

    def forward(self, x):
        x = super().forward(x)
        for layer in self.more:
            x = layer(x)
        return x


class IsDecorated(Net):
    def forward(self, x):
        return self.out(self.hidden(x))

    @torch.no_grad()  # IsDecorated
    def hidden(self, x):
        return self.body(x)
"""
NAMES = [line.rpartition("# ")[2] for line in TEXT.splitlines() if "  # " in line]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return catalog_of(tmp_path_factory.mktemp("lines"), TEXT)


@pytest.mark.parametrize("name", NAMES)
def test_the_line_is_named(catalog: Catalog, name: str) -> None:
    first = record(catalog, f"own.{name}").findings[0]
    line = Path(first.file).read_text().splitlines()[first.line - 1]
    assert line.endswith(f"# {name}")


def test_a_move_misses_what_a_move_to_float64_cannot_ask(tmp_path: Path) -> None:
    text = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.waves = [nn.Parameter(torch.ones(6, dtype=torch.cfloat))]
            self.mean = torch.zeros(6, dtype=torch.float64)
            self.out = nn.Linear(6, 2)

        def forward(self, x):
            return self.out((x * self.waves[0]).abs() - self.mean.float())
    """
    told = record(catalog_of(tmp_path, text), "own.Net").findings
    assert [".to()" in each.misses for each in told] == [True, True]
    assert told[1].proof == "state_dict() has 0 of 1 tensor."


def test_an_entry_of_a_dictionary_of_parameters_is_written_as_one(tmp_path: Path) -> None:
    text = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            weights = {"w": nn.Parameter(torch.ones(6, 2))}
            self.layers = nn.ParameterDict({"first": weights, "b": nn.Parameter(torch.ones(2))})

        def forward(self, x):
            return x @ self.layers["first"]["w"] + self.layers["b"]
    """
    (told,) = record(catalog_of(tmp_path, text), "own.Net").findings
    assert told.fix == 'Write self.layers["first"] = nn.ParameterDict(...).'
