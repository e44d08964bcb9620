"""What the headers of a request say of its answer, by RFC 9110."""

import gzip

import pytest
from starlette.requests import Request

from rollcall.web.cached_response import CachedResponse

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
