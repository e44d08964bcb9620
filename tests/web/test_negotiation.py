"""What the headers of a request say of its answer, by RFC 9110."""

import gzip
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from rollcall.main import create_app
from rollcall.web.cached_response import CachedResponse
from web.course import GENEROUS, NET, cold

BODY = CachedResponse.of(b"page " * 100, "text/html")


def asked(**headers: str) -> Request:
    pairs = [
        (name.lower().replace("_", "-").encode(), value.encode()) for name, value in headers.items()
    ]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": pairs})


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("br, gzip;q=0.001", True),
        ("*", True),
        ("br, *;q=0.1", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("gzip;q=much", False),
        ("notgzip", False),
        (",;,=", False),
    ],
)
def test_what_encoding_is_taken(accepted: str, is_compressed: bool) -> None:
    answer = BODY.response(asked(Accept_Encoding=accepted))
    assert ("Content-Encoding" in answer.headers) == is_compressed
    body = bytes(answer.body)
    assert (gzip.decompress(body) if is_compressed else body) == BODY.plain
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_other_bytes_have_another_name() -> None:
    plain = BODY.response(asked()).headers["ETag"]
    packed = BODY.response(asked(Accept_Encoding="gzip")).headers["ETag"]
    assert plain != packed
    for tag, headers, status in (
        (plain, {}, 304),
        (f"W/{plain}", {}, 304),
        (f'"other", {plain}', {}, 304),
        ("*", {}, 304),
        (packed, {"Accept_Encoding": "gzip"}, 304),
        (packed, {}, 200),
        (plain, {"Accept_Encoding": "gzip"}, 200),
        (plain.strip('"'), {}, 200),
        (f"{plain[:-1]}0{plain[-1]}", {}, 200),
        ('"*"', {}, 200),
        ("", {}, 200),
    ):
        answer = BODY.response(asked(If_None_Match=tag, **headers))
        assert answer.status_code == status, tag
        assert bytes(answer.body) == b"" or status == 200
    refused = BODY.response(asked(If_None_Match="*"), status=422)
    assert (refused.status_code, refused.headers["Cache-Control"]) == (422, "no-store")


SHARED = "public, max-age=0, s-maxage=9, stale-while-revalidate=9"


def test_a_shared_cache_may_keep_a_page_where_that_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(NET)
    with cold():
        app = create_app(tmp_path, workers=1, seconds=GENEROUS, shared_cache=9)
    page = "/registry?left=good.Net&right=good.Net"
    with TestClient(app, "http://localhost") as client:

        def lifetime(path: str, **headers: str) -> str:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return client.get(path, headers=named, follow_redirects=False).headers["Cache-Control"]

        whole = client.get(page)
        assert whole.headers["Cache-Control"] == lifetime(page, HX_Request_Type="partial") == SHARED
        assert whole.headers["Vary"] == "Accept-Encoding, HX-Request-Type"
        assert lifetime("/findings.json") == SHARED  # and from now on the page has it all
        for path in (
            "/",
            "/catalog.json",
            "/api",
            "/exam?seed=7",
            "/exam.json?seed=7",
            "/findings",
            "/registry?left=good.Net",  # leads to a page of two
            "/forward?shape=3%2C10",  # the old name of a parameter
        ):
            assert lifetime(path) == SHARED, path
        for path in (f"{page}&seed=x", "/exam?seed=x", "/nowhere", "/healthz"):
            assert lifetime(path) == "no-store", path
        (tmp_path / "dies.py").write_text(NET.replace("return self", "os._exit(3); return self"))
        for path in ("/findings.json", "/findings", "/registry?left=dies.Net&right=good.Net"):
            assert lifetime(path) == "no-cache", path  # another try may bring more
        assert lifetime("/") == SHARED
