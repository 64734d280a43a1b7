"""Writes to the files kept as evidence: the content is looked at, hashed and never overwritten."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from interventions.figures.files import MOST_BYTES, clean_name, kind_of_content
from interventions.models import Attachment
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day
from students.models import Student


class NotKept(Exception):
    """The file cannot be kept; the message is fit for the form."""


@transaction.atomic
def file_keep(
    *,
    student: Student,
    content: bytes,
    name: str,
    facts: Mapping[str, Any],
    token: UUID,
    by: User,
    now: datetime,
) -> Attachment:
    """Keep a file about a student; the same sending again returns what it made.

    facts: kind, title, dated_on, source, is_restricted, and the case, plan or meeting that it belongs to.
    Raises NotKept of what is too big, of no known kind, or kept about the student already.
    """
    made = Attachment.objects.filter(token=token).first()
    if made:
        return made
    kind, sha256 = kind_of_content(content), hashlib.sha256(content).hexdigest()
    if not kind or len(content) > MOST_BYTES:
        raise NotKept("Only PDF, JPEG, PNG and Word (DOCX) up to 10 MB are kept.")
    Student.objects.select_for_update().get(pk=student.pk)
    same = Attachment.objects.standing(student=student, sha256=sha256).select_related("added_by").first()
    if same:
        who = f"kept on {day(same.added_at)} by {same.added_by.formal_name}"
        called = "a restricted file" if same.is_restricted else f"“{same.title}”"
        raise NotKept(f"This very file is here already: {called}, {who}.")
    return Attachment.objects.create(
        token=token,
        student=student,
        file=ContentFile(content, name=f"{token}.{clean_name(name, kind).rpartition('.')[2]}"),
        file_name=clean_name(name, kind),
        content_type=kind,
        size=len(content),
        sha256=sha256,
        added_by=by,
        added_at=now,
        **facts,
    )
