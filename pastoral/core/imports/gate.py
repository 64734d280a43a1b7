"""Stops an upload that is larger than what is read, before it fills the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class UploadGate(FileUploadHandler):
    """Counts each file's bytes on their way to the disk and lets no more through than `IMPORT_MAX_BYTES`.

    The rest of the request is thrown away as it comes, so that the browser gets an answer it can show. The view finds
    `request.is_upload_too_large`.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count."""
        super().new_file(*args, **kwargs)
        self.passed = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on, or stop the upload."""
        self.passed += len(raw_data)
        if self.passed > settings.IMPORT_MAX_BYTES:
            self.request.is_upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handler that keeps it."""
