"""An input as `course.toml` declares it: a shape, a text, a table, or several of them."""

from typing import Any

from rollcall.core.input.input_spec import ConstantSpec, GroupSpec, Spec, TensorSpec, call_of
from rollcall.core.input.input_text import DTYPES, SHORT, checked, parse_input

OF_A_TENSOR = ("shape", "dtype", "low", "high")


def declared_input(value: Any) -> GroupSpec:
    """Read what stands behind `input =`.

    `[4, 10]` is one tensor's shape, `"int:4,6:50"` is as one types it on a page,
    `{shape = [4, 6], dtype = "int64", high = 50}` the same in words. A list of those are positional
    arguments, and any other table are keyword arguments; what stands in them may be nested.

    Raises:
        ValueError: it is nothing of that.
    """
    if isinstance(value, str):
        return parse_input(value)
    if isinstance(value, list) and not _is_shape(value):
        return checked(call_of(*map(_spec, value)))
    if isinstance(value, dict) and not _is_one_value(value):
        return checked(call_of(**{name: _spec(each) for name, each in value.items()}))
    return checked(call_of(_spec(value)))


def _is_shape(value: list[Any]) -> bool:
    return all(isinstance(size, int | float | bool) for size in value)


def _is_one_value(table: dict[str, Any]) -> bool:
    return bool({"shape", "value", "tuple"} & table.keys())


def _spec(value: Any) -> Spec:
    if isinstance(value, list) and _is_shape(value):
        return _tensor({"shape": value})
    if isinstance(value, list):
        return GroupSpec("list", tuple(enumerate(map(_spec, value))))
    if isinstance(value, str):
        return _one_of(parse_input(value), value)
    if isinstance(value, dict):
        return _of_table(value)
    raise ValueError(f"{value!r} is no input; a number is written {{ value = {value!r} }}")


def _one_of(call: GroupSpec, text: str) -> Spec:
    if len(call.items) != 1 or call.items[0][0] != 0:
        raise ValueError(f"{text!r} is not one input")
    return call.items[0][1]


def _of_table(table: dict[str, Any]) -> Spec:
    if "shape" in table:
        return _tensor(table)
    if list(table) == ["value"]:
        return ConstantSpec(table["value"])
    if list(table) == ["tuple"] and isinstance(table["tuple"], list):
        return GroupSpec("tuple", tuple(enumerate(map(_spec, table["tuple"]))))
    return GroupSpec("dict", tuple((key, _spec(each)) for key, each in table.items()))


def _tensor(table: dict[str, Any]) -> TensorSpec:
    for key in table:
        if key not in OF_A_TENSOR:
            raise ValueError(f"{key} is no word for a tensor; there are {', '.join(OF_A_TENSOR)}")
    dtype = table.get("dtype", "float32")
    dtype = SHORT.get(dtype, dtype)
    if dtype not in DTYPES:
        raise ValueError(f"{dtype!r} is no dtype; there are {', '.join(DTYPES)}")
    spec = TensorSpec(_shape(table["shape"]), dtype, _bound(table, "low"), _bound(table, "high"))
    if spec.bounds is not None and spec.bounds[0] >= spec.bounds[1]:
        raise ValueError(f"there is no number from {spec.bounds[0]} to {spec.bounds[1]}")
    return spec


def _shape(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise ValueError(f"a shape is a list such as [4, 10], and not {value!r}")
    for size in value:
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise ValueError(f"a size is a whole number from 0 on, and not {size!r}")
    return tuple(value)


def _bound(table: dict[str, Any], name: str) -> float | None:
    bound = table.get(name)
    if bound is None or (isinstance(bound, int | float) and not isinstance(bound, bool)):
        return bound
    raise ValueError(f"{name} is a number, and not {bound!r}")
