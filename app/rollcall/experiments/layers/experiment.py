"""Layers written by hand, checked against PyTorch's own: same weights, same input, compared."""

from typing import ClassVar

import torch
from pydantic import Field, computed_field

from rollcall.core.model_raised import ModelRaised
from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.query import Mode
from rollcall.core.report import Raised, Report
from rollcall.experiments.base import Experiment
from rollcall.experiments.checked_measures import MEASURES
from rollcall.experiments.checked_subject import Checked
from rollcall.experiments.examine import examine_both
from rollcall.experiments.layer_checks.checked_layer import CheckLine, check_layer
from rollcall.experiments.layer_checks.closeness import DOUBLE, TOLERANCES
from rollcall.experiments.layer_checks.layer_pair import Kind
from rollcall.experiments.layers.curves import Curves, curves
from rollcall.experiments.layers.matrix import MatrixPicture, SmallCase, matrix_picture, small_case
from rollcall.experiments.layers.recipe import RecipeLine, calls, recipe
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog


class LayersQuery(PairQuery):
    """Which two layers are checked, and what is shown of them."""

    path: ClassVar[str] = "/layers"
    mode_travels: ClassVar[bool] = False
    controls: ClassVar[tuple[str, ...]] = ("reach",)
    left: LeftModel = "wrong_layers.ForgetfulLinear"
    right: RightModel = "linear.MyLinear"
    reach: float = Field(
        10, ge=0.01, le=200, description="activations are drawn from -reach to reach"
    )
    cell: str = Field(
        "0,0",
        max_length=3,
        pattern=r"^[01],[0-2]$",
        description="row and column of the output of a linear layer "
        "that is traced back to its input",
        examples=["1,2"],
    )

    def tracing(self, row: int, column: int) -> "LayersQuery":
        """The same checks, with another cell of the output traced back."""
        return self.replace(cell=f"{row},{column}")


class LayersSubject(Checked):
    """One layer on the pair; nothing is filled in where it has no reference."""

    kind: Kind | None = None
    mode: Mode = "train"  # in which both were compared; eval where the reference draws in training
    own_call: str = ""
    reference_call: str = ""
    lines: tuple[CheckLine, ...] = ()
    recipe: tuple[RecipeLine, ...] = ()
    curves: Curves | None = None  # of an activation
    small: SmallCase | None = None  # of a linear layer
    reference_raised: Raised | None = None  # it could not be built with the layer's arguments

    @property
    def verdicts(self) -> list[str]:
        """One for each check."""
        return [line.finding.verdict for line in self.lines]

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know it yet
    @property
    def todo(self) -> int:
        """Checks that wait for somebody to write the code."""
        return self.count("todo")

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know it yet
    @property
    def unreached(self) -> int:
        """Checks with nothing to compare, since the weights could not be copied."""
        return self.count("unreached")


class LayersReport(Report):
    """Both layers, and by which rule they were judged."""

    query: LayersQuery
    left: LayersSubject
    right: LayersSubject
    matrix: MatrixPicture | None  # where one of them is linear
    tolerance: tuple[float, float]  # relative and absolute, in float32
    tolerance_double: tuple[float, float]


def layers(query: LayersQuery, catalog: Catalog) -> LayersReport:
    """Check both subjects.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    left, right = examine_both(
        query, catalog, LayersSubject, lambda factory: _check_layer(factory, query)
    )
    matrix = None
    if "linear" in (left.kind, right.kind):
        row, column = map(int, query.cell.split(","))
        matrix = matrix_picture(query.seed, row, column)
    return LayersReport(
        query=query,
        left=left,
        right=right,
        matrix=matrix,
        tolerance=TOLERANCES[torch.float32],
        tolerance_double=DOUBLE,
    )


LAYERS = Experiment(
    name="layers",
    title="Layers",
    summary="Layers written by hand, checked against PyTorch's own: "
    "weights, output, gradients, extreme values.",
    query=LayersQuery,
    report=LayersReport,
    run=layers,
    measures=MEASURES,
    shows=lambda card: card.reference is not None,
    needs="a layer that imitates one of PyTorch’s",
)


def _check_layer(factory: ModelFactory, query: LayersQuery) -> LayersSubject:
    card = factory.card
    if card.reference is None:
        return LayersSubject(card=card)
    try:
        checked = check_layer(factory, card.reference, query.mode, factory.device)
    except ModelRaised as error:
        return LayersSubject(card=card, reference_raised=factory.raised(error))
    pair, kind = checked.pair, checked.kind
    own_call, reference_call = calls(pair)
    subject = LayersSubject(
        card=card,
        kind=kind,
        mode=pair.mode,
        own_call=own_call,
        reference_call=reference_call,
        lines=checked.lines,
        recipe=recipe(pair),
    )
    if kind == "activation":
        return subject.model_copy(update={"curves": curves(pair, query.reach)})
    if kind == "linear":
        return subject.model_copy(update={"small": small_case(pair)})
    return subject
