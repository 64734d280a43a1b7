"""What a fresh process runs to draw sheets; it imports no model, since nothing is set up before `begin`."""

from typing import Any

import django


def begin(database: dict[str, Any], media_root: str) -> None:
    """Set the process up with the database and the files of the one that asked for it."""
    django.setup()

    from django.conf import settings
    from django.db import connection

    connection.settings_dict.update(database)
    settings.MEDIA_ROOT = media_root


def draw(sheet: tuple[int, str, str]) -> None:
    """Draw one sheet, given as run, kind and name, by the workers' own task."""
    from reports import tasks

    tasks.rag_document_build.apply(args=sheet, throw=True)
