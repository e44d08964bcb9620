"""A query and its address are two spellings of one thing, and what is edited is validated again."""

import pickle
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rollcall.core.pair_query import PairQuery
from rollcall.core.query import InvalidParameter, Query, without_suffix
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.registry.experiment import RegistryQuery

every_query = settings(max_examples=100, deadline=None)

words = st.sampled_from(["containers", "BadListNet", "_own", "a1", "Übung", "Größe", "层"])
models = st.builds("{}.{}".format, words, words)
modes = st.sampled_from(["train", "eval"])
sides = st.sampled_from(["left", "right"])
devices = st.sampled_from(["cpu", "cuda:0", "cuda:11", "mps"])
paths = st.lists(
    st.text(max_size=200) | st.sampled_from(["layers[0]", "a['b & c']", "a.b", "x{0}", ""]),
    max_size=64,
)
queries = st.builds(
    RegistryQuery,
    left=models,
    right=models,
    seed=st.integers(0, 2**32 - 1),
    mode=modes,
    device=devices,
    eval=paths.map(tuple),
    train=paths.map(tuple),
)


def parsed(address: str, kind: type[Query]) -> Query:
    """The query that a server makes of an address."""
    given = parse_qs(urlsplit(address).query, keep_blank_values=True, strict_parsing=True)
    several = {
        name for name, field in kind.model_fields.items() if isinstance(field.default, tuple)
    }
    return kind.model_validate(
        {name: each if name in several else each[-1] for name, each in given.items()}
    )


@given(queries)
@every_query
def test_an_address_read_back_is_the_query(query: RegistryQuery) -> None:
    assert parsed(query.url, RegistryQuery) == query
    assert parsed(query.json_url, RegistryQuery) == query
    assert urlsplit(query.url).path == "/registry"
    assert urlsplit(query.json_url).path == "/registry.json"


@given(queries)
@every_query
def test_an_address_is_plain_and_in_one_piece(query: RegistryQuery) -> None:
    assert query.url.isascii()
    assert not set(query.url) & set(' "<>#\\\t\n\r`{}|^')


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_every_experiments_default_is_an_address(experiment: Any) -> None:
    query = experiment.query()
    assert parsed(query.url, experiment.query) == query
    assert urlsplit(query.url).path == query.path


def test_every_parameter_is_spelled_out() -> None:
    assert RegistryQuery().url == (
        "/registry?left=containers.BadListNet&right=containers.ModuleListNet&seed=0&mode=train&device=cpu"
    )
    assert RegistryQuery(eval=("layers[0]", "head"), device="cuda:0").url.endswith(
        "&device=cuda:0&eval=layers[0]&eval=head"
    )


def test_a_query_without_parameters_has_no_question_mark() -> None:
    class Bare(Query):
        path = "/bare"

    assert (Bare().url, Bare().json_url) == ("/bare", "/bare.json")


REFUSED = [
    {"seed": -1},
    {"seed": 2**32},
    {"seed": 1.5},
    {"seed": "one"},
    {"mode": "Train"},
    {"mode": ""},
    {"left": "BadListNet"},
    {"left": "containers.BadListNet/layers"},
    {"left": "<script>.Net"},
    {"left": "/etc/passwd.Net"},
    {"left": "containers.1Net"},
    {"right": "../secret.Net"},
    {"right": "a.b\n"},
    {"right": "a." + "b" * 199},
    {"device": "CUDA:0"},
    {"device": "cuda:"},
    {"device": "c" * 21},
    {"eval": ("a",) * 65},
    {"train": ("a" * 201,)},
    {"evil": "a"},
    {"x": "4,;"},
    {"x": "4" * 301},
    {"path": "/elsewhere"},
]


@pytest.mark.parametrize("changes", REFUSED, ids=str)
def test_what_is_out_of_bounds_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RegistryQuery.model_validate(changes)
    with pytest.raises(ValidationError):
        RegistryQuery().replace(**changes)


@given(queries, st.integers(0, 2**32 - 1))
@every_query
def test_but_changes_what_it_is_told_and_nothing_else(query: RegistryQuery, seed: int) -> None:
    changed = query.replace(seed=seed)
    assert changed.seed == seed
    assert changed.replace(seed=query.seed) == query
    assert query.replace() == query


def test_a_query_cannot_be_changed_and_can_be_a_key() -> None:
    query = RegistryQuery()
    with pytest.raises(ValidationError, match="frozen"):
        query.seed = 1  # type: ignore[misc]
    assert {query: 1}[RegistryQuery()] == 1


def test_each_answer_has_an_address_of_its_own() -> None:
    query = RegistryQuery(left="a.B", right="a.C")
    path, said = query.url.split("?")
    addresses = [query.json_url, query.stream_url, query.file_url, query.tab_url]
    suffixes = [".json", ".stream", ".py", ".tab"]
    assert addresses == [f"{path}{suffix}?{said}" for suffix in suffixes]
    assert [without_suffix(address.split("?")[0]) for address in addresses] == [path] * 4


@given(queries)
@every_query
def test_swapped_twice_is_the_same(query: RegistryQuery) -> None:
    assert query.swapped.swapped == query
    assert (query.swapped.left, query.swapped.right) == (query.right, query.left)
    assert query.swapped.replace(left=query.left, right=query.right) == query


def test_each_side_may_have_a_device_of_its_own() -> None:
    query = RegistryQuery(device="cuda:0", left_device="cpu")
    assert query.devices == ("cpu", "cuda:0")
    assert query.swapped.devices == ("cuda:0", "cpu")
    assert query.sent_to("mps", "mps") == RegistryQuery(device="mps")
    apart = query.sent_to("cpu", "cuda:1")
    assert apart == RegistryQuery(right_device="cuda:1")
    assert apart.url.endswith("&device=cpu&right_device=cuda:1")


@given(queries, models, sides)
@every_query
def test_a_model_takes_the_place_opposite(query: RegistryQuery, model: str, side: Any) -> None:
    faced = query.with_opposite(side, model)
    opposite = "right" if side == "left" else "left"
    assert getattr(faced, side) == getattr(query, side)
    assert getattr(faced, opposite) == model
    assert (faced.seed, faced.mode, faced.device) == (query.seed, query.mode, query.device)
    assert (faced.eval, faced.train) == ((), ())


@given(queries, modes)
@every_query
def test_the_mode_of_the_whole_model_overrides_all_calls(query: RegistryQuery, mode: Any) -> None:
    assert query.in_mode(mode) == query.called("", mode)
    assert query.in_mode(mode).calls == (("", mode),)


# Calls, against modules that were really called one after another

TREE = [
    "",
    "a",
    "a.b",
    "a.b.c",
    "a.bb",
    "ab",
    "a.list[0]",
    "a.list[0].b",
    "a.list[1]",
    "a.list[10]",
    "b['a.b']",
]


def below(path: str) -> list[str]:
    """What stands within a module: what its path is a whole part of."""
    return [
        each for each in TREE if path in ("", each) or each.startswith((f"{path}.", f"{path}["))
    ]


@given(st.lists(st.tuples(st.sampled_from(TREE), modes), max_size=12))
@every_query
def test_calls_one_after_another_leave_the_flags_that_train_and_eval_would(
    history: list[tuple[str, Any]],
) -> None:
    query, flags = RegistryQuery(), dict.fromkeys(TREE, "train")
    for path, mode in history:
        query = query.called(path, mode)
        flags |= dict.fromkeys(below(path), mode)
    replayed: dict[str, str] = {}
    for path, mode in query.calls:
        replayed |= dict.fromkeys(below(path), mode)
    assert replayed == flags


@given(queries)
@every_query
def test_calls_go_from_the_outside_in(query: RegistryQuery) -> None:
    assert query.calls[0] == ("", query.mode)
    lengths = [len(path) for path, _ in query.calls]
    assert lengths == sorted(lengths)
    assert sorted(query.calls[1:]) == sorted(
        [(p, "eval") for p in query.eval] + [(p, "train") for p in query.train]
    )


def test_a_call_overrides_those_below_it_and_no_neighbour() -> None:
    query = RegistryQuery(eval=("a", "a.b", "a[0]", "ab", "a.list[1]", "a.list[10]"))
    assert query.called("a", "train").eval == ("ab",)
    assert query.called("a.list[1]", "eval").eval == (
        "a",
        "a.b",
        "a[0]",
        "ab",
        "a.list[10]",
        "a.list[1]",
    )


def test_a_call_is_made_once() -> None:
    query = RegistryQuery().called("a", "eval").called("a", "train").called("a", "eval")
    assert (query.eval, query.train) == (("a",), ())


def test_unacceptable_says_what_would_be() -> None:
    error = InvalidParameter("left", "a.B", ("a.A",))
    assert (error.parameter, error.value, error.accepts) == ("left", "a.B", ("a.A",))
    assert str(error) == "('left', 'a.B', ('a.A',), 'does not exist here')"  # as in a log


def test_a_pair_query_is_a_query() -> None:
    class Pair(PairQuery):
        path = "/pair"

    assert parsed(Pair(seed=3).url, Pair) == Pair(seed=3)
    assert Pair().in_mode("eval") == Pair(mode="eval")


def test_what_is_wrong_with_a_parameter_survives_the_way_from_a_worker() -> None:
    wrong = InvalidParameter("left", "no.Net", ("a.Net",), "does not exist here")
    back = pickle.loads(pickle.dumps(wrong))
    assert vars(back) == vars(wrong)
