"""Work for students who are away, suspended or absent for long: who needs it, until it is set, collected or waived."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from behaviour.models import BehaviourRules, SetWork, Suspension, WorkWaiver
from pastoral.core.needs import Look, lines_for
from pastoral.core.rights import Role
from tests.factories import enrol, staff
from tests.lessons import lesson
from tests.marks import lay
from tests.planning import plan

LIST = reverse("behaviour:work_list")
MONDAY, FRIDAY, NEXT = date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def marked(student, first, letters):
    """Mark the sessions from the day on, a letter to a session; "-" leaves one out."""
    lay(student, first, " ".join(letters.replace(" ", "")))


def named(name, group="9B"):
    return enrol(group, legal_surname=name)[0]


def suspended(student, first, last, **also):
    facts = {"starts_on": first, "ends_on": last, "sessions": 4, "reasons": ["PP"], "decided_by": "Head"}
    return Suspension.objects.create(student=student, recorded_by=staff(Role.SLT), **facts | also)


def listed(client, show=""):
    return [row.student.legal_surname for row in client.get(LIST, {"show": show}).context["page"].rows]


def page_at(student, first):
    return reverse("behaviour:work_absence", args=[student.pk, f"{first}"])


def tapped(client, work, step, **also):
    return client.post(reverse("behaviour:work_tick", args=[work.pk]), {"tick": step} | also)


def counted(client, now):
    client.user.__dict__.pop("scope_held", None)
    return sum(line.count for line in lines_for(Look(client.user, now)) if line.url == LIST)


def test_who_is_away_for_long_is_derived_from_marks_and_plans(seeded, on_day, as_role):
    """More than five sessions, planned ones too; not who is back, whom a suspension keeps out, or who is in part."""
    now, by = on_day(FRIDAY), staff(Role.ATTENDANCE_OFFICER)
    marks = {
        "Six": "//// IIIIII",
        "Five": "///// IIIII",
        "Back": "/ IIIIIIII /",
        "Noon": "/ IIIIIII - -",  # no mark today
        "Excluded": "/ / I I I I E E E E",  # four sessions, then a suspension
        "Elsewhere": "I I B I I I I B I I",  # never more than four together
        "Merged": "///// /// II",
    }
    for name, letters in marks.items():
        marked(named(name), MONDAY, letters)
    plans = {
        "Merged": ("C", NEXT, date(2026, 11, 25)),  # two sessions so far, and six to come: one absence
        "Ahead": ("C", date(2026, 11, 30), date(2026, 12, 4)),
        "Short": ("C", date(2026, 11, 30), date(2026, 12, 1)),
        "Far": ("C", date(2026, 12, 14), date(2026, 12, 18)),
        "Trip": ("V", NEXT, date(2026, 12, 4)),
        "Early": ("C", MONDAY, date(2026, 12, 4)),  # came back before the plan said so
        "Mondays": ("C", MONDAY, date(2026, 12, 18)),
    }
    students = {}
    for name, (letters, first, last) in plans.items():
        student = students[name] = named(name) if name != "Merged" else None
        student = student or type(student or named("x", "9C")).objects.get(legal_surname="Merged")
        also = {"sessions": ["MON-AM"]} if name == "Mondays" else {}
        agreed = {"kind": "leave", "decided_by": by, "decided_at": now} if name == "Ahead" else {}
        plan(student, letters, by=by, first=first, last=last, status="agreed", **also, **agreed)
    marked(students["Early"], MONDAY, "CCCCCCCC //")
    suspended(named("Kept"), FRIDAY, NEXT)
    suspended(named("Lunch"), FRIDAY, NEXT, kind="LNCH")
    suspended(named("Over"), MONDAY, date(2026, 11, 17))
    suspended(named("Reinstated"), MONDAY, None, kind="PERM", sessions=None, governors_decided="Reinstated at once")
    both = named("Both")
    marked(both, MONDAY, "IIIIIIIIII")
    suspended(both, MONDAY, FRIDAY)
    marked(named("Eighth", "8A"), MONDAY, "IIIIIIIIII")
    head = as_role(Role.HEAD_OF_YEAR)
    assert listed(head) == ["Both", "Noon", "Six", "Kept", "Merged", "Ahead"]
    assert counted(head, now) == 6
    rows = {row.student.legal_surname: row.absence for row in head.get(LIST).context["page"].rows if row.absence}
    assert {name: (each.first_day.day, each.first_session, each.sessions) for name, each in rows.items()} == {
        "Six": (18, "AM", 6),
        "Noon": (16, "PM", 7),
        "Merged": (20, "AM", 8),
        "Ahead": (30, "AM", 10),
    }
    assert (listed(as_role(Role.HEAD_OF_YEAR, 8)), listed(as_role(Role.SLT))[:2]) == (["Eighth"], ["Both", "Eighth"])
    data = as_role(Role.DATA_MANAGER)
    rules = reverse("behaviour:work_rules")
    seen = data.get(rules).context["form"].initial["seen"]
    assert data.post(rules, {"work_after": "0", "seen": seen}).status_code == 422
    assert data.post(rules, {"work_after": "4", "seen": seen}).status_code == 302
    late = data.post(rules, {"work_after": "9", "seen": seen})
    assert late.context["form"].errors["work_after"] == ["Now it says: 4"]
    assert [(each.before, each.after) for each in late.context["changes"]] == [("5 sessions", "4 sessions")]
    assert set(listed(head)) == {"Both", "Noon", "Six", "Kept", "Merged", "Ahead", "Five", "Elsewhere"} - {"Elsewhere"}
    assert "Year 8" in as_role(Role.SLT).get(LIST).content.decode()
    assert [row.student.legal_surname for row in as_role(Role.SLT).get(LIST, {"year": 8}).context["page"].rows] == [
        "Eighth"
    ]


def test_asked_set_collected_and_not_needed(seeded, on_day, as_role):
    """Each tap says what it wants; back in school nothing is to be set, and what was set is still to be collected."""
    now, kai = on_day(FRIDAY), named("Quillfeather")
    marked(kai, MONDAY, "// IIIIIIII")
    lesson(kai, date(2026, 11, 9), "P1", subject="Science", teacher="PHE012")
    manager, first = as_role(Role.PASTORAL_MANAGER), date(2026, 11, 17)
    page = manager.get(page_at(kai, first))
    assert page.context["work_form"].fields["subjects"].choices == [("Science", "Science PHE012")]
    assert manager.post(page_at(kai, first), {"do": "work"}).status_code == 422
    for _click in range(2):
        manager.post(page_at(kai, date(2026, 11, 18)), {"do": "work", "subjects": ["Science"], "other": "Latin"})
    latin, science = SetWork.objects.order_by("subject")
    assert (latin.away_from, science.asked_of, counted(manager, now)) == (first, "PHE012", 1)
    for _click in range(2):
        assert tapped(manager, science, "set-on").status_code == 302
    assert manager.get(LIST).context["page"].rows[0].checklist.in_words == "1 of 2 subjects set, 0 collected"
    assert "Say why" in tapped(manager, latin, "drop").wsgi_request._messages._queued_messages[0].message
    for _click in range(2):
        assert tapped(manager, latin, "drop", because="No lessons this week").status_code == 302
    late = tapped(manager, latin, "drop", because="Teacher away")
    assert (late.status_code, "Teacher away" in late.content.decode()) == (409, True)
    assert (listed(manager), listed(manager, "collect"), counted(manager, now)) == ([], ["Quillfeather"], 0)
    assert "No lessons this week" in manager.get(page_at(kai, first)).content.decode()
    tapped(manager, latin, "needed-on")
    assert listed(manager) == ["Quillfeather"]
    kai.session_marks.filter(date=MONDAY).delete()
    marked(kai, MONDAY, "//")
    kai.session_marks.filter(date=first).delete()
    marked(kai, first, "I/")  # corrected: the absence begins a day later, and its work is its own
    assert manager.get(page_at(kai, first)).context["row"].absence.first_day == date(2026, 11, 18)
    on_day(NEXT)
    manager.force_login(manager.user)
    marked(kai, NEXT, "/")
    assert (listed(manager), listed(manager, "collect"), listed(manager, "away")) == ([], ["Quillfeather"], [])
    assert "back in school" in manager.get(page_at(kai, first)).content.decode()
    tapped(manager, science, "collected-on")
    assert (listed(manager, "collect"), manager.get(page_at(kai, first)).status_code) == ([], 200)
    assert tapped(as_role(Role.FORM_TUTOR), science, "set-off").status_code == 403
    assert manager.get(page_at(kai, date(2026, 9, 7))).status_code == 404
    assert manager.get(reverse("behaviour:work_absence", args=[kai.pk, "soon"])).status_code == 404


def test_no_work_needed_and_the_6th_day(seeded, on_day, as_role):
    now, kai = on_day(FRIDAY), named("Quillfeather")
    marked(kai, MONDAY, "IIIIIIIIII")
    head, page = as_role(Role.HEAD_OF_YEAR), page_at(kai, MONDAY)
    assert head.post(page, {"do": "waive", "because": ""}).status_code == 422
    for reason, status in (("In hospital", 302), ("In hospital", 302), ("On holiday", 409)):
        late = head.post(page, {"do": "waive", "because": reason})
        assert late.status_code == status
    assert "On holiday" in late.content.decode()
    assert (listed(head), listed(head, "away"), counted(head, now)) == ([], ["Quillfeather"], 0)
    assert "In hospital" in head.get(page).content.decode()
    head.post(page, {"do": "need"})
    assert (listed(head), WorkWaiver.objects.get().withdrawn_by) == (["Quillfeather"], head.user)
    span = suspended(named("Long"), MONDAY, date(2026, 11, 30), sessions=20)
    SetWork.objects.create(student=span.student, suspension=span, subject="Art", set_on=MONDAY, collected_on=MONDAY)
    suspended(named("Later"), date(2026, 11, 25), date(2026, 12, 11), sessions=24)
    assert (listed(head, "sixth"), listed(head)) == (["Long"], ["Quillfeather", "Later"])
    assert "6th school day Mon 23 Nov" in head.get(LIST, {"show": "sixth"}).content.decode()
    Suspension.objects.filter(pk=span.pk).update(provision="Hill Centre")
    assert listed(head, "sixth") == []


def test_a_permanent_exclusion_is_kept_until_it_is_noted_who_provides(seeded, on_day, as_role):
    """The school sets work for five school days, over Christmas too; the 6th day stays listed until it is provided."""
    span = suspended(named("Perm"), date(2026, 12, 17), None, kind="PERM", sessions=None)
    found = {}
    for day in (date(2027, 1, 4), date(2027, 1, 6), date(2027, 1, 8), date(2027, 1, 11)):
        now, head = on_day(day), as_role(Role.HEAD_OF_YEAR)
        found[day] = (listed(head), listed(head, "sixth"), counted(head, now))
        sixth = head.get(LIST, {"show": "sixth"}).context["page"].rows[0].provision_on
        assert found[day][0] == (["Perm"] if day < sixth else [])
        assert found[day][1:] == (["Perm"], len(found[day][0]))
    assert {len(to_set) for to_set, *_also in found.values()} == {0, 1}
    Suspension.objects.filter(pk=span.pk).update(provision="Hill Centre")
    assert listed(head, "sixth") == listed(head, "away") == []


def test_no_work_for_leavers_or_study_leave_and_a_moved_waiver_is_taken_back(seeded, on_day, as_role):
    now, kai = on_day(FRIDAY), named("Waived")
    gone, kept = named("Gone"), named("Kept")
    marked(gone, MONDAY, "IIIIII")
    plan(gone, "C", by=staff(Role.ATTENDANCE_OFFICER), first=date(2026, 11, 19), last=date(2026, 12, 18))
    suspended(kept, MONDAY, NEXT)
    type(gone).objects.filter(pk__in=[gone.pk, kept.pk]).update(left_on=date(2026, 11, 19))
    marked(named("Study"), MONDAY, "//SSSSSSSS")
    marked(kai, MONDAY, "//// IIIIII")
    head = as_role(Role.HEAD_OF_YEAR)
    assert (listed(head), counted(head, now)) == (["Waived"], 1)
    head.post(page_at(kai, date(2026, 11, 18)), {"do": "waive", "because": "Too ill"})
    kai.session_marks.filter(date=date(2026, 11, 17)).delete()
    marked(kai, date(2026, 11, 17), "II")  # put right: the absence began a day earlier
    assert listed(head) == []
    (row,) = head.get(LIST, {"show": "away"}).context["page"].rows
    head.post(page_at(kai, row.away_from), {"do": "need"})
    assert (listed(head), WorkWaiver.objects.standing().count()) == (["Waived"], 0)


def test_three_away_and_thirty_cost_the_same(seeded, friday, as_role):
    slt = as_role(Role.SLT)
    assert BehaviourRules.objects.get().work_after == 5

    def cost(count):
        for student in enrol("9B", count=count):
            marked(student, MONDAY, "IIIIIIIIII")
            SetWork.objects.create(student=student, away_from=MONDAY, subject="Art")
        for student in enrol("9C", count=count):
            span = suspended(student, FRIDAY, NEXT)
            SetWork.objects.create(student=student, suspension=span, subject="Art", set_on=FRIDAY)
        with CaptureQueriesContext(connection) as queries:
            assert slt.get(LIST, {"show": "away"}).context["page"].total >= 2 * count
        return len(queries)

    few = cost(3)
    assert cost(27) == few <= 12
