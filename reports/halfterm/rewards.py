"""Section 5: rewards, and good news that reached home."""

from datetime import date

from django.utils import timezone

from behaviour.models import Achievement, GoodNews
from contacts.summaries.good_news import good_news_calls, good_news_noted
from reports.conduct.parts import praise_of, rewards_of
from reports.halfterm.counting import COUNT, PERCENT, RATE, SUM, Item, Items, Part, Spec
from reports.halfterm.sides import Side


def reward_items(side: Side) -> Items:
    """Return what is behind the figures of rewards."""
    people = side.everybody
    keys = [person.student_id for person in people]
    praise = [Item(each.student_id, each.points, 0, each.day, each.type) for each in praise_of(people, *side.span)]
    seen = {item.student_id for item in praise}
    noted = good_news_noted().filter(student__in=keys, told_on__range=side.span)
    calls = good_news_calls(side.user, keys).filter(occurred_at__date__range=side.span)
    return {
        "achievements": praise,
        "recognised": [Item(key, int(key in seen), 1) for key in keys],
        "campaign_rewards": [
            Item(each.student_id, on=each.day, what=each.type) for each in rewards_of(people, *side.span)
        ],
        "good_news": [
            *(Item(student, on=on) for student, on in noted.values_list("student", "told_on")),
            *(Item(student, on=timezone.localdate(at)) for student, at in calls.values_list("student", "occurred_at")),
        ],
    }


def rewards_begin() -> date | None:
    """Return the day of the first achievement, or good news, held."""
    days = (
        Achievement.objects.standing().order_by("awarded_on").values_list("awarded_on", flat=True).first(),
        GoodNews.objects.standing().order_by("told_on").values_list("told_on", flat=True).first(),
    )
    return min((day for day in days if day), default=None)


REWARDS = Part(
    "rewards",
    "Rewards",
    (
        Spec("achievements", "Achievements", "Awarded in the window.", COUNT, is_better=True, is_of_all=True),
        Spec(
            "reward_points",
            "Achievement points",
            "The points of these.",
            SUM,
            items="achievements",
            is_better=True,
            is_of_all=True,
        ),
        Spec(
            "recognised",
            "Students recognised",
            "With at least one achievement, of those on roll at any time in the window.",
            RATE,
            PERCENT,
            is_better=True,
            is_of_all=True,
        ),
        Spec(
            "campaign_rewards",
            "Rewards of campaigns",
            "By the day of the award.",
            COUNT,
            is_better=True,
            is_of_all=True,
        ),
        Spec(
            "good_news",
            "Good news that reached home",
            "Noted as told, or by a contact that reached a parent or carer.",
            COUNT,
            is_better=True,
            is_of_all=True,
        ),
    ),
    reward_items,
    rewards_begin,
)
