"""What schemathesis cannot know of us: how an input is typed, what a draw costs, what plays."""

import re
from typing import Any

import schemathesis
from hypothesis import strategies as st

ALSO_REFUSED = "x-also-refused"
REFUSED = re.compile(r"<strong><code>([\w.-]+)=")  # a parameter on an error page
OF_PATHS = ("eval", "train", "open")
WITH_PATHS = {"left": "containers.BadListNet", "right": "containers.ModuleListNet"}
PATHS = ("layers", "layers.0", "layers.1", "layers[0]", "layers[1]")
MOST_DRAWS = 64  # 2,000 take seconds
STREAMS = (".stream", "/saves")  # plays, and the one that never ends

SIZES = st.lists(st.integers(0, 12), min_size=1, max_size=3).map(lambda s: ",".join(map(str, s)))
DTYPES = st.sampled_from(["int", "half", "double", "bool", "complex64"])
TENSORS = st.one_of(
    SIZES,
    st.tuples(DTYPES, SIZES).map(":".join),
    SIZES.map(lambda sizes: f"int:{sizes}:5"),
    SIZES.map(lambda sizes: f"{sizes}:-1..1"),
    SIZES.map(lambda sizes: f"numpy:{sizes}"),
    st.sampled_from(["value:None", "value:3", "value:0.5", "value:text"]),
)
GROUPS = st.lists(TENSORS, max_size=3).map(";".join)
VALUES = st.one_of(TENSORS, GROUPS.map(lambda each: f"[{each}]"), GROUPS.map(lambda x: f"({x})"))
NAMED = st.tuples(st.sampled_from(["x", "mask", "h0"]), VALUES).map("=".join)
CALLS = st.one_of(
    st.just(""),
    st.just("4,10"),
    st.lists(VALUES, min_size=1, max_size=2).map(";".join),
    st.tuples(VALUES, NAMED).map(";".join),
)

schemathesis.openapi.format("call-input", CALLS)
schemathesis.openapi.format("module-path", st.sampled_from(PATHS))


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Ask for the head alone of a stream, which may play for minutes; make the others cheap."""
    if case.path.endswith(STREAMS) and case.method == "GET":
        case.method = "HEAD"
    if not case.query or not _is_positive(case):
        return
    draw = case.query.get("draw")
    if isinstance(draw, int):
        case.query["draw"] = min(draw, MOST_DRAWS)
    if any(case.query.get(name) for name in OF_PATHS):
        case.query.update(WITH_PATHS)


@schemathesis.check
def refused_for_what_is_told(context: Any, response: Any, case: Any) -> None:
    """Of what the schema accepts, only that is refused of which the document says so."""
    if response.status_code != 422 or not _is_positive(case) or case.method == "HEAD":
        return
    if response.headers["content-type"][0].startswith("application/json"):
        refused = {each["parameter"] for each in response.json()["parameters"]}
    else:
        refused = set(REFUSED.findall(response.text))
    parameters = case.operation.definition.raw["parameters"]
    told = {each["name"] for each in parameters if ALSO_REFUSED in each["schema"]}
    assert refused, "nothing is named that was refused"
    assert refused <= told, f"{refused - told} fits the schema, and is refused"


def _is_positive(case: Any) -> bool:
    return bool(case.meta.generation.mode.is_positive)
