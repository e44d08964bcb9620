"""The init page says in words what its report says in numbers, whatever is combined."""

from itertools import pairwise, product
from typing import get_args

import pytest
from starlette.testclient import TestClient

from rollcall.experiments.init.column import InitColumn
from rollcall.experiments.init.deep_net import Activation, Init
from rollcall.experiments.init.experiment import InitQuery, InitReport
from web.page import Page

VERBS = {"vanished": "vanish", "exploded": "explode"}
QUERIES = [
    InitQuery(init_left=left, init_right=right, activation=activation, depth=depth, width=width)
    for (left, right), activation, (depth, width) in product(
        pairwise((*get_args(Init), "zeros")), get_args(Activation), ((2, 4), (50, 16))
    )
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.url.partition("init_left=")[2])
def test_the_words_are_those_of_the_report(app_client: TestClient, query: InitQuery) -> None:
    report = InitReport.model_validate_json(app_client.get(query.json_url).content)
    answer = app_client.get(query.url)
    assert answer.status_code == 200
    page = Page.of(answer)
    headlines = [" ".join(element.text.split()) for element in page.all("strong")]
    assert headlines == [headline(column, query.depth) for column in (report.left, report.right)]
    told = page.text.partition("With ")[2].partition("depth layers")[0]
    for column in (report.left, report.right):
        for clause in clauses(column, query.depth):
            assert clause in told
    healthy = [column.outcome == "healthy" for column in (report.left, report.right)]
    layers = "both layers" if query.depth == 2 else f"all {query.depth} layers"
    assert (f"stay healthy through {layers}" in told) is any(healthy)
    assert ("float32 overflows" in told) is any(
        overflows(column) for column in (report.left, report.right)
    )
    assert ("nan" in page.text.lower()) is False


def headline(column: InitColumn, depth: int) -> str:
    if column.outcome == "healthy":
        return f"Healthy to layer {depth}"
    if column.forward.outcome == "healthy":
        return f"Gradient {column.backward.outcome}"
    return f"{column.outcome.capitalize()} at layer {column.forward.at}"


def clauses(column: InitColumn, depth: int) -> list[str]:
    if column.outcome == "healthy":
        return ["activations and gradients stay healthy"]
    found = []
    for what, signal in (("activations", column.forward), ("gradients", column.backward)):
        if signal.at is None:
            found.append(f"{what} stay healthy")
        elif what == "activations" and signal.std[signal.at]:
            found.append(f"activations {VERBS[signal.outcome]} at layer {signal.at}")
        elif what == "activations":
            found.append(f"all activations are alike from layer {signal.at} on")
        elif signal.std[signal.at]:
            where = f"layer {signal.at}" if signal.at else "the input"
            found.append(
                f"gradients have {signal.outcome} {below_the_output(depth - signal.at)} ({where})"
            )
        else:
            found.append(
                f"no gradient reaches {f'layer {signal.at}' if signal.at else 'the input'}"
            )
    return found


def below_the_output(layers: int) -> str:
    if layers == 0:
        return "at the output"
    return f"{layers} layer{'s' if layers > 1 else ''} below the output"


def overflows(column: InitColumn) -> bool:
    return column.forward.overflow is not None or column.backward.overflow is not None
