"""The examples of docs/deploy: they are YAML, and every option that they name exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from rollcall.cli import parser

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs" / "deploy"
EXAMPLES = ("compose.yaml", "kuberay.yaml")
OF_RAY_START = {
    "--address",
    "--block",
    "--disable-usage-stats",
    "--head",
    "--include-dashboard",
    "--num-cpus",
    "--num-gpus",
    "--object-store-memory",
    "--port",
}


def texts(value: Any) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def documents(name: str) -> list[Any]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text("utf-8")))


def commands(name: str, program: str) -> list[list[str]]:
    found = []
    for text in texts(documents(name)):
        for line in re.findall(rf"{program} (.*)", text):
            found.append(shlex.split(line))
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_servers_are_started_with_options_that_exist(name: str) -> None:
    started = commands(name, "rollcall serve")
    assert started
    for arguments in started:
        options = parser().parse_args(["serve", *arguments])
        assert (options.engine, options.host) == ("ray", "0.0.0.0")


def test_nodes_are_started_with_options_that_exist() -> None:
    started = commands("compose.yaml", "ray start")
    assert len(started) >= 6
    for arguments in started:
        named = {each.partition("=")[0] for each in arguments if each.startswith("--")}
        assert named <= OF_RAY_START
    heads = [arguments for arguments in started if "--head" in arguments]
    assert len(heads) == 2
    assert all("--include-dashboard=false" in arguments for arguments in heads)


def test_what_is_not_trusted_is_apart() -> None:
    (compose,) = documents("compose.yaml")
    services = compose["services"]
    apart = {name for name, service in services.items() if "untrusted" in str(service["networks"])}
    assert apart == {"untrusted-head", "untrusted-worker", "untrusted-serve"}
    assert compose["networks"]["untrusted"]["internal"]
    for name in apart:
        service = services[name]
        assert not {"ray", "front"} & set(service["networks"])
        assert service["secrets"] == ["untrusted_token"]
        assert service["environment"]["RAY_AUTH_TOKEN_PATH"] == "/run/secrets/untrusted_token"
        assert service["read_only"]
        assert {"mem_limit", "pids_limit", "cap_drop"} <= set(service)
    for service in services.values():
        if "environment" in service:
            assert service["environment"]["RAY_AUTH_MODE"] == "token"


def test_the_servers_are_where_nginx_looks_for_them() -> None:
    (compose,) = documents("compose.yaml")
    nginx = (DEPLOY / "nginx.conf").read_text("utf-8")
    looked_for = set(re.findall(r"server (10\.[\d.]+):8000", nginx))
    there = {
        service["networks"]["front"]["ipv4_address"]
        for name, service in compose["services"].items()
        if name.startswith("serve-")
    }
    assert there == looked_for
