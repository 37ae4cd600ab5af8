//! QSQL inside the server.
//!
//! `SELECT * FROM qsql($$ … $$)` becomes the statement that its text means, before the planner sees it: [`hook`] waits behind parse
//! analysis, [`callee`] knows our functions, [`replace`] decides what a call stands for and puts the new query in its place,
//! [`analyze`] translates the text (`crates/qsql`), has the server analyse the SQL and points errors back into the QSQL, and
//! [`catalog`] answers the translation's questions. [`order`] turns the order of scores in plain SQL into one that an
//! index gives, [`narrow`] a bound on scores of text into a condition that an index serves. [`search`] holds what the options of
//! QUANTUM SEARCH become. What is only known at run time is executed by [`functions`], and
//! bodies of functions by [`language`].

mod analyze;
mod callee;
mod catalog;
mod command;
mod functions;
mod hook;
mod language;
mod narrow;
mod neuromatch;
mod order;
mod replace;
mod search;
mod server;
mod source;

pub use hook::init;
