"""The daily behaviour inbox: what waits, noted or acted on once, handed over, and empty at the end."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from behaviour.models import Incident, IncidentReview, IncidentType, Involvement
from behaviour.summaries import inbox as inbox_module
from behaviour.summaries.inbox import inbox_of, waiting_in_inbox
from pastoral.core.rights import Role
from tests.factories import enrol, staff

TODAY = date(2026, 11, 20)
INBOX = reverse("behaviour:inbox")


def incident(*students, on=TODAY, arrived=TODAY, **also):
    at = datetime.combine(arrived, datetime.min.time(), ZoneInfo("Europe/London"))
    made = Incident.objects.create(
        **({"type": "Defiance", "what_happened": "Would not move.", "occurred_on": on, "arrived_at": at} | also)
    )
    for student in students:
        Involvement.objects.create(incident=made, student=student, role="perpetrator", points=2)
    return made


def decide(client, made, year=9, **data):
    return client.post(reverse("behaviour:inbox_decide", args=[made.pk, year]), data)


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B")
    return student


def keys(user):
    return [row.incident.key for row in inbox_of(user, TODAY).rows]


def test_what_nobody_looked_at_waits_oldest_first(kai, as_role):
    newer, older = incident(kai), incident(kai, on=date(2026, 11, 18))
    incident(*enrol("8A"))
    head = as_role(Role.HEAD_OF_YEAR)
    assert keys(head.user) == [older.pk, newer.pk]
    assert len(keys(as_role(Role.SLT).user)) == 3
    assert "Would not move." in head.get(INBOX).content.decode()


def test_history_that_an_import_brings_asks_nobody(kai, as_role):
    incident(kai, on=TODAY - timedelta(days=15))
    late = incident(kai, on=TODAY - timedelta(days=14))
    assert keys(as_role(Role.HEAD_OF_YEAR).user) == [late.pk]


def test_an_incident_of_two_years_waits_in_both_until_each_has_looked(kai, as_role):
    (other,) = enrol("10A")
    made = incident(kai, other)
    ninth, tenth = as_role(Role.HEAD_OF_YEAR), as_role(Role.HEAD_OF_YEAR, 10)
    decide(ninth, made, do="noted")
    assert keys(ninth.user) == []
    assert keys(tenth.user) == [made.pk]


def test_acting_needs_words_and_is_kept_with_who_and_when(kai, as_role):
    made, head = incident(kai), as_role(Role.HEAD_OF_YEAR)
    decide(head, made, do="acted", action="")
    assert not IncidentReview.objects.filter(decision="acted").exists()
    decide(head, made, do="acted", action="Spoken with, seat moved")
    review = IncidentReview.objects.get()
    assert (review.decision, review.action, review.decided_by) == ("acted", "Spoken with, seat moved", head.user)
    assert keys(head.user) == []


def test_a_second_decision_does_not_take_the_first_away(kai, as_role):
    made, head, manager = incident(kai), as_role(Role.HEAD_OF_YEAR), as_role(Role.PASTORAL_MANAGER)
    decide(head, made, do="acted", action="Spoken with")
    page = manager.post(
        reverse("behaviour:inbox_decide", args=[made.pk, 9]),
        {"do": "acted", "action": "Rang home"},
        headers={"hx-request": "true"},
    )
    assert "dealt with it already" in page.content.decode()
    assert "You had written: Rang home" in page.content.decode()
    assert IncidentReview.objects.get().decided_by == head.user
    assert page.status_code == 200
    decide(manager, made, do="undo")
    assert IncidentReview.objects.get().decision == "acted"


def test_ones_own_decision_can_be_undone(kai, as_role):
    made, head = incident(kai), as_role(Role.HEAD_OF_YEAR)
    decide(head, made, do="noted")
    decide(head, made, do="undo")
    assert keys(head.user) == [made.pk]


def test_handed_over_it_waits_with_the_colleague_alone(kai, as_role):
    made, head, manager = incident(kai), as_role(Role.HEAD_OF_YEAR), as_role(Role.PASTORAL_MANAGER)
    decide(head, made, do="hand", to=manager.user.pk)
    assert keys(head.user) == []
    assert [row.handed_to for row in inbox_of(head.user, TODAY).handed] == [manager.user.formal_name]
    assert keys(manager.user) == [made.pk]
    assert [waiting_in_inbox(each.user, TODAY).count() for each in (head, manager)] == [0, 1]


def test_the_strip_says_how_many_wait(kai, as_role):
    incident(kai), incident(kai, *enrol("8A"))
    head, tutor = as_role(Role.HEAD_OF_YEAR), as_role(Role.FORM_TUTOR)
    (line,) = [line for line in lines_of(head) if line.url == reverse("behaviour:inbox")]
    assert (line.count, line.label) == (2, "incidents to look at")
    assert len(head.get(line.url).context["inbox"].rows) == 2
    assert not any("incident" in line.label for line in lines_of(tutor))


def lines_of(client):
    return client.get(reverse("core:needs_now")).context["lines"]


def test_it_is_handed_only_to_who_reviews_that_year(kai, as_role):
    made, head = incident(kai), as_role(Role.HEAD_OF_YEAR)
    for role, scope in ((Role.FORM_TUTOR, "9B"), (Role.HEAD_OF_YEAR, 8), (Role.ATTENDANCE_OFFICER, None)):
        assert decide(head, made, do="hand", to=staff(role, scope).pk).status_code == 404


def test_a_row_offers_whom_it_can_be_handed_to_and_says_how_many_colleagues_have(kai, as_role, monkeypatch):
    made, eighth, secret = incident(kai), incident(*enrol("8A")), incident(kai, type="Theft")
    IncidentType.objects.filter(name="Theft").update(goes_to_dsl=True)
    nine, eight, slt = staff(Role.HEAD_OF_YEAR, 9), staff(Role.HEAD_OF_YEAR, 8), staff(Role.SLT)
    dsl, other_dsl = as_role(Role.DSL), staff(Role.DSL)
    offered = {row.incident.key: set(row.takers) for row in dsl.get(INBOX).context["inbox"].rows}
    assert offered == {
        made.pk: {nine, slt, other_dsl},
        eighth.pk: {eight, slt, other_dsl},
        secret.pk: {other_dsl},
    }
    assert decide(dsl, secret, do="hand", to=nine.pk).status_code == 404
    for each, year, to in ((made, 9, nine), (eighth, 8, eight), (secret, 9, other_dsl)):
        decide(dsl, each, year=year, do="hand", to=to.pk)
    monkeypatch.setattr(inbox_module, "SHOWN", 2)
    assert "The 2 oldest of 3 are shown" in dsl.get(INBOX).content.decode()


def test_t14_nobody_but_a_dsl_deals_with_a_matter_of_the_dsls(kai, as_role):
    made = incident(kai, type="Theft")
    IncidentType.objects.filter(name="Theft").update(goes_to_dsl=True)
    assert decide(as_role(Role.HEAD_OF_YEAR), made, do="noted").status_code == 404
    assert not IncidentReview.objects.exists()
    assert decide(as_role(Role.DSL), made, do="noted").status_code == 302


def test_another_years_incident_is_nobodys_here(kai, as_role):
    made = incident(*enrol("8A"))
    head = as_role(Role.HEAD_OF_YEAR)
    assert decide(head, made, year=8, do="noted").status_code == 404
    assert decide(as_role(Role.FORM_TUTOR), made, year=8, do="noted").status_code == 403


def test_what_was_withdrawn_waits_for_nobody(kai, as_role):
    made, head = incident(kai), as_role(Role.HEAD_OF_YEAR)
    made.withdrawn_at, made.withdrawn_by, made.withdrawn_because = "2026-11-20T12:00Z", head.user, "Logged twice"
    made.save()
    assert keys(head.user) == []


@pytest.mark.parametrize("role", [Role.HEAD_OF_YEAR, Role.DSL])
def test_three_incidents_and_thirty_cost_the_same(kai, as_role, role):
    head = as_role(role)

    def cost(count):
        for _n in range(count):
            incident(kai)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            head.get(INBOX)
        return len(queries)

    few = cost(3)
    assert cost(27) == few
    assert few <= 12
