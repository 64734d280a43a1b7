"""What a year's team logs in a half term, as plain facts, and the half-termly report's numbers of them in plain loops.

The export files hold none of this. Every kind has records that count and some that must not: withdrawn, of a leaver, of
days outside the window, only planned, said not to be needed, not yet had. None of the application's code is used here.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.acceptance.half_term import NOW, WINDOWS, SlowReport, rate

Fact = dict[str, Any]
LEAVERS = {8: "001221", 10: "001431"}  # on 21 October and 25 September 2026
FAR = date(9999, 1, 1)


def _d(month: int, day: int) -> date:
    return date(2026, month, day)


def logged(slow: SlowReport) -> list[Fact]:
    """Return the facts of Years 7 to 11, each with the admission number of whom it is about, or the year."""
    facts = [fact for year in range(7, 12) for fact in _of_year(year, sorted(slow.members(year, NOW))[:6])]
    return facts + [fact for year in range(7, 12) for fact in _calls(slow, year)]


def _calls(slow: SlowReport, year: int) -> Iterator[Fact]:
    """Return, of three incidents of one student each, when the team acted and how long it took to reach home."""
    times = Counter(row["Incident ID"] for row in slow.behaviour)
    members = slow.members(year, NOW)
    alone = [row for row in slow.parts(year) if times[row["Incident ID"]] == 1 and row["Adno"] in members]
    for row, hours in zip(alone[:3], (24, 100, None), strict=True):
        on = _d(10, 12)  # a Monday, whatever rule the school counts the 48 hours by
        yield {
            "kind": "call", "who": row["Adno"], "year": year, "incident": row["Incident ID"], "on": on, "hours": hours,
        }  # fmt: skip


def _of_year(year: int, six: list[str]) -> Iterator[Fact]:
    a, b, c, d, e, f = six
    gone = LEAVERS.get(year, e)
    for who, day, status, also in (
        (a, _d(9, 10), "served", {}),
        (a, _d(9, 17), "missed", {}),
        (b, _d(10, 1), "set", {}),
        (b, _d(10, 30), "served", {}),
        (c, _d(9, 24), "served", {"withdrawn": True}),
        (gone, _d(9, 8), "served", {}),
    ):
        yield {"kind": "detention", "who": who, "on": day, "status": status, **also}
    for who, kind, first, last, sessions, also in (
        (a, "SUSP", _d(9, 14), _d(9, 15), 4, {"met": True}),
        (b, "SUSP", _d(9, 21), _d(9, 21), 2, {"booked": True}),
        (c, "LNCH", _d(9, 28), _d(9, 28), 1, {}),
        (d, "PERM", _d(10, 5), None, None, {}),
        (e, "SUSP", _d(9, 7), _d(9, 8), 4, {"met": True, "withdrawn": True}),
        (f, "SUSP", _d(7, 6), _d(7, 10), 10, {"met": True}),
        (f, "SUSP", _d(9, 2), _d(10, 14), 60, {}),
        (gone, "SUSP", _d(9, 3), _d(9, 3), 2, {"met": True}),
    ):
        yield {"kind": "suspension", "who": who, "is": kind, "on": first, "to": last, "sessions": sessions, **also}
    yield {"kind": "card", "who": a, "on": _d(9, 7), "to": None}
    yield {"kind": "card", "who": b, "on": _d(7, 6), "to": _d(7, 17)}
    yield {"kind": "card", "who": c, "on": _d(7, 6), "to": _d(9, 4)}
    yield {"kind": "stay", "who": a, "is": "exclusion", "on": _d(9, 22)}
    yield {"kind": "stay", "who": b, "is": "removed", "on": _d(9, 23)}
    yield {"kind": "stay", "who": b, "is": "support", "on": _d(9, 24)}
    yield _case([a], [b], _d(9, 16), "found", "race", closed=_d(10, 2))
    yield _case([a], [c], _d(10, 6), "alleged", "appearance")
    yield _case([d], [c], _d(10, 7), "not_found", "disability", closed=_d(11, 3))
    yield _case([d], [e], _d(11, 4), "found", "race")
    yield {"kind": "concern", "who": a, "on": _d(9, 16), "read": True}
    yield {"kind": "concern", "who": a, "on": _d(10, 1), "read": False}
    yield {"kind": "concern", "who": b, "on": _d(11, 3), "read": False}
    yield {"kind": "help", "who": a, "on": _d(9, 14), "to": _d(10, 9)}
    yield {"kind": "help", "who": a, "on": _d(10, 12), "to": None}
    yield {"kind": "help", "who": b, "on": _d(10, 5), "to": None, "restricted": True}
    yield {"kind": "help", "who": c, "on": _d(11, 2), "to": None}
    yield {"kind": "help", "who": d, "on": _d(10, 5), "to": None, "withdrawn": True}
    yield {"kind": "pa_case", "who": a, "on": _d(9, 21), "to": None, "legal": False}
    yield {"kind": "pa_case", "who": b, "on": _d(9, 8), "to": _d(10, 12), "legal": True}
    yield {"kind": "pa_case", "who": c, "on": _d(11, 2), "to": None, "legal": False}
    yield {"kind": "early_help", "who": a, "on": _d(10, 5), "to": None, "declined": False}
    yield {"kind": "early_help", "who": b, "on": _d(10, 6), "to": None, "declined": True}
    yield {"kind": "early_help", "who": c, "on": _d(9, 14), "to": _d(10, 16), "declined": False}
    yield {"kind": "plan", "who": a, "on": _d(9, 14), "to": None, "contract": False}
    yield {"kind": "plan", "who": b, "on": _d(9, 14), "to": _d(10, 16), "contract": False}
    yield {"kind": "plan", "who": c, "on": _d(10, 5), "to": None, "contract": True}
    yield {"kind": "plan", "who": d, "on": None, "to": None, "contract": False}
    yield {"kind": "referral", "who": a, "on": _d(10, 12)}
    yield {"kind": "referral", "who": b, "on": _d(10, 26)}
    yield {"kind": "elsewhere", "who": a, "is": "part_time", "on": _d(10, 12), "to": _d(11, 13), "review": _d(10, 14)}
    yield {"kind": "elsewhere", "who": b, "is": "part_time", "on": _d(10, 12), "to": _d(11, 13), "review": _d(11, 4)}
    yield {"kind": "elsewhere", "who": c, "is": "placement", "on": _d(9, 14), "to": _d(12, 11), "review": _d(11, 4)}
    yield {"kind": "elsewhere", "who": d, "is": "part_time", "on": _d(9, 7), "to": _d(10, 2), "review": _d(9, 18)}
    yield {"kind": "enquiry", "who": a, "on": _d(10, 5), "hours": 1}
    yield {"kind": "enquiry", "who": b, "on": _d(10, 6), "hours": 24 * 6}
    yield {"kind": "enquiry", "who": c, "on": _d(10, 7), "hours": None}
    yield {"kind": "enquiry", "who": c, "on": _d(11, 4), "hours": 1}
    yield {
        "kind": "meeting", "year": year, "on": _d(9, 21), "held": True, "looked": [(a, True), (b, False)],
        "actions": [
            (_d(9, 25), _d(9, 24), ""), (_d(9, 25), _d(9, 30), ""), (_d(9, 25), None, ""),
            (_d(9, 25), _d(9, 23), "Moved away"), (_d(11, 6), None, ""), (_d(10, 9), _d(10, 27), ""),
        ],
    }  # fmt: skip
    yield {"kind": "meeting", "year": year, "on": _d(10, 12), "held": False, "looked": [], "actions": []}
    yield {"kind": "meeting", "year": year, "on": _d(11, 9), "held": True, "looked": [(c, True)], "actions": []}


def _case(
    targets: list[str], others: list[str], on: date, finding: str, about: str, closed: date | None = None
) -> Fact:
    return {
        "kind": "bullying",
        "targets": targets,
        "others": others,
        "on": on,
        "is": finding,
        "about": about,
        "to": closed,
    }


class Counts:
    """The numbers of one year, or of the school (None), in one window."""

    def __init__(self, slow: SlowReport, facts: list[Fact], year: int | None, slug: str) -> None:
        self.members, self.year = set(slow.members(year, slug)), year
        self.everybody = set(slow.everybody(year, slug))
        self.first, self.last = WINDOWS[slug]
        self.facts = [fact for fact in facts if not fact.get("withdrawn")]

    def figures(self) -> dict[str, Any]:
        """Return every number by the key of its figure."""
        parts = (
            self.conduct(), self.suspensions(), self.cases(), self.concerns(), self.helped(), self.casework(),
            self.enquiries(), self.calls(), self.meetings(),
        )  # fmt: skip
        return {key: number for part in parts for key, number in part.items()}

    def of(self, kind: str) -> list[Fact]:
        return [fact for fact in self.facts if fact["kind"] == kind and fact["who"] in self.members]

    def within(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def conduct(self) -> Fact:
        set_then = [fact for fact in self.of("detention") if self.within(fact["on"])]
        ran = [fact for fact in self.of("card") if fact["on"] <= self.last and (fact["to"] or FAR) >= self.first]
        stays = [fact for fact in self.of("stay") if self.within(fact["on"])]
        return {
            "detentions": len(set_then),
            "served": sum(fact["status"] == "served" for fact in set_then),
            "missed_detentions": sum(fact["status"] == "missed" for fact in set_then),
            "on_report": len({fact["who"] for fact in ran}),
            "cards_opened": sum(fact["on"] >= self.first for fact in ran),
            "internal": sum(fact["is"] == "exclusion" for fact in stays),
            "removed": sum(fact["is"] == "removed" for fact in stays),
        }

    def suspensions(self) -> Fact:
        everything = [fact for fact in self.facts if fact["kind"] == "suspension" and fact["who"] in self.everybody]
        begun = [fact for fact in everything if self.within(fact["on"])]
        real = [fact for fact in begun if fact["is"] == "SUSP"]
        back = [fact for fact in everything if fact["is"] == "SUSP" and self.within(fact["to"])]
        since = date(self.last.year if self.last.month >= 9 else self.last.year - 1, 9, 1)
        year = Counter[str]()
        for fact in everything:
            if since <= fact["on"] <= self.last:
                year[fact["who"]] += fact["sessions"] or 0
        return {
            "suspensions": len(real),
            "suspended_students": len({fact["who"] for fact in real}),
            "suspended_sessions": sum(fact["sessions"] for fact in real),
            "suspension_rate": rate(len(real), len(self.everybody)),
            "lunchtime": sum(fact["is"] == "LNCH" for fact in begun),
            "permanent": sum(fact["is"] == "PERM" for fact in begun),
            "reintegrated": rate(sum(bool(fact.get("met")) for fact in back), len(back)),
            "watched": sum(sessions >= 60 for sessions in year.values()),
        }

    def cases(self) -> Fact:
        held = [fact for fact in self.facts if fact["kind"] == "bullying"]
        mine = [fact for fact in held if self.members & {*fact["targets"], *fact["others"]}]
        opened = [fact for fact in mine if self.within(fact["on"])]
        again = set()
        for target in {who for fact in opened for who in fact["targets"]} & self.members:
            lately = self.last - timedelta(days=365)
            times = [fact for fact in held if target in fact["targets"] and lately <= fact["on"] <= self.last]
            if sum(fact["is"] != "not_found" for fact in times) > 1:
                again.add(target)
        return {
            "cases": len(opened),
            "prejudice": sum(fact["about"] in ("race", "disability") for fact in opened),
            "found": sum(fact["is"] == "found" for fact in opened),
            "not_found": sum(fact["is"] == "not_found" for fact in opened),
            "looked_into": sum(fact["is"] == "alleged" for fact in opened),
            "cases_closed": sum(self.within(fact["to"]) for fact in mine),
            "targets_again": len(again),
        }

    def concerns(self) -> Fact:
        written = [fact for fact in self.of("concern") if self.within(fact["on"])]
        return {
            "concerns": len(written),
            "concern_students": len({fact["who"] for fact in written}),
            "concerns_read": sum(fact["read"] for fact in written),
        }

    def spans(self, kind: str) -> dict[str, list[Fact]]:
        """Return what of a kind ran at the window's end, began in it and ended in it."""
        begun = [fact for fact in self.of(kind) if fact["on"] and fact["on"] <= self.last and not fact.get("declined")]
        return {
            "live": [fact for fact in begun if (fact["to"] or FAR) > self.last],
            "opened": [fact for fact in begun if fact["on"] >= self.first],
            "closed": [fact for fact in begun if self.within(fact["to"])],
        }

    def helped(self) -> Fact:
        places = self.spans("help")
        students = {fact["who"] for fact in places["live"]}
        return {key: len(facts) for key, facts in places.items()} | {"live_students": len(students)}

    def casework(self) -> Fact:
        cases, helped, plans = self.spans("pa_case"), self.spans("early_help"), self.spans("plan")
        declined = [fact for fact in self.of("early_help") if fact["declined"] and self.within(fact["on"])]
        elsewhere = [fact for fact in self.of("elsewhere") if fact["on"] <= self.last <= fact["to"]]
        part_time = [fact for fact in elsewhere if fact["is"] == "part_time"]
        return {
            "pa_cases": len(cases["live"]),
            "pa_cases_opened": len(cases["opened"]),
            "pa_cases_closed": len(cases["closed"]),
            "legal": sum(fact["legal"] for fact in cases["closed"]),
            "early_help": len(helped["live"]),
            "early_help_opened": len(helped["opened"]),
            "early_help_closed": len(helped["closed"]),
            "early_help_declined": len(declined),
            "plans": len(plans["live"]),
            "plans_begun": len(plans["opened"]),
            "plans_ended": len(plans["closed"]),
            "contracts": sum(fact["contract"] for fact in plans["opened"]),
            "referrals": sum(self.within(fact["on"]) for fact in self.of("referral")),
            "part_time": len(part_time),
            "part_time_late": sum(fact["review"] < self.last for fact in part_time),
            "placements": len(elsewhere) - len(part_time),
        }

    def enquiries(self) -> Fact:
        came = [fact for fact in self.of("enquiry") if self.within(fact["on"])]
        kept = sum(fact["hours"] == 1 for fact in came)
        return {
            "acknowledged_owed": len(came),
            "acknowledged": rate(kept, len(came)),
            "acknowledged_late": len(came) - kept,
        }

    def calls(self) -> Fact:
        owed = [fact for fact in self.of("call") if self.within(fact["on"])]
        kept = sum(fact["hours"] == 24 for fact in owed)
        return {"calls_owed": len(owed), "calls": rate(kept, len(owed)), "calls_late": len(owed) - kept}

    def meetings(self) -> Fact:
        mine = [fact for fact in self.facts if fact["kind"] == "meeting" and self.year in (None, fact["year"])]
        held = [fact for fact in mine if fact["held"] and self.within(fact["on"])]
        looked = [decided for fact in held for _who, decided in fact["looked"]]
        actions = [action for fact in held for action in fact["actions"]]
        needed = [(due, done) for due, done, dropped in actions if not dropped]
        due = [(day, done) for day, done in needed if day <= self.last]
        return {
            "rag_meetings": len(held),
            "looked_at": len(looked),
            "decisions": sum(looked),
            "rag_actions": len(actions),
            "rag_done": sum((done or FAR) <= self.last for _day, done in needed),
            "rag_in_time": rate(sum((done or FAR) <= day for day, done in due), len(due)),
            "rag_overdue": sum((done or FAR) > self.last for _day, done in due),
        }
