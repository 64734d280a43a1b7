"""Attendance cases for tests."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.utils import timezone

from contacts.models import Contact
from contacts.services.contacts import Told, With, contact_log
from interventions.models import Attachment, Barrier, CaseStage, PACase
from interventions.services.case_parts import barrier_add, finding_add, medical_ask, view_add
from interventions.services.cases import case_open
from interventions.services.files import file_keep
from pastoral.core.models import User
from students.models import ParentCarer, Student
from students.summaries import SchoolCalendar
from tests.families import carer


def case_of(student: Student, owner: User, code: str = "1", *, on: date | None = None, **facts: Any) -> PACase:
    """Open a case at the stage with that short name, with its steps."""
    opened_on = on or timezone.localdate()
    known = {"owner_id": owner.pk, "reason": "12 of 80 sessions missed (85.0 %)", "review_on": date(2026, 12, 11)}
    return case_open(
        student=student,
        stage=CaseStage.objects.get(code=code),
        facts={**known, "opened_on": opened_on, **facts},
        token=uuid4(),
        by=owner,
        now=timezone.now(),
        days=SchoolCalendar.load().days,
        with_steps=True,
    )


def contact_home(student: Student, person: ParentCarer, by: User, *, channel: str, result: str = "reached") -> Contact:
    """Log a contact with somebody who cares for the student, about absence, now."""
    told = Told(With.carer(person), timezone.now(), channel, result, "absence", also={"narrative": "Rang twice"})
    return contact_log(told=told, students=[student], token=uuid4(), by=by, now=timezone.now())[0]


def filled_case(student: Student, owner: User, words: str, **facts: Any) -> PACase:
    """Open a case that says the words wherever it can say any."""
    case = case_of(student, owner, "3", reason=words, summary=words, **facts)
    today = timezone.localdate()
    person = ParentCarer.objects.filter(links__student=student, links__has_court_order=False).first()
    barrier_add(case=case, barrier=Barrier.objects.earliest("pk"), note=words, on=today, by=owner)
    case.actions.update(what=words)
    view_add(case=case, token=uuid4(), facts={"words": words, "told_on": today}, by=owner)
    asked = {"asked_of_id": (person or carer(student)).pk, "about": words, "asked_on": today}
    medical_ask(case=case, token=uuid4(), facts=asked, by=owner)
    found = {"part": "siblings", "words": words, "found_on": today}
    finding_add(case=case, token=uuid4(), facts=found, by=owner)
    return case


def file_of(case: PACase, by: User, title: str, content: bytes = b"", **facts: Any) -> Attachment:
    """Keep a picture with the case; its bytes say its title."""
    return file_about(case.student, by, title, content, case=case, **facts)


def file_about(student: Student, by: User, title: str, content: bytes = b"", **facts: Any) -> Attachment:
    """Keep a picture about the student, with what the facts name; its bytes say its title."""
    known = {"kind": "medical", "title": title, "dated_on": timezone.localdate(), "source": title}
    return file_keep(
        student=student,
        content=content or b"\x89PNG\r\n\x1a\n" + title.encode(),
        name="photo.png",
        facts=known | facts,
        token=uuid4(),
        by=by,
        now=timezone.now(),
    )
