"""Traps of other products that rules which propose could fall into, by name (product.md C3)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, connections
from django.urls import reverse

from attendance.models import Proposal, ProposalRule
from attendance.services.proposals import proposal_accept, proposal_dismiss, proposals_run
from attendance.summaries.rule_data import found_on
from attendance.tasks import proposals_nightly
from pastoral.core.rights import Role
from tests.factories import ProposalFactory, enrol, lay_calendar, staff
from tests.marks import lay

MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)
LATE_THRICE = "L / L / L / / / / /"


def test_t8_absences_that_may_still_be_explained_propose_nothing(seeded):
    student = enrol("9B")[0]
    for day in (date(2026, 11, 4), date(2026, 11, 10)):
        lay(student, day, "I I")
    lay(student, date(2026, 11, 19), "N N")
    proposals_run(FRIDAY)
    assert not Proposal.objects.exists()
    # Two school days later nobody has said why: now it counts.
    proposals_run(date(2026, 11, 23))
    assert Proposal.objects.get().rule == "spells"


def test_t9_one_proposal_for_a_student_and_a_step(seeded):
    student = enrol("9B")[0]
    lay(student, date(2026, 11, 9), " ".join(["L /"] * 10))
    for day in (FRIDAY, FRIDAY, date(2026, 11, 23)):
        proposals_run(day)
    # Ten lates reach three steps of one ladder: of the two about the half term the higher one is proposed, once.
    assert sorted(Proposal.objects.open().values_list("rule", "key")) == [
        ("lates_many", "2026-11-02"),
        ("lates_week", "2026-11-16"),
    ]


def test_t9_a_higher_step_takes_the_place_of_the_lower_one(seeded, client_for):
    """Five lates of the half term are a detention; the eighth makes it the Head of Year's, and that alone is shown."""
    student = enrol("9B")[0]
    head = staff(Role.HEAD_OF_YEAR, 9)
    lay(student, date(2026, 11, 2), " ".join(["L /"] * 5))
    proposals_run(date(2026, 11, 6))
    assert "lates_half_term" in _open_rules()
    lay(student, date(2026, 11, 9), "L / L / L /")
    proposals_run(date(2026, 11, 11))
    assert "lates_half_term" not in _open_rules()
    page = client_for(head).get(reverse("attendance:proposal_list")).content.decode().partition("<main")[2]
    titles = dict(ProposalRule.objects.values_list("slug", "proposes"))
    assert titles["lates_many"] in page
    assert f"{titles['lates_half_term']}<" not in page
    # Nor does it come back when the higher one is decided, or when the night runs again.
    (higher,) = Proposal.objects.open().filter(rule="lates_many")
    proposal_dismiss(proposals=[higher.pk], by=head, reason="Met the parents last week.")
    proposals_run(date(2026, 11, 12))
    assert {"lates_half_term", "lates_many"}.isdisjoint(_open_rules())


def _open_rules() -> set[str]:
    return set(Proposal.objects.open().values_list("rule", flat=True))


def test_t9_two_tutors_decide_once(seeded, client_for):
    student = enrol("9B")[0]
    proposal = ProposalFactory(student=student)
    first, second = (client_for(staff(Role.PASTORAL_MANAGER, 9)) for _ in range(2))
    for client, reason in ((first, "Spoke to him"), (second, "Rang home")):
        sent = {"proposals": [proposal.pk], "decision": "accept", "reason": reason}
        page = client.post(reverse("attendance:proposal_list"), sent, follow=True).content.decode()
    assert "accepted it already" in page
    assert "Spoke to him" in page
    assert Proposal.objects.get().reason == "Spoke to him"


def _at_once(*calls: Callable[[], object]) -> None:
    def run(call: Callable[[], object]) -> None:
        try:
            call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_t9_two_nights_at_once_propose_once():
    lay_calendar()
    for student in enrol("9B", count=5):
        lay(student, MONDAY, LATE_THRICE)
    _at_once(*[lambda: proposals_run(FRIDAY)] * 4)
    assert Proposal.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_t9_two_decisions_at_once_are_one():
    proposal = ProposalFactory(student=enrol("9B")[0])
    one, other = staff(Role.HEAD_OF_YEAR, 9), staff(Role.PASTORAL_MANAGER, 9)
    done = []
    _at_once(
        lambda: done.extend(proposal_accept(proposals=[proposal.pk], by=one, reason="Spoke to her").done),
        lambda: done.extend(proposal_dismiss(proposals=[proposal.pk], by=other, reason="Bus").done),
    )
    assert len(done) == 1
    assert Proposal.objects.get().reason == done[0].reason


def test_t10_list_preview_night_and_students_page_agree(seeded, as_role, on_day):
    """All four ask findings(): a threshold changed in one place changes all of them."""
    late, often, _never = enrol("9B", count=3)
    lay(late, MONDAY, LATE_THRICE)
    lay(often, MONDAY, "L / L / L / L / / /")
    on_day(date(2026, 11, 23), 5, 10)
    head = as_role(Role.HEAD_OF_YEAR, 9)
    settings = as_role(Role.DATA_MANAGER)
    for count, expected in ((3, {late.pk, often.pk}), (4, {often.pk}), (5, set())):
        ProposalRule.objects.filter(slug="lates_week").update(count=count)
        proposals_nightly()
        assert {one.student_id for one in found_on(FRIDAY)["lates_week"]} == expected
        assert set(Proposal.objects.open().values_list("student", flat=True)) == expected
        listed = head.get(reverse("attendance:proposal_list"), {"show": "tutors"}).context["rows"]
        assert {row.who.student_id for row in listed} == expected
        form = settings.get(reverse("attendance:rule_form", args=["lates_week"]))
        assert form.context["now"] == len(expected)
        rules = settings.get(reverse("attendance:rule_list"))
        shown = {rule.slug: number for _strand, rows in rules.context["strands"] for rule, number, *_rest in rows}
        assert shown["lates_week"] == len(expected)
        for student in (late, often):
            address = f"{reverse('attendance:proposal_list')}?student={student.pk}"
            assert address in head.get(reverse("reports:student_detail", args=[student.pk])).content.decode()
            assert bool(head.get(address).context["rows"]) is (student.pk in expected)


REASONS = ["Spoke to him", "rang home, no answer", "SST meeting", "Bus broke down", "Already on a report card", "."]


@pytest.mark.parametrize("decision", ["accept", "dismiss"])
@pytest.mark.parametrize("reason", REASONS)
def test_t13_any_genuine_reason_clears_it(seeded, as_role, decision, reason):
    proposal = ProposalFactory(student=enrol("9B")[0])
    client = as_role(Role.HEAD_OF_YEAR, 9)
    sent = {"proposals": [proposal.pk], "decision": decision, "reason": reason}
    assert client.post(reverse("attendance:proposal_list"), sent).status_code == 302
    assert not Proposal.objects.open().exists()


def test_t13_the_reasons_are_kept_for_audit_and_cannot_be_lost(seeded, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    proposals = [ProposalFactory(student=student) for student in enrol("9B", count=len(REASONS))]
    for number, (proposal, reason) in enumerate(zip(proposals, REASONS, strict=True)):
        decision = "dismiss" if number % 2 else "accept"
        sent = {"proposals": [proposal.pk], "decision": decision, "reason": reason}
        client.post(reverse("attendance:proposal_list"), sent)
    page = client.get(reverse("attendance:proposal_list"), {"show": "decided"})
    kept = [(row.proposal.reason, row.proposal.status, row.decided_by) for row in page.context["rows"]]
    assert {reason for reason, _, _ in kept} == set(REASONS)
    assert {status for _, status, _ in kept} == {"accepted", "dismissed"}
    assert {by for _, _, by in kept} == {client.user.formal_name}
    # History holds who and why beside what it was, whatever the row says later.
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM attendance_proposalevent WHERE status = 'open'")
        assert cursor.fetchone() == (len(REASONS),)
