"""The attendance app."""

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    """What happened in registers: codes, marks, weekly totals and the arithmetic of absence."""

    name = "attendance"

    def ready(self) -> None:
        """Make this app's importers known and offer its settings in the rail."""
        from attendance.importers.lesson_marks import LessonMarkImporter
        from attendance.importers.session_marks import SessionMarkImporter
        from attendance.needs import lines
        from attendance.services import unexplained
        from attendance.summaries.away import away_at
        from attendance.summaries.taught import TOLD
        from pastoral.core import navigation, needs
        from pastoral.core.imports.importer import register
        from pastoral.core.rights import Right
        from students import away, lessons

        away.register("attendance", away_at)
        register(SessionMarkImporter, LessonMarkImporter)
        lessons.register(TOLD)
        needs.register("attendance", lines)
        navigation.register(
            navigation.Entry(
                "Registers board",
                "attendance:board",
                Right.CHASE_REGISTERS,
                icon="table",
                section="Attendance",
                order=22,
            )
        )
        navigation.register(
            navigation.Entry(
                "Penalty notices",
                "attendance:notice_list",
                Right.CHASE_REGISTERS,
                icon="flag",
                section="Attendance",
                order=40,
            )
        )
        navigation.register(
            navigation.Entry(
                "RAG bands",
                "attendance:rag_scale_form",
                Right.CHANGE_SETTINGS,
                icon="cog",
                section="School",
                order=850,
            )
        )
        navigation.register(
            navigation.Entry(
                "Benchmarks and targets",
                "attendance:target_list",
                Right.SET_TARGETS,
                icon="flag",
                section="School",
                order=855,
                covers=("/settings/benchmarks/",),
            )
        )
        navigation.register(
            navigation.Entry(
                "Register",
                "attendance:register_now",
                Right.TAKE_REGISTER,
                icon="check",
                section="Attendance",
                order=20,
            )
        )
        _offer_marks()
        _offer_planned()
        unexplained.proposals_join()
        _offer_rules()
        _offer_punctuality()


def _offer_marks() -> None:
    """Offer the pages on which marks are put right."""
    from pastoral.core.navigation import Entry, register
    from pastoral.core.rights import Right

    pages = (
        ("Unexplained absences", "attendance:unexplained_list", Right.CORRECT_MARKS, "clock", 26),
        ("Change many marks", "attendance:bulk_form", Right.BULK_MARKS, "table", 45),
        ("Amended marks", "attendance:amendment_list", Right.CORRECT_MARKS, "list", 46),
    )
    for label, url_name, right, icon, order in pages:
        register(Entry(label, url_name, right, icon=icon, section="Attendance", order=order))


def _offer_planned() -> None:
    """Offer the pages on what is known beforehand, and the times of the school day."""
    from pastoral.core.navigation import Entry, register
    from pastoral.core.rights import Right

    pages = (
        ("Planned absences", "attendance:planned_list", Right.SEE_STUDENT, "calendar", "Attendance", 32),
        ("Leave requests", "attendance:leave_list", Right.APPROVE_LEAVE, "circle-check", "Attendance", 33),
        ("School day", "attendance:times_form", Right.CHANGE_SETTINGS, "clock", "School", 851),
    )
    for label, url_name, right, icon, section, order in pages:
        register(Entry(label, url_name, right, icon=icon, section=section, order=order))


def _offer_rules() -> None:
    """Offer what rules propose, and the rules themselves."""
    from pastoral.core.models import User
    from pastoral.core.navigation import Entry, register
    from pastoral.core.rights import Right

    def decides(user: User) -> str:
        return "Proposals" if user.rights & {Right.DECIDE_PROPOSALS, Right.ANSWER_PROPOSALS} else ""

    for entry in (
        Entry("Proposals", "attendance:proposal_list", icon="flag", order=14, label_for=decides),
        Entry("Proposal rules", "attendance:rule_list", Right.CHANGE_SETTINGS, icon="cog", section="School", order=853),
    ):
        register(entry)


def _offer_punctuality() -> None:
    """Offer the pages on lateness."""
    from pastoral.core.navigation import Entry, register
    from pastoral.core.rights import Right

    register(
        Entry(
            "Punctuality",
            "attendance:punctuality",
            Right.SEE_PUNCTUALITY,
            icon="clock",
            section="Attendance",
            order=36,
            covers=("/minutes-late/",),
        )
    )
