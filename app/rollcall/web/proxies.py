"""Who may say for whom it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

PREFIX_OF_ONE = 64  # bits of an address of IPv6 that one household or laptop has for itself
UNKNOWN = "unknown"  # a Unix socket has no address


@dataclass(frozen=True)
class Proxies:
    """The networks of those proxies that are believed, and the header in which they say it."""

    networks: Sequence[IPv4Network | IPv6Network] = ()
    header: str = "X-Forwarded-For"

    @classmethod
    def of(cls, addresses: Sequence[str], header: str = "X-Forwarded-For") -> "Proxies":
        """The proxies at some addresses or networks.

        Raises:
            ValueError: one of them is none.
        """
        return cls(tuple(ip_network(each) for each in addresses), header)

    def client_of(self, scope: Scope) -> str:
        """The address that asks; of IPv6, the network of one household.

        Of a row of addresses each proxy has written down whom it was asked by. So from the right,
        the first that is no proxy is the client: what stands before it anybody can write.
        """
        address = (scope.get("client") or (UNKNOWN, 0))[0]
        named = []
        if self.networks:
            row = ",".join(Headers(scope=scope).getlist(self.header))
            named = [each.strip() for each in row.split(",") if each.strip()]
        while named and self._is_proxy(address):
            address = named.pop()
        return _household(address)

    def _is_proxy(self, address: str) -> bool:
        try:
            number = ip_address(address)
        except ValueError:
            return False
        return any(number in network for network in self.networks)


def _household(address: str) -> str:
    try:
        number = ip_address(address)
    except ValueError:
        return address[:100] or UNKNOWN
    if isinstance(number, IPv6Address):
        return str(ip_network((int(number), PREFIX_OF_ONE), strict=False))
    return str(number)
