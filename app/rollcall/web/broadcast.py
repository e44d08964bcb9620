"""One play under way: each frame is made for the first viewer who comes to it, and only sent to all others."""

from collections.abc import Hashable
from contextlib import suppress
from typing import cast

from cachetools import LRUCache
from fastapi.sse import format_sse_event

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import Experiment
from rollcall.experiments.base import Play
from rollcall.lab import Lab
from rollcall.web.shared_gzip import Piece
from rollcall.web.templates import Templates


class Playing:
    """The frames of one query, for as long as somebody watches.

    Args:
        kept: frames of all plays; each is a page of its own, and so has an address to be kept under.
    """

    def __init__(
        self,
        lab: Lab,
        templates: Templates,
        kept: LRUCache[Hashable, Piece],
        experiment: Experiment,
        query: Query,
    ) -> None:
        play = cast(Play, experiment.play)
        self.pause = 1 / play.per_second(query)
        self.frames = play.frames(query)
        version = lab.version
        self._keys = [(frame.url, version) for frame in self.frames]
        self._lab, self._templates, self._kept, self._experiment = lab, templates, kept, experiment
        self._tape = lab.tape(experiment, play.recorder, query) if play.recorder else None

    async def frame(self, number: int) -> Piece:
        """One frame as a server-sent event.

        Raises:
            Unacceptable, LabError: as `Lab.run` does.
        """
        frame, key = self.frames[number], self._keys[number]
        piece = self._kept.get(key)
        if piece is None:
            report = await (
                self._tape.cut(frame) if self._tape else self._lab.run(self._experiment, frame)
            )
            piece = self._kept.get(
                key
            )  # all who waited for the same report go on at once: only the first renders
        if piece is None:
            html = self._render(report, frame)
            piece = Piece.of(format_sse_event(data_str=html.decode()))
            with suppress(ValueError):  # larger than the whole cache
                self._kept[key] = piece
        return piece

    def _render(self, report: Report, frame: Query) -> bytes:
        return self._templates.frame(
            self._experiment.name, experiment=self._experiment, report=report, query=frame
        )
