"""Statements such as “because we saw X we did Y and Z happened”: from figures and what was done, no cause claimed."""

from dataclasses import dataclass

from reports.halfterm.sentences import compared
from reports.halfterm.shape import Figures
from reports.halfterm.spans import BEFORE, NOW

OWN = "own"
NO_CAUSE = "This does not prove cause."


@dataclass(frozen=True)
class Choice:
    """One thing to choose: its key and its words."""

    key: str
    words: str


def seen(figures: Figures) -> list[tuple[str, list[Choice]]]:
    """Return by section what can have been seen: the figures that have a number of the half term before."""
    return [
        (section.title, held)
        for section in figures.sections
        if not section.is_dsl
        and (
            held := [
                Choice(each.key, f"{each.name}: {each.values[BEFORE].words}{each.unit_words}, now {each.now.words}")
                for each in section.figures
                if each.values[BEFORE].number is not None and each.now.number is not None
            ]
        )
    ]


def done(figures: Figures) -> list[Choice]:
    """Return what can have been done: kinds of interventions, decisions of meetings, or the author's own words."""
    held = [Choice(f"type-{name}", name) for name, _words in figures.effects]
    for key in ("decisions", "rag_actions", "calls_owed", "referrals", "plans_begun"):
        figure = figures.figure(key)
        if figure and figure.now.number:
            held.append(Choice(key, f"{figure.name} ({figure.now.words})"))
    return [*held, Choice(OWN, "Something else, in my own words")]


def statement(figures: Figures, *, saw: str, did: str, own: str) -> str:
    """Return the statement in words; "" for what is not there to choose, as it may be once counted anew.

    own: what was done, in the author's words, instead of or beside what was chosen.
    """
    figure = figures.figure(saw)
    action = next((choice for choice in done(figures) if choice.key == did), None)
    if figure is None or action is None or (did == OWN and not own):
        return ""
    before, now = figure.values[BEFORE], figure.values[NOW]
    if None in (before.number, now.number):
        return ""
    what = own if did == OWN else action.words + (f": {own}" if own else "")
    change = f" ({compared(figure)})" if compared(figure) else ""
    parts = [
        f"Because we saw {_low(figure.name)} at {before.words}{figure.unit_words} in the half term before, "
        f"we did this: {what.rstrip('.')}.",
        f"Now it is {now.words}{figure.unit_words}{change}.",
    ]
    if did.startswith("type-"):
        parts.append(f"{action.words}: {dict(figures.effects)[action.words]}.")
    if NO_CAUSE.lower().rstrip(".") not in parts[-1].lower():
        parts.append(NO_CAUSE)
    return " ".join(parts)


def _low(name: str) -> str:
    """Return the name inside a sentence."""
    return name if name.startswith("PA") else name[:1].lower() + name[1:]
