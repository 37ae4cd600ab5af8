-- The demo's tables, and the room that the files of benches/data/ are copied into (scripts/demo does that next).
CREATE EXTENSION qstore;

CREATE UNLOGGED TABLE package_text (
    id integer, name text, section text, installed_kb integer, priority text, description text
);
CREATE UNLOGGED TABLE package_vector (id smallint, embedding vector(384));
CREATE UNLOGGED TABLE query_text (id integer, kind text, text text);
CREATE UNLOGGED TABLE query_vector (id smallint, embedding vector(384));
