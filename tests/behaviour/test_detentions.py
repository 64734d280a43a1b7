"""Detentions: set for several at once, told, served, missed and followed by the next, never lost."""

from datetime import UTC, date, datetime, time
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from behaviour.models import Detention, DetentionLevel, Incident, InclusionStay, Involvement, Suspension
from pastoral.core.rights import Role
from tests.factories import StaffAssignmentFactory, TutorGroupFactory, enrol, staff
from tests.planning import plan

LIST, ADD = reverse("behaviour:detention_list"), reverse("behaviour:detention_add")
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B", legal_surname="Quillfeather", legal_forename="Kai")
    return student


def sent(*students, **also):
    data = {"do": "save", "student": [str(each.pk) for each in students], "reason": "Threw a chair", "level": "2"}
    return data | {"day": "2026-11-23", "starts_at": "", "minutes": "", "place": "", "told_how": ""} | also


def detention(student, day=FRIDAY, **also):
    facts = {"starts_at": time(15, 10), "minutes": 30, "reason": "Threw a chair", "level_id": 2, "place": "Hall"}
    return Detention.objects.create(student=student, day=day, **facts | {"set_by": staff(Role.SLT)} | also)


def tick(client, row, do, **also):
    return client.post(reverse("behaviour:detention_tick", args=[row.pk]), {"do": do} | also, follow=True)


def test_set_for_several_at_once_and_twice_stands_once(kai, as_role):
    (other,) = enrol("9B")
    tutor = as_role(Role.FORM_TUTOR)
    for _click in range(2):
        answer = tutor.post(ADD, sent(kai, other, told_how="Phone call"))
        assert answer.url == f"{LIST}?day=2026-11-23"
    rows = Detention.objects.order_by("pk")
    assert [(row.student, row.day, row.starts_at, row.minutes, row.place) for row in rows] == [
        (each, MONDAY, time(15, 10), 30, "Hall") for each in (kai, other)
    ]
    assert {(row.status, row.told_on, row.told_how) for row in rows} == {("notified", FRIDAY, "Phone call")}
    page = tutor.get(LIST, {"day": "2026-11-23"})
    assert [row.name for row in page.context["page"].rows] == sorted(each.sort_name for each in (kai, other))
    assert tutor.get(LIST, {"show": "coming"}).context["page"].total == 2


def test_from_an_incident_those_who_did_it_are_chosen(kai, as_role):
    (victim,) = enrol("9B")
    incident = Incident.objects.create(type="Defiance", occurred_on=FRIDAY)
    for student, role in ((kai, "perpetrator"), (victim, "victim")):
        Involvement.objects.create(incident=incident, student=student, role=role)
    tutor = as_role(Role.FORM_TUTOR)
    page = tutor.get(ADD, {"incident": incident.pk})
    assert page.context["picking"].chosen == [kai]
    assert "Defiance, Fri 20 Nov" in page.content.decode()
    (bystander,) = enrol("9B")
    tutor.post(f"{ADD}?incident={incident.pk}", sent(kai, bystander))
    assert [row.incident for row in Detention.objects.order_by("pk")] == [incident, None]
    page = tutor.get(reverse("behaviour:incident_detail", args=[incident.pk]))
    assert [(each.name, each.words) for each in page.context["record"].followed] == [
        (kai.sort_name, "Detention Mon 23 Nov, set"),
    ]
    slt, facts = staff(Role.SLT), {"student": kai, "incident": incident}
    span = {"starts_on": FRIDAY, "ends_on": FRIDAY, "sessions": 2, "reasons": ["DB"], "decided_by": "Head"}
    came = datetime(2026, 11, 20, 10, tzinfo=UTC)
    stay = {"room": "inclusion", "adult": "Mr Y", "recorded_by": slt, "came_at": came}
    gone = {"withdrawn_at": came, "withdrawn_by": slt, "withdrawn_because": "Wrong student"}
    Suspension.objects.create(**facts, **span, recorded_by=slt)
    InclusionStay.objects.create(**facts, **stay)
    for undone in ({}, gone):  # what is withdrawn followed upon nothing
        for model in (Detention, Suspension, InclusionStay):
            model.objects.filter(incident=incident).update(**undone)
        told = as_role(Role.HEAD_OF_YEAR).get(reverse("behaviour:incident_detail", args=[incident.pk]))
        words = [each.words for each in told.context["record"].followed]
        assert words == (
            []
            if undone
            else ["Detention Mon 23 Nov, set", "Suspension from Fri 20 Nov", "Inclusion room Fri 20 Nov 10:00"]
        )


def test_what_clashes_is_refused_and_said_and_nothing_is_lost(kai, as_role):
    """Another detention then, somebody known to be away, a suspension, no school day, a day that is over."""
    (held, away, out, free) = enrol("9B", count=4)
    detention(held, MONDAY, starts_at=time(15, 30))
    plan(away, "V", by=staff(Role.SLT), first=MONDAY)
    Suspension.objects.create(
        student=out, starts_on=FRIDAY, ends_on=MONDAY, sessions=4, reasons=["DB"], decided_by="Head",
        recorded_by=staff(Role.SLT),
    )  # fmt: skip
    tutor, head = as_role(Role.FORM_TUTOR), as_role(Role.HEAD_OF_YEAR)
    page = tutor.post(ADD, sent(held, away, out, free))
    text = page.content.decode()
    assert (page.status_code, Detention.objects.count()) == (422, 1)
    assert (
        f"{held.full_name} has a detention from 15:30 to 16:00 that day already"
        in page.context["form"].errors.as_text()
    )
    assert "suspended" not in text
    assert page.context["form"].errors.as_text().count("known not to be in school") == 2
    assert "Threw a chair" in text
    assert "is suspended then" in head.post(ADD, sent(out)).content.decode()
    for day, words in (("2026-11-27", "is no school day. The next one is Mon 30 Nov"), ("2026-11-19", "is over")):
        assert words in tutor.post(ADD, sent(free, day=day)).content.decode()
    assert tutor.post(ADD, sent(held, starts_at="12:40")).status_code == 302  # another time of the day is free


def test_saturdays_and_inset_days_where_the_school_allows_them_and_never_in_the_holidays(kai, as_role):
    """Education and Inspections Act 2006 s.92(3). Friday 27 November is INSET, half term begins on 15 February."""
    tutor, manager = as_role(Role.FORM_TUTOR), as_role(Role.DATA_MANAGER)
    saturday, inset = "2026-11-21", "2026-11-27"
    for day in (saturday, inset):
        said = tutor.post(ADD, sent(kai, day=day)).context["form"].errors.as_text()
        assert "are not allowed here. The Data Manager can allow them with the detention levels." in said
    address = reverse("behaviour:detention_levels")
    rungs = manager.get(address).context["rungs"]
    data = {field.html_name: field.value() or "" for form in rungs for field in form}
    data["days-seen"] = manager.get(address).context["days"]["seen"].value()
    assert manager.post(address, data | {"days-on_saturdays": "on", "days-on_inset_days": "on"}).status_code == 302
    kept = manager.get(address).context["days"].initial
    assert (kept["on_saturdays"], kept["on_inset_days"]) == (True, True)
    for day in (saturday, inset):
        assert tutor.post(ADD, sent(kai, day=day)).status_code == 302
    for day in ("2026-11-22", "2026-12-19", "2026-12-21", "2027-02-13", "2027-02-16", "2027-02-20", "2027-05-03"):
        assert "None is held in the holidays" in tutor.post(ADD, sent(kai, day=day)).content.decode(), day
    assert Detention.objects.count() == 2


def test_served_missed_and_followed_by_the_next_level_once(kai, as_role):
    plan(kai, "M", by=staff(Role.SLT), first=MONDAY)  # the first day that is free is Tuesday
    row, tutor = detention(kai), as_role(Role.FORM_TUTOR)
    for _click in range(2):
        page = tick(tutor, row, "missed")
    after = Detention.objects.get(follows=row)
    assert (after.day, after.minutes, after.level_id, after.status) == (TUESDAY, 60, 3, "set")
    assert "Missed the detention of Fri 20 Nov" in after.reason
    assert page.context["page"].rows[0].after.key == after.pk
    tick(tutor, row, "undo")
    assert not Detention.objects.standing(follows=row).exists()
    tick(tutor, row, "served")
    row.refresh_from_db()
    assert row.status == "served"
    assert "already: take that back first" in tick(tutor, row, "missed").content.decode()
    tick(tutor, row, "undo")
    tick(tutor, row, "missed")
    assert Detention.objects.standing(follows=row).get().pk == after.pk
    history = after.events.order_by("pgh_id").values_list("withdrawn_because", flat=True)
    assert "The one before it was not missed" in history
    head, address = as_role(Role.HEAD_OF_YEAR), reverse("behaviour:detention_detail", args=[row.pk])
    withdraw = {"do": "withdraw", "because": "Wrong student"}
    Detention.objects.filter(pk=after.pk).update(status="served")
    assert "settled already: take that back first" in head.post(address, withdraw).content.decode()
    assert Detention.objects.standing(pk=row.pk).exists()
    Detention.objects.filter(pk=after.pk).update(status="set")
    assert head.post(address, withdraw).status_code == 302
    assert not Detention.objects.standing(pk__in=[row.pk, after.pk]).exists()


def test_the_last_level_missed_waits_for_a_person_and_never_disappears(kai, as_role):
    row, tutor = detention(kai, level_id=4, minutes=90), as_role(Role.FORM_TUTOR)
    late = detention(kai, date(2026, 11, 19))
    tick(tutor, row, "missed")
    assert "detentions to settle" in tutor.get(reverse("core:needs_now")).content.decode()
    page = tutor.get(LIST, {"show": "settle"})
    assert [each.key for each in page.context["page"].rows] == [late.pk, row.pk]
    address = reverse("behaviour:detention_detail", args=[row.pk])
    assert tutor.post(address, {"do": "decide", "decided": ""}).status_code == 422
    decided = {"do": "decide", "decided": "Meeting with the parents"}
    decided["seen"] = tutor.get(address).context["decide"].initial["seen"]
    assert [tutor.post(address, decided).status_code for _click in range(2)] == [302, 302]
    other = tutor.post(address, decided | {"decided": "Two hours on Saturday"})  # from another tab
    assert other.context["decide"].errors["decided"] == ["Now it says: Meeting with the parents"]
    assert "Two hours on Saturday" in other.content.decode()
    tick(tutor, late, "served")
    assert tutor.get(LIST, {"show": "settle"}).context["page"].total == 0
    assert "Meeting with the parents" in tutor.get(address).content.decode()


def test_told_excused_moved_withdrawn(kai, as_role):
    row, head = detention(kai, MONDAY), as_role(Role.HEAD_OF_YEAR)
    address = reverse("behaviour:detention_detail", args=[row.pk])
    assert [each.key for each in head.get(LIST, {"show": "untold"}).context["page"].rows] == [row.pk]
    assert "ticked on the day" in tick(head, row, "served").content.decode()
    told = tick(head, row, "told", told_how="Email", told_on="2026-11-21").content.decode()
    assert "still to come" in told
    tick(head, row, "told", told_how="Email", told_on="2026-11-20")
    row.refresh_from_db()
    assert (row.status, row.told_how) == ("notified", "Email")
    other = detention(kai, TUESDAY)
    move = {"do": "move", "day": "2026-11-24", "starts_at": "15:20", "minutes": "30", "place": "Hall"}
    move["seen"] = head.get(address).context["move"].initial["seen"]
    assert "that day already" in head.post(address, move).content.decode()
    assert head.post(address, move | {"day": "2026-11-25"}).status_code == 302
    assert head.post(address, move | {"day": "2026-11-25"}).status_code == 302  # a second click
    late = head.post(address, move | {"day": "2026-11-26"}).content.decode()  # from another tab
    assert "Now it says: Wed 25 Nov" in late
    row.refresh_from_db()
    assert (row.day, row.status, row.told_on) == (date(2026, 11, 25), "set", None)  # the parent has to be told anew
    assert "Say why it is excused" in head.post(address, {"do": "excuse", "because": ""}).content.decode()
    excuse = {"do": "excuse", "because": "Hospital", "seen": head.get(address).context["excuse"].initial["seen"]}
    assert [head.post(address, excuse).status_code for _click in range(2)] == [302, 302]
    late = head.post(address, excuse | {"because": "A funeral"}).content.decode()
    assert ("Now it says: Hospital" in late, "A funeral" in late) == (True, True)
    row.refresh_from_db()
    assert (row.status, row.outcome) == ("excused", "Hospital")
    assert (
        "Take that back instead"
        in as_role(Role.FORM_TUTOR).post(ADD, sent(kai, day="2026-11-25", starts_at="15:20")).content.decode()
    )
    withdraw = {"do": "withdraw", "because": "Somebody else"}
    assert (
        as_role(Role.FORM_TUTOR).post(reverse("behaviour:detention_detail", args=[other.pk]), withdraw).status_code
        == 403
    )
    head.post(reverse("behaviour:detention_detail", args=[other.pk]), withdraw)
    other.refresh_from_db()
    assert other.withdrawn_by == head.user


def test_one_tap_answers_with_its_row(kai, as_role):
    row = detention(kai)
    answer = as_role(Role.FORM_TUTOR).post(
        reverse("behaviour:detention_tick", args=[row.pk]), {"do": "served"}, headers={"hx-request": "true"}
    )
    assert "served" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    tutor, gone = as_role(Role.FORM_TUTOR), {"withdrawn_at": "2026-11-20T14:00Z", "withdrawn_because": "Meant for Sam"}
    Detention.objects.filter(pk=row.pk).update(status="set", withdrawn_by=tutor.user, **gone)
    said = f"It was withdrawn by {tutor.user.formal_name}, Fri 20 Nov 14:00: Meant for Sam"
    assert said in unescape(tick(tutor, row, "served").content.decode())
    late = tick(tutor, row, "told", told_how="Letter", told_on="2026-11-20")
    text = unescape(late.content.decode())
    assert (late.status_code, said in text, ">Letter</textarea>" in text) == (409, True, True)
    address, asked = reverse("behaviour:detention_tick", args=[row.pk]), {"hx-request": "true"}
    late = tutor.post(address, {"do": "told", "told_how": "Letter"}, headers=asked)
    assert late.headers["HX-Redirect"] == reverse("behaviour:detention_detail", args=[row.pk])
    assert "You had written: How: Letter" in tutor.get(late.headers["HX-Redirect"]).content.decode()
    row.refresh_from_db()
    assert (row.status, row.told_on) == ("set", None)


def test_the_rooms_list_has_who_and_when_and_not_what_for(kai, as_role):
    detention(kai)
    excused = detention(enrol("9B", legal_surname="Offtoday")[0], status="excused", outcome="Ill")
    text = as_role(Role.FORM_TUTOR).get(reverse("behaviour:detention_sheet")).content.decode()
    assert "Quillfeather, Kai" in text
    assert "Hall, 15:10" in text
    assert "Threw a chair" not in text
    assert excused.student.legal_surname not in text


def test_reach_and_role_go_together(kai, as_role, client_for):
    """A Head of Year 8 who is the SENCO as well sees Year 9's students with SEN, and keeps none of them back."""
    head = as_role(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=head.user, role=Role.DSL)
    row = detention(kai)
    assert head.get(LIST).context["page"].total == 0
    assert head.get(reverse("behaviour:detention_detail", args=[row.pk])).status_code == 404
    assert head.get(reverse("behaviour:detention_student", args=[kai.pk])).status_code == 404
    assert head.post(ADD, sent(kai)).status_code == 422
    StaffAssignmentFactory(user=head.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    again = client_for(type(head.user).objects.get(pk=head.user.pk))
    assert again.get(reverse("behaviour:detention_student", args=[kai.pk])).context["page"].total == 1


def test_the_policy_is_the_schools(kai, as_role):
    manager, address = as_role(Role.DATA_MANAGER), reverse("behaviour:detention_levels")
    held = list(DetentionLevel.objects.all())
    as_role(Role.FORM_TUTOR).post(ADD, sent(kai, level=str(held[0].pk)))
    past = Detention.objects.get()
    data = {"days-seen": manager.get(address).context["days"]["seen"].value()}
    for n, level in enumerate(held, 1):
        data |= {
            f"level-{n}-name": level.name, f"level-{n}-minutes": level.minutes,
            f"level-{n}-starts_at": "15:15", f"level-{n}-place": "Gym",
        }  # fmt: skip
    new = {f"level-{len(held) + 1}-{name}": value for name, value in {"name": "Saturday", "minutes": "120"}.items()}
    assert manager.post(address, data | new).status_code == 422  # a rung needs its time
    manager.post(address, data | new | {f"level-{len(held) + 1}-starts_at": "09:00"})
    assert list(DetentionLevel.objects.values_list("name", "starts_at"))[-2:] == [
        (held[-1].name, time(15, 15)), ("Saturday", time(9)),
    ]  # fmt: skip
    seen = manager.get(address).context["days"]["seen"].value()
    data |= new | {f"level-{len(held) + 1}-starts_at": "09:00", "level-1-name": "Break detention"}
    late = manager.post(address, data)  # from another tab
    assert (late.status_code, "It says now: Lunch detention, 20 min" in late.content.decode()) == (422, True)
    assert late.context["days"]["seen"].value() == seen
    assert [manager.post(address, data | {"days-seen": seen}).status_code for _click in range(2)] == [302, 302]
    assert DetentionLevel.objects.earliest("number").events.latest("pgh_id").name == held[0].name
    text = as_role(Role.SLT).get(reverse("behaviour:detention_detail", args=[past.pk])).content.decode()
    assert (held[0].name in text, "Break detention" in text) == (True, False)
    data["days-seen"] = manager.get(address).context["days"]["seen"].value()
    again = {name.replace(f"-{len(held) + 1}-", "-1-"): value for name, value in new.items()}
    same = data | new | {f"level-{len(held) + 1}-starts_at": "09:00"} | {"level-1-name": again["level-1-name"]}
    assert "two levels have the same name" in manager.post(address, same).content.decode().lower()


def test_three_detentions_and_thirty_cost_the_same(kai, as_role):
    head = as_role(Role.HEAD_OF_YEAR)

    def cost(count):
        for student in enrol("9B", count=count):
            detention(student)
        with CaptureQueriesContext(connection) as queries:
            assert head.get(LIST).status_code == 200
        return len(queries)

    few = cost(3)
    assert cost(27) == few <= 12
