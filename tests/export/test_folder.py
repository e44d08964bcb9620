"""An export replaces what an export wrote, and nothing else."""

from pathlib import Path

import pytest

from rollcall.export.folder import LIST, NotOurs, write_site


def there(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != LIST
    }


def test_a_new_folder_an_empty_one_and_an_export(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "site"
    site = {"index.html": b"1", "static/a.css": b"2"}
    write_site(folder, site)
    assert there(folder) == site
    assert (folder / LIST).read_text() == "index.html\nstatic/a.css\n"
    empty = tmp_path / "empty"
    empty.mkdir()
    write_site(empty, site)
    assert there(empty) == site


def test_an_earlier_export_is_replaced_and_what_stands_beside_it_stays(tmp_path: Path) -> None:
    write_site(tmp_path, {"index.html": b"1", "2.html": b"2"})
    (tmp_path / "CNAME").write_text("mine")
    write_site(tmp_path, {"index.html": b"3"})
    assert there(tmp_path) == {"index.html": b"3", "CNAME": b"mine"}


def test_a_folder_of_somebody_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(NotOurs, match="is not empty"):
        write_site(tmp_path, {"index.html": b"1"})
    with pytest.raises(NotOurs, match="is a file"):
        write_site(tmp_path / "index.html", {"index.html": b"1"})
    assert there(tmp_path) == {"index.html": b"mine"}


def test_a_file_of_somebody_in_an_export_stays_as_it_is(tmp_path: Path) -> None:
    write_site(tmp_path, {"index.html": b"1"})
    (tmp_path / "2.html").write_text("mine")
    with pytest.raises(NotOurs, match=r"2\.html was written by no export"):
        write_site(tmp_path, {"index.html": b"3", "2.html": b"4"})
    assert there(tmp_path) == {"index.html": b"1", "2.html": b"mine"}


def test_an_export_that_was_broken_off_can_be_made_again(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_site(tmp_path, {"1.html": b"1", "2.html": None})  # type: ignore[dict-item]
    write_site(tmp_path, {"1.html": b"3", "2.html": b"4"})
    assert there(tmp_path) == {"1.html": b"3", "2.html": b"4"}


def test_a_list_that_leads_out_of_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine")
    folder = tmp_path / "site"
    write_site(folder, {"index.html": b"1"})
    (folder / LIST).write_text(f"index.html\n../outside\n{outside}\n\n")
    write_site(folder, {"index.html": b"2"})
    assert outside.read_text() == "mine"
