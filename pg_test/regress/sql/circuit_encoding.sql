-- circuits in a database whose encoding is not UTF-8: comments may have any letter, errors are those of any other database
\set database :DBNAME
CREATE DATABASE regress_circuit_latin1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0;
\c regress_circuit_latin1
SET client_encoding = 'UTF8';
CREATE EXTENSION qstore;
SELECT qstore.statevector('qubits 1; x 0 # état préparé');
SELECT qstore.statevector('qubits 1; é 0');
\echo :LAST_ERROR_SQLSTATE
SELECT apply_gate('[1,0]', 'é', '{0}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_qubo('{{1}}', 'é');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem('{"problem": "tsp", "clé": 1}');
\echo :LAST_ERROR_SQLSTATE
\c :database
DROP DATABASE regress_circuit_latin1;
