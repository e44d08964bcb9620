"""The sentences above both columns of the device page."""

from rollcall.experiments.device.experiment import DeviceReport
from rollcall.experiments.device.report import DeviceSubject, Forward, LostParameters, Move
from rollcall.web.view.device.losses import losses
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.sentence import Part, Sentence, code, em, joined, sentence
from rollcall.web.view.words import all_of, number, one_or_many, place_name, plural, what, whole_of

SHOWN = 2  # attributes, and tensors that lost numbers, that are named
TENSORS = ("tensor", "tensors")


def device_narration(report: DeviceReport) -> Sentence:
    """What became of each model; the same model after the same move is told of once."""
    left, right = report.left, report.right
    if left.card != right.card:
        return joined([_about(left, left.card.said), _about(right, right.card.said)])
    if left.moved_by == right.moved_by:
        return _about(left, left.card.said)
    return joined([_about(left, f"{left.card.said} (left)"), _about(right, "the right one")])


def _about(subject: DeviceSubject, name: str) -> Sentence:
    if subject.raised:
        return without_result(subject, "run")
    move, by = subject.move, subject.moved_by
    assert move
    assert by
    told = _moved(name, move, by.text)
    if subject.lost:
        told = joined([told, _lost(subject.lost)])
    if move.damaged:
        return joined([told, _damaged(move)])
    return told


def _lost(lost: LostParameters) -> Sentence:
    """What is no Parameter where the constructor is given the device."""
    given = f'{lost.device_global or "device"}="{lost.device}"'
    built = sentence("Built with ", code(given), ", ")
    none = one_or_many(len(lost.paths), "is no Parameter any more", "are no Parameters any more")
    return sentence(built, all_of(lost.paths), " ", em(none), ": .to() gives a new tensor there.")


def _moved(name: str, move: Move, call: str) -> Sentence:
    if move.raised:
        return sentence(em(name, code(call), f" raises {move.raised.type}"), ".")
    if move.left_behind:
        return _left_behind(name, move, call)
    if move.to_move:
        return _all_moved(name, move)
    if move.tensors:
        return sentence(f"Every tensor of {name} was there already.")
    return sentence(f"{name} holds no tensor.")


def _left_behind(name: str, move: Move, call: str) -> Sentence:
    left, total = len(move.left_behind), len(move.to_move)
    those = f"{number(left)} of {number(total)} tensors of {name}"
    if left == total:
        those = whole_of(name, total, *TENSORS)
    parts: list[Part] = [code(call), " leaves ", em(f"{those} behind")]
    places = move.hiding_places[:SHOWN]
    if places:
        told = [sentence(code(place_name(place)), f" is {what(place)}") for place in places]
        parts += [": ", joined(told, ", ")]
    assert move.forward
    return sentence(*parts, "; ", _consequence(move.forward))


def _consequence(forward: Forward) -> Sentence:
    """What the forward makes of a model that is in two places."""
    if forward.raised and forward.believable:
        return sentence("its forward raises.")
    if forward.raised:
        return sentence("its forward cannot be simulated.")
    if forward.astray:
        return sentence("nothing is raised, and the output is ", em(forward.outputs[0].dtype), ".")
    return sentence("nothing is raised.")


def _all_moved(name: str, move: Move) -> Sentence:
    total = len(move.to_move)
    those = whole_of(name, total, *TENSORS)
    told = f"{those[0].upper()}{those[1:]} {one_or_many(total, 'moves', 'move')}"
    forward = move.forward
    if forward and forward.raised and forward.believable:
        told += f", and its forward raises {forward.raised.type}"
    elif forward and forward.raised:
        told += ", and its forward cannot be simulated"
    return sentence(f"{told}.")


def _damaged(move: Move) -> Sentence:
    """Which tensors have lost numbers to the new type."""
    told = []
    for tensor in move.damaged[:SHOWN]:
        assert tensor.lost
        count = plural(tensor.lost.total, "number", "numbers")
        found = em(code(tensor.path), f" lost {count}")
        told.append(sentence(found, f": {', '.join(losses(tensor.lost))}"))
    more = len(move.damaged) - SHOWN
    rest = ""
    if more > 0:
        rest = f", and {plural(more, 'more tensor', 'more tensors')} lost numbers"
    return sentence(joined(told, "; "), f"{rest}.")
