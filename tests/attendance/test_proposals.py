"""Proposals: made once, lapsed when they hold no longer, decided by a person with a reason."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import Proposal
from attendance.services.proposals import (
    Found,
    ReasonMissing,
    on_acceptance,
    proposal_accept,
    proposal_dismiss,
    proposals_make,
)
from pastoral.core.rights import Role
from tests.factories import enrol, staff

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
