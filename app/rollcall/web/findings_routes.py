"""The addresses of the findings about all models."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from rollcall.core.report import Report
from rollcall.lab.errors import LabError
from rollcall.web.findings_board import FindingsBoard, FindingsRound
from rollcall.web.openapi.answers import PAGE
from rollcall.web.pages import Responder
from rollcall.web.representation import representation_of
from rollcall.web.view.findings.model_record import ModelRecord
from rollcall.web.view.findings.page import as_served

PATIENCE = 2.0  # seconds that a page waits for more; then it shows what there is
PATIENCE_OF_MORE = 0.5  # and asks again, each second


class FindingsReport(Report):
    """What is known of every model that is served."""

    models: tuple[ModelRecord, ...]
    silent: dict[str, str]  # models that brought no answer, and why


def findings_routes(responder: Responder) -> APIRouter:
    """The page, its JSON twin, and the way to the first finding of one's own."""
    router = APIRouter()
    board = FindingsBoard(responder.lab)

    @router.get(
        "/findings",
        summary="The findings of all models that were looked at so far, by rank",
        responses=PAGE,
        response_class=Response,
    )
    async def findings(request: Request) -> Response:
        patience = PATIENCE
        if representation_of(request) == "fragment":
            patience = PATIENCE_OF_MORE
        known = await board.after(patience)
        return await responder.page(request, "findings", is_final=_is_final(known), round=known)

    @router.get(
        "/findings.json",
        summary="Everything that is wrong with any model that is served, when all were looked at",
        response_model=FindingsReport,
    )
    async def findings_json(request: Request) -> Response:
        known = await board.after(responder.lab.seconds * 60)
        body = _report(known).model_dump_json().encode()
        return responder.json(request, body, is_final=_is_final(known))

    @router.get(
        "/findings/first",
        summary="The way to the first finding of one's own, else to the first page",
        status_code=303,
        response_class=Response,
    )
    async def first(request: Request) -> Response:
        try:
            choices = await responder.lab.choices()
            own = [chapter for chapter in choices.contents.chapters if chapter.own]
            cards = [card for chapter in own for card in chapter.models if not card.needs]
            told = await board.first_of([card.name for card in cards])
        except LabError:  # the first page says so
            told = None
        if told is None:
            return RedirectResponse("/", 303)
        open_ones = [each.record for each in told.told if each.record.ignored is None]
        return RedirectResponse(open_ones[0].url, 303)

    return router


def _is_final(known: FindingsRound) -> bool:
    """What brought no answer here may bring one on another server."""
    return known.is_complete and not known.silent


def _report(known: FindingsRound) -> FindingsReport:
    ordered = [known.models[name] for name in known.contents.cards if name in known.models]
    return FindingsReport(
        models=tuple(as_served(model.record) for model in ordered), silent=known.silent
    )
