"""What a server says at its start of what it promises about the models that it runs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rollcall.core.process.isolation.isolation import Isolation
    from rollcall.lab.choices import Choices

EMPTYING_SINCE = 3  # the version of Landlock


def promises_at_start(found: "Choices | None") -> list[str]:
    """Of the system that it runs on; `found` comes from a worker."""
    from rollcall.lab import keeper

    lines = []
    if found is not None:
        lines.extend(isolation_at_start(found.isolation))
    if not keeper.is_available():
        lines.append("what a model starts may outlive its call here; on Linux it is ended")
    return lines


def isolation_at_start(isolation: "Isolation") -> list[str]:
    """A line with what holds, and one for each thing that does not, with its reason."""
    kept, lines = [], []
    if isolation.keeps_from("network"):
        kept.append("run without network")
    else:
        lines.append(f"models may use the network: {_why(isolation, 'network')}")
    if isolation.keeps_from("writing"):
        kept.append("write only into temporary folders of their own")
        if isolation.landlock < EMPTYING_SINCE:
            lines.append("models may empty files: what keeps them from it is in Linux 6.2")
    else:
        lines.append(f"models may write wherever you may: {_why(isolation, 'writing')}")
    if isolation.keeps_from_others:
        kept.append("reach no other process")
    elif isolation.landlock:
        lines.append("models may end other processes: what keeps them from it is in Linux 6.12")
    if kept:
        lines.insert(0, f"models {_joined(kept)} ({_by_what(isolation)})")
    return lines


def _why(isolation: "Isolation", freedom: str) -> str:
    if freedom in isolation.allowed:
        return f"--allow {freedom}"
    if freedom == "network":
        return "this system has no seccomp, or none that we know"
    return "this system has no Landlock, or has it turned off"


def _by_what(isolation: "Isolation") -> str:
    names = []
    if isolation.landlock:
        names.append(f"Landlock {isolation.landlock}")
    if isolation.seccomp:
        names.append("seccomp")
    return ", ".join(names)


def _joined(kept: list[str]) -> str:
    if len(kept) == 1:
        return kept[0]
    return f"{', '.join(kept[:-1])} and {kept[-1]}"
