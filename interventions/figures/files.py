"""Which files are kept as evidence, known by what is in them and not by what they are called."""

import io
import zipfile

MOST_BYTES = 10 * 1024 * 1024
PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {PDF: "pdf", JPEG: "jpg", PNG: "png", DOCX: "docx"}
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.docx"
_BEGINS = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_MOST_PARTS = 5000


def kind_of_content(content: bytes) -> str:
    """Return the type of the content: PDF, JPEG, PNG or DOCX; "" for anything else, whatever its name."""
    for begins, kind in _BEGINS:
        if content.startswith(begins):
            return kind
    return DOCX if content.startswith(b"PK\x03\x04") and _is_docx(content) else ""


def _is_docx(content: bytes) -> bool:
    """Test for a document without macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            names = held.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    if len(names) > _MOST_PARTS or not {"[Content_Types].xml", "word/document.xml"} <= set(names):
        return False
    return not any(name.lower().endswith("vbaproject.bin") for name in names)


def clean_name(name: str, kind: str) -> str:
    """Return the file's name without a path or signs that a header or a folder would take otherwise."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    kept = "".join(sign if sign.isalnum() or sign in " -_.()" else "_" for sign in stem).strip(" .")
    return f"{kept[:100] or 'file'}.{ENDINGS[kind]}"
