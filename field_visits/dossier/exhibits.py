"""The files of a bundle, fetched from the object store: what is there is read back and hashed, what is not is said.

An object whose stored bytes are not those that the log names never enters a bundle under that name: it is listed
as omitted, with the reason, and stands among the adverse items of the report.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, cast

from asn1crypto import pem  # type: ignore[import-untyped]  # it has no stubs
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from field_visits.attachments.models import Attachment
from field_visits.dossier.bundle import BundleObject, Omission, SealedDocument
from field_visits.dossier.story import Story
from media.errors import ObjectMissingError
from media.keys import object_key
from media.store import ObjectStore

PDF = "application/pdf"
_NOT_HERE = {
    "expected": "已登记哈希，但文件尚未到达。/ Announced by its hash; its bytes have not arrived.",
    "lost": "文件缺失，原因见案件经过。/ The file is lost; the timeline says how.",
}
_MISSING = "存储中已无此文件。/ The object store has no such file."
_OTHER = "存储中的内容与登记的哈希不符，故不收录。/ The stored bytes do not have the hash that was logged, so they are left out."
_BUNDLE = "先前出具的证据包，另行移交。/ A bundle issued earlier; it is handed over by itself."


@dataclass(slots=True)
class Exhibits:
    """What goes into the bundle of the files that the story names, and what does not.

    `pages` counts the pages of a PDF by its hash; `thumbnails` are small JPEGs by the original's hash;
    `broken` are the hashes of files that should be here and are not, or are other than logged.
    """

    objects: list[BundleObject] = field(default_factory=list)
    documents: list[SealedDocument] = field(default_factory=list)
    certificates: list[bytes] = field(default_factory=list)
    omitted: list[Omission] = field(default_factory=list)
    pages: dict[str, int] = field(default_factory=dict)
    thumbnails: dict[str, bytes] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def has(self, digest: str) -> bool:
        return any(one.sha256 == digest for one in self.objects)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a named file lies, and how a reader should know it."""

    key: str
    content_type: str
    name: str
    is_sealed: bool = False


def fetch(store: ObjectStore, story: Story) -> Exhibits:
    """Every file that the story names, or the reason why it is not here.

    Raises:
        StoreUnavailableError: the store does not answer; try again later.
    """
    exhibits = Exhibits()
    sources = _sources(story)
    away = {str(one.sha256): _BUNDLE for one in story.earlier_exports}
    away |= {one.sha256: _NOT_HERE[one.state] for one in story.attachments if one.state in _NOT_HERE}
    for digest in dict.fromkeys([*story.named, *sources]):
        if digest in away:
            exhibits.omitted.append(Omission.of_object(digest, away[digest]))
            continue
        source = sources.get(digest) or _Source(
            object_key(story.organisation.object_prefix, digest), "application/octet-stream", "file"
        )
        _add(store, exhibits, digest, source)
    for attachment in story.attachments:
        _add_thumbnail(store, exhibits, attachment, story.organisation.object_prefix)
    return exhibits


def _sources(story: Story) -> dict[str, _Source]:
    found: dict[str, _Source] = {}
    for number, one in enumerate(story.attachments, start=1):
        if one.state not in _NOT_HERE:
            found[one.sha256] = _Source(one.object_key, one.content_type, f"{one.kind} {number}")
    for number, (agreement, _) in enumerate(story.agreements, start=1):
        if agreement.document_sha256 and agreement.document_key:
            found[agreement.document_sha256] = _Source(
                agreement.document_key, PDF, f"agreement {number}, as signed, before the seal"
            )
        if agreement.sealed_sha256 and agreement.sealed_key:
            found[agreement.sealed_sha256] = _Source(
                agreement.sealed_key, PDF, f"agreement {number}", is_sealed=True
            )
    return found


def _add(store: ObjectStore, exhibits: Exhibits, digest: str, source: _Source) -> None:
    try:
        is_same = store.read_digest(source.key).sha256 == digest
    except ObjectMissingError:
        exhibits.omitted.append(Omission.of_object(digest, _MISSING))
        exhibits.broken.append(digest)
        return
    if not is_same:
        exhibits.omitted.append(Omission.of_object(digest, _OTHER))
        exhibits.broken.append(digest)
        return
    if source.content_type == PDF:
        with store.open(source.key) as stream:
            _read_pdf(exhibits, digest, stream.read())
    if source.is_sealed:
        with store.open(source.key) as stream:
            exhibits.documents.append(SealedDocument(source.name, stream.read()))
        return
    # A stream of the store reads and closes like a file; that is all the bundle asks of it.
    opener = partial(lambda key: cast("BinaryIO", store.open(key)), source.key)
    exhibits.objects.append(BundleObject(digest, source.content_type, source.name, opener))


def _read_pdf(exhibits: Exhibits, digest: str, content: bytes) -> None:
    """Count its pages and keep the certificates that sealed it; a PDF that cannot be read has neither."""
    with suppress(PdfError, ValueError, KeyError):
        reader = PdfFileReader(BytesIO(content))
        exhibits.pages[digest] = int(reader.root["/Pages"]["/Count"])
        exhibits.certificates += [one for one in _certificates(reader) if one not in exhibits.certificates]


def _certificates(reader: PdfFileReader) -> Iterator[bytes]:
    for seal in reader.embedded_signatures:
        yield pem.armor("CERTIFICATE", seal.signer_cert.dump())


def _add_thumbnail(store: ObjectStore, exhibits: Exhibits, attachment: Attachment, prefix: str) -> None:
    """The small copy, for the report; without one the report shows the hash alone."""
    small = attachment.thumbnail_sha256
    if small is None or not exhibits.has(attachment.sha256):
        return
    with suppress(ObjectMissingError), store.open(object_key(prefix, small)) as stream:
        content = stream.read()
        if sha256(content).hexdigest() == small:
            exhibits.thumbnails[attachment.sha256] = content
