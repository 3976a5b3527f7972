import hashlib
from typing import Any

import pytest

from field_visits.evidence.merkle import (
    MAX_SIZE,
    MissingNodeError,
    Node,
    StoredNode,
    appended_nodes,
    consistency_nodes,
    consistency_path,
    fold_path,
    fold_root,
    inclusion_nodes,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_hash,
    root_nodes,
    verify_consistency,
    verify_inclusion,
)

# The eight leaves and their roots that Certificate Transparency's implementations have tested with since 2013.
CT_LEAVES = [
    bytes.fromhex(data)
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    bytes.fromhex(root)
    for root in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
CT_HASHES = [leaf_hash(data) for data in CT_LEAVES]
CT_INCLUSION_5_OF_8 = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
CT_CONSISTENCY_6_TO_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
HASH = bytes(32)
OTHER = b"\x01" * 32


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_certificate_transparency_published(size: int) -> None:
    assert root_hash(CT_HASHES[:size]) == CT_ROOTS[size]


def test_proofs_are_those_certificate_transparency_published() -> None:
    assert [step.hex() for step in inclusion_path(CT_HASHES, 5, 8)] == CT_INCLUSION_5_OF_8
    assert [step.hex() for step in consistency_path(CT_HASHES, 6, 8)] == CT_CONSISTENCY_6_TO_8
    assert consistency_path(CT_HASHES, 1, 1) == []
    assert inclusion_path(CT_HASHES, 0, 1) == []


def test_rfc_6962_example_of_seven_leaves_has_the_paths_it_names() -> None:
    # RFC 6962 §2.1.3 names the nodes: a..j; PATH(0), PATH(3), PATH(4), PATH(6) and three consistency proofs.
    a, b, c, d, e, f, j = CT_HASHES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, left = node_hash(i, j), node_hash(g, h)

    assert inclusion_path(CT_HASHES, 0, 7) == [b, h, k]
    assert inclusion_path(CT_HASHES, 3, 7) == [c, g, k]
    assert inclusion_path(CT_HASHES, 4, 7) == [f, j, left]
    assert inclusion_path(CT_HASHES, 6, 7) == [i, left]
    assert consistency_path(CT_HASHES, 3, 7) == [c, d, g, k]
    assert consistency_path(CT_HASHES, 4, 7) == [k]
    assert consistency_path(CT_HASHES, 6, 7) == [i, j, left]


def test_a_leaf_and_a_node_never_hash_alike() -> None:
    assert leaf_hash(HASH + OTHER) == hashlib.sha256(b"\x00" + HASH + OTHER).digest()
    assert node_hash(HASH, OTHER) == hashlib.sha256(b"\x01" + HASH + OTHER).digest()


@pytest.mark.parametrize("short", [b"", bytes(31), bytes(33)])
def test_a_hash_of_another_length_cannot_enter_the_tree(short: bytes) -> None:
    for attempt in (
        lambda: node_hash(short, HASH),
        lambda: node_hash(HASH, short),
        lambda: root_hash([HASH, short]),
        lambda: appended_nodes(0, [short], {}),
    ):
        with pytest.raises(ValueError, match="32 bytes"):
            attempt()


GOOD_INCLUSION: dict[str, Any] = {
    "leaf_hash": CT_HASHES[5],
    "index": 5,
    "size": 8,
    "path": inclusion_path(CT_HASHES, 5, 8),
    "root": CT_ROOTS[8],
}
GOOD_CONSISTENCY: dict[str, Any] = {
    "size1": 6,
    "size2": 8,
    "path": consistency_path(CT_HASHES, 6, 8),
    "root1": CT_ROOTS[6],
    "root2": CT_ROOTS[8],
}


class Contrary(int):
    """An integer that explodes when it is compared."""

    def __lt__(self, other: object) -> bool:
        raise RuntimeError

    __le__ = __gt__ = __ge__ = __lt__


BAD_NUMBERS: list[Any] = [
    -1,
    0,
    4,
    9,
    2**63,
    MAX_SIZE,
    2**64,
    2**20_000,
    True,
    False,
    None,
    5.0,
    8.0,
    "5",
    b"5",
    [],
    Contrary(5),
]
BAD_HASHES: list[Any] = [
    None,
    "",
    b"",
    bytes(31),
    bytes(33),
    bytearray(HASH),
    "00" * 32,
    0,
    [HASH],
    HASH,
    CT_ROOTS[5],
]
GOOD_PATH = GOOD_INCLUSION["path"]
BAD_PATHS: list[Any] = [
    None,
    7,
    b"",
    HASH,
    b"".join(GOOD_PATH),
    {},
    set(GOOD_PATH),
    iter(GOOD_PATH),
    [],
    GOOD_PATH[:-1],
    GOOD_PATH[1:],
    [*GOOD_PATH, HASH],
    [HASH, *GOOD_PATH],
    [*GOOD_PATH[:2], None],
    [*GOOD_PATH[:2], GOOD_PATH[2][:31]],
    [*GOOD_PATH[:2], GOOD_PATH[2].hex()],
    list(reversed(GOOD_PATH)),
    [HASH] * 1_000_000,
]


def test_the_good_proofs_the_bad_ones_are_made_from_verify() -> None:
    assert verify_inclusion(**GOOD_INCLUSION) is True
    assert verify_consistency(**GOOD_CONSISTENCY) is True
    assert verify_inclusion(**{**GOOD_INCLUSION, "path": tuple(GOOD_PATH)}) is True


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("index", bad) for bad in BAD_NUMBERS),
        *(("size", bad) for bad in [*BAD_NUMBERS, 5]),
        *(("leaf_hash", bad) for bad in BAD_HASHES),
        *(("root", bad) for bad in BAD_HASHES),
        *(("path", bad) for bad in BAD_PATHS),
    ],
    ids=lambda _: "",
)
def test_anything_but_an_inclusion_proof_is_false_and_never_an_error(field: str, value: Any) -> None:
    assert verify_inclusion(**{**GOOD_INCLUSION, field: value}) is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("size1", bad) for bad in [*BAD_NUMBERS, 8]),
        *(("size2", bad) for bad in [*BAD_NUMBERS, 6]),
        *(("root1", bad) for bad in BAD_HASHES),
        *(("root2", bad) for bad in BAD_HASHES),
        *(("path", bad) for bad in BAD_PATHS),
    ],
    ids=lambda _: "",
)
def test_anything_but_a_consistency_proof_is_false_and_never_an_error(field: str, value: Any) -> None:
    assert verify_consistency(**{**GOOD_CONSISTENCY, field: value}) is False


def test_an_empty_tree_proves_nothing() -> None:
    assert verify_inclusion(HASH, 0, 0, [], HASH) is False
    assert verify_inclusion(CT_ROOTS[0], 0, 0, [], CT_ROOTS[0]) is False
    assert verify_consistency(0, 0, [], CT_ROOTS[0], CT_ROOTS[0]) is False
    assert verify_consistency(0, 8, [], CT_ROOTS[0], CT_ROOTS[8]) is False
    assert verify_consistency(0, 8, [CT_ROOTS[8]], CT_ROOTS[0], CT_ROOTS[8]) is False


def test_one_leaf_is_its_own_root_and_takes_no_path() -> None:
    assert verify_inclusion(CT_HASHES[0], 0, 1, [], CT_ROOTS[1]) is True
    assert verify_inclusion(CT_HASHES[0], 0, 1, [], CT_ROOTS[2]) is False
    assert verify_inclusion(CT_HASHES[0], 0, 1, [HASH], CT_ROOTS[1]) is False


def test_equal_sizes_need_equal_roots_and_an_empty_path() -> None:
    assert verify_consistency(8, 8, [], CT_ROOTS[8], CT_ROOTS[8]) is True
    assert verify_consistency(8, 8, [], CT_ROOTS[7], CT_ROOTS[8]) is False
    assert verify_consistency(8, 8, [CT_ROOTS[8]], CT_ROOTS[8], CT_ROOTS[8]) is False
    assert verify_consistency(8, 7, GOOD_CONSISTENCY["path"], CT_ROOTS[8], CT_ROOTS[7]) is False


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (True, 5), (0, 2**64)])
def test_a_leaf_that_is_not_there_has_no_plan(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="index"):
        inclusion_nodes(index, size)


@pytest.mark.parametrize(("size1", "size2"), [(0, 5), (6, 5), (-1, 5), (1, 2**64)])
def test_a_tree_that_is_no_beginning_has_no_plan(size1: int, size2: int) -> None:
    with pytest.raises(ValueError, match="consistency proof"):
        consistency_nodes(size1, size2)


def test_more_leaves_than_there_are_is_an_error_not_a_shorter_tree() -> None:
    with pytest.raises(ValueError, match="9 leaf hashes"):
        inclusion_path(CT_HASHES, 0, 9)
    with pytest.raises(ValueError, match="tree size"):
        root_nodes(-1)


def test_a_missing_node_is_named() -> None:
    nodes = {Node(node.level, node.position): node.hash for node in appended_nodes(0, CT_HASHES, {})}
    del nodes[Node(1, 0)]

    with pytest.raises(MissingNodeError, match="Node 0 of level 1") as caught:
        fold_path(inclusion_nodes(2, 8), nodes)
    assert caught.value.node == Node(1, 0)
    with pytest.raises(MissingNodeError):
        appended_nodes(2, [HASH], {Node(0, 0): HASH})


def test_appending_two_leaves_gives_children_before_their_parent() -> None:
    assert appended_nodes(0, CT_HASHES[:2], {}) == [
        StoredNode(0, 0, CT_HASHES[0]),
        StoredNode(0, 1, CT_HASHES[1]),
        StoredNode(1, 0, CT_ROOTS[2]),
    ]


def test_the_empty_tree_folds_to_the_hash_of_nothing() -> None:
    assert root_nodes(0) == ()
    assert fold_root((), {}) == CT_ROOTS[0]
    assert appended_nodes(0, [], {}) == []


@pytest.mark.parametrize("size", [10**6, 10**6 - 1, 2**20, 2**20 - 1, 10**9 + 7])
def test_proofs_of_a_large_tree_read_few_nodes(size: int) -> None:
    limit = 2 * size.bit_length()
    for index in (0, 1, size // 3, size // 2, size - 2, size - 1):
        assert sum(map(len, inclusion_nodes(index, size))) <= limit
        assert sum(map(len, consistency_nodes(index + 1, size))) <= limit
    assert len(root_nodes(size)) <= size.bit_length()
