"""What teachers said when they were asked about the student."""

from django.utils.timezone import localdate

from behaviour.models import RobinAnswer, RoundRobin
from behaviour.summaries.robins import Collated, collated
from reports.packs.content import Block, Exhibit, Facts, Plain, Row, Table, day_words, moment_words
from reports.packs.source import Source


def teachers(source: Source) -> tuple[Exhibit, ...]:
    """Return each round robin of the span that somebody answered: question by question, every teacher's words."""
    asked = RoundRobin.objects.visible_to(source.user).standing(
        student=source.student, asked_at__date__range=source.span
    )
    held = map(collated, asked.select_related("asked_by").order_by("asked_at", "pk"))
    return tuple(_robin(each) for each in held if each.answered)


def _robin(held: Collated) -> Exhibit:
    facts = (
        ("What for", held.robin.purpose),
        ("Asked by", Plain(f"{held.robin.asked_by.formal_name}, {moment_words(held.robin.asked_at)}")),
        ("Wanted by", Plain(day_words(held.robin.due_on))),
        ("Answered", Plain(f"{len(held.answered)} of {held.asked} teachers")),
    )
    blocks: list[Block] = [Facts(facts)]
    for question, answers in held.questions:
        rows = tuple(Row((Plain(_teacher(each)), words)) for each, words in answers)
        blocks.append(Table(question, ("Teacher", "Answer"), (60, 120), rows))
    return Exhibit("What teachers said", localdate(held.robin.asked_at), tuple(blocks))


def _teacher(answer: RobinAnswer) -> str:
    return "\n".join(words for words in (answer.teacher.formal_name, answer.subject) if words)
