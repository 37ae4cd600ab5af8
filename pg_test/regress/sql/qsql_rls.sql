-- Privileges and row-level security apply to what the text stands for.
CREATE ROLE regress_qsql_reader;
CREATE SCHEMA qsql_rls;
GRANT USAGE ON SCHEMA qsql_rls TO regress_qsql_reader;
SET search_path = qsql_rls, public;
CREATE TABLE notes (id integer, owner text, body text);
INSERT INTO notes VALUES (1, 'regress_qsql_reader', 'my note'), (2, 'other', 'secret note');
CREATE TABLE secrets (body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
GRANT SELECT ON notes TO regress_qsql_reader;
CREATE VIEW all_notes AS SELECT * FROM qsql($$ SELECT * FROM notes $$);
GRANT SELECT ON all_notes TO regress_qsql_reader;

SET ROLE regress_qsql_reader;
SELECT * FROM qsql($$ SELECT id, body FROM notes NEUROMATCH (body, 'note') STRENGTH > 0.1 ORDER BY id $$);
SELECT count(*) FROM qsql($$ SELECT * FROM notes $$);
SELECT * FROM qsql(('SELECT * FROM notes')::text);
-- a view reads as its owner
SELECT id FROM all_notes ORDER BY id;
SELECT * FROM qsql($$ SELECT * FROM secrets $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT * FROM secrets NEUROMATCH 'x' $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ DELETE FROM notes $$);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;

-- a read-only transaction stays one
BEGIN READ ONLY;
SELECT * FROM qsql($$ DELETE FROM notes $$);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

SET client_min_messages = warning;
DROP SCHEMA qsql_rls CASCADE;
DROP ROLE regress_qsql_reader;
