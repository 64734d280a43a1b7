"""Close the types that came with imports, that nobody has placed, and that tell of sexual harm or safeguarding."""

from django.db import migrations

# The same as each import does from now on: behaviour/importers/words.py.
TYPES = r"""
    UPDATE behaviour_incidenttype SET goes_to_dsl = true
     WHERE strand = '' AND NOT goes_to_dsl
       AND regexp_replace(
               name, '(verbal|racist|racial|homophobic|transphobic|biphobic|substance|drug|alcohol|solvent)s? abuse', '', 'gi'
           ) ~* '\m(sexual|sexting|upskirt|nudes?\M|rape|groom|indecen|safeguard|child protection|abus|harass|exploit|radicalis|self.?harm|(cse|cce|fgm|hsb|hbv)\M)'
"""


class Migration(migrations.Migration):
    dependencies = [("behaviour", "0011_card_targets_retired")]

    operations = [migrations.RunSQL(TYPES, migrations.RunSQL.noop)]
