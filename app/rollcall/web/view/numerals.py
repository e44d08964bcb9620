"""Numbers as they are written on a slide."""

import math
import re

NBSP = "\N{NO-BREAK SPACE}"
_EXPONENT = re.compile(r"([\d.]+)e([+-]\d+)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def in_powers(text: str) -> str:
    """The same number as one writes it by hand: 4.02·10⁻⁸ for 4.02e-08, 10³ for 1e+03."""
    return _EXPONENT.sub(_power, text)


def _power(written: re.Match[str]) -> str:
    digits, exponent = written[1], int(written[2])
    if exponent == 0:
        return digits
    power = "10" + str(exponent).translate(_RAISED)
    if digits in ("1", "1.0"):
        return power
    return f"{digits}·{power}"


def significant(number: float) -> str:
    """Three digits that count: 0.0120, 12.3, 123, 1.23·10⁴, NaN, inf."""
    return in_powers(f"{number:#.3g}".removesuffix(".").replace("nan", "NaN"))


def told_apart(number: float, other: float) -> str:
    """As `significant`, with as many digits more as it takes to see that it is not the other."""
    shown = f"{number:#.3g}"
    for digits in range(3, 18):
        longer = f"{number:#.{digits}g}"
        if longer != f"{other:#.{digits}g}":
            shown = longer
            break
    told = in_powers(shown).removesuffix(".").replace("nan", "NaN")
    return told.replace("-", "−")


def tenths(number: float) -> str:
    """One digit after the point: 0.5, −1.3."""
    return f"{number:.1f}".replace("-0.0", "0.0").replace("-", "−")


def hundredths(number: float) -> str:
    """Two digits after the point; huge numbers by their size: 0.50, −1.30, 2·10⁵, NaN, ∞."""
    text = f"{number:.2f}"
    if 1000 <= abs(number) < math.inf:
        text = in_powers(f"{number:.0e}")
    text = text.replace("-0.00", "0.00").replace("-", "−")
    return text.replace("nan", "NaN").replace("inf", "∞")


def printed(number: float) -> str:
    """Up to four digits that count, as one reads them aloud: 1, −1.3, 0.7792, NaN, ∞."""
    positive_zero = number + 0.0  # which −0.0 becomes; all else stays
    text = f"{positive_zero:.4g}".replace("inf", "∞").replace("nan", "NaN")
    return text.replace("e+", "e").replace("-", "−")


def change(before: str, after: str) -> str:
    """From one number to another, on one line."""
    return f"{before}{NBSP}→{NBSP}{after}"
