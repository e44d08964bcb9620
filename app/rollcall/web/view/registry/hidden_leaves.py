"""What backward reached, though nothing of a model leads to it."""

from collections import Counter
from collections.abc import Sequence

from rollcall.core.used_parameters import UnreachableLeaf, UsedParameters
from rollcall.web.view.sentence import Sentence, read, sentence
from rollcall.web.view.words import NAMED, all_of, number, one_or_many

FOUND_NOWHERE = "found nowhere in the model."


def hidden_leaves(used: UsedParameters | None) -> tuple[Sentence, ...]:
    """What backward reached and no attribute leads to, the tensors that forward made first."""
    if used is None:
        return ()
    told = []
    fresh = [leaf for leaf in used.unreachable if leaf.fresh]
    if fresh:
        told.append(sentence(_reached(fresh), _made_anew(used, len(fresh))))
    others = [leaf for leaf in used.unreachable if not leaf.fresh]
    if others:
        why = FOUND_NOWHERE
        if used.added_by_forward:
            names = ", ".join(used.added_by_forward)
            why = f"not there before: state_dict() has {names} after the first call."
        told.append(sentence(_reached(others), why))
    return tuple(told)


def _reached(leaves: Sequence[UnreachableLeaf]) -> str:
    shapes = Counter("×".join(map(str, leaf.shape)) or "one number" for leaf in leaves)
    listed = [_of_shape(shape, times) for shape, times in shapes.items()]
    if len(listed) > NAMED:
        others = sum(list(shapes.values())[NAMED:])
        listed = [*listed[:NAMED], f"{number(others)} more"]
    if len(listed) > 1:
        listed = [", ".join(listed[:-1]), listed[-1]]
    return f"Backward also reached {' and '.join(listed)} "


def _of_shape(shape: str, times: int) -> str:
    if times == 1:
        return f"a tensor of {shape}"
    return f"{number(times)} tensors of {shape}"


def _made_anew(used: UsedParameters, leaves: int) -> str:
    every_call = "that forward makes anew at every call"
    if used.added_by_forward:
        names = read(all_of(used.added_by_forward))
        return f"{every_call}. After the first call state_dict() has {names}."
    return f"{every_call}; state_dict() never has {one_or_many(leaves, 'it', 'them')}."
