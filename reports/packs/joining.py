"""Parts of a pack joined into one document: pages, structure, bookmarks, and a foot stamped on every page.

Each part is a tagged document of its own. Their structure trees become one, so that the whole is read aloud as the
parts are; the foot is an artifact. Files are read from disk as they are needed: memory does not grow with the pages.
"""

import io
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, OutlineItem, Page, Pdf

STAMP = "Q /Artifact <</Type /Pagination /Subtype /Footer>> BDC q {name} Do Q EMC"


@dataclass(frozen=True)
class Bookmark:
    """One entry of the outline. page: from 0; level: 0 for a section, 1 for an exhibit in it."""

    words: str
    page: int
    level: int


def joined(front: bytes, parts: Iterable[BinaryIO], feet: bytes, bookmarks: Sequence[Bookmark]) -> bytes:
    """Return one document: the front, the parts in order, and on each page its page of `feet`.

    The same files give the same bytes.
    """
    with ExitStack() as held:
        whole = held.enter_context(pikepdf.open(io.BytesIO(front)))
        document = _begun(whole)
        for file in parts:
            _append(whole, document, held.enter_context(pikepdf.open(file)))
        foot = held.enter_context(pikepdf.open(io.BytesIO(feet)))
        for number, (page, under) in enumerate(zip(whole.pages, foot.pages, strict=True), start=1):
            _stamp(whole, page, under, Name(f"/Foot{number}"))
        _bookmarked(whole, bookmarks)
        written = io.BytesIO()
        whole.save(written, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
        return written.getvalue()


def _begun(whole: Pdf) -> Any:
    """Make one element of structure that holds everything, the front's own first; return it."""
    tree: Any = whole.Root.StructTreeRoot
    document = whole.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=tree, K=Array()))
    for child in _children(tree):
        _adopt(document, child)
    tree.K = Array([document])
    return document


def _children(tree: Any) -> list[Any]:
    held = tree.K
    return list(held) if isinstance(held, Array) else [held]


def _adopt(document: Any, child: Any) -> None:
    child.S, child.P = Name.Part, document
    document.K.append(child)


def _append(whole: Pdf, document: Any, part: Pdf) -> None:
    """Add a part's pages, then its structure, whose runs of text are found by numbers that must be new."""
    tree: Any = whole.Root.StructTreeRoot
    offset = _next_key(tree)
    first = len(whole.pages)
    whole.pages.extend(part.pages)
    for page in list(whole.pages)[first:]:
        _renumber(page, offset)
    theirs: Any = whole.copy_foreign(part.Root.StructTreeRoot)
    for child in _children(theirs):
        _adopt(document, child)
    held = list(theirs.ParentTree.Nums)
    for key, owners in zip(held[::2], held[1::2], strict=True):
        tree.ParentTree.Nums.append(int(key) + offset)
        tree.ParentTree.Nums.append(owners)
    for name, role in theirs.get("/RoleMap", {}).items():
        tree.setdefault("/RoleMap", Dictionary())[name] = role
    tree.ParentTreeNextKey = offset + (max(map(int, held[::2]), default=-1) + 1)


def _next_key(tree: Any) -> int:
    return max((int(key) for key in list(tree.ParentTree.Nums)[::2]), default=-1) + 1


def _renumber(page: Page, offset: int) -> None:
    if "/StructParents" in page.obj:
        page.obj.StructParents = int(page.obj.StructParents) + offset
    for note in page.obj.get("/Annots", ()):
        if "/StructParent" in note:
            note.StructParent = int(note.StructParent) + offset


def _stamp(whole: Pdf, page: Page, under: Page, name: Name) -> None:
    """Put the foot under what the page shows, as something that is not read aloud.

    name: of its own, since the pages of a part share their resources.
    """
    drawn = whole.copy_foreign(under.as_form_xobject())
    page.add_resource(drawn, Name.XObject, name)
    page.contents_add(b"q", prepend=True)
    page.contents_add(STAMP.format(name=name).encode())


def _bookmarked(whole: Pdf, bookmarks: Sequence[Bookmark]) -> None:
    with whole.open_outline() as outline:
        outline.root.clear()
        for each in bookmarks:
            item = OutlineItem(each.words, each.page)
            if each.level and outline.root:
                outline.root[-1].children.append(item)
            else:
                outline.root.append(item)
