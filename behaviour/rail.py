"""Behaviour's pages in the rail and in the menu of what can be logged."""

from collections.abc import Callable

from pastoral.core.models import User
from pastoral.core.navigation import Entry
from pastoral.core.rights import Right


def only_teaches(label: str) -> Callable[[User], str]:
    """Return the label for those who teach and hold no role: the others find the page through their own."""
    return lambda user: "" if user.rights else label


LOGGED = (
    Entry("Log an incident", "behaviour:incident_add", Right.LOG_INCIDENT, "flag", "Behaviour", 51, key="i"),
    Entry("Give an achievement", "behaviour:achievement_add", Right.AWARD, "circle-check", "Behaviour", 52, key="p"),
    Entry("Concern to the DSL", "behaviour:concern_add", Right.WRITE_TO_DSL, "lock", "Behaviour", 54, key="n"),
    Entry("Call for help", "behaviour:on_call_add", None, "phone", "Behaviour", 57, key="h"),
)
RAIL = (
    Entry("Inclusion room", "behaviour:inclusion_register", Right.KEEP_INCLUSION, "book", "Attendance", 30),
    Entry("Behaviour inbox", "behaviour:inbox", Right.REVIEW_INCIDENTS, "list", "Behaviour", 50),
    Entry("Parents to reach", "behaviour:duty_list", Right.SEE_BEHAVIOUR_NARRATIVE, "phone", "Behaviour", 51),
    Entry("Form time", "behaviour:form_time", Right.MARK_FORM_TIME, "check", "Behaviour", 52, covers=("/form-time/",)),
    Entry("Concerns to the DSL", "behaviour:concern_list", Right.READ_DSL_CONCERNS, "lock", "Behaviour", 53),
    Entry("On call", "behaviour:on_call_open", Right.ANSWER_CALLS, "phone", "Behaviour", 54),
    Entry("Detentions", "behaviour:detention_list", Right.SET_DETENTIONS, "clock", "Behaviour", 55),
    Entry("Report cards", "behaviour:card_list", Right.SEE_BEHAVIOUR_NARRATIVE, "table", "Behaviour", 56),
    Entry("Report cards", "behaviour:score_list", None, "table", order=56, label_for=only_teaches("Report cards")),
    Entry("Round robins", "behaviour:robin_list", Right.ASK_TEACHERS, "mail", "Behaviour", 57),
    Entry(
        "Students to write about",
        "behaviour:answer_list",
        icon="mail",
        order=57,
        label_for=only_teaches("Students to write about"),
    ),
    Entry("Bullying and prejudice", "behaviour:case_list", Right.KEEP_CASES, "users", "Behaviour", 58),
    Entry("Suspensions", "behaviour:suspension_list", Right.SEE_SUSPENSIONS, "flag", "Behaviour", 59),
    Entry("Work to set", "behaviour:work_list", Right.ARRANGE_WORK, "book", "Behaviour", 59),
    Entry("Behaviour catalogue", "behaviour:catalogue", Right.CHANGE_SETTINGS, "cog", "School", 856),
    Entry("Detention levels", "behaviour:detention_levels", Right.CHANGE_SETTINGS, "clock", "School", 858),
    Entry("Work for absence", "behaviour:work_rules", Right.CHANGE_SETTINGS, "book", "School", 859),
)
