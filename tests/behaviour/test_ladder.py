"""The ladder of four strands: count x window x what is counted, proposed once to a named person, never done."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import Proposal, ProposalRule, RuleException
from attendance.services.proposals import proposals_run
from attendance.tasks import proposals_nightly
from behaviour.models import Incident, IncidentType, Involvement, TutorMark
from pastoral.core.rights import Role
from tests.factories import EnrolmentFactory, StudentFactory, enrol, staff
from tests.marks import lay

MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)
WEEK = [date(2026, 11, day) for day in range(16, 21)]
LIST = reverse("attendance:proposal_list")
SECRET = "He said his uncle hits him"


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B")
    return student


@pytest.fixture
def tutor(kai):
    return staff(Role.FORM_TUTOR, "9B")


@pytest.fixture
def only(seeded):
    """Leave one rule on, set as the test needs it."""

    def leave(slug, **changed):
        ProposalRule.objects.exclude(slug=slug).update(is_on=False)
        ProposalRule.objects.filter(slug=slug).update(**{"grace_days": 0} | changed)
        return slug

    return leave


def mark(student, *days, kind="uniform", by=None):
    by = by or staff(Role.SLT)
    return [TutorMark.objects.create(student=student, day=day, kind=kind, by=by, note=SECRET) for day in days]


def incident(student, day, kind="Defiance", points=2, role="perpetrator", **also):
    made = Incident.objects.create(type=kind, occurred_on=day, what_happened=SECRET, **also)
    points = points if role == "perpetrator" else 0
    return Involvement.objects.create(incident=made, student=student, role=role, points=points)


def proposed(rule=None):
    rows = Proposal.objects.open().order_by("rule")
    return [(row.student_id, row.rule) for row in rows if rule in (None, row.rule)]


# --- when a rule fires ------------------------------------------------------------------------------------------------


def test_one_short_of_the_count_proposes_nothing_and_the_count_does_once(kai, only):
    only("uniform_3")
    mark(kai, *WEEK[:2])
    proposals_run(FRIDAY)
    assert proposed() == []
    mark(kai, WEEK[2], kind="equipment")
    proposals_run(FRIDAY)
    proposals_run(FRIDAY)
    assert proposed() == [(kai.pk, "uniform_3")]
    held = Proposal.objects.get()
    assert (held.strand, held.person, held.key) == ("uniform", "form_tutor", "2026-11-02")


def test_incidents_of_the_strand_and_form_time_count_together_and_points_by_themselves(kai, only):
    only("homework_3")
    incident(kai, MONDAY, "Homework", 1)
    mark(kai, WEEK[1], kind="planner")
    mark(kai, WEEK[2], kind="effort")
    mark(kai, WEEK[3], kind="praise")
    proposals_run(FRIDAY)
    assert proposed() == [(kai.pk, "homework_3")]
    only("behaviour_points_10", is_on=True)
    incident(kai, MONDAY, points=9)
    proposals_run(FRIDAY)
    assert proposed("behaviour_points_10") == []
    incident(kai, MONDAY, points=1)
    proposals_run(FRIDAY)
    assert proposed("behaviour_points_10") == [(kai.pk, "behaviour_points_10")]


def test_one_kind_alone_is_counted_where_the_rule_says_so(kai, only):
    only("behaviour_week", counts="incident:Fighting", count=2)
    incident(kai, MONDAY, "Fighting"), incident(kai, MONDAY), incident(kai, MONDAY)
    proposals_run(FRIDAY)
    assert proposed() == []
    incident(kai, WEEK[1], "Fighting")
    proposals_run(FRIDAY)
    assert proposed() == [(kai.pk, "behaviour_week")]


def test_victims_withdrawn_unplaced_and_the_dsls_matters_do_not_count(kai, only):
    only("behaviour_week", count=1)
    incident(kai, MONDAY, role="victim")
    incident(kai, MONDAY, "Sexual harm or harassment")
    incident(kai, MONDAY, "Called so by nobody here")
    gone = incident(kai, MONDAY).incident
    proposals_run(FRIDAY)
    assert len(proposed()) == 1
    Incident.objects.filter(pk=gone.pk).update(
        withdrawn_at=gone.arrived_at, withdrawn_by=staff(Role.SLT), withdrawn_because="x"
    )
    proposals_run(FRIDAY)
    assert proposed() == []
    assert Proposal.objects.get().status == "lapsed"


@pytest.mark.parametrize(
    ("weeks", "days", "on", "fires"),
    [
        (None, [date(2026, 10, 22), date(2026, 10, 23), date(2026, 11, 2)], date(2026, 11, 2), False),
        (None, [date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4)], date(2026, 11, 4), True),
        (2, [date(2026, 10, 19), date(2026, 10, 20), date(2026, 11, 2)], date(2026, 11, 2), True),
        (2, [date(2026, 10, 19), date(2026, 10, 20), date(2026, 11, 9)], date(2026, 11, 9), False),
        (1, [date(2026, 10, 23), date(2026, 11, 2), date(2026, 11, 3)], date(2026, 11, 3), False),
    ],
    ids=["not over half term", "from its first day", "two school weeks over it", "not three", "one week"],
)
def test_windows_over_half_term(kai, only, weeks, days, on, fires):
    only("uniform_3", weeks=weeks)
    mark(kai, *days)
    proposals_run(on)
    assert bool(proposed()) is fires


def test_the_last_days_of_grace_do_not_count_yet(kai, only):
    only("uniform_3", grace_days=1)
    mark(kai, *WEEK[2:])
    proposals_run(FRIDAY)
    assert proposed() == []
    proposals_run(date(2026, 11, 23))
    assert proposed() == [(kai.pk, "uniform_3")]


def test_the_higher_step_is_proposed_instead_and_a_decision_keeps_it_quiet_for_the_period(kai, client_for, only):
    ProposalRule.objects.exclude(strand="uniform").update(is_on=False)
    ProposalRule.objects.update(grace_days=0)
    mark(kai, *WEEK[:3])
    proposals_run(FRIDAY)
    head = client_for(staff(Role.HEAD_OF_YEAR, 9))
    decide(head, Proposal.objects.get(), "accept")
    mark(kai, WEEK[3])
    proposals_run(FRIDAY)
    assert proposed() == []
    mark(kai, WEEK[0], WEEK[1], kind="equipment")
    proposals_run(FRIDAY)
    assert proposed() == [(kai.pk, "uniform_6")]
    mark(kai, date(2027, 1, 5), date(2027, 1, 6), date(2027, 1, 7))
    proposals_run(date(2027, 1, 8))
    assert (kai.pk, "uniform_3") in proposed()  # the next half term is the next period


def test_leavers_and_who_came_in_the_middle(seeded, friday, only):
    only("uniform_3")
    left, came = enrol("9B", left_on=date(2026, 11, 18))[0], StudentFactory(admitted_on=date(2026, 11, 17))
    EnrolmentFactory(student=came, tutor_group__name="9B", year_group__number=9, starts_on=date(2026, 11, 17))
    mark(left, *WEEK[:3])
    mark(came, *WEEK[1:4])
    proposals_run(FRIDAY)
    assert proposed() == [(came.pk, "uniform_3")]


def test_the_morning_runs_it(kai, only, on_day):
    only("uniform_3")
    mark(kai, *WEEK[:3])
    on_day(date(2026, 11, 23))
    proposals_nightly()
    assert proposed() == [(kai.pk, "uniform_3")]
    assert not Incident.objects.exists()  # it recommends, and does nothing


# --- who it is put to, and who decides --------------------------------------------------------------------------------


def decide(client, proposal, decision="accept", reason="Spoken with"):
    return client.post(LIST, {"proposals": proposal.pk, "decision": decision, "reason": reason})


def test_a_tutors_step_is_the_tutors_and_the_year_team_looks_on(kai, tutor, client_for, as_role, only):
    only("uniform_3")
    mark(kai, *WEEK[:3])
    proposals_run(FRIDAY)
    (proposal,) = Proposal.objects.all()
    own = client_for(tutor)
    shown = own.get(LIST).content.decode()
    assert tutor.formal_name in shown
    assert "proposal to decide" in own.get(reverse("core:needs_now")).content.decode()
    head = as_role(Role.HEAD_OF_YEAR)
    assert kai.sort_name not in head.get(LIST).content.decode()
    assert kai.sort_name in head.get(f"{LIST}?show=tutors").content.decode()
    for other in (as_role(Role.FORM_TUTOR, "9C"), as_role(Role.HEAD_OF_YEAR, 8), as_role(Role.ATTENDANCE_OFFICER)):
        assert other.get(reverse("attendance:proposal_detail", args=[proposal.pk])).status_code == 404
        decide(other, proposal)
    assert Proposal.objects.open().exists()
    decide(own, proposal)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by) == ("accepted", tutor)


def test_a_head_of_years_step_is_not_the_tutors_and_names_who_holds_the_role(kai, tutor, client_for, only):
    only("homework_6", count=1)
    incident(kai, MONDAY, "Homework")
    proposals_run(FRIDAY)
    (proposal,) = Proposal.objects.all()
    assert client_for(tutor).get(reverse("attendance:proposal_detail", args=[proposal.pk])).status_code == 404
    slt = staff(Role.SLT, surname="Quill")
    detail = reverse("attendance:proposal_detail", args=[proposal.pk])
    page = client_for(slt).get(detail).content.decode()
    assert "as there is no Head of Year just now" in page
    head = staff(Role.HEAD_OF_YEAR, 9, surname="Threlfall")
    assert head.formal_name in client_for(slt).get(detail).content.decode()


def test_what_somebody_wrote_is_never_in_the_proposal(kai, tutor, client_for, only):
    only("behaviour_week", count=2)
    incident(kai, MONDAY), incident(kai, MONDAY, "Disruption")
    mark(kai, WEEK[2], kind="conduct")
    proposals_run(FRIDAY)
    (proposal,) = Proposal.objects.all()
    assert SECRET not in str(proposal.facts)
    own = client_for(tutor)
    for address in (LIST, reverse("attendance:proposal_detail", args=[proposal.pk])):
        page = own.get(address).content.decode()
        assert "Defiance 1 time" in page
        assert SECRET not in page


# --- exceptions -------------------------------------------------------------------------------------------------------


def test_what_is_explained_does_not_count_and_its_words_are_shown(kai, client_for, as_role, tutor, only):
    only("uniform_3")
    mark(kai, *WEEK[:4])
    proposals_run(FRIDAY)
    (proposal,) = Proposal.objects.all()
    head = as_role(Role.HEAD_OF_YEAR)
    address = reverse("attendance:exception_add", args=[proposal.pk])
    days = {"first_day": "2026-11-16", "last_day": "2026-11-16", "words": "Shoes on order"}
    assert head.post(address, days | {"rule": "all", "last_day": "2026-11-01"}).status_code == 422
    head.post(address, days | {"rule": "all"})
    proposals_run(FRIDAY)
    page = client_for(tutor).get(reverse("attendance:proposal_detail", args=[proposal.pk])).content.decode()
    assert "1 more not counted, explained" in page
    assert "Shoes on order" in page
    assert client_for(tutor).get(address).status_code == 403
    exception = RuleException.objects.get()
    RuleException.objects.update(last_day=WEEK[1])
    proposals_run(FRIDAY)
    assert proposed() == []
    assert "Shoes on order" in head.get(reverse("attendance:exception_list")).content.decode()
    assert (
        "Shoes on order"
        not in as_role(Role.ATTENDANCE_OFFICER).get(reverse("attendance:exception_list")).content.decode()
    )
    head.post(reverse("attendance:exception_withdraw", args=[exception.pk]), {"because": "They came on Monday"})
    proposals_run(FRIDAY)
    assert proposed() == [(kai.pk, "uniform_3")]


def test_an_exception_counts_for_the_rules_about_marks_too(kai, only):
    only("lates_week")
    lay(kai, MONDAY, "L / L / L / / / / /", minutes=5)
    RuleException.objects.create(
        student=kai, strand="attendance", first_day=MONDAY, last_day=MONDAY, words="Bus", made_by=staff(Role.SLT)
    )
    proposals_run(FRIDAY)
    assert proposed() == []
    RuleException.objects.update(rule="weekday")
    proposals_run(FRIDAY)
    assert proposed() == [(kai.pk, "lates_week")]


# --- the settings -----------------------------------------------------------------------------------------------------


def test_the_school_adds_and_changes_rules_of_every_strand(kai, as_role):
    manager = as_role(Role.DATA_MANAGER)
    IncidentType.objects.create(name="Chewing gum")
    sent = {
        "is_on": "on",
        "title": "Gum twice in a week",
        "what": "behaviour|incident:Chewing gum",
        "count": 2,
        "weeks": 1,
        "grace_days": 0,
        "proposes": "Scrape the tables",
        "person": "pastoral_manager",
    }
    add = reverse("attendance:rule_add")
    assert "Chewing gum" in manager.get(add).content.decode()
    assert manager.post(add, sent | {"what": "behaviour|incident:Sexual harm or harassment"}).status_code == 200
    assert "0 students" in manager.post(add, sent | {"preview": "Preview"}).content.decode()
    manager.post(add, sent), manager.post(add, sent)
    first, second = ProposalRule.objects.filter(title="Gum twice in a week").order_by("pk")
    assert (first.slug, second.slug) == ("gum-twice-in-a-week", "gum-twice-in-a-week-2")
    change = reverse("attendance:rule_form", args=[first.slug])
    manager.post(change, sent | {"what": "uniform|strand", "grace_days": 3, "person": "slt"})
    first.refresh_from_db()
    assert (first.strand, first.counts, first.grace_days, first.person) == ("uniform", "strand", 3, "slt")
    listed = manager.get(reverse("attendance:rule_list")).content.decode()
    assert "counts anything of the strand" in listed
    assert kai.sort_name not in listed


def test_three_and_thirty_cost_the_same(kai, tutor, client_for, only):
    only("uniform_3")
    client = client_for(tutor)

    def cost(count):
        for student in enrol("9B", count=count):
            mark(student, *WEEK[:3], by=tutor)
        proposals_run(FRIDAY)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    few = cost(3)
    assert cost(27) == few <= 12
