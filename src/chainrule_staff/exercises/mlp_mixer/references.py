"""The mathematics of the topic: patches, one Mixer layer, its cost, and its symmetries."""

from __future__ import annotations

import itertools
import math

import numpy as np

from chainrule.compare import Numbers

Permutation = tuple[int, ...]
SIDE = 9  # rows of the small image whose rows are permuted
PATCH = 3

# --- patches ------------------------------------------------------------------------------------


def mixer_dims(H: int, W: int, S: int, C: int) -> tuple[int, int, int]:
    """S patches of P x P pixels cover H x W: P = sqrt(H W / S)."""
    return math.isqrt(H * W // S), S, C


def mixer_dims_by_search(H: int, W: int, S: int, C: int) -> tuple[int, int, int]:
    """Try every patch that divides the image."""
    fits = (P for P in range(1, H + 1) if H % P == W % P == 0 and (H // P) * (W // P) == S)
    return next(fits), S, C


def patchify(X: Numbers, P: int) -> Numbers:
    """Every P x P patch as one row; (H, W, c) -> (S, P P c), patches and pixels row by row."""
    H, W, c = X.shape
    blocks = X.reshape(H // P, P, W // P, P, c).transpose(0, 2, 1, 3, 4)
    return np.asarray(blocks.reshape(-1, P * P * c))


def patchify_by_loops(X: Numbers, P: int) -> Numbers:
    """Cut the patches out one after the other."""
    H, W, _ = X.shape
    corners = itertools.product(range(0, H, P), range(0, W, P))
    return np.array([X[i : i + P, j : j + P].ravel() for i, j in corners])


def patchify_by_index(X: Numbers, P: int) -> Numbers:
    """Look up where each entry of the table comes from."""
    H, W, c = X.shape
    table = np.empty((H * W // P**2, P * P * c))
    for i, j, m in itertools.product(range(H), range(W), range(c)):
        row = (i // P) * (W // P) + j // P
        table[row, ((i % P) * P + j % P) * c + m] = X[i, j, m]
    return table


# --- one layer ----------------------------------------------------------------------------------


def gelu(a: Numbers) -> Numbers:
    """GELU in its common tanh form."""
    return np.asarray(0.5 * a * (1 + np.tanh(np.sqrt(2 / np.pi) * (a + 0.044715 * a**3))))


def layer_norm(X: Numbers) -> Numbers:
    """Each row of X with mean 0 and variance 1 (epsilon = 1e-5), without gain and bias."""
    mean, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return np.asarray((X - mean) / np.sqrt(var + 1e-5))


def mixer_block(X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers) -> Numbers:
    """U = X + W2 gelu(W1 LN(X)), then each row of Y is u + W4 gelu(W3 LN(u)); (S, C) -> (S, C).

    Args:
        X: the table, shape (S, C).
        W1: into the hidden layer of the token network, shape (D_S, S).
        W2: out of it, shape (S, D_S).
        W3: into the hidden layer of the channel network, shape (D_C, C).
        W4: out of it, shape (C, D_C).
    """
    U = X + W2 @ gelu(W1 @ layer_norm(X))
    return np.asarray(U + gelu(layer_norm(U) @ W3.T) @ W4.T)


def mixer_block_by_loops(X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers) -> Numbers:
    """One channel after the other, then one token after the other, as the paper writes it."""
    N, U = layer_norm(X), np.array(X, dtype=float)
    for j in range(X.shape[1]):
        U[:, j] += W2 @ gelu(W1 @ N[:, j])
    N, Y = layer_norm(U), U.copy()
    for i in range(X.shape[0]):
        Y[i] += W4 @ gelu(W3 @ N[i])
    return Y


def mixer_block_by_transposes(
    X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers
) -> Numbers:
    """Both halves through one two-layer network that acts on rows."""

    def mlp(rows: Numbers, V: Numbers, W: Numbers) -> Numbers:
        return np.einsum("ah,nh->na", W, gelu(np.einsum("hb,nb->nh", V, rows)))

    U = X + mlp(layer_norm(X).T, W1, W2).T
    return np.asarray(U + mlp(layer_norm(U), W3, W4))


# --- cost ---------------------------------------------------------------------------------------


def mixer_macs(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    """S (P^2 c C + 2 L C (D_S + D_C)): multiply-adds of all matrix products."""
    return S * (P * P * c * C + 2 * L * C * (DS + DC))


def product_macs(*shape: int) -> int:
    """Multiply-adds of a product (m, n) times (n, q)."""
    m, n, q = shape
    return m * n * q


def mixer_macs_by_products(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    """List every matrix product and add."""
    tokens = product_macs(DS, S, C) + product_macs(S, DS, C)
    channels = product_macs(S, C, DC) + product_macs(S, DC, C)
    return product_macs(S, P * P * c, C) + L * (tokens + channels)


def mixer_weights(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    """P^2 c C + 2 L (S D_S + C D_C): weights without biases and norms."""
    return P * P * c * C + 2 * L * (S * DS + C * DC)


def mixer_weights_by_tensors(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    """Make every weight matrix and count."""
    layer = [np.empty(shape) for shape in ((DS, S), (S, DS), (DC, C), (C, DC))]
    return int(np.empty((P * P * c, C)).size + L * sum(W.size for W in layer))


# --- permuted rows ------------------------------------------------------------------------------


def recoverable(pi: Permutation) -> bool:
    """Whole patch rows move, in their own order: pi(3I + k) = 3 tau(I) + k."""
    return all(
        pi[PATCH * i] % PATCH == 0 and pi[PATCH * i + k] == pi[PATCH * i] + k
        for i in range(SIDE // PATCH)
        for k in range(PATCH)
    )


def recoverable_by_patches(pi: Permutation) -> bool:
    """Number all pixels and compare the sets of patches before and after."""
    A = np.arange(float(SIDE * SIDE)).reshape(SIDE, SIDE, 1)
    before, after = (patchify_by_loops(image, PATCH) for image in (A, A[list(pi)]))
    return {tuple(row) for row in before} == {tuple(row) for row in after}


def recoverable_by_embedding(pi: Permutation) -> bool:
    """A random image and a random row-wise network: sort the rows of U and compare."""
    rng = np.random.default_rng(0)
    A, E, V = rng.normal(size=(SIDE, SIDE, 1)), rng.normal(size=(9, 6)), rng.normal(size=(6, 6))

    def rows(image: Numbers) -> Numbers:
        U = np.tanh(patchify_by_loops(image, PATCH) @ E) @ V
        return np.asarray(U[np.argsort(U[:, 0])])

    return bool(np.allclose(rows(A), rows(A[list(pi)])))


def kronecker(tau: Permutation, inner: Permutation = (0, 1, 2)) -> Permutation:
    """Return the permutation of T (x) Q: row 3I + k comes from row 3 tau(I) + inner(k)."""
    return tuple(PATCH * t + q for t in tau for q in inner)


def all_solutions() -> set[Permutation]:
    """T (x) I_3 for the six permutations T of three blocks."""
    return {kronecker(tau) for tau in itertools.permutations(range(3))}


def all_solutions_by_matrices() -> set[Permutation]:
    """Read the permutations off the Kronecker products themselves."""
    blocks = (np.eye(3)[list(tau)] for tau in itertools.permutations(range(3)))
    return {tuple(int(i) for i in np.kron(T, np.eye(3)).argmax(axis=1)) for T in blocks}


def p_reverse(pi: Permutation) -> Numbers:
    """P^T: row i of PA is row pi(i) of A, and the transposed matrix puts it back; (9, 9)."""
    return np.eye(SIDE)[list(pi)].T


def p_reverse_by_solving(pi: Permutation) -> Numbers:
    """Ask what turns U' into U for as many random tables as there are rows."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(SIDE, SIDE, 1))
    tables = [X, *(rng.normal(size=(SIDE, SIDE, 1)) for _ in range(2))]
    U = np.hstack([patchify_by_loops(image, PATCH) for image in tables])
    V = np.hstack([patchify_by_loops(image[list(pi)], PATCH) for image in tables])
    return np.asarray(np.round(U @ np.linalg.pinv(V)), dtype=float)


def p_reverse_column_by_column(pi: Permutation) -> Numbers:
    """I_3 (x) T^T: the same when patches are numbered down the columns of the image."""
    T = np.eye(3)[[i // PATCH for i in pi[::PATCH]]]
    return np.asarray(np.kron(np.eye(3), T.T), dtype=float)
