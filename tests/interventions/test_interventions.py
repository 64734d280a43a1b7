"""Interventions: begun from anywhere with the link kept, logged in one tap, reviewed with what was measured."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from behaviour.models import Incident, IncidentType, Involvement
from interventions.models import (
    Action,
    DeliveredSession,
    Intervention,
    InterventionSource,
    InterventionStudent,
    InterventionType,
    SessionPlace,
)
from pastoral.core.models import AccessRecord
from pastoral.core.needs import Look, lines_for
from pastoral.core.rights import Role
from tests.factories import ProposalFactory, enrol, staff
from tests.helping import UNTIL, intervention, review, session
from tests.marks import lay

LIST, ADD = reverse("interventions:intervention_list"), reverse("interventions:intervention_add")
SCHOOL = ZoneInfo("Europe/London")


def page(of, name="intervention_detail", *more):
    return reverse(f"interventions:{name}", args=[of.pk, *more])


def rows(client, **asked):
    return {row.row.pk: row for row in client.get(LIST, asked).context["page"].rows}


def at(day, hour=10):
    return datetime(day.year, day.month, day.day, hour, 0, tzinfo=SCHOOL)


@pytest.fixture
def head(seeded, friday, as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def incident(student, kind="Defiance"):
    made = Incident.objects.create(type=kind, occurred_on=date(2026, 11, 19))
    return Involvement.objects.create(incident=made, student=student, role="perpetrator")


def test_begun_from_an_incident_with_the_link_and_what_is_usual_for_the_type(head):
    (kai,), (zoe,) = enrol("9B"), enrol("8A")
    part = incident(kai)
    form = head.get(ADD, {"involvement": part.pk})
    assert [each.pk for each in form.context["picking"].chosen] == [kai.pk]
    assert form.context["form"].initial["because"] == "Defiance, Thu 19 Nov"
    kind = InterventionType.objects.get(name="Behaviour mentoring")
    usual = head.get(ADD, {"usual": "1", "type": kind.pk}, HTTP_HX_REQUEST="true").content.decode()
    assert 'value="6"' in usual
    sent = {
        "do": "save",
        "token": uuid4(),
        "involvement": part.pk,
        "student": [kai.pk, zoe.pk],
        "type": kind.pk,
        "because": "Defiance, Thu 19 Nov",
        "target": "No removal for three weeks",
        "owner": head.user.pk,
        "starts_on": "2026-11-23",
    }
    assert head.post(ADD, sent | {"target": ""}).status_code == 422
    assert head.post(ADD, sent | {"by": "outside"}).status_code == 422
    for _ in range(2):
        assert head.post(ADD, sent).status_code == 302
    made = Intervention.objects.get()
    assert (made.aim, made.planned_sessions, made.session_minutes, made.grace_days) == ("behaviour", 6, 30, 0)
    # Six school weeks with the Christmas holiday between: to the Friday of the second week of January.
    assert made.planned_until == date(2027, 1, 15)
    assert [place.student for place in made.students.all()] == [kai]
    assert [each.due_on for each in made.reviews.all()] == [date(2026, 12, 14), date(2027, 1, 15)]
    assert InterventionSource.objects.get().involvement == part
    text = head.get(page(made)).content.decode()
    assert reverse("behaviour:incident_detail", args=[part.incident_id]) in text
    tells_dsl = incident(kai, IncidentType.objects.filter(goes_to_dsl=True).values_list("name", flat=True)[0])
    assert not head.get(ADD, {"involvement": tells_dsl.pk}).context["begun"].sources
    lay(kai, date(2026, 9, 7), "/" * 17 + " O O O ")
    alone = head.get(ADD, {"student": kai.pk}).context["form"]
    assert alone.initial["because"] == "3 of 20 sessions missed (85.0 %)"
    proposal = ProposalFactory(student=kai)
    begun = head.get(ADD, {"proposal": proposal.pk}).context["begun"]
    assert begun.links == [("proposal", proposal.pk)]
    assert not head.get(ADD, {"proposal": ProposalFactory(student=zoe).pk}).context["begun"].sources


def test_a_session_is_one_tap_and_dosage_is_told_beside_what_was_due(head):
    kai, ada = enrol("9B", count=2)
    held = intervention(kai, ada, by=head.user, deliverer=staff(Role.FORM_TUTOR, "9B"))
    tap, token = page(held, "session_tap"), uuid4()
    assert "is logged, everybody there" in head.post(tap, {"token": token}, follow=True).content.decode()
    assert "logged already" in head.post(tap, {"token": token}, follow=True).content.decode()
    assert "another one today" in head.post(tap, {"token": uuid4()}, follow=True).content.decode()
    assert head.post(tap, {"token": "x"}).status_code == 302
    assert DeliveredSession.objects.count() == 2
    shown = rows(head)[held.pk]
    # 6 sessions over the school days from 5 October to 20 November: today is the last, all six are due.
    assert (shown.dosage.words, shown.dosage.due, shown.dosage.band) == ("2 of 6 sessions", 6, "red")
    assert shown.there_words == "2 of 2 there last time"
    first, second = held.students.order_by("pk")
    sent = {"token": uuid4(), "held_on": "2026-11-13", "held_time": "11:00", "minutes": 20, "note": "He's quiet"}
    sent |= {f"there-{first.pk}": "on", f"rating-{first.pk}": "2", f"rating-{second.pk}": "5"}
    add = page(held, "session_add")
    assert head.post(add, sent | {"held_on": "2026-11-27"}).status_code == 422
    assert head.post(add, sent | {"held_on": "2026-10-01"}).status_code == 422
    assert head.post(add, sent).status_code == 302
    logged = DeliveredSession.objects.get(minutes=20)
    # Who was not there has no rating.
    assert list(logged.places.order_by("member_id").values_list("was_there", "rating")) == [(True, 2), (False, None)]
    text = head.get(page(held)).content.decode()
    assert "1 of 2 there" in text
    assert f"without {ada.sort_name.replace(chr(39), '&#x27;')}" in text
    change = page(held, "session_change", logged.pk)
    reads = AccessRecord.objects.count()
    assert [head.get(each).status_code for each in (add, change, page(held, "intervention_change"))] == [200] * 3
    assert AccessRecord.objects.count() == reads + 3 * held.students.count()
    right = sent | {"seen": head.get(change).context["form"].initial["seen"], f"there-{second.pk}": "on"}
    assert head.post(change, right).status_code == 302
    assert head.post(change, right | {"minutes": 15}).status_code == 422
    assert SessionPlace.objects.get(session=logged, member=second).rating == 5
    head.post(page(held, "session_withdraw", logged.pk), {"because": "Logged twice"})
    assert rows(head)[held.pk].dosage.delivered == 2


def test_students_join_and_leave_with_their_days_and_a_second_writer_is_warned(head):
    kai, ada = enrol("9B", count=2)
    held = intervention(kai, by=head.user)
    join = {"do": "save", "student": ada.pk, "joined_on": "2026-11-02"}
    assert head.post(page(held, "intervention_join"), join | {"joined_on": "2026-09-07"}).status_code == 422
    assert head.post(page(held, "intervention_join"), join).status_code == 302
    place = held.students.get(student=ada)
    days = page(held, "intervention_place", place.pk)
    seen = head.get(days).context["form"].initial["seen"]
    out = {"seen": seen, "joined_on": "2026-11-02", "left_on": "2026-11-09"}
    assert head.post(days, out | {"left_on": "2026-11-01"}).status_code == 422
    assert head.post(days, out).status_code == 302
    assert head.post(days, out | {"left_on": "2026-11-16"}).status_code == 422
    head.post(page(held, "session_tap"), {"token": uuid4()})
    assert list(SessionPlace.objects.values_list("member__student", flat=True)) == [kai.pk]
    back = head.post(page(held, "intervention_join"), join | {"joined_on": "2026-11-16"})
    assert (back.status_code, "was in it until Mon 9 Nov" in back.content.decode()) == (422, True)
    (zoe,) = enrol("9B", left_on=date(2026, 11, 10))
    held.students.create(student=zoe, joined_on=held.starts_on)
    assert [member.place.student for member in rows(head)[held.pk].now_in] == [kai]
    head.post(page(held, "session_tap"), {"token": uuid4()})
    assert not SessionPlace.objects.filter(member__student=zoe).exists()  # off roll: not in it any more
    change = page(held, "intervention_change")
    form = head.get(change).context["form"]
    sent = {name: value for name, value in form.initial.items() if value not in (None, "", False)}
    assert head.post(change, sent | {"target": "In by 8:30", "planned_until": "2026-12-04"}).status_code == 302
    again = head.post(change, sent | {"target": "In by 9"})
    assert again.status_code == 422
    assert "In by 8:30" in again.content.decode()
    assert head.post(change, sent | {"starts_on": "2026-11-24", "seen": ""}).status_code == 422
    assert "Who changed what" in head.get(page(held)).content.decode()
    head.post(page(held, "intervention_withdraw"), {"because": "Begun twice"})
    assert held.pk not in rows(head, show="all")
    late = head.post(change, sent | {"target": "In by 9"})
    assert late.status_code == 409
    assert "In by 9" in late.content.decode()


def test_it_ends_with_the_outcome_that_the_figures_propose_and_what_is_next(head):
    kai, *others = enrol("9B", count=7)
    for other in others:
        lay(other, date(2026, 9, 7), "/" * 40 + "I" * 0 + " O " * 10 + "/" * 60)
    lay(kai, date(2026, 9, 7), "/" * 28 + " O " * 12 + "/" * 64)
    held = intervention(kai, by=head.user)
    review(held, UNTIL)
    for week in range(6):
        session(held, at(date(2026, 10, 6) + timedelta(weeks=week)), rating=min(week + 1, 5))
    late = held.students.create(student=others[0], joined_on=date(2026, 11, 9))
    for each in held.sessions.filter(held_at__gte=at(late.joined_on)):
        each.places.create(member=late, was_there=True, rating=None)
    came = head.get(page(held, "intervention_review")).context["form"].came
    assert [each.proposed.outcome for each in came if each.member.place == late] == ["not"]  # delivered: both since
    late.delete()
    form = head.get(page(held, "intervention_review")).context["form"]
    (came,) = form.came
    assert form.initial["decision"] == "end"
    assert came.shown is not None
    assert form.initial[f"outcome-{came.member.place.pk}"] == came.proposed.outcome
    key = came.member.place.pk
    review(held, date(2026, 12, 1))  # it falls away with the end
    sent = {"token": uuid4(), "decision": "end", "step_owner": head.user.pk, "step_on": "2026-11-27"}
    sent |= {f"outcome-{key}": "not", f"next-{key}": ""}
    assert head.post(page(held, "intervention_review"), sent).status_code == 422
    sent |= {f"next-{key}": "Meet the parents", "starts_next": "on"}
    answer = head.post(page(held, "intervention_review"), sent)
    assert answer.url == f"{ADD}?follows={held.pk}&student={kai.pk}"
    begun = head.get(answer.url).context["begun"]
    assert begun.key_of("follows") == held.pk
    place = InterventionStudent.objects.get()
    assert (place.outcome, place.next_step, place.outcome_by) == ("not", "Meet the parents", head.user)
    assert place.measured["words"] == came.shown.words
    assert place.measured["before"]["possible"] == came.shown.before.possible == 30
    assert Action.objects.get(intervention=held).due_on == date(2026, 11, 27)
    assert head.post(page(held, "intervention_review"), sent).status_code == 302
    assert head.post(page(held, "session_tap"), {"token": uuid4()}).status_code == 302
    effect = head.get(page(held, "intervention_effect")).content.decode()
    assert "this does not prove cause" in effect or "too few" in effect
    assert "Because we saw 12 of 80 sessions missed, we did mentoring" in effect
    assert "Review of Tue 1 Dec: taken off" in " ".join(head.get(page(held)).content.decode().split())
    assert "how near the goal: up from 1 to 5 of 5 over 6 sessions" in head.get(page(held)).content.decode()


def test_the_list_says_what_is_due_overdue_and_without_outcome(head):
    kai, ada, may, zoe = enrol("9B", count=4)
    mine = intervention(kai, by=head.user, planned_until=date(2026, 12, 11))
    review(mine, date(2026, 11, 20))
    late = intervention(ada, by=staff(Role.SLT), planned_until=date(2026, 11, 13))
    review(late, date(2026, 12, 1))
    ended = intervention(may, by=head.user, ended_on=date(2026, 11, 12), ended_by=head.user)
    coming = intervention(
        zoe, by=head.user, kind="Home visit", starts_on=date(2026, 11, 23), planned_until=date(2026, 12, 18)
    )
    assert set(rows(head)) == {mine.pk, late.pk, coming.pk}
    assert set(rows(head, show="due")) == {mine.pk}
    strip = {line.label: line.count for line in lines_for(Look(head.user, timezone.now()))}
    assert strip["intervention to review"] == strip["intervention ended without outcome"] == 1
    assert set(rows(head, show="overdue")) == {late.pk}
    assert set(rows(head, show="outcome")) == set(rows(head, show="ended")) == {ended.pk}
    assert set(rows(head, mine="1")) == {mine.pk, coming.pk}
    assert set(rows(head, type=InterventionType.objects.get(name="Home visit").pk)) == {coming.pk}
    assert set(rows(head, aim="behaviour")) == set(rows(head, year="8")) == set(rows(head, cover="pp")) == set()
    assert set(rows(head, student=kai.pk)) == {mine.pk}
    written = head.get(LIST, {"format": "csv"}).content.decode()
    assert "2026-12-11" in written
    assert "In by 8:40" not in written
    assert head.get(LIST, {"cover": "risk"}).status_code == 200


def test_three_and_thirty_cost_the_same_queries(head):
    costs = []
    for count in (3, 27):
        students = enrol("9B", count=count)
        for student in students:
            held = intervention(student, by=head.user)
            session(held, at(date(2026, 11, 16)), rating=3)
            review(held, date(2026, 11, 20))
        group = intervention(*students, by=head.user)
        session(group, at(date(2026, 11, 16)), rating=3)
        own = [page(each, name) for each in (held, group) for name in ("intervention_detail", "intervention_review")]
        effects = [page(group, "intervention_effect"), f"{reverse('interventions:effect')}?since=last"]
        tracker = f"{reverse('reports:tracker_effects')}?student={student.pk}"
        asked = [LIST, f"{LIST}?cover=risk-pp", f"{ADD}?student={student.pk}", *own, *effects, tracker]
        costs.append([cost_of(head, each) for each in asked])
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 12


def cost_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
