"""Instead of an error page: the last result of models that cannot be run since a save, in grey."""

from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from rollcall.core.query import InvalidParameter
from rollcall.experiments import Experiment
from rollcall.lectures.contents import Contents
from rollcall.web.nearest import asked_of
from rollcall.web.pages import Responder
from rollcall.web.view.trouble import Trouble, close_to, no_longer


class BeforeTheSave:
    """The pages as they were. Each is None where the server never made it."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder

    async def page(
        self, request: Request, experiment: Experiment | None, trouble: Trouble, status: int
    ) -> Response | None:
        """The page that is asked for, below what is told of now."""
        if experiment is None:
            return None
        query = experiment.query.model_validate(asked_of(request, experiment))
        return await self._responder.last_good(request, experiment, query, trouble, status)

    async def page_of_gone(
        self,
        request: Request,
        experiment: Experiment,
        contents: Contents,
        errors: Sequence[InvalidParameter],
    ) -> Response | None:
        """The same where models were renamed or removed. Names that are like theirs are offered."""
        trouble = no_longer(contents, list(dict.fromkeys(error.value for error in errors)))
        close = {error.parameter: close_to(contents, error.value) for error in errors}
        if all(close.values()):
            asked = asked_of(request, experiment)
            nearest = experiment.query.model_validate({**asked, **close})
            names = " and ".join(dict.fromkeys(close.values()))
            trouble = replace(trouble, nearest=names, nearest_url=nearest.url)
        return await self.page(request, experiment, trouble, 422)
