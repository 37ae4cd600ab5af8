"""What qstore.to_openqasm() writes is read by the OpenQASM 3 parser and by Qiskit, whose states agree with ours."""

import random

import openqasm3
import pytest
from qiskit import qasm3
from qiskit.quantum_info import Statevector

SINGLE = ["h", "x", "y", "z", "s", "sdg", "t", "tdg", "rx", "ry", "rz"]
SEVERAL = {"cx": 2, "cz": 2, "swap": 2, "ccx": 3}


def circuit(seed: int) -> str:
    chance = random.Random(seed)
    qubits = chance.randint(1, 6)
    gates = SINGLE + [name for name, width in SEVERAL.items() if width <= qubits]
    lines = [f"qubits {qubits}"]
    for _ in range(chance.randint(1, 40)):
        name = chance.choice(gates)
        angle = f"({chance.uniform(-7, 7)!r})" if name in ("rx", "ry", "rz") else ""
        lines.append(" ".join([name + angle, *map(str, chance.sample(range(qubits), SEVERAL.get(name, 1)))]))
    return "; ".join(lines)


def amplitudes(text: str) -> list[complex]:
    return [complex(part.replace("i", "j")) for part in text.strip("[]").split(",")]


@pytest.mark.parametrize("block", range(4))
def test_states_agree_with_qiskit(conn, block):
    for seed in range(50 * block, 50 * block + 50):
        source = circuit(seed)
        program, state = conn.execute("SELECT qstore.to_openqasm(%s), qstore.statevector(%s)::text", (source, source)).fetchone()
        reference = Statevector.from_instruction(qasm3.loads(program)).data
        ours = amplitudes(state)
        assert len(ours) == len(reference)
        assert max(abs(a - b) for a, b in zip(ours, reference)) < 1e-6, source


def test_measurement_and_condition_are_read(conn):
    program = conn.execute("SELECT qstore.to_openqasm('qubits 3; h 0; cx 0 1; measure 0 -> 1; x 2 if 1; measure 2')").fetchone()[0]
    parsed = openqasm3.parse(program)
    kinds = [type(statement).__name__ for statement in parsed.statements]
    assert kinds == ["Include", "QubitDeclaration", "ClassicalDeclaration", "QuantumGate", "QuantumGate",
                     "QuantumMeasurementStatement", "BranchingStatement", "QuantumMeasurementStatement"]  # fmt: skip
    loaded = qasm3.loads(program)
    assert (loaded.num_qubits, loaded.num_clbits) == (3, 3)
    assert loaded.count_ops() == {"measure": 2, "h": 1, "cx": 1, "if_else": 1}
