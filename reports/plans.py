"""A version of a plan on paper: what was frozen and nothing else, so that one version is one file, byte for byte."""

from django.conf import settings
from django.template.loader import render_to_string

from interventions.models import PlanVersion
from interventions.summaries.plan_content import version_content
from reports.pdf import SHEET, Pdf, pdf_draw

STYLESHEETS = (SHEET, "css/pdf-plan.css")


def plan_draw(version: PlanVersion) -> Pdf:
    """Draw the version; who froze it and when stands on it, and its hash in the foot.

    No queries but for its author, and for which of its actions it may tell.
    """
    context = {"version": version, "content": version_content(version), "school_name": settings.SCHOOL_NAME}
    return pdf_draw(render_to_string("reports/pdf/plan.html", context), *STYLESHEETS)
