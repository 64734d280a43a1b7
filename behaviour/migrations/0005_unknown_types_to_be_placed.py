"""Put the types that came with imports so far into the catalogue, for somebody to place."""

from django.db import migrations

# The same as each import does from now on: behaviour/importers/words.py.
TYPES = """
    INSERT INTO behaviour_incidenttype
           (name, strand, points, severity, is_prejudice, goes_to_dsl, is_active, "order")
    SELECT DISTINCT type, '', 1, 1, false, false, false, 900 FROM behaviour_incident
        ON CONFLICT (name) DO NOTHING
"""
ACHIEVEMENTS = """
    INSERT INTO behaviour_listedword (kind, name, points, is_active, "order")
    SELECT DISTINCT 'achievement', type, 1, false, 900 FROM behaviour_achievement
        ON CONFLICT (kind, name) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("behaviour", "0004_catalogue")]

    operations = [
        migrations.RunSQL(TYPES, migrations.RunSQL.noop),
        migrations.RunSQL(ACHIEVEMENTS, migrations.RunSQL.noop),
    ]
