"""The pages about what is done for students, in the rail."""

from pastoral.core.navigation import Entry
from pastoral.core.rights import Right

RAIL: tuple[Entry, ...] = (
    Entry(
        "Attendance cases",
        "interventions:case_list",
        Right.SEE_PA_CASES,
        "flag",
        "Interventions",
        90,
        covers=("/attendance-cases/",),
    ),
    Entry(
        "Attendance ladder",
        "interventions:ladder",
        Right.CHANGE_SETTINGS,
        "list",
        "School",
        863,
        covers=("/settings/attendance-ladder/",),
    ),
    Entry("Meetings", "interventions:meeting_list", Right.KEEP_MEETINGS, "users", "Interventions", 98),
    Entry("My actions", "interventions:action_list", None, "circle-check", "Interventions", 99),
    Entry("Plans", "interventions:plan_list", Right.SEE_PLANS, "list", "Interventions", 86, covers=("/plans/",)),
    Entry("Kinds of plan", "interventions:plan_kind_list", Right.CHANGE_SETTINGS, "list", "School", 862),
    Entry(
        "Interventions",
        "interventions:intervention_list",
        Right.SEE_INTERVENTIONS,
        "circle-check",
        "Interventions",
        85,
        covers=("/interventions/", "/needs-screens/"),
    ),
    Entry("Intervention types", "interventions:type_list", Right.CHANGE_SETTINGS, "circle-check", "School", 862),
)
