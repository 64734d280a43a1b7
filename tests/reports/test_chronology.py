"""Everything about one student in one timeline: what is late, what is left out, what another student is told."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from behaviour.models import Incident, Involvement
from contacts.models import Seen
from pastoral.core.rights import Role
from reports.chronology.entries import LEFT_OUT, NOT_YOURS
from reports.chronology.timeline import chronology_of, others_named
from tests.cases import contact_home
from tests.factories import enrol, staff
from tests.families import carer
from tests.helping import intervention, session
from tests.marks import lay

FRIDAY = date(2026, 11, 20)
FIRST = date(2026, 9, 1)
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture
def kai(seeded, friday):
    """A student of 9B: absent over a weekend, late twice in a week."""
    (student,) = enrol("9B")
    lay(student, date(2026, 11, 5), "// I I I I L / U /")
    return student


@pytest.fixture
def head(seeded, friday):
    """The Head of Year 9."""
    return staff(Role.HEAD_OF_YEAR, 9)


def titles(entries) -> list[tuple[date, str, str]]:
    return [(entry.on, str(entry.kind), entry.title) for entry in entries]


def seen_of(student, by, **also):
    facts = {"seen_at": NOON, "logged_at": NOON, "narrative": "Told me a secret"} | also
    return Seen.objects.create(token=uuid4(), student=student, by=by, **facts)


def test_absence_is_told_in_spells_and_lateness_by_week(kai, head):
    entries = chronology_of(kai.pk, head, FIRST, FRIDAY)
    assert titles(entries) == [
        (date(2026, 11, 6), "absence", "Absent, 4 sessions: Fri 6 Nov – Mon 9 Nov"),
        (date(2026, 11, 11), "late", "Late 2 times in the week, 20 min"),
    ]
    assert entries[0].words == "I Illness × 4"
    (told, _late) = chronology_of(kai.pk, staff(Role.FORM_TUTOR, "9B"), FIRST, FRIDAY)
    assert told.words == "● Authorised absence × 4"  # a tutor is told the class of a sensitive code
    assert titles(chronology_of(kai.pk, head, FIRST, FRIDAY, ["late"])) == titles(entries)[1:]
    assert chronology_of(kai.pk, staff(Role.HEAD_OF_YEAR, 8), FIRST, FRIDAY) == ()
    assert not chronology_of(kai.pk, head, date(2026, 11, 12), FRIDAY)


def test_restricted_words_come_by_right_and_by_choice(kai, head):
    seen_of(kai, staff(Role.SLT), is_restricted=True, logged_at=NOON + timedelta(days=2))
    asked = (FIRST, FRIDAY, ["seen"])
    (plain,) = chronology_of(kai.pk, head, *asked)
    assert (plain.title, plain.words, plain.withheld, plain.is_restricted) == ("Seen: check-in", "", LEFT_OUT, True)
    assert plain.logged_at is not None  # two days later
    (chosen,) = chronology_of(kai.pk, head, *asked, takes_restricted=True)
    assert chosen.words == "Told me a secret"
    (tutors,) = chronology_of(kai.pk, staff(Role.FORM_TUTOR, "9B"), *asked, takes_restricted=True)
    assert (tutors.words, tutors.withheld) == ("", NOT_YOURS)


def test_an_incident_is_told_without_others_and_says_whom_it_may_name(kai, head):
    (other,) = enrol("8A", legal_surname="Wolstenholme")
    made = Incident.objects.create(type="Defiance", occurred_on=FRIDAY, what_happened="Wolstenholme laughed.")
    Involvement.objects.create(incident=made, student=kai, role="perpetrator", points=3, statement="It was not me.")
    Involvement.objects.create(incident=made, student=other, role="witness")
    (entry,) = chronology_of(kai.pk, head, FRIDAY, FRIDAY)
    assert entry.title == "Defiance: perpetrator, 3 points"
    assert entry.words == "Another student laughed.\nStatement: It was not me."
    assert others_named([entry]) == {other.pk}
    assert not chronology_of(kai.pk, staff(Role.ATTENDANCE_OFFICER), FRIDAY, FRIDAY)


def test_many_entries_cost_the_queries_of_few(kai, head, django_assert_num_queries):
    person, group = carer(kai), intervention(kai, by=head)

    def more() -> None:
        made = Incident.objects.create(type="Defiance", occurred_on=FRIDAY)
        Involvement.objects.create(incident=made, student=kai, role="perpetrator")
        contact_home(kai, person, head, channel="phone")
        seen_of(kai, head)
        session(group, NOON)

    def asked() -> int:
        del head.scope_held
        return len(chronology_of(kai.pk, head, FIRST, FRIDAY))

    more()
    chronology_of(kai.pk, head, FIRST, FRIDAY)
    # Scope, student, the sources together, the calendar; of incidents the parts, who was ever in them and as whom the
    # reader knows them; whose words of contacts are shared.
    with django_assert_num_queries(8):
        few = asked()
    for _each in range(9):
        more()
    with django_assert_num_queries(8):
        assert asked() == few + 27
