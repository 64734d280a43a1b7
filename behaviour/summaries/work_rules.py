"""How the rule of work for absences was changed."""

from behaviour.models import BehaviourRules
from pastoral.core.changes import Change, Kind, Told, changes_of, events_of

_RULE = Kind(
    "BehaviourRules",
    "pgh_obj_id",
    (Told("work_after", "Work is set for an absence of more than", lambda value: f"{value} sessions"),),
    app="behaviour",
)


def work_rule() -> BehaviourRules:
    """Return the rules, of which `work_after` is one, in one query."""
    return BehaviourRules.objects.get()


def work_rule_changes(rules: BehaviourRules) -> tuple[Change, ...]:
    """Return who changed the rule, latest first."""
    return changes_of((_RULE,), events_of((_RULE,), rules.pk), (rules,), str)
