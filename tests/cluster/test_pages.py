"""Every page has the bytes that the embedded engine gives it."""

from cluster.conftest import Server
from rollcall.experiments import EXPERIMENTS
from rollcall.lab.choices import Choices

ODD = ("TellsItsPath", "Reads", "Ends", "LeavesAThread", "TakesAll", "Large")


def first_lessons(server: Server) -> list[str]:
    """Each experiment on the first lesson of its kind, as page and as JSON."""
    answer = server.client.get("/catalog.json")
    contents = Choices.model_validate_json(answer.content).contents
    lessons = [lesson for chapter in contents.chapters for lesson in chapter.lessons]
    found = []
    for experiment in EXPERIMENTS.values():
        offered = contents.offered(experiment.subjects)
        lesson = next(each for each in lessons if each.left in offered)
        query = experiment.query.model_validate({"left": lesson.left, "right": lesson.right})
        found += [query.url, query.json_url]
    return found


def assert_equal(embedded: Server, on_ray: Server, addresses: list[str]) -> None:
    for address in addresses:
        expected, actual = embedded.client.get(address), on_ray.client.get(address)
        assert (address, actual.status_code) == (address, expected.status_code)
        assert actual.content == expected.content, address


def test_every_page_of_the_lecture(embedded: Server, on_ray: Server) -> None:
    addresses = ["/", "/catalog.json", "/exam?seed=7", "/exam?seed=7&question=3"]
    addresses += first_lessons(embedded)
    addresses += ["/dropout?draw=7", "/training?steps=40&seed=3"]  # in many parts
    addresses += ["/device?device=simulated", "/registry?device=cuda:9", "/registry?left=no.Such"]
    assert len(addresses) > 2 * len(EXPERIMENTS)
    assert_equal(embedded, on_ray, addresses)


def test_models_that_do_what_none_should(embedded: Server, on_ray: Server) -> None:
    addresses = ["/dropout?left=odd/odd.TellsItsPath&right=odd/odd.Hidden"]
    addresses += [f"/registry?left=odd/odd.{name}&right=odd/odd.Hidden" for name in ODD]
    assert_equal(embedded, on_ray, addresses)
    reads = on_ray.client.get("/registry.json?left=odd/odd.Reads&right=odd/odd.Hidden").json()
    assert reads["left"]["raised"] is None
    ended = on_ray.client.get("/registry?left=odd/odd.Ends&right=odd/odd.Ends")
    assert "exit code 3" in ended.text
    hog = on_ray.client.get("/registry?left=odd/odd.TakesAll&right=odd/odd.Hidden")
    assert "MemoryError" in hog.text
