"""The name of a model in an address: its file, and its class or the function that makes it."""

from typing import Annotated

from pydantic import Field

# A file as the command line knows it, and a class: "containers.BadListNet", "other/my-net.Net".
# A function that was named alone stands behind a colon: "package.module:make_net".
_FILE = r"[\w(+@~-][\w ()\[\]+@~,=!'./-]*"
FILE_NAME = rf"^{_FILE}$"
MODEL_NAME = rf"^{_FILE}[.:][^\W\d]\w*$"
ModelName = Annotated[
    str,
    Field(max_length=200, pattern=MODEL_NAME, examples=["containers.BadListNet"]),
]


def class_of(model: str) -> str:
    """The class or the function in a model's name."""
    return model[_end_of_file(model) + 1 :]


def file_of(model: str) -> str:
    """The file in a model's name, or the module; "" where it names none."""
    return model[: max(0, _end_of_file(model))]


def _end_of_file(model: str) -> int:
    return max(model.rfind("."), model.rfind(":"))
