"""One measured promise."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A figure beside its budget; `detail` says what was measured against what."""

    name: str
    value: float
    budget: float
    unit: str
    detail: str

    @property
    def is_kept(self) -> bool:
        """Test for a figure within its budget."""
        return self.value <= self.budget

    def __str__(self) -> str:
        verdict = "ok" if self.is_kept else "OVER"
        return f"{self.name:<34}{self.value:8.2f} {self.unit:<9} budget {self.budget:g}  {verdict:<5}{self.detail}"
