"""To join the cluster that `ray start`, RAY_ADDRESS or KubeRay names. Torch is not imported."""

import logging
import os
import socket

INSTALL = "--engine ray needs Ray. Install it with: pip install 'torch-rollcall[cluster]'"
NAMESPACE = "rollcall"
HERE = "auto"  # as Ray says it: RAY_ADDRESS, or the node that runs on this machine
CONNECT_SECONDS = 5.0  # Ray itself tries for more than two minutes


class CannotJoin(Exception):
    """Why not, in one line."""


def join(address: str | None) -> None:
    """Join the cluster of which a node runs on this machine.

    Args:
        address: HOST:PORT of its head; None: as RAY_ADDRESS says, or that of the node.

    Raises:
        CannotJoin: Ray is not installed, or no cluster answers.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would send them to its makers
    try:
        import ray
    except ImportError:
        raise CannotJoin(INSTALL) from None

    asked = address or os.environ.get("RAY_ADDRESS") or HERE
    if asked != HERE:
        _knock(asked)
    try:
        ray.init(asked, namespace=NAMESPACE, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        said = " ".join(str(error).split())[:300]
        raise CannotJoin(
            "no node of a Ray cluster runs on this machine. Start one with: "
            f"ray start --address=HEAD:6379 --num-cpus=0. Ray says: {said}"
        ) from error


def _knock(address: str) -> None:
    """Refuse at once where nobody listens."""
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal():
        raise CannotJoin(
            f"the address of a Ray cluster is the HOST:PORT of its head, not {address!r}"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise CannotJoin(f"no Ray cluster answers at {address}: {error}") from error
