"""Check an evidence bundle with nothing but this file and Python 3.8 or newer.

    python3 verify.py BUNDLE.zip --key 'log.example+1a2b3c4d+AZ...'

核验证据包：只需本文件与 Python 3.8 以上版本。

BUNDLE is the zip as issued, or the folder it unpacks to. The keys to trust come from outside the bundle: from
the issuer's website, from paper, from the court file. Without `--key` the bundle is checked against the
keys inside it, which shows that its parts fit each other but not who made them.

Exit codes 退出码: 0 whole 完整, 1 altered 被改动, 2 incomplete 不完整, 3 cannot tell 无法判断.

What is checked, and from which public text: the bag (RFC 8493), every proof and the log's consistency (RFC
6962, RFC 9162), checkpoints and seal (C2SP signed-note, tlog-checkpoint, tlog-proof), Ed25519 (RFC 8032).
What no check can show: that a scene was as photographed, or that nothing happened after the bundle's checkpoint.

This file is copied into bundles, so it stands alone: it imports nothing of the product, opens no network
connection, writes no file, unpacks nothing, and answers bad input with a finding, never with a traceback.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import stat
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

WHOLE, ALTERED, INCOMPLETE, CANNOT_TELL = 0, 1, 2, 3

FORMAT = "doorstep-bundle/1"
SEAL = "doorstep-bundle-seal/1"
PROOF = "c2sp.org/tlog-proof@v1"

# Parts that are parsed are read whole; anything larger is no part that this format writes.
_MAX_PARSED = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_MAX_PARTS = 65534
_MAX_NAME = 512
_MAX_DEPTH = 8
_MAX_SIZE = 2**64 - 1
_MAX_PATH = 65
_MAX_SIGNATURES = 64
_MAX_SHOWN = 200
_MAX_DIGITS = 20
_HASH = 32

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*\Z")
_HEX = re.compile(r"[0-9a-f]{64}\Z")
_EPOCH = re.compile(r"/[1-9][0-9]*\Z")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,19})\Z")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)\Z")
_ENTRY = re.compile(r"data/entries/(0|[1-9][0-9]{0,19})\.(json|body\.json|salt|tlog-proof)\Z")
_CHECKPOINT = re.compile(r"data/checkpoints/(0|[1-9][0-9]{0,19})\.(checkpoint|consistency)\Z")
_OBJECT = re.compile(r"data/(?:objects|agreement)/([0-9a-f]{64})\.[a-z0-9]{1,8}\Z")
_KEY = re.compile(r"data/keys/[0-9a-f]{8}\.vkey\Z")

_TAG_FILES = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
_SEAL_FILE = "tagmanifest-sha256.txt.sig"
_BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

_WORDS = {
    WHOLE: ("WHOLE", "完整"),
    ALTERED: ("ALTERED", "被改动"),
    INCOMPLETE: ("INCOMPLETE", "不完整"),
    CANNOT_TELL: ("CANNOT TELL", "无法判断"),
}
_VERDICTS = {
    WHOLE: ("everything shown is as it was logged and signed.", "所示内容与登记并签名时一致。"),
    ALTERED: ("the parts named above are not as they were issued.", "上列部分与出具时不一致。"),
    INCOMPLETE: ("the parts named above are missing.", "上列部分缺失。"),
    CANNOT_TELL: (
        "the parts fit each other, but whether the issuer signed them cannot be told.",
        "各部分彼此相符，但无法判断是否由出具方签名。",
    ),
}


class Key:
    """An Ed25519 public key with its name, read from `name+8 hex digits+base64`."""

    def __init__(self, text: str) -> None:
        """Read the key; ValueError if it is mistyped or of another kind."""
        name, _, rest = text.strip().partition("+")
        id_hex, _, encoded = rest.partition("+")
        blob = _base64(encoded)
        if not _is_key_name(name) or len(blob) != 1 + _HASH or blob[:1] != b"\x01":
            raise ValueError("A key reads «name+8 hex digits+base64 of an Ed25519 key».")
        self.name = name
        self.public = blob[1:]
        self.id = hashlib.sha256(name.encode("utf-8") + b"\n" + blob).digest()[:4]
        if id_hex != self.id.hex():
            raise ValueError("The key's id does not belong to its name and bytes; check for a copying error.")
        self.text = "{}+{}+{}".format(name, id_hex, base64.b64encode(blob).decode("ascii"))
        self.fingerprint = hashlib.sha256(self.public).hexdigest()


class Finding:
    """One thing to say about one part of the bundle; `level` is an exit code, 0 for a plain remark."""

    def __init__(self, level: int, part: str, english: str, chinese: str) -> None:
        """Say `english` and `chinese` about `part`."""
        self.level = level
        self.part = part
        self.english = english
        self.chinese = chinese

    def __repr__(self) -> str:
        """Show level, part and the English sentence."""
        return f"Finding({_WORDS[self.level][0]}, {self.part}: {self.english})"


class Report:
    """What `verify` found: `exit_code`, `findings`, the log's checkpoint, the keys met, and what was counted."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.findings: list[Finding] = []
        self.keys: dict[str, tuple[Key, bool]] = {}
        self.counts = {
            "files": 0,
            "bytes": 0,
            "entries": 0,
            "bodies": 0,
            "withheld": 0,
            "objects": 0,
            "checkpoints": 0,
        }
        self.case = ""
        self.origin = ""
        self.size = 0
        self.root = b""

    def add(self, level: int, part: str, english: str, chinese: str) -> None:
        """Keep a finding."""
        self.findings.append(Finding(level, part, english, chinese))

    @property
    def exit_code(self) -> int:
        """The gravest finding: altered, else incomplete, else cannot tell, else whole."""
        levels = {finding.level for finding in self.findings}
        return next((level for level in (ALTERED, INCOMPLETE, CANNOT_TELL) if level in levels), WHOLE)

    def lines(self) -> list[str]:
        """The report for people, each matter in English and in Chinese."""
        shown = sorted(self.findings, key=lambda finding: (finding.level == WHOLE, finding.level))
        lines = []
        for finding in shown[:_MAX_SHOWN]:
            english, chinese = _WORDS[finding.level] if finding.level else ("NOTE", "说明")
            lines.append(f"[{english}] {finding.part}: {finding.english}")
            lines.append(f"[{chinese}] {finding.part}：{finding.chinese}")
        if len(shown) > _MAX_SHOWN:
            lines.append(
                f"... and {len(shown) - _MAX_SHOWN} more findings. 另有 {len(shown) - _MAX_SHOWN} 项。"
            )
        if self.root:
            root = base64.b64encode(self.root).decode("ascii")
            lines.append(
                f"Case 案件 {self.case}; log 日志 {self.origin}, size 条数 {self.size}, root 根 {root}"
            )
        for key, trusted in self.keys.values():
            lines.append(f"Key 公钥 {key.text}")
            lines.append(f"    SHA-256 {key.fingerprint}")
            lines.append("    " + ("given by you 由您提供" if trusted else "from inside the bundle 来自包内"))
        counts = self.counts
        lines.append(
            "Checked: {entries} entries ({withheld} parts withheld), {bodies} bodies, {objects} objects, "
            "{checkpoints} checkpoints, {files} files, {bytes} bytes.".format(**counts)
        )
        lines.append(
            "已核验：条目 {entries}（隐去 {withheld} 处），正文 {bodies}，对象 {objects}，检查点 {checkpoints}，"
            "文件 {files}，字节 {bytes}。".format(**counts)
        )
        word, sentence = _WORDS[self.exit_code], _VERDICTS[self.exit_code]
        lines.append(f"{word[0]}: {sentence[0]}")
        lines.append(f"{word[1]}：{sentence[1]}")
        return [_printable(line) for line in lines]


def _printable(line: str) -> str:
    """A bundle's own words must not draw lines, colours or a verdict of their own on the screen."""
    return "".join(char if char.isprintable() else "?" for char in line)


def verify(path: str | Path, trusted: Sequence[str] = ()) -> Report:
    """The report on the bundle at `path`, a zip or an unpacked folder, checked against `trusted` keys.

    Args:
        path: The file or folder; its content may be anything.
        trusted: Keys from outside the bundle, as `name+id+base64`; with none, nothing better than
            «cannot tell» can be said.

    Raises:
        ValueError: a trusted key is mistyped.
    """
    keys = [Key(text) for text in trusted]
    report = Report()
    try:
        with closing(_open_source(Path(path))) as source:
            _Examination(source, report, keys).run()
    except _Flaw as flaw:
        report.add(flaw.level, flaw.part, flaw.english, flaw.chinese)
    except (OSError, MemoryError, ValueError) as error:
        report.add(CANNOT_TELL, str(path), f"cannot be read: {type(error).__name__}.", "无法读取。")
    return report


class _Flaw(Exception):  # noqa: N818 - carries a finding to the place that reports it; not an error of the program
    """A finding that ends the examination of a part (or, from a source, of the whole)."""

    def __init__(self, level: int, part: str, english: str, chinese: str) -> None:
        super().__init__(english)
        self.level = level
        self.part = part
        self.english = english
        self.chinese = chinese


# --- where the parts are read from ------------------------------------------------------------------


class _Source:
    """Named parts with their sizes; `chunks` reads one."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}

    def close(self) -> None:
        """Release what is open."""

    def chunks(self, name: str) -> Iterator[bytes]:
        raise NotImplementedError

    def read(self, name: str) -> bytes:
        if self.sizes[name] > _MAX_PARSED:
            raise _Flaw(ALTERED, name, "is larger than such a part can be.", "大小超出此类文件的上限。")
        return b"".join(self.chunks(name))


class _Folder(_Source):
    """An unpacked bundle. Links and special files are refused: they would lead out of it."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root
        inside = list(root.iterdir())
        if len(inside) == 1 and inside[0].is_dir() and not inside[0].is_symlink():
            self.root = inside[0]
        pending = [""]
        while pending:
            prefix = pending.pop()
            for path in sorted((self.root / prefix).iterdir()):
                pending.extend(self._take(prefix + path.name))

    def _take(self, name: str) -> list[str]:
        """Keep a file; give back a folder to look into."""
        if not _is_name(name):
            raise _Flaw(ALTERED, _shown(name), "is a name that no bundle has.", "文件名不属于证据包。")
        status = (self.root / name).lstat()
        if stat.S_ISDIR(status.st_mode) and name.count("/") < _MAX_DEPTH:
            return [name + "/"]
        if not stat.S_ISREG(status.st_mode):
            raise _Flaw(
                ALTERED, name, "is no plain file (a link or a device).", "不是普通文件（链接或设备）。"
            )
        if len(self.sizes) >= _MAX_PARTS:
            raise _Flaw(ALTERED, name, "is one of too many files.", "文件数过多。")
        self.sizes[name] = status.st_size
        return []

    def chunks(self, name: str) -> Iterator[bytes]:
        with (self.root / name).open("rb") as file:
            while True:
                chunk = file.read(_CHUNK)
                if not chunk:
                    return
                yield chunk


class _Zip(_Source):
    """The zip as issued, read by this file's own strict reader.

    Bundles are written in one way only: stored, no gaps, no comments, no extra fields, one time for all. So every
    byte of the container is known or is written twice, and any change to it is found, even one that an unpacker
    would forgive. Nothing is decompressed, so nothing can swell; nothing is written, so nothing can escape.
    """

    _END = struct.Struct("<4s4H2LH")
    _CENTRAL = struct.Struct("<4s6H3L5H2L")
    _LOCAL = struct.Struct("<4s5H3L2H")
    _VERSION_MADE_BY = 3 << 8 | 20
    _REGULAR_FILE = 0o100644 << 16

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._places: dict[str, tuple[int, int]] = {}
        self._file = path.open("rb")
        try:
            self._read_container()
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        self._file.close()

    def _read_container(self) -> None:
        total = self._file.seek(0, 2)
        tail = self._at(max(0, total - self._END.size), self._END.size, "end record")
        signature, disk, start_disk, here, count, length, offset, comment = self._END.unpack(tail)
        if (
            (signature, disk, start_disk, comment) != (b"PK\5\6", 0, 0, 0)
            or here != count
            or count > _MAX_PARTS
        ):
            raise _container("end record")
        if offset + length + self._END.size != total or length > count * (self._CENTRAL.size + _MAX_NAME):
            raise _container("end record")
        directory = self._at(offset, length, "directory")
        names: dict[str, tuple[int, int, int]] = {}
        position, expected, moment = 0, 0, None
        for _ in range(count):
            name, position, row = self._central(directory, position)
            if moment is None:
                moment = row[:2]
            if name.lower() in names or row[:2] != moment or row[4] != expected:
                raise _container(name)
            expected = self._local(name, row)
            names[name.lower()] = (row[2], row[3], expected - row[3])
            self.sizes[name] = row[3]
            self._places[name] = (expected - row[3], row[2])
        if position != length or expected != offset:
            raise _container("directory")
        self._strip_base()

    def _central(self, directory: bytes, position: int) -> tuple[str, int, tuple[int, int, int, int, int]]:
        """One directory row: its name, where the next begins, and (time, date, crc, size, offset)."""
        if position + self._CENTRAL.size > len(directory):
            raise _container("directory")
        row = self._CENTRAL.unpack_from(directory, position)
        signature, made_by, needed, flags, method, time, date, crc, packed, size, length = row[:11]
        start = position + self._CENTRAL.size
        name = _text(directory[start : start + length])
        if (signature, made_by, needed, flags, method) != (b"PK\1\2", self._VERSION_MADE_BY, 20, 0, 0):
            raise _container(name)
        extra, comment, disk, internal, external, offset = row[11:]
        if (extra, comment, disk, internal, external) != (0, 0, 0, 0, self._REGULAR_FILE) or packed != size:
            raise _container(name)
        if not _is_name(name):
            raise _container(_shown(name))
        return name, start + length, (time, date, crc, size, offset)

    def _local(self, name: str, row: tuple[int, int, int, int, int]) -> int:
        """Where the part that follows begins; the local header must say what the directory says."""
        time, date, crc, size, offset = row
        encoded = name.encode("ascii")
        header = self._LOCAL.pack(b"PK\3\4", 20, 0, 0, time, date, crc, size, size, len(encoded), 0) + encoded
        if self._at(offset, len(header), name) != header:
            raise _container(name)
        return offset + len(header) + size

    def _strip_base(self) -> None:
        """Name the parts within their one base folder (RFC 8493 §4)."""
        bases = {name.partition("/")[0] for name in self.sizes}
        if "bagit.txt" in self.sizes or len(bases) != 1:
            return
        cut = len(bases.pop()) + 1
        self.sizes = {name[cut:]: size for name, size in self.sizes.items()}
        self._places = {name[cut:]: place for name, place in self._places.items()}

    def _at(self, offset: int, length: int, part: str) -> bytes:
        self._file.seek(offset)
        data = self._file.read(length)
        if len(data) != length:
            raise _container(part)
        return data

    def chunks(self, name: str) -> Iterator[bytes]:
        offset, crc = self._places[name]
        left, found = self.sizes[name], 0
        while left:
            self._file.seek(offset)
            chunk = self._file.read(min(left, _CHUNK))
            if not chunk:
                raise _container(name)
            found = zlib.crc32(chunk, found)
            offset, left = offset + len(chunk), left - len(chunk)
            yield chunk
        if found != crc:
            raise _Flaw(
                ALTERED, name, "the bytes do not have the container's checksum.", "内容与压缩包校验值不符。"
            )


def _open_source(path: Path) -> _Source:
    if path.is_dir():
        return _Folder(path)
    if not path.is_file():
        raise _Flaw(CANNOT_TELL, str(path), "is not there.", "不存在。")
    return _Zip(path)


def _container(part: str) -> _Flaw:
    return _Flaw(
        ALTERED,
        f"zip container ({part})",
        "the container is not as issued. To judge the content alone, unpack it and check the folder.",
        "压缩包结构与出具时不一致。如只核验内容，请解压后核验文件夹。",
    )


def _is_name(name: str) -> bool:
    """Whether a file of a bundle can have this name: plain ASCII, no way up or out, nothing hidden."""
    return len(name) <= _MAX_NAME and _NAME.match(name) is not None


def _shown(name: str) -> str:
    return name[:80].encode("ascii", "backslashreplace").decode("ascii")


# --- the examination --------------------------------------------------------------------------------


class _Leaf:
    """A leaf of the log (see `field_visits.evidence.proofs`), read from a proof."""

    def __init__(self, data: bytes) -> None:
        record = _json(data)
        if set(record) != {"entry", "no", "prev", "stream"}:
            raise ValueError("fields")
        self.entry, self.no, self.prev, self.stream = (
            record["entry"],
            record["no"],
            record["prev"],
            record["stream"],
        )
        if not (_is_hex(self.entry) and (self.prev is None or _is_hex(self.prev))):
            raise ValueError("hashes")
        if type(self.no) is not int or self.no < 1 or (self.no == 1) != (self.prev is None):
            raise ValueError("number")
        if not (isinstance(self.stream, str) and _UUID.match(self.stream)):
            raise ValueError("stream")
        self.hash = hashlib.sha256(b"\0" + data).digest()
        self.index = 0
        self.part = ""


class _Examination:
    """One run over one bundle: each step reads what earlier ones established and adds findings."""

    def __init__(self, source: _Source, report: Report, trusted: list[Key]) -> None:
        self.source = source
        self.report = report
        self.trusted = {(key.name, key.id): key for key in trusted}
        self.inside: dict[tuple[str, bytes], Key] = {}
        self.digests: dict[str, str] = {}
        self.newest: int | None = None
        self.checkpoint = b""
        self.leaves: list[_Leaf] = []
        self.streams: dict[str, int] = {}
        self.omitted: dict[str, str] = {}
        self.named: set[str] = set()

    def run(self) -> None:
        for step in (
            self.hash_parts,
            self.check_manifests,
            self.read_keys,
            self.check_seal,
            self.read_case,
            self.check_checkpoints,
            self.check_entries,
            self.check_streams,
            self.check_objects,
        ):
            try:
                step()
            except _Flaw as flaw:
                self.report.add(flaw.level, flaw.part, flaw.english, flaw.chinese)
        self.report.counts["files"] = len(self.digests)
        self.report.counts["bytes"] = sum(self.source.sizes.values())

    # The bag.

    def hash_parts(self) -> None:
        for name in self.source.sizes:
            digest = hashlib.sha256()
            try:
                for chunk in self.source.chunks(name):
                    digest.update(chunk)
            except _Flaw as flaw:
                self.report.add(flaw.level, flaw.part, flaw.english, flaw.chinese)
            self.digests[name] = digest.hexdigest()
        for name in (*_TAG_FILES, _SEAL_FILE):
            if name not in self.digests:
                self.report.add(INCOMPLETE, name, "is missing.", "缺失。")
        if "bagit.txt" in self.digests and self.source.read("bagit.txt") != _BAGIT:
            self.report.add(
                ALTERED, "bagit.txt", "does not declare BagIt 1.0 in UTF-8.", "并非 BagIt 1.0 声明。"
            )

    def check_manifests(self) -> None:
        payload = self._manifest("manifest-sha256.txt")
        tags = self._manifest("tagmanifest-sha256.txt")
        self_listed = {"tagmanifest-sha256.txt", _SEAL_FILE}
        for name in self.digests:
            listed = payload if name.startswith("data/") else tags
            if listed is not None and name not in listed and name not in self_listed:
                self.report.add(ALTERED, name, "was added: no manifest lists it.", "系额外添加：清单中没有。")
        for manifest, is_payload in ((payload, True), (tags, False)):
            for name, digest in (manifest or {}).items():
                self._compare(name, digest, is_payload=is_payload)

    def _compare(self, name: str, digest: str, *, is_payload: bool) -> None:
        if name.startswith("data/") != is_payload or not _NAME.match(name):
            self.report.add(ALTERED, name[:80], "stands in the wrong manifest.", "列在错误的清单中。")
        elif name not in self.digests:
            self.report.add(
                INCOMPLETE, name, "is missing though the manifest lists it.", "清单中有，但缺失。"
            )
        elif self.digests[name] != digest:
            self.report.add(ALTERED, name, "the bytes are not those the manifest lists.", "内容与清单不符。")

    def _manifest(self, name: str) -> dict[str, str] | None:
        if name not in self.digests:
            return None
        listed: dict[str, str] = {}
        text = _text(self.source.read(name))
        for line in text[:-1].split("\n"):
            match = _MANIFEST_LINE.match(line)
            if match is None or not text.endswith("\n") or match.group(2) in listed:
                self.report.add(ALTERED, name, "has a line that is no manifest line.", "含有非清单格式的行。")
                continue
            listed[match.group(2)] = match.group(1)
        return listed

    # Keys and signatures.

    def read_keys(self) -> None:
        for name in self.digests:
            if not _KEY.match(name):
                continue
            try:
                key = Key(_text(self.source.read(name)))
            except ValueError:
                self.report.add(ALTERED, name, "is no key.", "不是有效公钥。")
                continue
            self.inside[key.name, key.id] = key

    def _open_note(self, part: str, data: bytes, speaker: str | None) -> str:
        """The text of a signed note. `speaker`: the name its key must bear, None for any.

        Text signed by a key from outside needs no more; by a key of the bundle, a finding says so.
        """
        text, signatures = _note(part, data)
        good: list[Key] = []
        for name, key_id, signature in signatures:
            key = self.trusted.get((name, key_id)) or self.inside.get((name, key_id))
            if key is None:
                continue
            if not ed25519_verify(key.public, text.encode("utf-8"), signature):
                raise _Flaw(ALTERED, part, f"the signature of {name} does not fit.", f"{name} 的签名不符。")
            good.append(key)
        speakers = [
            key for key in good if speaker is None or key.name == (speaker or text.partition("\n")[0])
        ]
        for key in good:
            self.report.keys[key.text] = (key, (key.name, key.id) in self.trusted)
        if not speakers:
            raise _Flaw(
                ALTERED,
                part,
                "no key you gave and no key of the bundle signed it.",
                "未由您提供的公钥或包内公钥签名。",
            )
        if not any((key.name, key.id) in self.trusted for key in speakers):
            self.report.add(
                CANNOT_TELL,
                part,
                f"signed by {speakers[0].text}, a key that comes from the bundle itself. Compare its fingerprint "
                "with the one the issuer publishes, then pass it with --key.",
                f"由包内公钥 {speakers[0].text} 签名。请与出具方公布的指纹核对，再以 --key 提供。",
            )
        return text

    def check_seal(self) -> None:
        if _SEAL_FILE not in self.digests or "tagmanifest-sha256.txt" not in self.digests:
            return
        text = self._open_note(_SEAL_FILE, self.source.read(_SEAL_FILE), None)
        lines = text.split("\n")
        digest = self.digests["tagmanifest-sha256.txt"]
        if len(lines) != 4 or lines[0] != SEAL or not lines[1].startswith("case "):  # noqa: PLR2004 - three lines and the end
            raise _Flaw(ALTERED, _SEAL_FILE, "is no seal of a bundle.", "不是证据包封签。")
        self.report.case = lines[1][5:]
        if lines[2] != f"tagmanifest-sha256 {digest}":
            raise _Flaw(
                ALTERED,
                "tagmanifest-sha256.txt",
                "the bytes are not those that were sealed.",
                "内容与封签时不符。",
            )

    # What the bundle says of itself.

    def read_case(self) -> None:
        omitted = self._json_part("data/omitted.json").get("omitted")
        for item in omitted if isinstance(omitted, list) else [None]:
            if not isinstance(item, dict) or not isinstance(item.get("part"), str):
                raise _Flaw(
                    ALTERED, "data/omitted.json", "is no list of omitted parts.", "不是隐去部分的列表。"
                )
            self.omitted[item["part"]] = str(item.get("reason", ""))
        case = self._json_part("data/case.json")
        known = case.get("format") == FORMAT and type(case.get("checkpoint")) is int
        if not known or not self._take_streams(case.get("streams"), case.get("case")):
            raise _Flaw(ALTERED, "data/case.json", "does not describe a bundle.", "不是证据包说明。")
        if self.report.case not in ("", case["case"]):
            raise _Flaw(ALTERED, "data/case.json", "names another case than the seal.", "案件与封签不一致。")
        self.report.case = case["case"]
        self.newest = case["checkpoint"]

    def _take_streams(self, streams: object, case: object) -> bool:
        """Keep how long each story is; the case's own must be among them."""
        if not isinstance(streams, dict) or not isinstance(case, str) or case not in streams:
            return False
        if not all(
            _UUID.match(stream) and type(last) is int and last >= 1 for stream, last in streams.items()
        ):
            return False
        self.streams = streams
        return True

    def _json_part(self, name: str) -> dict[str, Any]:
        if name not in self.digests:
            raise _Flaw(INCOMPLETE, name, "is missing.", "缺失。")
        try:
            return _json(self.source.read(name))
        except ValueError:
            raise _Flaw(ALTERED, name, "is no exact JSON object.", "不是严格的 JSON 对象。") from None

    # The log.

    def check_checkpoints(self) -> None:
        found: dict[int, tuple[str, bytes, bytes]] = {}
        for name in self.digests:
            match = _CHECKPOINT.match(name)
            if match is None or match.group(2) != "checkpoint":
                continue
            try:
                data = self.source.read(name)
                size, root = self._checkpoint(name, data)
            except _Flaw as flaw:
                self.report.add(flaw.level, flaw.part, flaw.english, flaw.chinese)
                continue
            if size != int(match.group(1)):
                self.report.add(ALTERED, name, "is the checkpoint of another size.", "与文件名所示条数不符。")
                continue
            found[size] = (name, data, root)
        newest = max(found, default=0) if self.newest is None else self.newest
        if newest not in found:
            part = f"data/checkpoints/{newest}.checkpoint"
            raise _Flaw(
                INCOMPLETE,
                part,
                "the checkpoint to which the entries lead cannot be used; they were not checked against the log.",
                "条目所指向的检查点不可用，未能与日志核对。",
            )
        self.report.counts["checkpoints"] = len(found)
        self.checkpoint, self.report.size, self.report.root = found[newest][1], newest, found[newest][2]
        self.report.origin = self.checkpoint.partition(b"\n")[0].decode()
        for size, (_, _, root) in found.items():
            if size != newest:
                self._consistent(size, root)

    def _checkpoint(self, part: str, data: bytes) -> tuple[int, bytes]:
        # The empty speaker stands for «the origin in the first line».
        lines = self._open_note(part, data, "").split("\n")
        root = _base64(lines[2]) if len(lines) == 4 else b""  # noqa: PLR2004 - origin, size, root and the end
        if len(root) != _HASH or not _DECIMAL.match(lines[1]) or int(lines[1]) > _MAX_SIZE:
            raise _Flaw(ALTERED, part, "is no checkpoint.", "不是检查点。")
        # What follows the last slash is the epoch, which changes when a restored log goes on.
        if self.report.origin and _log_of(self.report.origin) != _log_of(lines[0]):
            raise _Flaw(ALTERED, part, "belongs to another log.", "属于另一日志。")
        self.report.origin = lines[0]
        return int(lines[1]), root

    def _consistent(self, size: int, root: bytes) -> None:
        part = f"data/checkpoints/{size}.consistency"
        if part not in self.digests:
            self.report.add(INCOMPLETE, part, "is missing.", "缺失。")
            return
        head, _, checkpoint = self.source.read(part).partition(b"\n\n")
        lines = _text(head).split("\n")
        path = [_base64(line) for line in lines[1:]]
        if lines[0] != f"old {size}" or checkpoint != self.checkpoint:
            self.report.add(
                ALTERED, part, "is not the proof between these checkpoints.", "不是两检查点之间的证明。"
            )
        elif not verify_consistency(size, self.report.size, path, root, self.report.root):
            self.report.add(
                ALTERED,
                part,
                "the newest log does not begin with this older one: history was rewritten.",
                "新日志并非旧日志的延续：历史被改写。",
            )

    def check_entries(self) -> None:
        if not self.checkpoint:
            return
        indices: set[int] = set()
        for name in self.digests:
            match = _ENTRY.match(name)
            if match is not None:
                indices.add(int(match.group(1)))
            elif name.startswith("data/entries/"):
                self.report.add(ALTERED, name, "is no part of an entry.", "不是条目的组成部分。")
        if not indices:
            self.report.add(INCOMPLETE, "data/entries", "has no entries.", "没有条目。")
        for index in sorted(indices):
            try:
                self._entry(index)
            except _Flaw as flaw:
                self.report.add(flaw.level, flaw.part, flaw.english, flaw.chinese)

    def _entry(self, index: int) -> None:
        name = f"data/entries/{index}"
        leaf = self._proven_leaf(name + ".tlog-proof", index)
        self.leaves.append(leaf)
        if name + ".json" not in self.digests:
            self._allow_missing(name + ".json")
            for kind in (".body.json", ".salt"):
                if name + ".json" in self.omitted and name + kind in self.digests:
                    self.report.add(
                        ALTERED, name + kind, "belongs to a withheld entry.", "属于已隐去的条目。"
                    )
            return
        if self.digests[name + ".json"] != leaf.entry:
            raise _Flaw(
                ALTERED, name + ".json", "the bytes are not those the log holds.", "内容与日志登记的不符。"
            )
        entry = self._json_part(name + ".json")
        if isinstance(entry.get("case"), str) and entry["case"] != leaf.stream:
            raise _Flaw(ALTERED, name + ".json", "was logged outside its case.", "登记于其他案件之下。")
        self.report.counts["entries"] += 1
        self._body(name, entry.get("body_hash"))
        self._objects(name + ".json", entry.get("objects"))

    def _proven_leaf(self, part: str, index: int) -> _Leaf:
        if part not in self.digests:
            raise _Flaw(INCOMPLETE, part, "is missing.", "缺失。")
        head, _, checkpoint = self.source.read(part).partition(b"\n\n")
        lines = _text(head).split("\n")
        if len(lines) < 3 or lines[0] != PROOF or lines[2] != f"index {index}" or lines[1][:6] != "extra ":  # noqa: PLR2004 - header, extra, index
            raise _Flaw(ALTERED, part, "is no proof for this index.", "不是该序号的证明。")
        try:
            leaf = _Leaf(_base64(lines[1][6:]))
        except ValueError:
            raise _Flaw(ALTERED, part, "carries no leaf of the log.", "未载有日志叶。") from None
        path = [_base64(line) for line in lines[3:]]
        if checkpoint != self.checkpoint:
            raise _Flaw(
                ALTERED, part, "leads to another checkpoint than the newest.", "指向的检查点不是最新者。"
            )
        if not verify_inclusion(leaf.hash, index, self.report.size, path, self.report.root):
            raise _Flaw(ALTERED, part, "does not lead to the checkpoint's root.", "不能导出检查点之根。")
        leaf.index, leaf.part = index, part
        return leaf

    def _body(self, name: str, expected: object) -> None:
        present = [kind for kind in (".body.json", ".salt") if name + kind in self.digests]
        if expected is None:
            if present:
                self.report.add(
                    ALTERED, name + present[0], "belongs to no entry's body.", "不属于任何条目正文。"
                )
        elif len(present) == 2:  # noqa: PLR2004 - body and salt
            salt, digest = self.source.read(name + ".salt"), hashlib.sha256()
            digest.update(salt)
            for chunk in self.source.chunks(name + ".body.json"):
                digest.update(chunk)
            if len(salt) != _HASH or digest.hexdigest() != expected:
                self.report.add(
                    ALTERED,
                    name + ".body.json",
                    "body or salt is not the one logged.",
                    "正文或盐值与登记的不符。",
                )
            self.report.counts["bodies"] += 1
        elif present:
            missing = ".salt" if present == [".body.json"] else ".body.json"
            self.report.add(INCOMPLETE, name + missing, "is missing.", "缺失。")
        else:
            self._allow_missing(name + ".body.json")

    def _objects(self, part: str, objects: object) -> None:
        for item in objects if isinstance(objects, list) else []:
            digest = item.get("sha256") if isinstance(item, dict) else item
            if not _is_hex(digest):
                self.report.add(
                    ALTERED, part, "names an object by something that is no hash.", "对象散列无效。"
                )
                continue
            self.named.add(str(digest))

    def _allow_missing(self, part: str) -> None:
        """A part that is not there is withheld if omitted.json says so, else the bundle is incomplete."""
        if part in self.omitted:
            self.report.counts["withheld"] += 1
            reason = self.omitted[part]
            self.report.add(
                WHOLE, part, f"is withheld, and the bundle says so: {reason}", f"已隐去，包内载明：{reason}"
            )
        else:
            self.report.add(INCOMPLETE, part, "is missing and not listed as omitted.", "缺失，且未列为隐去。")

    # The story without holes, and its exhibits.

    def check_streams(self) -> None:
        if not self.checkpoint or not self.streams:
            return
        by_stream: dict[str, list[_Leaf]] = {}
        for leaf in self.leaves:
            by_stream.setdefault(leaf.stream, []).append(leaf)
        for stream in sorted(set(by_stream) - set(self.streams)):
            self.report.add(
                INCOMPLETE,
                by_stream[stream][0].part,
                "belongs to a story whose length the bundle does not state.",
                "所属案件流未载明总数。",
            )
        for stream, last in self.streams.items():
            leaves = sorted(by_stream.get(stream, []), key=lambda leaf: (leaf.no, leaf.index))
            self._stream(stream, last, leaves)

    def _stream(self, stream: str, last: int, leaves: list[_Leaf]) -> None:
        before: _Leaf | None = None
        for leaf in leaves:
            reached = before.no if before else 0
            if leaf.no > reached + 1:
                self._hole(stream, reached + 1, leaf.no - 1)
            elif leaf.no <= reached or leaf.no > last:
                self.report.add(
                    ALTERED, leaf.part, f"has number {leaf.no} out of turn.", f"编号 {leaf.no} 不合次序。"
                )
            elif before and (leaf.prev != before.hash.hex() or leaf.index <= before.index):
                self.report.add(
                    ALTERED,
                    leaf.part,
                    f"does not follow number {before.no}.",
                    f"与编号 {before.no} 不相衔接。",
                )
            before = leaf
        reached = before.no if before else 0
        if reached < last:
            self._hole(stream, reached + 1, last)

    def _hole(self, stream: str, first: int, last: int) -> None:
        numbers = str(first) if first == last else f"{first}-{last}"
        self.report.add(
            INCOMPLETE,
            f"stream {stream} no {numbers}",
            "this piece of the story is missing, and no proof stands in its place.",
            "此段经过缺失，且无证明代替。",
        )

    def check_objects(self) -> None:
        there: set[str] = set()
        for name in self.digests:
            match = _OBJECT.match(name)
            if match is None:
                continue
            if match.group(1) != self.digests[name]:
                self.report.add(
                    ALTERED, name, "the bytes do not have the hash in its name.", "内容与文件名散列不符。"
                )
                continue
            there.add(match.group(1))
            self.report.counts["objects"] += 1
            if match.group(1) not in self.named:
                self.report.add(
                    WHOLE,
                    name,
                    "no entry shown names it: the seal alone vouches for it.",
                    "所示条目均未提及，仅由封签担保。",
                )
        for digest in sorted(self.named - there):
            self._allow_missing(f"data/objects/{digest}")


# --- formats ----------------------------------------------------------------------------------------


def _text(data: bytes) -> str:
    """UTF-8 text; what is none becomes a text that equals nothing expected."""
    return data.decode("utf-8", "replace")


def _log_of(origin: str) -> str:
    return _EPOCH.sub("", origin)


def _base64(text: str) -> bytes:
    """The bytes of exact base64, or empty: no valid hash, key or signature is empty."""
    try:
        data = base64.b64decode(text.encode("utf-8"), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if base64.b64encode(data).decode("ascii") == text else b""


def _is_hex(value: object) -> bool:
    return isinstance(value, str) and _HEX.match(value) is not None


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(char.isspace() or ord(char) < _HASH for char in name)


def _json(data: bytes) -> dict[str, Any]:
    """A JSON object of exact values: no floats, no repeated keys, no endless numbers. ValueError otherwise."""

    def whole(literal: str) -> int:
        if len(literal) > _MAX_DIGITS:
            raise ValueError("number")
        return int(literal)

    def refuse(literal: str) -> object:
        raise ValueError(literal)

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("repeated key")
        return dict(pairs)

    try:
        value = json.loads(
            data.decode("utf-8"),
            parse_int=whole,
            parse_float=refuse,
            parse_constant=refuse,
            object_pairs_hook=once,
        )
    except RecursionError:
        raise ValueError("nesting") from None
    if not isinstance(value, dict):
        raise ValueError("object")  # noqa: TRY004 - one kind of error for everything that is not such an object
    return value


def _note(part: str, data: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Text and signatures (name, key id, signature) of a C2SP signed note, read strictly."""
    flaw = _Flaw(ALTERED, part, "is no signed note.", "不是签名文书。")
    try:
        head, blank, tail = data.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        raise flaw from None
    lines = tail.split("\n")
    if not blank or lines[-1] or not 1 < len(lines) <= _MAX_SIGNATURES + 1:
        raise flaw
    if any(ord(char) < _HASH and char != "\n" for char in head):
        raise flaw
    signatures = []
    for line in lines[:-1]:
        name, _, encoded = line[2:].partition(" ")
        blob = _base64(encoded)
        if line[:2] != "— " or not _is_key_name(name) or len(blob) <= 4:  # noqa: PLR2004 - the key id's size
            raise flaw
        signatures.append((name, blob[:4], blob[4:]))
    return head + "\n", signatures


# --- the tree (RFC 9162 §2.1.3.2, §2.1.4.2) ---------------------------------------------------------


def verify_inclusion(leaf_hash: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf at `index` to the root of the tree of `size` leaves."""
    if not 0 <= index < size or len(path) > _MAX_PATH or any(len(step) != _HASH for step in path):
        return False
    here, last, computed = index, size - 1, leaf_hash
    for step in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            computed = hashlib.sha256(b"\1" + step + computed).digest()
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            computed = hashlib.sha256(b"\1" + computed + step).digest()
        here, last = here >> 1, last >> 1
    return last == 0 and computed == root


def verify_consistency(size1: int, size2: int, path: list[bytes], root1: bytes, root2: bytes) -> bool:
    """Whether the tree of `size2` begins with the tree of `size1`, both of them given by their roots."""
    if not 0 < size1 < size2 or not 0 < len(path) <= _MAX_PATH or any(len(step) != _HASH for step in path):
        return False
    steps = [root1, *path] if size1 & (size1 - 1) == 0 else path
    here, last = size1 - 1, size2 - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old = hashlib.sha256(b"\1" + step + old).digest()
            new = hashlib.sha256(b"\1" + step + new).digest()
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            new = hashlib.sha256(b"\1" + new + step).digest()
        here, last = here >> 1, last >> 1
    return last == 0 and old == root1 and new == root2


# --- Ed25519 (RFC 8032 §5.1), verification only: nothing here is secret, so speed of a step may vary ----

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
# Points in extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
_BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)
_NEUTRAL = (0, 1, 1, 0)
_POINT_SIZE, _SIGNATURE_SIZE = 32, 64


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the Ed25519 signature of `message` under `public`; False for any malformed input."""
    if len(public) != _POINT_SIZE or len(signature) != _SIGNATURE_SIZE:
        return False
    key = _decompress(public)
    scalar = int.from_bytes(signature[_POINT_SIZE:], "little")
    if key is None or scalar >= _L:
        return False
    challenge = hashlib.sha512(signature[:_POINT_SIZE] + public + message).digest()
    factor = int.from_bytes(challenge, "little") % _L
    x, y, z, t = key
    return _compress(_two_products(scalar, _BASE, factor, (_P - x, y, z, _P - t))) == signature[:_POINT_SIZE]


def _two_products(a: int, p: tuple[int, ...], b: int, q: tuple[int, ...]) -> tuple[int, ...]:
    """a·p + b·q in one pass over the bits of both."""
    table = (_NEUTRAL, p, q, _add(p, q))
    total: tuple[int, ...] = _NEUTRAL
    for bit in range(max(a.bit_length(), b.bit_length()) - 1, -1, -1):
        total = _add(total, total)
        chosen = (a >> bit & 1) | (b >> bit & 1) << 1
        if chosen:
            total = _add(total, table[chosen])
    return total


def _add(p: tuple[int, ...], q: tuple[int, ...]) -> tuple[int, ...]:
    """RFC 8032 §5.1.4: complete, so it doubles too."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _compress(point: tuple[int, ...]) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(_POINT_SIZE, "little")


def _decompress(data: bytes) -> tuple[int, ...] | None:
    value = int.from_bytes(data, "little")
    sign, y = value >> 255, value & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


# --- the command ------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """argparse would exit 2 on a wrong call, which here means «incomplete»."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(CANNOT_TELL, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Check the bundle named on the command line, print the report, and give back the exit code."""
    parser = _Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", help="the zip, or the folder it unpacks to 证据包或其解压后的文件夹")
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="KEY",
        help="a key to trust, from outside the bundle; may be repeated 可信公钥（来自包外，可多次提供）",
    )
    options = parser.parse_args(arguments)
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        # A console that cannot show Chinese must not turn a verdict into a traceback.
        reconfigure(errors="backslashreplace")
    try:
        report = verify(options.bundle, options.key)
    except ValueError as error:
        parser.error(f"--key: {error}")
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
