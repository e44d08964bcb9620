"""What an experiment answers: frozen data, with no word or colour of the page in it."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from rollcall.core.model_raised import ModelRaised
from rollcall.core.process.isolation.kept_from import KeptFrom, kept_from
from rollcall.core.shortened import cut

LONGEST_MESSAGE = 20_000  # characters of what an exception says

# JSON has no word for them. They become strings, which pydantic reads as numbers.
NOT_FINITE = ("NaN", "Infinity", "-Infinity")


class Report(BaseModel):
    """Base of every report: immutable, and the same object in Python, JSON and the page."""

    model_config = ConfigDict(frozen=True, protected_namespaces=(), ser_json_inf_nan="strings")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Its JSON schema, in which a number may be one that is not finite."""
        described = handler(schema)
        _admit_not_finite(handler.resolve_ref_schema(described))
        return described


class Raised(Report):
    """An exception that was really raised, in its own words."""

    type: str
    message: str
    line: int | None = None  # in the lecture file, where the traceback passes through it
    during: str = ""  # the call that raised, as a script writes it, where that is known
    kept_from: KeptFrom | None = None  # the server keeps it from this; None: it is the model's own

    @classmethod
    def of(cls, error: BaseException, filename: str | None = None) -> Self:
        """Record `error`; `line` is the innermost line of `filename` in its traceback."""
        during = ""
        if isinstance(error, ModelRaised):
            during, error = error.call, error.cause
        message = message_of(error)
        line: int | None = None
        if isinstance(error, SyntaxError) and filename in (None, error.filename):
            message, line = error.msg, error.lineno
        traceback = error.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename == filename:
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return cls(
            type=name_of(error),
            message=message,
            line=line,
            during=during,
            kept_from=kept_from(error),
        )


def name_of(error: BaseException) -> str:
    """The name of its class, whatever a metaclass says."""
    name: str = type.__dict__["__name__"].__get__(type(error))
    return as_unicode(name)


def message_of(error: BaseException) -> str:
    """Its words; a class of a lecture's own may have none, or some that are no Unicode."""
    try:
        words = str(error)
    except BaseException:  # whatever it raises, it has no words
        return ""
    return cut(as_unicode(words), LONGEST_MESSAGE)


def as_unicode(text: str) -> str:
    """The text as it can be sent: a name of a file may be none, and then has a ? in it."""
    return str.encode(text, errors="replace").decode()


def _admit_not_finite(schema: Any) -> None:
    """Let each number of a JSON schema be NaN or infinite, too, as a string."""
    if isinstance(schema, list):
        for each in schema:
            _admit_not_finite(each)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "number":
        del schema["type"]
        schema["anyOf"] = [{"type": "number"}, {"enum": [*NOT_FINITE]}]
        return
    for each in schema.values():
        _admit_not_finite(each)
