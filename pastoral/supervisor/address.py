"""Where the demonstration listens, and whether it is ready there."""

import contextlib
import http.client
import ipaddress
import socket
from dataclasses import dataclass
from typing import Self

HEALTH_PATH = "/accounts/login/"


class PortTaken(Exception):
    """Another program listens there; the message says what to type."""


@dataclass(frozen=True)
class Address:
    """An address to listen on, and the ones to open."""

    bind: str
    port: int

    @classmethod
    def of(cls, bind: str, port: int) -> Self:
        """Return the address, or raise ValueError for one that cannot be."""
        ipaddress.ip_address(bind)
        if not 0 < port < 65536:
            raise ValueError(f"{port} is not a port: they run from 1 to 65535.")
        return cls(bind, port)

    @property
    def is_for_everyone(self) -> bool:
        """Whether other machines can reach it."""
        return not ipaddress.ip_address(self.bind).is_loopback

    @property
    def for_gunicorn(self) -> str:
        """The address as gunicorn takes it."""
        return f"[{self.bind}]:{self.port}" if ":" in self.bind else f"{self.bind}:{self.port}"

    @property
    def url(self) -> str:
        """The address as a person opens it on this machine, or on another one when it listens to all."""
        if not ipaddress.ip_address(self.bind).is_unspecified:
            return f"http://{self.for_gunicorn}"
        return f"http://{socket.gethostname()}:{self.port}"

    def check_free(self) -> None:
        """Raise PortTaken unless the port can be listened on."""
        family = socket.AF_INET6 if ":" in self.bind else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.bind, self.port))
            except OSError as fault:
                raise PortTaken(
                    f"Cannot listen on {self.for_gunicorn}: {fault.strerror}. "
                    f"Choose another port: make demo PORT={self.port + 1}"
                ) from fault

    def answers(self) -> bool:
        """Test whether the sign-in page comes."""
        unspecified = ipaddress.ip_address(self.bind).is_unspecified
        host = "localhost" if unspecified else self.bind
        with contextlib.closing(http.client.HTTPConnection(host, self.port, timeout=5)) as connection:
            try:
                connection.request("GET", HEALTH_PATH)
                with connection.getresponse() as response:
                    return response.status < 500
            except (OSError, http.client.HTTPException):
                return False
