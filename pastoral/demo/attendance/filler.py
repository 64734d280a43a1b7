"""One student's year: what is known beforehand, absences up to the student's share, lateness."""

from random import Random

from pastoral.demo.attendance.comments import comment_draw
from pastoral.demo.calendar import FRIDAY, MONDAY
from pastoral.demo.events import Events, keeps_eid
from pastoral.demo.marks import Marks
from pastoral.demo.people import Student
from pastoral.demo.profiles import Profile
from pastoral.demo.randoms import Streams, chance, pick, poisson

# Absence of each half term against the year's mean (DfE daily attendance data, secondary, 2024/25 and 2025/26).
_HALF_TERM_WEIGHT = (0.95, 0.99, 1.0, 0.97, 0.94, 0.9)
_FIRST_WEEKS_WEIGHT = (0.4, 0.76, 0.92)
_LAST_WEEK_WEIGHT = 1.12
_SPELL_WEEKDAY_WEIGHT = (1.02, 0.92, 0.92, 0.98, 1.24)
# Sessions in a spell of illness: a half day, a day, two or three days, then a long tail.
_ILLNESS_LENGTHS = {1: 0.15, 2: 0.36, 3: 0.04, 4: 0.2, 6: 0.12, 8: 0.05, 10: 0.045, 14: 0.02, 20: 0.015}
_OTHER_LENGTHS = {1: 0.34, 2: 0.42, 3: 0.05, 4: 0.1, 6: 0.05, 10: 0.04}
_LONG_LENGTHS = {2: 0.25, 4: 0.25, 6: 0.15, 10: 0.2, 20: 0.1, 30: 0.05}
_SUSPENSION_LENGTHS = {1: 0.05, 2: 0.4, 4: 0.24, 6: 0.15, 8: 0.06, 10: 0.1}
# Before the end of which half term a holiday falls; -1 is a late return in September.
_HOLIDAY_EDGES = {-1: 0.12, 0: 0.08, 1: 0.06, 2: 0.08, 3: 0.08, 4: 0.14, 5: 0.18}
LONG_TERM_RATE = 0.35
REGISTER_CLOSES_AFTER = 30
_MOST_MINUTES = 75


class Filler:
    """Fills one student's year; each concern draws from a stream of its own."""

    def __init__(self, student: Student, profile: Profile, marks: Marks, events: Events, streams: Streams) -> None:
        self.student = student
        self.profile = profile
        self.marks = marks
        self.events = events
        self.streams = streams
        self.year = marks.year
        self.group = student.year_group_in(self.year.start)
        self.sessions = marks.end - marks.first

    def stream(self, concern: str) -> Random:
        """Return the student's own stream of chance for one concern of the year."""
        return self.streams.of(concern, self.student.adno, self.year.start)

    def fill(self, *, is_troubled: bool) -> None:
        """Enter everything that is not simply present."""
        if not self.sessions:
            return
        self.events_enter()
        wanted = round(self.profile.rate * self.sessions)
        self.leave_enter(wanted)
        if is_troubled:
            self.suspensions_enter()
        self.lates_enter()
        rest = wanted - self.marks.absences()
        if rest > 0:
            self.spells_enter(rest)

    def events_enter(self) -> None:
        """Enter what the whole school, the tutor group or the bus decided."""
        random, events, marks = self.stream("own events"), self.events, self.marks
        if events.closed_day is not None:
            for session in (2 * events.closed_day, 2 * events.closed_day + 1):
                marks.put(session, "Y4", "Boiler failure, site closed")
        for day in events.eid_days:
            if keeps_eid(self.student, random):
                marks.put_days([day], "R")
        if self.student.adno in events.bus_students:
            for day in events.bus_days:
                marks.put(2 * day, "Y1", "School bus did not run")
        if self.group == 10 and chance(random, 0.78):
            marks.put_days(events.work_week, "W")
        self.trips_enter(random)
        if chance(random, 0.1):
            for _ in range(poisson(random, 4.5)):
                marks.put(2 * random.randrange(len(self.year.days)) + 1, "P")

    def trips_enter(self, random: Random) -> None:
        """Enter the trips of the tutor group that the student is in on the day."""
        for spell in self.student.spells:
            for day in self.events.trips.get(spell.group, ()) if spell.start == self.year.start else ():
                held = self.year.days[day]
                inside = spell.first <= held and (spell.last is None or held <= spell.last)
                if inside and self.profile.rate < LONG_TERM_RATE and chance(random, 0.95):
                    self.marks.put_days([day], "V")

    def leave_enter(self, wanted: int) -> None:
        """Enter absence that somebody asked for: appointments, holidays, study leave, interviews, travel."""
        random, marks = self.stream("leave"), self.marks
        for _ in range(min(poisson(random, 0.0042 * self.sessions), max(1, wanted))):
            marks.put(self.session_draw(random, afternoon=0.55), "M", comment_draw(random, "M", self.student))
        if self.group == 11:
            self.exam_year_enter(random, wanted)
        if wanted >= 10 and self.profile.rate < LONG_TERM_RATE and chance(random, 0.27):
            self.holiday_enter(random)
        if self.student.ethnicity == "WIRT" and chance(random, 0.6):
            marks.put_run(self.session_draw(random), random.randint(14, 30), "T")
        if wanted >= 4 and chance(random, 0.36):
            for _ in range(random.choice([1, 1, 1, 2])):
                marks.put_run(2 * (self.session_draw(random) // 2), 2, "C")
        if wanted >= 8 and chance(random, 0.004):
            marks.put_run(2 * (self.session_draw(random) // 2), random.randint(4, 8), "C1")

    def exam_year_enter(self, random: Random, wanted: int) -> None:
        """Enter Year 11's college interviews in winter and study leave between examinations in June."""
        if chance(random, 0.25):
            winter = [index for index, half_term in enumerate(self.year.half_terms) if half_term in (1, 2)]
            self.marks.put(2 * random.choice(winter) + random.randrange(2), "J1", "College interview")
        last = self.year.index_of.get(self.year.leavers_day, 0)
        for _ in range(min(poisson(random, 3.6), wanted // 2 + 1)):
            day = last - int(random.triangular(0, 28, 3))
            self.marks.put(2 * day + random.randrange(2), "S")

    def holiday_enter(self, random: Random) -> None:
        """Enter a holiday in term that was not granted: five to ten sessions at the edge of a break."""
        edge = pick(random, _HOLIDAY_EDGES)
        length = random.choice([5, 6, 8, 10, 10])
        comment = random.choice(["Holiday request refused", "Away, seen on holiday form", ""])
        start = 2 * self.last_day_of(edge) + 2 - length if edge >= 0 else 0
        entered = [session for session in range(start, start + length) if self.marks.put(session, "G")]
        if entered and comment:
            self.marks.comments[entered[0]] = comment

    def last_day_of(self, half_term: int) -> int:
        """Return the place of the half term's last day in the year."""
        return max(index for index, other in enumerate(self.year.half_terms) if other == half_term)

    def suspensions_enter(self) -> None:
        """Enter suspensions of half a day to five days."""
        random = self.stream("suspensions")
        for _ in range(poisson(random, 3.0 * self.sessions / 380)):
            self.marks.put_run(2 * (self.session_draw(random) // 2), pick(random, _SUSPENSION_LENGTHS), "E")

    def lates_enter(self) -> None:
        """Enter lateness; arriving after the register has closed is an absence for the session."""
        random, habit = self.stream("lates"), self.profile.late
        for session in range(self.marks.first, self.marks.end):
            if not self.marks.is_free(session):
                continue
            odds = habit if session % 2 == 0 else habit / 11
            weekday = self.year.days[session // 2].weekday()
            if random.random() < odds * (1.25 if weekday in (MONDAY, FRIDAY) else 0.9):
                self.late_put(session, random)

    def late_put(self, session: int, random: Random) -> None:
        """Enter one late arrival, with its minutes unless the office forgot them."""
        minutes = min(1 + round(random.lognormvariate(1.9, 1.02)), _MOST_MINUTES)
        code = "U" if minutes > REGISTER_CLOSES_AFTER else "L"
        self.marks.put(session, code, comment_draw(random, code, self.student))
        if not chance(random, 0.02):
            self.marks.minutes[session] = minutes

    def spells_enter(self, wanted: int) -> None:
        """Enter illness and other absence until so many sessions are missed, shared over the half terms."""
        random = self.stream("spells")
        weights = [self.day_weight(day) for day in range(len(self.year.days))]
        for half_term, share in enumerate(self.half_term_shares(random, weights, wanted)):
            days = [d for d in range(len(weights)) if self.year.half_terms[d] == half_term]
            self.half_term_enter(random, days, [weights[day] for day in days], share)

    def day_weight(self, day: int) -> float:
        """Return how likely a spell is to start on a day, against an ordinary one; nought while not on roll."""
        if not self.marks.first <= 2 * day < self.marks.end:
            return 0.0
        half_term, weekday = self.year.half_terms[day], self.year.days[day].weekday()
        weight = _HALF_TERM_WEIGHT[half_term] * _SPELL_WEEKDAY_WEIGHT[weekday]
        if half_term == 0 and day // 5 < len(_FIRST_WEEKS_WEIGHT):
            weight *= _FIRST_WEEKS_WEIGHT[day // 5]
        if day + 5 >= len(self.year.days) or self.year.half_terms[day + 5] != half_term:
            weight *= _LAST_WEEK_WEIGHT
        if weekday == self.profile.weekday:
            weight *= 3.0
        return float(weight * 2.718 ** (self.profile.trend * (day / len(self.year.days) - 0.5)))

    def half_term_shares(self, random: Random, weights: list[float], wanted: int) -> list[int]:
        """Split the sessions to miss over the half terms by weight and a little luck, in whole days without loss."""
        sums = [0.0] * 6
        for weight, half_term in zip(weights, self.year.half_terms, strict=True):
            sums[half_term] += weight
        sums = [total * random.lognormvariate(0, 0.3) for total in sums]
        shares, upto, given = [], random.uniform(-1, 1), 0
        for total in sums:
            upto += wanted * total / sum(sums)
            shares.append(max(0, 2 * round(upto / 2) - given))
            given += shares[-1]
        return shares

    def half_term_enter(self, random: Random, days: list[int], weights: list[float], wanted: int) -> None:
        """Enter spells in one half term until the sessions are used up or nearly every day is missed."""
        for _ in range(60):
            if wanted <= 0 or not any(weights):
                return
            code, length = self.spell_draw(random)
            start = 2 * random.choices(days, weights=weights)[0]
            if length % 2 and chance(random, 0.86):
                start += 1
            length = min(length, wanted, 2 * days[-1] + 2 - start)
            wanted -= self.spell_put(random, start, length, code)

    def spell_draw(self, random: Random) -> tuple[str, int]:
        """Draw what a spell is and how many sessions it lasts: the more is missed, the less of it is illness."""
        rate = self.profile.rate
        if rate >= LONG_TERM_RATE:
            code = pick(random, {"O": 0.5, "I": 0.4, "C": 0.04, "U": 0.06})
            return code, 1 if code == "U" else pick(random, _LONG_LENGTHS)
        illness = 0.86 if rate < 0.05 else 0.7 if rate < 0.1 else 0.55 if rate < 0.2 else 0.42
        code = "I" if chance(random, illness) else "O"
        return code, pick(random, _ILLNESS_LENGTHS if code == "I" else _OTHER_LENGTHS)

    def spell_put(self, random: Random, start: int, length: int, code: str) -> int:
        """Enter one spell; many end with the weekend rather than go on over it."""
        friday = start // 2 + (FRIDAY - self.year.days[start // 2].weekday())
        if start + length > 2 * friday + 2 and chance(random, 0.6):
            length = max(1, 2 * friday + 2 - start)
        entered = [session for session in range(start, start + length) if self.marks.put(session, code)]
        if entered and code in ("I", "O"):
            comment = comment_draw(random, code, self.student)
            if comment:
                self.marks.comments[entered[0]] = comment
        return len(entered)

    def session_draw(self, random: Random, afternoon: float = 0.5) -> int:
        """Draw a session on roll; `afternoon` is the chance that it is one."""
        day = random.randrange(self.marks.first // 2, self.marks.end // 2)
        return 2 * day + chance(random, afternoon)
