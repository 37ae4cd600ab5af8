//! qsql
