"""Lecture files of a test's own."""

from pathlib import Path
from textwrap import dedent

from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport, registry
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"


def write(folder: Path, name: str, text: str) -> Path:
    """Write one lecture file, the usual imports before it, and `course.toml` as it stands."""
    path = folder / name
    path.write_text(dedent(text) if name == "course.toml" else HEAD + dedent(text), "utf-8")
    return path


def catalog_of(folder: Path, text: str, course: str = "") -> Catalog:
    """A catalog of one lecture file, `own.py`."""
    write(folder, "own.py", text)
    if course:
        write(folder, "course.toml", course)
    return load(folder)


def report_on(catalog: Catalog, left: str, right: str, **parameters: object) -> RegistryReport:
    """The registry page of two models."""
    return registry(
        RegistryQuery.model_validate({"left": left, "right": right, **parameters}), catalog
    )


def subject_of(catalog: Catalog, name: str, **parameters: object) -> RegistrySubject:
    """One column of it, without running what stands beside it."""
    return report_on(catalog.leaving_out("right"), name, name, **parameters).left
