-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION qstore" to load this file. \quit

CREATE SCHEMA qstore;
COMMENT ON SCHEMA qstore IS 'functions of the extension qstore that do not belong to one of its types';
-- Each function decides by itself whom it serves; those that only superusers should call are revoked where they are made.
GRANT USAGE ON SCHEMA qstore TO PUBLIC;
