"""Bullying and prejudice: the student's own part in cases, and what was done for or with them."""

from collections.abc import Iterable

from django.utils.timezone import localdate

from behaviour.models import BullyingCase, CaseStudent
from behaviour.summaries.cases import CaseShown, SideShown, cases_shown, with_sides
from reports.packs.content import Block, Exhibit, Facts, Plain, Row, Table, Words, day_words, moment_words, paragraphs
from reports.packs.source import Source


def bullying(source: Source) -> tuple[Exhibit, ...]:
    """Return the cases that the student was in.

    Of the other side no more than the account itself tells: what was done with those who did it is not for the pack of
    the one to whom it was done, nor how that one fares for theirs.
    """
    held = BullyingCase.objects.visible_to(source.user).standing(
        students__student=source.student, opened_at__date__lte=source.last
    )
    running = [
        case
        for case in with_sides(held).order_by("opened_at", "pk")
        if case.closed_at is None or localdate(case.closed_at) >= source.first
    ]
    return tuple(_case(each, source) for each in cases_shown(source.user, running, source.today))


def _case(case: CaseShown, source: Source) -> Exhibit:
    mine = next(each for each in case.sides if each.person.key == source.student.pk)
    is_target = mine.side == CaseStudent.Side.TARGET
    told = ("How it stands for the student", case.outcome) if is_target else ("What was done", case.action)
    words = (("What is said", case.summary), told, ("Support for the student", mine.support))
    blocks: list[Block] = [_facts(case, mine), *(Words(name, paragraphs(text)) for name, text in words if text)]
    if is_target:
        blocks += _checks(case)
    return Exhibit("Bullying and prejudice", localdate(case.opened_at), tuple(blocks))


def _facts(case: CaseShown, mine: SideShown) -> Facts:
    ended = f"{moment_words(case.closed_at)}, {case.closed_by}" if case.closed_at else "Not closed"
    known = (
        ("Part of the student", CaseStudent.Side(mine.side).label),
        ("What was done", f"{case.form}, {case.medium}"),
        ("About", "; ".join(each.label for each in case.motivations)),
        ("Found", case.finding),
        ("Opened", f"{moment_words(case.opened_at)}, {case.opened_by}"),
        ("Kept by", case.owner),
        ("Closed", ended),
        ("Family told", day_words(mine.parents_told_on)),
    )
    return Facts(tuple((label, Plain(words)) for label, words in known))


def _checks(case: CaseShown) -> Iterable[Table]:
    rows = tuple(
        Row(
            (
                Plain(f"{each.weeks} weeks"),
                Plain(f"{day_words(each.done_on)}, {each.done_by}"),
                Plain("It has stopped" if each.is_over else "It goes on"),
                each.note or "–",
            )
        )
        for each in case.checks
        if each.done_on
    )
    if rows:
        yield Table("Looked at again", ("After", "When and by whom", "What was found", "Note"), (22, 56, 36, 66), rows)
