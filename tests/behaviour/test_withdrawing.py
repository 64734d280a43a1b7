"""Whatever is withdrawn twice, by a double click or in a second tab, leads to the same page and says so."""

from datetime import UTC, date, datetime, time

import pytest
from django.urls import reverse

from behaviour.models import (
    Achievement,
    BullyingCase,
    CampaignAward,
    CaseStudent,
    Detention,
    GoodNews,
    Incident,
    Involvement,
    OnCall,
    SetWork,
    Suspension,
)
from pastoral.core.rights import Role
from tests.campaigns import campaign
from tests.cards import card_of
from tests.factories import enrol, staff
from tests.robins import robin_of

DAY = date(2026, 11, 20)


def incident_of(student, by):
    made = Incident.objects.create(type="Defiance", occurred_on=DAY, logged_by=by)
    Involvement.objects.create(incident=made, student=student)
    return made


def case_of(student, by):
    made = BullyingCase.objects.create(form="verbal", motivations=["race"], summary="x", owner=by, opened_by=by)
    CaseStudent.objects.create(case=made, student=student, side="target")
    return made


def suspension_of(student, by):
    facts = {"kind": "SUSP", "starts_on": DAY, "ends_on": DAY, "sessions": 2, "reasons": ["PP"], "decided_by": "Head"}
    return Suspension.objects.create(student=student, recorded_by=by, **facts)


def detention_of(student, by):
    facts = {"day": DAY, "starts_at": time(15, 10), "minutes": 30, "reason": "Late", "level_id": 2}
    return Detention.objects.create(student=student, set_by=by, **facts)


def award_of(student, by):
    return CampaignAward.objects.create(campaign=campaign(by), student=student, awarded_by=by)


RECORDS = {
    "behaviour:incident_withdraw": incident_of,
    "behaviour:achievement_withdraw": lambda student, by: Achievement.objects.create(
        student=student, awarded_on=DAY, type="Effort", points=1, logged_by=by
    ),
    "behaviour:case_withdraw": case_of,
    "behaviour:card_withdraw": lambda student, by: card_of(student, keeper=by),
    "behaviour:robin_withdraw": lambda student, by: robin_of(student, by=by),
    "behaviour:detention_detail": detention_of,
    "behaviour:suspension_detail": suspension_of,
    "behaviour:on_call_detail": lambda student, by: OnCall.objects.create(
        student=student, room="E4", reason="Fight", asked_by=by
    ),
    "reports:good_news_withdraw": lambda student, by: GoodNews.objects.create(
        student=student, told_on=DAY, how="phone", told_by=by
    ),
    "reports:award_withdraw": award_of,
    "reports:campaign_withdraw": lambda _student, by: campaign(by),
}


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B")
    return student


def test_withdrawn_twice_it_leads_to_the_same_page_and_says_so(kai, as_role):
    slt = as_role(Role.SLT)
    for name, make in RECORDS.items():
        made = make(kai, slt.user)
        keys = [made.campaign_id, made.pk] if name == "reports:award_withdraw" else [made.pk]
        address, sent = reverse(name, args=keys), {"do": "withdraw", "because": "Logged twice"}
        first, second = slt.post(address, sent), slt.post(address, sent | {"because": "Another reason"}, follow=True)
        assert (first.status_code, second.redirect_chain) == (302, [(first.url.split("#")[0], 302)]), name
        assert f"It was withdrawn already, Fri 20 Nov 15:05, by {slt.user.formal_name}." in second.content.decode(), (
            name
        )
        made.refresh_from_db()
        assert made.withdrawn_because != "Another reason", name


def test_who_may_not_withdraw_a_detention_is_still_refused(kai, as_role):
    made = detention_of(kai, staff(Role.SLT))
    sent = {"do": "withdraw", "because": "x"}
    assert as_role(Role.FORM_TUTOR).post(reverse("behaviour:detention_detail", args=[made.pk]), sent).status_code == 403


def test_what_was_typed_for_a_record_withdrawn_meanwhile_is_kept_to_be_copied(kai, as_role):
    """By whom, when and why it was withdrawn is told to those who may see it; to the others it is not there."""
    slt, tutor, eighth = as_role(Role.SLT), as_role(Role.FORM_TUTOR), as_role(Role.HEAD_OF_YEAR, 8)
    why = {"withdrawn_at": datetime(2026, 11, 20, 14, tzinfo=UTC), "withdrawn_by": slt.user}
    why["withdrawn_because"] = "Meant for Sam"
    forms = (
        ("incident_edit", incident_of, {"do": "save", "what_happened": "He ran off"}, "He ran off"),
        ("case_change", case_of, {"do": "save", "summary": "It goes on"}, "It goes on"),
        ("case_close", case_of, {"outcome": "Better"}, "Better"),
        ("card_change", lambda student, by: card_of(student, keeper=by), {"target1": "I sit"}, "I sit"),
        ("suspension_detail", suspension_of, {"do": "provision", "provision": "Hill Centre"}, "Hill Centre"),
        ("detention_detail", detention_of, {"do": "excuse", "because": "Hospital"}, "Hospital"),
    )
    for name, make, sent, words in forms:
        made = make(kai, slt.user)
        type(made).objects.filter(pk=made.pk).update(**why)
        address = reverse(f"behaviour:{name}", args=[made.pk])
        late = slt.post(address, sent)
        text = late.content.decode()
        said = f"It was withdrawn by {slt.user.formal_name}, Fri 20 Nov 14:00: Meant for Sam"
        assert (late.status_code, said in text, f">{words}</textarea>" in text) == (409, True, True), name
        assert eighth.post(address, sent).status_code == 404, name
        if name in {"incident_edit", "case_change", "card_change"}:
            assert said in slt.get(address, follow=True).content.decode(), name
    span = suspension_of(kai, slt.user)
    work = SetWork.objects.create(student=kai, suspension=span, subject="Art")
    Suspension.objects.filter(pk=span.pk).update(**why)
    tick = reverse("behaviour:work_tick", args=[work.pk])
    assert said in slt.post(tick, {"tick": "set-on"}, follow=True).content.decode()
    assert (SetWork.objects.get().set_on, tutor.post(tick, {"tick": "set-on"}).status_code) == (None, 403)
