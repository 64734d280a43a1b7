"""Agencies and what they do for students, for tests: each about one student, made by somebody of SLT."""

from datetime import date
from itertools import count
from uuid import uuid4

from contacts.models import Agency, AgencyLink, AgencyWorker, EarlyHelp, Information, ReferenceRequest, Referral
from pastoral.core.models import User
from students.models import Student
from tests.families import carer

FRIDAY = date(2026, 11, 20)
_numbers = count(1)


def agency(name: str = "", **also: object) -> Agency:
    """Make an agency: agency("Kooth", kind="charity")."""
    return Agency.objects.create(**{"name": name or f"Agency {next(_numbers)}", "kind": "charity"} | also)


def worker(of: Agency, name: str = "Jo Hart", **also: object) -> AgencyWorker:
    """Make somebody who works there."""
    return AgencyWorker.objects.create(agency=of, name=name, **also)


def link(student: Student, of: Agency, by: User, **also: object) -> AgencyLink:
    """Let the agency work with the student."""
    held = {"starts_on": date(2026, 9, 7), "made_by": by} | also
    return AgencyLink.objects.create(token=uuid4(), student=student, agency=of, **held)


def referral(student: Student, to: Agency, by: User, **also: object) -> Referral:
    """Refer the student without consent, on 2 November."""
    held = {
        "sent_on": date(2026, 11, 2),
        "reason": "Low mood since the summer",
        "consent": "not_needed",
        "without_because": "A duty",
        "shared": "Attendance",
        "basis": "Public task",
        "owner": by,
        "made_by": by,
    }
    return Referral.objects.create(token=uuid4(), student=student, agency=to, **held | also)


def early_help(student: Student, by: User, **also: object) -> EarlyHelp:
    """Open early help for the student on 5 October, led by the person, with the consent of a new carer."""
    held = {
        "opened_on": date(2026, 10, 5),
        "consent_by": carer(student),
        "consent_on": date(2026, 10, 2),
        "needs": "Low mood",
        "lead": by,
        "opened_by": by,
    }
    return EarlyHelp.objects.create(token=uuid4(), student=student, **held | also)


def information(student: Student, by: User, **also: object) -> Information:
    """File a letter of the hospital about the student, received on 16 November."""
    held = {"received_on": date(2026, 11, 16), "from_name": "The hospital", "title": "Discharge letter", "taken_by": by}
    return Information.objects.create(token=uuid4(), student=student, **held | also)


def reference(student: Student, owner: User, **also: object) -> ReferenceRequest:
    """Put a college's request into the register, due on 27 November."""
    held = {
        "requester": "Lowfield College",
        "received_on": date(2026, 11, 9),
        "due_on": date(2026, 11, 27),
        "consent": "The student's own",
        "owner": owner,
    }
    return ReferenceRequest.objects.create(token=uuid4(), student=student, **held | also)
