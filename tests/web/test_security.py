"""A page can neither load, leak nor run anything: headers, hosts, escaping, templates."""

import re
from itertools import product
from urllib.parse import quote

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from chosen import combined
from rollcall.experiments import EXPERIMENTS
from rollcall.folders import TEMPLATES
from rollcall.lab import Lab
from rollcall.main import create_app
from web.course import NET, WRITING, Course
from web.page import Page

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
}
QUERIES = ("", "?mode=eval", "?seed=x", "?left=a.b")
PAGES = [
    "/",
    "/api",
    "/no",
    *(each.query.path + query for each in EXPERIMENTS.values() for query in QUERIES),
]
INJECTIONS = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "'onmouseover='alert(1)",
    "{{ 7 * 7 }}",
]
PARAMETERS = [
    (experiment.query.path, name)
    for experiment in EXPERIMENTS.values()
    for name in [*experiment.query.model_fields, "unknown"]
]

OTHER_HOSTS = """
evil.example evil.example:8000 localhost.evil.example evil.localhost localhost@evil.example
127.0.0.2 0.0.0.0 [::2] [::1 [ ::1 *
"""
NO_MODELS = """
os.path subprocess.Popen builtins.object torch.nn containers.nn containers.F containers.__builtins__
containers.BadListNet.forward containers.BadListNet() lecture_containers.BadListNet
../containers.BadListNet /etc/passwd
"""


def assert_secured(answer: Response) -> None:
    directives = (
        directive.split(" ", 1)
        for directive in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert dict(directives) == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def assert_harmless(page: Page) -> None:
    """Every script is a file of ours, nothing is embedded, no attribute runs or styles anything."""
    for element in page.elements:
        assert element.tag not in ("iframe", "object", "embed", "base", "style")
        assert element.attributes.get("src", "/static/").startswith("/static/")
        if element.tag == "script":
            assert "src" in element.attributes
            assert element.text.strip() == ""
        for name, value in element.attributes.items():
            assert not name.startswith(("on", "hx-on")), name
            assert name != "style"
            assert not re.search(r"https?:|javascript:|\bjs:", value), f"{name}={value}"


# Headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/registry", 200),
        ("/registry.json", 200),
        ("/openapi.json", 200),
        ("/healthz", 200),
        ("/static/app.css", 200),
        ("/registry/", 307),
        ("/nope", 404),
        ("/nope.json", 404),
        ("/static/nope.js", 404),
        ("/registry?seed=x", 422),
        ("/registry.json?seed=x", 422),
        ("/registry?left=a.b", 422),
    ],
)
def test_headers(app_client: TestClient, path: str, status: int) -> None:
    answer = app_client.get(path)
    assert answer.status_code == status
    assert_secured(answer)


def test_headers_of_what_is_not_sent_again(app_client: TestClient) -> None:
    for path in ("/", "/registry", "/static/app.css"):
        answer = app_client.get(
            path, headers={"If-None-Match": app_client.get(path).headers["ETag"]}
        )
        assert answer.status_code == 304
        assert_secured(answer)


def test_headers_of_a_refused_method(app_client: TestClient) -> None:
    assert_secured(app_client.post("/registry"))


def test_headers_of_a_mistake_of_ours(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    client = course.open()
    monkeypatch.setattr(Lab, "choices", None)
    answer = client.get("/")
    assert answer.status_code == 500
    assert_secured(answer)


def test_static_files_are_kept_only_under_the_address_of_their_content(
    app_client: TestClient,
) -> None:
    links = [
        each.attributes["href"]
        for each in Page.of(app_client.get("/")).all("link")
        if ".css" in str(each)
    ]
    assert "/static/app.css" in {link.partition("?")[0] for link in links}
    for link in links:
        assert "immutable" in app_client.get(link).headers["Cache-Control"]
    for path in ("/static/app.css", "/static/app.css?v=0123456789ab"):
        assert app_client.get(path).headers["Cache-Control"] == "no-cache"


# Hosts


def hosts_answer(client: TestClient, host: str) -> int:
    answer = client.get("/static/app.css", headers={"Host": host})
    assert_secured(answer)
    return answer.status_code


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8000",
        "LOCALHOST",
        "127.0.0.1",
        "127.0.0.1:8000",
        "[::1]",
        "[::1]:8000",
    ],
)
def test_this_machine_may_be_asked(app_client: TestClient, host: str) -> None:
    assert hosts_answer(app_client, host) == 200


@pytest.mark.parametrize("host", ["", *OTHER_HOSTS.split()])
def test_another_host_is_refused(app_client: TestClient, host: str) -> None:
    assert hosts_answer(app_client, host) == 400


@pytest.mark.parametrize("name", ["lecture.example", "[2001:db8::7]"])
def test_a_host_may_be_allowed(name: str) -> None:
    client = TestClient(create_app(hosts=[name]))
    assert hosts_answer(client, name) == 200
    assert hosts_answer(client, f"{name}:8000") == 200
    assert hosts_answer(client, "localhost") == 400


# Injection


def test_what_was_asked_is_escaped(app_client: TestClient) -> None:
    for (path, parameter), payload in combined(PARAMETERS, INJECTIONS):
        page = Page.of(answer := app_client.get(f"{path}?{parameter}={quote(payload)}"))
        assert answer.status_code == 422
        assert payload in page.text
        assert_harmless(page)


@pytest.mark.parametrize("payload", INJECTIONS)
def test_names_and_paths_are_escaped(app_client: TestClient, payload: str) -> None:
    for url, status in ((f"/registry?{quote(payload)}=1", 422), (f"/{quote(payload)}", 404)):
        page = Page.of(answer := app_client.get(url))
        assert answer.status_code == status
        assert payload in page.text
        assert_harmless(page)


@pytest.mark.parametrize(
    "odd", ["%00", "%ff", "%ed%a0%80", "%0d%0aSet-Cookie:%20a=b", "%F0%9F%91%BB", "%E2%80%AE"]
)
def test_odd_characters_make_no_mistake(app_client: TestClient, odd: str) -> None:
    for url in (
        "/registry?left=ODD",
        "/registry?ODD=1",
        "/registry?eval=ODD",
        "/ODD",
        "/static/ODD",
    ):
        answer = app_client.get(url.replace("ODD", odd))
        assert answer.status_code in (404, 422)
        assert_secured(answer)


def test_what_a_lecture_file_says_is_escaped(course: Course) -> None:
    course.write("odd.py", NET + ODD)
    client = course.open()
    for name in ("Printed", "Raises", "RaisesAtOnce"):
        page = Page.of(answer := client.get(f"/registry?left=odd.{name}&right=odd.Net"))
        assert answer.status_code == 200
        assert "<script>alert(1)</script>" in page.text
        assert_harmless(page)
    course.write("broken.py", "raise ValueError('<script>alert(1)</script>')")
    page = Page.of(client.get("/"))
    assert "ValueError: <script>alert(1)</script>" in page.text
    assert_harmless(page)


ODD = """
class Printed(Net):
    def __init__(self):
        super().__init__()  # </pre><script>alert(1)</script>
        self.add_module('"><script>alert(1)</script>', nn.Dropout())
        self.register_buffer("'onclick='alert(1)", self.layer.weight.detach())
        self.hidden = [nn.Linear(2, 2)]

    def extra_repr(self):
        return "<script>alert(1)</script>"

class Raises(Net):
    def forward(self, x):
        raise type("<script>alert(1)</script>", (Exception,), {})("<script>alert(1)</script>")

class RaisesAtOnce(Net):
    def __init__(self):
        raise ValueError("<script>alert(1)</script>")
"""


# What a request cannot reach


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pyproject.toml",
        "/static/%2e%2e/pyproject.toml",
        "/static/..%2fpyproject.toml",
        "/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/..%5cpyproject.toml",
        "/static/vendor/../../pyproject.toml",
        "/static/",
        "/static/vendor",
    ],
)
def test_no_path_leads_out_of_the_static_folder(app_client: TestClient, path: str) -> None:
    assert app_client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["containers.BadListNet\n", *NO_MODELS.split()])
def test_a_name_that_is_no_model_is_refused(app_client: TestClient, name: str) -> None:
    for side in ("left", "right"):
        assert app_client.get(f"/registry?{side}={quote(name)}").status_code == 422


@pytest.mark.parametrize(
    "path", ["__class__", "layers[0].forward", "forward()", "layers[__import__('os')]", "."]
)
def test_a_path_that_is_no_submodule_is_refused(app_client: TestClient, path: str) -> None:
    for parameter in ("eval", "train"):
        assert app_client.get(f"/registry?{parameter}={quote(path)}").status_code == 422


def test_no_file_beside_the_course_is_run(course: Course) -> None:
    trace = course.folder.parent / "trace"
    (course.folder.parent / "outside.py").write_text(f"{NET}\nopen({str(trace)!r}, 'w')\n")
    course.write("inside.py", NET)
    client = course.open(limits=WRITING)
    for name in (
        "outside.Net",
        "../outside.Net",
        "inside/../../outside.Net",
        f"{course.folder.parent}/outside.Net",
    ):
        assert client.get(f"/registry?left={quote(name)}&right=inside.Net").status_code == 422
    assert client.get("/registry?left=inside.Net&right=inside.Net").status_code == 200
    assert not trace.exists()


# Templates


# What a notebook shows comes from no server, and has no policy but the notebook's.
SERVED = sorted(set(TEMPLATES.rglob("*.html")) - set(TEMPLATES.glob("notebook/*.html")))


FORBIDDEN = (
    r"(?i)\s(?:style|on\w+|hx-on\S*)\s*=|\bjs:|javascript:",
    r"https?:|[\"'(=]//",
    r"<script(?![^>]*\ssrc=)",
    r"<style|[^\"'\s]\s*\|\s*safe\b|autoescape",  # a literal may be safe
)


def test_no_template_contains_what_the_policy_forbids() -> None:
    found = [
        (template.relative_to(TEMPLATES), there)
        for template, pattern in product(SERVED, FORBIDDEN)
        for there in re.findall(pattern, template.read_text())
    ]
    assert found == []
    assert len(SERVED) > 100


def test_rendered_pages_contain_nothing_that_the_policy_forbids(app_client: TestClient) -> None:
    for path, headers in product(PAGES, ({}, {"HX-Request-Type": "partial"})):
        assert_harmless(Page.of(app_client.get(path, headers=headers)))
