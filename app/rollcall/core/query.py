"""The URL is the experiment: a validated, frozen query that can write itself as a link."""

from typing import Any, ClassVar, Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

Mode = Literal["train", "eval"]

NOWHERE = "does not exist here"
# What of a parameter is refused though its schema accepts it: no schema knows the models.
ALSO_REFUSED = "x-also-refused"
SUFFIXES = (".json", ".stream", ".py", ".tab")  # of what one experiment answers beside its page


def without_suffix(path: str) -> str:
    """The path of the page, from that of any of its answers."""
    for suffix in SUFFIXES:
        path = path.removesuffix(suffix)
    return path


class InvalidParameter(Exception):
    """A parameter is well formed, but names nothing that exists, such as an unknown model."""

    def __init__(
        self, parameter: str, value: str, accepts: tuple[str, ...], problem: str = NOWHERE
    ) -> None:
        super().__init__(parameter, value, accepts, problem)
        self.parameter = parameter
        self.value = value
        self.accepts = accepts
        self.problem = problem


class Query(BaseModel):
    """Base of every query.

    Each parameter is a field, and `Field` states its bounds. Unknown parameters are refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    path: ClassVar[str]
    # parameters by the names that they have in older addresses, which stay good
    renamed: ClassVar[dict[str, str]] = {}

    def replace(self, **changes: Any) -> Self:
        """The same experiment with some parameters changed, validated again."""
        return type(self).model_validate({**self.model_dump(), **changes})

    @property
    def computed(self) -> Self:
        """The query that is run for this one: without what only the page heeds."""
        return self

    @property
    def cost(self) -> int:
        """About how many milliseconds it takes on a slow machine; 0 where the models alone tell.

        It is reckoned from what the address asks for, before anything runs.
        """
        return 0

    def check_cost(self) -> None:
        """Refuse what would take too long, before it runs.

        Raises:
            InvalidParameter: the parameter to change, with the nearest value that is cheap enough.
        """

    @property
    def less(self) -> dict[str, int]:
        """The parameter that costs most, with a value that costs less; empty where none does."""
        return {}

    def check(self, report: Any) -> None:
        """Refuse what names nothing in the report, where only the page heeds it.

        Raises:
            InvalidParameter: a parameter names what does not exist.
        """

    def is_said(self, name: str) -> bool:
        """Whether an address spells a parameter out; an empty text says nothing."""
        return bool(getattr(self, name) != "")

    @property
    def url(self) -> str:
        """The page's address.

        It spells out every parameter, so that a link keeps its meaning when a default changes.
        """
        return self._address("")

    @property
    def json_url(self) -> str:
        """The address of the same report as JSON."""
        return self._address(".json")

    @property
    def stream_url(self) -> str:
        """The address of its stream, where the experiment can be played."""
        return self._address(".stream")

    @property
    def file_url(self) -> str:
        """The address of the file that it can be downloaded from, where the experiment has one."""
        return self._address(".py")

    @property
    def tab_url(self) -> str:
        """The address that says whether there is anything to show of these models, as JSON."""
        return self._address(".tab")

    def _address(self, suffix: str) -> str:
        address = self.path + suffix
        said = {name: value for name, value in self.model_dump().items() if self.is_said(name)}
        parameters = urlencode(said, doseq=True, safe="/:[]'")
        if not parameters:
            return address
        return f"{address}?{parameters}"
