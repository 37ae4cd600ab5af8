//! Living beside pgvector: `qstore.adopt_pgvector()` and its undoing.
//!
//! What there is to create is read from the catalogs, by `qstore.pgvector_adoption()` in `sql/adopt.sql`. The objects belong to
//! neither extension, so that pg_dump dumps them, behind both. The casts are for assignment: they come into play where a type is
//! asked for, in INSERT, UPDATE, ALTER TABLE and `::`, and never decide which function or operator an expression means.

use crate::error::Report;
use pgrx::PgSqlErrorCode::*;
use pgrx::iter::SetOfIterator;
use pgrx::spi::{self, Spi};
use pgrx::{pg_extern, pg_sys};

/// Runs one command for each row of `todo`, a query for object and command, and returns the objects.
fn run_each(todo: &str) -> SetOfIterator<'static, String> {
    let done = Spi::connect_mut(|client| {
        let mut rows = Vec::new();
        for row in client.select(todo, None, &[])? {
            rows.extend(row.get::<String>(1)?.zip(row.get::<String>(2)?));
        }
        let mut done = Vec::with_capacity(rows.len());
        for (object, command) in rows {
            client.update(&command, None, &[])?;
            done.push(object);
        }
        Ok::<_, spi::Error>(done)
    });
    match done {
        Ok(done) => SetOfIterator::new(done),
        Err(error) => Report::new(ERRCODE_INTERNAL_ERROR, error).raise(),
    }
}

fn check_superuser(function: &str) {
    // SAFETY: looks up the current role.
    if !unsafe { pg_sys::superuser() } {
        Report::new(ERRCODE_INSUFFICIENT_PRIVILEGE, format!("permission denied for function {function}"))
            .detail("Only a superuser may create casts without a function, and operator classes.")
            .raise();
    }
}

#[pg_extern(sql = "")]
fn adopt_pgvector() -> SetOfIterator<'static, String> {
    check_superuser("adopt_pgvector");
    let any = Spi::get_one::<bool>("SELECT EXISTS (SELECT FROM qstore.pgvector_adoption())");
    if any != Ok(Some(true)) {
        Report::new(ERRCODE_UNDEFINED_OBJECT, "pgvector is not installed in this database")
            .detail("There is no extension \"vector\" with types of its own.")
            .hint("Where there is no pgvector there is nothing to adopt: the types of qstore take its place.")
            .raise();
    }
    run_each("SELECT object, create_command FROM qstore.pgvector_adoption() WHERE NOT present")
}

#[pg_extern(sql = "")]
fn release_pgvector() -> SetOfIterator<'static, String> {
    check_superuser("release_pgvector");
    run_each("SELECT object, drop_command FROM qstore.pgvector_adoption() WHERE present")
}
