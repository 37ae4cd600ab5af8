-- circuits: known answers. Counts of a seed are the same on every machine.

-- Bell, GHZ: only the outcomes there are
SELECT * FROM qstore.simulate('qubits 2; h 0; cx 0 1; measure', shots => 1000, seed => 42);
SELECT outcome, count BETWEEN 4700 AND 5300 AS even FROM qstore.simulate('qubits 4; h 0; cx 0 1; cx 1 2; cx 2 3', 10000, 1);
-- an outcome has bit 0 on the right; without a measurement all qubits are measured
SELECT outcome, frequency FROM qstore.simulate('qubits 3; x 0', 10, 1);
SELECT outcome, count FROM qstore.simulate('qubits 3; x 2; measure 2 -> 0', 10, 1);
-- Deutsch-Jozsa: 00 always for a constant function, never for a balanced one
SELECT * FROM qstore.simulate('qubits 3; x 2; h 0; h 1; h 2; x 2; h 0; h 1; measure 0; measure 1', 100, 1);
SELECT * FROM qstore.simulate('qubits 3; x 2; h 0; h 1; h 2; cx 0 2; cx 1 2; h 0; h 1; measure 0; measure 1', 100, 1);
-- teleportation of ry(1): what arrives is turned back to 0
SELECT left(outcome, 1) AS received, count(*), sum(count) AS shots
FROM qstore.simulate('qubits 3; ry(1) 0; h 1; cx 1 2; cx 0 1; h 0; measure 0; measure 1; x 2 if 1; z 2 if 0; ry(-1) 2; measure 2', 400, 1) GROUP BY 1;

-- the same seed, another seed, no seed
SELECT s.seed, array_agg(count ORDER BY outcome) = (SELECT array_agg(count ORDER BY outcome) FROM qstore.simulate('qubits 6; h 0; h 1; h 2; h 3; h 4; h 5', 5000, 7)) AS same
FROM (VALUES (7), (8), (NULL)) AS s(seed), qstore.simulate('qubits 6; h 0; h 1; h 2; h 3; h 4; h 5', 5000, s.seed) GROUP BY s.seed ORDER BY s.seed;
SELECT count(*) FROM qstore.simulate(NULL);

-- states: qubit 0 is the least significant
SELECT qstore.statevector('qubits 2; h 0; cx 0 1');
SELECT qstore.statevector('qubits 2; x 0'), qstore.statevector('qubits 2; x 1');
SELECT qstore.statevector('qubits 1; h 0; s 0'), qstore.statevector('qubits 1; x 0; y 0; measure');
SELECT qstore.statevector('qubits 1; rx(pi/2) 0'), qstore.statevector('qubits 1; ry(pi/2) 0'), qstore.statevector('qubits 1; rz(pi) 0');
SELECT qstore.statevector('qubits 3; x 0; x 1; ccx 0 1 2'), qstore.statevector('qubits 2; x 0; swap 0 1');
-- QFT of |01>: the discrete Fourier transform has amplitudes 1, i, -1, -i over 2
SELECT fidelity(qstore.statevector('qubits 2; x 0; h 1; rz(pi/4) 0; rz(pi/4) 1; cx 0 1; rz(-pi/4) 1; cx 0 1; h 0; swap 0 1'), '[1,i,-1,-i]') > 0.999999 AS fourier;
SELECT qvector_dims(qstore.statevector('qubits 13; h 12'));

-- export
SELECT qstore.to_openqasm('qubits 3; h 0; RX(-3*pi/4) 1; toffoli 0,1,2; measure 2 -> 0; x 1 if 0');
SELECT qstore.to_ionq_json('qubits 3; sdg 0; cz 0 1; ccx 0 1 2; swap 0 2; ry(0.5) 1; measure');
SELECT qstore.circuit_json('qubits 2; h 0; rz(0.25) 1; measure 0 -> 1; x 1 if 1');
SELECT qstore.to_openqasm(qstore.circuit_json('qubits 2; h 0; rz(0.25) 1; measure 0 -> 1; x 1 if 1')::text)
    = qstore.to_openqasm('qubits 2; h 0; rz(0.25) 1; measure 0 -> 1; x 1 if 1') AS same;
