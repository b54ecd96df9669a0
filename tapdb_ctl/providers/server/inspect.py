"""Reading: which of the wanted servers have a data directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.resource import Live, Resource

if TYPE_CHECKING:
    from tapdb_ctl.core.resource import Desired
    from tapdb_ctl.providers.server.server import EmbeddedServer

TYPE = "server"
"""The address type that this provider answers for."""


def inspect(desired: Desired, server: EmbeddedServer) -> Live:
    """An initialised data directory is a live server, running or not; nothing is started or written.

    Raises ServerError when the data is damaged, or has yet to be made and there are no programs to make it with:
    a plan that cannot be carried out is none.
    """
    wanted = [address for address in desired.resources if address.type == TYPE]
    if not wanted:
        return Live()
    major = server.data_major()
    if major is None:
        server.binary("initdb")
        return Live()
    found = {address: Resource(address, {"major": major}) for address in wanted}
    return Live(found, {address: resource.digest for address, resource in found.items()})
