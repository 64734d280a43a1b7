"""What the demo school praises besides its export: achievements given here, campaigns, good news told at home."""

from datetime import timedelta
from decimal import Decimal

from behaviour.models import Achievement, Campaign, GoodNews, ListedWord
from behaviour.services.recognition import achievement_give, campaign_award, campaign_begin, good_news_tell
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at
from reports.demo.conduct import token, tutor_of
from reports.recognition.qualifying import Found
from students.models import Student, YearGroup

GIVEN = (
    ("Kindness", "Walked a new student to every lesson in the first week."),
    ("Most improved", "From three pieces of homework missing to none."),
    ("Leadership", "Ran the charity stall with the form."),
    ("Sport or performance", "Sang at the open evening."),
    ("Effort", "Stayed until the experiment worked."),
)
AT_ONCE = (1, 6, 2, 1, 9)


def achievements_give(cast: Cast) -> int:
    """Give achievements to one and to several at once over the last days, and tell some homes of them."""
    if Achievement.objects.exclude(logged_by=None).exists():
        return 0
    by_name = {word.name: word for word in ListedWord.objects.filter(kind=ListedWord.Kind.ACHIEVEMENT)}
    days, given = cast.days_back(len(GIVEN)), 0
    for n, ((name, note), number) in enumerate(zip(GIVEN, AT_ONCE, strict=True)):
        members = cast.some(number, start=41 + 13 * n)
        students = list(Student.objects.filter(pk__in=[member.student_id for member in members]))
        day = days[n % len(days)]
        given += achievement_give(
            students=students,
            kind=by_name[name],
            points=None,
            activity="",
            note=note,
            awarded_on=day,
            token=token("achievement", n),
            by=tutor_of(cast, members[0]),
            now=at(day, 14, 30),
        )
        if n % 2:
            by, how = tutor_of(cast, members[0]), GoodNews.How.POSTCARD if n > 2 else GoodNews.How.PHONE
            good_news_tell(students=students, told_on=day, how=how, note="", by=by, now=at(day, 16))
    return given


def campaigns_run(cast: Cast) -> int:
    """Run one campaign of the school and one of a year, with the first rewards given."""
    if Campaign.objects.exists():
        return 0
    leader, head = cast.holder(Role.SLT), cast.holder(Role.HEAD_OF_YEAR, 9)
    first, last = cast.days_back(15)[0], cast.ahead(15)
    school = campaign_begin(
        token=token("campaign", 1),
        by=leader,
        facts={
            "year_group": None,
            "name": "Basics breakfast",
            "about": "For getting the basics right, week after week",
            "reward": "Breakfast in the library",
            "criteria": {"basics": 2, "forgives_authorised": True},
            "first_day": first,
            "last_day": last,
            "budget": Decimal(150),
            "cost_each": Decimal("2.50"),
        },
    )
    year = next((member for member in cast.roll if member.year == 9), cast.roll[0]).year
    campaign_begin(
        token=token("campaign", 2),
        by=head,
        facts={
            "year_group": YearGroup.objects.get(pk=year),
            "name": f"Year {year} turns it round",
            "about": "For attendance that is better than it was",
            "reward": "Letter from the head",
            "criteria": {"improved": "5.0", "forgives_authorised": True},
            "first_day": first,
            "last_day": last,
            "budget": None,
            "cost_each": Decimal(0),
        },
    )
    found = Found.load(leader, school, cast.day)
    facts = {each.person.student_id: each.facts for each in found.qualifiers[::3][:12]}
    return 2 + campaign_award(campaign=school, facts=facts, by=leader, now=at(cast.day, 12) - timedelta(days=1))
