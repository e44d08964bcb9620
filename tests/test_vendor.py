"""What we vendored is what its README says: every file is listed, and no byte has changed."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT / "static/vendor", ROOT / "tests/vendor"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_sums_in_the_readme(folder: Path) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    listed = {
        name: digest
        for digest, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", readme, re.MULTILINE)
    }
    files = [path for path in folder.iterdir() if path.name != "README.md"]
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_no_source_map_is_asked_for() -> None:
    # Developer tools would fetch the map that we do not ship: the log would show a 404 in class.
    for script in (ROOT / "static/vendor").glob("*.js"):
        assert "sourceMappingURL" not in script.read_text(encoding="utf-8")
