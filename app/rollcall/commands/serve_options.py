"""The options of `rollcall serve` beside what it serves."""

import argparse
import re

DEFAULT_PORT = 8000
FREEDOMS = ("network", "writing")  # those of the isolation, for a --help without PyTorch


def add_serve_options(command: argparse.ArgumentParser) -> None:
    """Where it listens, what it may take and whom it trusts."""
    command.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s)"
    )
    command.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="port to listen on (default: %(default)s)"
    )
    command.add_argument(
        "--open",
        action="store_true",
        help="open a browser: at the first finding about models of your own",
    )
    command.add_argument(
        "--workers", type=int, default=2, help="processes that run models (default: %(default)s)"
    )
    command.add_argument(
        "--engine",
        choices=("embedded", "ray"),
        default="embedded",
        help="what runs the workers: this machine, or the Ray cluster that it belongs to "
        "(default: %(default)s)",
    )
    command.add_argument(
        "--ray-address",
        metavar="HOST:PORT",
        help="the head of the cluster (default: as RAY_ADDRESS says, or as the node knows that "
        "`ray start` has started here)",
    )
    command.add_argument(
        "--time-limit",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="for one experiment, and for one model of it alone (default: %(default)g)",
    )
    command.add_argument(
        "--shared-cache",
        type=int,
        default=0,
        metavar="SECONDS",
        help="a cache before this server may answer with a page for so long; for files that "
        "nobody edits meanwhile",
    )
    command.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name by which browsers may ask; repeatable",
    )
    command.add_argument(
        "--embed-origin",
        action="append",
        default=[],
        type=_origin,
        metavar="ORIGIN",
        help="whose pages may show ours in a frame, such as https://slides.example; repeatable",
    )
    command.add_argument(
        "--proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="address or network of a proxy that says for whom it asks; repeatable. "
        "Turns are fair between clients, and without this a proxy is one client",
    )
    command.add_argument(
        "--proxy-header",
        default="X-Forwarded-For",
        metavar="NAME",
        help="where a proxy says it (default: %(default)s)",
    )
    command.add_argument(
        "--cache",
        type=int,
        default=256,
        metavar="MB",
        help="finished pages, answers of models and frames of plays that are kept "
        "(default: %(default)s)",
    )
    command.add_argument(
        "--memory-limit",
        type=float,
        metavar="GB",
        help="memory that each worker may take beyond what PyTorch takes by itself, "
        "which Windows and macOS cannot limit; not for CUDA (default: none)",
    )
    command.add_argument(
        "--allow",
        action="append",
        default=[],
        choices=FREEDOMS,
        help="what models may do that they are else kept from, where the system can: use the "
        "network, or write outside of a temporary folder; repeatable",
    )


def _origin(text: str) -> str:
    """An origin as a browser names it: https://slides.example, http://localhost:3000."""
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no origin; write https://slides.example, with a port where it has one"
        )
    return text
