"""RAG meeting mode: a frozen RAG's movers and what is overdue, one after another, a typed line for each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interventions.models import Action, Meeting, MeetingStudent
from pastoral.core.rights import Role
from reports import services
from reports.models import WeeklyRagRun
from tests.factories import enrol, staff
from tests.meetings import action_of, meeting_of, priority_of
from tests.reports.rag_school import FRIDAY, MONDAY, absent, attend, frozen, week_of

ADDRESS = reverse("reports:rag_meeting_begin", args=[MONDAY, 9])


@pytest.fixture
def school(seeded, as_role, on_day):
    """Three of Year 9 fell or dipped, one did not move, one of Year 8 fell."""
    on_day(FRIDAY + timedelta(days=3), 9, 0)
    falls, dips, steady = enrol("9B", count=3)
    late, other = enrol("9C")[0], enrol("8A")[0]
    attend(falls, absent(10, first=MONDAY))
    attend(dips, week_of("O O / / / / / / / /"))
    attend(late, absent(10, first=MONDAY))
    attend(other, absent(10, first=MONDAY))
    attend(steady)
    frozen()
    return as_role(Role.HEAD_OF_YEAR, 9), [falls, dips, late, steady, other]


def go(client, **asked):
    meeting = Meeting.objects.get(rag_week=MONDAY)
    return client.get(reverse("reports:rag_meeting", args=[meeting.pk]), asked)


def type_in(client, answer, line, *, is_shown=True, **also):
    context = answer.context
    stop, address = context["stop"], answer.request["PATH_INFO"]
    sent = {"at": stop.key, "seen": stop.seen, "token": context["token"], "line": line, "do": "keep"}
    shown = client.get(f"{address}read/", {"at": stop.key, "line": line}).context["read"]
    return client.post(address, sent | {"shown": shown.signature if is_shown and shown else ""} | also)


def test_the_movers_are_gone_through_by_typed_lines(school, client_for, on_day):
    head, (falls, dips, late, steady, _other) = school
    manager = staff(Role.PASTORAL_MANAGER, 9, staff_code="BRN", surname="Brown")
    overdue = action_of(manager, "Visit home", student=steady, due_on=MONDAY)
    earlier = meeting_of(head.user, falls, held_on=MONDAY - timedelta(days=7), year_group_id=9)
    for few in (False, True):
        team = meeting_of(
            head.user, purpose="year_team", held_on=earlier.held_on, year_group_id=9, is_restricted=few, title="Team"
        )
        priority_of(team, "What few know" if few else "Mondays by half past nine")
    priority_of(earlier, "Falls to see the GP")
    earlier.students.update(decision="Talk to him")
    assert head.post(reverse("reports:rag_meeting_begin", args=[MONDAY, 8])).status_code == 404
    later = meeting_of(head.user, purpose="rag", year_group_id=9, held_on=FRIDAY + timedelta(days=14))
    first = head.post(ADDRESS)
    later.refresh_from_db()
    assert (later.rag_week, later.held_on) == (None, FRIDAY + timedelta(days=14))  # a later week's stays planned
    assert head.post(ADDRESS).url == first.url  # and a second person finds the same one
    assert client_for(manager).post(ADDRESS).url == first.url
    meeting = Meeting.objects.get(rag_week=MONDAY)
    rows = {row.student_id: row for row in meeting.students.all()}
    assert set(rows) == {falls.pk, dips.pk, late.pk}
    answer = head.get(first.url)
    keys = [stop.key for stop in answer.context["walk"].stops]
    assert len(keys) == 4
    assert keys[-1] == f"a{overdue.pk}"
    page = reverse("reports:rag_meeting", args=[meeting.pk])
    with CaptureQueriesContext(connection) as taken:
        at_falls = head.get(page, {"at": f"s{rows[falls.pk].pk}"})
    assert len(taken) <= 12
    text = at_falls.content.decode()
    assert "Talk to him" in text
    assert "Mondays by half past nine" in text
    assert "What few know" not in text  # the walk is gone through with the room
    assert "see the GP" not in text
    assert "rag-mark" in text
    assert "in the morning in the morning" not in text
    assert 'class="spark"' in text
    assert "none logged" in text
    # Shown back before it is kept; what is unclear or over is asked about; nothing typed is lost.
    shown = type_in(head, at_falls, "call home @brn thu", is_shown=False)
    assert shown.status_code == 200
    assert "Brown</" in shown.content.decode() or "Brown ·" in shown.content.decode()
    assert Action.objects.count() == 1
    assert 'value="call home @brn thu"' in shown.content.decode()
    assert type_in(head, at_falls, "call @nobody fri").status_code == 422
    kept = type_in(head, at_falls, "call home @brn thu; letter")
    assert kept.status_code == 302
    type_in(head, at_falls, "call home @brn thu; letter")
    made = list(Action.objects.filter(meeting=meeting).order_by("place"))
    assert [(each.what, each.owner, each.student) for each in made] == [
        ("call home", manager, falls),
        ("letter", head.user, falls),
    ]
    assert made[0].due_on == FRIDAY + timedelta(days=6)
    assert MeetingStudent.objects.get(pk=rows[falls.pk].pk).decision == "call home; letter"
    # Taken back, whatever was noted of him since, and decided again.
    part = meeting.students.get(student=falls)
    part.notes = "He looked tired"
    part.save(update_fields=["notes"])
    address = reverse("reports:rag_meeting", args=[meeting.pk])
    assert head.post(address, {"do": "undo"}).url == f"{address}?at=s{rows[falls.pk].pk}"
    assert Action.objects.filter(meeting=meeting, withdrawn_at=None).count() == 0
    part.refresh_from_db()
    assert (part.looked_at, part.decision, part.notes) == (None, "", "He looked tired")
    # Two people at once: the second is told, and may still keep theirs as well.
    mine, theirs = go(head, at=f"s{rows[dips.pk].pk}"), go(client_for(manager), at=f"s{rows[dips.pk].pk}")
    type_in(head, mine, "", do="nothing")
    told = type_in(client_for(manager), theirs, "letter mon")
    assert told.status_code == 409
    assert "No action" in told.content.decode()
    assert 'value="letter mon"' in told.content.decode()
    assert type_in(client_for(manager), told, "letter mon").status_code == 302
    assert MeetingStudent.objects.get(pk=rows[dips.pk].pk).decision == "No action; letter"
    head.post(address, {"do": "undo"})  # of what somebody added to, nothing is taken back
    assert MeetingStudent.objects.get(pk=rows[dips.pk].pk).decision == "No action; letter"
    # What is overdue is settled by a line, and stands in the minutes, however much was decided before.
    meeting.students.create(student=steady, order=9, decision="call home; " * 30)
    assert type_in(head, go(head, at=keys[-1]), "call him").status_code == 422
    assert type_in(head, go(head, at=keys[-1]), "@me thu").status_code == 302
    overdue.refresh_from_db()
    assert (overdue.owner, overdue.due_on) == (head.user, FRIDAY + timedelta(days=6))
    assert "by Thu 26 Nov" in meeting.students.get(student=steady).decision
    hush = meeting_of(head.user, steady, held_on=MONDAY, is_restricted=True)
    secret = action_of(head.user, "Ring the refuge", student=steady, due_on=MONDAY, meeting=hush)
    assert type_in(head, go(head, at=f"a{secret.pk}"), "done").status_code == 302
    assert "an action for few: done" in meeting.students.get(student=steady).decision
    # Coming back loses nothing; a newer issue is said, and taken over with what was decided.
    assert go(head).context["stop"].who.student_id in {falls.pk, late.pk}
    run = WeeklyRagRun.objects.get()
    again = services.weekly_rag_reissue(week=MONDAY, replaces=run.issue, by=head.user) if run.completed_at else None
    if again is None:
        WeeklyRagRun.objects.update(completed_at=run.frozen_at)
        again = services.weekly_rag_reissue(week=MONDAY, replaces=run.issue, by=head.user)
    services.weekly_rag_freeze(run_id=again.pk, today=FRIDAY + timedelta(days=3))
    assert "Issue 2 of this RAG is there" in go(head).content.decode()
    head.post(address, {"do": "issue"})
    assert "Issue 2 of this RAG is there" not in go(head).content.decode()
    assert MeetingStudent.objects.get(pk=rows[dips.pk].pk).decision == "No action; letter"
    assert "The end of the list" in go(head, at="end").content.decode()  # not everybody was looked at
    head.post(reverse("interventions:meeting_do", args=[meeting.pk]), {"do": "close"})
    closed = type_in(head, go(head, at=f"s{rows[late.pk].pk}"), "letter mon")
    assert closed.status_code in (302, 409)
    assert MeetingStudent.objects.get(pk=rows[late.pk].pk).decision == ""
    assert client_for(staff(Role.FORM_TUTOR, "9B")).get(address).status_code == 403
    assert client_for(staff(Role.HEAD_OF_YEAR, 8)).get(address).status_code == 404
