"""Models of torch.nn, timm and transformers, each as a name and a function that builds it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import timm
import torch
from torch import nn
from transformers import AutoModel
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from core.small_modules import CLASSES, small

Build = Callable[[], nn.Module]
LAYERS = 2
# What the configurations call their number of layers.
DEPTHS = ("layers", "blocks", "depth", "n_layer", "stages")


def every_model(timm_step: int) -> Iterator[tuple[str, Build]]:
    """All of torch.nn, one in `timm_step` of timm, and every configuration of transformers."""
    for name in CLASSES:
        yield f"torch.nn.{name}", partial(small, name)
    for name in timm.list_models()[::timm_step]:
        yield f"timm.{name}", partial(_on_meta, partial(timm.create_model, name))
    for name in CONFIG_MAPPING:
        yield f"transformers.{name}", partial(_on_meta, partial(_transformer, name))


def _on_meta(build: Build) -> nn.Module:
    with torch.device("meta"):
        return build()


def _transformer(name: str) -> nn.Module:
    config = CONFIG_MAPPING[name]()
    _flatten(config)
    model: nn.Module = AutoModel.from_config(config)
    return model


def _flatten(config: Any) -> None:
    """Leave two layers of each stack, of parts of the model as well."""
    for name, value in vars(config).items():
        if hasattr(value, "to_dict"):
            _flatten(value)
        elif type(value) is int and value > LAYERS and any(word in name for word in DEPTHS):
            setattr(config, name, LAYERS)
