"""The tree of a column: every module once, under its owner."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rollcall.core.roll_call import RollCall
from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.registry.module_tree import Node
from rollcall.web.view.registry.module_tree import module_tree as tree_of_lines
from rollcall.web.view.registry.standing import Standing
from rollcall.web.view.tree.folding import by_owner, folded
from rollcall.web.view.tree.opening import opened
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


def module_tree(
    modules: list[ModuleEntry],
    tensors: list[TensorEntry],
    unheard: tuple[str, ...] = (),
    asked: tuple[str, ...] = (),
) -> list[Node]:
    """The nodes of the class Net."""
    subject = RegistrySubject(card=card("Net"), unheard=unheard, roll_call=NOTHING_ASKED)
    facts = Standing(subject).facts(modules, by_owner(tensors), ())
    root = folded(modules, tensors, facts, asked)
    assert root
    return tree_of_lines(opened(root, asked), subject, RegistryQuery(open=asked))


def outline(nodes: list[Node]) -> dict[str, list[str]]:
    """The children of each module, read off as a template lays them out."""
    children: dict[str, list[str]] = {}
    branch: list[str] = []
    for node in nodes:
        path = node.module.path
        if branch:
            children[branch[-1]].append(path)
        children[path] = []
        if node.opens:
            branch.append(path)
            assert node.closes == 0
        else:
            del branch[len(branch) - node.closes :]
    assert branch == []
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
    assert outline(module_tree(modules, [])) == expected


def test_a_chain_of_any_depth_is_flat() -> None:
    modules = [module("")]
    for depth in range(3000):
        modules.append(module(".".join("a" * (depth + 1)), modules[-1].path))
    nodes = module_tree(modules, [])
    assert [node.opens for node in nodes] == [True] * (len(nodes) - 1) + [False]
    assert [node.closes for node in nodes] == [0] * (len(nodes) - 1) + [len(nodes) - 1]
    toggle = nodes[-1].toggle
    assert toggle
    assert toggle.text == f"{3000 - len(nodes) + 1:,} modules"
    assert len(nodes) < 40
    assert len(module_tree(modules, [], asked=(modules[150].path,))) == 152


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
    nodes = module_tree(modules, tensors)
    assert [node.label for node in nodes] == [
        "Net",
        "blocks",
        "blocks.0-1499",
        "blocks.0-1499.first",
        "blocks.0-1499.second",
    ]
    assert [node.class_text for node in nodes[2:]] == [
        "1,500 × Block",
        "Linear(2, 3)",
        "Linear(2, 3)",
    ]
    assert [chip.name for chip in nodes[3].chips] == ["weight"]


def test_a_small_tree_is_shown_as_it_is() -> None:
    modules, tensors = blocks(7)
    assert len(module_tree(modules, tensors)) == len(modules)


def test_what_is_asked_for_has_a_line_of_its_own_and_can_be_closed() -> None:
    modules, tensors = blocks(100)
    nodes = {node.label: node for node in module_tree(modules, tensors, asked=("blocks.7",))}
    assert {"blocks.0-6", "blocks.7", "blocks.7.first", "blocks.8-99"} <= nodes.keys()
    toggle = nodes["blocks.7"].toggle
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
    block, rest = module_tree(modules, tensors)[-2:]
    assert rest.gathers
    assert block.toggle
    assert block.toggle.text == "2 modules, 2 tensors"
    assert rest.toggle
    assert rest.toggle.text == "30 modules, 20 tensors"
    assert rest.toggle.url
    assert "open=partx" in rest.toggle.url
    toggles = [node.toggle for node in module_tree(modules, tensors, asked=(rest.toggle.key,))]
    assert [each.key for each in toggles if each and each.text == "close"] == [rest.toggle.key]


def test_what_is_unregistered_is_shown_however_deep() -> None:
    modules, tensors = blocks(100)
    tensors.append(
        tensor("blocks.31.second.scale", "blocks.31.second", **hidden("scale", "Tensor"))
    )
    nodes = {node.label: node for node in module_tree(modules, tensors)}
    assert {"blocks.0-30", "blocks.31", "blocks.32-99"} <= nodes.keys()
    assert [chip.name for chip in nodes["blocks.31.second"].chips] == ["weight", "scale"]


def test_what_differs_from_its_siblings_is_shown_however_deep() -> None:
    modules, tensors = blocks(100)
    for wrapped in range(5):  # so deep that it would be closed
        modules = [module(""), *(_below(each, f"at{wrapped}") for each in modules)]
        tensors = [_below(each, f"at{wrapped}") for each in tensors]
    (frozen,) = [each for each in tensors if each.path.endswith("blocks.31.second.weight")]
    frozen.requires_grad = False
    shown = [
        node.label.removeprefix("at4.at3.at2.at1.at0.") for node in module_tree(modules, tensors)
    ]
    assert {"blocks.0-30", "blocks.31.second", "blocks.32-99"} <= set(shown)


def _below(entry: Any, name: str) -> Any:
    """A record of the same model after it was put into another one."""
    entry.path = f"{name}.{entry.path}".strip(".")
    if entry.owner is None:
        entry.owner = ""
    else:
        entry.owner = f"{name}.{entry.owner}".strip(".")
    return entry


def test_a_node_is_labelled() -> None:
    modules = [module("", class_name="Net"), module("head", aliases=("also", "again"))]
    root, head = module_tree(modules, [])
    assert (root.label, root.class_text) == ("Net", "")
    assert (head.label, head.class_text) == ("head", "Linear(2, 3)")
    assert head.aliases == "also, again"
    relu = module("relu", class_name="ReLU", extra_repr="")
    assert module_tree([module(""), relu], [])[1].class_text == "ReLU"


def test_a_node_is_lost_and_may_be_of_no_account() -> None:
    modules = [
        module(""),
        module("layers[0]", **hidden("layers")),
        module("layers[1]", stateful=False, **hidden("layers")),
        module("relu", stateful=False),
    ]
    nodes = module_tree(modules, [])
    assert [(node.lost, node.note, node.mark) for node in nodes] == [
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
    _, outer, inner = module_tree([module(""), block, layer], [weight])
    assert (outer.note, outer.mark) == (True, "unregistered")
    assert (inner.note, inner.mark) == (False, "unregistered")


def test_a_node_says_where_it_was_found_unless_it_was_an_attribute() -> None:
    found = hidden("block (closure: layer)") | {"found_by": "closure of block"}
    (_, node) = module_tree([module(""), module("block (closure: layer)", **found)], [])
    assert node.mark == "unregistered, in the closure of block"


def test_tensors_are_chips_of_their_module() -> None:
    modules = [module(""), module("head"), module("layers[0]", **hidden("layers"))]
    tensors = [
        tensor("head.weight", "head"),
        tensor("scale", shape=(), device="meta", kind="persistent buffer", requires_grad=False),
        tensor(
            "head.cache", "head", is_leaf=False, kind="tensor", **hidden("head.cache", "Tensor")
        ),
        tensor("layers[0].weight", "layers[0]", shape=None, **hidden("layers")),
    ]
    root, head, layer = module_tree(modules, tensors)
    assert [chip.name for chip in root.chips] == ["scale"]
    assert [chip.name for chip in head.chips] == ["weight", "cache"]
    assert (root.devices, head.devices) == ("meta", "cpu")
    (scale,) = root.chips
    assert (scale.letter, scale.shape) == ("B", "scalar")
    assert scale.title == "persistent buffer scale, registered"
    weight, cache = head.chips
    assert weight.title == "parameter head.weight, registered, requires_grad"
    told = "unregistered, derived"
    assert cache.title == f"tensor head.cache, {told}, computed, requires_grad"
    assert (cache.lost, cache.note, cache.mark) == (True, True, told)
    (lazy,) = layer.chips
    assert (lazy.name, lazy.shape) == ("weight", "lazy")
    assert (lazy.lost, lazy.note, lazy.mark) == (True, False, "")  # its module says it


def test_a_tensor_reached_by_another_way_keeps_its_whole_path() -> None:
    modules = [module(""), module("head")]
    _, head = module_tree(modules, [tensor("box.weight", "head")])
    assert head.chips[0].name == "box.weight"


def test_a_node_knows_whether_it_heard() -> None:
    nodes = module_tree([module(""), module("head"), module("drop")], [], ("drop",))
    assert [node.unheard for node in nodes] == [False, False, True]
