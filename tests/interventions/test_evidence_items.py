"""The evidence that authorities ask for, item by item as domain.md 3.3 names it."""

from hypothesis import given
from hypothesis import strategies as st

from interventions.figures.evidence import ITEMS, PARTS, Profile, State, asked_for, meter_of

# Each phrase of the sources, and the parts that stand for it.
ASKED = {
    Profile.NORFOLK: {
        "witness statement": {"statement"},
        "exhibits": {"exhibits", "letter_1", "letter_2", "letter_3"},
        "head teacher certificate / registration certificate": {"certificate", "register"},
        "year-to-date registration certificate with commentary and contact notes": {"register", "chronology"},
        "evidences the support offered": {"plan", "meeting"},
    },
    Profile.STOCKTON: {
        "completed signed referral form": {"form"},
        "copies of letters": {"letter_1", "letter_2", "letter_3"},
        "home visits with dates and outcomes": {"home_visit"},
        "attendance improvement support plan with minutes of reviews": {"plan", "plan_review"},
        "early help assessment and review (or why there is none)": {"early_help", "early_help_review"},
        "up-to-date attendance printout for the last 10 weeks": {"register"},
        "other agencies": {"agencies"},
        "who has parental responsibility": {"responsibility"},
    },
    Profile.SOUTHWARK: {
        "parents' leave application": {"leave_asked"},
        "the written refusal and why not exceptional": {"leave_refused"},
        "registration certificate showing threshold and codes": {"register", "threshold"},
        "within 10 school days of the pupil's return": {"leave_in_time"},
    },
    Profile.CHECKLIST: {
        "siblings' attendance": {"siblings"},
        "medical reasons ruled out": {"illness_ruled_out"},
        "pupil's own view recorded": {"view"},
        "bullying alleged and dealt with": {"bullying_asked", "bullying_dealt"},
        "when parents were told absences would no longer be authorised": {"not_authorised"},
        "agencies contacted": {"agencies"},
        "strategies tried": {"strategies"},
    },
}
# (1) to (15) of what the pack generator needs, in order.
IN_ORDER = (
    {"responsibility", "addresses", "lives_with", "siblings"},
    {"register", "threshold", "certificate"},
    {"chronology"},
    {"letter_1", "letter_2", "letter_3"},
    {"meeting"},
    {"home_visit"},
    {"plan", "plan_review", "strategies"},
    {"improve", "improve_result"},
    {"leave_asked", "leave_refused", "leave_in_time"},
    {"medical_asked", "medical_came", "illness_ruled_out", "not_authorised"},
    {"view"},
    {"needs", "bullying_asked", "bullying_dealt", "dsl"},
    {"agencies", "early_help", "early_help_review"},
    {"notices"},
    {"statement", "exhibits", "declaration", "form"},
)


def test_each_list_asks_for_what_its_source_names_and_the_items_are_in_the_order_of_a_pack():
    for profile, phrases in ASKED.items():
        assert {part.key for part in asked_for(profile)} == set().union(*phrases.values()), profile
    assert len(ITEMS) == len(IN_ORDER)
    assert tuple({part.key for part in PARTS if part.item == n} for n in range(1, 16)) == IN_ORDER
    assert [part.item for part in PARTS] == sorted(part.item for part in PARTS)
    assert len({part.short for part in PARTS}) == len(PARTS) == len({part.key for part in PARTS})


def test_an_item_is_present_when_nothing_of_it_that_applies_is_missing():
    all_there = {part.key: (State.PRESENT, "there") for part in PARTS}
    assert meter_of(all_there).headline == "15 of 15 present"
    gaps = ("view", "letter_2", "early_help")
    found = all_there | dict.fromkeys(gaps, (State.MISSING, ""))
    assert meter_of(found).headline == "12 of 15 present; missing: letter 2, student’s view, early-help reason"
    assert meter_of({}).headline.startswith("0 of 15 present; missing: parental responsibility,")
    leave = dict.fromkeys(("leave_asked", "leave_refused", "leave_in_time"), (State.NOT_APPLICABLE, "no leave"))
    without = meter_of(found | leave)
    assert (without.present, without.total, without.not_applicable) == (11, 14, 1)
    hidden = meter_of(all_there | dict.fromkeys(IN_ORDER[12], (State.HIDDEN, "")))
    assert (hidden.present, hidden.total, hidden.not_applicable) == (14, 14, 0)


@given(st.dictionaries(st.sampled_from([part.key for part in PARTS]), st.sampled_from(State)), st.sampled_from(Profile))
def test_what_is_counted_adds_up_for_every_list(states, profile):
    for asked in (None, profile):
        meter = meter_of({key: (state, "") for key, state in states.items()}, asked)
        assert 0 <= meter.present <= meter.total <= len(meter.items) <= 15
        assert bool(meter.missing) == (meter.present < meter.total)
