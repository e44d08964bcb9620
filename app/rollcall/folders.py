"""Where templates, static files and models lie: in the package of a wheel, else in the checkout."""

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parent  # our own code, by the path that its frames tell
_package = PACKAGE.resolve()
_home = _package
if not (_package / "templates").is_dir():
    _home = _package.parents[1]

TEMPLATES: Final = _home / "templates"
STATIC: Final = _home / "static"
MODELS: Final = _home / "models"
