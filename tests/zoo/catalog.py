"""The animals, loaded once, and only where a test looks at one."""

from functools import cache
from pathlib import Path

from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

MODELS = Path(__file__).parent / "models"


@cache
def zoo() -> Catalog:
    return load(MODELS)
