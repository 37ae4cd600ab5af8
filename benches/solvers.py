"""QUBO solvers against PyPI's dwave-samplers at equal time on one thread. Needs `pip install dwave-samplers==1.8.0`.

    cargo build --release -p quantum --example solve_for
    python benches/solvers.py [--seconds 10] [--seeds 3] [--only sa] [--output benches/results/solvers.md]

Instances, made from fixed seeds: max-cut of random graphs of 200 and 800 nodes with 6 % of the edges, as in the G-set (weights 1,
and ±1), and a QUBO of 500 variables with all coefficients, uniform integers from -100 to 100. Every solver runs again and again
with new seeds until the time is up, with the sweeps that suit it best of 100, 1000 and 10000 (the reads of one call fill at
least a tenth of a second, so that calls cost nothing); the least energy found by 1 s and by the end counts, the mean over seeds.
"""

import argparse
import os
import random
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from dimod import BinaryQuadraticModel
from dwave.samplers import SimulatedAnnealingSampler, TabuSampler

ROOT = Path(__file__).resolve().parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
Terms = dict[tuple[int, int], float]


def max_cut(nodes: int, share: float, signs: bool, seed: int) -> tuple[int, Terms]:
    chance, terms = random.Random(seed), {}
    for a in range(nodes):
        for b in range(a + 1, nodes):
            if chance.random() < share:
                weight = chance.choice((-1, 1)) if signs else 1
                terms[a, b] = 2 * weight
                for end in (a, b):
                    terms[end, end] = terms.get((end, end), 0) - weight
    return nodes, terms


def dense(n: int, seed: int) -> tuple[int, Terms]:
    chance = random.Random(seed)
    return n, {(i, j): chance.randint(-100, 100) * (1 if i == j else 2) for i in range(n) for j in range(i, n)}


INSTANCES = {
    "max-cut, 200 nodes, weights 1": max_cut(200, 0.06, False, 1),
    "max-cut, 800 nodes, weights 1": max_cut(800, 0.06, False, 2),
    "max-cut, 800 nodes, weights ±1": max_cut(800, 0.06, True, 3),
    "random QUBO, 500 variables": dense(500, 4),
}


def repeat(sample, seconds: float, seed: int) -> tuple[float, float]:
    """The least energy by 1 s and by the end of calls of `sample(seed)`."""
    start, at_one, best = time.perf_counter(), float("inf"), float("inf")
    while time.perf_counter() - start < seconds:
        energy = sample(seed)
        seed += 1
        took = time.perf_counter() - start
        if took <= seconds:
            best = min(best, energy)
        if took <= 1:
            at_one = min(at_one, energy)
    return at_one, best


def theirs(model: BinaryQuadraticModel, kind: str, sweeps: int, seconds: float, seed: int) -> tuple[float, float]:
    seed *= 1_000_003
    if kind == "tabu":
        # One call of the whole time, as its restarts are meant; and one of a second.
        tabu = TabuSampler()
        energies = [
            tabu.sample(model, timeout=int(1000 * limit * 0.97), num_restarts=10**9, seed=seed % 2**31).first.energy for limit in (1, seconds)
        ]
        return energies[0], min(energies)
    sampler = SimulatedAnnealingSampler()
    begin = time.perf_counter()
    sampler.sample(model, num_reads=1, num_sweeps=sweeps, seed=1)
    reads = max(1, int(0.1 / (time.perf_counter() - begin)))
    return repeat(
        lambda s: sampler.sample(model, num_reads=reads, num_sweeps=sweeps, seed=s % 2**31).first.energy, seconds, seed
    )


def ours(file: str, kind: str, sweeps: int, seconds: float, seed: int) -> tuple[float, float]:
    tool = TARGET / "release" / "examples" / "solve_for"
    done = subprocess.run([tool, file, kind, str(sweeps), str(seconds), str(seed), "1"], check=True, capture_output=True, text=True)
    one, best = map(float, done.stdout.split())
    return one, best


def shown(energies: np.ndarray) -> str:
    """The mean; a dash where a call took longer than there was time."""
    return f"{statistics.mean(energies):.1f}" if np.isfinite(energies).all() else "–"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--output", type=Path)
    options.add_argument("--only", default="", help="solvers whose name has this in it, such as pt")
    chosen = options.parse_args()
    lines = [
        f"| instance | solver | sweeps | mean of {chosen.seeds} at 1 s | mean at {chosen.seconds:g} s | best |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for name, (n, terms) in INSTANCES.items():
        model = BinaryQuadraticModel("BINARY")
        model.add_linear_from((i, 0) for i in range(n))
        for (i, j), value in terms.items():
            model.add_linear(i, value) if i == j else model.add_quadratic(i, j, value)
        with tempfile.NamedTemporaryFile("w", suffix=".qubo") as file:
            file.write(f"{n}\n" + "".join(f"{i} {j} {value}\n" for (i, j), value in terms.items()))
            file.flush()
            solvers = {
                **{f"qstore {kind}": (lambda k: lambda *a: ours(file.name, k, *a))(kind) for kind in ("sa", "tabu", "pt")},
                **{f"dwave-samplers {kind}": (lambda k: lambda *a: theirs(model, k, *a))(kind) for kind in ("sa", "tabu")},
            }
            for solver, run in ((s, r) for s, r in solvers.items() if chosen.only in s):
                # The sweeps that do best in a tenth of the time; tabu search of theirs has none.
                trials = [0] if solver == "dwave-samplers tabu" else [100, 1000, 10000]
                sweeps = min(trials, key=lambda s: run(s, chosen.seconds / 10, 99)[1]) if len(trials) > 1 else 0
                found = np.array([run(sweeps, chosen.seconds, seed) for seed in range(1, chosen.seeds + 1)])
                line = f"| {name} | {solver} | {sweeps or '–'} | {shown(found[:, 0])} | {shown(found[:, 1])} | {found[:, 1].min():.0f} |"
                print(line, flush=True)
                lines.append(line)
    if chosen.output:
        title = "# QUBO solvers at equal time, one thread\n\nMade by benches/solvers.py, which says how. Less is better.\n\n"
        chosen.output.write_text(title + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
