"""Many viewers, each with a gzip stream of its own, and what they are sent is compressed once.

Deflate blocks that end with a full flush stand on whole bytes and refer to nothing before them (RFC 1951), so they may
follow each other in any stream. What is left for each viewer is the checksum that ends it (RFC 1952).
"""

import struct
import zlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Self

HEADER = struct.pack("<4BLBB", 0x1F, 0x8B, 8, 0, 0, 0, 255)  # deflate, no name, no time, no system
LAST_BLOCK = b"\x03\x00"  # an empty one, marked as the last


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of many streams."""

    plain: bytes
    deflated: bytes

    @classmethod
    def of(cls, plain: bytes) -> Self:
        """Compress `plain`."""
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        return cls(plain, packer.compress(plain) + packer.flush(zlib.Z_FULL_FLUSH))

    def __len__(self) -> int:
        return len(self.plain) + len(self.deflated)


async def plain(pieces: AsyncGenerator[Piece, None]) -> AsyncIterator[bytes]:
    """The bytes of a stream for a viewer who takes no gzip."""
    async with aclosing(pieces):
        async for piece in pieces:
            yield piece.plain


async def zipped(pieces: AsyncGenerator[Piece, None]) -> AsyncIterator[bytes]:
    """The bytes of a stream for one who does."""
    checksum, size, start = 0, 0, HEADER
    async with aclosing(pieces):
        async for piece in pieces:
            checksum, size = zlib.crc32(piece.plain, checksum), size + len(piece.plain)
            yield start + piece.deflated
            start = b""
    yield start + LAST_BLOCK + struct.pack("<LL", checksum, size % 2**32)
