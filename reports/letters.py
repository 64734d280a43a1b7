"""Letters on paper: the frozen copies, drawn one by one for a printer or together in a worker."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from contacts.models import Letter, LetterCopy
from contacts.reading import Reader
from pastoral.core.models import Job, User
from pastoral.core.services import job_fail, job_finish, job_guarded, job_start, job_total
from reports.drawn import drawn_expire, drawn_save
from reports.pdf import Pdf, pdf_draw_together

TASK = "reports.tasks.letters_job"
FOLDER = "letters"
STYLESHEET = "css/pdf-letter.css"
MOST = 400
NOTHING_LEFT = "None of these copies stands any longer: there is nothing to print."


class TooMany(Exception):
    """More letters than one file should hold; the message is fit for the page."""


@dataclass(frozen=True)
class Sheet:
    """One copy as it is drawn."""

    reference: str
    day: date
    addressee: str
    address: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]


def sheet_of(copy: LetterCopy) -> Sheet:
    """Return the copy for paper: its words as they were frozen; the address of one that is e-mailed stays out."""
    is_posted = copy.channel == LetterCopy.Channel.PRINT
    return Sheet(
        reference=f"L{copy.letter_id}/{copy.pk}",
        day=timezone.localdate(copy.letter.made_at),
        addressee=copy.addressee,
        address=tuple(line.strip() for line in copy.address.replace(", ", "\n").splitlines()) if is_posted else (),
        subject=copy.subject,
        paragraphs=paragraphs_of(copy.body),
    )


def paragraphs_of(words: str) -> tuple[str, ...]:
    """Return the words by paragraph; an empty line begins one."""
    return tuple(part.strip() for part in words.replace("\r\n", "\n").split("\n\n") if part.strip())


def letters_draw(copies: Iterable[LetterCopy]) -> Pdf:
    """Draw the copies, each on sheets of its own with its own count of pages."""
    parts = [
        render_to_string("reports/pdf/letter.html", {"sheet": sheet_of(copy), "school_name": settings.SCHOOL_NAME})
        for copy in copies
    ]
    return pdf_draw_together(parts, STYLESHEET)


def copies_read_by(user: User, keys: Collection[int]) -> list[LetterCopy]:
    """Return those of the copies whose words the person may read, of letters that stand, in the order of lists.

    A copy not sent yet to somebody whom a court order bars since, or who is no carer any more, is never drawn.
    """
    rows = LetterCopy.objects.visible_to(user).sent_or_may_go().filter(pk__in=list(keys), letter__withdrawn_at=None)
    return may_be_read(user, rows.select_related("letter__student", "letter__batch").order_by("letter__student", "pk"))


def may_be_read(user: User, copies: Iterable[LetterCopy]) -> list[LetterCopy]:
    """Return those of the copies whose words the person may read."""
    held = list(copies)
    letters: list[Letter] = [copy.letter for copy in held]
    reader = Reader.of(user, letters)
    return [copy for copy in held if reader.may_read(copy.letter)]


def letters_ask(*, copies: Collection[int], by: User) -> Job:
    """Have copies drawn in one PDF. The job's title says how many, never whose. Raises TooMany."""
    if len(copies) > MOST:
        raise TooMany(f"That would be {len(copies)} letters in one file. Print {MOST} or fewer at a time.")
    title = f"{len(copies)} letter{'s' * (len(copies) != 1)} to print"
    return job_start(title=title, task=TASK, payload={"copies": sorted(copies)}, by=by)


def letters_draw_job(job_id: int) -> None:
    """Draw what the job asks for; a second run draws the same file anew."""
    with job_guarded(job_id):
        job = Job.objects.select_related("started_by").get(pk=job_id)
        copies = copies_read_by(job.started_by, job.payload["copies"]) if job.started_by else []
        if not copies:
            job_fail(job_id, NOTHING_LEFT)
            return
        job_total(job_id, 1)
        drawn = letters_draw(copies)
        drawn_save(letters_path(job_id), drawn.data)
        words = f"{len(copies)} letter{'s' * (len(copies) != 1)}, {drawn.pages} sheets, ready to print"
        job_finish(job_id, message=words, result_url=reverse("reports:letters_pdf", args=[job_id]))


def letters_path(job_id: int) -> str:
    """Return where the file of a job lies."""
    return f"{FOLDER}/{job_id}.pdf"


def letters_held(job_id: int) -> bool:
    """Test whether the file of a job is still there."""
    return default_storage.exists(letters_path(job_id))


def letters_expire(*, before: datetime) -> int:
    """Erase the prints that were drawn earlier; they can be drawn anew."""
    return drawn_expire(FOLDER, before=before)
