"""Letters made in batches by a worker, each in a transaction of its own, and what becomes of their copies."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from contacts.models import Letter, LetterBatch, LetterCopy, LetterMark, Message
from contacts.services.contacts import CarerBarred, NotTheirCarer
from contacts.services.copies import copy_sent
from contacts.services.messages import Mail, NoRecipient, message_queue, messages_hand_over
from contacts.summaries.letter_facts import measure_of
from contacts.summaries.letter_figures import marks_for
from contacts.summaries.letter_preview import preview_of
from contacts.summaries.letter_previewed import Asked, CopyPreview, LetterPreview, Preview
from pastoral.core.history import acting
from pastoral.core.models import Job, User
from pastoral.core.services import job_finish, job_guarded, job_start, job_step, job_total
from pastoral.core.versions import Overtaken
from students.summaries import SchoolCalendar

MAKE = "contacts.tasks.letters_make"
_MESSAGES = UUID("0c8a7e2b-5a53-4f0e-8e4e-2f4f1d0a9b42")


class NothingChosen(Exception):
    """Nobody is ticked; the message is fit for the page."""


@dataclass(frozen=True)
class Choice:
    """What was ticked. copies: "student-carer" keys. is_all_print: nothing by e-mail. sends: e-mails go at once.

    seen: the preview's version as it was looked through; as it stands when nobody looked.
    """

    copies: Sequence[str]
    is_all_print: bool = False
    sends: bool = False
    seen: str | None = None


@transaction.atomic
def batch_ask(*, preview: Preview, choice: Choice, token: UUID, by: User, now: datetime) -> LetterBatch:
    """Have the ticked letters made; the same sending again returns the batch it asked for.

    Only what the preview offers can be chosen: never a person who is barred, or a student out of reach. Raises
    NothingChosen, and Overtaken where the template or the rule says something else than was looked through.
    """
    offered = {copy.key for letter in preview.letters for copy in letter.copies}
    keys = [key for key in dict.fromkeys(choice.copies) if key in offered]
    asked = preview.asked
    batch, is_new = LetterBatch.objects.get_or_create(
        token=token,
        defaults={
            "template": asked.template,
            "rule": asked.rule,
            "first_day": preview.span.first if preview.span else None,
            "last_day": preview.span.last if preview.span else None,
            "made_by": by,
            "made_at": now,
        },
    )
    if not is_new:
        return batch
    if choice.seen not in (None, preview.version):
        raise Overtaken
    if not keys:
        raise NothingChosen("Nobody is ticked: no letter was made.")
    number = len({key.partition("-")[0] for key in keys})
    payload: dict[str, object] = {
        "batch": batch.pk,
        "copies": keys,
        "is_all_print": choice.is_all_print,
        "sends": choice.sends,
        "day": asked.today.isoformat(),
        "kind": asked.template.kind,
        "subject": asked.template.subject,
        "body": asked.template.body,
    }
    title = f"{number} letter{'s' * (number != 1)}: {asked.template.name}"
    batch.job = job_start(title=title, task=MAKE, payload=payload, by=by, steps_total=number)
    batch.save(update_fields=["job"])
    return batch


def letters_make(job_id: int) -> None:
    """Make the letters of the job's batch; a second run makes those that are missing, and none twice."""
    with job_guarded(job_id):
        job = Job.objects.select_related("started_by").get(pk=job_id)
        batch = LetterBatch.objects.select_related("template", "rule", "made_by").get(pk=job.payload["batch"])
        with acting(batch.made_by, reason="letters"):
            ends, refused = _made(job, batch)
        job_finish(job_id, message=_words(ends, refused), result_url=reverse("contacts:batch_detail", args=[batch.pk]))


def _made(job: Job, batch: LetterBatch) -> tuple[Counter[str], Sequence[str]]:
    """Make what is missing in the words that were seen; return how many ended how, and why an e-mail could not go."""
    template = batch.template
    template.kind, template.subject, template.body = (job.payload[name] for name in ("kind", "subject", "body"))
    chosen: dict[int, set[int]] = {}
    for key in job.payload["copies"]:
        student, _, carer = key.partition("-")
        chosen.setdefault(int(student), set()).add(int(carer))
    ends = Counter({"made": batch.letters.filter(student__in=chosen).count()})
    done = set(batch.letters.values_list("student", flat=True))
    job_total(job.pk, len(chosen), len(done & chosen.keys()))
    asked = Asked(template, batch.rule, tuple(chosen), batch.made_by, timezone.localdate(batch.made_at), reach="all")
    preview = preview_of(asked, SchoolCalendar.load())
    previews = {letter.who.student_id: letter for letter in preview.letters}
    for student, carers in chosen.items():
        if student not in done:
            letter = previews.get(student)
            copies = [copy for copy in letter.copies if copy.carer.parent_carer_id in carers] if letter else []
            ends[_one(job, batch, preview, letter, copies)] += 1
            job_step(job.pk)
    if not job.payload["sends"]:
        return ends, ()
    unsent = LetterCopy.objects.unsent().filter(letter__batch=batch)
    return ends, copies_email(copies=list(unsent), by=batch.made_by, now=timezone.now()).refused


def _one(
    job: Job, batch: LetterBatch, preview: Preview, letter: LetterPreview | None, copies: Sequence[CopyPreview]
) -> str:
    if letter is None or not copies or preview.span is None:
        return "left out"
    made = letter_make(
        batch=batch,
        letter=letter,
        copies=copies,
        period=preview.span.period,
        is_all_print=bool(job.payload["is_all_print"]),
    )
    if made is None:
        return "there already"
    return "made"


@transaction.atomic
def letter_make(
    *, batch: LetterBatch, letter: LetterPreview, copies: Sequence[CopyPreview], period: str, is_all_print: bool = False
) -> Letter | None:
    """Make one letter with its copies and the marks it is about; None where the student has that step already (T9)."""
    made, is_new = Letter.objects.get_or_create(
        student_id=letter.who.student_id,
        step=batch.template.kind,
        period=period,
        withdrawn_at=None,
        defaults={"batch": batch, "facts": dict(letter.facts)},
    )
    if not is_new:
        return None
    measure = measure_of(batch.rule)
    LetterMark.objects.bulk_create(
        LetterMark(letter=made, day=mark.day, session=mark.session, letters=mark.letters, minutes_late=mark.minutes)
        for mark in marks_for(batch.template.kind, measure, letter.figures)
    )
    LetterCopy.objects.bulk_create(_copy(made, copy, is_all_print) for copy in copies)
    return made


def _copy(letter: Letter, copy: CopyPreview, is_all_print: bool) -> LetterCopy:
    channel = LetterCopy.Channel.PRINT if is_all_print else copy.channel
    return LetterCopy(
        letter=letter,
        parent_carer_id=copy.carer.parent_carer_id,
        channel=channel,
        addressee=copy.carer.name[:200],
        address=copy.carer.email if channel == LetterCopy.Channel.EMAIL else copy.carer.address,
        subject=copy.subject,
        body=copy.body,
        sha256=digest(copy.subject, copy.body),
    )


def digest(subject: str, body: str) -> str:
    """Return what shows that a copy's words are those that were sent."""
    return hashlib.sha256(f"{subject}\n\n{body}".encode()).hexdigest()


@dataclass
class Sent:
    """What became of copies that were to go. refused: whose could not, each with the reason."""

    number: int = 0
    refused: tuple[str, ...] = ()


def copies_email(*, copies: Collection[LetterCopy], by: User, now: datetime) -> Sent:
    """Queue the e-mails of those copies that are not on their way; each is a contact once the mail server has it."""
    held = LetterCopy.objects.not_gone().filter(pk__in=[copy.pk for copy in copies], channel=LetterCopy.Channel.EMAIL)
    sent, queued = Sent(), list[Message]()
    for copy in held.filter(message=None).select_related("letter__student", "parent_carer"):
        mail = Mail(copy.subject, copy.body, person=copy.parent_carer, student=copy.letter.student, copy=copy)
        try:
            queued.append(message_queue(mail=mail, token=uuid5(_MESSAGES, str(copy.pk)), by=by, now=now))
        except (NoRecipient, CarerBarred, NotTheirCarer) as fault:
            sent.refused = (*sent.refused, str(fault))
    sent.number = len(queued)
    messages_hand_over(*queued)
    return sent


def copies_printed(*, copies: Collection[LetterCopy], by: User, now: datetime) -> Sent:
    """Note that the printed copies went out, each logged as a contact; done twice, each is logged once."""
    sent = Sent()
    for key in [copy.pk for copy in copies]:
        with transaction.atomic():
            rows = LetterCopy.objects.not_gone().select_for_update(of=("self",))
            copy = (
                rows.filter(pk=key, channel=LetterCopy.Channel.PRINT).select_related("letter", "parent_carer").first()
            )
            if copy is None:
                continue
            try:
                copy_sent(copy, by=by, at=now, logged_at=now)
            except (CarerBarred, NotTheirCarer) as fault:
                sent.refused = (*sent.refused, str(fault))
            else:
                sent.number += 1
    return sent


@transaction.atomic
def letter_withdraw(*, letter: Letter, because: str, by: User, now: datetime) -> Letter:
    """Take a letter that should not stand out of every list; copies not sent yet never go. The first one stands."""
    held = Letter.objects.select_for_update().get(pk=letter.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return held


def _words(ends: Mapping[str, int], refused: Sequence[str]) -> str:
    """Return what became of the letters, in words."""
    made = ends["made"]
    words = [f"{made} letter{'s' * (made != 1)} made"]
    if ends["there already"]:
        words.append(f"{ends['there already']} made by somebody else meanwhile")
    if ends["left out"]:
        words.append(f"{ends['left out']} left out: no longer due, or nobody to write to")
    if refused:
        number = len(refused)
        words.append(f"{number} e-mail{'s' * (number != 1)} could not go: {' '.join(dict.fromkeys(refused))}")
    return "; ".join(words)
