"""Waits for a save: the system tells of it, and where it does not, a look at the files does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path

LOOK_EVERY = 0.4  # seconds; a network drive, or a link to another folder, tells nobody of a save
GATHERED = 200  # milliseconds at most, in which the writes of one save become one
QUIET = 40  # milliseconds without a write, after which it was the last one

Identity = tuple[Path, int]


async def looks(folders: Callable[[], Sequence[Path]]) -> AsyncIterator[None]:
    """Come back whenever something may have been saved, and every now and then.

    Args:
        folders: those in which files are looked for, sub-folders not included. They may come and
            go.
    """
    while True:
        watched = await asyncio.to_thread(_present, folders)
        try:
            async for _ in _told([path for path, _ in watched]):
                yield
                if await asyncio.to_thread(_present, folders) != watched:
                    break
        except OSError:  # too many are watched already, or a folder is gone
            yield
        await asyncio.sleep(LOOK_EVERY)
        yield


async def _told(folders: Sequence[Path]) -> AsyncIterator[None]:
    """What the system tells of these folders; it ends at once where there is nothing to watch."""
    if not folders:
        return
    from watchfiles import awatch  # a server that watches nothing has no use for it

    async for _ in awatch(
        *folders,
        watch_filter=None,
        debounce=GATHERED,
        step=QUIET,
        rust_timeout=int(LOOK_EVERY * 1000),
        yield_on_timeout=True,
        recursive=False,
        ignore_permission_denied=True,
    ):
        yield


def _present(folders: Callable[[], Sequence[Path]]) -> list[Identity]:
    """The folders that are there. One that was removed and made again is another one."""
    found: list[Identity] = []
    with suppress(OSError):
        for folder in folders():
            with suppress(OSError):
                found.append((folder, folder.stat().st_ino))
    return found
