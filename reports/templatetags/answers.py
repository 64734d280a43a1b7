"""A tutor's answer beside a student of a sheet."""

from collections.abc import Mapping
from typing import Any

from django import template

from reports.models import RagAnswer

register = template.Library()


@register.inclusion_tag("reports/_rag_answer.html", takes_context=True)
def rag_answer(context: Mapping[str, Any], student_id: int) -> dict[str, Any]:
    """Draw what the tutor answered, or the taps for who may; the page has answers by student."""
    return {
        "document": context["document"],
        "student_id": student_id,
        "answer": context["answers"].get(student_id),
        "choices": RagAnswer.Answer.choices,
        "may_answer": context["may_answer"],
        "csrf_token": context.get("csrf_token"),
    }
