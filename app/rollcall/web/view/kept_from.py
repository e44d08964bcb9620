"""What is said beside an exception that comes of what Roll Call keeps models from."""

from rollcall.core.process.isolation.kept_from import KeptFrom
from rollcall.web.view.sentence import Sentence, code, em, sentence

WHY: dict[KeptFrom, Sentence] = {
    "network": sentence(
        em("Roll Call runs models without network."),
        " ",
        code("rollcall serve --allow network"),
        " lets them use it.",
    ),
    "writing": sentence(
        em("Roll Call lets models write only into a temporary folder"),
        ", which ",
        code("tempfile.gettempdir()"),
        " names. ",
        code("rollcall serve --allow writing"),
        " lets them write wherever you may.",
    ),
    "memory": sentence(
        em("Roll Call’s memory limit is reached."),
        " ",
        code("rollcall serve --memory-limit GB"),
        " sets it.",
    ),
    "files": sentence(em("Roll Call lets a model have at most 512 files open at a time.")),
    "nodes": sentence(
        em("The nodes of a cluster have no files but the lecture’s."),
        " They get files of data that lie beside a lecture file and are named in it, 8 MB in all.",
    ),
    "disk": sentence(
        em("There is no room for temporary files."),
        " Make some and try again, or start ",
        code("rollcall serve"),
        " with ",
        code("TMPDIR="),
        " a folder that has room.",
    ),
}


def why_kept(kept_from: KeptFrom) -> Sentence:
    """What keeps a model from it, and which option does not."""
    return WHY[kept_from]
