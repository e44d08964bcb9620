"""The URL is the experiment: a validated, frozen query that can write itself as a link."""

from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

Mode = Literal["train", "eval"]
MODEL = "containers.BadListNet"
ModelName = Annotated[str, Field(max_length=120, pattern=r"^[^\W\d]\w*\.[^\W\d]\w*$")]


NOWHERE = "does not exist here"


class Unacceptable(Exception):
    """A parameter that is well formed and names nothing that exists, such as a model that is not in the catalog."""

    def __init__(
        self, parameter: str, value: str, accepts: tuple[str, ...], problem: str = NOWHERE
    ) -> None:
        super().__init__(parameter, value, accepts, problem)
        self.parameter = parameter
        self.value = value
        self.accepts = accepts
        self.problem = problem


class Query(BaseModel):
    """Base of every query: one field a parameter, its bounds in `Field`, unknown parameters refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    path: ClassVar[str]

    def but(self, **changes: Any) -> Self:
        """The same experiment with some parameters changed, validated again."""
        return type(self).model_validate({**self.model_dump(), **changes})

    @property
    def url(self) -> str:
        """The page's address, every parameter spelled out so that a link keeps its meaning when a default changes."""
        return self._address("")

    @property
    def json_url(self) -> str:
        """The address of the same report as JSON."""
        return self._address(".json")

    @property
    def stream_url(self) -> str:
        """The address of its stream, where the experiment can be played."""
        return self._address(".stream")

    def _address(self, suffix: str) -> str:
        parameters = urlencode(self.model_dump(), doseq=True, safe="/:[]'")
        return f"{self.path}{suffix}?{parameters}" if parameters else self.path + suffix


class PairQuery(Query):
    """What every experiment on two subjects is asked with."""

    controls: ClassVar[
        tuple[str, ...]
    ] = ()  # parameters that the experiment's own part of the toolbar sets
    simulates: ClassVar[bool] = (
        False  # whether the experiment can run on a GPU that is only simulated
    )
    mode_travels: ClassVar[bool] = (
        True  # whether it opens in the mode that was chosen on another page
    )

    left: ModelName = Field(MODEL, description="model in the left column", examples=[MODEL])
    right: ModelName = Field(
        "containers.ModuleListNet", description="model in the right column", examples=[MODEL]
    )
    seed: int = Field(
        0, ge=0, le=2**32 - 1, description="seed of the weights, the input and every random draw"
    )
    mode: Mode = Field(
        "train", description="which of model.train() and model.eval() is called on the whole model"
    )
    device: str = Field(
        "cpu",
        max_length=20,
        pattern=r"^[a-z]+(:\d+)?$",
        description="where model.to() sends the model",
        examples=["cpu", "cuda:0"],
    )

    @property
    def swapped(self) -> Self:
        """The same pair with left and right exchanged."""
        return self.but(left=self.right, right=self.left)

    def in_mode(self, mode: Mode) -> Self:
        """The same experiment after `mode` was called on both models."""
        return self.but(mode=mode)

    @property
    def carried(self) -> dict[str, Any]:
        """What another choice of models leaves as it is: all but the models, and paths, which lead into a model."""
        return {
            name: value
            for name, value in self
            if name not in ("left", "right") and not isinstance(value, tuple)
        }

    @property
    def common(self) -> dict[str, Any]:
        """What every other experiment on this pair is asked with, too."""
        common = self.model_dump(include=set(PairQuery.model_fields))
        if not self.mode_travels and self.mode == type(self).model_fields["mode"].default:
            del common["mode"]  # nobody chose it: each page opens in its own
        return common

    def facing(self, side: Literal["left", "right"], model: str) -> Self:
        """The subject on `side` stays, and `model` takes the place opposite; what concerned the old pair is dropped."""
        left, right = (self.left, model) if side == "left" else (model, self.right)
        return type(self).model_validate({**self.carried, "left": left, "right": right})
