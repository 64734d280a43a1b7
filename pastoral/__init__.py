"""The composition root: settings, urls, celery, wsgi and asgi. Names every app; no app imports it."""

from pastoral.celery import app as celery_app

__all__ = ["celery_app"]
