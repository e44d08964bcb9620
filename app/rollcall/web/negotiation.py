"""What the headers of a request say of the answer that it takes (RFC 9110)."""

from starlette.requests import Request

GZIP = ("gzip", "x-gzip")


def takes_gzip(request: Request) -> bool:
    """Whether the answer may be compressed: by name, or else by `*`; q=0 says no."""
    weights = _weights(",".join(request.headers.getlist("Accept-Encoding")))
    for coding in (*GZIP, "*"):
        if coding in weights:
            return weights[coding] > 0
    return False


def has_already(request: Request, etag: str) -> bool:
    """Whether the client has the bytes of that name; `*` says that any will do."""
    named = ",".join(request.headers.getlist("If-None-Match"))
    tags = [tag.strip().removeprefix("W/") for tag in named.split(",")]
    return etag in tags or tags == ["*"]


def _weights(header: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        coding, *parameters = [each.strip() for each in part.split(";")]
        if coding:
            weights[coding] = _weight(parameters)
    return weights


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
