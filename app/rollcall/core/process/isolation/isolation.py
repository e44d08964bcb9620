"""What this process is kept from, as far as the system allows it."""

import sys
import threading
from typing import Literal

from pydantic import BaseModel

from rollcall.core.process.isolation import landlock, seccomp
from rollcall.core.process.isolation.linux_calls import drop_privileges
from rollcall.core.process.own_folder import own_folder

Freedom = Literal["network", "writing"]
FREEDOMS: tuple[Freedom, ...] = ("network", "writing")


class Isolation(BaseModel, frozen=True):
    """What holds of a process and of all that it starts."""

    allowed: tuple[Freedom, ...] = ()  # as who started the server wants it
    landlock: int = 0  # the version that is in force; 0: none is
    seccomp: bool = False

    def keeps_from(self, freedom: Freedom) -> bool:
        """Whether the system refuses it."""
        if freedom in self.allowed:
            return False
        if freedom == "network":
            return self.seccomp
        return self.landlock > 0

    @property
    def keeps_from_others(self) -> bool:
        """Whether the system refuses to end other processes, and to look into them."""
        return self.landlock >= landlock.SIGNALS_SINCE


EVERYTHING_ALLOWED = Isolation(allowed=FREEDOMS)

_here = EVERYTHING_ALLOWED


def isolation() -> Isolation:
    """That of this process."""
    return _here


def isolate(allowed: tuple[Freedom, ...]) -> None:
    """Keep this process from what is not allowed, for good. It must have no other thread.

    Raises:
        OSError: the system has what it takes, and refuses.
    """
    global _here
    if set(allowed) == set(FREEDOMS):
        return
    _here = Isolation(allowed=allowed)
    if sys.platform != "linux":
        return
    assert threading.active_count() == 1, "Landlock holds for one thread and what that starts"
    network, writing = "network" in allowed, "writing" in allowed
    drop_privileges()
    version = landlock.version()
    if version:
        landlock.keep_in(own_folder(), network=network, writing=writing)
    is_filtered = seccomp.is_known()
    if is_filtered:
        seccomp.refuse_calls(network=network, writing=writing)
    _here = Isolation(allowed=allowed, landlock=version, seccomp=is_filtered)
