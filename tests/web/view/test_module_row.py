"""The rows of a column: every module once, below its owner, and its tensors below it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rollcall.core.roll_call import RollCall
from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.registry.module_row import DEEPEST, ModuleRow, Rows
from rollcall.web.view.registry.standing import Standing
from rollcall.web.view.registry.usual import usual
from rollcall.web.view.tree.folding import by_owner
from rollcall.web.view.tree.shown_lines import shown_lines
from web.view.entries import card, hidden, module, tensor

NOTHING_ASKED = RollCall(
    moved_to="float64",
    tensors=(),
    modules=(),
    backward_raised=None,
    optimizer_raised=None,
    to_raised=None,
    state_dict_raised=None,
    eval_raised=None,
)


def rows_of(
    modules: list[ModuleEntry],
    tensors: list[TensorEntry],
    unheard: tuple[str, ...] = (),
    asked: tuple[str, ...] = (),
    tiny: bool = False,
) -> tuple[ModuleRow, ...]:
    """The rows of the class Net."""
    subject = RegistrySubject(card=card("Net"), unheard=unheard, roll_call=NOTHING_ASKED)
    standing = Standing(subject)
    facts = standing.facts(modules, by_owner(tensors), ())
    lines = shown_lines(modules, tensors, facts, asked, tiny)
    query = RegistryQuery(open=asked)
    return Rows("Net", frozenset(unheard), standing, usual(tensors), query).of(lines)


def outline(rows: tuple[ModuleRow, ...]) -> dict[str, list[str]]:
    """The children of each module, read off the depth of each row."""
    children: dict[str, list[str]] = {}
    branch: list[str] = []
    for row in rows:
        path = row.module.path
        del branch[row.depth :]
        assert len(branch) == row.depth
        if branch:
            children[branch[-1]].append(path)
        children[path] = []
        branch.append(path)
    return children


@st.composite
def trees(draw: st.DrawFn) -> list[ModuleEntry]:
    """The model, and modules that stand in it or in one named before."""
    modules = [module("")]
    for index in range(draw(st.integers(0, 12))):
        owner = draw(st.sampled_from(modules)).path
        modules.append(module(f"{owner}.{index}" if owner else str(index), owner))
    return modules


@given(trees())
def test_children_stand_under_their_owner_in_order(modules: list[ModuleEntry]) -> None:
    expected: dict[str, list[str]] = {each.path: [] for each in modules}
    for each in modules:
        if each.owner is not None:
            expected[each.owner].append(each.path)
    assert outline(rows_of(modules, [], tiny=True)) == expected


def test_a_chain_of_any_depth_is_flat() -> None:
    modules = [module("")]
    for depth in range(3000):
        modules.append(module(".".join("a" * (depth + 1)), modules[-1].path))
    rows = rows_of(modules, [])
    assert [row.depth for row in rows] == list(range(len(rows)))
    assert rows[-1].indent == DEEPEST
    toggle = rows[-1].toggle
    assert toggle
    assert toggle.text == f"{3000 - len(rows) + 1:,} modules"
    assert len(rows) < 40
    assert len(rows_of(modules, [], asked=(modules[150].path,))) == 152


def blocks(count: int) -> tuple[list[ModuleEntry], list[TensorEntry]]:
    """A list of blocks of two layers."""
    modules, tensors = [module(""), module("blocks", class_name="ModuleList")], []
    for index in range(count):
        path = f"blocks.{index}"
        modules.append(module(path, "blocks", class_name="Block", extra_repr=""))
        for name in ("first", "second"):
            modules.append(module(f"{path}.{name}", path))
            tensors.append(tensor(f"{path}.{name}.weight", f"{path}.{name}"))
    return modules, tensors


def test_alike_neighbours_share_a_line_as_in_print() -> None:
    modules, tensors = blocks(1500)
    rows = rows_of(modules, tensors)
    assert [row.label for row in rows] == [
        "Net",
        "blocks",
        "blocks.0-1499",
        "blocks.0-1499.first",
        "blocks.0-1499.second",
    ]
    assert [row.class_text for row in rows[2:]] == [
        "1,500 × Block",
        "Linear(2, 3)",
        "Linear(2, 3)",
    ]
    assert [tensor.name for tensor in rows[3].tensors] == ["weight"]


def test_a_tiny_tree_is_shown_as_it_is() -> None:
    modules, tensors = blocks(3)
    assert len(rows_of(modules, tensors, tiny=True)) == len(modules)


def test_layers_that_are_alike_get_a_line_each_by_a_link_and_share_one_again() -> None:
    modules = [module(""), *(module(f"hidden[{index}]") for index in range(3)), module("head")]
    tensors = [tensor(f"{each.path}.weight", each.path) for each in modules[1:]]
    _, shared, _ = rows_of(modules, tensors)
    assert (shared.label, shared.class_text) == ("hidden[0-2]", "3 × Linear(2, 3)")
    assert shared.unfolding
    assert (shared.unfolding.key, shared.unfolding.text) == ("hidden[0-2]", "3 × Linear(2, 3)")
    assert shared.unfolding.url
    assert "open=hidden[0-2]" in shared.unfolding.url
    _, first, second, _, head = rows_of(modules, tensors, asked=("hidden[0-2]",))
    assert [first.label, second.label, head.label] == ["hidden[0]", "hidden[1]", "head"]
    assert (first.unfolding, second.toggle, head.toggle) == (None, None, None)
    assert first.toggle
    assert (first.toggle.closes, first.toggle.key) == (True, "hidden[0-2]")
    assert first.toggle.url
    assert "open=" not in first.toggle.url


def test_a_line_opens_by_what_it_is_called_in_a_folded_block() -> None:
    modules, tensors = [module(""), module("blocks", class_name="ModuleList")], []
    for block in range(12):
        modules.append(module(f"blocks.{block}", "blocks", stateful=False))
        for norm in ("ln1", "ln2"):
            path = f"blocks.{block}.{norm}"
            modules.append(module(path, f"blocks.{block}"))
            tensors.append(tensor(f"{path}.weight", path))
    assert rows_of(modules, tensors)[-1].label == "blocks.0-11.ln1-2"
    *_, first, second = rows_of(modules, tensors, asked=("blocks.0-11.ln1-2",))
    assert [first.label, second.label] == ["blocks.0-11.ln1", "blocks.0-11.ln2"]
    assert first.toggle
    assert (first.toggle.closes, first.toggle.key) == (True, "blocks.0-11.ln1-2")
    assert rows_of(modules, tensors, asked=("blocks.0-11.ln2",))[-1].label == "blocks.0-11.ln2"


def test_what_is_asked_for_has_a_line_of_its_own_and_can_be_closed() -> None:
    modules, tensors = blocks(100)
    rows = {row.label: row for row in rows_of(modules, tensors, asked=("blocks.7",))}
    assert {"blocks.0-6", "blocks.7", "blocks.7.first", "blocks.8-99"} <= rows.keys()
    toggle = rows["blocks.7"].toggle
    assert toggle
    assert (toggle.text, toggle.key) == ("close", "blocks.7")
    assert toggle.url
    assert "open=" not in toggle.url


def test_a_closed_line_says_what_it_keeps() -> None:
    modules, tensors = [module("")], []
    for index in range(30):
        modules.append(module(f"part{'x' * index}", stateful=False))
        for name in ("first", "second"):
            path = f"{modules[-1].path}.{name}"
            modules.append(module(path, f"part{'x' * index}"))
            tensors.append(tensor(f"{path}.weight", path))
    block, rest = rows_of(modules, tensors)[-2:]
    assert rest.gathers
    assert block.toggle
    assert block.toggle.text == "2 modules, 2 tensors"
    assert rest.toggle
    assert rest.toggle.text == "30 modules, 20 tensors"
    assert rest.toggle.url
    assert "open=partx" in rest.toggle.url
    toggles = [row.toggle for row in rows_of(modules, tensors, asked=(rest.toggle.key,))]
    assert [each.key for each in toggles if each and each.text == "close"] == [rest.toggle.key]


def test_what_is_unregistered_is_shown_however_deep() -> None:
    modules, tensors = blocks(100)
    tensors.append(
        tensor("blocks.31.second.scale", "blocks.31.second", **hidden("scale", "Tensor"))
    )
    rows = {row.label: row for row in rows_of(modules, tensors)}
    assert {"blocks.0-30", "blocks.31", "blocks.32-99"} <= rows.keys()
    assert [tensor.name for tensor in rows["blocks.31.second"].tensors] == ["weight", "scale"]


def test_what_differs_from_its_siblings_is_shown_however_deep() -> None:
    modules, tensors = blocks(100)
    for wrapped in range(5):  # so deep that it would be closed
        modules = [module(""), *(_below(each, f"at{wrapped}") for each in modules)]
        tensors = [_below(each, f"at{wrapped}") for each in tensors]
    (frozen,) = [each for each in tensors if each.path.endswith("blocks.31.second.weight")]
    frozen.requires_grad = False
    shown = [row.label.removeprefix("at4.at3.at2.at1.at0.") for row in rows_of(modules, tensors)]
    assert {"blocks.0-30", "blocks.31.second", "blocks.32-99"} <= set(shown)


def _below(entry: Any, name: str) -> Any:
    """A record of the same model after it was put into another one."""
    entry.path = f"{name}.{entry.path}".strip(".")
    if entry.owner is None:
        entry.owner = ""
    else:
        entry.owner = f"{name}.{entry.owner}".strip(".")
    return entry


def test_a_row_is_labelled() -> None:
    modules = [module("", class_name="Net"), module("head", aliases=("also", "again"))]
    root, head = rows_of(modules, [])
    assert (root.label, root.class_text) == ("Net", "")
    assert (head.label, head.class_text) == ("head", "Linear(2, 3)")
    assert head.aliases == "also, again"
    relu = module("relu", class_name="ReLU", extra_repr="")
    assert rows_of([module(""), relu], [])[1].class_text == "ReLU"


def test_a_row_is_lost_and_may_be_of_no_account() -> None:
    modules = [
        module(""),
        module("layers[0]", **hidden("layers")),
        module("layers[1]", stateful=False, **hidden("layers")),
        module("relu", stateful=False),
    ]
    rows = rows_of(modules, [])
    assert [(row.lost, row.note, row.mark) for row in rows] == [
        (False, False, ""),
        (True, False, "unregistered"),
        (True, True, "unregistered, stateless"),
        (False, False, ""),
    ]


def test_a_module_is_not_called_stateless_over_a_tensor_that_is_lost() -> None:
    lost = hidden("extra")
    block = module("extra[0]", stateful=False, **lost)
    layer = module("extra[0].fc", owner="extra[0]", **lost)
    weight = tensor("extra[0].fc.weight", "extra[0].fc", **lost)
    _, outer, inner = rows_of([module(""), block, layer], [weight])
    assert (outer.note, outer.mark) == (True, "unregistered")
    assert (inner.note, inner.mark) == (False, "unregistered")


def test_a_row_says_where_it_was_found_unless_it_was_an_attribute() -> None:
    found = hidden("block (closure: layer)") | {"found_by": "closure of block"}
    (_, row) = rows_of([module(""), module("block (closure: layer)", **found)], [])
    assert row.mark == "unregistered, in the closure of block"


def test_tensors_stand_below_their_module() -> None:
    modules = [module(""), module("head"), module("layers[0]", **hidden("layers"))]
    tensors = [
        tensor("head.weight", "head"),
        tensor("scale", shape=(), device="meta", kind="persistent buffer", requires_grad=False),
        tensor(
            "head.cache", "head", is_leaf=False, kind="tensor", **hidden("head.cache", "Tensor")
        ),
        tensor("layers[0].weight", "layers[0]", shape=None, **hidden("layers")),
    ]
    root, head, layer = rows_of(modules, tensors)
    assert [each.name for each in root.tensors] == ["scale"]
    assert [each.name for each in head.tensors] == ["weight", "cache"]
    assert (root.devices, head.devices) == ("meta", "")
    (scale,) = root.tensors
    assert (scale.letter, scale.shape) == ("B", "scalar")
    assert scale.title == "persistent buffer scale, float32, registered"
    weight, cache = head.tensors
    assert weight.title == "parameter head.weight, float32, registered, requires_grad"
    told = "unregistered, derived"
    assert cache.title == f"tensor head.cache, float32, {told}, computed, requires_grad"
    assert (cache.lost, cache.note, cache.mark) == (True, True, told)
    (lazy,) = layer.tensors
    assert (lazy.name, lazy.shape) == ("weight", "lazy")
    assert (lazy.lost, lazy.note, lazy.mark) == (True, False, "")  # its module says it


def test_what_most_tensors_are_is_said_once() -> None:
    tensors = [tensor("a"), tensor("b"), tensor("steps", dtype="int64")]
    assert usual(tensors[:2]).told == "float32 on cpu"
    assert usual(tensors).told == "float32 on cpu unless said"
    assert usual([]).told == ""
    (root,) = rows_of([module("")], tensors)
    assert [each.dtype for each in root.tensors] == ["", "", "int64"]


def test_a_tensor_has_the_further_names_that_its_module_has_not() -> None:
    layer = module("a", aliases=("b",))
    weight = tensor("a.weight", "a", aliases=("b.weight",))
    bias = tensor("a.bias", "a", aliases=("b.bias", "tied"))
    _, row = rows_of([module(""), layer], [weight, bias])
    assert (row.aliases, [each.aliases for each in row.tensors]) == ("b", ["", "b.bias, tied"])
    assert "also b.weight" in row.tensors[0].title


def test_a_tensor_reached_by_another_way_keeps_its_whole_path() -> None:
    modules = [module(""), module("head")]
    _, head = rows_of(modules, [tensor("box.weight", "head")])
    assert head.tensors[0].name == "box.weight"


def test_a_row_knows_whether_it_heard() -> None:
    rows = rows_of([module(""), module("head"), module("drop")], [], ("drop",))
    assert [row.unheard for row in rows] == [False, False, True]
