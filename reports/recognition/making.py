"""Certificates made in the worker: asked for, drawn, kept for a while, erased."""

from collections.abc import Collection
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from pastoral.core.models import Job, User
from pastoral.core.services import job_fail, job_finish, job_guarded, job_start, job_total
from reports.drawn import drawn_expire
from reports.recognition.certificates import MOST, certificates_draw, certificates_of

TASK = "reports.tasks.certificates_job"
FOLDER = "certificates"
NOTHING_LEFT = "None of these achievements stands any longer: there is nothing to print."


class TooMany(Exception):
    """More certificates than one file should hold; the message is fit for the page."""


def certificates_ask(*, achievements: Collection[int] = (), awards: Collection[int] = (), by: User) -> Job:
    """Have certificates drawn in one PDF. The job's title says how many, never whose.

    Raises TooMany for more than a printer should take at once.
    """
    number = len(achievements) + len(awards)
    if number > MOST:
        raise TooMany(f"That would be {number} certificates. Narrow the list to {MOST} or fewer.")
    title = f"{number} certificate{'s' * (number != 1)}"
    payload: dict[str, object] = {"achievements": sorted(achievements), "awards": sorted(awards)}
    return job_start(title=title, task=TASK, payload=payload, by=by)


def certificates_make(job_id: int) -> None:
    """Draw what the job asks for; a second run draws the same file anew."""
    with job_guarded(job_id):
        job = Job.objects.select_related("started_by").get(pk=job_id)
        found = (
            certificates_of(job.started_by, job.payload["achievements"], job.payload["awards"])
            if job.started_by
            else []
        )
        if not found:
            job_fail(job_id, NOTHING_LEFT)
            return
        job_total(job_id, 1)
        path = certificates_path(job_id)
        default_storage.delete(path)
        default_storage.save(path, ContentFile(certificates_draw(found).data))
        words = f"{len(found)} page{'s' * (len(found) != 1)}, ready to print"
        job_finish(job_id, message=words, result_url=reverse("reports:certificates_pdf", args=[job_id]))


def certificates_path(job_id: int) -> str:
    """Return where the file of a job lies."""
    return f"{FOLDER}/{job_id}.pdf"


def certificates_expire(*, before: datetime) -> int:
    """Erase the files that were drawn earlier, and return how many; they can be drawn anew."""
    return drawn_expire(FOLDER, before=before)
