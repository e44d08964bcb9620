"""What a query costs is reckoned before it runs; too much is refused, with the nearest that is not.

Costs are milliseconds on a slow machine, for two models as small as those of the course.
"""

from rollcall.core.query import InvalidParameter

MOST_COST = 8_000  # less than a page waits


def most_of(each: float, bound: int) -> int:
    """How many draws or steps are run for one page, if each costs that; `bound` at most."""
    return max(1, min(int(MOST_COST / each), bound))


def refuse_past(most: int, parameter: str, asked: int, of_what: str) -> None:
    """Refuse what would take too long.

    Args:
        most: that is accepted.
        parameter: the one to change.
        asked: its value.
        of_what: what makes it dear, such as "32 x 64 numbers".

    Raises:
        InvalidParameter: it accepts `most`.
    """
    if asked > most:
        problem = f"takes too long for {of_what}"
        raise InvalidParameter(parameter, str(asked), (str(most),), problem)
