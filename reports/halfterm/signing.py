"""Writes of a report once it is in words: signed and drawn, taken back, released, corrected by a new version."""

import hashlib
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from pastoral.core.models import User
from pastoral.core.versions import Overtaken
from reports.halfterm.keeping import ReportRefused, as_at_again, draft_needed, hand_over, locked, words_version
from reports.halfterm.wording import has_old_statement, outdated, own_words
from reports.models import HalfTermReport

FOLDER = "half_term"
Status = HalfTermReport.Status


@transaction.atomic
def report_sign(*, report: HalfTermReport, by: User, seen: str, is_meant: bool = False) -> HalfTermReport:
    """Sign the report off as it reads now, and draw it on paper; a second click finds it signed.

    seen: the version of the words that the person saw. is_meant: the person said that numbers of an earlier count in
    the words are meant. Raises Overtaken when it reads otherwise by now, ReportRefused while it says such numbers.
    """
    from reports.halfterm.drawing import report_draw  # Pango and the fonts: only a process that draws loads them

    held = locked(report.pk)
    if held.status != Status.DRAFT:
        return held
    draft_needed(held)
    if seen != words_version(held):
        raise Overtaken
    if has_old_statement(held.words):
        raise ReportRefused("A statement rests on numbers that there are no longer: take it out first.")
    if outdated(held.words) and not is_meant:
        raise ReportRefused("What is said holds numbers of an earlier count: put them right first.")
    held.status, held.signed_by, held.signed_at = Status.SIGNED, by, timezone.now()
    pdf = report_draw(held)
    digest = hashlib.sha256(pdf.data).hexdigest()
    path = f"{FOLDER}/{held.pk}-{digest[:16]}.pdf"
    default_storage.delete(path)
    held.file.name = default_storage.save(path, ContentFile(pdf.data))
    held.pages, held.size, held.sha256 = pdf.pages, len(pdf.data), digest
    held.save()
    return held


@transaction.atomic
def report_unsign(*, report: HalfTermReport) -> HalfTermReport:
    """Make a draft of a signed report that was not released; one that is a draft stays one."""
    held = locked(report.pk)
    if held.status == Status.RELEASED:
        raise ReportRefused("It was released: make a new version that says what changed.")
    held.status, held.signed_by, held.signed_at = Status.DRAFT, None, None
    held.file, held.pages, held.size, held.sha256 = "", 0, 0, ""
    held.save()
    return held


@transaction.atomic
def report_release(*, report: HalfTermReport, by: User) -> HalfTermReport:
    """Release a signed report: from then on nothing of it changes. A second click finds it released."""
    held = locked(report.pk)
    if held.status == Status.RELEASED:
        return held
    if held.status != Status.SIGNED or held.withdrawn_at:
        raise ReportRefused("Sign it off first.")
    held.status, held.released_by, held.released_at = Status.RELEASED, by, timezone.now()
    held.save(update_fields=["status", "released_by", "released_at"])
    return held


@transaction.atomic
def report_correct(*, report: HalfTermReport, what_changed: str, by: User, token: UUID) -> HalfTermReport:
    """Begin a new version of a released report, counted anew, with the old one's own words; it says what changed.

    A second click, or a second person, finds the version that was begun.
    """
    held = locked(report.pk)
    later = HalfTermReport.objects.standing(corrects=held).first()
    if later:
        return later
    if held.status != Status.RELEASED:
        raise ReportRefused("Only a released report gets a new version: change the draft itself.")
    made = HalfTermReport.objects.create(
        token=token,
        year_group_id=held.year_group_id,
        academic_year=held.academic_year,
        half_term=held.half_term,
        first=held.first,
        last=held.last,
        as_at=as_at_again(held),
        version=held.version + 1,
        corrects=held,
        what_changed=what_changed,
        made_by=by,
        words=own_words(held.words, held.drafted),
        drafted=held.drafted,
    )
    hand_over(made, by)
    return made
