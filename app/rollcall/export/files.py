"""Which file stands for which address."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Files:
    """The files of an exported course, all in one folder and its folder of static files."""

    names: Mapping[str, str]  # by address

    def of(self, address: str) -> str | None:
        """The file of an address, else of the nearest one that is there; None for no such file."""
        page, hash_sign, place = address.partition("#")
        for each in _nearest(page):
            if each in self.names:
                return self.names[each] + hash_sign + place
        return None


def _nearest(address: str) -> Iterator[str]:
    """The address, then the same page with no answer given, without its code, without both."""
    ungiven = re.sub(r"&answer=[1-4]", "&answer=0", address)
    yield address
    yield ungiven
    yield address.replace("&code=on", "")
    yield ungiven.replace("&code=on", "")
    yield address.partition("?")[0]  # the page of lessons does not say here where one was
