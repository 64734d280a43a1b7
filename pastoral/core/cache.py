"""The shared cache, and what stands in for it."""

from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache
from redis.exceptions import RedisError


class SteadyCache(RedisCache):
    """Valkey's cache; while Valkey is away each process goes on with a small one of its own.

    A cache that merely ignored its faults would shut the sign-in page (allauth's rate limits take a lock in it) or
    leave it without limits. Only what this application uses is covered: get, set, add and delete.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("steady", {"OPTIONS": {"MAX_ENTRIES": 500}})

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Return the value held, or the default."""
        try:
            return super().get(*args, **kwargs)
        except RedisError:
            return self._own.get(*args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        """Hold a value."""
        try:
            return super().set(*args, **kwargs)
        except RedisError:
            return self._own.set(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Hold a value unless one is held, and return whether this call did."""
        try:
            return bool(super().add(*args, **kwargs))
        except RedisError:
            return self._own.add(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Forget a value, and return whether one was held."""
        try:
            return bool(super().delete(*args, **kwargs))
        except RedisError:
            return self._own.delete(*args, **kwargs)
