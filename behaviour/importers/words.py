"""Types that the MIS names and the school's catalogue does not: they come in with the file, for somebody to place."""

UNKNOWN_TYPES = """
    INSERT INTO behaviour_incidenttype (name, strand, points, severity, is_prejudice, goes_to_dsl, is_active, "order")
    SELECT DISTINCT l.type, '', 1, 1, false, false, false, 900
      FROM import_lines l LEFT JOIN behaviour_incidenttype t ON t.name = l.type
     WHERE t.id IS NULL
        ON CONFLICT (name) DO NOTHING
"""
UNKNOWN_ACHIEVEMENTS = """
    INSERT INTO behaviour_listedword (kind, name, points, is_active, "order")
    SELECT DISTINCT 'achievement', l.type, 1, false, 900
      FROM import_lines l LEFT JOIN behaviour_listedword w ON w.kind = 'achievement' AND w.name = l.type
     WHERE w.id IS NULL
        ON CONFLICT (kind, name) DO NOTHING
"""
