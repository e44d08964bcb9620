"""Training loops of one's own, and names of the other kind."""

from web.course import NET, Course
from web.page import Page

LOOP = """

import torch

def train(model: Net, batches):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, y in batches:
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
    raise ValueError("at the end")

def with_more(model, batches, epochs):
    pass
"""


def test_a_loop_of_ones_own_is_shown_and_is_no_model(course: Course) -> None:
    course.write("mine.py", NET + LOOP)
    client = course.open()
    page = Page.of(client.get("/loops?left=mine.train&right=mine.train"))
    assert "was ended by ValueError at batch 8, line" in page.text
    report = client.get("/loops.json?left=mine.train&right=mine.train&at=7").json()["left"]
    assert (report["ended"], report["shown"], report["stopped"]) == (False, 7, None)
    assert [each["kind"] for each in report["findings"]] == ["not cleared"]
    bare = client.get("/loops")
    assert bare.headers["location"].startswith("/loops?left=mine.train&right=mine.train")
    registry = Page.of(client.get("/registry", follow_redirects=True))
    assert "mine.train" not in registry.text
    own = "/loops?left=mine.train&right=mine.train"
    for links in (registry.links, Page.of(client.get("/")).links):
        assert [link for link in links if link.startswith(own)]


def test_a_name_of_the_other_kind_is_refused_with_a_sentence(course: Course) -> None:
    course.write("mine.py", NET + LOOP)
    client = course.open()
    for address, sentence in (
        ("/registry?left=mine.train&right=mine.Net", "is a training loop, and this page shows"),
        ("/loops?left=mine.train&right=mine.Net", "is a model, and this page shows training loops"),
        ("/loops?left=mine.with_more&right=mine.train", "needs epochs, too; a training loop is"),
        ("/loops?left=mine.train&right=mine.nothing", "is no training loop here: that is"),
    ):
        answer = client.get(address)
        assert answer.status_code == 422
        assert sentence in Page.of(answer).text
        json = client.get(address.replace("?", ".json?"))
        assert sentence in json.json()["parameters"][0]["problem"]


def test_where_there_is_no_loop_there_is_no_tab(course: Course) -> None:
    course.write("mine.py", NET)
    client = course.open()
    page = Page.of(client.get("/registry", follow_redirects=True))
    assert not [link for link in page.links if link.startswith("/loops")]
    assert client.get("/loops").status_code == 422


def test_a_lesson_on_the_wrong_page_is_a_problem_of_the_course(course: Course) -> None:
    course.write("mine.py", NET + LOOP)
    lesson = 'left = "train"\nright = "train"\ntwin = false\ntitle = "A"\ntext = "B."\n'
    course.write("course.toml", f'[[chapter]]\nfile = "mine"\n[[chapter.lesson]]\n{lesson}')
    problems = course.open().get("/catalog.json").json()["contents"]["problems"]
    (problem,) = problems
    assert problem["raised"]["message"] == (
        'mine.train is a training loop: page = "loops" shows it'
    )
