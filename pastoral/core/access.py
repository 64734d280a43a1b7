"""The access log: one line for each reading of a student's page, document or export."""

from collections.abc import Mapping

from pastoral.core.models import AccessRecord, User


def access_note(*, user: User, kind: AccessRecord.Kind, subject: str, reason: str, path: str) -> None:
    """Note that somebody read something, and why they may; one INSERT.

    subject: a key such as "student:123", never a name. reason: what `Scope.reason` answers. Too long a text is cut.
    """
    access_notes(user=user, kind=kind, reasons={subject: reason}, path=path)


def access_notes(*, user: User, kind: AccessRecord.Kind, reasons: Mapping[str, str], path: str) -> None:
    """Note that somebody read something of several; one INSERT. reasons: why they may, by subject."""
    AccessRecord.objects.bulk_create(
        AccessRecord(user=user, kind=kind, subject=subject[:60], reason=reason[:100], path=path[:300])
        for subject, reason in reasons.items()
    )
