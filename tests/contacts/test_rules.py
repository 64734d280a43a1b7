"""The rules of the clocks: one row of each, changed by those who keep the settings, with who changed what."""

from datetime import time

from django.urls import reverse

from behaviour.models import BehaviourRules, Rule
from contacts.models import ContactRules
from pastoral.core.rights import Role

PAGE = reverse("contacts:rules_form")
SENT = {
    "contact_clock": "school",
    "acknowledge": "school_day",
    "office_closes": "15:30",
    "retry_minutes": "45",
    "claim_minutes": "10",
    "seen_weeks": "6",
    "silent_weeks": "12",
    "good_news_quota": "8",
}


def test_they_begin_with_the_literal_ones_and_are_changed_with_who_and_when(seeded, friday, as_role):
    keeper = as_role(Role.DATA_MANAGER)
    page = keeper.get(PAGE)
    assert "The rules were never changed" in page.content.decode()
    assert (BehaviourRules.objects.get().contact_clock, ContactRules.objects.get().acknowledge) == (
        "elapsed",
        "same_day",
    )
    seen = page.context["form"].initial["seen"]
    assert keeper.post(PAGE, SENT | {"seen": seen}).status_code == 302
    rules = ContactRules.objects.get()
    assert (rules.acknowledge, rules.office_closes, rules.retry_minutes) == ("school_day", time(15, 30), 45)
    assert rules.good_news_quota == 8
    text = keeper.get(PAGE).content.decode()
    assert keeper.user.formal_name in text
    assert "60 minutes" in text
    assert Rule.ELAPSED.label in text
    head = as_role(Role.HEAD_OF_YEAR)
    assert Rule.SCHOOL.label in head.get(reverse("behaviour:duty_list")).content.decode()


def test_the_second_to_save_is_told_and_nonsense_is_refused(seeded, friday, as_role):
    keeper = as_role(Role.DATA_MANAGER)
    seen = keeper.get(PAGE).context["form"].initial["seen"]
    keeper.post(PAGE, SENT | {"seen": seen})
    late = keeper.post(PAGE, SENT | {"seen": seen, "retry_minutes": "90"})
    assert late.status_code == 422
    assert "Now it says: 45" in late.content.decode()
    assert ContactRules.objects.get().retry_minutes == 45
    again = {"seen": late.context["form"].data["seen"], "retry_minutes": "90"}
    assert keeper.post(PAGE, SENT | again).status_code == 302
    for wrong in ({"retry_minutes": "4"}, {"office_closes": "x"}, {"acknowledge": "never"}, {"seen_weeks": "99"}):
        assert keeper.post(PAGE, SENT | wrong).status_code == 422
    assert ContactRules.objects.get().retry_minutes == 90
