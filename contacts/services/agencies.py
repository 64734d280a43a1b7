"""Writes to the directory, and to which agencies work with whom."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from contacts.models import Agency, AgencyLink, AgencyWorker
from contacts.services.changes import record_change
from pastoral.core.models import User
from students.models import Student


class NameTaken(Exception):
    """The directory has one of that name; the message is fit for the form."""


def agency_add(*, facts: Mapping[str, Any]) -> Agency:
    """Put an agency into the directory. Raises NameTaken."""
    with _named_once(facts["name"]):
        return Agency.objects.create(**facts)


def worker_add(*, agency: Agency, facts: Mapping[str, Any]) -> AgencyWorker:
    """Add somebody who works for the agency. Raises NameTaken."""
    with _named_once(facts["name"]):
        return AgencyWorker.objects.create(agency=agency, **facts)


def link_add(*, student: Student, facts: Mapping[str, Any], token: UUID, by: User, now: datetime) -> AgencyLink:
    """Note that an agency works with the student; the same sending again returns what it made."""
    fresh = {**facts, "student": student, "made_by": by, "made_at": now}
    link, _is_new = AgencyLink.objects.get_or_create(token=token, defaults=fresh)
    return link


def directory_change(*, record: Agency | AgencyWorker, seen: str, facts: Mapping[str, Any]) -> None:
    """Change an agency or who works there. Raises NameTaken, or Overtaken: see `versions`."""
    with _named_once(facts["name"]):
        record_change(record=record, seen=seen, facts=facts)


@contextmanager
def _named_once(name: str) -> Iterator[None]:
    """Say in words what the database refuses."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as fault:
        raise NameTaken(f"“{name}” is there already: change that one.") from fault
