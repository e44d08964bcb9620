"""What a question may ask of one side of the modes page."""

from collections.abc import Callable, Mapping

from rollcall.experiments.modes.effects import Effects
from rollcall.experiments.modes.subject import ModesSubject
from rollcall.lectures.declared_course import Value


def _in_eval(subject: ModesSubject) -> Effects:
    assert subject.eval  # a model that was run has them
    return subject.eval


def random_in_train(subject: ModesSubject) -> bool:
    """Whether two forwards on the same input differ in training mode."""
    assert subject.train
    return bool(subject.train.apart or subject.train.unlike)


def random_in_eval(subject: ModesSubject) -> bool:
    """Whether two forwards on the same input differ after eval()."""
    effects = _in_eval(subject)
    return bool(effects.apart or effects.unlike)


def statistics_move_in_eval(subject: ModesSubject) -> bool:
    """Whether a forward after eval() changes running statistics."""
    return any(each.statistic and each.by for each in _in_eval(subject).tensor_changes)


def statistics_move_in_train(subject: ModesSubject) -> bool:
    """Whether a forward after train() changes running statistics."""
    assert subject.train
    return any(each.statistic and each.by for each in subject.train.tensor_changes)


def deaf_modules(subject: ModesSubject) -> int:
    """Modules whose flag is not what was called."""
    return len(subject.unheard)


MEASURES: Mapping[str, Callable[[ModesSubject], Value]] = {
    measure.__name__: measure
    for measure in (
        random_in_train,
        random_in_eval,
        statistics_move_in_train,
        statistics_move_in_eval,
        deaf_modules,
    )
}
