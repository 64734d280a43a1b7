"""Meetings: planned, held, minuted and closed; each student's part by reach, what is open carried over."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from interventions.models import Action, Meeting, MeetingPerson, Priority
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from students.models import YearGroup
from tests import agencies
from tests.cases import case_of
from tests.factories import enrol, staff
from tests.families import carer
from tests.meetings import action_of, asked_to, meeting_of, priority_of

LIST, ADD = reverse("interventions:meeting_list"), reverse("interventions:meeting_add")


def page(name, *args):
    return reverse(f"interventions:meeting_{name}", args=args)


def minutes(client, meeting, **asked):
    answer = client.get(reverse("reports:meeting_minutes", args=[meeting.pk]), asked)
    assert answer["Content-Type"] == "application/pdf"
    return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages)


@pytest.fixture
def head(seeded, as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def test_a_meeting_from_planning_to_the_next_one(head, friday, client_for):
    kai, ada = enrol("9B", legal_surname="O'Neill")[0], enrol("9C")[0]
    (zoe,) = enrol("8A")
    manager, tutor = staff(Role.PASTORAL_MANAGER, 9), staff(Role.FORM_TUTOR, "9B")
    mother, father = carer(kai), carer(kai, relationship="Father", barred=True, surname="Barred")
    case = case_of(kai, head.user)
    from_case = head.get(ADD, {"case": case.pk})
    assert [student.pk for student in from_case.context["picking"].chosen] == [kai.pk]
    sent = {
        "case": case.pk,
        "do": "save",
        "token": uuid4(),
        "student": [kai.pk, ada.pk, zoe.pk],
        "title": "Panel before the holidays",
        "purpose": "panel",
        "held_on": friday,
        "staff": [manager.pk],
    }
    assert head.post(ADD, sent | {"title": ""}).status_code == 422
    for _ in range(2):
        assert head.post(ADD, sent).status_code == 302
    meeting = Meeting.objects.get()
    assert {row.student_id for row in meeting.students.all()} == {kai.pk, ada.pk}
    detail, do = page("detail", meeting.pk), page("do", meeting.pk)
    shown = head.get(detail)
    assert reverse("interventions:case_detail", args=[case.pk]) in shown.content.decode()
    offered = dict(shown.context["groups"])["Parents and carers"]
    assert [key for key, _words in offered] == [f"c{mother.pk}"]
    head.post(do, {"do": "ask", "who": f"c{mother.pk}", "part": "mother"})
    head.post(do, {"do": "ask", "who": f"c{father.pk}"})
    head.post(do, {"do": "ask", "name": "Ms Visitor"})
    head.post(do, {"do": "ask", "who": f"w{agencies.worker(agencies.agency('Kooth')).pk}"})
    assert MeetingPerson.objects.filter(parent_carer=father).count() == 0
    visitor = MeetingPerson.objects.get(name="Ms Visitor")
    head.post(do, {"do": "not", "person": visitor.pk})
    head.post(do, {"do": "everybody"})
    assert [person.came for person in meeting.people.order_by("pk")] == [True, True, False, True]
    # What was said, with an action; the second writer is told; the token makes it once.
    row = meeting.students.get(student=kai)
    write = page("student", meeting.pk, row.pk)
    form = head.get(write).context["form"]
    said = {**form.initial, "notes": "Kai's bus", "decision": "Taxi until half term", "due_on": friday}
    assert head.post(write, said | {"what": "Book the taxi"}).status_code == 422
    said |= {"what": "Book the taxi", "owner": tutor.pk}
    for _ in range(2):
        assert head.post(write, said).status_code == 302
    again = client_for(manager).post(write, said | {"notes": "Mine", "token": uuid4()})
    assert again.status_code == 422
    assert "Now it says" in again.content.decode()
    other = meeting.students.get(student=ada)
    theirs = page("student", meeting.pk, other.pk)
    seen = head.get(theirs).context["form"].initial["seen"]
    head.post(theirs, {**said, "token": uuid4(), "notes": "Ada's own", "what": "", "seen": seen})
    assert Action.objects.get(what="Book the taxi").case == case
    for title, who in (("Check the panel", ""), ("Ring Ada", f"?student={ada.pk}")):
        answer = head.post(
            page("action", meeting.pk) + who,
            {"token": uuid4(), "what": title, "owner": manager.pk, "due_on": friday, "kind": "other"},
        )
        assert answer.status_code == 302
    rows = client_for(tutor).get(reverse("interventions:action_list")).context["page"].rows
    assert [item.action.words for item in rows] == ["Book the taxi"]
    change = page("change", meeting.pk)
    facts = {
        **{name: value for name, value in head.get(change).context["form"].initial.items() if value is not None},
        "notes": "A long panel",
        "starts_at": "",
        "year_group": "",
        "is_restricted": "",
    }
    assert head.post(change, facts | {"next_on": friday}).status_code == 422
    assert "School does not meet" in head.post(change, facts | {"next_on": "2026-12-05"}).content.decode()
    assert head.post(change, facts | {"next_on": friday + timedelta(days=14)}).status_code == 302
    aims = reverse("interventions:priority_add", args=[meeting.pk])
    assert head.post(aims, {"token": uuid4(), "lines": "x" * 301}).status_code == 422
    told = {"token": uuid4(), "lines": "Buses\n\n Mondays \nbuses", "owner": tutor.pk}
    for _ in range(2):
        assert head.post(aims, told).status_code == 302
    head.post(aims, {"token": uuid4(), "lines": "Mondays"})
    assert list(Priority.objects.values_list("words", flat=True)) == ["Buses", "Mondays"]
    whole = minutes(head, meeting)
    assert all(
        words in whole
        for words in ("Kai's bus", "Ada's own", "A long panel", "Mondays", "Book the taxi", "not closed yet")
    )
    family = minutes(head, meeting, student=kai.pk)
    assert "Kai's bus" in family
    assert "Book the taxi" in family
    assert not any(
        words in family for words in ("Ada", "A long panel", "Mondays", "Check the panel", "Panel before the holidays")
    )
    Action.objects.filter(what="Ring Ada").update(done_on=friday, done_by=manager)
    gone, left = staff(Role.SENCO, is_active=False), enrol("9B", left_on=friday)[0]
    barred, here = (asked_to(meeting, parent_carer=father), asked_to(meeting, staff=gone)), meeting.people.count()
    meeting.students.create(student=left, order=7)
    for _ in range(2):
        assert head.post(do, {"do": "close"}).status_code == 302
    after = Meeting.objects.get(follows=meeting)
    assert (after.held_on, after.students.count(), after.people.count()) == (friday + timedelta(days=14), 2, 4)
    assert here == 4 + len(barred)  # whom a court order bars, who left the staff or the roll, is not asked again
    assert set(after.actions.values_list("what", flat=True)) == {"Book the taxi", "Check the panel"}
    carried = head.get(page("detail", after.pk)).context["record"].priorities
    assert [(each.words, each.is_carried) for each in carried] == [("Buses", True), ("Mondays", True)]
    assert head.post(aims, told | {"token": uuid4()}).status_code == 409
    text = head.get(detail).content.decode()
    assert "what was said" in text
    assert "went over to a later meeting" in text
    listed = {row.meeting.pk: (row.actions, row.still_open) for row in head.get(LIST).context["page"].rows}
    assert listed == {meeting.pk: (3, 2), after.pk: (2, 2)}  # each number opens its list
    assert "Ring Ada" in text
    assert "minutes closed" in text
    assert "carried over" in head.get(page("detail", after.pk)).content.decode()
    # Closed minutes say what was decided, whatever its owner makes of it since.
    Action.objects.filter(what="Check the panel").update(what="Nothing much", due_on=friday + timedelta(days=60))
    whole = minutes(head, meeting)
    assert "Check the panel" in whole
    assert "changed since to: Nothing much" in " ".join(whole.split())
    assert "changed since the minutes: Nothing much" in head.get(detail).content.decode()
    Action.objects.filter(what="Nothing much").update(what="Check the panel")
    late = head.post(change, facts | {"notes": "Too late"})
    assert late.status_code == 409
    assert "Too late" in late.content.decode()
    assert head.post(write, said | {"notes": "Too late"}).status_code == 409
    Priority.objects.filter(words="Buses").update(words="Trains")
    assert "changed since the minutes: Trains" in head.get(detail).content.decode()
    assert "changed since to: Trains" in " ".join(minutes(head, meeting).split())
    # The tutor sees what is to be done about the own student now, and no more of the meeting.
    mine = client_for(staff(Role.FORM_TUTOR, "9C"))
    assert mine.get(detail).status_code == 404
    Action.objects.filter(what="Ring Ada").update(done_on=None, done_by=None)
    assert "Ring Ada" in mine.get(reverse("interventions:action_list"), {"show": "students"}).content.decode()
    # The next meeting falls through: what came over to it is the closed one's again; a case keeps what is its own.
    assert head.post(page("withdraw", after.pk), {"because": "Inset day"}).status_code == 302
    assert set(meeting.actions.open().values_list("what", flat=True)) == {
        "Book the taxi",
        "Check the panel",
        "Ring Ada",
    }
    head.post(do, {"do": "reopen"})
    assert head.post(page("withdraw", meeting.pk), {"because": "Twice"}).status_code == 302
    assert [action.what for action in Action.objects.open().filter(meeting=meeting)] == ["Book the taxi"]
    assert meeting.pk not in [row.meeting.pk for row in head.get(LIST).context["page"].rows]
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", kind="document").count() == 4


def test_each_students_part_is_by_reach_and_the_whole_for_few(head, client_for):
    (kai,), (zoe,) = enrol("9B"), enrol("8A")
    slt, sits, tutor = staff(Role.SLT), staff(Role.FORM_TUTOR, "9B"), staff(Role.FORM_TUTOR, "9B")
    held = meeting_of(slt, kai, zoe, title="Both years", notes="Whole words")
    priority_of(held, "First of all")
    asked_to(held, staff=sits)
    asked_to(held, parent_carer=carer(zoe, surname="Zoemother"))
    held.students.filter(student=kai).update(notes="Of Kai")
    held.students.filter(student=zoe).update(notes="Of Zoe")
    action_of(slt, "For Zoe", student=zoe, meeting=held)
    everything = {"Whole words", "First of all", "Of Kai", "Of Zoe", "For Zoe", "Zoemother"}
    for user, reads in (
        (slt, everything),
        (staff(Role.DSL), everything),
        (head.user, {"Of Kai"}),
        (sits, {"Of Kai", "Whole words", "First of all", "Zoemother"}),
        (tutor, None),
        (staff(Role.ATTENDANCE_OFFICER), None),
    ):
        client = client_for(user)
        answer = client.get(page("detail", held.pk))
        assert answer.status_code == (404 if reads is None else 200)
        if reads is not None:
            text, paper = answer.content.decode(), minutes(client, held)
            assert {words for words in everything if words in text} == reads
            assert {words for words in everything - {"Zoemother"} if words in paper} <= reads
    Meeting.objects.update(is_restricted=True, title="Hush hush")
    manager = client_for(staff(Role.PASTORAL_MANAGER, 9))
    text = manager.get(page("detail", held.pk)).content.decode()
    assert "Restricted meeting" in text
    assert not any(words in text for words in ("Hush", "Of Kai", "Zoemother", "Whole words"))
    assert manager.get(reverse("reports:meeting_minutes", args=[held.pk])).status_code == 404
    assert "Hush" not in manager.get(LIST, {"format": "csv"}).content.decode() + manager.get(LIST).content.decode()
    assert "Hush" not in client_for(slt).get(LIST, {"format": "csv"}).content.decode()
    assert "Of Kai" in head.get(page("detail", held.pk)).content.decode()
    assert client_for(slt).post(page("withdraw", held.pk), {"because": "Hush, to the DSL"}).status_code == 302
    assert "Hush" not in manager.get(page("detail", held.pk)).content.decode()


def test_the_list_narrows_and_costs_the_same_for_three_and_thirty(head, friday):
    students = enrol("9B", count=30)
    mine = meeting_of(head.user, *students[:2], title="Soon", held_on=friday + timedelta(days=7), year_group_id=9)
    past = meeting_of(staff(Role.SLT), students[5], title="Past", purpose="taf", held_on=date(2026, 10, 1))
    found = lambda **asked: [row.meeting.title for row in head.get(LIST, asked).context["page"].rows]  # noqa: E731
    assert found() == ["Soon", "Past"]
    assert found(show="planned") == found(show="mine") == found(year=9) == ["Soon"]
    assert found(show="today") == []
    assert found(show="open") == found(purpose="taf") == found(student=students[5].pk) == ["Past"]
    assert mine.title in head.get(LIST, {"format": "csv"}).content.decode()
    assert past.title
    counts = []
    for some in (students[:3], students[3:]):
        for student in some:
            action_of(head.user, student=student, meeting=meeting_of(head.user, student))
        with CaptureQueriesContext(connection) as taken:
            head.get(LIST)
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 12
    Meeting.objects.bulk_create(
        Meeting(token=uuid4(), title="Old", purpose="other", convener=head.user, held_on=date(2026, 9, 7))
        for _ in range(500)
    )
    assert head.get(LIST, {"format": "csv"}).content.decode().count("\n") > 532
    assert head.get(LIST).context["page"].total == 532  # never silently cut
    everybody = meeting_of(head.user, *students)
    asked_to(everybody, staff=staff(Role.PASTORAL_MANAGER, 9))
    with CaptureQueriesContext(connection) as taken:
        assert head.get(page("detail", everybody.pk)).status_code == 200
    assert len(taken) <= 12


def test_priorities_go_on_until_they_are_done_or_dropped(head, friday, client_for):
    """Duty D120: one list of a year, from meeting to meeting, with who, since when, and what came of each."""
    enrol("8A")
    listing, (kai,) = reverse("interventions:priority_list"), enrol("9B")
    slt, tutor = staff(Role.SLT), client_for(staff(Role.FORM_TUTOR, "9B"))
    week = timedelta(days=7)
    first = meeting_of(slt, purpose="year_team", title="Year team", year_group_id=9, held_on=friday - 2 * week)
    few = meeting_of(slt, title="Hush", year_group_id=9, held_on=friday - week, is_restricted=True)
    eight = meeting_of(slt, title="Eight", year_group_id=8)
    lates, coats = priority_of(first, "Lates", owner=tutor.user), priority_of(first, "Coats")
    hushed, other = priority_of(few, "Hushed words"), priority_of(eight, "Theirs")
    found = lambda client, **asked: [each.words for each in client.get(listing, asked).context["page"].rows]  # noqa: E731
    assert found(head) == found(head, year=9) == ["Lates", "Coats", "Hushed words"]
    assert found(client_for(staff(Role.PASTORAL_MANAGER, 9))) == ["Lates", "Coats"]
    assert (found(tutor), found(client_for(slt), year=8)) == (["Lates"], ["Theirs"])
    assert "Hushed words" in found(client_for(staff(Role.DSL)))
    table = head.get(listing, {"format": "csv"}).content.decode()
    assert ("Coats" in table, "Hushed" in table, "Hush" in table) == (True, False, False)
    assert AccessRecord.objects.filter(kind="export", subject="priorities:all").exists()
    # The next meeting of the year has what goes on, and a meeting with a family has not.
    after = meeting_of(head.user, purpose="rag", year_group_id=9, held_on=friday)
    home = meeting_of(head.user, kai, purpose="family", year_group_id=9, held_on=friday)
    stands = lambda held: [each.words for each in head.get(page("detail", held.pk)).context["record"].priorities]  # noqa: E731
    assert (stands(after), stands(home)) == (["Lates", "Coats"], [])
    one, back = reverse("interventions:priority_detail", args=[lates.pk]), page("detail", after.pk)
    assert "Year team" in tutor.get(one).content.decode()
    assert page("detail", first.pk) not in tutor.get(one).content.decode()  # hers to do, and no meeting of hers
    assert tutor.post(one, {"do": "done", "note": ""}).status_code == 422
    done = {"do": "done", "note": "Nobody late after lunch for a fortnight"}
    for _ in range(2):
        assert tutor.post(f"{one}?back={back}", done).url == back
    late = head.post(one, {"do": "drop", "note": "Otherwise"})
    assert (late.status_code, "Otherwise" in late.content.decode()) == (409, True)
    text = head.get(one).content.decode()
    assert all(words in text for words in ("Nobody late", "how it ended", "It goes on after all"))
    assert (found(head), found(head, show="done")) == (["Coats", "Hushed words", "Lates"], ["Lates"])
    assert stands(after) == ["Lates", "Coats"]  # it was done at this meeting
    assert stands(meeting_of(head.user, purpose="other", year_group_id=9, held_on=friday + week)) == ["Coats"]
    assert head.post(one, {"do": "open", "seen": "x"}).status_code == 409
    lates.refresh_from_db()
    assert head.post(one, {"do": "open", "seen": lates.ended_as}).status_code == 302
    two = reverse("interventions:priority_detail", args=[coats.pk])
    change = head.get(two).context["steps"][1][2].initial
    assert head.post(two, change | {"do": "change", "words": "Coats off", "owner": slt.pk}).status_code == 302
    again = head.post(two, change | {"do": "change", "words": "Mine", "owner": ""})
    assert (again.status_code, "Now it says: Coats off" in again.content.decode()) == (422, True)
    assert head.post(two, {"do": "drop", "note": "Spring came"}).status_code == 302
    assert found(head, show="dropped") == ["Coats off"]
    for hidden in (hushed, other):
        assert tutor.get(reverse("interventions:priority_detail", args=[hidden.pk])).status_code == 404
    # What was set about one family goes to the meetings that follow it, and to no other, whatever their year.
    priority_of(home, "Kai to see the GP")
    between = meeting_of(head.user, kai, purpose="family", follows=home, held_on=friday + week)
    again = meeting_of(head.user, kai, purpose="review", follows=between, held_on=friday + 2 * week)
    assert stands(between) == stands(again) == ["Kai to see the GP"]
    panel = meeting_of(head.user, kai, held_on=friday)
    priority_of(panel, "Kai's bus")
    apart = [meeting_of(head.user, held_on=friday + week, year_group_id=year) for year in (None, 9)]
    team = meeting_of(head.user, purpose="rag", year_group_id=9, held_on=friday + week)
    assert [stands(held) for held in (*apart, team)] == [[], [], ["Lates"]]
    # Who is given one of a restricted meeting does not read what that is called; who hands one on is led to the list.
    manager = client_for(staff(Role.PASTORAL_MANAGER, 9))
    given = reverse("interventions:priority_detail", args=[priority_of(few, "Quiet", owner=manager.user).pk])
    for address in (listing, given):
        text = manager.get(address).content.decode()
        assert ("Quiet" in text, "Restricted meeting" in text, "Hush" in text) == (True, True, False)
    assert ">Hush</a>" in head.get(given).content.decode()
    change = tutor.get(one).context["steps"][1][2].initial
    assert tutor.post(one, change | {"do": "change", "owner": slt.pk}).url == listing
    assert client_for(slt).get(listing).context["years"] == list(YearGroup.objects.values_list("pk", flat=True))
    # Notes of a meeting to come are what is to be talked of.
    was, planned = (meeting_of(slt, notes="Agenda", held_on=friday + days) for days in (-week, week))
    assert set(Meeting.objects.held().filter(pk__in=[was.pk, planned.pk])) == {was}
    # A meeting withdrawn takes what it set with it, and the list costs the same whatever it holds.
    Meeting.objects.filter(pk=few.pk).update(withdrawn_at=timezone.now(), withdrawn_by=slt, withdrawn_because="x")
    assert "Hushed words" not in found(head)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as taken:
            head.get(listing)
        counts.append(len(taken))
        Priority.objects.bulk_create(
            Priority(token=uuid4(), meeting=first, words=f"Line {n}", set_by=slt) for n in range(30)
        )
    assert counts[0] == counts[1] <= 12
