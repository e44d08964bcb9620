"""The chapters on nn.Module and nn.Parameter."""

import re

from web.claims.claim import Shown, by_path, claim, code, finding

TITLE = "A plain list and a head"
BOOKS = "Books kept by hand"
LIST = "Layers in a plain list"
TENSOR = "A tensor is not a Parameter"
EMPTY = "optimizer got an empty parameter list"
ALL_MATCH = "<All keys matched successfully>"


@claim(TITLE, 1)
def one_line(step: Shown) -> None:
    """Same seed, same data, same training loop. One line of code differs, and nothing is raised."""
    left, right = step.sides
    assert left.wanted == right.wanted
    assert left.batch == right.batch
    mine, theirs = (code(side).splitlines()[1:] for side in step.sides)
    assert [a for a, b in zip(mine, theirs, strict=True) if a != b] == ["        self.hidden = []"]
    for side in step.sides:
        assert (side.raised, side.refused, side.stopped) == (None, None, None)
        assert len(side.losses) == 51


@claim(TITLE, 2)
def the_loss_falls(step: Shown) -> None:
    """The left's loss falls all the same, so nobody looks. Its optimizer was built from
    parameters(), as always."""
    assert step.left.loss_fell
    listed = [tensor for tensor in step.left.tensors if tensor.status == "registered"]
    assert {tensor.path for tensor in listed} == {"head.weight", "head.bias"}
    assert step.left.in_optimizer == sum(tensor.numel for tensor in listed)


@claim(TITLE, 3)
def bookkeeping(step: Shown) -> None:
    """Six of the left's tensors never changed. Without a gradient it would be math; with one it is
    bookkeeping."""
    unchanged = [each for each in step.left.roll_call.tensors if not each.stepped]
    assert len(unchanged) == 6
    assert all(each.autograd for each in unchanged)
    assert not any(each.optimizer for each in unchanged)


@claim(BOOKS, 1)
def by_hand(step: Shown) -> None:
    """Without nn.Module: parameters(), to() and state_dict() written by hand. The loss falls on
    both sides."""
    plain, adapter = ([line.text for line in lines] for lines in step.left.source.classes)
    assert plain[0] == "class ByHand:"
    assert adapter[0] == "class ByHandNet(ByHand, nn.Module):"
    written = re.findall(r"def ([a-z]\w+)", "\n".join(plain))
    assert written == ["parameters", "to", "state_dict"]
    assert all(side.loss_fell for side in step.sides)


@claim(BOOKS, 2)
def moved_by_hand(step: Shown) -> None:
    """The same books are asked at every move. What is not in them stays behind, and the sum of two
    types raises nothing."""
    move = step.left.move
    assert [tensor.path for tensor in move.left_behind] == ["b2"]
    assert 'self.names = ["w1", "b1", "w2"]' in code(step.left)
    types = {tensor.path: tensor.after.dtype for tensor in move.tensors}
    assert types == {"w1": "float64", "b1": "float64", "w2": "float64", "b2": "float32"}
    assert move.raised is None
    assert move.forward.raised is None
    assert not step.right.move.left_behind


@claim(LIST, 1)
def intercepted(step: Shown) -> None:
    """Every self.x = ... is intercepted. Parameters, modules and buffers are registered; nobody
    looks into a list, and print shows none of it."""
    landings = {row.value: dict(zip(step.report.slots, row.landings, strict=True))
                for row in step.report.grid}  # fmt: skip
    assert landings["parameter"]["nothing"].place == "_parameters"
    assert landings["linear"]["nothing"].place == "_modules"
    assert landings["buffer"]["nothing"].place == "_buffers"
    assert landings["tensor"]["parameter"].raised.type == "TypeError"  # a plain object would not
    assert step.left.value == "list_of_linear"
    assert step.left.landing.place == "attribute"
    assert step.left.landing.parameters == ()
    assert step.left.landing.unregistered == ("x[0].weight", "x[0].bias")
    assert step.right.landing.parameters == ("x.0.weight", "x.0.bias")
    assert step.left.landing.printed == "Net()"
    assert "ModuleList" in step.right.landing.printed
    assert "print(module) Net()" in step.page


@claim(LIST, 2)
def counted(step: Shown) -> None:
    """Then count the numbers of the model, and ask whether the count can be true."""
    assert step.left.printed == "BadListNet()"
    assert "print(BadListNet()) BadListNet()" in step.page
    assert step.left.scan.registered == 0
    assert step.left.scan.used.reached == step.right.scan.registered == 325


@claim(LIST, 3)
def refused(step: Shown) -> None:
    """A training loop that trains nothing is said to raise nothing: no exception, no warning."""
    raised = step.left.roll_call.optimizer_raised
    assert (raised.type, raised.message) == ("ValueError", EMPTY)
    assert not any(each.stepped for each in step.left.roll_call.tensors)
    assert step.right.roll_call.optimizer_raised is None
    assert f"ValueError: {EMPTY}" in step.page


@claim(LIST, 4)
def simulated(step: Shown) -> None:
    """One call is to move a whole model. The GPU is simulated: devices and types are true, numbers
    are not there."""
    for side in step.sides:
        assert side.moved_by.simulated
        assert side.moved_by.text == '.to("cuda:0")'
    assert {tensor.after.device for tensor in step.right.move.tensors} == {"cuda:0"}
    assert {tensor.after.device for tensor in step.left.move.tensors} == {"cpu"}
    for side in step.sides:
        assert all(tensor.lost is None for tensor in side.move.tensors)  # no numbers to compare
    assert step.left.move.forward.raised
    assert step.right.move.forward.raised is None


@claim(LIST, 5)
def an_empty_file(step: Shown) -> None:
    """state_dict() is saved, a fresh model is built with other weights, and the file is loaded with
    strict=True."""
    left, right = (side.trip for side in step.sides)
    assert left.keys == ()
    assert left.answer == right.answer == ALL_MATCH  # what strict=True answers
    assert not any(tensor.back for tensor in left.tensors)
    assert all(tensor.back for tensor in right.tensors)
    assert not left.comparison.equal
    assert right.comparison.equal


@claim(LIST, 6)
def line_by_line(step: Shown) -> None:
    """Both are built again, one line at a time. The line that just ran is the same on both sides: a
    layer is appended."""
    left, right = (side.moment for side in step.sides)
    assert left.statement == right.statement == "self.layers.append(nn.Linear(10, 20))"
    assert (step.left.gained, left.total) == ((), 0)
    assert step.right.gained == ("layers.0.weight", "layers.0.bias")
    assert "layers is a plain list: it takes what it is given" in step.page
    assert "ModuleList.append does it" in step.page


@claim(LIST, 7)
def graph_and_registries(step: Shown) -> None:
    """Backward asks the graph, and every tensor of the left has a gradient. The optimizer asks the
    registries."""
    left, right = (side.moment for side in step.sides)
    assert [each.gradient > 0 for each in left.tensors] == [True] * 4
    assert {each.status for each in left.tensors} == {"unregistered"}
    assert EMPTY in left.refused.message
    assert [each.moved > 0 for each in right.tensors] == [True] * 4


@claim(TENSOR, 1)
def two_weights(step: Shown) -> None:
    """Two weights, both with requires_grad=True. One of them is wrapped in an nn.Parameter."""
    (left,), (right,) = (side.scan.tensors for side in step.sides)
    assert left.path == right.path == "weight"
    assert left.requires_grad
    assert right.requires_grad
    assert (left.kind, right.kind) == ("tensor", "parameter")
    assert "torch.randn(10, 10, requires_grad=True)" in code(step.left)


@claim(TENSOR, 2)
def printed(step: Shown) -> None:
    """print shows modules and no Parameters: here it says BadLayer() and GoodLayer(). Ask
    named_parameters()."""
    assert [side.printed for side in step.sides] == ["BadLayer()", "GoodLayer()"]
    assert "print(GoodLayer()) GoodLayer()" in step.page
    assert [side.scan.registered for side in step.sides] == [0, 100]


@claim(TENSOR, 3)
def a_parameter_group(step: Shown) -> None:
    """SGD refuses an empty list. In a parameter group it takes the same list, and fifty steps raise
    nothing."""
    left = step.left
    assert (left.refused.type, left.refused.message) == ("ValueError", EMPTY)
    assert left.in_optimizer == 0
    assert left.stopped is None
    assert len(left.losses) == 51
    assert left.learning == 0
    assert step.right.refused is None
    assert step.right.all_changed


@claim("One tensor, one Parameter", 1)
def side_by_side(step: Shown) -> None:
    """The left keeps a tensor and a Parameter side by side, and forward uses both."""
    kinds = {tensor.path: tensor.kind for tensor in step.left.scan.tensors}
    assert kinds == {"scale": "tensor", "shift": "parameter"}
    assert set(step.left.scan.used.paths) == {"scale", "shift"}
    stepped = {each.path: each.stepped for each in step.left.roll_call.tensors}
    assert stepped == {"scale": False, "shift": True}
    assert all(each.stepped for each in step.right.roll_call.tensors)


@claim("One tensor, one Parameter", 2)
def a_snapshot(step: Shown) -> None:
    """state_dict() is a snapshot of what is registered. Loading it says on both sides that all keys
    matched."""
    for side in step.sides:
        listed = {each.path for each in side.trip.tensors if each.status == "registered"}
        assert {key.name for key in side.trip.keys} == listed
        assert side.trip.answer == ALL_MATCH
    assert not step.left.trip.comparison.equal
    assert step.right.trip.comparison.equal


@claim("A tensor that is not trained")
def neither_moved_nor_saved(step: Shown) -> None:
    """A plain attribute is neither moved by .to() nor saved; a buffer is both. The optimizer gets
    neither."""
    left, right = (by_path(side.roll_call.tensors)["table"] for side in step.sides)
    assert (left.to, left.state_dict) == (False, False)
    assert (right.to, right.state_dict) == (True, True)
    for side in step.sides:
        listed = [each.path for each in side.scan.tensors if each.kind == "parameter"]
        assert listed == ["head.weight", "head.bias"]


@claim("A layer made in forward")
def made_in_forward(step: Shown) -> None:
    """The left draws new weights at every call: nothing is registered, so SGD raises ValueError."""
    assert finding(step.left, "random in eval").apart > 0
    assert all(each.fresh for each in step.left.scan.used.unreachable)
    assert step.left.scan.used.reached == 55
    assert step.left.scan.tensors == ()
    raised = step.left.roll_call.optimizer_raised
    assert (raised.type, raised.message) == ("ValueError", EMPTY)
    assert step.right.scan.registered == 55
    assert step.right.roll_call.optimizer_raised is None
    assert "anew in every forward" in step.page
