"""What pyproject.toml says of dependencies, and what constraints.txt and the code make of it."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from rollcall.experiments import EXPERIMENTS

ROOT = Path(__file__).parents[1]


def asked() -> dict[str, Requirement]:
    """What pyproject.toml asks for, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {each.name: each for each in map(Requirement, project["dependencies"])}


def constraints() -> dict[str, Requirement]:
    """What constraints.txt adds, by name."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {each.name: each for each in wanted}


def test_the_package_bounds_no_version_from_above() -> None:
    """`pip install` of a teaching tool must not downgrade the torch that somebody works with."""
    for name, requirement in asked().items():
        assert [part.operator for part in requirement.specifier] == [">="], name


def test_constraints_bound_what_the_package_asks_for() -> None:
    bounds = constraints()
    assert "torch" in bounds
    assert set(bounds) <= set(asked())
    assert [part.operator for part in bounds["torch"].specifier] == ["<"]


def test_the_image_is_installed_with_the_constraints() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    installs = [
        line
        for line in dockerfile.splitlines()
        if "pip install" in line and not line.startswith("#")
    ]
    assert len(installs) == 2
    assert all("--constraint constraints.txt" in line for line in installs)
    copied = next(
        line for line in dockerfile.splitlines() if line.startswith("COPY pyproject.toml")
    )
    assert "constraints.txt" in copied
    assert "!constraints.txt" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def test_no_topic_may_import_another() -> None:
    """The contract in pyproject.toml names every topic, so that none is forgotten."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    contracts = {each["name"]: each for each in tools["importlinter"]["contracts"]}
    held = contracts["Topics do not import each other"]["modules"]
    # The exam is a folder of questions, and no experiment on two models.
    assert {each.rpartition(".")[2] for each in held} == EXPERIMENTS.keys() | {"exam"}
