"""Two lists of calls laid side by side, so that equals stand beside equals."""

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from rollcall.core.tensors.tensor_shape import Shape
from rollcall.experiments.forward.call_log import Step

Pair = tuple[int | None, int | None]  # places in left and right; None is a gap
APART = -1


def align(left: Sequence[Step], right: Sequence[Step]) -> tuple[Pair, ...]:
    """Pair the calls of two forwards in order, as many and as alike as possible.

    The algorithm is that of Needleman and Wunsch.
    """
    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    alike = [_likenesses(step, right) for step in left]
    for i in reversed(range(len(left))):
        row, below, same = best[i], best[i + 1], alike[i]
        for j in reversed(range(len(right))):
            row[j] = max(below[j], row[j + 1])
            if same[j] > APART:
                row[j] = max(row[j], same[j] + below[j + 1])
    pairs: list[Pair] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if alike[i][j] > APART and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    pairs += [(k, None) for k in range(i, len(left))] + [(None, k) for k in range(j, len(right))]
    return tuple(_closed(pairs))


def _closed(pairs: list[Pair]) -> Iterator[Pair]:
    """Place a call of one side only beside the unmatched calls of the other: rows are few."""
    for matched, run in groupby(pairs, lambda pair: None not in pair):
        block = list(run)
        if matched:
            yield from block
            continue
        left = [i for i, _ in block if i is not None]
        right = [j for _, j in block if j is not None]
        yield from zip_longest(left, right)


def _likenesses(step: Step, others: Sequence[Step]) -> list[int]:
    return [_likeness(step, other) for other in others]


def _likeness(left: Step, right: Step) -> int:
    """F.relu is nn.ReLU's like, and MyLinear Linear's; the two models themselves stand first."""
    if left.depth == right.depth == 0:
        return 8
    if left.depth == 0 or right.depth == 0:
        return APART
    a, b = _word(left), _word(right)
    if a == b:
        likeness = 4
    elif a in b or b in a:
        likeness = 3
    elif left.kind == right.kind == "module" and left.path == right.path:
        likeness = 2
    else:
        return APART
    return likeness + (_shapes(left) == _shapes(right))


def _word(step: Step) -> str:
    return step.name.rpartition(".")[2].lower()


def _shapes(step: Step) -> list[Shape]:
    return [output.shape for output in step.outputs]
