"""Files drawn on somebody's asking, kept for a while."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def drawn_save(path: str, data: bytes) -> None:
    """Keep the file, in the place of an earlier one."""
    default_storage.delete(path)
    default_storage.save(path, ContentFile(data))


def drawn_expire(folder: str, *, before: datetime) -> int:
    """Erase the files of the folder that were drawn earlier, and return how many."""
    if not default_storage.exists(folder):
        return 0
    paths = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    old = [path for path in paths if default_storage.get_modified_time(path) < before]
    for path in old:
        default_storage.delete(path)
    return len(old)
