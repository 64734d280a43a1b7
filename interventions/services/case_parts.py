"""Writes to what a case holds: barriers, the student's view, medical evidence, and what was looked at."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from contacts.services.referrals import may_consent
from interventions.models import Barrier, CaseBarrier, CaseFinding, MedicalRequest, PACase, PupilView
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day


class Answered(Exception):
    """Somebody answered meanwhile; the message is fit for the form."""


def barrier_add(*, case: PACase, barrier: Barrier, note: str, on: date, by: User) -> None:
    """Add a barrier; one that was eased stands in the way again; one that stands stays."""
    with transaction.atomic():
        held, is_new = CaseBarrier.objects.select_for_update().get_or_create(
            case=case, barrier=barrier, defaults={"note": note, "found_on": on, "found_by": by}
        )
        if not is_new and held.eased_on is not None:
            held.eased_on, held.note = None, note or held.note
            held.save(update_fields=["eased_on", "note"])


@transaction.atomic
def barrier_ease(*, case: PACase, key: int, on: date) -> None:
    """Note that a barrier no longer stands in the way; a second click changes nothing."""
    for held in CaseBarrier.objects.select_for_update().filter(case=case, pk=key, eased_on=None):
        held.eased_on = max(on, held.found_on)
        held.save(update_fields=["eased_on"])


def view_add(*, case: PACase, token: UUID, facts: Mapping[str, Any], by: User) -> PupilView:
    """Keep what the student says; the same sending again returns what it made."""
    fresh = {**facts, "case": case, "student_id": case.student_id, "asked_by": by}
    return PupilView.objects.get_or_create(token=token, defaults=fresh)[0]


def medical_ask(*, case: PACase, token: UUID, facts: Mapping[str, Any], by: User) -> MedicalRequest:
    """Note that medical evidence was asked of somebody. Raises NotTheirs of one whom a court bars, or of no carer."""
    may_consent(case.student_id, facts["asked_of_id"])
    fresh = {**facts, "case": case, "asked_by": by}
    return MedicalRequest.objects.get_or_create(token=token, defaults=fresh)[0]


@transaction.atomic
def medical_answer(*, request: MedicalRequest, answer: str, answered_on: date, answer_note: str) -> None:
    """Note what came. A second click changes nothing; raises Answered."""
    held = MedicalRequest.objects.select_for_update().get(pk=request.pk)
    if (held.answer, held.answered_on, held.answer_note) == (answer, answered_on, answer_note):
        return
    if held.answer and held.answered_on:
        raise Answered(f"It was answered on {day(held.answered_on)} already: {held.get_answer_display().lower()}.")
    held.answer, held.answered_on, held.answer_note = answer, answered_on, answer_note
    held.save(update_fields=["answer", "answered_on", "answer_note"])


def finding_add(*, case: PACase, token: UUID, facts: Mapping[str, Any], by: User) -> CaseFinding:
    """Answer a part of the evidence; the latest answer stands, earlier ones are kept."""
    return CaseFinding.objects.get_or_create(token=token, defaults={**facts, "case": case, "by": by})[0]
