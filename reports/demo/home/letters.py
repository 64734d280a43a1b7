"""Letters of the demo school: batches that went out on paper and by e-mail, and one that waits to be printed."""

from datetime import date, timedelta

from django.db.models import Sum

from behaviour.models import Achievement
from contacts.models import Letter, LetterBatch, LetterCopy, LetterRule, LetterTemplate, Message
from contacts.services.letters import copies_printed, letter_make
from contacts.services.messages import Mail, message_came_back, message_left, message_queue
from contacts.summaries.letter_preview import preview_of
from contacts.summaries.letter_previewed import Asked
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at
from reports.demo.conduct import token

Kind = LetterTemplate.Kind
MOST = 24
PRAISED = 9
ON_PAPER = (Kind.ATTENDANCE_1, Kind.MINUTES_LATE)
RETURNED = "550 5.1.1 The e-mail account that you tried to reach does not exist"


def letters_send(cast: Cast) -> int:
    """Make four batches from the school's rules: two went out, one is by e-mail, today's waits to be printed."""
    if Letter.objects.exists():
        return 0
    officer, head = cast.holder(Role.ATTENDANCE_OFFICER), cast.holder(Role.HEAD_OF_YEAR, 9)
    days = cast.days_back(12)
    for n, (kind, by, day, is_sent) in enumerate(
        (
            (Kind.ATTENDANCE_1, officer, days[0], True),
            (Kind.ATTENDANCE_2, officer, days[-5], True),
            (Kind.PRAISE, head, days[-3], True),
            (Kind.MINUTES_LATE, officer, days[-1], False),
        )
    ):
        batch = _made(cast, n, kind, by, day)
        if batch and is_sent:
            _sent(batch, by, day)
    return Letter.objects.count()


def _made(cast: Cast, n: int, kind: str, by: User, day: date) -> LetterBatch | None:
    """Make the letters that a person would have seen ticked that day; praise is for those with most achievements."""
    rule = LetterRule.objects.filter(template__kind=kind, is_on=True).select_related("template").first()
    if rule is None:
        return None
    if kind == Kind.PRAISE:
        asked = Asked(rule.template, None, _praised(cast, day), by, day)
    else:
        asked = Asked(rule.template, rule, (), by, day)
    preview = preview_of(asked, cast.calendar)
    ticked = [letter for letter in preview.letters if letter.is_ticked][:MOST]
    if not ticked or preview.span is None:
        return None
    batch = LetterBatch.objects.create(
        token=token("batch", n), template=rule.template, rule=asked.rule, first_day=preview.span.first,
        last_day=preview.span.last, made_by=by, made_at=at(day, 13),
    )  # fmt: skip
    for letter in ticked:
        copies = [copy for copy in letter.copies if copy.is_ticked]
        letter_make(
            batch=batch, letter=letter, copies=copies, period=preview.span.period, is_all_print=kind in ON_PAPER
        )
    Letter.objects.filter(batch=batch).update(made_at=at(day, 13))
    return batch


def _praised(cast: Cast, day: date) -> tuple[int, ...]:
    keys = [member.student_id for member in cast.roll if member.year == 9]
    given = Achievement.objects.standing(student__in=keys, awarded_on__range=(day - timedelta(weeks=2), day))
    most = given.order_by().values("student").annotate(points=Sum("points")).order_by("-points", "student")
    return tuple(most.values_list("student", flat=True)[:PRAISED])


def _sent(batch: LetterBatch, by: User, day: date) -> None:
    """Print those on paper, and let the others leave by e-mail: one comes back."""
    copies = LetterCopy.objects.filter(letter__batch=batch).select_related("letter__student", "parent_carer")
    now = at(day, 13, 20)
    copies_printed(copies=[copy for copy in copies if copy.channel == LetterCopy.Channel.PRINT], by=by, now=now)
    queued = [_queued(copy, by, day) for copy in copies if copy.channel == LetterCopy.Channel.EMAIL]
    for message in queued:
        message_left(message, at=now + timedelta(minutes=1), logged_at=now + timedelta(minutes=1))
    if queued:
        message_came_back(message=queued[0], said=RETURNED, now=now + timedelta(minutes=3))


def _queued(copy: LetterCopy, by: User, day: date) -> Message:
    mail = Mail(copy.subject, copy.body, person=copy.parent_carer, student=copy.letter.student, copy=copy)
    return message_queue(mail=mail, token=token("letter", copy.pk), by=by, now=at(day, 13, 20))
