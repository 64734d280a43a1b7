"""Every rule once: list, alert, letter and report ask here, so that they cannot differ (T10)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from attendance.rules import words
from attendance.rules.counted import counted
from attendance.rules.data import RuleData, Setting
from attendance.rules.dip import dip
from attendance.rules.first_weeks import first_weeks
from attendance.rules.found import Found
from attendance.rules.lates import lates
from attendance.rules.siblings import siblings
from attendance.rules.spells import spells
from attendance.rules.weekday import weekday
from attendance.rules.words import Facts

Find = Callable[[RuleData, Setting], Iterator[Found]]


@dataclass(frozen=True)
class Rule:
    """One rule. find: None for one whose findings are made elsewhere. words: how its facts read.

    title: for rules that the school does not set; the others carry their title in their settings.
    is_moving: it looks back over weeks that move on, so that one finding lasts from week to week.
    ladder: rules of one ladder with the same window; only the highest step reached is proposed.
    """

    slug: str
    find: Find | None
    words: Callable[[Facts], str]
    title: str = ""
    is_moving: bool = False
    ladder: str = ""


_rules: dict[str, Rule] = {}


def register(*rules: Rule) -> None:
    """Make rules known; the last registration of a slug stands."""
    _rules.update({rule.slug: rule for rule in rules})


def rule_named(slug: str) -> Rule:
    """Return the rule; one nobody registered says what its findings wrote down."""
    return _rules.get(slug) or Rule(slug, None, words.of_anything, title=slug.replace("_", " ").capitalize())


def rule_of(setting: Setting) -> Rule:
    """Return the rule that the school has set: one of those here, or one that counts what a source records."""
    if not setting.counts:
        return rule_named(setting.slug)
    ladder = f"{setting.strand} {setting.counts}"
    return Rule(setting.slug, counted, words.of_counted, title=setting.title, is_moving=True, ladder=ladder)


def words_for(slug: str, facts: Facts) -> str:
    """Return how a finding reads: what was counted says itself, whichever rule counted it."""
    return words.of_counted(facts) if "counts" in facts else rule_named(slug).words(facts)


def quiet_since(data: RuleData, setting: Setting) -> date | None:
    """Return since when a decision keeps the rule quiet on the same subject; None for windows that stand still."""
    is_moving = rule_of(setting).is_moving and setting.weeks != 1 and setting.weeks is not None
    mondays = data.calendar.school_weeks(data.on, setting.weeks or 1) if is_moving else ()
    return mondays[0] if mondays else None


def findings(data: RuleData, settings: Iterable[Setting]) -> dict[str, tuple[Found, ...]]:
    """Return what each of the rules that are on finds, by slug, without what is faint; none for those that are off."""
    found = findings_and_faint(data, settings)
    return {slug: tuple(one for one in ones if not one.is_faint) for slug, ones in found.items()}


def findings_and_faint(data: RuleData, settings: Iterable[Setting]) -> dict[str, tuple[Found, ...]]:
    """Return what each of the rules that are on finds, by slug, with what only leaves a proposal open.

    A rule that the school has no setting for, or that nobody registered, is not run.
    """
    held = [setting for setting in settings if setting.is_on]
    found = {
        setting.slug: tuple(one for one in rule.find(data.seen_by(setting), setting) if one.student_id in data.admitted)
        for setting in held
        if (rule := rule_of(setting)).find
    }
    return _highest_steps(found, {setting.slug: setting for setting in held})


Rung = tuple[str, int | None, int, str]


def _highest_steps(found: dict[str, tuple[Found, ...]], held: dict[str, Setting]) -> dict[str, tuple[Found, ...]]:
    """Leave out of each ladder's lower steps whom a higher one found in the same window (T9).

    A week and the half term that begins with it are two windows.
    """
    reached: dict[Rung, int] = {}
    for slug, ones in found.items():
        for one in ones:
            rung = _rung(held[slug], one)
            reached[rung] = max(reached.get(rung, 0), held[slug].count)
    return {
        slug: tuple(
            one for one in ones if not rule_of(held[slug]).ladder or held[slug].count == reached[_rung(held[slug], one)]
        )
        for slug, ones in found.items()
    }


def _rung(setting: Setting, one: Found) -> Rung:
    return rule_of(setting).ladder, setting.weeks, one.student_id, one.key


register(
    Rule("lates_week", lates, words.of_lates, is_moving=True, ladder="lates"),
    Rule("lates_half_term", lates, words.of_lates, is_moving=True, ladder="lates"),
    Rule("lates_many", lates, words.of_lates, is_moving=True, ladder="lates"),
    Rule("dip", dip, words.of_dip),
    Rule("weekday", weekday, words.of_weekday, is_moving=True),
    Rule("spells", spells, words.of_spells, is_moving=True),
    Rule("first_weeks", first_weeks, words.of_first_weeks),
    Rule("siblings", siblings, words.of_siblings, is_moving=True),
)
