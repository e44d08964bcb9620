"""The chapters on bugs of other people: what never trains, is shared, stays on or is in a file."""

from lectures.course import build
from web.claims.claim import Shown, by_path, claim, code, finding
from web.claims.dropout import keeps, moving


@claim("A graph that is cut")
def detached(step: Shown) -> None:
    """detach() in forward: the loss falls, and the body never gets a gradient. In lidar-bonnetal a
    backbone's first skip layer never did."""
    assert "torch.tanh(self.body(x)).detach()" in code(step.left)
    assert step.left.loss_fell
    body = [each for each in step.left.tensors if each.path.startswith("body.")]
    assert len(body) == 2
    assert all(set(each.gradients) == {None} for each in body)
    assert step.right.all_changed
    for shown in ("105 of DetachedNet’s 325 numbers change", "body.weight ○ none"):
        assert shown in step.page


@claim("A Parameter that was moved")
def moved(step: Shown) -> None:
    """Built on a GPU, the left's gate is no Parameter: .to() gives a new tensor. A mixture of
    experts never learned its gates."""
    found = finding(step.left, "no Parameter on another device")
    assert (found.paths, found.device) == (("gate",), "cuda:0")
    assert "nn.Parameter(gate).to(device)" in code(step.left)
    assert step.right.findings.findings == ()
    assert by_path(step.left.scan.tensors)["gate"].kind == "parameter"  # as long as it stays put
    assert 'Built with device="cuda:0", gate is no Parameter' in step.page


@claim("A layer that is only copied")
def copied(step: Shown) -> None:
    """TransformerEncoder trains copies of the layer it is given, which start equal. The one kept on
    self is counted, and never steps."""
    assert step.left.equal_start == (("layer", "encoder.layers.0", "encoder.layers.1"),)
    assert step.right.equal_start == ()
    assert "encoder.layers.0 and encoder.layers.1 began with the same numbers" in step.page
    given = [each for each in step.left.tensors if each.path.startswith("layer.")]
    copies = [each for each in step.left.tensors if each.path.startswith("encoder.layers.")]
    assert len(given) * 2 == len(copies) == 24
    assert all(each.in_optimizer and not each.changed for each in given)
    assert all(each.changed for each in copies)
    assert step.left.trainable == sum(each.numel for each in (*given, *copies))
    assert step.right.all_changed
    assert "1,820 of TemplateEncoder’s 2,730 numbers change" in step.page


@claim("Hidden by its class")
def hidden(step: Shown) -> None:
    """skip is registered, but the class attribute wins: self.skip is None, and forward never calls
    it. PyTorch was asked to refuse that."""
    assert by_path(step.left.scan.modules)["skip"].status == "registered"
    found = finding(step.left, "hidden by a class attribute")
    assert (found.path, found.class_name, found.given) == ("skip", "HiddenSkipNet", "NoneType")
    unreached = finding(step.left, "no backward reaches it")
    assert unreached.never_called == ("skip",)
    assert step.right.findings.findings == ()
    assert step.right.scan.used.reached == 220
    assert not by_path(step.left.roll_call.tensors)["skip.weight"].stepped
    assert "the attribute gives None" in step.page
    assert "Forward never calls" not in step.page  # the cause is told, and once


@claim("One layer three times")
def repeated(step: Shown) -> None:
    """[layer] * 3 is one layer under three names: 110 numbers instead of 330. U-Net v2 had four
    convolutions that were one."""
    shared = by_path(step.left.scan.modules)["layers.0"]
    assert shared.aliases == ("layers.1", "layers.2")
    assert "[nn.Linear(10, 10)] * 3" in code(step.left)
    assert [side.scan.registered for side in step.sides] == [110, 330]
    assert "are one Linear: 110 numbers, under 3 names" in step.page


@claim("A tie of the memory alone")
def tied_by_data(step: Shown) -> None:
    """Tied through .data there are two Parameters over one memory, and double() parts them. On a
    TPU the move did."""
    found = finding(step.left, "two Parameters over one memory")
    assert (found.path, found.other) == ("first.weight", "second.weight")
    assert not found.tied_after_move
    assert "self.second.weight.data = self.first.weight.data" in code(step.left)
    assert step.right.findings.findings == ()
    tie = by_path(step.right.scan.tensors)["first.weight"]
    assert tie.aliases == ("second.weight",)
    assert "two Parameters over one memory; after double()" in step.page


@claim("Attention that goes on dropping")
def attention(step: Shown) -> None:
    """A function has no flag that eval() could switch: the left still drops. WeNet's attention did
    in evaluation."""
    for side, acts in zip(step.sides, (True, False), strict=True):
        (drop,) = side.eval.drops
        assert drop.function == "F.scaled_dot_product_attention"
        assert (drop.acts, side.eval.apart > 0) == (acts, acts)
        assert side.unheard == ()
    assert "still draws random numbers after eval(): a function has no flag" in step.page


@claim("Frozen, and it moves")
def frozen(step: Shown) -> None:
    """requires_grad_(False) keeps the optimizer out, and not the batch norm: its statistics move at
    every forward. Lightly's backbones did."""
    frozen_net = build("left_on.FrozenBodyNet")
    assert not any(each.requires_grad for each in frozen_net.body.parameters())
    assert "self.body.requires_grad_(False)" in code(step.left)
    assert moving(step.left.train) == {"body.1"}
    assert moving(step.right.train) == set()
    for shown in ("body.1 updates its statistics", "running_mean", "changed"):
        assert shown in step.page


@claim("A method called train")
def train_taken(step: Shown) -> None:
    """eval() calls train(False). Where train() is a training loop no flag is switched, so dropout
    stays on, as in pykan."""
    assert [call for _, call in step.left.calls] == ["eval"]
    assert "def train(self, steps=100)" in code(step.left)
    assert all(each.training for each in step.left.modules)
    (drop,) = step.left.eval.drops
    assert (drop.path, drop.acts) == ("dropout", True)
    assert not any(each.training for each in step.right.modules)
    assert step.right.eval.apart == 0
    for shown in ("dropout still drops after eval()", "still train"):
        assert shown in step.page


@claim("A row and its neighbours")
def neighbours(step: Shown) -> None:
    """Without running statistics the answer for a row depends on the other rows, after eval() too.
    GPM's tests hung on the batch."""
    found = finding(step.left, "batch statistics in eval")
    assert found.path == "norm"
    assert found.row_change > 0.1
    buffers = [each.path for each in step.left.scan.tensors if "buffer" in each.kind]
    assert buffers == []
    assert step.report.query.mode == "eval"
    assert step.right.findings.findings == ()
    assert "norm.running_mean" in by_path(step.right.scan.tensors)
    assert "the answer for a row depends on the other rows" in step.page


@claim("A dropout that never drops")
def one_layer(step: Shown) -> None:
    """nn.LSTM drops between its layers, so with one layer dropout=0.5 does nothing: two forwards
    are equal. To find out took a day."""
    assert all("dropout=0.5" in code(side) for side in step.sides)
    assert "num_layers=1" in code(step.left)
    assert step.left.train.apart == 0
    assert "num_layers=2" in code(step.right)
    assert step.right.train.apart > 0
    for shown in ("Two forwards of OneLayerLSTM are equal", "UserWarning: dropout option"):
        assert shown in step.page


@claim("Rows instead of pictures")
def three_dimensions(step: Shown) -> None:
    """Dropout2d reads three dimensions as (batch, channel, length) and drops rows. In PyTorch 1.11
    it did not, and said nothing."""
    assert {side.place.name for side in step.sides} == {"Dropout2d"}
    assert step.left.cells.shape == (5, 5, 2)
    kept = keeps(step.left)
    rows = [kept[start : start + 2] for start in range(0, 50, 2)]
    assert all(len(set(row)) == 1 for row in rows)
    pictures = [kept[start : start + 10] for start in range(0, 50, 10)]
    assert any(len(set(picture)) == 2 for picture in pictures)
    assert (step.left.n_trials, step.right.n_trials) == (25, 5)
    (warned,) = step.left.notes.warned
    assert "interpreted as shape (N, C, L)" in warned.message
    assert step.right.notes.warned == ()
    assert "UserWarning: dropout2d" in step.page


@claim("Keys of a compiled net")
def compiled(step: Shown) -> None:
    """torch.compile(module) puts _orig_mod. into its keys, module.compile() does not. nanoGPT
    strips them when it resumes."""
    left, right = ([key.name for key in side.trip.keys] for side in step.sides)
    assert [name for name in left if "_orig_mod." in name] == left[:2]
    assert [name.replace("_orig_mod.", "") for name in left] == right
    assert not any("_orig_mod" in name for name in right)
    assert "torch.compile(self.body)" in code(step.left)
    assert "self.body.compile()" in code(step.right)
    assert step.report.cross_load.raised.type == "RuntimeError"
    for shown in ("body._orig_mod.weight", "missing", "unexpected"):
        assert shown in step.page


@claim("Two tensors for one weight")
def two_for_one(step: Shown) -> None:
    """weight_norm keeps two tensors where the plain file has one, so it cannot be loaded. wav2vec
    2.0 hit it."""
    cross = step.report.cross_load
    assert cross.raised.type == "RuntimeError"
    missing = [each.key for each in cross.differences if each.verdict == "missing"]
    assert missing == [f"body.parametrizations.weight.original{i}" for i in (0, 1)]
    unexpected = [each.key for each in cross.differences if each.verdict == "unexpected"]
    assert unexpected == ["body.weight"]
    assert "weight_norm(nn.Linear(10, 20))" in code(step.right)
    for shown in (missing[0], "missing"):
        assert shown in step.page


@claim("A buffer that overflows")
def overflow(step: Shown) -> None:
    """.half() makes inf of the buffer's 70,000, and raises nothing. Megatron's positions lost their
    digits in float16."""
    assert step.left.moved_by.text == ".half()"
    total = by_path(step.left.move.tensors)["total"]
    assert (total.kind, total.lost.to_infinity) == ("persistent buffer", 1)
    assert build("files.TotalBufferNet").total == 70_000
    assert step.left.move.raised is None
    assert step.left.move.forward.raised is None
    assert not step.right.move.damaged
    assert "1 became inf" in step.page


@claim("Frozen, until it is thawed")
def thawed(step: Shown) -> None:
    """requires_grad_(True) thaws every Parameter: the left's table is trained. A library made its
    matrix a buffer for that."""
    assert all("self.requires_grad_(True)" in code(side) for side in step.sides)
    assert "nn.Parameter(table, requires_grad=False)" in code(step.left)
    assert by_path(step.left.tensors)["table"].changed
    assert 'register_buffer("table", table)' in code(step.right)
    assert "table" not in by_path(step.right.tensors)
    assert step.right.all_changed
    assert "115 of 115 trainable numbers changed" in step.page


@claim("self.layer made in forward")
def made_late(step: Shown) -> None:
    """The left model's state_dict() is empty until the first call; every call puts a new layer in
    the old one's place."""
    assert build("init_or_forward.LateLayerNet").state_dict() == {}
    assert step.left.scan.tensors == ()
    used = step.left.scan.used
    assert used.added_by_forward == ("layer.weight", "layer.bias")
    assert all(each.fresh for each in used.unreachable)
    assert finding(step.left, "made by the first forward").registered
    assert finding(step.left, "random in eval").apart > 0
    assert step.right.scan.registered == 55
    assert "state_dict() has them only after the first call" in step.page
