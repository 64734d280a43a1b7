"""The 48-hour clock: derived from reviews and contacts, delegated, waived with a reason, met by a reached parent."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Case, DateTimeField, IntegerField, OuterRef, Subquery, Value, When
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from behaviour import contacted
from behaviour.contacted import Contacted
from behaviour.models import ContactDuty, Incident, IncidentReview, Involvement, Rule
from behaviour.summaries.contact_clock import ContactClock, span_words
from pastoral.core.rights import Role
from students.models import ParentCarer, ParentCarerLink, YearGroup
from tests.factories import enrol, staff

LONDON = ZoneInfo("Europe/London")
LIST = reverse("behaviour:duty_list")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=LONDON)


def acted(*students, by, at=NOON, role="perpetrator", year=9, decision="acted"):
    """Log an incident with the students in the role, decided by somebody at the moment."""
    made = Incident.objects.create(type="Defiance", occurred_on=date(2026, 11, 19))
    YearGroup.objects.get_or_create(number=year)
    for student in students:
        Involvement.objects.create(incident=made, student=student, role=role)
    IncidentReview.objects.create(
        incident=made, year_group_id=year, decision=decision, action="Spoken with", decided_by=by, decided_at=at
    )
    return made.involvements.first()


def page(client, show=""):
    answer = client.get(LIST, {"show": show})
    return [(duty.student_id, duty.state) for duty in answer.context["page"].rows]


def detail(part):
    return reverse("behaviour:duty_detail", args=[part.pk])


def delegated(client, part, to, *, seen=None):
    """Send who calls, as the page stands or as it stood."""
    seen = client.get(detail(part)).context["delegating"].initial["seen"] if seen is None else seen
    return client.post(detail(part), {"do": "delegate", "to": to.pk if to else "", "seen": seen})


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B", legal_surname="Okafor")
    return student


@pytest.fixture
def reach(monkeypatch):
    """Answer in place of the contacts app: parts whose comment says "reached", an hour after the review, or "tried"."""

    def source():
        parts = Involvement.objects.filter(pk=OuterRef("pk")).order_by()
        at = Value(NOON + timedelta(hours=1), output_field=DateTimeField())
        tries = Case(When(comment="tried", then=2), default=0, output_field=IntegerField())
        return Contacted(
            Subquery(parts.filter(comment="reached").annotate(at=at).values("at")[:1]),
            Subquery(parts.annotate(tries=tries).values("tries")[:1]),
        )

    monkeypatch.setattr(contacted, "_sources", [source])


def test_it_is_owed_from_acting_for_all_but_witnesses_and_overdue_comes_first(kai, as_role):
    head = as_role(Role.HEAD_OF_YEAR)
    (victim, witness, late), (other,) = enrol("9B", count=3), enrol("8A")
    acted(kai, by=head.user, at=NOON - timedelta(hours=40))
    acted(victim, by=head.user, role="victim")
    acted(witness, by=head.user, role="witness")
    acted(late, by=head.user, at=NOON - timedelta(days=3))
    acted(kai, by=head.user, decision="noted")
    acted(other, by=staff(Role.HEAD_OF_YEAR, 8), year=8)
    withdrawn = acted(witness, by=head.user).incident
    withdrawn.withdrawn_at, withdrawn.withdrawn_by, withdrawn.withdrawn_because = NOON, head.user, "Logged twice"
    withdrawn.save()
    assert page(head) == [(late.pk, "overdue"), (kai.pk, "soon"), (victim.pk, "running")]
    text = head.get(LIST).content.decode()
    assert "weekends and holidays too" in text
    assert "27 h overdue" in text
    assert Involvement.objects.owed_by(head.user).count() == 3
    assert other.pk not in dict(page(head))


def test_a_decision_taken_back_owes_nothing(kai, as_role):
    head = as_role(Role.HEAD_OF_YEAR)
    part = acted(kai, by=head.user)
    head.post(reverse("behaviour:inbox_decide", args=[part.incident_id, 9]), {"do": "undo"})
    assert page(head) == []


def test_an_incident_of_two_years_is_owed_only_by_the_year_that_acted(kai, as_role):
    (tenth,) = enrol("10A")
    acted(kai, tenth, by=as_role(Role.HEAD_OF_YEAR).user)
    assert page(as_role(Role.SLT)) == [(kai.pk, "running")]


def test_a_reached_contact_meets_it_and_a_try_does_not(kai, reach, as_role):
    head = as_role(Role.HEAD_OF_YEAR)
    (other,) = enrol("9B")
    met, tried = acted(kai, by=head.user), acted(other, by=head.user)
    Involvement.objects.filter(pk=met.pk).update(comment="reached")
    Involvement.objects.filter(pk=tried.pk).update(comment="tried")
    assert page(head) == [(other.pk, "running")]
    assert "attempted ×2" in head.get(LIST).content.decode()
    assert page(head, "done") == [(kai.pk, "met")]
    assert "reached after 1 h" in head.get(LIST, {"show": "done"}).content.decode()
    kept = head.get(reverse("contacts:clocks")).context["keeping"]
    assert (kept.whole.percent, kept.whole.settled, kept.whole.open, kept.by_year[0].median) == (100, 1, 1, "1 h")
    late = head.post(detail(met), {"do": "waive", "because": "Spoken with at the gate"})
    assert (late.status_code, ContactDuty.objects.exists()) == (409, False)
    assert "A parent was reached Fri 20 Nov" in late.content.decode()
    assert "Spoken with at the gate" in late.content.decode()
    assert delegated(head, met, staff(Role.FORM_TUTOR, "9B")).status_code == 409


def test_it_is_delegated_without_losing_the_owner(kai, as_role, client_for):
    head, tutor, stranger = as_role(Role.HEAD_OF_YEAR), as_role(Role.FORM_TUTOR), as_role(Role.FORM_TUTOR, "9C")
    part = acted(kai, by=head.user)
    assert page(tutor) == []
    assert tutor.get(detail(part)).status_code == 404
    assert delegated(head, part, stranger.user).status_code == 422
    seen = head.get(detail(part)).context["delegating"].initial["seen"]
    assert [delegated(head, part, tutor.user, seen=seen).status_code for _click in range(2)] == [302, 302]
    late = delegated(head, part, staff(Role.PASTORAL_MANAGER, 9), seen=seen)
    assert (late.status_code, f"who calls: {tutor.user.formal_name}" in late.content.decode()) == (409, True)
    (duty,) = head.get(LIST).context["page"].rows
    assert (duty.owner, duty.delegate) == (head.user.formal_name, tutor.user.formal_name)
    assert page(head, "mine") == []
    assert page(tutor) == [(kai.pk, "running")]
    assert list(Involvement.objects.owed_by(tutor.user)) == [part]
    assert not Involvement.objects.owed_by(head.user)
    assert tutor.post(detail(part), {"do": "waive", "because": "no answer"}).status_code == 403
    delegated(head, part, None)
    assert page(head, "mine") == [(kai.pk, "running")]
    assert page(tutor) == []


def test_only_a_reason_waives_it_and_it_can_be_owed_again(kai, as_role):
    head, manager = as_role(Role.HEAD_OF_YEAR), as_role(Role.PASTORAL_MANAGER)
    part = acted(kai, by=head.user, at=NOON - timedelta(days=3))
    assert head.post(detail(part), {"do": "waive", "because": " "}).status_code == 422
    assert not ContactDuty.objects.exists()
    for _click in range(2):
        assert manager.post(detail(part), {"do": "waive", "because": "The DSL advised none"}).status_code == 302
    late = head.post(detail(part), {"do": "waive", "because": "They were in the room"})
    assert (late.status_code, "They were in the room" in late.content.decode()) == (409, True)
    assert f"{manager.user.formal_name} waived it" in late.content.decode()
    assert page(head) == []
    text = head.get(LIST, {"show": "done"}).content.decode()
    assert "The DSL advised none" in text
    assert manager.user.formal_name in text
    manager.post(detail(part), {"do": "owe"})
    assert page(head) == [(kai.pk, "overdue")]
    assert ContactDuty.objects.get().events.count() == 2


def test_whom_to_call_leaves_out_the_number_of_a_barred_carer_and_is_not_for_tutors(kai, as_role):
    head, tutor = as_role(Role.HEAD_OF_YEAR), as_role(Role.FORM_TUTOR)
    for number, (surname, is_barred) in enumerate((("Okafor", False), ("Barred", True)), 1):
        carer = ParentCarer.objects.create(surname=surname, mobile=f"07700 90000{number}")
        ParentCarerLink.objects.create(
            student=kai, parent_carer=carer, priority=number, relationship="Mother", has_court_order=is_barred
        )
    part = acted(kai, by=head.user)
    delegated(head, part, tutor.user)
    text = head.get(detail(part)).content.decode()
    assert "07700 900001" in text
    assert "07700 900002" not in text
    assert "07700" not in tutor.get(detail(part)).content.decode()


def test_incident_page_shows_the_clock_of_the_students_one_sees(kai, as_role):
    head = as_role(Role.HEAD_OF_YEAR)
    part = acted(kai, by=head.user)
    text = head.get(reverse("behaviour:incident_detail", args=[part.incident_id])).content.decode()
    assert "44 h left" in text
    assert detail(part) in text
    assert "parent to reach" in head.get(kai.get_absolute_url()).content.decode()
    head.post(detail(part), {"do": "waive", "because": "The DSL advised none"})
    assert "parent to reach" not in head.get(kai.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("at", "elapsed", "school"),
    [
        ("2026-11-18T15:05", "2026-11-20T15:05", "2026-11-20T15:05"),  # Wednesday
        ("2026-11-20T15:05", "2026-11-22T15:05", "2026-11-24T15:05"),  # Friday
        ("2026-11-21T10:00", "2026-11-23T10:00", "2026-11-25T00:00"),  # Saturday: Monday and Tuesday
        ("2026-10-24T15:00", "2026-10-26T14:00", "2026-11-04T00:00"),  # the clocks go back, in half term
        ("2027-03-27T15:00", "2027-03-29T16:00", "2027-04-14T00:00"),  # they go forward, in the holidays
    ],
)  # fmt: skip
def test_48_hours_over_weekends_holidays_and_the_change_of_clocks(seeded, at, elapsed, school):
    clock = ContactClock(Rule.ELAPSED)

    def local(moment):
        return moment.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M")

    moment = datetime.fromisoformat(at).replace(tzinfo=LONDON)
    assert local(clock.due(moment)) == elapsed
    assert local(clock.due(moment, Rule.SCHOOL)) == school
    assert clock.due(moment) - moment.astimezone(UTC) == timedelta(hours=48)


def test_spans_are_said_as_people_say_them():
    said = [span_words(timedelta(minutes=n)) for n in (0, 59, 60, 75, 12 * 60 + 5, 47 * 60 + 59, 48 * 60, 75 * 60)]
    assert said == ["0 min", "59 min", "1 h", "1 h 15 min", "12 h", "47 h", "2 days", "3 days 3 h"]


def test_three_and_thirty_cost_the_same(kai, as_role):
    head = as_role(Role.HEAD_OF_YEAR)

    def cost(count, show):
        for student in enrol("9B", count=count):
            acted(student, by=head.user)
        with CaptureQueriesContext(connection) as queries:
            head.get(LIST, {"show": show})
        return len(queries)

    few = cost(3, "")
    assert cost(27, "") == few <= 12
    for student in enrol("9B", count=25):
        acted(student, by=head.user)
    waived = {"waived_at": "2026-11-20T12:00Z", "waived_by": head.user, "waived_because": "Told in person"}
    parts = list(Involvement.objects.owed_contact())
    ContactDuty.objects.bulk_create(ContactDuty(involvement=part, **waived) for part in parts)
    with CaptureQueriesContext(connection) as queries:
        page = head.get(LIST, {"show": "done"}).context["page"]
    assert len(queries) <= 12
    assert any("LIMIT 51" in each["sql"] for each in queries)  # settled for years: read a page at a time
    rest = head.get(LIST, {"show": "done", "before": page.next_cursor}).context["page"]
    assert {duty.key for duty in (*page.rows, *rest.rows)} == {part.pk for part in parts}
    assert (len(page.rows), rest.next_cursor) == (50, "")
