"""What every experiment on two subjects is asked with."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from rollcall.core.input.input_text import BadInput, elements_of, parse_input
from rollcall.core.model_name import ModelName
from rollcall.core.page_parts import HIDDEN, HIDEABLE, check_parts
from rollcall.core.query import Mode, Query

LeftModel = Annotated[ModelName, Field(description="model in the left column")]
RightModel = Annotated[ModelName, Field(description="model in the right column")]

DEVICE = r"[a-z]+(:[0-9]+)?"

# Parameters that say how a page is shown: no experiment heeds them.
SHOWN = ("lesson", "answer", "quiz", "code", "hide", "bare")


class PairQuery(Query):
    """What every experiment on two subjects is asked with."""

    # parameters that the experiment's own part of the toolbar sets
    controls: ClassVar[tuple[str, ...]] = ()
    # whether the experiment can run on a GPU that is only simulated
    simulates: ClassVar[bool] = False
    # whether it opens in the mode that was chosen on another page
    mode_travels: ClassVar[bool] = True

    # each topic says which two models it opens with
    left: LeftModel = "containers.BadListNet"
    right: RightModel = "containers.ModuleListNet"
    seed: int = Field(
        0, ge=0, le=2**32 - 1, description="seed of the weights, the input and every random draw"
    )
    mode: Mode = Field(
        "train", description="which of model.train() and model.eval() is called on the whole model"
    )
    device: str = Field(
        "cpu",
        max_length=20,
        pattern=f"^{DEVICE}$",
        description="where model.to() sends the model",
        examples=["cpu", "cuda:0"],
    )
    left_device: str = Field(
        "",
        max_length=20,
        pattern=f"^({DEVICE})?$",
        description="where the left model alone is sent; empty: where device says",
        examples=["cpu", "cuda:0"],
    )
    right_device: str = Field(
        "",
        max_length=20,
        pattern=f"^({DEVICE})?$",
        description="where the right model alone is sent; empty: where device says",
        examples=["cpu", "cuda:0"],
    )

    x: str = Field(
        "",
        max_length=300,
        description="what both models are called with; empty for each model's own",
        examples=["4,10", "int:4,6:50", "4,10;mask=bool:4,6"],
        json_schema_extra={"format": "call-input"},
    )

    lesson: str = Field(
        "",
        max_length=8,
        pattern=r"^([0-9]{1,4}\.[0-9]{1,3})?$",
        description="lesson and step of the course that the page belongs to",
        examples=["7.2"],
    )
    answer: str = Field(
        "",
        max_length=1,
        pattern=r"^[0-4]?$",
        description="which answer of the step's question is given: its number, or 0 to see what "
        "is right without giving one; left out, the page keeps it to itself",
        examples=["0", "2"],
    )
    quiz: Literal["on", "off"] = Field("on", description="whether a step asks its question")
    code: Literal["on", "off"] = Field(
        "off", description="whether the source of both models is in view"
    )

    hide: Annotated[str, AfterValidator(check_parts)] = Field(
        "",
        max_length=80,
        description=f"what a page is shown without, joined by commas: {', '.join(HIDEABLE)}",
        examples=["seed,device,tabs"],
        json_schema_extra={"pattern": HIDDEN},
    )
    bare: Literal["0", "1"] = Field("0", description="1: without a masthead, for a slide")

    @field_validator("x")
    @classmethod
    def _is_input(cls, x: str) -> str:
        try:
            parse_input(x)
        except BadInput as error:
            raise PydanticCustomError("input", "{why}", {"why": str(error)}) from error
        return x

    @property
    def input_numbers(self) -> int:
        """How many numbers both models are called with, where the address says so; else 0."""
        return elements_of(parse_input(self.x))

    @property
    def computed(self) -> Self:
        """The query that is run for this one."""
        return self.model_copy(update=self._shown_by_default())

    @property
    def json_url(self) -> str:
        """The address of the same report as JSON, which is shown in one way only."""
        return self.model_copy(update=self._shown_by_default())._address(".json")

    def is_said(self, name: str) -> bool:
        """An address says how a page is shown only where that is not as always."""
        return super().is_said(name) and not self._is_shown_as_always(name)

    def _is_shown_as_always(self, name: str) -> bool:
        return name in SHOWN and getattr(self, name) == self._shown_by_default()[name]

    @classmethod
    def _shown_by_default(cls) -> dict[str, Any]:
        return {name: cls.model_fields[name].default for name in SHOWN}

    @property
    def swapped(self) -> Self:
        """The same pair with left and right exchanged, each on its device."""
        return self.replace(
            left=self.right,
            right=self.left,
            left_device=self.right_device,
            right_device=self.left_device,
        )

    @property
    def devices(self) -> tuple[str, str]:
        """Where left and right are sent."""
        return self.left_device or self.device, self.right_device or self.device

    @property
    def named_devices(self) -> list[tuple[str, str]]:
        """Each parameter that names a device, with its value."""
        parameters = ("device", "left_device", "right_device")
        named = [(parameter, getattr(self, parameter)) for parameter in parameters]
        return [(parameter, device) for parameter, device in named if device]

    def sent_to(self, left: str, right: str) -> Self:
        """The same experiment with left and right sent there."""
        if left == right:
            return self.replace(device=left, left_device="", right_device="")
        return self.replace(device=left, left_device="", right_device=right)

    def in_mode(self, mode: Mode) -> Self:
        """The same experiment after `mode` was called on both models."""
        return self.replace(mode=mode)

    def hides(self, part: str) -> bool:
        """Whether the page is shown without a part."""
        return part in self.hide.split(",")

    @property
    def before(self) -> Self:
        """The same page before anything was called that it is about."""
        return self.replace(mode="train")

    @property
    def shared_parameters(self) -> dict[str, Any]:
        """The parameters that stay when other models are chosen.

        Dropped are the models, and paths, because these lead into a model.
        """
        return {
            name: value
            for name, value in self
            if name not in ("left", "right") and self.is_said(name) and not isinstance(value, tuple)
        }

    @property
    def common(self) -> dict[str, Any]:
        """What every other experiment on this pair is asked with, too."""
        common = self.model_dump(include=set(PairQuery.model_fields) - {"answer"})
        if not self.mode_travels and self.mode == type(self).model_fields["mode"].default:
            del common["mode"]  # nobody chose it: each page opens in its own
        return common

    def with_opposite(self, side: Literal["left", "right"], model: str) -> Self:
        """The subject on `side` stays, and `model` takes the place opposite.

        What concerned the old pair alone, such as paths, is dropped.
        """
        pair = {"left": self.left, "right": model}
        if side == "right":
            pair = {"left": model, "right": self.right}
        return type(self).model_validate({**self.shared_parameters, **pair})
