"""What interventions are followed by: the effect by type, coverage, the tracker's line, screens, types, my students."""

from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.figures.lateness import Lateness
from interventions.figures.dosage import Dosage
from interventions.figures.impact import Effect
from interventions.figures.outcomes import proposed
from interventions.figures.punctuality import LateChange
from interventions.figures.tracks import Part, Window, slot_of
from interventions.models import CaseStage, InterventionStudent, InterventionType, NeedsScreen, PACase, ScreenAnswer
from interventions.summaries.effects import Further
from interventions.summaries.league import League
from interventions.summaries.outcomes import Came, statement
from pastoral.core.rights import Role
from students.models import StudentFact
from tests.factories import StudentFactFactory, enrol, staff
from tests.helping import intervention, session
from tests.marks import lay

EFFECT, COVERAGE = reverse("interventions:effect"), reverse("interventions:coverage")
FIRST = date(2026, 9, 2)
SCHOOL = ZoneInfo("Europe/London")


@pytest.fixture
def head(seeded, friday, as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def effect(attended, *, compared=5, drift=30, possible=30, incidents=(0, 0)):
    def window(first, part):
        return Window(first, first + 40, part)

    return Effect(
        window(1_000_000, Part(20, 30, incidents[0])),
        window(1_000_100, Part(attended, possible, incidents[1])),
        compared,
        Part(30, 30),
        Part(drift, 30),
    )


def test_the_outcome_is_proposed_by_the_rules_of_0018():
    def outcome(aim, *, found=None, dosage=None, there=6, nearer=None):
        return proposed(aim, found, dosage or Dosage(6, 6, 6), there, nearer).outcome

    assert outcome("attendance", found=effect(21)) == "worked"
    assert outcome("attendance", found=effect(20)) == outcome("attendance", found=effect(12)) == "not"
    assert outcome("attendance", found=effect(20, drift=29, possible=30)) == "worked"
    assert outcome("attendance", found=effect(16, possible=23)) == "partly"
    assert (
        outcome("attendance", found=effect(29, compared=4)) == outcome("attendance", found=effect(9, possible=19)) == ""
    )
    assert outcome("attendance", found=effect(29), there=2) == "not_delivered"
    assert outcome("attendance", found=effect(29), there=3) == "worked"
    assert outcome("attendance", found=effect(29), there=0, dosage=Dosage(0, 0, 0)) == "worked"
    assert outcome("behaviour", found=effect(20, incidents=(4, 3))) == "worked"
    assert outcome("behaviour", found=effect(20, incidents=(4, 4))) == "not"
    assert outcome("behaviour", found=effect(20, incidents=(0, 0))) == ""
    assert [outcome("wellbeing", nearer=n) for n in (2, 1, 0, -1, None)] == ["worked", "partly", "not", "not", ""]
    assert outcome("punctuality", found=effect(29)) == ""
    came = Lateness(here=30, before=6, minutes=60)

    def late(after, *, before=came, drift=came, compared=True):
        found = effect(29)
        vars(found)["late"] = LateChange(before, after, came, drift, compared)  # in place of counting two tracks
        return found

    assert outcome("punctuality", found=late(Lateness(30, 3, 2, 50))) == "worked"
    assert outcome("punctuality", found=late(Lateness(26, 5, minutes=50))) == "partly"
    assert outcome("punctuality", found=late(Lateness(30, 6, minutes=20))) == "partly", "as often, for fewer minutes"
    assert outcome("punctuality", found=late(Lateness(30, 6, minutes=20, untimed=1))) == "not"
    assert outcome("punctuality", found=late(Lateness(30, 5), drift=Lateness(30, 4))) == "not"
    nothing = [late(came, compared=False), late(Lateness(19)), late(came, before=Lateness(30))]
    assert {outcome("punctuality", found=each) for each in nothing} == {""}


def test_summer_and_what_ran_meanwhile_are_said_wherever_a_change_is_told():
    found = replace(effect(29), before=Window(slot_of(date(2026, 6, 8)), slot_of(date(2026, 7, 3)), Part(20, 30)))
    found = replace(found, after=Window(slot_of(date(2026, 9, 7)), slot_of(date(2026, 9, 25)), Part(29, 30)))
    told = "+30.0 points beside 5 comparable students, the summer holiday between; 1 other intervention ran meanwhile"
    assert (Further.of(found, [7]).words, Further.of(effect(29, compared=4), [])) == (told, None)
    row = SimpleNamespace(type="Mentoring", starts_on=FIRST, ended_on=None)
    shown = SimpleNamespace(row=row, dosage=SimpleNamespace(words="6 of 6 sessions"))

    def said(*beside):
        each = [SimpleNamespace(beside=n, is_measured=True, words="It changed") for n in beside]
        return statement(shown, "X", [Came(None, None, found, one, None) for one in each])

    assert "median" not in said(0, 0)
    assert "median of 5 measured of 6 students, 5 of them over the summer holiday" in said(0, 0, 0, 0, 0, 1)
    assert "1 more left out, with another intervention meanwhile" in said(0, 0, 0, 0, 0, 1)
    assert "It changed; 2 other interventions ran meanwhile" in said(2)


def test_the_effect_by_type_credits_nobody_twice_and_tells_no_median_of_few(head):
    """Six in mentoring alone gain beside six who did nothing; one with another meanwhile is listed and left out."""
    helped, idle = enrol("9B", count=7), enrol("9C", count=6)
    for student in helped:
        lay(student, FIRST, "/" * 24 + " O " * 12 + "/" * 10 + "/" * 60)
    for student in idle:
        lay(student, FIRST, "/" * 24 + " O " * 12 + "/" * 10 + " O " * 12 + "/" * 48)
    by = head.user
    for student in helped:
        held = intervention(student, by=by)
        session(held, datetime(2026, 10, 6, 9, tzinfo=SCHOOL))
    intervention(helped[0], by=by, kind="Home visit", starts_on=date(2026, 10, 12))
    stage = CaseStage.objects.get(code="3")
    facts = {"stage": stage, "stage_since": FIRST, "owner": by, "reason": "x", "review_on": FIRST, "opened_on": FIRST}
    for student in helped:
        case = PACase.objects.create(token=uuid4(), student=student, opened_by=by, **facts)
        case.barriers.add(1, through_defaults={"found_on": FIRST, "found_by": by})
    league = head.get(EFFECT).context["league"]
    groups = {group.name: group for group in league.groups}
    mentoring, visit = groups["Mentoring"], groups["Home visit"]
    assert (len(mentoring.lines), mentoring.n, mentoring.left_out, mentoring.unmeasured) == (7, 6, 1, 0)
    line = mentoring.credited[0]
    assert mentoring.median == line.points > 0
    assert mentoring.improved == 100
    assert mentoring.minutes_each == round(30 / line.effect.gained)
    assert (visit.n, visit.median, visit.minutes_each) == (0, None, None)
    assert {each.place.student for each in league.left_out} == {helped[0]}
    ((_barrier, cells),) = league.barriers
    assert [cell.n for cell in cells] == [group.n for group in league.groups]
    last = mentoring.lines[-1].place
    InterventionStudent.objects.filter(pk=last.pk).update(outcome="not_delivered", outcome_on=FIRST, outcome_by=by)
    fewer = {group.name: group for group in head.get(EFFECT).context["league"].groups}["Mentoring"]
    assert (fewer.n, fewer.left_out) == (5, 2)  # what was not delivered is credited with nothing
    InterventionStudent.objects.filter(pk=last.pk).update(outcome="", outcome_on=None, outcome_by=None)
    written = head.get(EFFECT, {"format": "csv"}).content.decode()
    assert f"Mentoring,7,6,{mentoring.median},100.0" in written
    assert "does not prove cause" in head.get(EFFECT).content.decode()
    assert not head.get(EFFECT, {"year": "8"}).context["league"].groups
    tracker = head.get(reverse("reports:pa_tracker"), {"state": "all"})
    row = next(each for each in tracker.context["rows"] if each.person.student_id == helped[1].pk)
    assert [step.words for _place, step in row.began] == ["Mentoring"]
    text = tracker.content.decode()
    assert "Mentoring began Mon 5 Oct" in text
    assert 'class="spark-began"' in text
    told = head.get(reverse("reports:tracker_effects"), {"student": [helped[1].pk, helped[0].pk]}).content.decode()
    assert f'id="effect-{helped[1].pk}"' in told
    assert "last of 2" in told
    intervention(helped[1], by=by, kind="Home visit", starts_on=date(2026, 11, 16))
    hidden = head.get(reverse("reports:tracker_effects"), {"student": [helped[1].pk]}).content.decode()
    assert "an earlier one; the last of 2 too early" in hidden  # a new one does not hide what is measured
    place = head.get(reverse("interventions:student_place", args=[helped[1].pk])).content.decode()
    assert "Mentoring" in place
    assert League.load(staff(Role.FORM_TUTOR, "9C"), FIRST, date(2026, 11, 20)).groups == ()


def test_coverage_names_who_has_none_and_holds_small_numbers_back_in_the_file(head):
    risky, fine = enrol("9B", count=9), enrol("9B", count=2)
    for student in risky:
        lay(student, FIRST, " O " * 20 + "/" * 20)
    for student in fine:
        lay(student, FIRST, "/" * 40)
    for student in risky[:3]:
        StudentFactFactory(student=student, kind=StudentFact.Kind.PUPIL_PREMIUM)
    intervention(risky[0], by=head.user)
    intervention(risky[4], by=head.user, ended_on=date(2026, 11, 2), ended_by=head.user)
    held = head.get(COVERAGE).context["held"]
    assert {each.figures.student_id for each in held.without} == {each.pk for each in risky} - {risky[0].pk}
    (_words, (pp, others, every)) = held.parts[0]
    assert [(cell.n, cell.helped) for cell in (pp, others, every)] == [(3, 1), (6, 0), (9, 1)]
    assert (pp.share, others.share, str(every.share)) == (None, 0, "11.1")
    written = head.get(COVERAGE, {"format": "csv"}).content.decode()
    assert "Persistently absent,Pupil premium,c,c,c" in written
    assert len(head.get(reverse("interventions:intervention_list"), {"cover": "risk"}).context["page"].rows) == 1
    assert len(head.get(reverse("interventions:intervention_list"), {"cover": "pp"}).context["page"].rows) == 1
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            head.get(COVERAGE)
        costs.append(len(queries))
        for student in enrol("9C", count=20):
            lay(student, FIRST, " O " * 20)
    assert costs[0] == costs[1] <= 12


def test_a_screen_is_filled_again_to_show_change_and_opens_an_intervention(head):
    (kai,) = enrol("9B")
    add = reverse("interventions:screen_add")
    needs = {f"need-{area}": 1 for area in ScreenAnswer.Area}
    sent = {"do": "save", "student": kai.pk, "token": uuid4()} | needs
    assert head.post(add, {key: value for key, value in sent.items() if key != "need-home"}).status_code == 422
    for _ in range(2):
        assert head.post(add, sent).status_code == 302
    head.post(add, sent | {"token": uuid4(), "need-feelings": 3, "need-home": 0, "note-feelings": "Doesn't sleep"})
    assert NeedsScreen.objects.count() == 2
    (shown,) = head.get(reverse("interventions:screen_list")).context["page"].rows
    assert (shown.total, shown.change, shown.most) == (10, 1, "worry and low mood 3")
    begun = head.get(reverse("interventions:intervention_add"), {"screen": shown.screen.pk}).context["begun"]
    assert (begun.links, begun.aim, begun.students) == ([("screen", shown.screen.pk)], "wellbeing", [kai.pk])
    assert "worry and low mood 3" in begun.because
    page = reverse("interventions:screen_detail", args=[shown.screen.pk])
    assert "10 of 27" in head.get(page).content.decode()
    head.post(reverse("interventions:screen_withdraw", args=[shown.screen.pk]), {"because": "Wrong student"})
    (shown,) = head.get(reverse("interventions:screen_list")).context["page"].rows
    assert (shown.total, shown.change) == (9, None)


def test_a_mentor_has_one_tap_each_and_types_are_settings(seeded, friday, as_role):
    tutor, manager = as_role(Role.FORM_TUTOR, "9B"), as_role(Role.DATA_MANAGER)
    (kai,), (zoe,) = enrol("9B"), enrol("8A")
    owner = staff(Role.HEAD_OF_YEAR, 8)
    theirs = intervention(zoe, by=owner, deliverer=tutor.user)
    intervention(kai, by=owner)
    page = tutor.get(reverse("interventions:mentoring"))
    assert [row.row.pk for row in page.context["page"].rows] == [theirs.pk]
    assert zoe.sort_name.replace("'", "&#x27;") in page.content.decode()
    tap = reverse("interventions:session_tap", args=[theirs.pk])
    tutor.post(tap, {"token": uuid4(), "back": "/interventions/mentoring/"})
    (row,) = tutor.get(reverse("interventions:mentoring")).context["page"].rows
    assert (row.dosage.delivered, row.there_words) == (1, "there each time")
    head = as_role(Role.HEAD_OF_YEAR, 8)
    (load,) = head.get(reverse("interventions:mentoring"), {"show": "all"}).context["loads"]
    assert (load.students, load.delivered, load.due) == (1, 1, 6)
    change = reverse("interventions:type_change", args=[InterventionType.objects.get(name="Mentoring").pk])
    form = manager.get(change).context["form"]
    sent = {name: value for name, value in form.initial.items() if name != "barriers"}
    sent |= {"barriers": form.initial["barriers"], "sessions": 8}
    assert manager.post(change, sent | {"name": "home visit"}).status_code == 422
    assert manager.post(change, sent).status_code == 302
    assert manager.post(change, sent | {"sessions": 9}).status_code == 422
    assert "Who changed what" in manager.get(change).content.decode()
    new = {"name": "Breakfast club", "aim": "punctuality", "sessions": 10, "minutes": 30, "weeks": 6, "grace_days": 0}
    assert manager.post(reverse("interventions:type_add"), new | {"is_active": "on"}).status_code == 302
    theirs.refresh_from_db()
    assert theirs.planned_sessions == 6
