"""The installation's own PostgreSQL and Valkey, held and watched over while the demonstration runs."""

from django.conf import settings

from pastoral import embedded
from pastoral.embedded.sharing import SharedServer


class Servers:
    """Those of the two servers that no DATABASE_URL or REDIS_URL names."""

    def __init__(self) -> None:
        self._own: dict[str, SharedServer] = {}
        if settings.DATABASES["default"]["ENGINE"] == "pastoral.embedded":
            self._own["PostgreSQL"] = embedded.shared_postgres(settings.VAR_DIR)
        if embedded.valkey_url(settings.VAR_DIR) == settings.REDIS_URL:
            self._own["Valkey"] = embedded.shared_valkey(settings.VAR_DIR)

    def start(self) -> None:
        """Start them, or join those that run."""
        for server in self._own.values():
            server.join()

    def revive(self) -> list[str]:
        """Start again what was stopped or killed, and return what to tell about it."""
        news = []
        for name, shared in self._own.items():
            if shared.server.is_running():
                continue
            try:
                shared.join()
            except embedded.EmbeddedServerError as fault:
                news.append(str(fault))
            else:
                news.append(f"{name} had stopped, and runs again.")
        return news

    def leave(self) -> None:
        """Stop them, unless another process of the installation uses them."""
        for server in self._own.values():
            server.leave()
