"""Attendance cases: opened from the figures, stepped, moved with reasons, closed; who may read them; the list."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Channel, Contact
from interventions.models import Action, Barrier, CaseStage, PACase, PupilView, StageMove
from interventions.services.case_parts import barrier_add
from interventions.services.cases import case_close
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.cases import case_of, contact_home
from tests.contacts.test_agencies import page, sent
from tests.factories import enrol
from tests.families import carer
from tests.marks import lay

LIST = reverse("interventions:case_list")
ADD = reverse("interventions:case_add")


@pytest.fixture
def head(as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def stage(code: str) -> CaseStage:
    return CaseStage.objects.get(code=code)


def test_a_case_is_opened_once_from_the_figures_with_the_steps_of_its_stage(seeded, head, as_role):
    (kai,) = enrol("9B", legal_surname="O'Brien")
    lay(kai, date(2026, 11, 2), "O O O O / / / / / / O O / / / / O O O O")
    add = f"{ADD}?student={kai.pk}"
    form = head.get(add).context["form"]
    assert form["reason"].value() == "10 of 20 sessions missed (50.0 %)"
    assert "with_steps" not in form.fields
    assert set(head.post(add, sent(form)).context["form"].errors) == {"stage"}
    told = sent(form, stage=stage("1").pk, target="92.5", target_on="2026-12-18")
    assert "A target needs its day" in head.post(add, told | {"target": ""}).content.decode()
    assert "still to come" in head.post(add, told | {"opened_on": "2026-12-01"}).content.decode()
    for _ in range(2):
        assert head.post(add, told).status_code == 302
    case = PACase.objects.get()
    assert (case.stage.code, case.owner, case.target_permille, case.opened_by) == ("1", head.user, 925, head.user)
    # Four school weeks on: Friday 27 November is an INSET day, Monday 4 January another.
    assert case.review_on == date(2027, 1, 5)
    dues = list(Action.objects.filter(case=case).values_list("what", "due_on"))
    assert [due for _what, due in dues] == [date(2026, 11, 25), date(2026, 11, 30), date(2027, 1, 5)]
    assert StageMove.objects.get(case=case).because == case.reason
    again = head.post(add, told | {"token": str(uuid4())})
    assert "has an open case already, since Fri 20 Nov" in again.content.decode()
    address = reverse("interventions:case_detail", args=[case.pk])
    assert head.get(add).headers["Location"] == address
    text = page(head, address)
    assert ("50.0 %" in text, "target 92.5" in page(head, LIST), "Head of Year with SLT" in text) == (True, True, True)
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", user=head.user).exists()
    assert as_role(Role.FORM_TUTOR, "9B").get(address).status_code == 403
    assert as_role(Role.HEAD_OF_YEAR, 8).get(address).status_code == 404
    assert as_role(Role.HEAD_OF_YEAR, 8).get(add).status_code == 404


def test_authorised_illness_or_an_agreed_timetable_makes_no_steps_unless_a_person_says_so(seeded, head):
    ill, short, both = enrol("9B", count=3)
    lay(ill, date(2026, 11, 2), "I I I I I I I I I I")
    lay(short, date(2026, 11, 2), "/ C2 / C2")
    lay(both, date(2026, 11, 2), "I I I I I I I I I O")
    for student, is_asked in ((ill, True), (short, True), (both, False)):
        form = head.get(f"{ADD}?student={student.pk}").context["form"]
        assert ("with_steps" in form.fields) == is_asked
    add = f"{ADD}?student={ill.pk}"
    told = sent(head.get(add).context["form"], stage=stage("3").pk)
    answer = head.post(add, told)
    assert set(answer.context["form"].errors) == {"with_steps"}
    assert "authorised illness or an agreed part-time timetable" in answer.content.decode()
    assert head.post(add, told | {"with_steps": "no"}).status_code == 302
    case = PACase.objects.get()
    assert not case.actions.exists()
    move = reverse("interventions:case_move", args=[case.pk])
    told = sent(head.get(move).context["form"], stage=stage("4").pk, because="Weeks without a doctor’s letter")
    assert set(head.post(move, told).context["form"].errors) == {"with_steps"}
    assert head.post(move, told | {"with_steps": "yes"}).status_code == 302
    assert case.actions.count() == stage("4").steps.count()


def test_a_case_moves_up_and_down_with_reasons_keeps_what_is_still_needed_and_closes(seeded, head, as_role):
    (kai,) = enrol("9B")
    case = case_of(kai, head.user, "2")
    first, second, *_others = case.actions.all()
    address, move = (reverse(f"interventions:case_{name}", args=[case.pk]) for name in ("detail", "move"))
    form = head.get(move).context["form"]
    told = sent(form, stage=stage("3").pk, because="Nothing changed in four weeks", still_needed=[str(first.pk)])
    late = sent(form, stage=stage("1").pk, because="Better") | {"token": str(uuid4())}
    for _ in range(2):
        assert head.post(move, told).status_code == 302
    assert "Somebody moved it meanwhile: it is at Stage 3: Panel" in head.post(move, late).content.decode()
    for action in (first, second, case):
        action.refresh_from_db()
    assert (first.done_on, second.not_needed_because) == (None, "The case moved to stage 3")
    assert (case.stage.code, case.stage_since, StageMove.objects.count()) == ("3", date(2026, 11, 20), 2)
    down = sent(head.get(move).context["form"], stage=stage("1").pk, because="Back to 95 %")
    assert head.post(move, down).status_code == 302
    text = page(head, address)
    assert ("Nothing changed in four weeks" in text, "Back to 95 %" in text) == (True, True)
    change = reverse("interventions:case_change", args=[case.pk])
    form = head.get(change).context["form"]
    assert head.post(change, sent(form, summary="Likes art")).status_code == 302
    assert "Somebody changed this" in head.post(change, sent(form, summary="Otherwise")).content.decode()
    manager = as_role(Role.PASTORAL_MANAGER, 9).user
    handed = sent(head.get(change).context["form"], owner=manager.pk)
    assert head.post(change, handed).status_code == 302
    assert {action.owner for action in Action.objects.open().filter(case=case)} == {manager}
    close = reverse("interventions:case_close", args=[case.pk])
    ended = {"outcome": "improved", "outcome_note": "In every day", "closed_on": "2026-11-20"}
    assert set(head.post(close, ended | {"outcome": "", "outcome_note": ""}).context["form"].errors) == {
        "outcome",
        "outcome_note",
    }
    for _ in range(2):
        assert head.post(close, ended).status_code == 302
    assert not Action.objects.open().filter(case=case).exists()
    assert head.post(change, sent(form, summary="Too late")).status_code == 409
    assert head.post(address, {"do": "barrier", "barrier": 1}).status_code in (302, 409)
    assert "In every day" in page(head, address)
    again = head.get(f"{ADD}?student={kai.pk}")
    assert "closed Fri 20 Nov" in again.content.decode()
    assert head.post(f"{ADD}?student={kai.pk}", sent(again.context["form"], stage=stage("1").pk)).status_code == 302
    newer = PACase.objects.open().get()
    assert "the case closed Fri 20 Nov" in page(head, reverse("interventions:case_detail", args=[newer.pk]))
    assert newer.student == kai
    assert ("closed Fri 20 Nov: attendance improved" in page(head, LIST, show="closed").lower()) or (
        "Attendance improved" in page(head, LIST, show="closed")
    )


def test_what_a_case_holds_is_kept_answered_and_withdrawn(seeded, head, as_role):
    (kai,) = enrol("9B")
    mother, father = carer(kai), carer(kai, forename="Obi", barred=True)
    case = case_of(kai, head.user, "3")
    address = reverse("interventions:case_detail", args=[case.pk])
    barrier = head.get(address).context["acts"]["barrier"].fields["barrier"].queryset.first()
    assert head.post(address, {"do": "barrier", "barrier": barrier.pk, "note": "At the gate"}).status_code == 302
    found = case.found.get()
    assert head.post(address, {"do": "ease", "barrier": found.pk}).status_code == 302
    view = reverse("interventions:case_view", args=[case.pk])
    told = sent(head.get(view).context["form"])
    assert set(head.post(view, told).context["form"].errors) == {"words"}
    for _ in range(2):
        assert head.post(view, told | {"words": "I like art"}).status_code == 302
    assert PupilView.objects.get().student == kai
    medical = reverse("interventions:case_medical", args=[case.pk])
    form = head.get(medical).context["form"]
    assert str(father.pk) not in [key for key, _ in form.fields["asked_of"].choices]
    told = sent(form, asked_of=mother.pk, about="Three weeks of colds", authorised_until="2026-11-27")
    for _ in range(2):
        assert head.post(medical, told).status_code == 302
    asked = case.medical_requests.get()
    answer = reverse("interventions:case_answer", args=[case.pk, asked.pk])
    came = {"answer": "not_enough", "answered_on": "2026-11-20", "answer_note": "No dates"}
    assert head.post(answer, came | {"answered_on": "2026-11-19"}).status_code == 422
    for _ in range(2):
        assert head.post(answer, came).status_code == 302
    assert head.post(answer, came | {"answer": "none"}).status_code == 409
    text = page(head, address)
    assert [words in text for words in ("eased Fri 20 Nov", "I like art", "evidence not enough", "No dates")] == [
        True
    ] * 4
    gone = reverse("interventions:case_part_withdraw", args=[case.pk, "view", PupilView.objects.get().pk])
    for _ in range(2):
        assert head.post(gone, {"because": "Somebody else’s words"}).status_code == 302
    assert "I like art" not in page(head, address)
    withdraw = reverse("interventions:case_withdraw", args=[case.pk])
    assert head.post(withdraw, {"because": "Wrong student"}).status_code == 302
    assert head.post(view, told).status_code in (302, 409)
    assert case.pk not in [row.case.pk for row in head.get(LIST).context["rows"]]
    assert [row.case.pk for row in head.get(f"{LIST}?show=withdrawn").context["rows"]] == [case.pk]


def test_an_action_is_done_in_one_tap_with_what_shows_it(seeded, head, as_role, on_day):
    (kai,) = enrol("9B")
    mother = carer(kai)
    case = case_of(kai, head.user, "3")
    visit = case.actions.get(kind="home_visit")
    done = contact_home(kai, mother, head.user, channel=Channel.HOME_VISIT)
    address = reverse("interventions:case_detail", args=[case.pk])
    seen = head.get(address).context
    shown = next(each for each in seen["page"].actions if each.row == visit)
    assert shown.offer == f"c{done.pk}"
    for _ in range(2):
        told = {"do": "done", "action": visit.pk, "evidence": shown.offer}
        assert head.post(address, told).status_code == 302
    visit.refresh_from_db()
    assert (visit.done_on, visit.evidence_contact) == (date(2026, 11, 20), done)
    Contact.objects.filter(pk=done.pk).update(is_restricted=True)
    told = page(as_role(Role.PASTORAL_MANAGER, 9), address)
    assert ("what shows it is not for you to read" in told, "Rang twice" in told, "0 reached" in told) == (
        True,
        False,
        False,
    )
    letter = case.actions.get(kind="letter")
    assert head.post(address, {"do": "done", "action": letter.pk, "evidence": "c999999"}).status_code == 302
    letter.refresh_from_db()
    assert letter.evidence_contact is None
    page_of = reverse("interventions:case_action", args=[case.pk, letter.pk])
    reads = AccessRecord.objects.filter(user=head.user)
    before, seen_settled = reads.count(), head.get(page_of).context["action"].settled_as
    assert reads.count() == before + 1
    case.actions.filter(pk=letter.pk).update(done_note="By hand")
    assert head.post(page_of, {"do": "reopen", "seen": seen_settled}).status_code == 409
    letter.refresh_from_db()
    assert letter.done_note == "By hand"  # an old tab wipes nothing
    seen_settled = head.get(page_of).context["action"].settled_as
    shut_case = {"closed_on": date(2026, 11, 20), "outcome": "not", "outcome_note": "Moved", "closed_by": head.user}
    PACase.objects.filter(pk=case.pk).update(**shut_case)
    view = reverse("interventions:case_view", args=[case.pk])
    for shut in (page_of, view):
        assert head.post(shut, {"do": "reopen", "seen": seen_settled}, follow=True).redirect_chain[0][0] == address
    letter.refresh_from_db()
    assert letter.done_on is not None
    PACase.objects.filter(pk=case.pk).update(closed_on=None, outcome="", outcome_note="", closed_by=None)
    assert head.post(page_of, {"do": "reopen", "seen": seen_settled}).status_code == 302
    assert head.post(page_of, {"do": "drop"}).status_code == 422
    assert head.post(page_of, {"do": "drop", "because": "Sent by hand before"}).status_code == 302
    letter.refresh_from_db()
    assert (letter.done_on, letter.not_needed_because) == (date(2026, 11, 20), "Sent by hand before")
    other = {"do": "action", "what": "Ring the bus company", "kind": "other", "party": "agency", "due_on": "2026-11-18"}
    told = sent(seen["acts"]["action"], **other | {"party_name": "Blue Buses"})
    for _ in range(2):
        assert head.post(address, told).status_code == 302
    shared = page(head, reverse("interventions:case_shared"), party="agency")
    assert ("Ring the bus company" in shared, "Blue Buses" in shared, "2 days overdue" in shared) == (True, True, True)
    on_day(date(2027, 2, 5))
    head.force_login(head.user)
    strip = page(head, reverse("core:needs_now"))
    assert ("attendance case with overdue actions" in strip, "attendance case to review" in strip) == (True, True)
    assert [row.overdue > 0 for row in head.get(f"{LIST}?show=overdue&mine=1").context["rows"]] == [True]
    assert [row.review_late > 0 for row in head.get(f"{LIST}?show=review").context["rows"]] == [True]


def test_a_restricted_case_is_known_of_and_read_by_few(seeded, head, as_role):
    (kai,) = enrol("9B")
    case = case_of(kai, head.user, "S", is_restricted=True, reason="zz secret reason", summary="zz secret")
    manager = as_role(Role.PASTORAL_MANAGER, 9)
    address = reverse("interventions:case_detail", args=[case.pk])
    text = page(manager, address)
    assert ("Restricted case" in text, head.user.formal_name in text, "zz secret" in text) == (True, True, False)
    assert "Severe" not in text
    listed = page(manager, LIST)
    assert ("Restricted case" in listed, "Severe" in listed.split("<tbody")[1]) == (True, False)
    for how in ("csv",):
        text = manager.get(f"{LIST}?format={how}").getvalue().decode()
        assert ("Restricted case" in text, "Severe" in text) == (True, False)
    assert manager.get(f"{LIST}?stage={case.stage_id}").context["rows"] == []
    for name in ("change", "move", "close", "view", "medical", "withdraw"):
        assert manager.get(reverse(f"interventions:case_{name}", args=[case.pk])).status_code == 404
    assert manager.post(address, {"do": "barrier"}).status_code == 404
    assert "Severe" not in page(manager, reverse("interventions:case_place", args=[kai.pk]))
    assert "Severe" in page(head, reverse("interventions:case_place", args=[kai.pk]))
    assert "Ask the DSL" not in page(manager, reverse("interventions:case_shared"))
    assert "zz secret" in page(head, address)


def test_three_cases_and_thirty_cost_the_same_and_lists_sort_and_go_out(seeded, head):
    students = enrol("9B", count=30)
    cases = [case_of(each, head.user, "1") for each in students[:3]]
    head.get(LIST)
    with CaptureQueriesContext(connection) as few:
        head.get(LIST)
    with CaptureQueriesContext(connection) as few_shared:
        head.get(reverse("interventions:case_shared"))
    for each in students[3:]:
        case_of(each, head.user, "2")
    with CaptureQueriesContext(connection) as many:
        assert len(head.get(LIST).context["rows"]) == 30
    with CaptureQueriesContext(connection) as many_shared:
        head.get(reverse("interventions:case_shared"))
    assert len(few) == len(many) <= 12
    assert len(few_shared) == len(many_shared) <= 12
    detail = reverse("interventions:case_detail", args=[cases[1].pk])
    with CaptureQueriesContext(connection) as few:
        head.get(detail)
    mother = carer(cases[1].student)
    for barrier in Barrier.objects.all()[:4]:
        barrier_add(case=cases[1], barrier=barrier, note="", on=cases[1].opened_on, by=head.user)
        contact_home(cases[1].student, mother, head.user, channel=Channel.PHONE)
    with CaptureQueriesContext(connection) as many:
        head.get(detail)
    assert len(many) - len(few) <= 2, "what contacts are about, and nothing for each of them"
    # Sixteen lists of the case and beside it are one statement. What stays apart has a size or a shape of its own: a
    # year of contacts, what their words take to be read, the letters with their copies, files, the year's counts and
    # codes, the meter's facts, the history, and what the two forms offer.
    assert len(many) <= 20
    names = [row.who.name for row in head.get(f"{LIST}?stage={stage('1').pk}&sort=-name").context["rows"]]
    assert (len(names), names) == (3, sorted(names, reverse=True))
    assert head.get(f"{LIST}?format=xlsx").getvalue()
    assert "Stage 2: Year team" in head.get(f"{LIST}?format=csv").getvalue().decode()
    barrier = Barrier.objects.latest("pk")
    for case in cases[:2]:
        barrier_add(case=case, barrier=barrier, note="", on=case.opened_on, by=head.user)
    case_close(case=cases[0], closed_on=cases[0].opened_on, outcome="improved", outcome_note="Well", by=head.user)
    rows = head.get(reverse("interventions:case_barriers")).context["rows"]
    row = next(each for each in rows if each.key == barrier.pk)
    assert (row.cases, row.open, [n for key, _label, n in row.outcomes if key == "improved"]) == (2, 1, [1])
    for query, number in (("", 1), ("&show=closed&outcome=improved", 1), ("&show=closed&outcome=not", 0)):
        assert len(head.get(f"{LIST}?barrier={barrier.pk}{query}").context["rows"]) == number
