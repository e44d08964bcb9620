"""The player of a training."""

from rollcall.experiments.training.experiment import TrainingQuery
from rollcall.web.view.steps_player import StepsPlayer, steps_player


def player(query: TrainingQuery) -> StepsPlayer:
    """From the step that is shown."""
    return steps_player(query, query.shown, query.steps)
