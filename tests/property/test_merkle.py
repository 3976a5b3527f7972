"""The tree against its definition (RFC 6962 §2.1), written down here once more, recursive and slow."""

import hashlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field_visits.evidence.merkle import (
    Node,
    appended_nodes,
    consistency_nodes,
    consistency_path,
    fold_path,
    fold_root,
    inclusion_nodes,
    inclusion_path,
    leaf_hash,
    root_hash,
    root_nodes,
    verify_consistency,
    verify_inclusion,
)

EXHAUSTIVE = 130
LARGEST = 5000
LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(LARGEST)]
STORE = {Node(level, position): hash_ for level, position, hash_ in appended_nodes(0, LEAVES, {})}


def largest_power_of_two_below(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


@cache
def defined_root(start: int, end: int) -> bytes:
    if end == start:
        return hashlib.sha256().digest()
    if end - start == 1:
        return LEAVES[start]
    middle = start + largest_power_of_two_below(end - start)
    return hashlib.sha256(b"\x01" + defined_root(start, middle) + defined_root(middle, end)).digest()


def defined_path(index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + largest_power_of_two_below(end - start)
    if index < middle:
        return [*defined_path(index, start, middle), defined_root(middle, end)]
    return [*defined_path(index, middle, end), defined_root(start, middle)]


def defined_subproof(size: int, start: int, end: int, *, known: bool) -> list[bytes]:
    if size == end:
        return [] if known else [defined_root(start, end)]
    middle = start + largest_power_of_two_below(end - start)
    if size <= middle:
        return [*defined_subproof(size, start, middle, known=known), defined_root(middle, end)]
    return [*defined_subproof(size, middle, end, known=False), defined_root(start, middle)]


@pytest.mark.parametrize("size", range(EXHAUSTIVE + 1))
def test_every_small_tree_has_the_defined_root_and_proofs(size: int) -> None:
    root = defined_root(0, size)

    assert root_hash(LEAVES[:size]) == root
    assert fold_root(root_nodes(size), STORE) == root
    for index in range(size):
        path = fold_path(inclusion_nodes(index, size), STORE)
        assert path == defined_path(index, 0, size)
        assert verify_inclusion(LEAVES[index], index, size, path, root)
        old_root = defined_root(0, index + 1)
        proof = fold_path(consistency_nodes(index + 1, size), STORE)
        assert proof == defined_subproof(index + 1, 0, size, known=True)
        assert verify_consistency(index + 1, size, proof, old_root, root)


@pytest.mark.parametrize("size", range(1, 18))
def test_a_proof_under_one_root_fits_one_index_and_one_leaf_only(size: int) -> None:
    root = defined_root(0, size)
    for index in range(size):
        path = inclusion_path(LEAVES, index, size)
        fits = [
            (leaf, other)
            for other in range(20)
            for leaf in range(20)
            if verify_inclusion(LEAVES[leaf], other, size, path, root)
        ]
        assert fits == [(index, index)]


@settings(max_examples=150)
@given(data=st.data(), size=st.integers(1, LARGEST))
def test_random_larger_trees_agree_with_the_definition_and_read_few_nodes(
    data: st.DataObject, size: int
) -> None:
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))

    plan, older = inclusion_nodes(index, size), consistency_nodes(old, size)

    assert fold_path(plan, STORE) == defined_path(index, 0, size)
    assert fold_path(older, STORE) == defined_subproof(old, 0, size, known=True)
    assert sum(map(len, plan)) <= 2 * size.bit_length()
    assert sum(map(len, older)) <= 2 * size.bit_length()


@settings(max_examples=60)
@given(batches=st.lists(st.integers(0, 40), max_size=12))
def test_appending_in_any_batches_from_the_right_edge_alone_stores_the_same_nodes(batches: list[int]) -> None:
    size = 0
    stored: dict[Node, bytes] = {}
    frontier: dict[Node, bytes] = {}
    for batch in batches:
        added = appended_nodes(size, LEAVES[size : size + batch], frontier)
        size += batch
        for level, position, hash_ in added:
            assert Node(level, position) not in stored, "a node is written once"
            stored[Node(level, position)] = hash_
        frontier = {node: stored[node] for node in root_nodes(size)}

    assert stored == {
        node: hash_ for node, hash_ in STORE.items() if (node.position + 1) << node.level <= size
    }
    assert fold_root(root_nodes(size), stored) == defined_root(0, size)


@settings(max_examples=150)
@given(data=st.data(), size=st.integers(2, LARGEST))
def test_one_flipped_bit_breaks_every_proof(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size - 1))
    bit = data.draw(st.integers(0, 255))
    root, path, proof = (
        defined_root(0, size),
        defined_path(index, 0, size),
        consistency_path(LEAVES, old, size),
    )
    step, stride = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, len(proof) - 1))

    assert not verify_inclusion(flipped(LEAVES[index], bit), index, size, path, root)
    assert not verify_inclusion(LEAVES[index], index, size, path, flipped(root, bit))
    assert not verify_inclusion(LEAVES[index], index, size, flipped_at(path, step, bit), root)
    assert not verify_consistency(old, size, flipped_at(proof, stride, bit), defined_root(0, old), root)
    assert not verify_consistency(old, size, proof, flipped(defined_root(0, old), bit), root)


def flipped(hash_: bytes, bit: int) -> bytes:
    return (int.from_bytes(hash_, "big") ^ (1 << bit)).to_bytes(32, "big")


def flipped_at(path: list[bytes], step: int, bit: int) -> list[bytes]:
    return [*path[:step], flipped(path[step], bit), *path[step + 1 :]]
