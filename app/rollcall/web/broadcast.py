"""One play under way: each frame is made for the first viewer who comes to it, and only sent to all others."""

from typing import cast

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import Experiment
from rollcall.experiments.base import Play
from rollcall.lab import Lab
from rollcall.lab.byte_cache import ByteCache
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
        kept: ByteCache[Piece],
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
            InvalidParameter, LabError: as `Lab.run` does.
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
            piece = Piece.of(encoded(self._render(report, frame)))
            self._kept.put(key, piece)
        return piece

    def _render(self, report: Report, frame: Query) -> bytes:
        return self._templates.frame(
            self._experiment.name, experiment=self._experiment, report=report, query=frame
        )


def encoded(html: bytes) -> bytes:
    """One server-sent event with `html` as its data, which EventSource puts together again line by line."""
    return b"data: " + html.replace(b"\n", b"\ndata: ") + b"\n\n"
