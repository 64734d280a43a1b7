"""The rules that the clocks of contacts run by: as they stand, and who changed them."""

from collections.abc import Callable
from typing import Any

from behaviour.models import BehaviourRules, Rule
from contacts.models import ContactRules
from pastoral.core.changes import Change, Kind, Told, changes_of, events_of
from pastoral.core.versions import version_of

HOURS = "contact_clock"
FACTS = (
    "acknowledge",
    "office_closes",
    "retry_minutes",
    "claim_minutes",
    "seen_weeks",
    "silent_weeks",
    "good_news_quota",
)
MOST_CHANGES = 30


def rules_now() -> ContactRules:
    """Return the rules as they stand, in one query."""
    return ContactRules.objects.get()


def facts_now() -> dict[str, Any]:
    """Return every rule by name, the hours of the 48 among them, in two queries."""
    rules = rules_now()
    return {name: getattr(rules, name) for name in FACTS} | {HOURS: BehaviourRules.objects.get().contact_clock}


def rules_version() -> str:
    """Return what tells these rules from any other."""
    return version_of(rules_now(), FACTS, BehaviourRules.objects.get().contact_clock)


def rules_changes() -> tuple[Change, ...]:
    """Return the last changes of the rules, latest first, with who made them."""
    ours, hours = ContactRules.objects.get(), BehaviourRules.objects.get()
    found = changes_of((_OURS,), events_of((_OURS,), ours.pk), (ours,), str)
    found += changes_of((_HOURS,), events_of((_HOURS,), hours.pk), (hours,), str)
    return tuple(sorted(found, key=lambda change: change.at, reverse=True))[:MOST_CHANGES]


def _label(choices: Any) -> Callable[[Any], str]:
    return lambda value: str(dict(choices)[value])


def _counted(words: str) -> Callable[[Any], str]:
    return lambda value: f"{value} {words}"


_OURS = Kind(
    "ContactRules",
    "pgh_obj_id",
    (
        Told("acknowledge", "Enquiries are acknowledged", _label(ContactRules.Acknowledge.choices)),
        Told("office_closes", "The office closes"),
        Told("retry_minutes", "Try again after", _counted("minutes")),
        Told("claim_minutes", "A claimed call is held for", _counted("minutes")),
        Told("seen_weeks", "Not seen for", _counted("school weeks")),
        Told("silent_weeks", "A family not contacted for", _counted("weeks")),
        Told("good_news_quota", "Good news home from each tutor, a half term"),
    ),
    app="contacts",
)
_HOURS = Kind(
    "BehaviourRules", "pgh_obj_id", (Told(HOURS, "A parent is reached within", _label(Rule.choices)),), app="behaviour"
)
