"""Where everything is after `model.to()`: two models moved, tensor by tensor, and called there."""

from contextlib import suppress
from typing import ClassVar, Literal

import torch
from pydantic import Field
from torch import nn

from rollcall.core.devices import SIMULATED, python_name
from rollcall.core.lost_parameters import lost_parameters
from rollcall.core.model_raised import ModelRaised
from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.report import Report
from rollcall.experiments.base import Experiment
from rollcall.experiments.device.measures import MEASURES
from rollcall.experiments.device.move import Destination, move
from rollcall.experiments.device.report import DeviceSubject, LostParameters, MoveCall, TargetDtype
from rollcall.experiments.examine import examine_both
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog

Dtype = Literal["auto", "none", "float64", "float16"]
SHORTHANDS = {"float64": ".double()", "float16": ".half()"}
DTYPES = {"none": None, "float64": torch.float64, "float16": torch.float16}


class DeviceQuery(PairQuery):
    """Which two models, and where each is sent."""

    path: ClassVar[str] = "/device"
    mode_travels: ClassVar[bool] = False
    simulates: ClassVar[bool] = True

    left: LeftModel = "containers.HalfListNet"
    right: RightModel = "containers.FullListNet"
    dtype: Dtype = Field(
        "auto",
        description="type that the move asks for; "
        "auto is float64 where both stay on the cpu and nothing else would move, else none",
    )

    @property
    def target_dtype(self) -> TargetDtype:
        """The type that is asked for, `auto` decided."""
        if self.dtype != "auto":
            return self.dtype
        if self.devices == ("cpu", "cpu"):
            return "float64"
        return "none"

    @property
    def moves(self) -> tuple[MoveCall, MoveCall]:
        """What moves left, and what moves right."""
        left, right = self.devices
        return self.move_to(left), self.move_to(right)

    def move_to(self, device: str) -> MoveCall:
        """What is called on a model that is sent to a device."""
        simulated = device == SIMULATED
        device = python_name(device)
        dtype = self.target_dtype
        text = f'.to("{device}", torch.{dtype})'
        if dtype == "none":
            text = f'.to("{device}")'
        elif device == "cpu":
            text = SHORTHANDS[dtype]
        return MoveCall(text=text, device=device, dtype=dtype, simulated=simulated)


class DeviceReport(Report):
    """Two subjects, each after its move: the same one, unless each has a device of its own."""

    query: DeviceQuery
    left: DeviceSubject
    right: DeviceSubject


def device(query: DeviceQuery, catalog: Catalog) -> DeviceReport:
    """Move both subjects and call each where it is.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    left, right = examine_both(
        query, catalog, DeviceSubject, lambda factory: _look_at_move(factory, query)
    )
    return DeviceReport(query=query, left=left, right=right)


DEVICE = Experiment(
    name="device",
    title="Device",
    summary="Where every tensor of two models is after model.to(), "
    "and what one forward there answers.",
    query=DeviceQuery,
    report=DeviceReport,
    run=device,
    measures=MEASURES,
)


def _look_at_move(factory: ModelFactory, query: DeviceQuery) -> DeviceSubject:
    by = query.move_to(factory.device)
    to = Destination(by.device, DTYPES[by.dtype], by.simulated)

    def build() -> nn.Module:
        return factory.build_in(query.mode)

    model = build()
    example = factory.example()
    return DeviceSubject(
        card=factory.card,
        moved_by=by,
        move=move(model, build, example, to, query.seed, str(factory.file)),
        lost=_lost_there(factory, to),
    )


def _lost_there(factory: ModelFactory, to: Destination) -> LostParameters | None:
    """What the constructor raises where it is sent is not told: the simulation may be why."""
    build_on = factory.build_on
    if build_on is None or to.device == "cpu":
        return None
    paths: tuple[str, ...] = ()
    with suppress(ModelRaised):
        paths = lost_parameters(factory.build(), lambda: build_on(to.device), to.entered_to_build)
    if not paths:
        return None
    return LostParameters(device=to.device, device_global=factory.device_global, paths=paths)
