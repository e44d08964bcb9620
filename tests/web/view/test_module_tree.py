"""The tree of a column: every module once, under its owner."""

from hypothesis import given
from hypothesis import strategies as st

from rollcall.core.scan import ModuleEntry
from rollcall.web.view.registry.module_tree import Node, module_tree
from web.view.entries import hidden, module, tensor


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
    assert outline(module_tree(modules, [], "Net")) == expected


def test_a_chain_of_any_depth_is_flat() -> None:
    modules = [module("")]
    for depth in range(3000):
        modules.append(module(f"at{depth}", modules[-1].path))
    nodes = module_tree(modules, [], "Net")
    assert [node.opens for node in nodes] == [True] * 3000 + [False]
    assert [node.closes for node in nodes] == [0] * 3000 + [3000]


def test_a_node_is_labelled() -> None:
    modules = [module("", class_name="Net"), module("head", aliases=("also", "again"))]
    root, head = module_tree(modules, [], "Net")
    assert (root.label, root.class_text) == ("Net", "")
    assert (head.label, head.class_text) == ("head", "Linear(2, 3)")
    assert head.aliases == "also, again"
    relu = module("relu", class_name="ReLU", extra_repr="")
    assert module_tree([module(""), relu], [], "Net")[1].class_text == "ReLU"


def test_a_node_is_lost_and_may_be_of_no_account() -> None:
    modules = [
        module(""),
        module("layers[0]", **hidden("layers")),
        module("layers[1]", stateful=False, **hidden("layers")),
        module("relu", stateful=False),
    ]
    nodes = module_tree(modules, [], "Net")
    assert [(node.lost, node.note, node.mark) for node in nodes] == [
        (False, False, ""),
        (True, False, "unregistered"),
        (True, True, "unregistered, stateless"),
        (False, False, ""),
    ]


def test_a_node_says_where_it_was_found_unless_it_was_an_attribute() -> None:
    found = hidden("block (closure: layer)") | {"found_by": "closure of block"}
    (_, node) = module_tree([module(""), module("block (closure: layer)", **found)], [], "Net")
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
    root, head, layer = module_tree(modules, tensors, "Net")
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
    _, head = module_tree(modules, [tensor("box.weight", "head")], "Net")
    assert head.chips[0].name == "box.weight"


def test_a_node_knows_whether_it_heard() -> None:
    nodes = module_tree([module(""), module("head"), module("drop")], [], "Net", ("drop",))
    assert [node.unheard for node in nodes] == [False, False, True]
