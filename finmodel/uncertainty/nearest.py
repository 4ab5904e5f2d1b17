"""The possible correlations nearest to impossible ones, and how they are written in a scenario."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from finmodel.arrays import np

Square = list[list[float]]

_ROUNDS = 2000


def nearest_correlations(matrix: Square) -> Square:
    """The correlation matrix nearest to a symmetric one in the sum of squared differences (Higham 2002).

    By projecting in turn on matrices without negative eigenvalues and on those with ones on the diagonal, with
    Dykstra's correction for the first.
    """
    wanted = np.array(matrix, dtype=np.float64)
    correction = np.zeros_like(wanted)
    for _ in range(_ROUNDS):
        before = wanted.copy()
        shifted = wanted - correction
        values, vectors = np.linalg.eigh(shifted)
        possible = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = possible - shifted
        wanted = (possible + possible.T) / 2
        np.fill_diagonal(wanted, 1.0)
        if np.abs(wanted - before).max() < 1e-10:
            break
    found: Square = wanted.tolist()
    return found


def rounded_feasible(
    correlations: Square, stated: Callable[[float], float], possible: Callable[[Square], bool]
) -> Square:
    """Coefficients of three decimals that are possible: a little nearer to zero where rounding or a limit asks for it.

    `stated` turns the correlation of two normal scores into the coefficient of a scenario.
    """
    shrink = 1.0
    while True:
        found = [
            [round(stated(shrink * r), 3) if i != j else 1.0 for j, r in enumerate(row)]
            for i, row in enumerate(correlations)
        ]
        if possible(found) or shrink <= 0:
            return found
        shrink = max(shrink - 0.001, 0.0)


def as_yaml(names: Sequence[str], coefficients: Square, key: str, beside: str) -> str:
    """The entries of `correlations` in a scenario, a line each; what is nearly nothing is left out."""
    entries = (
        f"  - {{between: [{one}, {names[j]}], {key}: {coefficients[i][j]:g}{beside}}}"
        for i, one in enumerate(names)
        for j in range(i + 1, len(names))
        if coefficients[i][j]
    )
    return "\n".join(["correlations:", *entries])
