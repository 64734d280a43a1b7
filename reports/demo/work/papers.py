"""Small papers of the demo school, as somebody would have scanned them."""


def paper(title: str, words: str) -> bytes:
    """Return a PDF of one page with a title and a line; the same words give the same bytes."""
    text = f"BT /F 18 Tf 72 770 Td ({_plain(title)}) Tj /F 11 Tf 0 -36 Td ({_plain(words)}) Tj ET".encode("latin-1")
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n" + table
    return made + head + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)


def _plain(words: str) -> str:
    kept = words.replace("\\", "").replace("(", "").replace(")", "").replace("’", "'")
    return kept.encode("latin-1", "replace").decode("latin-1")
