"""What backward reached, though nothing of a model leads to it."""

from collections import Counter
from collections.abc import Sequence

from rollcall.core.used_parameters import UnreachableLeaf, UsedParameters
from rollcall.web.view.sentence import Sentence, read, sentence
from rollcall.web.view.words import NAMED, all_of, number, one_or_many

FOUND_NOWHERE = "found nowhere in the model."
USED_ONCE = "that no forward after the first one uses."


def hidden_leaves(used: UsedParameters | None) -> tuple[Sentence, ...]:
    """What backward reached and no attribute leads to, the tensors that forward made first."""
    if used is None:
        return ()
    told = []
    fresh = used.made_anew
    if fresh:
        told.append(sentence(_reached(fresh), _made_anew(used, len(fresh))))
    late = [leaf.path for leaf in used.unreachable if leaf.path and leaf not in fresh]
    if late:
        them = one_or_many(len(late), "it", "them")
        made = f", which forward has made: no optimizer that was built before has {them}."
        told.append(sentence("Backward also reached ", all_of(late), made))
    lost = [leaf for leaf in used.unreachable if not leaf.path]
    gone = [leaf for leaf in lost if leaf.gone]
    if gone:
        told.append(sentence(_reached(gone), USED_ONCE))
    others = [leaf for leaf in lost if not leaf.fresh and not leaf.gone]
    if others:
        told.append(sentence(_reached(others), FOUND_NOWHERE))
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
