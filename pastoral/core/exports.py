"""Lists handed out as files: each is logged with whose it is and why the person may take it."""

from collections.abc import Collection

from django.http import HttpResponse

from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.spreadsheets import FORMATS, Table, written_as


def subject_of(kind: str, *, group: str, groups: Collection[str], year: int | str | None) -> str:
    """Return the log's key of a list that the address narrows to a tutor group or to a year.

    groups: those that there are. Anything else was typed, and what was typed stays out of the log.
    """
    if group:
        return f"{kind}:{group if group in groups else 'no such group'}"
    return f"{kind}:{year or 'all'}"


def handed_out(request: StaffRequest, table: Table, how: str, *, subject: str, reason: str, name: str) -> HttpResponse:
    """Answer with the table as a file, and log that it was taken.

    how: csv or xlsx. subject, reason: for the access log. name: of the file, without its ending.
    """
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.EXPORT,
        subject=subject,
        reason=reason,
        path=request.get_full_path(),
    )
    response = HttpResponse(written_as(table, how), content_type=FORMATS[how])
    response["Content-Disposition"] = f'attachment; filename="{name}.{how}"'
    return response
