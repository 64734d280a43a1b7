"""The behaviour app."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from pastoral.core.models import User


class BehaviourConfig(AppConfig):
    """What happened beside registers: incidents, achievements, and stays in the inclusion and nurture rooms."""

    name = "behaviour"

    def ready(self) -> None:
        """Make this app's importers known, and offer the rooms' register in the rail."""
        from behaviour.importers.achievements import AchievementImporter
        from behaviour.importers.incidents import IncidentImporter
        from behaviour.needs import lines
        from behaviour.summaries import ladder
        from pastoral.core import navigation, needs
        from pastoral.core.imports.importer import register
        from pastoral.core.rights import Right
        from students import strands

        register(IncidentImporter, AchievementImporter)
        needs.register("behaviour", lines)
        navigation.register(
            navigation.Entry(
                "Behaviour inbox",
                "behaviour:inbox",
                Right.REVIEW_INCIDENTS,
                icon="list",
                section="Behaviour",
                order=50,
            )
        )
        navigation.register(
            navigation.Entry(
                "Bullying and prejudice",
                "behaviour:case_list",
                Right.KEEP_CASES,
                icon="users",
                section="Behaviour",
                order=56,
            )
        )
        navigation.register(
            navigation.Entry(
                "Parents to reach",
                "behaviour:duty_list",
                Right.SEE_BEHAVIOUR_NARRATIVE,
                icon="phone",
                section="Behaviour",
                order=51,
            )
        )
        navigation.register(
            navigation.Entry(
                "Log an incident",
                "behaviour:incident_add",
                Right.LOG_INCIDENT,
                icon="flag",
                section="Behaviour",
                order=51,
                key="i",
            )
        )
        navigation.register(
            navigation.Entry(
                "Concern to the DSL",
                "behaviour:concern_add",
                Right.WRITE_TO_DSL,
                icon="lock",
                section="Behaviour",
                order=54,
                key="n",
            )
        )
        navigation.register(
            navigation.Entry(
                "Form time",
                "behaviour:form_time",
                Right.MARK_FORM_TIME,
                icon="check",
                section="Behaviour",
                order=52,
                covers=("/form-time/",),
            )
        )
        navigation.register(
            navigation.Entry(
                "Concerns to the DSL",
                "behaviour:concern_list",
                Right.READ_DSL_CONCERNS,
                icon="lock",
                section="Behaviour",
                order=53,
            )
        )
        navigation.register(
            navigation.Entry(
                "Inclusion room",
                "behaviour:inclusion_register",
                Right.KEEP_INCLUSION,
                icon="book",
                section="Attendance",
                order=30,
            )
        )
        navigation.register(
            navigation.Entry(
                "Behaviour catalogue",
                "behaviour:catalogue",
                Right.CHANGE_SETTINGS,
                icon="cog",
                section="School",
                order=856,
            )
        )
        navigation.register(
            navigation.Entry(
                "Give an achievement",
                "behaviour:achievement_add",
                Right.AWARD,
                icon="circle-check",
                section="Behaviour",
                order=52,
                key="p",
            )
        )
        _offer_sanctions()
        _offer_cards()
        strands.register("behaviour", ladder.LADDER)


def _offer_sanctions() -> None:
    """Offer the pages on detentions, calls for help and suspensions."""
    from pastoral.core.navigation import Entry, register
    from pastoral.core.rights import Right

    pages = (
        ("Detentions", "behaviour:detention_list", Right.SET_DETENTIONS, "clock", "Behaviour", 55),
        ("On call", "behaviour:on_call_open", Right.ANSWER_CALLS, "phone", "Behaviour", 56),
        ("Suspensions", "behaviour:suspension_list", Right.SEE_SUSPENSIONS, "flag", "Behaviour", 58),
        ("Detention levels", "behaviour:detention_levels", Right.CHANGE_SETTINGS, "clock", "School", 858),
    )
    for label, url_name, right, icon, section, order in pages:
        register(Entry(label, url_name, right, icon=icon, section=section, order=order))
    register(
        Entry(
            "Call for help",
            "behaviour:on_call_add",
            icon="phone",
            section="Behaviour",
            order=57,
            key="h",
        )
    )


def _offer_cards() -> None:
    """Offer report cards and round robins; to those who only teach, what they score and are asked."""
    from pastoral.core.navigation import Entry, register
    from pastoral.core.rights import Right

    def only_teaches(label: str) -> "Callable[[User], str]":
        return lambda user: "" if user.rights else label

    register(
        Entry(
            "Report cards",
            "behaviour:card_list",
            Right.SEE_BEHAVIOUR_NARRATIVE,
            icon="table",
            section="Behaviour",
            order=58,
        )
    )
    register(
        Entry("Round robins", "behaviour:robin_list", Right.ASK_TEACHERS, icon="mail", section="Behaviour", order=59)
    )
    for label, url_name, icon, order in (
        ("Report cards", "behaviour:score_list", "table", 58),
        ("Students to write about", "behaviour:answer_list", "mail", 59),
    ):
        register(Entry(label, url_name, icon=icon, order=order, label_for=only_teaches(label)))
