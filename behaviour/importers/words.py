"""Types that the MIS names and the school's catalogue does not: they come in with the file, for somebody to place.

One whose name tells of sexual harm, abuse or safeguarding is the DSL's alone until it is placed otherwise: what is
closed for a day too long harms nobody, what every tutor has read cannot be unread.
"""

# "Verbal abuse" and its like are behaviour, and said of many a school's types: they are taken out of the name first.
_NO_ABUSE = (
    r"(verbal|racist|racial|homophobic|transphobic|biphobic|substance|drug|alcohol|solvent)s? (abuse|harassment)|"
    r"abusive|abuse of (staff|equipment)|bullying \(harassment\)"
)
_FOR_DSL = (
    r"\m(sexual|sexting|up.?skirt|nudes?\M|rape|groom|indecen|intimate|touch(ing|ed)?\M|safeguard|child protection|"
    r"(child|peer).on.(child|peer)|abus|harass|exploit|county lines|neglect|disclos|suicid|domestic|"
    r"radicali[sz]|extremis|self.?harm|(cp|cse|cce|fgm|fii|hsb|hbv)\M)"
)
# The school's spelling of a type that the MIS writes in other letters, or the file's own first one.
TYPES_AS_HELD = """
    UPDATE import_lines l SET type = held.name
      FROM (SELECT f.folded, coalesce(min(t.name) FILTER (WHERE t.strand <> ''), min(t.name), min(f.type)) AS name
              FROM (SELECT DISTINCT lower(type) AS folded, type FROM import_lines) f
              LEFT JOIN behaviour_incidenttype t ON lower(t.name) = f.folded
             GROUP BY f.folded) held
     WHERE lower(l.type) = held.folded AND l.type <> held.name
"""
IS_FOR_DSL = rf"""regexp_replace({{name}}, '{_NO_ABUSE}', '', 'gi') ~* '{_FOR_DSL}'"""
UNKNOWN_TYPES = f"""
    INSERT INTO behaviour_incidenttype (name, strand, points, severity, is_prejudice, goes_to_dsl, is_active, "order")
    SELECT DISTINCT l.type, '', 1, 1, false, {IS_FOR_DSL.format(name="l.type")}, false, 900
      FROM import_lines l LEFT JOIN behaviour_incidenttype t ON t.name = l.type
     WHERE t.id IS NULL
        ON CONFLICT (name) DO NOTHING
"""  # noqa: S608 every name in it is its own
UNKNOWN_ACHIEVEMENTS = """
    INSERT INTO behaviour_listedword (kind, name, points, is_active, "order")
    SELECT DISTINCT 'achievement', l.type, 1, false, 900
      FROM import_lines l LEFT JOIN behaviour_listedword w ON w.kind = 'achievement' AND w.name = l.type
     WHERE w.id IS NULL
        ON CONFLICT (kind, name) DO NOTHING
"""
