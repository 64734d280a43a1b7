"""Small files of each kind."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def docx(main: str = "word/document.xml", *, macros: bool = False) -> bytes:
    """Return a small Word document, or another kind of office file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr(main, "<document/>")
        if macros:
            file.writestr("word/vbaProject.bin", "x")
    return held.getvalue()
