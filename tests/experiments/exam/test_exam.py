"""An exam asks about broken models; what is right is read off a run, and gives itself not away."""

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.exam.ask import ask
from rollcall.experiments.exam.drawn import drawn
from rollcall.experiments.exam.query import QUESTIONS, ExamQuery
from rollcall.experiments.exam.report import AskedQuestion, ExamReport
from rollcall.folders import MODELS
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from rollcall.web.view.exam.exam_page import exam_page

SEED = 7


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(MODELS)


@pytest.fixture(scope="module")
def exam(catalog: Catalog) -> list[AskedQuestion]:
    asked = [ask(SEED, number, catalog, EXPERIMENTS) for number in range(1, QUESTIONS + 1)]
    return [each for each in asked if each is not None]


def test_ten_questions_of_all_seven_kinds(catalog: Catalog, exam: list[AskedQuestion]) -> None:
    assert [each.number for each in exam] == list(range(1, 11))
    assert len({each.model for each in exam}) == 10
    chosen = [drawn(catalog, SEED, number) for number in range(1, 11)]
    assert len({first[0][2] for first in chosen}) == 7


def test_the_right_answer_is_offered_once_and_is_not_that_of_the_healthy_model(
    exam: list[AskedQuestion],
) -> None:
    for each in exam:
        values = [answer.value for answer in each.question.answers]
        assert values.count(each.right) == 1
        assert 2 <= len(values) == len(set(values)) <= 4
        assert len({answer.text for answer in each.question.answers}) == len(values)


def test_what_is_right_is_what_plain_pytorch_says(catalog: Catalog) -> None:
    """One of each measure, asked of the model itself."""
    list_net = catalog.build("containers.FullListNet.broken1", 0)
    assert sum(p.numel() for p in list_net.parameters()) == 55
    one_layer = catalog.build("containers.FullListNet.broken2", 0)
    assert sum(p.numel() for p in one_layer.parameters()) == 165
    asked = ask_about("containers.FullListNet.broken2", "model.parameters() list", catalog)
    assert asked.right == "165"
    table = catalog.build("files.BufferTableNet.broken1", 0)
    assert "table" not in table.state_dict()


def ask_about(model: str, text: str, catalog: Catalog) -> AskedQuestion:
    for seed in range(40):
        for number in range(1, 11):
            if drawn(catalog, seed, number)[0][0] != model:
                continue
            asked = ask(seed, number, catalog, EXPERIMENTS)
            if asked is not None and text in asked.question.text:
                return asked
    raise LookupError(model)


def test_the_same_seed_gives_the_same_exam(catalog: Catalog, exam: list[AskedQuestion]) -> None:
    assert ask(SEED, 3, catalog, EXPERIMENTS) == exam[2]
    assert [drawn(catalog, 8, n)[0] for n in range(1, 11)] != [
        drawn(catalog, SEED, n)[0] for n in range(1, 11)
    ]


def test_a_covered_page_gives_nothing_away(exam: list[AskedQuestion]) -> None:
    for each in exam:
        page = exam_page(ExamReport(query=ExamQuery(question=each.number), questions=(each,)))
        assert page.question
        assert [answer.standing for answer in page.question.answers] == [""] * len(
            page.question.answers
        )
        assert (page.broken, page.proof, page.score) == ("", "", "")
        text = "\n".join(line.text for of in page.source for part in of for line in part.lines)
        assert "class Net(" in text
        assert each.class_name not in text


def test_an_answer_is_judged_proven_and_counted(exam: list[AskedQuestion]) -> None:
    first = exam[0]
    values = [answer.value for answer in first.question.answers]
    right = str(values.index(first.right) + 1)
    wrong = str(values.index(next(each for each in values if each != first.right)) + 1)
    for given, verdict, standing in ((right, "Right.", "right"), (wrong, "No.", "wrong")):
        page = exam_page(ExamReport(query=ExamQuery(answer=given), questions=(first,)))
        assert page.question
        assert page.question.verdict == verdict
        assert page.places[0].standing == standing
        assert page.score == f"{int(given == right)} of 1 right"
        assert f"left={first.model}" in page.proof
        assert page.broken


def test_answers_stand_in_the_address_in_their_places() -> None:
    query = ExamQuery(question=3, answer="2")
    assert query.answered("4").answer == "204"
    assert query.replace(question=1).answered("1").answer == "1"
    assert ExamQuery(question=2, answer="1234").given == "2"
    assert ExamQuery(question=5, answer="12").needed == [1, 2, 5]
    for wrong in ({"question": 11}, {"answer": "5"}, {"seed": -1}, {"left": "a.B"}):
        with pytest.raises(ValidationError):
            ExamQuery.model_validate(wrong)


def test_a_course_without_models_to_break_has_no_question() -> None:
    assert ask(0, 1, Catalog(), EXPERIMENTS) is None
    page = exam_page(ExamReport(query=ExamQuery(), questions=()))
    assert (page.question, page.uncover, page.source) == (None, None, [])


def test_the_page_works_by_links_and_refuses_in_words(app_client: TestClient) -> None:
    page = app_client.get("/exam?seed=7").text
    assert "answer=1" in page
    assert "A healthy model, changed" in page
    answered = app_client.get("/exam?seed=7&question=1&answer=1").text
    assert "beside the model as it was" in answered
    report = app_client.get("/exam.json?seed=7").json()
    assert report["questions"][0]["right"]
    proof = app_client.get(f"/registry?left={report['questions'][0]['model']}")
    assert "broken by Roll Call" in proof.text
    refused = app_client.get("/exam?question=11")
    assert refused.status_code == 422
    assert "question=11" in refused.text
    assert app_client.get("/exam.json?sed=1").json()["parameters"][0]["parameter"] == "sed"
    unknown = app_client.get("/registry?left=parameters.GoodLayer.broken99")
    assert unknown.status_code == 422
