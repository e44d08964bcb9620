"""To join the cluster that `ray start`, RAY_ADDRESS or KubeRay names."""

import logging
import os

from rollcall.lab.engine import Engine
from rollcall.lab.limits import Limits

INSTALL = "--engine ray needs Ray. Install it with: pip install 'torch-rollcall[cluster]'"
NAMESPACE = "rollcall"


class CannotJoin(Exception):
    """Why not, in one line."""


def joined(address: str | None, number: int, limits: Limits) -> Engine:
    """The engine on a cluster.

    Args:
        address: of its head; None: as RAY_ADDRESS says, or the one that runs on this machine.
        number: of workers.
        limits: what each may take.

    Raises:
        CannotJoin: Ray is not installed, or no cluster answers.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        raise CannotJoin(INSTALL) from None

    try:
        ray.init(
            address or "auto",
            namespace=NAMESPACE,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        said = " ".join(str(error).split())
        where = address or os.environ.get("RAY_ADDRESS") or "this machine"
        raise CannotJoin(
            f"no Ray cluster can be joined at {where}. A node of it has to run on this machine: "
            f"ray start --address=HEAD:6379 --num-cpus=0. Ray says: {said[:300]}"
        ) from error
    from rollcall.lab.cluster.engine import RayEngine

    return RayEngine(number, limits)
