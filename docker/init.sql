-- Run once, when the image creates its data directory: qstore in the first database and in every one made from template1.
CREATE EXTENSION IF NOT EXISTS qstore;
\connect template1
CREATE EXTENSION IF NOT EXISTS qstore;
