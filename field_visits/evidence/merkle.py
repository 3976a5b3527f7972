"""The Merkle tree of RFC 6962 §2.1 and RFC 9162 §2.1: hashes, proofs, and which stored nodes a proof needs.

Pure functions on bytes. No row is read here and no key is known: the sequencer stores what
`appended_nodes` returns, a reader asks a plan (`inclusion_nodes`, `consistency_nodes`, `root_nodes`)
which nodes to fetch, and folds them.

A stored node is the root of a *complete* subtree: `Node(level, position)` covers the
leaves `position * 2**level` up to, not including, `(position + 1) * 2**level`; level 0 are the leaf hashes. A node once
written never changes, so the table is append-only. The ragged right edge is folded at reading time.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

HASH_SIZE = 32
# Sizes travel as 64-bit integers in every log format; a larger one can only be an attack on the verifier's time.
MAX_SIZE = 2**64 - 1
# The longest consistency proof of a tree of MAX_SIZE leaves.
_MAX_PATH = 65

_LEAF = b"\x00"
_NODE = b"\x01"


class Node(NamedTuple):
    """Where a complete subtree stands: 2**level leaves, the position-th such block from the left, from 0."""

    level: int
    position: int


class StoredNode(NamedTuple):
    """A node and its hash, as the node table keeps it."""

    level: int
    position: int
    hash: bytes


# The complete subtrees that make up one run of leaves, from left (largest) to right (smallest).
Range = tuple[Node, ...]
# One range for each hash of a proof, in the order of the proof.
Plan = tuple[Range, ...]


class MissingNodeError(LookupError):
    """A plan names a node that was not fetched; the node table is damaged or the tree is smaller than said."""

    def __init__(self, node: Node) -> None:
        super().__init__(f"Node {node.position} of level {node.level} is missing.")
        self.node = node


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data): what stands at the foot of the tree for `data`."""
    return hashlib.sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right).

    Raises:
        ValueError: one of the two is not 32 bytes. A tree of other hashes would not be this tree.
    """
    _require_hash(left)
    _require_hash(right)
    return hashlib.sha256(_NODE + left + right).digest()


def root_hash(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in log order; of no leaves it is SHA-256 of nothing (RFC 6962 §2.1).

    Raises:
        ValueError: a leaf hash is not 32 bytes.
    """
    edge: list[tuple[int, bytes]] = []
    for leaf in leaf_hashes:
        _require_hash(leaf)
        level, carried = 0, leaf
        while edge and edge[-1][0] == level:
            carried = hashlib.sha256(_NODE + edge.pop()[1] + carried).digest()
            level += 1
        edge.append((level, carried))
    if not edge:
        return hashlib.sha256().digest()
    return _fold([node for _, node in edge])


def verify_inclusion(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf_hash` stands at `index` of the tree of `size` leaves with `root`.

    RFC 9162 §2.1.3.2. Total: anything that is not a proof is False, never an exception.
    """
    if not (_is_hash(leaf_hash) and _is_hash(root) and _is_path(path)):
        return False
    if not (_is_size(index) and _is_size(size) and index < size):
        return False
    fn, sn = index, size - 1
    computed = leaf_hash
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            computed = hashlib.sha256(_NODE + sibling + computed).digest()
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            computed = hashlib.sha256(_NODE + computed + sibling).digest()
        fn >>= 1
        sn >>= 1
    return sn == 0 and computed == root


def verify_consistency(size1: int, size2: int, path: Sequence[bytes], root1: bytes, root2: bytes) -> bool:
    """Whether `path` proves that the tree (`size1`, `root1`) is the beginning of the tree (`size2`, `root2`).

    RFC 9162 §2.1.4.2. Total: anything that is not a proof is False, never an exception. The empty tree is
    the beginning of every tree, so it proves nothing and `size1 == 0` is False. Equal sizes need
    equal roots and an empty path.
    """
    if not (_is_hash(root1) and _is_hash(root2) and _is_path(path)):
        return False
    if not (_is_size(size1) and _is_size(size2) and 0 < size1 <= size2):
        return False
    if size1 == size2:
        return not path and root1 == root2
    return bool(path) and _replay(size1, size2, list(path), root1) == (root1, root2)


def _replay(size1: int, size2: int, hashes: list[bytes], root1: bytes) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency proof leads to, or None if it is too long or too short for the sizes."""
    if size1 & (size1 - 1) == 0:
        # The old tree is one complete subtree of the new one: its root is the proof's first hash, left out.
        hashes.insert(0, root1)
    fn, sn = size1 - 1, size2 - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            old = hashlib.sha256(_NODE + sibling + old).digest()
            new = hashlib.sha256(_NODE + sibling + new).digest()
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            new = hashlib.sha256(_NODE + new + sibling).digest()
        fn >>= 1
        sn >>= 1
    return (old, new) if sn == 0 else None


def root_nodes(size: int) -> Range:
    """The complete subtrees whose fold is the root of `size` leaves; none for the empty tree.

    They are also the frontier that `appended_nodes` needs.

    Raises:
        ValueError: `size` is no tree size.
    """
    if not _is_size(size):
        raise ValueError("A tree size is a whole number from 0 to 2^64 - 1.")
    return tuple(_cover(0, size))


def inclusion_nodes(index: int, size: int) -> Plan:
    """Which stored nodes the inclusion proof of leaf `index` in the tree of `size` is folded from.

    At most 2·ceil(log2 size) nodes: only one hash of a proof can hang on the ragged right edge.

    Raises:
        ValueError: the tree of `size` has no leaf `index`.
    """
    if not (_is_size(index) and _is_size(size) and index < size):
        raise ValueError("The leaf's index lies from 0 to the tree's size - 1.")
    siblings: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append(tuple(_cover(middle, end)))
            end = middle
        else:
            siblings.append(tuple(_cover(start, middle)))
            start = middle
    return tuple(reversed(siblings))


def consistency_nodes(size1: int, size2: int) -> Plan:
    """Which stored nodes the consistency proof from `size1` to `size2` is folded from; none for equal sizes.

    Raises:
        ValueError: not 1 <= size1 <= size2; the empty tree proves nothing.
    """
    if not (_is_size(size1) and _is_size(size2) and 0 < size1 <= size2):
        raise ValueError("A consistency proof leads from a tree of at least one leaf to one not smaller.")
    ranges: list[Range] = []
    start, end = 0, size2
    while size1 < end:
        middle = start + _split(end - start)
        if size1 <= middle:
            ranges.append(tuple(_cover(middle, end)))
            end = middle
        else:
            ranges.append(tuple(_cover(start, middle)))
            start = middle
    if start > 0:
        # The old tree's last subtree; when it is the whole old tree (start == 0) the verifier has it as root1.
        ranges.append(tuple(_cover(start, end)))
    return tuple(reversed(ranges))


def fold_path(plan: Plan, nodes: Mapping[Node, bytes]) -> list[bytes]:
    """The proof's hashes from fetched nodes, one for each range of the plan.

    Raises:
        MissingNodeError: a node of the plan is not among `nodes`.
    """
    return [fold_root(run, nodes) for run in plan]


def fold_root(run: Range, nodes: Mapping[Node, bytes]) -> bytes:
    """The hash over one range of complete subtrees; with `root_nodes(size)` the tree's root.

    Raises:
        MissingNodeError: a node of the range is not among `nodes`.
    """
    if not run:
        return hashlib.sha256().digest()
    try:
        return _fold([nodes[node] for node in run])
    except KeyError as missing:
        raise MissingNodeError(missing.args[0]) from None


def appended_nodes(
    old_size: int, leaf_hashes: Iterable[bytes], frontier: Mapping[Node, bytes]
) -> list[StoredNode]:
    """Every node that becomes complete when `leaf_hashes` follow the `old_size` leaves already there.

    About two nodes a leaf. Leaves come first at their own level, each parent after its children, so
    that the rows can be inserted in this order. The new frontier is `root_nodes(new size)`, found among
    `frontier` (the hashes of `root_nodes(old_size)`; more do no harm) and the result.

    Raises:
        MissingNodeError: a frontier node is not there.
        ValueError: a leaf hash is not 32 bytes.
    """
    known: dict[Node, bytes] = {}
    for node in root_nodes(old_size):
        if node not in frontier:
            raise MissingNodeError(node)
        known[node] = frontier[node]
    added: list[StoredNode] = []
    for index, leaf in enumerate(leaf_hashes, start=old_size):
        _require_hash(leaf)
        level, position, carried = 0, index, leaf
        added.append(StoredNode(level, position, carried))
        while position & 1:
            # A left sibling is used once only: dropping it keeps `known` as small as the frontier.
            carried = hashlib.sha256(_NODE + known.pop(Node(level, position - 1)) + carried).digest()
            level, position = level + 1, position >> 1
            added.append(StoredNode(level, position, carried))
        known[Node(level, position)] = carried
    return added


def inclusion_path(leaf_hashes: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """The inclusion proof of leaf `index` in the tree of the first `size` of `leaf_hashes`.

    For tests, fsck and small trees: it hashes all the leaves. From the database use `inclusion_nodes`.

    Raises:
        ValueError: there is no such leaf, or there are fewer than `size` leaves.
    """
    return fold_path(inclusion_nodes(index, size), _all_nodes(leaf_hashes, size))


def consistency_path(leaf_hashes: Sequence[bytes], size1: int, size2: int) -> list[bytes]:
    """The consistency proof from the first `size1` to the first `size2` of `leaf_hashes`.

    For tests, fsck and small trees: it hashes all the leaves. From the database use `consistency_nodes`.

    Raises:
        ValueError: not 1 <= size1 <= size2, or there are fewer than `size2` leaves.
    """
    return fold_path(consistency_nodes(size1, size2), _all_nodes(leaf_hashes, size2))


def _all_nodes(leaf_hashes: Sequence[bytes], size: int) -> dict[Node, bytes]:
    if len(leaf_hashes) < size:
        raise ValueError(f"The tree of {size} leaves needs {size} leaf hashes, not {len(leaf_hashes)}.")
    return {
        Node(level, position): hash_ for level, position, hash_ in appended_nodes(0, leaf_hashes[:size], {})
    }


def _cover(start: int, end: int) -> Iterator[Node]:
    """The complete subtrees of [start, end), largest first; `start` is aligned to the first of them."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield Node(level, start >> level)
        start += 1 << level


def _split(count: int) -> int:
    """The largest power of two smaller than `count` (RFC 6962 §2.1, «k»)."""
    return 1 << ((count - 1).bit_length() - 1)


def _fold(subtrees: list[bytes]) -> bytes:
    folded = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        folded = hashlib.sha256(_NODE + left + folded).digest()
    return folded


# Exact types, not isinstance: True is no tree size, and a subclass may do anything when it is compared.
def _is_size(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_SIZE


def _is_hash(value: object) -> bool:
    return type(value) is bytes and len(value) == HASH_SIZE


def _is_path(value: Sequence[object]) -> bool:
    return type(value) in (list, tuple) and len(value) <= _MAX_PATH and all(map(_is_hash, value))


def _require_hash(value: bytes) -> None:
    if not _is_hash(value):
        raise ValueError("A hash of this tree is 32 bytes of SHA-256.")
