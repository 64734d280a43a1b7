"""Prints each speed budget as measured in one run."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.benchmarks.half_term import half_term_measures
from reports.benchmarks.imports import import_measures
from reports.benchmarks.interventions import intervention_measures
from reports.benchmarks.measure import Measure
from reports.benchmarks.packs import pack_measures
from reports.benchmarks.pages import page_measures
from reports.benchmarks.quiet import quiet_measures
from reports.benchmarks.rag import rag_measures
from reports.benchmarks.register import register_measures
from reports.benchmarks.tracker import tracker_measures


class Command(BaseCommand):
    help = "Measure the speed budgets on this installation's data, each as a ratio, in one run."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a budget."""
        measured = 0
        for measure in self._measures():
            self.stdout.write(str(measure))
            measured += 1
        if not measured:
            raise CommandError("There is nothing to measure: import a school, with somebody of SLT among its staff.")

    def _measures(self) -> Iterator[Measure]:
        pages = chain(
            page_measures(), tracker_measures(), intervention_measures(), quiet_measures(), register_measures()
        )
        return chain(pages, rag_measures(), pack_measures(), half_term_measures(), import_measures())
