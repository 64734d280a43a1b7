"""Behaviour: the log, incidents in full, sanctions, suspensions, what went well, and what went to the DSL."""

from collections.abc import Iterable

from behaviour.models import (
    Achievement,
    Detention,
    DslConcern,
    Incident,
    IncidentReview,
    IncidentType,
    InclusionStay,
    Involvement,
    ReportCard,
    Suspension,
)
from behaviour.summaries.elsewhere import totals_by_year
from behaviour.summaries.inbox import with_parts
from behaviour.summaries.incidents import IncidentShown, incidents_shown
from behaviour.summaries.suspensions import SuspensionRow, rows_of
from pastoral.core.backdated import happened, is_logged_late
from pastoral.core.rights import Right
from reports.packs.content import (
    DSL,
    LATE,
    Block,
    Exhibit,
    Facts,
    Plain,
    Row,
    Table,
    Words,
    day_words,
    moment_words,
    paragraphs,
)
from reports.packs.readers.family import STATUS
from reports.packs.source import Source


def _of_dsl() -> set[str]:
    return set(IncidentType.objects.filter(goes_to_dsl=True).values_list("name", flat=True))


def _parts(source: Source) -> list[Involvement]:
    """Return the student's parts in incidents of the span; the DSL's matters only by right and by choice."""
    held = Involvement.objects.of_students([source.student.pk], user=source.user)
    found = held.filter(incident__occurred_on__range=source.span).select_related("incident__logged_by")
    hidden = _of_dsl()
    rows = [each for each in found if source.takes_dsl or each.incident.type not in hidden]
    if any(each.incident.type in hidden for each in rows):
        source.taken.add(Right.READ_DSL_CONCERNS)
    return sorted(
        rows, key=lambda each: (each.incident.occurred_on, str(each.incident.occurred_at_time or ""), each.pk)
    )


def log(source: Source) -> tuple[Exhibit, ...]:
    """Return the behaviour log: every incident in a line, with the student's part and what was done."""
    hidden, parts = _of_dsl(), _parts(source)
    done = _actions(source, parts)
    rows = tuple(
        Row(
            (
                Plain(day_words(each.incident.occurred_on)),
                "\n".join(
                    words for words in (each.incident.type, each.incident.location, each.incident.activity) if words
                ),
                Plain(f"{each.get_role_display()}, {each.points} points" if each.points else each.get_role_display()),
                done.get(each.incident_id) or "–",
            ),
            _badges(each.incident, hidden),
        )
        for each in parts
    )
    if not rows:
        return ()
    headings = ("Day", "What and where", "Part", "Action")
    return (Exhibit("Behaviour log", None, (Table("", headings, (38, 62, 38, 42), rows),)),)


def _actions(source: Source, parts: Iterable[Involvement]) -> dict[int, str]:
    """Return by incident what was done about the student's part, as the builder reads it on the incident's page."""
    found = with_parts(Incident.objects.visible_to(source.user).filter(pk__in=[each.incident_id for each in parts]))
    shown = incidents_shown(source.user, found, source.today)
    return {each.key: part.action_taken for each in shown for part in each.parts if part.key == source.student.pk}


def _badges(incident: Incident, hidden: set[str]) -> tuple[str, ...]:
    late = (
        (LATE,) if is_logged_late(happened(incident.occurred_on, incident.occurred_at_time), incident.logged_at) else ()
    )
    return (*late, *((DSL,) if incident.type in hidden else ()))


def incidents(source: Source) -> tuple[Exhibit, ...]:
    """Return incidents in full: the one that the pack is about, or else the serious ones of the span."""
    about = source.incident or (source.suspension.incident if source.suspension else None)
    parts = _parts(source)
    keys = [each.incident_id for each in parts if _is_serious(each.incident)]
    if about is not None:
        keys = [each.incident_id for each in parts if each.incident_id == about.pk] or _beyond(source, about)
    found = with_parts(Incident.objects.visible_to(source.user).filter(pk__in=keys))
    shown = incidents_shown(source.user, found.order_by("occurred_on", "occurred_at_time", "pk"), source.today)
    done = _dealt_with(keys)
    return tuple(_incident(each, done.get(each.key, ()), _of_dsl()) for each in shown)


def _is_serious(incident: Incident) -> bool:
    return (incident.severity or 0) >= Incident.Severity.SERIOUS


def _beyond(source: Source, about: Incident) -> list[int]:
    """Return the incident that the pack is about where it is of a day outside the span; none of the DSL's unasked."""
    if about.type in _of_dsl() and not source.takes_dsl:
        return []
    held = Involvement.objects.of_students([source.student.pk], user=source.user)
    return list(held.filter(incident=about).values_list("incident", flat=True))


def _dealt_with(keys: list[int]) -> dict[int, tuple[IncidentReview, ...]]:
    found: dict[int, tuple[IncidentReview, ...]] = {}
    rows = IncidentReview.objects.filter(incident__in=keys).exclude(decision="").select_related("decided_by")
    for each in rows.order_by("decided_at", "pk"):
        found[each.incident_id] = (*found.get(each.incident_id, ()), each)
    return found


def _incident(shown: IncidentShown, reviews: Iterable[IncidentReview], hidden: set[str]) -> Exhibit:
    at = f", {shown.occurred_at:%H:%M}" if shown.occurred_at else ""
    facts = (
        ("When", Plain(f"{day_words(shown.occurred_on)}{at}")),
        ("Where", ", ".join(words for words in (shown.location, shown.activity, shown.period) if words)),
        ("Severity", Plain(shown.severity)),
        ("Told by", Plain(shown.told_by)),
        ("Written down", Plain(moment_words(shown.arrived_at))),
        ("Status", Plain(shown.status)),
    )
    rows = tuple(
        Row((each.name, Plain(each.role), each.action_taken or "–", each.comment or "–")) for each in shown.parts
    )
    blocks: list[Block] = [
        Facts(tuple((label, words) for label, words in facts if words)),
        Words("What happened", paragraphs(shown.words) or (Plain("Nothing more was written."),)),
        Table("Who was in it", ("Student", "Part", "Action", "Remark"), (52, 30, 44, 54), rows),
    ]
    blocks += [Words(f"Statement of {each.name}", paragraphs(each.statement)) for each in shown.parts if each.statement]
    dealt = tuple(
        Row(
            (
                Plain(moment_words(each.decided_at)),
                Plain(_by(each)),
                Plain(each.get_decision_display()),
                each.action or "–",
            )
        )
        for each in reviews
    )
    if dealt:
        headings = ("When", "By", "Decision", "What was done")
        blocks.append(Table("Reviewed", headings, (46, 36, 28, 70), dealt))
    when = happened(shown.occurred_on, shown.occurred_at)
    late = (LATE,) if not shown.is_imported and is_logged_late(when, shown.arrived_at) else ()
    badges = (*late, *((DSL,) if shown.type in hidden else ()))
    return Exhibit(f"Incident: {shown.type}", shown.occurred_on, tuple(blocks), badges)


def _by(review: IncidentReview) -> str:
    return review.decided_by.formal_name if review.decided_by else "–"


def sanctions(source: Source) -> tuple[Exhibit, ...]:
    """Return detentions, report cards and stays in the inclusion room, each by its own right."""
    groups = (
        ("Detentions", _detentions(source) if source.may(Right.SET_DETENTIONS) else ()),
        ("Report cards", _cards(source)),
        ("Inclusion room", _stays(source) if source.may(Right.KEEP_INCLUSION) else ()),
    )
    widths, headings = (40, 66, 34, 40), ("When", "Why", "State or kind", "What came of it")
    blocks = tuple(Table(title, headings, widths, rows) for title, rows in groups if rows)
    return (Exhibit("Sanctions and report cards", None, blocks),) if blocks else ()


def _detentions(source: Source) -> tuple[Row, ...]:
    held = Detention.objects.filter(student=source.student, withdrawn_at=None, day__range=source.span)
    rows = tuple(
        Row((Plain(day_words(each.day)), each.reason, Plain(each.get_status_display()), each.outcome or "–"))
        for each in held.order_by("day", "starts_at", "pk")
    )
    source.taken.update({Right.SET_DETENTIONS} if rows else ())
    return rows


def _cards(source: Source) -> tuple[Row, ...]:
    held = ReportCard.objects.visible_to(source.user).standing(student=source.student, starts_on__range=source.span)
    return tuple(
        Row((Plain(_days(each)), each.reason, Plain(each.get_level_display()), _ended(each)))
        for each in held.order_by("starts_on", "pk")
    )


def _stays(source: Source) -> tuple[Row, ...]:
    held = InclusionStay.objects.filter(student=source.student, withdrawn_at=None, came_at__date__range=source.span)
    rows = tuple(
        Row((Plain(moment_words(each.came_at)), each.reason, Plain(each.get_kind_display()), each.outcome or "–"))
        for each in held.order_by("came_at", "pk")
    )
    source.taken.update({Right.KEEP_INCLUSION} if rows else ())
    return rows


def _days(card: ReportCard) -> str:
    return f"{day_words(card.starts_on)} to {day_words(card.ends_on)}"


def _ended(card: ReportCard) -> str:
    return f"{card.get_outcome_display()}. {card.outcome_note}".strip() if card.outcome else "running"


def suspensions(source: Source) -> tuple[Exhibit, ...]:
    """Return suspensions and permanent exclusions with their totals, duties and what was decided.

    A pack about one suspension holds that one; its totals are those of the whole record.
    """
    held = Suspension.objects.visible_to(source.user).standing(student=source.student, starts_on__lte=source.last)
    spans = held.select_related("student", "incident").prefetch_related("set_work").order_by("starts_on", "pk")
    rows = rows_of(list(spans), source.today, "AM")
    chosen = [each for each in rows if _is_asked(source, each)]
    elsewhere = tuple(Row(tuple(Plain(str(cell)) for cell in each)) for each in totals_by_year(source.student.pk))
    found = [_suspension(each) for each in chosen]
    if elsewhere and not source.suspension:
        table = Table("", ("School year", "Sessions", "Days"), (60, 60, 60), elsewhere)
        found.append(Exhibit("Suspensions at earlier schools", None, (table,)))
    return tuple(found)


def _is_asked(source: Source, row: SuspensionRow) -> bool:
    if source.suspension is not None:
        return row.span.pk == source.suspension.pk
    return row.span.starts_on >= source.first


def _suspension(row: SuspensionRow) -> Exhibit:
    span, case = row.span, row.case
    until = f" to {day_words(span.ends_on)} {span.ends_session}" if span.ends_on else ""
    facts = (
        ("From", Plain(f"{day_words(span.starts_on)} {span.starts_session}{until}")),
        ("Length", Plain(f"{row.days} day{'s' * (row.days != '1')}" if row.days else "permanent")),
        ("Reasons", Plain("; ".join(name for _code, name in row.reasons))),
        ("Decided by", Plain(span.decided_by)),
        ("SEN provision then", Plain(STATUS.get(span.sen_provision, "–"))),
        ("Sessions in the term and the year", Plain(f"{case.totals.term} and {case.totals.year}")),
        ("Work set", span.work),
        ("Provision from the sixth day", span.provision),
        ("Governors", f"{day_words(span.governors_met_on)}: {span.governors_decided}" if span.governors_met_on else ""),
        ("Representations", Plain(day_words(span.representations_on)) if span.representations_on else ""),
        (
            "Independent review",
            f"{day_words(span.review_asked_on)}: {span.review_decided}" if span.review_asked_on else "",
        ),
    )
    steps = tuple(
        Row((Plain(each.words), Plain(day_words(each.due)), Plain(_done(each)), Plain(each.why or "–")))
        for each in case.steps
        if each.is_owed or each.is_done
    )
    blocks: list[Block] = [
        Facts(tuple((label, words) for label, words in facts if words)),
        Words("Circumstances", paragraphs(span.circumstances) or (Plain("Nothing more was written."),)),
        Table("Duties", ("What", "Due", "Done", "Why"), (68, 34, 34, 44), steps),
    ]
    if span.reintegration:
        blocks.append(Words("Reintegration", paragraphs(span.reintegration)))
    return Exhibit(span.get_kind_display(), span.starts_on, tuple(blocks))


def _done(step: object) -> str:
    done_on, is_done = getattr(step, "done_on", None), getattr(step, "is_done", False)
    return day_words(done_on) if done_on else "yes" if is_done else "not yet"


def achievements(source: Source) -> tuple[Exhibit, ...]:
    """Return achievements: the other side of the record."""
    rows = tuple(
        Row((Plain(day_words(each.awarded_on)), each.type, Plain(str(each.points)), each.note or each.activity or "–"))
        for each in Achievement.objects.standing(student=source.student, awarded_on__range=source.span).order_by(
            "awarded_on", "pk"
        )
    )
    if not rows:
        return ()
    table = Table("", ("Day", "For", "Points", "Note"), (38, 60, 18, 64), rows)
    return (Exhibit("Achievements", None, (table,)),)


def concerns(source: Source) -> tuple[Exhibit, ...]:
    """Return what was sent to the DSL about the student: by right and by choice alone."""
    if not source.takes_dsl:
        return ()
    held = DslConcern.objects.visible_to(source.user).filter(
        student=source.student, written_at__date__range=source.span
    )
    rows = tuple(
        Row((Plain(moment_words(each.written_at)), Plain(each.written_by.formal_name), each.words), (DSL,))
        for each in held.select_related("written_by").order_by("written_at", "pk")
    )
    if not rows:
        return ()
    table = Table("", ("When", "By", "What was written"), (40, 36, 104), rows)
    return (Exhibit("Concerns sent to the DSL", None, (table,)),)
