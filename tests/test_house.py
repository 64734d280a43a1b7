"""The house rules that a machine can check: scoped fetches in views, no inline script or style, names of files."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCOPED = {"visible_to", "with_right"}
APPS = ("pastoral/core", "students", "attendance", "behaviour", "interventions", "contacts", "reports")


def python_files() -> list[Path]:
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def view_files() -> list[Path]:
    return [path for path in python_files() if path.stem == "views" or "views" in path.parts]


def bare_managers(tree: ast.AST) -> Iterator[int]:
    """Yield the lines where `.objects` is followed by anything but `.visible_to(...)` or `.with_right(...)`."""
    scoped = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in SCOPED and isinstance(node.value, ast.Attribute)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"} and node not in scoped:
            yield node.lineno


def test_the_walk_finds_a_bare_manager() -> None:
    assert list(bare_managers(ast.parse("Student.objects.filter(pk=1)"))) == [1]
    assert list(bare_managers(ast.parse("Student.objects.visible_to(user).filter(pk=1)"))) == []


def test_views_fetch_only_what_the_person_may_see() -> None:
    files = view_files()
    assert files
    found = {
        f"{path.relative_to(ROOT)}:{line}" for path in files for line in bare_managers(ast.parse(path.read_text()))
    }
    assert found == set()


def test_every_view_states_a_right_or_is_for_everybody_signed_in() -> None:
    """A view without `right_required` is on this list on purpose."""
    from tests.access import views_for_everybody

    assert views_for_everybody() == {
        "behaviour:answer_list",
        "behaviour:on_call_add",
        "behaviour:on_call_detail",
        "behaviour:robin_answer",
        "behaviour:score_form",
        "behaviour:score_list",
        "core:draft",
        "core:home",
        "core:job_detail",
        "core:job_list",
        "core:job_progress",
        "core:job_retry",
        "core:needs_now",
        "core:sending_drop",
        "health",
        "interventions:plan_share_detail",
        "interventions:plan_share_list",
    }


def test_no_template_has_inline_script_or_style() -> None:
    faults = []
    for path in (ROOT / "templates").rglob("*.html"):
        if "pdf" in path.parts:
            continue  # paper has no content security policy
        text = path.read_text()
        if (
            re.search(r"\sstyle\s*=", text)
            or re.search(r"<style\b", text)
            or re.search(r"\son[a-z]+\s*=\s*[\"']", text)
        ):
            faults.append(f"{path.relative_to(ROOT)}: inline style or handler")
        for script in re.findall(r"<script\b[^>]*>", text):
            if "src=" not in script and "application/json" not in script:
                faults.append(f"{path.relative_to(ROOT)}: inline script")
    assert faults == []


def test_no_file_is_a_drawer_for_everything() -> None:
    assert [path for path in python_files() if path.stem in {"utils", "helpers", "misc", "signals"}] == []
