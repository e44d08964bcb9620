"""By which addresses and names a browser reaches the server."""

import socket

EVERY_ADDRESS = ("0.0.0.0", "::")


def addresses_to_type(host: str) -> list[str]:
    """What goes into a browser's address bar: on this machine, then on others of the network."""
    if host not in EVERY_ADDRESS:
        return [bracketed(host)]
    return ["localhost", *network_addresses(host)]


def network_addresses(host: str) -> list[str]:
    """Addresses that others reach if we listen on `host`: those that we would send from."""
    # To connect a datagram socket sends nothing. These two addresses are kept free for
    # documentation.
    probes = [(socket.AF_INET, "192.0.2.1")]
    if host == "::":
        probes.append((socket.AF_INET6, "2001:db8::1"))
    found = []
    for family, elsewhere in probes:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((elsewhere, 9))
                found.append(bracketed(probe.getsockname()[0]))
        except OSError:  # no network of this family
            continue
    return found


def bracketed(address: str) -> str:
    if ":" in address:
        return f"[{address}]"
    return address


def own_names(host: str) -> tuple[str, ...]:
    """What this machine is called, for a server that listens on all its addresses."""
    if host not in EVERY_ADDRESS:
        return (bracketed(host),)
    name = socket.gethostname().lower()
    try:
        addresses = {bracketed(str(entry[4][0])) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        addresses = set()
    # A Debian machine knows itself as 127.0.1.1, so its own name does not lead to the address that
    # others use.
    return (name, f"{name}.local", *sorted(addresses | set(network_addresses(host))))
