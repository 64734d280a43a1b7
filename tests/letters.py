"""Letters for tests."""

from datetime import date
from uuid import uuid4

from contacts.models import Letter, LetterBatch, LetterCopy, LetterTemplate, Message
from contacts.services.letters import digest
from pastoral.core.models import User
from students.models import Student
from tests.families import carer


def letter_about(
    student: Student, *, by: User, kind: str = "uniform", words: str = "Dear Mrs Okafor", period: str = ""
) -> Letter:
    """A letter with a copy to be printed for the mother, made by hand."""
    template = LetterTemplate.objects.filter(kind=kind).first()
    batch = LetterBatch.objects.create(token=uuid4(), template=template, made_by=by)
    letter = Letter.objects.create(
        batch=batch, student=student, step=kind, period=period or str(date(2026, 11, 2)), facts={}
    )
    mother = carer(student, email="ngozi@home.example", address="4 Mill Lane")
    LetterCopy.objects.create(
        letter=letter,
        parent_carer=mother,
        channel="print",
        addressee=str(mother),
        address=mother.address,
        subject="About school",
        body=words,
        sha256=digest("About school", words),
    )
    return letter


def message_about(student: Student, *, by: User, state: str = "failed") -> Message:
    """An e-mail about the student that failed."""
    token = uuid4()
    return Message.objects.create(
        token=token, student=student, to="x@home.example", subject="x", body="y", message_id=f"<{token}@x>",
        made_by=by, state=state, faults=["Fri 20 Nov 12:00: 550 no such user"],
    )  # fmt: skip
