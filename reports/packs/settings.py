"""The profiles of packs as the school sets them, with their history."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from contacts.summaries.history import history_of, kind_of
from pastoral.core.changes import Change
from pastoral.core.versions import Overtaken, facts_set, version_of
from reports.models import PackProfile, PackRule
from reports.packs.sections import BY_KEY

FACTS = ("name", "purpose", "is_on")
HISTORY = (
    kind_of(PackProfile, {"name": "Name", "purpose": "What for", "is_on": "Offered"}),
    kind_of(
        PackRule,
        {"rule": "rule"},
        of="profile_id",
        about=lambda row: BY_KEY[row["section"]].title if row["section"] in BY_KEY else row["section"],
    ),
)


def rules_of(profile: PackProfile) -> dict[str, str]:
    """Return how much each section belongs in packs of the profile, by key; those that are prefetched are not read."""
    return {rule.section: rule.rule for rule in profile.rules.all()}


def profile_version(profile: PackProfile) -> str:
    """Return what tells this state of a profile, its rules included, from any other."""
    return version_of(profile, FACTS, sorted(rules_of(profile).items()))


def profile_changes(profile: PackProfile) -> tuple[Change, ...]:
    """Return who changed what in the profile and its rules, latest first."""
    told = history_of(HISTORY, profile.pk, [profile, *profile.rules.all()])
    return tuple(each for each in told if each.label not in ("added", "taken off"))


@transaction.atomic
def profile_change(*, profile: PackProfile, seen: str, facts: Mapping[str, Any], rules: Mapping[str, str]) -> None:
    """Change a profile; packs that were built stay as they are. Raises Overtaken: see `versions`."""
    held = PackProfile.objects.select_for_update().get(pk=profile.pk)
    if profile_version(held) != seen and rules_of(held) != dict(rules):
        raise Overtaken
    facts_set(held, version_of(held, facts), facts)
    held.save(update_fields=list(facts))
    known = {rule.section: rule for rule in held.rules.all()}
    for order, (section, rule) in enumerate(rules.items()):
        row = known.get(section)
        if row is None:
            PackRule.objects.create(profile=held, section=section, rule=rule, order=order)
        elif row.rule != rule:
            row.rule = rule
            row.save(update_fields=["rule"])
