-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION qstore" to load this file. \quit

CREATE SCHEMA qstore;
COMMENT ON SCHEMA qstore IS 'functions of the extension qstore that do not belong to one of its types';
