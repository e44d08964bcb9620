"""The cache against a model of it: a plain list of pairs, the most recently used last."""

from hypothesis import given
from hypothesis import strategies as st

from rollcall.lab.byte_cache import ByteCache

KEYS = st.integers(0, 5)
PUTS = st.tuples(KEYS, st.binary(max_size=12))
STEPS = st.lists(PUTS | KEYS, max_size=60)


@given(limit=st.integers(0, 30), steps=STEPS)
def test_it_holds_what_was_used_last_and_no_more_than_fits(
    limit: int, steps: list[tuple[int, bytes] | int]
) -> None:
    cache: ByteCache[bytes] = ByteCache(limit)
    kept: list[tuple[int, bytes]] = []
    for step in steps:
        key = step if isinstance(step, int) else step[0]
        known = dict(kept).get(key)
        kept = [pair for pair in kept if pair[0] != key]
        if isinstance(step, int):
            assert cache.get(key) == known
            kept += [(key, known)] if known is not None else []
        else:
            cache.put(*step)
            kept += [step] if len(step[1]) <= limit else []
            while sum(len(value) for _, value in kept) > limit:
                kept.pop(0)
        assert cache.size == sum(len(value) for _, value in kept) <= limit
    for key, value in kept:
        assert cache.get(key) == value
    for key in set(range(6)) - dict(kept).keys():
        assert cache.get(key) is None


def test_a_key_that_is_used_again_outlives_an_older_one() -> None:
    cache: ByteCache[bytes] = ByteCache(6)
    cache.put("old", b"123")
    cache.put("new", b"456")
    cache.get("old")
    cache.put("newest", b"789")
    assert [cache.get(key) for key in ("old", "new", "newest")] == [b"123", None, b"789"]


def test_what_is_too_large_is_not_kept_and_drives_nothing_out() -> None:
    cache: ByteCache[bytes] = ByteCache(6)
    cache.put("small", b"123")
    cache.put("large", b"1234567")
    assert cache.get("large") is None
    assert cache.get("small") == b"123"
    cache.put("small", b"1234567")
    assert cache.get("small") is None
    assert cache.size == 0
