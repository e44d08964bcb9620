"""A sentence is data until a template lays it out."""

from rollcall.web.view.sentence import Span, code, em, joined, read, sentence


def test_parts_become_spans_in_their_order() -> None:
    assert sentence("a ", code("b"), sentence(" c"), "") == (
        Span("plain", "a "),
        Span("code", "b"),
        Span("plain", " c"),
    )


def test_stress_may_hold_code() -> None:
    stressed = em(code("layers"), " is lost")
    assert stressed.inside == (Span("code", "layers"), Span("plain", " is lost"))
    assert em() not in sentence(em())


def test_what_is_read_aloud_has_no_markup() -> None:
    told = joined([sentence("See ", em("the ", code("head")), "."), sentence("It answers.")])
    assert read(told) == "See the head. It answers."
    assert read(joined([])) == ""


def test_no_space_is_stressed() -> None:
    assert sentence(code("drop"), em(" still draws "), code("x")) == (
        Span("code", "drop"),
        Span("plain", " "),
        Span("em", inside=(Span("plain", "still draws"),)),
        Span("plain", " "),
        Span("code", "x"),
    )
    assert sentence(em("calls ", code("skip"))) == (em("calls ", code("skip")),)
    assert sentence("a", em(" "), "b") == sentence("a", " ", "b")
