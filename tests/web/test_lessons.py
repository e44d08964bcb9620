"""A lesson opens on a page that can show what its sentence is about."""

import re

from starlette.testclient import TestClient

from rollcall.lab.choices import Choices
from rollcall.lectures.contents import Lesson

OUTPUT = ("forward", "modes", "dropout", "saving", "layers", "training", "exercise")


def lessons(client: TestClient) -> dict[str, Lesson]:
    choices = Choices.model_validate_json(client.get("/catalog.json").content)
    assert choices.contents.problems == ()
    return {
        lesson.title: lesson for chapter in choices.contents.chapters for lesson in chapter.lessons
    }


def test_whoever_promises_outputs_opens_where_there_are_some(app_client: TestClient) -> None:
    for lesson in lessons(app_client).values():
        if (
            re.search(r"\b(output|answers|forwards|mean)\b", lesson.text)
            and "head answers" not in lesson.text
        ):
            assert lesson.page in OUTPUT, lesson.title
