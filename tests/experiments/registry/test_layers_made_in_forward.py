"""The registry page tells the truth about a model whose forward makes its layers."""

from pathlib import Path

import pytest

from lectures.course import COURSE
from lectures.lectures import catalog_of, subject_of
from rollcall.core.first_forward import first_forward
from rollcall.experiments.registry.experiment import RegistryQuery, registry
from rollcall.experiments.registry.subject import RegistrySubject


def look(name: str) -> RegistrySubject:
    name = f"init_or_forward.{name}"
    return registry(RegistryQuery(left=name, right=name), COURSE).left


@pytest.mark.parametrize("name", ["LocalLayerNet", "LateLayerNet"])
def test_nothing_is_registered_before_the_first_call(name: str) -> None:
    subject = look(name)
    assert subject.scan is not None
    assert subject.scan.used is not None
    assert (subject.scan.used.answering, subject.scan.used.reached) == (0, 55)
    assert [leaf.fresh for leaf in subject.scan.used.unreachable] == [True, True]
    assert subject.scan.used.fresh == 55
    assert subject.printed == f"{name}()"
    assert subject.roll_call is not None
    assert subject.roll_call.optimizer_raised is not None
    assert subject.roll_call.optimizer_raised.message == "optimizer got an empty parameter list"


@pytest.mark.parametrize(
    ("name", "added"),
    [("LocalLayerNet", ()), ("LateLayerNet", ("layer.weight", "layer.bias")), ("InitLayerNet", ())],
)
def test_what_the_first_call_adds_to_the_state_dict(name: str, added: tuple[str, ...]) -> None:
    model = COURSE.build(f"init_or_forward.{name}", 0)
    used = first_forward(model, COURSE.input(f"init_or_forward.{name}").draw(0), 0)
    assert used.added_by_forward == added


def test_the_twin_registers_all_of_it() -> None:
    scan = look("InitLayerNet").scan
    assert scan is not None
    assert scan.used is not None
    assert (scan.used.answering, scan.used.reached, scan.used.unreachable) == (55, 55, ())


def test_a_layer_where_no_walk_comes_is_hidden_and_not_fresh(tmp_path: Path) -> None:
    text = """
    import logging

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.logger = logging.Logger("net")
            self.logger.layer = nn.Linear(10, 5)

        def forward(self, x):
            return self.logger.layer(x)
    """
    scan = subject_of(catalog_of(tmp_path, text), "own.Net").scan
    assert scan is not None
    assert scan.used is not None
    assert [leaf.fresh for leaf in scan.used.unreachable] == [False, False]
