"""The composed pages in the rail."""

from pastoral.core.navigation import Entry
from pastoral.core.rights import Right
from reports.views.place import own_students, year_page_name

RAIL = (
    Entry(
        "Year dashboard",
        "reports:dashboard",
        Right.SEE_YEAR_DASHBOARD,
        "chart",
        order=10,
        home=10,
        covers=("/year/", "/school/", "/student/"),
        label_for=year_page_name,
    ),
    Entry(
        "My students",
        "reports:my_students",
        Right.SEE_STUDENT,
        "users",
        order=12,
        home=15,
        covers=("/student/",),
        label_for=own_students,
    ),
    Entry("Where is everyone", "reports:whereabouts", Right.SEE_STUDENT, "search", "Attendance", 24),
    Entry("Truancy queue", "reports:truancy_queue", Right.WORK_TRUANCY, "alert", "Attendance", 26),
    Entry(
        "PA tracker",
        "reports:pa_tracker",
        Right.SEE_PA_TRACKER,
        "chart",
        "Attendance",
        40,
        covers=("/pa-forecast/", "/pa-waterfall/", "/cohorts/"),
    ),
    Entry(
        "Behaviour patterns",
        "reports:behaviour_patterns",
        Right.SEE_BEHAVIOUR_PATTERNS,
        "chart",
        "Behaviour",
        60,
        covers=("/behaviour/consistency/", "/behaviour/incidents/"),
    ),
    Entry("Recognition", "reports:recognition", Right.AWARD, "circle-check", "Behaviour", 62),
    Entry("Weekly RAG", "reports:rag_list", Right.SEE_WEEKLY_RAG, "table", "Paper", 50, home=20),
    Entry("Year papers", "reports:year_papers", Right.MAKE_REPORTS, "file", "Paper", 53),
    Entry("Briefings", "reports:briefing_list", Right.SEE_REPORTS, "mail", "Paper", 54),
    Entry("Tutor team", "reports:team_board", Right.MAKE_REPORTS, "users", "Paper", 51),
    Entry("Packs", "reports:pack_list", Right.BUILD_PACKS, "file", "Paper", 54, covers=("/packs/",)),
    Entry("Packs’ profiles", "reports:pack_profile_list", Right.KEEP_PACK_PROFILES, "list", "School", 864),
    Entry("Half-termly reports", "reports:half_term_list", Right.SEE_REPORTS, "chart", "Paper", 52),
)
