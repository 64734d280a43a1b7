"""The weekly RAG among tutors: opened, answered with one tap, calls asked for, unread; and the board of the team."""

import io
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from contacts.models import Contact
from interventions.models import Action
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.models import RagAnswer, RagDocument, RagOpening
from students.models import StaffAssignment, Student
from tests.factories import enrol, staff
from tests.families import carer
from tests.reports.rag_school import FRIDAY, NEXT_MONDAY, absent, attend, made
from tests.reports.test_exports import csv_of

BOARD, CALLS, NEEDS = (reverse(f"{name}") for name in ("reports:team_board", "reports:rag_calls", "core:needs_now"))
PM = (Role.PASTORAL_MANAGER, 9)


@pytest.fixture
def week(seeded, on_day, settings, tmp_path):
    """Two students in 9B, the first of them red, one in 9C and one in 8A; their sheets are made on Monday morning."""
    settings.MEDIA_ROOT = tmp_path
    students = [*enrol("9B", count=2), *enrol("9C"), *enrol("8A")]
    for student in students:
        attend(student, absent(20) if student is students[0] else None)
    on_day(NEXT_MONDAY, 7, 30)
    run = made()
    type(run).objects.update(completed_at=timezone.now())
    on_day(NEXT_MONDAY, 9, 0)
    return run, students


def sheet(run, name="9B"):
    return RagDocument.objects.get(run=run, name=name)


def told(client):
    answer = client.get(NEEDS)
    assert answer.status_code == 200  # the sign-in lasts a day
    return {line.label: line.count for line in answer.context["lines"]} if answer.context else {}


def spoken(student, by, *, at, result="reached"):
    home = carer(student)
    return Contact.objects.create(
        token=uuid4(),
        student=student,
        occurred_at=at,
        logged_at=at,
        made_by=by,
        logged_by=by,
        owner=by,
        channel="phone",
        party="carer",
        parent_carer=home,
        result=result,
        purpose="absence",
    )


def test_the_first_opening_by_a_tutor_is_kept_and_a_team_looking_opens_nothing(week, client_for):
    run, _students = week
    tutor, head = staff(Role.FORM_TUTOR, "9B"), staff(Role.HEAD_OF_YEAR, 9)
    page, pdf = reverse("reports:rag_document", args=[sheet(run).pk]), reverse("reports:rag_pdf", args=[sheet(run).pk])
    client_for(head).get(page)
    assert not RagOpening.objects.exists()
    for address in (pdf, page):
        client_for(tutor).get(address).getvalue()
    assert RagOpening.objects.get().user == tutor
    client_for(head).get(reverse("reports:rag_document", args=[sheet(run, "Year 9").pk]))
    assert RagOpening.objects.filter(user=head).exists()


def test_one_tap_answers_the_same_again_takes_it_back_and_the_team_reads_it(week, client_for, on_day):
    run, (red, _green, other, _eighth) = week
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    address = reverse("reports:rag_answer", args=[sheet(run).pk, red.pk])
    page = reverse("reports:rag_document", args=[sheet(run).pk])
    for _click in range(2):
        assert client.post(address, {"answer": "spoken"})["Location"] == f"{page}#answer-{red.pk}"
    held = RagAnswer.objects.get()
    assert (held.answer, held.by, held.at) == ("spoken", client.user, timezone.now())
    sent = {"answer": "spoken", "note": "At form time", "seen": held.said_as}
    part = client.post(address, sent, headers={"HX-Request": "true"})
    assert "At form time" in part.content.decode()
    assert "<html" not in part.content.decode()
    team = client_for(staff(Role.PASTORAL_MANAGER, 9))
    shown = team.get(page).content.decode()
    assert "At form time" in shown
    assert "Tutor’s answer" in shown
    assert f"answer/{red.pk}/" not in shown
    assert [line.student_id for part in team.get(page, {"show": "red"}).context["sections"] for line in part.lines] == [
        red.pk
    ]
    assert len(team.get(page, {"show": "answered"}).context["sections"]) == 1
    # a co-tutor whose page is older is shown what stands, an unknown word changes nothing
    other_tutor, held = client_for(staff(Role.FORM_TUTOR, "9B")), RagAnswer.objects.get()
    late = other_tutor.post(address, {"answer": "known", "note": "dentist", "seen": ""}, headers={"HX-Request": "true"})
    assert all(words in late.content.decode() for words in ("At form time", "You wrote: “dentist”", held.said_as))
    assert other_tutor.post(address, {"answer": "known", "seen": ""}).status_code == 302
    assert "This answer was changed" in other_tutor.get(page).content.decode()
    assert client.post(address, {"answer": "nonsense", "seen": held.said_as}).status_code == 422
    assert list(RagAnswer.objects.values_list("answer", "note", "by")) == [("spoken", "At form time", client.user.pk)]
    on_day(NEXT_MONDAY, 10, 0)
    client.post(address, {"answer": "", "seen": held.said_as})
    held.refresh_from_db()
    assert (held.answer, held.note, held.at) == ("", "", timezone.now())
    assert "Tutor’s answer" not in team.get(page).content.decode()
    assert client.post(reverse("reports:rag_answer", args=[sheet(run).pk, other.pk])).status_code == 404
    assert client.post(reverse("reports:rag_answer", args=[sheet(run, "9C").pk, other.pk])).status_code == 404
    assert team.post(address, {"answer": "call"}).status_code == 403


def test_a_week_has_one_answer_whichever_issue_was_open(week, client_for, on_day):
    run, (red, *_others) = week
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    client.post(reverse("reports:rag_answer", args=[sheet(run).pk, red.pk]), {"answer": "call"})
    run.pk, run.issue, run._state.adding = None, 2, True
    run.save()
    again = sheet(type(run).objects.get(issue=1))
    again.pk, again.run, again._state.adding = None, run, True
    again.save()
    for row in type(run).objects.get(issue=1).students.filter(tutor_group="9B"):
        type(row).objects.bulk_create([_copied(row, run)])
    page = client.get(again.get_absolute_url())
    assert page.context["answers"][red.pk].answer == "call"
    sent = {"answer": "known", "seen": page.context["answers"][red.pk].said_as}
    client.post(reverse("reports:rag_answer", args=[again.pk, red.pk]), sent)
    assert RagAnswer.objects.get().answer == "known"


def _copied(row, run):
    row.pk, row.run, row._state.adding = None, run, True
    return row


def test_a_call_asked_for_stands_until_home_is_reached(week, client_for, on_day):
    run, (red, *_others) = week
    tutor = client_for(staff(Role.FORM_TUTOR, "9B"))
    team, elsewhere = client_for(staff(Role.PASTORAL_MANAGER, 9)), client_for(staff(Role.PASTORAL_MANAGER, 8))
    address = reverse("reports:rag_answer", args=[sheet(run).pk, red.pk])
    spoken(red, team.user, at=timezone.now() - timedelta(hours=1))  # before it was asked
    tutor.post(address, {"answer": "call", "note": "=Dad after four"})
    assert told(team)["call that a tutor asks for"] == 1
    assert "call that a tutor asks for" not in told(elsewhere) | told(tutor)
    page = team.get(CALLS)
    assert f"{reverse('contacts:contact_add')}?student={red.pk}&amp;purpose=absence" in page.content.decode()
    on_day(NEXT_MONDAY, 11, 0)
    spoken(red, team.user, at=timezone.now(), result="no_answer")
    assert "tried once, last Mon 23 Nov" in team.get(CALLS).content.decode()
    rows = csv_of(team.get(CALLS, {"format": "csv"}))
    assert (rows[0]["Note"], rows[0]["Tried since"]) == ("'=Dad after four", "1")
    assert AccessRecord.objects.filter(kind="export", subject="rag-calls:all").count() == 1
    spoken(red, team.user, at=timezone.now())
    assert not team.get(CALLS).context["calls"]
    assert "call that a tutor asks for" not in told(team)
    tutor.post(address, {"answer": "spoken", "seen": RagAnswer.objects.get().said_as})
    on_day(NEXT_MONDAY, 12, 0)
    tutor.post(address, {"answer": "call", "seen": RagAnswer.objects.get().said_as})
    assert len(team.get(CALLS).context["calls"]) == 1
    Student.objects.filter(pk=red.pk).update(left_on=FRIDAY)  # whoever left is nobody's to ring any more
    assert not team.get(CALLS).context["calls"]
    assert "call that a tutor asks for" not in told(team)
    Student.objects.filter(pk=red.pk).update(left_on=None)
    tutor.post(address, {"answer": "", "seen": RagAnswer.objects.get().said_as})
    assert not team.get(CALLS).context["calls"]


def test_a_sheet_that_nobody_opens_within_two_school_days_is_told(week, client_for, on_day):
    run, _students = week
    tutor, other, manager = (staff(*held) for held in ((Role.FORM_TUTOR, "9B"), (Role.FORM_TUTOR, "9C"), PM))
    client_for(other).get(reverse("reports:rag_document", args=[sheet(run, "9C").pk]))
    on_day(NEXT_MONDAY + timedelta(days=1), 15, 0)
    assert "tutor’s weekly RAG unread" not in told(client_for(manager))
    on_day(NEXT_MONDAY + timedelta(days=2), 8, 0)
    team = client_for(manager)
    assert told(team)["tutor’s weekly RAG unread"] == 1
    assert [row.group for row in team.get(BOARD, {"show": "unread"}).context["page"].rows] == ["9B"]
    client_for(tutor).get(reverse("reports:rag_pdf", args=[sheet(run).pk])).getvalue()
    assert "tutor’s weekly RAG unread" not in told(team)
    # the tutor of today has not read what the one before opened
    held = StaffAssignment.objects.filter(user=tutor)
    held.update(ends_on=NEXT_MONDAY + timedelta(days=1))
    staff(Role.FORM_TUTOR, "9B")
    assert told(team)["tutor’s weekly RAG unread"] == 1


def test_the_board_counts_what_its_lists_hold_and_files_say_the_same(week, client_for, on_day):
    run, (red, green, *_others) = week
    tutor, team = client_for(staff(Role.FORM_TUTOR, "9B")), client_for(staff(Role.HEAD_OF_YEAR, 9))
    tutor.get(sheet(run).get_absolute_url())
    for student, answer in ((red, "call"), (green, "known")):
        tutor.post(reverse("reports:rag_answer", args=[sheet(run).pk, student.pk]), {"answer": answer})
    spoken(green, tutor.user, at=timezone.now())
    for due in (FRIDAY, FRIDAY + timedelta(days=9)):
        Action.objects.create(
            token=uuid4(), what="Speak to him", student=red, owner=tutor.user, set_by=team.user, due_on=due
        )
    with CaptureQueriesContext(connection) as few:
        page = team.get(BOARD)
    row = next(row for row in page.context["page"].rows if row.group == "9B")
    assert {row.group for row in page.context["page"].rows} == {"9B", "9C"}
    assert (row.bands["red"], row.bands["green"], row.answered, row.students, row.calls) == (1, 1, 2, 2, 1)
    assert (row.actions.open, row.actions.overdue, row.contacts) == (2, 1, 1)
    assert timezone.localtime(row.opened_at) == datetime(2026, 11, 23, 9, tzinfo=timezone.get_current_timezone())
    actions = reverse("reports:team_actions", args=[tutor.user.pk])
    assert [len(team.get(actions, asked).context["page"].rows) for asked in ({}, {"show": "overdue"})] == [2, 1]
    ledger = team.get(reverse("contacts:ledger"), {"author": tutor.user.pk, "first": "2026-11-23"})
    assert len(ledger.context["rows"]) == 1
    for rows in (csv_of(team.get(BOARD, {"format": "csv"})), xlsx(team.get(BOARD, {"format": "xlsx"}))):
        said = next(each for each in rows if each["Group"] == "9B")
        assert [str(said[name]) for name in ("Red", "Answers", "Actions overdue", "Contacts this week")] == list("1211")
    assert {row.year for row in client_for(staff(Role.SLT)).get(BOARD).context["page"].rows} == {8, 9}
    for letter in "DEFGHJKLMN":
        enrol(f"9{letter}")
        staff(Role.FORM_TUTOR, f"9{letter}")
    with CaptureQueriesContext(connection) as many:
        team.get(BOARD, {"sort": "-overdue"})
    assert len(many) == len(few) <= 12


def xlsx(answer):
    lines = [list(row) for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)]
    start = next(n for n, line in enumerate(lines) if line[0] == "Year")
    return [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]
