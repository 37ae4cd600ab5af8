# qstore: a PostgreSQL extension. The steps stand in scripts/; here are their names.
#
#   make build          library and SQL script for the server of PG_CONFIG, release profile
#   make install        build, and copy both into that server (DESTDIR is honoured)
#   make demo           install what is missing, build, load the demo data into a private cluster, run the demo
#   make demo-stop      end the demo's cluster and delete it
#   make test           everything below up to test-docs, on private clusters; installs what is missing first
#     make lint           cargo fmt --check, clippy with warnings as errors
#     make test-crates    unit and property tests of the engines, no server
#     make test-regress   pg_regress over pg_test/regress
#     make test-cluster   crash, standby, dump and restore, concurrency: pg_test/cluster
#     make test-clients   psycopg 3 and pgvector-python: pg_test/clients
#     make test-docs      the examples of README.md and docs/*.md, word for word
#   make typecheck      type check for PostgreSQL 14 to 18, needs no headers but those of PG_CONFIG
#   make deny           licences and advisories of the dependencies, where cargo-deny is installed
#   make bench          the comparison in benches/ (scripts/bench --help for its options)
#   make clean          delete build products and everything private (.qstore), running clusters first
#
# PG_CONFIG chooses the server (default: pg_config in PATH). Nothing but `make install` and the installation of missing
# Debian packages writes outside this folder, /tmp and /var/tmp; no target touches a system cluster.

export PG_CONFIG ?=

.PHONY: build install demo demo-stop test lint test-crates test-server test-regress test-cluster test-clients \
	test-docs typecheck deny bench clean
# The steps of `make test` share one build directory and one server copy.
.NOTPARALLEL:

build:
	scripts/build release

install: build
	scripts/install release

demo:
	scripts/demo

demo-stop:
	scripts/server remove demo

test: lint test-crates test-regress test-cluster test-clients test-docs

lint: test-packages
	scripts/lint

test-crates: test-packages
	cargo test --quiet --workspace --exclude qstore

test-regress: test-server
	pg_test/run regress

test-cluster: test-server
	pg_test/run cluster

test-clients: test-server
	pg_test/run clients

test-docs: test-server
	pg_test/run docs

.PHONY: test-packages
test-packages:
	scripts/bootstrap --python

test-server: test-packages
	scripts/server prepare dev

typecheck:
	scripts/typecheck

deny:
	scripts/deny

bench:
	scripts/bench

clean:
	scripts/clean
