"""Why a student is on the PA tracker: the states, worst first."""

from enum import StrEnum

from attendance.figures import StudentWeek
from reports.summaries.pasts import Past


class State(StrEnum):
    """Why a student is on the tracker, the worst first; `other` for those who are not."""

    SEVERE = "severe"
    PA = "pa"
    ON_TRACK = "on-track"
    WAS_PA = "was-pa"
    WAS_PA_LAST_YEAR = "was-pa-last-year"
    OTHER = "other"

    @property
    def place(self) -> int:
        """The order, worst first."""
        return _PLACES[self]

    @property
    def words(self) -> str:
        """The state in words."""
        return _WORDS[self]

    @property
    def short(self) -> str:
        """The state in a column's few letters."""
        return _SHORT[self]


_PLACES = {state: place for place, state in enumerate(State)}

_WORDS = {
    State.SEVERE: "Severely absent",
    State.PA: "Persistently absent",
    State.ON_TRACK: "On track to be PA",
    State.WAS_PA: "Was PA earlier this year",
    State.WAS_PA_LAST_YEAR: "Was PA last year",
    State.OTHER: "Not PA",
}

_SHORT = {
    State.SEVERE: "Severe",
    State.PA: "PA",
    State.ON_TRACK: "On track",
    State.WAS_PA: "Was PA",
    State.WAS_PA_LAST_YEAR: "Last year",
    State.OTHER: "",
}


def state_of(figures: StudentWeek, past: Past) -> State:
    """Return why the student is on the tracker: the worst that holds."""
    if figures.ytd.is_severely_absent:
        return State.SEVERE
    if figures.ytd.is_persistently_absent:
        return State.PA
    if figures.is_on_track_to_be_pa:
        return State.ON_TRACK
    if past.last_pa_week:
        return State.WAS_PA
    return State.WAS_PA_LAST_YEAR if past.last_year.is_persistently_absent else State.OTHER
