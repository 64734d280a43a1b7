"""Drawings of the tracker: a line of weeks for each of hundreds of students, put together without a template."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from attendance.figures import PENALTY_NOTICE_SESSIONS, Counts, StudentWeek
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day, delta, icon, percent, percent_number, spark
from reports.summaries.cohort_page import CohortLine
from reports.summaries.main_reasons import ReasonShare
from reports.summaries.pa_states import State
from reports.summaries.support import NONE_LOGGED, Step, Support
from reports.summaries.tracker import TrackerRow

register = template.Library()


@register.filter
def row_line(row: TrackerRow) -> SafeString:
    """Draw a row's weeks with its interventions; the way to them, whose place the measured effect takes, beneath."""
    line = week_line(row.spark, row.began)
    return line + _effect_place(row.person.student_id) if row.began else line


def _effect_place(student: int) -> SafeString:
    url = f"{reverse('interventions:intervention_list')}?student={student}&show=all"
    return format_html('<a class="tracker-effect" id="effect-{}" href="{}">interventions</a>', student, url)


@lru_cache(maxsize=2000)
def week_line(values: Sequence[Decimal | None], began: tuple[tuple[int, Step], ...] = ()) -> SafeString:
    """Draw attendance week by week on one scale for everybody, 0 to 100 %; "–" with nothing to draw.

    began: interventions, each a line at its week; the text of the drawing names them.
    """
    drawn = spark(values, low=0, high=100)
    if not drawn.get("path"):
        return SafeString("–")
    label, path, x, y = drawn["label"], drawn["path"], drawn["x"], drawn["y"]
    label += "".join(f"; {step.words} began {day(step.since)}" for _place, step in began)
    label, step = escape(label), 96 / max(len(values) - 1, 1)
    marks = "".join(
        f'<line class="spark-began" x1="{at:.1f}" y1="1" x2="{at:.1f}" y2="23" />'
        for at in (2 + place * step for place, _step in began)
    )
    return mark_safe(  # noqa: S308 - put together from numbers, and words that are escaped
        f'<svg class="spark" viewBox="0 0 100 24" role="img" aria-label="{label}"><title>{label}</title>'
        '<line class="spark-pa" x1="2" y1="4.8" x2="98" y2="4.8" />'
        f'{marks}<path class="spark-line" d="{path}" /><circle class="spark-end" cx="{x}" cy="{y}" r="2" /></svg>'
    )


@register.filter
@lru_cache(maxsize=1000)
def change_points(change: Decimal | None) -> SafeString:
    """Print a change of attendance in points with its arrow; each of the few hundred there are is drawn once."""
    return mark_safe(render_to_string("components/delta.html", delta(change)).strip())  # noqa: S308 - our template


# A school's page has hundreds of rows of few kinds: what they share is drawn once, and no row walks branches.
@register.filter
@lru_cache(maxsize=4000)
def missed_of(counts: Counts) -> SafeString:
    """Print missed of possible sessions."""
    return format_html('{} <span class="text-secondary">of {}</span>', counts.missed, counts.possible)


@register.filter
def can_miss(figures: StudentWeek) -> SafeString:
    """Print how many sessions can still be missed, or by how many the limit is passed; "–" with none possible."""
    if over := figures.sessions_over:
        return _over(over)
    return SafeString(figures.sessions_left_to_miss if figures.ytd.possible else "–")


@lru_cache(maxsize=400)
def _over(sessions: int) -> SafeString:
    return format_html('<span class="text-bad nowrap">over by {}</span>', sessions)


@register.filter
def finish_line(row: TrackerRow) -> SafeString:
    """Print where the row leads: off the list on a day, no way off this year, PA on a day, or was PA until one."""
    if row.recovers_on:
        return _off_the_list(row.recovers_on, row.figures.sessions_to_recover)
    if row.is_pa:
        return _lost(row.best_possible)
    if row.crossing:
        return _crosses(row.crossing.on)
    return _was(row.was_pa_to) if row.state == State.WAS_PA else SafeString("–")


@lru_cache(maxsize=1000)
def _off_the_list(on: date, sessions: int) -> SafeString:
    return format_html(
        'off the list <span class="nowrap">{}</span> <span class="text-secondary">after {} session{}</span>',
        day(on),
        sessions,
        "s" * (sessions != 1),
    )


@lru_cache(maxsize=1000)
def _lost(best: Decimal | None) -> SafeString:
    words = '<span class="nowrap">cannot recover this year:</span> <span class="nowrap">best possible {}</span>'
    return format_html(words, percent(best))


@lru_cache(maxsize=400)
def _crosses(on: date) -> SafeString:
    return format_html('PA on <span class="nowrap">{}</span> <span class="text-secondary">at this rate</span>', day(on))


@lru_cache(maxsize=400)
def _was(until: date | None) -> SafeString:
    return format_html('<span class="text-secondary">was PA to {}</span>', day(until))


@register.filter
@lru_cache(maxsize=4000)
def reason_list(reasons: tuple[ReasonShare, ...]) -> SafeString:
    """Print the main reasons with their sessions; the words behind the letters for those who point."""
    part = '<span class="nowrap" title="{}">{} {}</span>'
    held = ((reason.words, reason.short, reason.sessions) for reason in reasons)
    return format_html_join(" · ", part, held) or SafeString("–")


@register.filter
@lru_cache(maxsize=200)
def notice_count(sessions: int) -> SafeString:
    """Print a penalty-notice count, from the threshold on with a mark and a word."""
    if sessions < PENALTY_NOTICE_SESSIONS:
        return SafeString(sessions)
    return format_html(
        '<span class="text-bad strong nowrap">{} {}</span> <span class="notice-threshold">threshold</span>',
        icon("alert"),
        sessions,
    )


@register.filter
@lru_cache(maxsize=4000)
def last_year(counts: Counts) -> SafeString:
    """Print last year's attendance, with a mark when it was persistent absence."""
    chip = mark_safe(' <span class="chip">PA</span>') if counts.is_persistently_absent else ""
    return format_html("{}{}", percent_number(counts.percent), chip)


@register.filter
@lru_cache(maxsize=1000)
def support_cells(support: Support) -> SafeString:
    """Draw the cells of last contact and of what is in place; a dash where nothing is logged, with its words."""
    contact = support.last_contact
    steps = format_html_join(
        "; ", '{} <span class="text-secondary nowrap">{}</span>', ((one.words, day(one.since)) for one in support.live)
    )
    return format_html(
        '<td class="tracker-place" role="cell" data-label="last contact">{}</td>'
        '<td class="tracker-place" role="cell" data-label="in place">{}</td>',
        f"{day(contact.on)}: {contact.words}" if contact else _none(NONE_LOGGED),
        steps or _none(support.none_words),
    )


def _none(words: str) -> SafeString:
    return format_html('<span title="{}"><span aria-hidden="true">–</span>{}</span>', words, _heard(words))


def _heard(words: str) -> SafeString:
    return format_html('<span class="visually-hidden">{}</span>', words)


@register.filter
def row_actions(row: TrackerRow) -> SafeString:
    """Draw what the viewer can do about the student: notice, case, intervention, plan, a planned absence, a contact."""
    offered = {
        "Decide notice" if row.is_to_decide else "Notice case": row.may_open_case,
        "Attendance case": Right.KEEP_PA_CASES in row.rights,
        "Intervention": Right.KEEP_INTERVENTIONS in row.rights,
        "Plan": Right.KEEP_PLANS in row.rights,
        "Plan absence": row.may_plan,
        "Log a contact": Right.LOG_CONTACTS in row.rights,
    }
    found, person = _drawn(tuple(words for words, may in offered.items() if may)), row.person
    return mark_safe(  # noqa: S308 - a key, and a name that is escaped
        found.replace(_SOME_KEY, str(person.student_id)).replace(_SOME_NAME, escape(person.name)) if found else ""
    )


# Each of the few actions is drawn once, with a key and a name to put the student's in place of.
MOST_SEEN = 4
_SOME_KEY, _SOME_NAME = str(10**15), "\ue000"


@cache
def _drawn(words: tuple[str, ...]) -> str:
    """Draw the actions, of many the first three and the others folded, so that a row stays low."""
    drawn = [_action(each) for each in words]
    if len(drawn) <= MOST_SEEN:
        return "".join(drawn)
    more = format_html('<summary class="btn btn-sm">More{}</summary>', _heard(f", {_SOME_NAME}"))
    return f'{"".join(drawn[:3])}<details class="row-more">{more}{"".join(drawn[3:])}</details>'


@cache
def _action(words: str) -> str:
    case = reverse("attendance:notice_detail", args=[_SOME_KEY])
    asked = f"?student={_SOME_KEY}"
    pages = {
        "Attendance case": "interventions:case_add",
        "Intervention": "interventions:intervention_add",
        "Plan": "interventions:plan_add",
        "Plan absence": "attendance:planned_add",
        "Log a contact": "contacts:contact_add",
    }
    url = f"{reverse(pages[words])}{asked}" if words in pages else case
    name = _heard(f", {_SOME_NAME}")
    return format_html('<a class="btn btn-sm" href="{}">{}{}</a>', url, words, name)


@register.simple_tag(takes_context=True)
def cohort_link(context: Mapping[str, Any], row: CohortLine, state: str, number: int, **more: str) -> SafeString:
    """Print a cohort's number as the way to the students behind it, on the tracker; a bare 0 for none."""
    if not number:
        return SafeString("0")
    asked = {"state": state, "year": str(context["year"] or ""), "cohort": row.cohort.slug}
    asked |= {"also": row.also.slug if row.also else "", **more}
    query = urlencode({name: value for name, value in asked.items() if value})
    return format_html(
        '<a href="{}?{}">{}<span class="visually-hidden"> of {}</span></a>',
        reverse("reports:pa_tracker"),
        query,
        number,
        row.name,
    )
