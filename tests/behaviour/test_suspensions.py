"""Suspensions: sessions counted slowly and fast, totals with their triggers, duties with their days, who may see."""

from datetime import date, timedelta
from functools import cache
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from behaviour.models import Incident, Involvement, SetWork, Suspension, SuspensionElsewhere
from behaviour.services.suspensions import Decided
from behaviour.summaries.spans import count_sessions, in_days, sessions_taken
from behaviour.summaries.suspension_law import provision_day, totals_with
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from students.calendar import academic_year_of, easter_monday, term_of
from students.models import CalendarSpan, StudentFact
from students.summaries import SchoolCalendar
from students.terms import Terms
from tests.factories import CALENDAR, StaffAssignmentFactory, StudentFactFactory, TutorGroupFactory, enrol, staff
from tests.lessons import lesson

LIST, ADD = reverse("behaviour:suspension_list"), reverse("behaviour:suspension_add")
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
SECRET = "Hit a boy with a chair"


def tapped(client, work, step):
    return client.post(reverse("behaviour:work_tick", args=[work.pk]), {"tick": step})


@cache
def calendar() -> SchoolCalendar:
    """Return the sample school's days, made from its spans without a database."""
    taken = {day for kind, *span, _name in CALENDAR if kind != "term" for day in days_of(*span)}
    terms = (day for kind, *span, _name in CALENDAR if kind == "term" for day in days_of(*span))
    return SchoolCalendar(tuple(sorted(day for day in terms if day.weekday() < 5 and day not in taken)))


def days_of(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def span(first, last, begins="AM", ends="PM", kind="SUSP"):
    return Decided(kind, first, begins, last, ends, ["DB"], "Head")


SPANS = st.builds(
    lambda first, length, begins, ends, kind: span(first, first + timedelta(days=length), begins, ends, kind),
    st.dates(date(2026, 9, 1), date(2027, 7, 31)),
    st.integers(0, 40),
    st.sampled_from(["AM", "PM"]),
    st.sampled_from(["AM", "PM"]),
    st.sampled_from(["SUSP", "LNCH"]),
)


def slow_sessions(one):
    """Count half day by half day, as somebody with a paper calendar would."""
    found = []
    for day in days_of(one.starts_on, one.ends_on):
        if day not in calendar().day_set:
            continue
        if one.kind == "LNCH":
            found.append(day)
            continue
        if day != one.starts_on or one.starts_session == "AM":
            found += [day] if day != one.ends_on or one.starts_on != one.ends_on or one.ends_session != "" else []
        if day != one.ends_on or one.ends_session == "PM":
            found.append(day)
    if one.kind == "SUSP" and one.starts_on == one.ends_on and (one.starts_session, one.ends_session) == ("PM", "AM"):
        return []
    return found


@given(SPANS)
def test_sessions_equal_a_slow_count(one):
    assert count_sessions(one, calendar()) == len(slow_sessions(one))


@given(st.lists(SPANS, min_size=1, max_size=5))
def test_totals_equal_a_slow_count(spans):
    """With sessions in both, each term counts its own, and the fullest one decides."""
    *earlier, last = spans
    days = [day for one in spans for day in slow_sessions(one)]
    terms = {term_of(day) for day in slow_sessions(last)} or {term_of(last.starts_on)}
    years = {academic_year_of(day) for day in slow_sessions(last)} or {academic_year_of(last.starts_on)}
    totals = totals_with(last, earlier, calendar())
    assert totals.term == max(sum(first <= day <= end for day in days) for first, end in terms)
    assert totals.year == max(sum(academic_year_of(day) == year for day in days) for year in years)


@given(SPANS)
def test_the_6th_day_equals_a_slow_count(one):
    held = Suspension(
        kind=one.kind,
        starts_on=one.starts_on,
        starts_session=one.starts_session,
        ends_on=one.ends_on,
        ends_session=one.ends_session,
    )
    days = sorted(set(slow_sessions(one)))
    expected = days[5] if one.kind == "SUSP" and len(days) > 5 else None
    assert provision_day(held, [], calendar()) == expected


@pytest.mark.django_db
def test_a_term_is_the_schools_own_where_it_has_three_and_the_laws_where_not(seeded):
    """Easter Monday of 2027 is 29 March: only a year of six terms is divided there. See docs/decisions/0019."""
    assert Terms.load().of(date(2027, 3, 1)) == (date(2027, 1, 4), date(2027, 3, 25))
    assert Terms.load().of(date(2027, 3, 30)) == term_of(date(2027, 3, 30))  # in the holidays
    spans = CalendarSpan.objects.filter(kind="term")
    spans.filter(name="Spring 2 2027").update(last_day=date(2027, 4, 2))
    days = SchoolCalendar(
        (*calendar().between(date(2026, 9, 1), date(2027, 3, 25)), *days_of(*[date(2027, 3, 30)] * 2))
    )
    early, late = span(date(2027, 3, 24), date(2027, 3, 25)), span(date(2027, 3, 30), date(2027, 3, 30))
    assert totals_with(late, [early], days, terms=Terms.load()).term == 6
    spans.filter(name="Spring 2 2027").update(name="Term 4")
    assert totals_with(late, [early], days, terms=Terms.load()).term == 2
    assert len(Terms.load().own) == 3  # those of the year before


def test_half_days_inset_half_term_and_lunchtimes():
    for one, sessions, days in (
        (span(FRIDAY, FRIDAY, begins="PM"), 1, "½"),
        (span(FRIDAY, MONDAY, begins="PM", ends="AM"), 2, "1"),
        (span(date(2026, 11, 26), date(2026, 11, 30)), 4, "2"),  # Friday 27 November is INSET
        (span(date(2026, 10, 22), date(2026, 11, 3), ends="AM"), 7, "3½"),  # over half term
        (span(MONDAY, date(2026, 11, 27), kind="LNCH"), 4, "2"),
    ):
        assert (count_sessions(one, calendar()), in_days(sessions)) == (sessions, days)
    assert [easter_monday(year) for year in (2024, 2026, 2027)] == [
        date(2024, 4, 1),
        date(2026, 4, 6),
        date(2027, 3, 29),
    ]
    assert term_of(date(2027, 3, 29))[1] < term_of(date(2027, 3, 30))[0]
    assert list(sessions_taken(span(FRIDAY, FRIDAY, begins="PM"), calendar())) == [(FRIDAY, "PM")]


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B", legal_surname="Quillfeather", legal_forename="Kai")
    return student


def sent(student, first=FRIDAY, last=FRIDAY, **also):
    data = {"do": "save", "student": [str(student.pk)], "kind": "SUSP", "starts_on": str(first), "starts_session": "AM"}
    data |= {
        "token": str(uuid4()),
        "ends_on": str(last),
        "ends_session": "PM",
        "reason_1": "PP",
        "reason_2": "",
        "reason_3": "",
    }
    return data | {"circumstances": SECRET, "decided_by": "Ms Head", "new_evidence": "", "parents_told_on": ""} | also


def held(student, first=FRIDAY, last=FRIDAY, **also):
    """Lay a suspension past the rules of the form."""
    facts = {"kind": "SUSP", "starts_on": first, "ends_on": last, "reasons": ["PP"], "decided_by": "Ms Head"}
    facts |= {"circumstances": SECRET, "recorded_by": staff(Role.SLT)}
    if also.get("kind") == "PERM":
        facts["ends_on"] = None
    else:
        facts["sessions"] = count_sessions(span(first, last, kind=also.get("kind", "SUSP")), calendar())
    return Suspension.objects.create(student=student, **facts | also)


def page_of(client, one):
    return client.get(reverse("behaviour:suspension_detail", args=[one.pk]))


def seen_by(client, one, do="reintegration"):
    """Return the state of a duty that the page shows."""
    context = page_of(client, one).context
    forms = {step.slug: form for step, form, _late in context["steps"]} | {"exam": context["exam_form"]}
    return forms[do].initial["seen"]


def noted(client, one, do, **facts):
    """Note a duty as whoever opens the page now."""
    sent = {"do": do, "seen": seen_by(client, one, do)} | facts
    return client.post(reverse("behaviour:suspension_detail", args=[one.pk]), sent)


def steps_of(client, one):
    return {step.slug: (step, late) for step, _form, late in page_of(client, one).context["steps"]}


def test_recorded_once_with_its_sessions_and_the_sen_of_its_day(kai, as_role):
    StudentFactFactory(student=kai, kind=StudentFact.Kind.SEN, value="K")
    head = as_role(Role.HEAD_OF_YEAR)
    data = sent(kai, MONDAY, date(2026, 11, 30), starts_session="PM", reason_2="DM", parents_told_on="2026-11-20")
    assert head.post(ADD, data).url == head.post(ADD, data).url
    one = Suspension.objects.get()
    assert (one.sessions, one.sen_provision, one.reasons, one.recorded_by) == (9, "K", ["PP", "DM"], head.user)
    page = page_of(head, one)
    assert page.context["row"].case.back_on == date(2026, 12, 1)
    assert SECRET in page.content.decode()
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}").exists()
    other = head.post(ADD, data | {"token": str(uuid4()), "reason_1": "VR"})  # not the same, and not lost in silence
    assert "It overlaps with the suspension of" in other.context["form"].errors.as_text()
    assert head.get(ADD).context["form"].initial["decided_by"] == "Ms Head"


def test_the_sessions_and_what_they_set_off_are_shown_before_it_is_recorded(kai, as_role):
    """By a step without script, and by htmx as the days are typed; nothing is written and nothing typed is lost."""
    head = as_role(Role.HEAD_OF_YEAR)
    held(kai, date(2026, 11, 2), date(2026, 11, 4))
    SuspensionElsewhere.objects.create(
        student=kai, academic_year=2026, sessions=40, school="Hill", source="Letter", told_on=FRIDAY, token=uuid4(),
        recorded_by=head.user,
    )  # fmt: skip
    asked = sent(kai, date(2026, 11, 24), date(2026, 12, 2), starts_session="PM", do="check", reason_1="")
    page = head.post(ADD, asked)
    text = page.content.decode()
    assert (page.status_code, SECRET in text, Suspension.objects.count()) == (200, True, 1)
    preview = page.context["preview"]
    days = ["Tue 24 Nov PM", "Wed 25 Nov", "Thu 26 Nov", "Mon 30 Nov", "Tue 1 Dec", "Wed 2 Dec"]  # the 27th is INSET
    assert ", ".join(days) in text
    assert (preview.sessions, preview.totals.term, preview.totals.year, preview.back_on) == (
        11,
        17,
        57,
        date(2026, 12, 3),
    )
    assert "Over 5 days in the term: governors meet within 50 school days" in text
    assert "Full-time education from Wed 2 Dec, the 6th school day" in text
    assert "28½ of 45 in the school year, 20 of them at an earlier school; 16½ days left" in text
    part = head.post(ADD, asked | {"ends_on": "2026-12-17"}, headers={"hx-request": "true"}).content.decode()
    assert ("<html" in part, "Over 15 days in the term: governors meet within 15" in part) == (False, True)
    assert "Over 45 days" in head.post(ADD, asked | {"ends_on": "2027-02-12"}).content.decode()
    assert "It overlaps with" in head.post(ADD, asked | {"starts_on": "2026-11-04"}).content.decode()
    assert "whatever the parents say: a permanent" in head.post(ADD, asked | {"kind": "PERM"}).content.decode()
    assert "a public exam" in head.post(ADD, asked | {"misses_exam": "on"}).content.decode()
    assert "Give the first day and the last" in head.post(ADD, asked | {"ends_on": ""}).content.decode()
    assert "Choose the student" in head.post(ADD, asked | {"student": []}).content.decode()
    one = date(2026, 11, 30)
    assert "It sets nothing off" in head.post(ADD, sent(kai, one, one, do="check")).content.decode()
    assert Suspension.objects.count() == 1


def test_what_cannot_be_is_refused_in_words_and_nothing_is_lost(kai, as_role):
    """It cannot be lengthened, overlap, follow on without new evidence, or pass 45 days in the year."""
    head = as_role(Role.HEAD_OF_YEAR)
    held(kai, FRIDAY, MONDAY)

    def refused(**change):
        answer = head.post(ADD, sent(kai, TUESDAY, TUESDAY) | change)
        text = answer.content.decode()
        assert (answer.status_code, SECRET in text) == (422, True)
        return answer.context["form"].errors.as_text()

    assert "One cannot be lengthened" in refused(starts_on="2026-11-23")
    assert "new evidence: say what it is" in refused()
    assert "is no school day. The next one is Mon 23 Nov" in refused(starts_on="2026-11-22")
    assert "It ends before it begins" in refused(ends_on="2026-11-23")
    assert "Say which day is the last" in refused(ends_on="")
    assert "Give one to three reasons" in refused(reason_2="PP", new_evidence="x")
    assert "was not in force on Mon 20 Apr" in refused(
        starts_on="2026-04-20", ends_on="2026-04-20", reason_1="VR", new_evidence="x"
    )
    assert "The law allows 45" in refused(ends_on="2027-03-01", new_evidence="x")
    assert "still to come" in refused(parents_told_on="2026-11-21", new_evidence="x")
    assert Suspension.objects.count() == 1
    assert head.post(ADD, sent(kai, TUESDAY, TUESDAY, new_evidence="A witness came forward")).status_code == 302
    permanent = sent(kai, date(2026, 11, 26), kind="PERM", ends_on="")
    assert head.post(ADD, permanent).status_code == 302
    assert "permanently excluded since Thu 26 Nov" in refused(starts_on="2026-12-01", ends_on="2026-12-01")


def test_governors_are_owed_by_the_terms_total(kai, as_role):
    """Up to 5 days: they consider. More: within 50 school days if asked. More than 15, or an exam: within 15."""
    slt = as_role(Role.SLT)
    first = held(kai, date(2026, 9, 7), date(2026, 9, 11))  # 10 sessions
    steps = steps_of(slt, first)
    assert "governors" not in steps
    assert steps["governors_told_on"][0].due is None
    second = held(kai, date(2026, 9, 21), date(2026, 9, 21), sessions=1, ends_session="AM")  # 11 in the term
    step, late = steps_of(slt, second)["governors"]
    assert (step.is_owed, late) == (False, False)
    second.representations_on = date(2026, 9, 22)
    second.save()
    step, late = steps_of(slt, second)["governors"]
    assert (step.is_owed, late, step.due) == (
        True,
        False,
        calendar().days[calendar().days.index(date(2026, 9, 21)) + 50],
    )
    third = held(kai, date(2026, 10, 5), date(2026, 10, 16))  # 31 in the term
    row = page_of(slt, third).context["row"]
    assert (row.case.totals.term, row.case.totals.year, row.case.totals.left_days) == (31, 31, "29½")
    step, late = steps_of(slt, third)["governors"]
    assert (step.is_owed, late, step.due) == (True, True, date(2026, 11, 2))
    exam = held(enrol("9B")[0], FRIDAY)
    noted(slt, exam, "exam", misses_exam="on")
    assert steps_of(slt, exam)["governors"][0].is_owed
    assert "exam" in steps_of(slt, exam)["governors"][0].why
    page = slt.get(LIST, {"show": "governors"})
    assert {row.span for row in page.context["page"].rows} == {second, third, exam}
    spring = held(kai, date(2027, 1, 11), date(2027, 1, 11))
    assert page_of(slt, spring).context["row"].case.totals.term == 2  # a new term counts anew, the year goes on
    assert page_of(slt, spring).context["row"].case.totals.year == 33


def test_duties_in_order_of_time_and_what_is_overdue(kai, as_role, on_day):
    StudentFactFactory(student=kai, kind=StudentFact.Kind.LOOKED_AFTER)
    head = as_role(Role.HEAD_OF_YEAR)
    one = held(kai, date(2026, 11, 12), date(2026, 11, 20))  # 7 school days
    steps = page_of(head, one).context["steps"]
    dues = [step.due for step, _form, _late in steps if step.due]
    assert dues == sorted(dues)
    assert {step.slug for step, _form, late in steps if late} == {
        "parents_told_on", "la_told_on", "social_worker_told_on", "virtual_school_told_on", "governors_told_on",
        "work", "provision",
    }  # fmt: skip
    assert steps_of(head, one)["provision"][0].due == date(2026, 11, 19)
    assert steps_of(head, one)["reintegration"][0].due == MONDAY
    assert "suspension: parents or LA not told" in head.get(reverse("core:needs_now")).content.decode()
    assert head.get(LIST, {"show": "untold"}).context["page"].total == 1
    address = reverse("behaviour:suspension_detail", args=[one.pk])
    for slug in (
        "parents_told_on",
        "la_told_on",
        "social_worker_told_on",
        "virtual_school_told_on",
        "governors_told_on",
    ):
        assert noted(head, one, slug, on="2026-11-21").status_code == 422  # a day to come
        assert noted(head, one, slug, on="2026-11-12").status_code == 302
    noted(head, one, "provision", provision="Hill Centre, from day 6")
    assert head.post(address, {"do": "work", "other": ""}).status_code == 422
    lesson(kai, date(2026, 11, 9), "P1", subject="Science", teacher="PHE012")
    lesson(kai, date(2026, 11, 9), "P2", subject="English", teacher=head.user.staff_code)
    offered = page_of(head, one).context["work_form"].fields["subjects"].choices
    assert ("English", f"English {head.user.formal_name}") in offered
    head.post(address, {"do": "work", "subjects": ["English", "Science"], "other": "Latin"})
    assert one.set_work.get(subject="Science").asked_of == "PHE012"
    for work in one.set_work.all():
        for _click in range(2):
            assert tapped(head, work, "set-on").status_code == 302
    tapped(head, one.set_work.first(), "collected-on")
    tapped(head, one.set_work.first(), "set-on")  # a second tab that has not seen it
    assert tapped(head, one.set_work.first(), "burn-on").status_code == 404
    step = steps_of(head, one)["work"][0]
    assert (step.is_done, step.detail) == (True, "3 of 3 subjects set, 1 collected")
    assert SetWork.objects.filter(set_on=FRIDAY).count() == 3
    meeting = {"do": "reintegration", "day": "2026-11-23", "at": "08:30", "reintegration": ""}
    blank = seen_by(head, one)
    head.post(address, meeting | {"seen": blank})
    late = head.post(address, meeting | {"seen": blank, "at": "09:00"})
    assert "Now it says: 08:30" in late.content.decode()  # somebody else booked it meanwhile
    assert steps_of(head, one)["reintegration"][0].detail == "booked for Mon 23 Nov 08:30"
    assert not page_of(head, one).context["row"].overdue
    on_day(TUESDAY)
    head.force_login(head.user)  # yesterday's sign-in is over
    assert [step.slug for step in page_of(head, one).context["row"].overdue] == ["reintegration"]
    head.post(address, meeting | {"seen": seen_by(head, one), "reintegration": "Mother and Kai; card for two weeks"})
    assert not page_of(head, one).context["row"].overdue
    assert steps_of(head, one)["reintegration"][0].done_on == MONDAY


def test_a_second_writer_sees_what_the_first_noted_of_each_duty(kai, as_role):
    slt, one = as_role(Role.SLT), held(kai, date(2026, 11, 2), kind="PERM")
    noted(slt, one, "governors", governors_met_on="2026-11-19", governors_decided="Declined to reinstate")
    address = reverse("behaviour:suspension_detail", args=[one.pk])
    for do, field, first, second, now in (
        ("la_told_on", "on", "2026-11-19", "2026-11-18", "Thu 19 Nov"),
        ("provision", "provision", "Hill Centre", "At home", "Hill Centre"),
        ("review", "review_decided", "Upheld", "Quashed", "Upheld"),
        ("governors", "governors_decided", "Considered: could not reinstate", "", "Considered: could not reinstate"),
        ("exam", "misses_exam", "on", "", "yes"),
    ):
        blank = {"do": do, "seen": seen_by(slt, one, do)}
        twice = [slt.post(address, blank | {field: first}).status_code for _click in range(2)]
        late = slt.post(address, blank | {field: second})
        assert (twice, late.status_code) == ([302, 302], 422), do
        form = late.context["exam_form"] if do == "exam" else {
            step.slug: form for step, form, _late in late.context["steps"]
        }[do]  # fmt: skip
        assert form.errors[field] == [f"Now it says: {now}"]
        again = {"do": do, "seen": form["seen"].value(), field: second}
        assert slt.post(address, again).status_code == 302, do


def test_one_that_follows_straight_on_shares_the_6th_day(kai, as_role):
    held(kai, date(2026, 11, 16), date(2026, 11, 19))
    second = held(kai, FRIDAY, date(2026, 11, 24), new_evidence="A film")
    assert steps_of(as_role(Role.SLT), second)["provision"][0].due == MONDAY  # 4 days before it, and 2 of its own


def test_permanent_until_the_review_has_ended(kai, as_role):
    slt = as_role(Role.SLT)
    one = held(kai, date(2026, 11, 9), kind="PERM")
    steps = steps_of(slt, one)
    assert steps["provision"][0].due == date(2026, 11, 16)
    assert "local authority" in steps["provision"][0].why
    assert (steps["governors"][0].due, "reintegration" in steps) == (date(2026, 12, 1), False)
    address = reverse("behaviour:suspension_detail", args=[one.pk])
    noted(slt, one, "governors", governors_met_on="2026-11-20", governors_decided="Declined to reinstate")
    assert steps_of(slt, one)["review"][0].due == date(2026, 12, 14)
    assert slt.get(LIST, {"show": "out"}).context["page"].total == 1
    review = {
        "do": "review",
        "review_asked_on": "2026-11-20",
        "review_decided": "",
        "seen": seen_by(slt, one, "review"),
    }
    noted(slt, one, "review", review_asked_on="2026-11-20", review_decided="Upheld")
    noted(slt, one, "governors", governors_met_on="2026-11-20", governors_decided="Reinstated at once")
    late = slt.post(address, review | {"review_decided": "Quashed by the panel"})  # a duty that has gone since
    assert "Now it says: Upheld" in late.content.decode()
    assert "Quashed by the panel" in late.content.decode()
    assert slt.get(LIST, {"show": "out"}).context["page"].total == 0
    assert slt.post(ADD, sent(kai, MONDAY, MONDAY)).status_code == 302  # back in school, and suspended anew


def test_the_right_binds_on_pages_and_in_the_file(kai, as_role):
    """A tutor reads nothing of it; the file has no narrative, and taking it is logged."""
    one = held(kai)
    held(enrol("8A", legal_surname="Othername")[0])
    for role in (Role.FORM_TUTOR, Role.SENCO, Role.ATTENDANCE_OFFICER, Role.DATA_MANAGER):
        assert (as_role(role).get(LIST).status_code, page_of(as_role(role), one).status_code) == (403, 403)
    head = as_role(Role.HEAD_OF_YEAR)
    text = head.get(LIST, {"format": "csv"}).content.decode()
    assert "Quillfeather, Kai" in text
    assert "PP" in text
    assert SECRET not in text
    assert "Othername" not in text
    assert AccessRecord.objects.filter(kind=AccessRecord.Kind.EXPORT).count() == 1
    assert page_of(as_role(Role.HEAD_OF_YEAR, 8), one).status_code == 404
    both = as_role(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=both.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    assert page_of(both, one).status_code == 404  # of 9B they are the tutor, no more
    made = Incident.objects.create(type="Sexual harm or harassment", occurred_on=FRIDAY)
    Involvement.objects.create(incident=made, student=kai, role="perpetrator")
    Suspension.objects.filter(pk=one.pk).update(incident=made)
    address = reverse("behaviour:incident_detail", args=[made.pk])
    for role, reads in ((Role.HEAD_OF_YEAR, False), (Role.SLT, False), (Role.DSL, True)):
        text = page_of(as_role(role), one).content.decode()
        assert ("Sexual harm" in text, address in text) == (reads, reads), role
    manager = as_role(Role.PASTORAL_MANAGER)  # sees, and keeps none
    assert not page_of(manager, one).context["may_keep"]
    assert manager.post(reverse("behaviour:suspension_detail", args=[one.pk]), {"do": "la_told_on"}).status_code == 403
    assert manager.get(ADD).status_code == 403
    manager.post(reverse("behaviour:suspension_detail", args=[one.pk]), {"do": "work", "other": "Latin"})
    assert one.set_work.get().subject == "Latin"  # but has work set and collected


def test_withdrawn_it_counts_in_no_total(kai, as_role):
    one, head = held(kai, date(2026, 11, 9), date(2026, 11, 13)), as_role(Role.HEAD_OF_YEAR)
    other = held(kai, FRIDAY)
    page = head.get(LIST, {"show": "students"})
    assert [(each.number, each.sessions, each.left_days) for each in page.context["page"].rows] == [(2, 12, "39")]
    head.post(reverse("behaviour:suspension_detail", args=[one.pk]), {"do": "withdraw", "because": "Wrong student"})
    assert head.get(LIST, {"show": "students"}).context["page"].rows[0].sessions == 2
    assert page_of(head, other).context["row"].case.totals.term == 2
    assert "Wrong student" in page_of(head, one).content.decode()


def test_the_year_counts_an_earlier_schools_sessions_and_the_term_does_not(kai, as_role):
    """45 school days a year are counted across schools; the governors' term is this school's."""
    head, one = as_role(Role.HEAD_OF_YEAR), held(kai, date(2026, 11, 9), date(2026, 11, 10))
    address = reverse("behaviour:elsewhere_list", args=[kai.pk])
    fact = {"academic_year": "2026", "school": "Hill Academy", "sessions": "85", "source": "Letter"}
    fact |= {"told_on": "2026-11-19", "token": str(uuid4())}
    assert head.post(address, fact | {"told_on": "2026-11-21"}).status_code == 422
    assert [head.post(address, fact).status_code for _click in range(2)] == [302, 302]
    earlier = SuspensionElsewhere.objects.get()
    assert (earlier.sessions, earlier.recorded_by) == (85, head.user)
    totals = page_of(head, one).context["row"].case.totals
    assert (totals.term, totals.year, totals.elsewhere, totals.left_days) == (4, 89, 85, "½")
    assert "42½ at an earlier school" in page_of(head, one).content.decode()
    assert "governors" not in steps_of(head, one)
    assert head.get(LIST, {"show": "watch"}).context["page"].total == 1
    assert "At an earlier school: 85 sessions in 2026/27" in head.get(LIST, {"student": kai.pk}).content.decode()
    refused = head.post(ADD, sent(kai, FRIDAY, FRIDAY)).content.decode()
    assert "to 45½ days in the school year, 42½ of them at an earlier school" in refused
    detail = reverse("behaviour:elsewhere_detail", args=[earlier.pk])
    change = fact | {"do": "change", "seen": head.get(detail).context["change"].initial["seen"], "sessions": "20"}
    assert head.post(detail, change).status_code == 302
    late = head.post(detail, change | {"sessions": "30"})
    assert late.context["change"].errors["sessions"] == ["Now it says: 20"]
    assert [(each.label, each.before, each.after) for each in late.context["changes"]] == [("Sessions", "85", "20")]
    assert page_of(head, one).context["row"].case.totals.year == 24
    head.post(detail, {"do": "withdraw", "because": "Another boy"})
    assert page_of(head, one).context["row"].case.totals.year == 4
    assert "Another boy" in head.post(detail, change | {"school": "Dale"}).content.decode()
    assert as_role(Role.PASTORAL_MANAGER).post(address, fact).status_code == 403
    assert "Note what a school says" not in as_role(Role.PASTORAL_MANAGER).get(address).content.decode()


def test_three_suspensions_and_thirty_cost_the_same(kai, as_role):
    slt = as_role(Role.SLT)

    def cost(count):
        for student in enrol("9B", count=count):
            SetWork.objects.create(student=student, suspension=held(student), subject="Art")
        with CaptureQueriesContext(connection) as queries:
            assert slt.get(LIST).status_code == 200
        return len(queries)

    few = cost(3)
    assert cost(27) == few <= 12
