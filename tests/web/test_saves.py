"""Whatever an editor does to a file, open pages are told of it: once, soon, and all of them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path

import pytest
import watchfiles

from event_loop import run as awaited
from rollcall.lectures.saved_files import version
from rollcall.web import file_watch
from rollcall.web import saves as saves_module
from rollcall.web.saves import STILL_HERE, Saves, followed

PATIENCE = 30.0  # seconds, on a busy machine
Save = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "course").mkdir()
    (tmp_path / "elsewhere.py").write_text("1\n")
    (tmp_path / "course" / "my.py").write_text("0\n")
    return tmp_path / "course"


def saves_of(folder: Path) -> Saves:
    return Saves(lambda: version(folder), lambda: [folder])


def write(folder: Path) -> None:
    (folder / "my.py").write_text("12\n")


def rename(folder: Path) -> None:
    """As vim, VS Code and most others do it."""
    (folder / "4913").touch()
    (folder / "4913").unlink()
    (folder / "my.py~").write_text("123\n")
    (folder / "my.py~").rename(folder / "my.py")


def link(folder: Path) -> None:
    (folder / "my.py").unlink()
    (folder / "my.py").symlink_to(folder.parent / "elsewhere.py")


def write_behind_the_link(folder: Path) -> None:
    """In a folder that nobody watches."""
    (folder.parent / "elsewhere.py").write_text("1234\n")


def vanish(folder: Path) -> None:
    (folder / "my.py").unlink()


def come_back(folder: Path) -> None:
    (folder / "my.py").write_text("0\n")


def take_all_away(folder: Path) -> None:
    shutil.rmtree(folder)


def make_anew(folder: Path) -> None:
    folder.mkdir()
    (folder / "my.py").write_text("12345\n")


def grow(folder: Path) -> None:
    with (folder / "my.py").open("ab") as file:
        for _ in range(10):
            file.write(b"# 345678\n" * (1 << 17))


# Each finds what the one before left.
SAVES: list[Save] = [
    write,
    rename,
    link,
    write_behind_the_link,
    vanish,
    come_back,
    take_all_away,
    make_anew,
    write,
    grow,
]


async def named(events: AsyncIterator[bytes]) -> str:
    """The version that the next event names; signs of life are passed over."""
    while True:
        event = (await asyncio.wait_for(anext(events), PATIENCE)).decode()
        if event.startswith("event: saved\n"):
            return next(line[4:] for line in event.splitlines() if line.startswith("id: "))


async def follow_every_save(folder: Path) -> list[str]:
    """The versions that a page is told of while every save is made after the last was told."""
    saves = saves_of(folder)
    async with followed(saves, True):
        events = saves.events()
        told = [await named(events)]
        for save in SAVES:
            save(folder)
            told.append(await named(events))
        while told[-1] != version(folder):  # what grows is told of on the way, too
            told.append(await named(events))
        return told


def refused(*folders: Path, **options: object) -> AsyncIterator[None]:
    raise OSError("OS file watch limit reached")


@pytest.mark.parametrize("inotify", [True, False])
def test_a_page_is_told_whatever_the_save(
    folder: Path, inotify: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not inotify:
        monkeypatch.setattr(watchfiles, "awatch", refused)
    told = awaited(follow_every_save(folder))
    assert all(one != other for one, other in pairwise(told))
    assert len(told) > len(SAVES)
    assert told[-1] == version(folder)


async def follow_a_storm(folder: Path) -> tuple[int, int, str]:
    """What one page is told while an editor writes beside the file, 50 times a second."""
    looks, told = 0, []

    def counted() -> str:
        nonlocal looks
        looks += 1
        return version(folder)

    saves = Saves(counted, lambda: [folder])
    async with followed(saves, True):
        events = saves.events()
        told.append(await named(events))
        for number in range(25):
            (folder / ".my.py.swp").write_text(str(number))
            (folder / f"tmp{number}.py___jb_tmp___").touch()
            await asyncio.sleep(0.02)
        write(folder)
        told.append(await named(events))
    return looks, len(told), told[-1]


def test_what_an_editor_writes_beside_a_file_is_no_save(folder: Path) -> None:
    looks, events, last = awaited(follow_a_storm(folder))
    assert (events, last) == (2, version(folder))
    assert looks < 25  # 50 writes a second are gathered


async def three_hundred(folder: Path) -> tuple[set[str], int]:
    """What as many pages are told of one save; and how many events come after the end."""
    saves = saves_of(folder)
    async with followed(saves, True):
        pages = [saves.events() for _ in range(300)]
        await asyncio.gather(*map(named, pages))
        write(folder)
        told = set(await asyncio.gather(*map(named, pages)))
        saves.close()
        ended = await asyncio.gather(*[_rest(page) for page in pages])
    return told, sum(ended)


async def _rest(events: AsyncIterator[bytes]) -> int:
    return len([event async for event in events])


def test_three_hundred_pages_share_one_watcher(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchers = 0
    awatch = watchfiles.awatch

    def counting(*folders: Path, **options: object) -> AsyncIterator[object]:
        nonlocal watchers
        watchers += 1
        return awatch(*folders, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(watchfiles, "awatch", counting)
    told, after_the_end = awaited(three_hundred(folder))
    assert told == {version(folder)}
    assert (watchers, after_the_end) == (1, 0)


def test_a_quiet_stream_shows_that_it_is_alive(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saves_module, "HEARTBEAT", 0.01)

    async def first_two() -> list[bytes]:
        events = saves_of(folder).events()
        return [await anext(events), await anext(events)]

    assert awaited(first_two())[1] == STILL_HERE


def test_what_cannot_be_watched_is_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is watched where no folder can be read; one that comes later is found."""
    folder.rename(folder.parent / "away")
    monkeypatch.setattr(file_watch, "LOOK_EVERY", 0.01)

    async def come_late() -> list[str]:
        saves = saves_of(folder)
        async with followed(saves, True):
            events = saves.events()
            told = [await named(events)]
            (folder.parent / "away").rename(folder)
            return [*told, await named(events)]

    absent, found = awaited(come_late())
    assert absent != found == version(folder)
