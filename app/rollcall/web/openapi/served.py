"""The same document for what is served: which models and devices there are."""

import copy
import re
from typing import Any

from rollcall.core.devices import SIMULATED
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.lab.choices import Choices
from rollcall.lectures.contents import Contents, Kind
from rollcall.web.pairing import SIDES, opening

SCHEMAS: dict[Kind, str] = {"models": "ServedModel", "loops": "ServedLoop"}
OWN_DEVICES = ("left_device", "right_device")


def served(document: dict[str, Any], choices: Choices) -> dict[str, Any]:
    """A copy in which each parameter that names a model or a device says which there are."""
    whole = copy.deepcopy(document)
    schemas = whole["components"]["schemas"]
    for kind, name in SCHEMAS.items():
        if choices.contents.offered(kind):
            schemas[name] = _names(choices.contents, kind)
    for path, methods in whole["paths"].items():
        experiment = EXPERIMENTS.get(path.strip("/").partition(".")[0])
        if experiment is None:
            continue
        for parameter in methods["get"]["parameters"]:
            _name_what_is_served(parameter, experiment, choices)
    return whole


def _name_what_is_served(
    parameter: dict[str, Any], experiment: Experiment, choices: Choices
) -> None:
    name, schema = parameter["name"], parameter["schema"]
    opened = opening(choices.contents, experiment.subjects)
    if name in SIDES and opened:
        default = schema["default"]
        if default not in choices.contents.offered(experiment.subjects):
            default = opened[name]
        reference = f"#/components/schemas/{SCHEMAS[experiment.subjects]}"
        parameter["schema"] = {"$ref": reference, "default": default}
    if name in ("device", *OWN_DEVICES):
        parameter["schema"] = {
            "type": "string",
            "enum": _devices(name, experiment, choices),
            "default": schema["default"],
        }


def _devices(name: str, experiment: Experiment, choices: Choices) -> list[str]:
    devices = [*choices.devices]
    if getattr(experiment.query, "simulates", False):
        devices.append(SIMULATED)
    if name in OWN_DEVICES:
        devices.insert(0, "")
    return devices


def _names(contents: Contents, kind: Kind) -> dict[str, Any]:
    """What a name can be: a model, its fixed version, or one that is broken in some way."""
    offered = contents.offered(kind)
    names = [*offered]
    names += [card.fixed.name for card in offered.values() if card.fixed is not None]
    if kind == "loops":
        return {"type": "string", "enum": names}
    broken = "|".join(re.escape(name) for name in offered)
    return {
        "type": "string",
        "anyOf": [{"enum": names}, {"pattern": rf"^({broken})\.broken[1-9][0-9]?$"}],
        "x-also-refused": "a way of being broken that the model has not",
    }
