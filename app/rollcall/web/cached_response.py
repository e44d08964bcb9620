"""A finished response body, compressed once and sent many times."""

import gzip
import hashlib
from dataclasses import dataclass
from typing import Self

from starlette.requests import Request
from starlette.responses import Response

from rollcall.web.negotiation import has_already, takes_gzip

NO_STORE = "no-store"  # what went wrong is tried anew


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """Bytes as they go out, plain and compressed, with the digest that names them."""

    plain: bytes
    compressed: bytes
    media_type: str
    digest: str

    @classmethod
    def of(cls, plain: bytes, media_type: str) -> Self:
        """Compress `plain` and name it by its SHA-256."""
        # mtime=0: the same page gives the same bytes; level 6 costs a third of 9 and saves as much.
        return cls(
            plain, gzip.compress(plain, 6, mtime=0), media_type, hashlib.sha256(plain).hexdigest()
        )

    def __len__(self) -> int:
        return len(self.plain) + len(self.compressed)

    def response(
        self,
        request: Request,
        *,
        status: int = 200,
        cache_control: str = "no-cache",
        vary: str = "Accept-Encoding",
    ) -> Response:
        """Answer `request`: 304 where it has these bytes already, compressed where it takes it."""
        if status != 200:
            cache_control = NO_STORE
        compressed = takes_gzip(request)
        # Other bytes have another name: a cache must not put one in the place of the other.
        etag = f'"{self.digest[:32]}"'
        if compressed:
            etag = f'"{self.digest[:32]}-gzip"'
        headers = {"ETag": etag, "Cache-Control": cache_control, "Vary": vary}
        if status == 200 and has_already(request, etag):
            return Response(status_code=304, headers=headers)
        content = self.plain
        if compressed:
            headers["Content-Encoding"] = "gzip"
            content = self.compressed
        return Response(content, status, headers, media_type=self.media_type)


def lifetime(shared: int, *, is_final: bool = True) -> str:
    """Who may keep an answer.

    A browser asks each time. A cache before us answers for many, and asks us after `shared`
    seconds. What another try may improve on is no such answer.
    """
    if shared and is_final:
        return f"public, max-age=0, s-maxage={shared}, stale-while-revalidate={shared}"
    return "no-cache"
