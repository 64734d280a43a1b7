"""Proposals: made once, lapsed when they hold no longer, decided by a person with a reason."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from attendance.models import Proposal, ProposalRule
from attendance.services.proposals import (
    Found,
    ReasonMissing,
    on_acceptance,
    proposal_accept,
    proposal_dismiss,
    proposals_make,
    proposals_run,
)
from attendance.summaries.unexplained import RULE as UNEXPLAINED
from attendance.tasks import proposals_nightly
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.factories import ProposalFactory, StaffAssignmentFactory, TutorGroupFactory, enrol, staff
from tests.marks import lay

MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)
RULE = "lates_week"


def found(student, key="2026-11-16", lates=3):
    return Found(student.pk, key, {"lates": lates}, "Tutor speaks to the student")


@pytest.fixture
def student(db):
    return enrol("9B")[0]


@pytest.fixture
def head(db):
    return staff(Role.HEAD_OF_YEAR, 9)


def test_the_same_finding_again_changes_nothing(student):
    assert proposals_make(RULE, [found(student)], MONDAY).opened == 1
    assert proposals_make(RULE, [found(student)], FRIDAY).opened == 0
    proposal = Proposal.objects.get()
    assert (proposal.status, proposal.proposed_on) == ("open", MONDAY)


def test_its_figures_follow_while_it_is_open(student):
    proposals_make(RULE, [found(student)], MONDAY)
    assert proposals_make(RULE, [found(student, lates=4)], FRIDAY).opened == 0
    proposal = Proposal.objects.get()
    assert (proposal.facts, proposal.proposed_on) == ({"lates": 4}, MONDAY)


def test_what_holds_no_longer_lapses_and_comes_back(student):
    proposals_make(RULE, [found(student)], MONDAY)
    assert proposals_make(RULE, [], date(2026, 11, 17)).lapsed == 1
    assert Proposal.objects.get().status == "lapsed"
    assert proposals_make(RULE, [found(student)], FRIDAY).opened == 1
    proposal = Proposal.objects.get()
    assert (proposal.status, proposal.proposed_on) == ("open", FRIDAY)


def test_a_rule_leaves_the_others_and_those_not_looked_at_alone(student):
    other = enrol("9C")[0]
    proposals_make(RULE, [found(student), found(other)], MONDAY)
    proposals_make("dip", [], MONDAY)
    proposals_make(RULE, [], FRIDAY, among=[student.pk])
    assert set(Proposal.objects.open().values_list("student", flat=True)) == {other.pk}


@pytest.mark.parametrize("decide", [proposal_accept, proposal_dismiss])
def test_what_was_decided_is_neither_opened_again_nor_doubled(student, head, decide):
    proposals_make(RULE, [found(student)], MONDAY)
    decide(proposals=[Proposal.objects.get().pk], by=head, reason="Spoke to Kai on Monday")
    before = Proposal.objects.values().get()
    proposals_make(RULE, [found(student, lates=5)], FRIDAY)
    proposals_make(RULE, [], FRIDAY)
    assert Proposal.objects.values().get() == before
    assert (before["decided_by_id"], before["reason"]) == (head.pk, "Spoke to Kai on Monday")


def test_a_moving_window_keeps_its_key_while_open_and_stays_quiet_once_decided(student, head):
    old, new = found(student, "2026-09-01:MON"), found(student, "2026-11-02:MON")
    proposals_make("weekday", [old], date(2026, 10, 20), quiet_since=date(2026, 9, 14))
    proposals_make("weekday", [new], date(2026, 11, 3), quiet_since=date(2026, 9, 21))
    assert Proposal.objects.get().key == "2026-09-01:MON"
    proposal_dismiss(proposals=[Proposal.objects.get().pk], by=head, reason="Dentist, every Monday")
    proposals_make("weekday", [new], date(2026, 11, 4), quiet_since=date(2026, 9, 21))
    assert Proposal.objects.count() == 1
    friday = found(student, "2026-11-02:FRI")
    proposals_make("weekday", [new, friday], date(2026, 11, 4), quiet_since=date(2026, 9, 21))
    assert Proposal.objects.open().get().key == "2026-11-02:FRI"
    proposals_make("weekday", [new], date(2026, 12, 7), quiet_since=date(2026, 10, 26))
    assert Proposal.objects.open().get().key == "2026-11-02:MON"


def test_what_is_faint_opens_nothing_but_lets_stay_what_is_open(student, head):
    faint = found(student, lates=2)._replace(is_faint=True)
    assert proposals_make("weekday", [faint], MONDAY).opened == 0
    assert not Proposal.objects.exists()
    proposals_make("weekday", [found(student)], MONDAY)
    assert proposals_make("weekday", [faint], FRIDAY).lapsed == 0
    assert Proposal.objects.open().get().facts == {"lates": 2}
    assert proposals_make("weekday", [], FRIDAY).lapsed == 1
    assert proposals_make("weekday", [faint], FRIDAY).opened == 0
    assert Proposal.objects.get().status == "lapsed"


def test_a_weekday_stays_until_its_plain_count_falls_under_the_threshold(seeded):
    student = enrol("9B")[0]
    for monday in (date(2026, 11, 2), date(2026, 11, 9), MONDAY):
        lay(student, monday, "I I")
    proposals_run(MONDAY)
    assert Proposal.objects.open().get(rule="weekday").key == "2026-11-02:MON"
    lay(student, date(2026, 11, 17), "I I I I I I I I / / I I I I I I I I")
    proposals_run(date(2026, 11, 27))
    assert list(Proposal.objects.open().filter(rule="weekday").values_list("key", flat=True)) == ["2026-11-02:MON"]
    proposals_run(date(2027, 1, 11))
    assert not Proposal.objects.open().filter(rule="weekday").exists()


@pytest.mark.parametrize("reason", ["", "  \n"])
@pytest.mark.parametrize("decide", [proposal_accept, proposal_dismiss])
def test_nothing_is_decided_without_a_reason(student, head, decide, reason):
    proposals_make(RULE, [found(student)], MONDAY)
    with pytest.raises(ReasonMissing):
        decide(proposals=[Proposal.objects.get().pk], by=head, reason=reason)
    assert Proposal.objects.open().count() == 1


def test_the_second_person_is_told_who_decided(student, head):
    other = enrol("9B")[0]
    proposals_make(RULE, [found(student), found(other)], MONDAY)
    keys = list(Proposal.objects.values_list("pk", flat=True))
    proposal_accept(proposals=keys[:1], by=head, reason="Spoke to her")
    second = proposal_dismiss(proposals=keys, by=staff(Role.PASTORAL_MANAGER, 9), reason="Bus was late")
    assert [(row.pk, row.status) for row in second.done] == [(keys[1], "dismissed")]
    assert [(row.pk, row.decided_by, row.reason) for row in second.before] == [(keys[0], head, "Spoke to her")]


def test_acceptance_takes_the_step_of_the_rule_once_and_dismissal_takes_none(student, head, monkeypatch):
    taken = []
    monkeypatch.setattr("attendance.services.proposals._steps", {})
    on_acceptance(RULE, lambda proposals, by, reason: taken.append(([p.pk for p in proposals], by, reason)))
    proposals_make(RULE, [found(student), found(student, "2026-11-09")], MONDAY)
    first, second = Proposal.objects.order_by("pk").values_list("pk", flat=True)
    proposal_dismiss(proposals=[first], by=head, reason="No")
    proposal_accept(proposals=[first, second], by=head, reason="Yes")
    proposal_accept(proposals=[second], by=head, reason="Yes")
    assert taken == [([second], head, "Yes")]


@pytest.mark.django_db
def test_thirty_findings_cost_what_three_cost():
    students = enrol("9B", count=30)

    def cost(few):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            proposals_make(RULE, [found(student) for student in few], MONDAY)
        return len(queries)

    assert cost(students[:3]) == cost(students) <= 6


# --- the page ---------------------------------------------------------------------------------------

LIST, DETAIL = "attendance:proposal_list", "attendance:proposal_detail"


def post(client, proposals, decision="accept", reason="Will speak to her"):
    keys = [proposal.pk for proposal in proposals]
    return client.post(reverse(LIST), {"proposals": keys, "decision": decision, "reason": reason}, follow=True)


def test_several_are_decided_at_once_and_kept_with_who_when_and_why(seeded, as_role):
    one, other = (ProposalFactory(student=student) for student in enrol("9B", count=2))
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = post(client, [one, other], "dismiss", "The bus was late all week").content.decode()
    assert "2 proposals dismissed" in page
    assert Proposal.objects.filter(status="dismissed", decided_by=client.user).count() == 2
    decided = client.get(reverse(LIST), {"show": "decided"}).content.decode()
    assert decided.count("The bus was late all week") == 2
    assert escape(client.user.formal_name) in decided


def test_without_a_reason_ticks_and_words_stay(seeded, as_role):
    one, _other = (ProposalFactory(student=student) for student in enrol("9B", count=2))
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = client.post(reverse(LIST), {"proposals": [one.pk], "decision": "accept", "reason": " "})
    words = page.content.decode()
    assert page.status_code == 422
    assert "the reason stays with the decision" in words
    assert words.count(" checked") == 1
    page = client.post(reverse(LIST), {"decision": "accept", "reason": "Bus was late"})
    assert page.status_code == 422
    assert "Tick the proposals" in page.content.decode()
    assert "Bus was late" in page.content.decode()
    assert Proposal.objects.open().count() == 2


def test_a_students_findings_stand_together_the_most_first_and_are_decided_by_one_tick(seeded, as_role):
    one, several = enrol("9B", count=2)
    single = ProposalFactory(student=one)
    keys = [ProposalFactory(student=several, rule=rule).pk for rule in ("lates_week", "lates_many")]
    client = as_role(Role.HEAD_OF_YEAR, 9)
    students = client.get(reverse(LIST)).context["students"]
    assert [(held.who.student_id, len(held.rows)) for held in students] == [(several.pk, 2), (one.pk, 1)]
    ticked = {"proposals": students[0].keys, "decision": "accept", "reason": "Meeting with the parents"}
    assert client.post(reverse(LIST), ticked).status_code == 302
    assert set(Proposal.objects.filter(status="accepted").values_list("pk", flat=True)) == set(keys)
    assert Proposal.objects.open().get() == single


@pytest.mark.parametrize("wrong", ["99999", "x", "²", "1 x", "9" * 40])
def test_a_key_that_is_nobodys_decides_nothing_and_says_so(seeded, as_role, wrong):
    proposal = ProposalFactory(student=enrol("9B")[0])
    sent = {"proposals": [proposal.pk, wrong], "decision": "accept", "reason": "Yes"}
    page = as_role(Role.HEAD_OF_YEAR, 9).post(reverse(LIST), sent)
    assert page.status_code == 422
    assert "not yours to decide" in page.content.decode()
    assert Proposal.objects.open().count() == 1


def test_absences_proposed_as_unknown_are_a_link_away_and_back(seeded, as_role):
    ProposalFactory(student=enrol("9B")[0], rule=UNEXPLAINED, key="2026-11-05-AM", facts={})
    ProposalFactory(student=enrol("8A")[0], rule=UNEXPLAINED, key="2026-11-05-AM", facts={})
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = client.get(reverse(LIST))
    assert page.context["unexplained"] == 1
    assert reverse("attendance:unexplained_list") in page.content.decode()
    assert f'href="{reverse(LIST)}"' in client.get(reverse("attendance:unexplained_list")).content.decode()


def test_a_second_tab_is_told_what_was_decided_before(seeded, as_role, head):
    proposal = ProposalFactory(student=enrol("9B")[0])
    proposal_accept(proposals=[proposal.pk], by=head, reason="Spoke to Kai")
    page = post(as_role(Role.PASTORAL_MANAGER, 9), [proposal], "dismiss").content.decode()
    assert "accepted it already" in page
    assert "Spoke to Kai" in page
    assert Proposal.objects.get().status == "accepted"


def test_nobody_decides_beyond_their_years(seeded, as_role):
    theirs, others = ProposalFactory(student=enrol("9B")[0]), ProposalFactory(student=enrol("8A")[0])
    client = as_role(Role.HEAD_OF_YEAR, 9)
    StaffAssignmentFactory(user=client.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="8A"))
    assert post(client, [others]).status_code == 422
    assert client.get(reverse(DETAIL, args=[others.pk])).status_code == 404
    assert str(others.student) not in client.get(reverse(LIST)).content.decode()
    assert post(client, [theirs, others]).status_code == 422
    assert Proposal.objects.open().count() == 2


def test_the_marks_behind_it_open_and_the_reading_is_logged(seeded, as_role, friday):
    student = enrol("9B")[0]
    lay(student, MONDAY, "L / L / / / / L", minutes=12)
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = client.get(reverse(DETAIL, args=[ProposalFactory(student=student).pk])).content.decode()
    assert page.count("Late, before the register closed") >= 3
    assert "12\N{NO-BREAK SPACE}min" in page
    assert AccessRecord.objects.get().subject == f"student:{student.pk}"


def test_it_is_decided_on_its_own_page_too(seeded, as_role):
    proposal = ProposalFactory(student=enrol("9B")[0])
    client = as_role(Role.HEAD_OF_YEAR, 9)
    address = reverse(DETAIL, args=[proposal.pk])
    assert client.post(address, {"decision": "accept", "reason": ""}).status_code == 422
    assert client.post(address, {"decision": "accept", "reason": "Tutor told"}).status_code == 302
    assert "Tutor told" in client.get(address).content.decode()


@pytest.mark.parametrize("show", ["", "decided"])
def test_thirty_proposals_cost_what_three_cost(seeded, as_role, head, show):
    client = as_role(Role.SLT)

    def cost(count):
        proposals = [ProposalFactory(student=student).pk for student in enrol("9B", count=count)]
        if show:
            proposal_accept(proposals=proposals, by=head, reason="Yes")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(LIST), {"show": show})
        return len(queries)

    assert cost(3) == cost(27) <= 12


def test_a_brother_in_another_year_is_counted_not_named(seeded, as_role):
    child, sister, brother = enrol("9B")[0], enrol("9C")[0], enrol("8A", legal_surname="Quillfeather")[0]
    facts = {"first": "2026-11-02", "last": "2026-11-20", "days": ["2026-11-05", "2026-11-06"], "sessions": []}
    ProposalFactory(student=child, rule="siblings", facts=facts | {"with": [sister.pk, brother.pk]})
    page = as_role(Role.HEAD_OF_YEAR, 9).get(reverse(LIST)).content.decode()
    assert "1 in another year" in page
    assert "Quillfeather" not in page
    assert escape(str(sister)) in page
    assert "Quillfeather" in as_role(Role.SLT).get(reverse(LIST)).content.decode()


# --- the rules' settings ----------------------------------------------------------------------------


def test_a_rule_is_previewed_then_saved_and_its_past_kept(seeded, as_role, on_day):
    for student in enrol("9B", count=2):
        lay(student, MONDAY, "L / L / / / / /", minutes=5)
    on_day(date(2026, 11, 23))
    client = as_role(Role.DATA_MANAGER)
    address = reverse("attendance:rule_form", args=["lates_week"])
    sent = {"is_on": "on", "title": "Late twice in a week", "count": 2, "weeks": 1, "proposes": "Tutor asks why"}
    sent |= {"grace_days": 2, "person": "form_tutor"}
    assert "2 students" in client.post(address, {**sent, "preview": "Preview"}).content.decode()
    assert ProposalRule.objects.get(slug="lates_week").count == 3
    assert client.post(address, sent).status_code == 302
    rule = ProposalRule.objects.get(slug="lates_week")
    assert (rule.count, rule.title, rule.proposes) == (2, "Late twice in a week", "Tutor asks why")
    assert "Late twice in a week" in client.get(reverse("attendance:rule_list")).content.decode()


@pytest.mark.parametrize("wrong", [{"count": 0}, {"weeks": 40}, {"title": ""}, {"proposes": ""}, {"count": "x"}])
def test_a_rule_that_makes_no_sense_is_refused(seeded, as_role, wrong):
    sent = {
        "is_on": "on",
        "title": "Late",
        "count": 2,
        "weeks": 1,
        "proposes": "Ask",
        "grace_days": 2,
        "person": "slt",
    } | wrong
    client = as_role(Role.DATA_MANAGER)
    assert client.post(reverse("attendance:rule_form", args=["lates_week"]), sent).status_code == 200
    assert ProposalRule.objects.get(slug="lates_week").count == 3


def test_the_morning_proposes_on_school_days_and_twice_is_once(seeded, on_day):
    student = enrol("9B")[0]
    lay(student, MONDAY, "L / L / L / / / / /")
    on_day(date(2026, 11, 21), 5, 10)
    proposals_nightly()
    assert not Proposal.objects.exists()
    on_day(date(2026, 11, 23), 5, 10)
    proposals_nightly()
    proposals_nightly()
    proposal = Proposal.objects.get()
    assert (proposal.rule, proposal.key, proposal.proposed_on) == ("lates_week", "2026-11-16", FRIDAY)


def test_a_rule_switched_off_lets_its_proposals_lapse(seeded):
    student = enrol("9B")[0]
    lay(student, MONDAY, "L / L / L / / / / /")
    proposals_run(FRIDAY)
    ProposalRule.objects.update(is_on=False)
    proposals_run(FRIDAY)
    assert Proposal.objects.get().status == "lapsed"
