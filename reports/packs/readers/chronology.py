"""The chronology of a pack: the composed timeline, without what the profile rules out or is not the builder's."""

from collections.abc import Mapping

from pastoral.core.rights import Right
from reports.chronology.entries import Entry, Kind
from reports.chronology.timeline import chronology_of
from reports.packs.content import DSL, FEW, LATE, Exhibit, Plain, Row, Table, day_words
from reports.packs.readers.home import SPOKEN, keys_taken
from reports.packs.source import Source

# The section whose rule of the profile decides for a kind of entry, and the right over the student that it takes.
_OF: Mapping[Kind, tuple[str, Right]] = {
    Kind.ABSENCE: ("register", Right.SEE_SENSITIVE_CODES),
    Kind.LATE: ("register", Right.SEE_SENSITIVE_CODES),
    Kind.PLANNED: ("leave", Right.SEE_SENSITIVE_CODES),
    Kind.CALL: ("contacts", Right.SEE_CONTACT_NARRATIVE),
    Kind.NOTICE: ("notices", Right.SEE_YEAR_DASHBOARD),
    Kind.INCIDENT: ("behaviour", Right.SEE_BEHAVIOUR_NARRATIVE),
    Kind.HELP: ("behaviour", Right.ANSWER_CALLS),
    Kind.BULLYING: ("bullying", Right.KEEP_CASES),
    Kind.TEACHERS: ("teachers", Right.ASK_TEACHERS),
    Kind.FORM_TIME: ("behaviour", Right.MARK_FORM_TIME),
    Kind.DETENTION: ("sanctions", Right.SET_DETENTIONS),
    Kind.ROOM: ("sanctions", Right.KEEP_INCLUSION),
    Kind.CARD: ("sanctions", Right.SEE_BEHAVIOUR_NARRATIVE),
    Kind.SUSPENSION: ("suspensions", Right.SEE_SUSPENSIONS),
    Kind.PRAISE: ("achievements", Right.SEE_BEHAVIOUR_NARRATIVE),
    Kind.CONTACT: ("contacts", Right.SEE_CONTACT_NARRATIVE),
    Kind.LETTER: ("letters", Right.SEE_CONTACT_NARRATIVE),
    Kind.SEEN: ("said", Right.SEE_CONTACT_NARRATIVE),
    Kind.ENQUIRY: ("said", Right.SEE_CONTACT_NARRATIVE),
    Kind.AGENCY: ("agencies", Right.SEE_AGENCIES),
    Kind.CASE: ("case", Right.SEE_PA_CASES),
    Kind.ACTION: ("case", Right.SEE_PA_CASES),
    Kind.INTERVENTION: ("interventions", Right.SEE_INTERVENTIONS),
    Kind.PLAN: ("plans", Right.SEE_PLANS),
    Kind.MEETING: ("meetings", Right.SEE_MEETINGS),
    Kind.DSL: ("dsl", Right.READ_DSL_CONCERNS),
}


def chronology(source: Source) -> tuple[Exhibit, ...]:
    """Return one timeline of everything that the profile lets in, oldest first."""
    kinds = [kind for kind in _OF if _is_let_in(source, kind)]
    if not kinds:
        return ()
    asked = (source.student.pk, source.user, *source.span, kinds, source.takes_restricted)
    entries = chronology_of(*asked, takes_dsl=source.takes_dsl)
    said = keys_taken(source)
    shown = [each for each in entries if not each.withheld and _is_taken(source, each, said)]
    for each in shown:
        source.taken.update(each.takes, {_OF[each.kind][1]})
    if not shown:
        return ()
    headings = ("Day", "What", "What was said and what came of it", "By whom")
    table = Table("", headings, (36, 44, 66, 34), tuple(map(_row, shown)))
    return (Exhibit("Chronology", None, (table,)),)


def _is_let_in(source: Source, kind: Kind) -> bool:
    section, right = _OF[kind]
    return section not in source.ruled_out and source.may(right) and (kind is not Kind.DSL or source.takes_dsl)


def _is_taken(source: Source, entry: Entry, said: frozenset[str]) -> bool:
    """Test for an entry that the builder has by right: what they read as its writer or owner alone stays out."""
    if not entry.takes <= source.who.rights or (entry.is_restricted and not source.takes_restricted):
        return False
    name, key, *_part = entry.key.split(":")
    return name not in SPOKEN or f"{name}:{key}" in said


def _row(entry: Entry) -> Row:
    at = f", {entry.at:%H:%M}" if entry.at else ""
    badges = (
        *((LATE,) if entry.logged_at else ()),
        *((FEW,) if entry.is_restricted else ()),
        *((DSL,) if entry.kind == Kind.DSL else ()),
    )
    cells = (Plain(f"{day_words(entry.on)}{at}"), entry.title, entry.words or "–", Plain(entry.who or "–"))
    return Row(cells, badges)
