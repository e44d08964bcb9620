"""The chapters on dropout, and what else eval() is to reach there."""

import math
from typing import Any

import pytest
import torch

from web.claims.claim import Shown, by_path, claim, code


def keeps(subject: Any) -> list[bool]:
    """Which cells a mask keeps."""
    return [factor != 0 for factor in subject.cells.factor]


def moving(effects: Any) -> set[str]:
    """Modules whose running statistics a forward changed."""
    changes = effects.tensor_changes
    return {each.owner for each in changes if each.statistic and each.by}


@claim("Learnt by heart")
def rows_never_seen(step: Shown) -> None:
    """Why delete units at random? Both nets train on 64 noisy rows, and are tried on 64 that they
    never see."""
    assert step.report.query.noise > 0
    for side in step.sides:
        assert side.batch[0] == 64
        assert len(side.unseen) == len(side.losses) == 101
        assert side.loss_fell
    assert step.left.by_heart
    assert not step.right.by_heart
    assert "nn.Dropout" in code(step.right)
    assert "nn.Dropout" not in code(step.left)
    assert "1.05 on 64 unseen, 0.00163 on seen" in step.page


@claim("Why survivors are scaled")
def scaled(step: Shown) -> None:
    """Both drop the same cells, with p = 0.5. The right multiplies what survives by 1/(1-p)."""
    assert step.left.p == step.right.p == 0.5
    assert keeps(step.left) == keeps(step.right)
    assert 0 < sum(keeps(step.left)) < len(keeps(step.left))
    assert step.right.scale == 1 / (1 - step.right.p)
    assert step.left.scale == 1


@claim("Train and eval")
def one_flag(step: Shown) -> None:
    """eval() sets one flag, self.training, on every module that is registered. Dropout reads it."""
    for side in step.sides:
        assert {each.status for each in side.modules} == {"registered"}
        assert all(each.training for each in side.before)
        assert not any(each.training for each in side.modules)
        (in_train,), (in_eval,) = side.train.drops, side.eval.drops
        assert (in_train.acts, in_eval.acts) == (True, False)
    assert "if not self.training" in code(step.left)


@claim("Dropout in a plain list")
def two_dropouts(step: Shown) -> None:
    """The same two dropouts: in a plain list on the left, in a ModuleList on the right."""
    left, right = (
        {each.path: each.status for each in side.modules if each.class_name == "Dropout"}
        for side in step.sides
    )
    assert left == dict.fromkeys(("dropouts[0]", "dropouts[1]"), "unregistered")
    assert right == dict.fromkeys(("dropouts.0", "dropouts.1"), "registered")
    assert by_path(step.right.modules)["dropouts"].class_name == "ModuleList"
    assert step.left.unheard == ("dropouts[0]", "dropouts[1]")
    assert step.right.unheard == ()


@claim("F.dropout without training=")
def no_flag(step: Shown) -> None:
    """F.dropout is a function, and a function has no flag. The left calls F.dropout(x, 0.5)."""
    (drop,) = step.left.eval.drops
    assert (drop.function, drop.acts) == ("F.dropout", True)
    assert "F.dropout(x, 0.5)\n" in code(step.left)
    assert step.left.unheard == ()  # nothing is deaf there
    (told,) = step.right.eval.drops
    assert (told.function, told.acts) == ("F.dropout", False)
    assert "F.dropout line 73 has no flag" in step.page


@claim("Batch norm in a plain list")
def statistics_in_a_list(step: Shown) -> None:
    """eval() does not reach the list: the left goes on updating its running statistics."""
    assert step.left.unheard == ("norms[0]", "norms[1]")
    assert moving(step.left.train) == moving(step.left.eval) == {"norms[0]", "norms[1]"}
    assert step.right.unheard == ()
    assert moving(step.right.train) == {"norms.0", "norms.1"}
    assert moving(step.right.eval) == set()
    assert "In BatchNormListNet, norms[0] and norms[1] still update" in step.page


@claim("The mask that eval() leaves")
def told_by_an_argument(step: Shown) -> None:
    """F.dropout(x, p) is on unless it is told otherwise: only the right passes self.training, and
    eval() is heard."""
    left, right = step.left.place, step.right.place
    assert (left.name, right.name) == ("F.dropout", "F.dropout")
    assert (left.training, left.owner_training) == (True, False)
    assert (right.training, right.owner_training) == (False, False)
    assert "self.training" in code(step.right)
    assert "self.training" not in code(step.left)
    assert step.left.dropped[-1] > 0
    assert step.right.passes_on


@claim("A mask from a plain list")
def out_of_reach(step: Shown) -> None:
    """The Dropout on the left is unregistered, so eval() does not reach it and it goes on drawing
    masks."""
    place = step.left.place
    assert (place.name, place.status, place.training) == ("Dropout", "unregistered", True)
    assert place.drew
    assert step.left.dropped[-1] > 0
    assert (step.right.place.status, step.right.place.training) == ("registered", False)
    assert step.right.passes_on


@claim("Whole channels")
def rows_and_pictures(step: Shown) -> None:
    """Dropout1d drops rows, Dropout2d whole pictures: neighbouring numbers of one channel stay or
    go together."""
    assert [side.place.name for side in step.sides] == ["Dropout1d", "Dropout2d"]
    assert [side.cells.shape for side in step.sides] == [(5, 10), (1, 5, 5, 2)]
    rows = torch.tensor(keeps(step.left)).reshape(5, 10)
    pictures = torch.tensor(keeps(step.right)).reshape(5, 5, 2).transpose(0, 1)
    for channels in (rows, pictures.reshape(5, 10)):
        assert torch.equal(channels.all(dim=1), channels.any(dim=1))
        assert 0 < channels.sum() < 50


@claim("Dropped, but not to zero")
def to_a_negative_number(step: Shown) -> None:
    """AlphaDropout sets what it drops to a negative number, and so keeps mean 0 and standard
    deviation 1."""
    alpha = step.right
    assert alpha.place.name == "AlphaDropout"
    assert alpha.dropped_to < 0
    assert alpha.inputs[-1] == pytest.approx(0, abs=0.03)
    assert alpha.outputs[-1] == pytest.approx(0, abs=0.03)
    assert alpha.std == pytest.approx((1, 1), abs=0.03)
    # What the other dropout does not keep.
    assert step.left.std[1] == pytest.approx(math.sqrt(2), abs=0.05)
