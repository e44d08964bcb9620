"""Where everything is after `model.to()`: two models moved, tensor by tensor, and called there."""

from contextlib import suppress
from typing import ClassVar, Literal

import torch
from pydantic import Field
from torch import nn

from rollcall.core.devices import SIMULATED
from rollcall.core.lost_parameters import lost_parameters
from rollcall.core.model_raised import ModelRaised
from rollcall.core.query import LeftModel, PairQuery, RightModel
from rollcall.core.report import Report
from rollcall.core.simulated_gpu import DEVICE as SIMULATED_DEVICE
from rollcall.experiments.base import Experiment
from rollcall.experiments.device.measures import MEASURES
from rollcall.experiments.device.move import Destination, move
from rollcall.experiments.device.report import DeviceSubject, LostParameters
from rollcall.experiments.examine import examine_both
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog

Dtype = Literal["auto", "none", "float64", "float16"]
SHORTHANDS = {"float64": ".double()", "float16": ".half()"}
DTYPES = {"none": None, "float64": torch.float64, "float16": torch.float16}


class DeviceQuery(PairQuery):
    """Which two models, and where they are sent."""

    path: ClassVar[str] = "/device"
    mode_travels: ClassVar[bool] = False
    simulates: ClassVar[bool] = True

    left: LeftModel = "containers.HalfListNet"
    right: RightModel = "containers.FullListNet"
    dtype: Dtype = Field(
        "auto",
        description="type that the move asks for; "
        "auto is float64 on the cpu, where nothing else would move, else none",
    )

    @property
    def target_dtype(self) -> Literal["none", "float64", "float16"]:
        """The type that is asked for, `auto` decided."""
        if self.dtype != "auto":
            return self.dtype
        if self.device == "cpu":
            return "float64"
        return "none"

    @property
    def simulated(self) -> bool:
        """Whether the GPU is one that this machine does not have."""
        return self.device == SIMULATED

    @property
    def target_device(self) -> str:
        """The device's name in Python."""
        if self.simulated:
            return SIMULATED_DEVICE
        return self.device

    @property
    def call(self) -> str:
        """The move as one types it."""
        dtype = self.target_dtype
        if dtype == "none":
            return f'.to("{self.target_device}")'
        if self.device == "cpu":
            return SHORTHANDS[dtype]
        return f'.to("{self.target_device}", torch.{dtype})'


class DeviceReport(Report):
    """Two subjects after the same move."""

    query: DeviceQuery
    call: str  # what was called on both models
    simulated: bool
    left: DeviceSubject
    right: DeviceSubject


def device(query: DeviceQuery, catalog: Catalog) -> DeviceReport:
    """Move both subjects and call them there.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    left, right = examine_both(
        query, catalog, DeviceSubject, lambda factory: _look_at_move(factory, query)
    )
    return DeviceReport(
        query=query, call=query.call, simulated=query.simulated, left=left, right=right
    )


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
    to = Destination(query.target_device, DTYPES[query.target_dtype], query.simulated)

    def build() -> nn.Module:
        return factory.build_in(query.mode)

    model = build()
    example = factory.example()
    return DeviceSubject(
        card=factory.card,
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
