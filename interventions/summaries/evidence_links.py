"""The way to each part of the evidence: the page that makes it, or shows it."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from attendance.summaries.reach import Reached
from interventions.figures.evidence import MAY_NOT_APPLY, Item, Makes, Meter, Part, PartShown, State
from interventions.models import PACase
from pastoral.core.rights import Right

# Which right over the student a page asks for; the case's own pages ask for keeping the case.
_NEEDS = {
    Makes.FAMILY: Right.LOG_CONTACTS,
    Makes.CONTACT: Right.LOG_CONTACTS,
    Makes.LETTER: Right.SEND_LETTERS,
    Makes.MEETING: Right.KEEP_MEETINGS,
    Makes.PLAN: Right.KEEP_PLANS,
    Makes.INTERVENTION: Right.KEEP_INTERVENTIONS,
    Makes.NOTICE: Right.SEE_YEAR_DASHBOARD,
    Makes.LEAVE: Right.PLAN_MARKS,
    Makes.AGENCY: Right.SEE_AGENCIES,
    Makes.EARLY_HELP: Right.KEEP_AGENCIES,
    Makes.MARKS: Right.SEE_STUDENT,
}
_OF_STUDENT = {
    Makes.FAMILY: "contacts:family",
    Makes.NOTICE: "attendance:notice_detail",
    Makes.AGENCY: "contacts:agency_student",
    Makes.MARKS: "reports:student_detail",
}
_ABOUT_STUDENT = {
    Makes.CONTACT: "contacts:contact_add",
    Makes.LETTER: "contacts:letter_write",
    Makes.MEETING: "interventions:meeting_add",
    Makes.PLAN: "interventions:plan_add",
    Makes.INTERVENTION: "interventions:intervention_add",
    Makes.LEAVE: "attendance:leave_ask",
    Makes.EARLY_HELP: "contacts:early_help_add",
}
# Where what is present is shown, of those whose making is another page.
_SHOWS = {
    Makes.CONTACT: "contacts:student_contacts",
    Makes.EARLY_HELP: "contacts:agency_student",
}
_LISTS = {
    Makes.LETTER: "contacts:letter_list",
    Makes.LEAVE: "attendance:planned_list",
    Makes.MEETING: "interventions:meeting_list",
    Makes.PLAN: "interventions:plan_list",
    Makes.INTERVENTION: "interventions:intervention_list",
}
_PLACES = {Makes.VIEW: "#view", Makes.MEDICAL: "#medical"}
_OF_CASE = {Makes.VIEW: "interventions:case_view", Makes.MEDICAL: "interventions:case_medical"}


@dataclass(frozen=True)
class LinkedPart:
    """One part with its ways on. url: what makes or shows it; answer_url: where one says that it does not apply."""

    shown: PartShown
    url: str
    answer_url: str


@dataclass(frozen=True)
class LinkedItem:
    """One item with its parts."""

    item: Item
    parts: tuple[LinkedPart, ...]


def linked(meter: Meter, case: PACase, who: Reached, *, may_keep: bool) -> tuple[LinkedItem, ...]:
    """Return each item with its parts and their addresses; "" where the person has no page for it."""
    return tuple(
        LinkedItem(item, tuple(_linked(each, case, who, may_keep=may_keep) for each in item.parts))
        for item in meter.items
    )


def _linked(shown: PartShown, case: PACase, who: Reached, *, may_keep: bool) -> LinkedPart:
    part = shown.part
    if shown.state is State.HIDDEN:
        return LinkedPart(shown, "", "")
    answer = reverse("interventions:case_finding", args=[case.pk, part.key]) if may_keep else ""
    if part.is_answered:
        return LinkedPart(shown, answer, "")
    is_gap = shown.state is State.MISSING and part.key in MAY_NOT_APPLY
    url = _place(part, case) if shown.state is State.PRESENT else _address(part, case, who, may_keep=may_keep)
    return LinkedPart(shown, url, answer if is_gap else "")


def _place(part: Part, case: PACase) -> str:
    """Return where a part that is present is shown: what shows it is seen by whoever was told that it is there."""
    if part.makes in _PLACES:
        return _PLACES[part.makes]
    held = {**_OF_STUDENT, **_SHOWS}
    try:
        if part.makes in held:
            return reverse(held[part.makes], args=[case.student_id])
        return reverse(_LISTS[part.makes], query={"student": case.student_id})
    except NoReverseMatch:  # a part of the house that is not built yet
        return ""


def _address(part: Part, case: PACase, who: Reached, *, may_keep: bool) -> str:
    if part.makes in _OF_CASE:
        return reverse(_OF_CASE[part.makes], args=[case.pk]) if may_keep else ""
    if _NEEDS[part.makes] not in who.rights:
        return ""
    try:
        if part.makes in _OF_STUDENT:
            return reverse(_OF_STUDENT[part.makes], args=[case.student_id])
        return reverse(_ABOUT_STUDENT[part.makes], query={"student": case.student_id, "case": case.pk})
    except NoReverseMatch:  # a part of the house that is not built yet
        return ""
