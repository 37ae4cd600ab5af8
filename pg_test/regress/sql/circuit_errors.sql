-- circuits: what is refused, and how
SELECT qstore.statevector('');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('h 0');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 2; hadamard 0');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 2; rx 0');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('{"qubits": 1, "gates": [{"gate": "h", "qubits": [0], "angel": 1}]}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('{"qubits": 1');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 0');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 2; cx 1 1');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 2; h 2');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 2; ccx 0 1');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 2; rz(1/0) 0');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 2; x 1 if 0');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 2; measure 0 -> 40');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 2; h 0; measure 0; x 1 if 0');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.to_ionq_json('qubits 2; h 0; measure 0; h 0');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.statevector('qubits 14; h 0');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.simulate('qubits 1', 0);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.simulate('qubits 1', -1);
\echo :LAST_ERROR_SQLSTATE
-- more qubits than allowed: refused before any memory is taken, and how to allow them
SELECT * FROM qstore.simulate('qubits 21; h 0');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.simulate('qubits 31; h 0');
\echo :LAST_ERROR_SQLSTATE
SET qstore.max_qubits = 3;
SELECT count(*) FROM qstore.simulate('qubits 3; h 0', 10, 1);
SELECT * FROM qstore.simulate('qubits 4; h 0');
\echo :LAST_ERROR_SQLSTATE
SET qstore.max_qubits = 31;
\echo :LAST_ERROR_SQLSTATE
RESET qstore.max_qubits;
-- a long simulation hears the server's interrupts
SET statement_timeout = '200ms';
SELECT count(*) FROM qstore.simulate('qubits 20; h 0; measure 0; h 0; measure 0 -> 1', 1000000, 1);
\echo :LAST_ERROR_SQLSTATE
RESET statement_timeout;
SELECT count(*) FROM qstore.simulate('qubits 1; h 0', 100, 1);
