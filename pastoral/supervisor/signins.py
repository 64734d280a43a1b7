"""One known sign-in for each role of the demo school."""

from dataclasses import dataclass
from datetime import date

from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import StaffAssignment

DEMO_PASSWORD = "pastoral-demo"  # noqa: S105  made-up people only, and printed on the screen

SHOWN_YEAR = "9"
SCOPES_WITHOUT_A_NAME = {Role.SENCO: "students with SEN", Role.DATA_MANAGER: "imports and users"}


@dataclass(frozen=True)
class SignIn:
    """A member of the demo school's staff to sign in as."""

    role: Role
    scope: str
    name: str
    staff_code: str


def demo_sign_ins(*, on: date) -> list[SignIn]:
    """Give one holder of each role the demo password, and return them in the order of the role table.

    Somebody with one role only is chosen where there is one, so that the pages show what that role sees, and the tutor
    and the year team are of one year, so that one can see what another did.
    """
    held = StaffAssignment.objects.in_force(on).select_related("user", "year_group", "tutor_group")
    assignments = sorted(held, key=lambda each: (each.user.staff_code, each.pk))
    roles_of: dict[int, set[str]] = {}
    for each in assignments:
        roles_of.setdefault(each.user_id, set()).add(each.role)
    sign_ins = []
    for role in Role:
        holders = [each for each in assignments if each.role == role and each.user.is_active]
        if holders:
            chosen = min(holders, key=lambda each: (len(roles_of[each.user_id]), SHOWN_YEAR not in each.scope_name))
            set_demo_password(chosen.user)
            scope = chosen.scope_name or SCOPES_WITHOUT_A_NAME.get(role, "the whole school")
            sign_ins.append(SignIn(role, scope, chosen.user.formal_name, chosen.user.staff_code))
    return sign_ins


def set_demo_password(user: User) -> None:
    """Set the demo password, unless it is set."""
    if not user.check_password(DEMO_PASSWORD):
        user.set_password(DEMO_PASSWORD)
        user.save(update_fields=["password"])


def as_table(sign_ins: list[SignIn]) -> str:
    """Return the sign-ins as lines for a terminal."""
    heading = ("Role", "Sees", "Name", "Sign in as", "Password")
    rows = [(each.role.label, each.scope, each.name, each.staff_code, DEMO_PASSWORD) for each in sign_ins]
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (heading, *rows)]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(f"  {line.rstrip()}" for line in lines)
