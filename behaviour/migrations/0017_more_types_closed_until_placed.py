"""Close the types that nobody has placed, and that tell of a DSL's matter by the words that were missing so far."""

from django.db import migrations

# The same as each import does from now on: behaviour/importers/words.py. None is opened: somebody places those.
BEHAVIOUR = (
    r"(verbal|racist|racial|homophobic|transphobic|biphobic|substance|drug|alcohol|solvent)s? (abuse|harassment)|"
    r"abusive|abuse of (staff|equipment)|bullying \(harassment\)"
)
FOR_DSL = (
    r"\m(sexual|sexting|up.?skirt|nudes?\M|rape|groom|indecen|intimate|touch(ing|ed)?\M|safeguard|child protection|"
    r"(child|peer).on.(child|peer)|abus|harass|exploit|county lines|neglect|disclos|suicid|domestic|"
    r"radicali[sz]|extremis|self.?harm|(cp|cse|cce|fgm|fii|hsb|hbv)\M)"
)
TYPES = f"""
    UPDATE behaviour_incidenttype SET goes_to_dsl = true
     WHERE strand = '' AND NOT goes_to_dsl AND regexp_replace(name, '{BEHAVIOUR}', '', 'gi') ~* '{FOR_DSL}'
"""  # noqa: S608 every name in it is its own


class Migration(migrations.Migration):
    dependencies = [("behaviour", "0016_statements")]

    operations = [migrations.RunSQL(TYPES, migrations.RunSQL.noop)]
