//! The one place where the engines' errors become PostgreSQL errors: SQLSTATE, message, DETAIL and HINT.

use helix::{Damage, HelixError};
use pgrx::PgSqlErrorCode::{self, *};
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgLogLevel, pg_sys};
use quantum::circuit::CircuitError;
use quantum::qubo::QuboError;
use quantum::superposition::SuperpositionError;
use quantum::{QuantumError, TextProblem};
use std::ffi::{CStr, c_char, c_int};
use std::fmt::Display;

/// An error as the user sees it. Build it with [`Report::new`], raise it with [`Report::raise`].
#[derive(Debug)]
pub struct Report {
    code: PgSqlErrorCode,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
}

impl Report {
    /// An error with its SQLSTATE and primary message.
    pub fn new(code: PgSqlErrorCode, message: impl Display) -> Self {
        Self { code, message: message.to_string(), detail: None, hint: None }
    }

    /// Adds the DETAIL line: the facts behind the message.
    pub fn detail(mut self, detail: impl Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// Adds the HINT line: what to do about it.
    pub fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Raises the error and does not return: the statement ends, destructors on the Rust stack run.
    #[track_caller]
    pub fn raise(self) -> ! {
        let mut report = ErrorReport::new(self.code, self.message, "qstore");
        if let Some(detail) = self.detail {
            report = report.set_detail(detail);
        }
        if let Some(hint) = self.hint {
            report = report.set_hint(hint);
        }
        report.report(PgLogLevel::ERROR);
        unreachable!("an ERROR report does not return")
    }

    /// Sends it to the client as a WARNING and goes on.
    pub fn warn(self) {
        let mut report = ErrorReport::new(self.code, self.message, "qstore");
        if let Some(detail) = self.detail {
            report = report.set_detail(detail);
        }
        if let Some(hint) = self.hint {
            report = report.set_hint(hint);
        }
        report.report(PgLogLevel::WARNING);
    }

    /// The error about a character (from 1) of `query`, a text that the user wrote inside the statement. To be raised by
    /// [`PlacedReport::raise`].
    pub fn at(self, query: *const c_char, character: c_int) -> PlacedReport {
        PlacedReport {
            code: self.code as c_int,
            message: to_server(&self.message),
            detail: self.detail.as_deref().map_or(std::ptr::null_mut(), to_server),
            hint: self.hint.as_deref().map_or(std::ptr::null_mut(), to_server),
            query,
            character,
        }
    }
}

/// An error that points into a text of its own (`QUERY:` and the caret in psql). It owns nothing, its strings belong to the current
/// memory context: it is raised by a jump of the server's that runs no destructors, because a panic could not carry the position.
#[derive(Debug, Clone, Copy)]
pub struct PlacedReport {
    code: c_int,
    message: *mut c_char,
    detail: *mut c_char,
    hint: *mut c_char,
    query: *const c_char,
    character: c_int,
}

impl PlacedReport {
    /// Raises the error and does not return.
    ///
    /// # Safety
    /// No frame between here and the nearest guard (`#[pg_guard]`, `#[pg_extern]`) may hold a value with a destructor.
    pub unsafe fn raise(self) -> ! {
        unsafe extern "C-unwind" {
            fn errstart(level: c_int, domain: *const c_char) -> bool;
            fn errcode(code: c_int) -> c_int;
            fn errmsg_internal(format: *const c_char, ...) -> c_int;
            fn errdetail_internal(format: *const c_char, ...) -> c_int;
            fn errhint(format: *const c_char, ...) -> c_int;
            fn internalerrposition(position: c_int) -> c_int;
            fn internalerrquery(query: *const c_char) -> c_int;
            fn errfinish(file: *const c_char, line: c_int, function: *const c_char);
        }
        let format = c"%s".as_ptr();
        // SAFETY: the strings are C strings of the current memory context; `errfinish` jumps for an ERROR.
        unsafe {
            errstart(PgLogLevel::ERROR as c_int, std::ptr::null());
            errcode(self.code);
            errmsg_internal(format, self.message);
            if !self.detail.is_null() {
                errdetail_internal(format, self.detail);
            }
            if !self.hint.is_null() {
                errhint(format, self.hint);
            }
            if self.character > 0 {
                internalerrposition(self.character);
                internalerrquery(self.query);
            }
            errfinish(c"error.rs".as_ptr(), 0, c"qstore".as_ptr());
        }
        unreachable!("an ERROR report does not return")
    }
}

/// A palloc'ed C string in the database's encoding, cut at the first NUL.
pub fn to_server(text: &str) -> *mut c_char {
    // SAFETY: the copy is NUL-terminated; the result is the copy or its palloc'ed conversion.
    unsafe {
        let copy = pg_sys::palloc(text.len() + 1).cast::<u8>();
        std::ptr::copy_nonoverlapping(text.as_ptr(), copy, text.len());
        copy.add(text.len()).write(0);
        let length = CStr::from_ptr(copy.cast()).count_bytes() as c_int;
        pg_sys::pg_any_to_server(copy.cast(), length, pg_sys::pg_enc::PG_UTF8 as c_int)
    }
}

impl From<synapse::Error> for Report {
    fn from(error: synapse::Error) -> Self {
        use synapse::Error::*;
        let message = error.to_string();
        match error {
            Corrupt { .. } => Self::new(ERRCODE_INDEX_CORRUPTED, message).hint("REINDEX the index."),
            Version { .. } => Self::new(ERRCODE_INDEX_CORRUPTED, message)
                .hint("REINDEX the index, or use the version of qstore that wrote it."),
            Dimensions { .. } => Self::new(ERRCODE_DATA_EXCEPTION, message)
                .detail("All vectors of a synaptic index have the same number of dimensions.")
                .hint("Declare the number of dimensions with the column, as in vector(n), or index an expression or a part of the rows."),
            TooWide { .. } => Self::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, message),
            RowOffset { .. } => Self::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, message)
                .detail("The table's access method numbers rows in a way of its own."),
            NotKept { .. } => Self::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, message)
                .hint("Create the index without the storage parameter vectors."),
        }
    }
}

/// Unwraps an engine's result or raises its error as a PostgreSQL error.
pub trait OrRaise<T> {
    /// The value, or no return.
    fn or_raise(self) -> T;
}

impl<T, E: Into<Report>> OrRaise<T> for Result<T, E> {
    #[track_caller]
    fn or_raise(self) -> T {
        match self {
            Ok(value) => value,
            Err(error) => error.into().raise(),
        }
    }
}

impl From<qsql::QsqlError> for Report {
    fn from(error: qsql::QsqlError) -> Self {
        use qsql::ErrorKind::*;
        let code = match error.kind {
            Syntax => PgSqlErrorCode::ERRCODE_SYNTAX_ERROR,
            UndefinedTable => PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            UndefinedColumn => PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN,
            DatatypeMismatch => PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH,
            Unsupported => PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            Ambiguous => PgSqlErrorCode::ERRCODE_AMBIGUOUS_COLUMN,
            TooComplex => PgSqlErrorCode::ERRCODE_STATEMENT_TOO_COMPLEX,
            Catalog => PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
        };
        Self { code, message: error.message, detail: error.detail, hint: error.hint }
    }
}

const MENDABLE: &str = "Its parity can rebuild it: dna_repair().";

impl From<HelixError> for Report {
    fn from(error: HelixError) -> Self {
        match error {
            HelixError::EmptySequence | HelixError::InvalidBase { .. } => {
                Report::new(ERRCODE_INVALID_TEXT_REPRESENTATION, "invalid input syntax for type dna")
                    .detail(sentence(&error))
                    .hint("A sequence is written in the letters A, T, G and C, without spaces.")
            }
            HelixError::InvalidLevel { .. } => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, &error)
                .hint("Level 1 is the fastest, 19 the smallest, 3 the default."),
            HelixError::InvalidParity { .. } => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, &error)
                .hint("20 means that a fifth of the value's shards may be damaged, 0 is no parity."),
            HelixError::DictionaryLength { .. } => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, &error)
                .hint("About 100 kB is the usual length."),
            HelixError::Training(reason) => {
                Report::new(ERRCODE_INVALID_PARAMETER_VALUE, "cannot train a dictionary on these values")
                    .detail(sentence(&reason))
                    .hint("It takes some hundreds of values that have something in common.")
            }
            HelixError::StrandLength { .. } => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, &error)
                .hint("150 is the default."),
            HelixError::NoStrands { .. } => Report::new(ERRCODE_DATA_CORRUPTED, "there is no strand to read")
                .detail(sentence(&error))
                .hint("Pass the strands of dna_strands(), or FASTA texts of them."),
            HelixError::TooFewStrands { .. } => Report::new(ERRCODE_DATA_CORRUPTED, "too many strands are lost or damaged")
                .detail(sentence(&error))
                .hint("Sequence more strands of the pool: those that are whole by then are enough in any mix."),
            HelixError::BadDictionary { .. } => Report::new(ERRCODE_DATA_CORRUPTED, &error)
                .hint("Take the row of the dictionary from a backup or a replica."),
            HelixError::Damaged(damage) => {
                Report::new(ERRCODE_DATA_CORRUPTED, "dna value is damaged")
                    .detail(sentence(&format!("{damage}.")))
                    .hint(match damage {
                        Damage::OneHeader => MENDABLE,
                        Damage::Shards { damaged, parity, .. } if damaged <= parity => MENDABLE,
                        _ => "Take the value from a backup or a replica; dna_verify() finds the damaged values of a table.",
                    })
            }
            // The version decides how the checksum is computed, so that damage to it cannot be told from a newer one.
            HelixError::UnsupportedVersion { .. } => Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, &error)
                .hint("Either a newer release of qstore wrote the value, or it is damaged."),
            HelixError::UnsupportedCodec { .. } | HelixError::UnsupportedParity { .. } => {
                Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, &error)
                    .hint("A newer release of qstore wrote the value: update the extension.")
            }
            HelixError::UnknownDictionary { .. } => Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, &error)
                .hint("The value is sound: decode it where its dictionary is."),
            HelixError::TooLong { .. } => Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, &error)
                .hint("Encode the data in parts, one value each."),
            HelixError::NotEncoded => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, "cannot decode a literal dna sequence")
                .detail("It holds bases, not bytes that dna_encode() was given.")
                .hint("Cast it to text to get its bases."),
            HelixError::NotLiteral => {
                Report::new(ERRCODE_INVALID_PARAMETER_VALUE, "cannot reverse an encoded dna value")
                    .detail("Its bases stand for bytes and mean nothing in another order.")
                    .hint("Only a sequence that was written as bases has a reverse complement.")
            }
            HelixError::OutOfMemory => Report::new(ERRCODE_OUT_OF_MEMORY, &error),
            _ => Report::new(ERRCODE_INTERNAL_ERROR, &error),
        }
    }
}

impl From<QuantumError> for Report {
    fn from(error: QuantumError) -> Self {
        let data = |hint: &str| Report::new(ERRCODE_DATA_EXCEPTION, error).hint(hint);
        match error {
            QuantumError::NoDimensions => data("Write at least one amplitude, as in [1]."),
            QuantumError::TooManyDimensions { .. } => Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, error)
                .hint("Leave amplitudes out, or split the state into factors."),
            QuantumError::ZeroVector => {
                data("A state needs an amplitude other than 0; use NULL where there is no state.")
            }
            QuantumError::NotFinite { index } => {
                Report::new(ERRCODE_DATA_EXCEPTION, "NaN and infinity are not amplitudes")
                    .detail(format!("Amplitude {} is not a finite number.", index + 1))
                    .hint("Store NULL where there is no state, or replace the amplitude.")
            }
            QuantumError::DimensionMismatch { left, right } => Report::new(
                ERRCODE_DATA_EXCEPTION,
                format!("different qvector dimensions {left} and {right}"),
            )
            .hint("Both states must have the same number of dimensions; qvector_dims() tells it."),
            QuantumError::WeightCount { .. } => {
                Report::new(ERRCODE_ARRAY_ELEMENT_ERROR, error).hint("Give one weight for each state.")
            }
            QuantumError::WeightNotFinite { index } => {
                Report::new(ERRCODE_DATA_EXCEPTION, "NaN and infinity are not weights")
                    .detail(format!("Weight {} is not a finite number.", index + 1))
                    .hint("Leave the state out, with weight 0.")
            }
            QuantumError::NotQubits { .. } => {
                data("States of n qubits have 2^n dimensions: 2, 4, 8 and so on; qvector_dims() tells them.")
            }
            QuantumError::NotTwoQubits { .. } => {
                data("It has 4 dimensions; the entropy of a part is defined for more qubits.")
            }
            QuantumError::NoSuchQubit { qubits, .. } => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, error)
                .hint(match qubits {
                    0 => "A state of 1 dimension has no qubits.".to_owned(),
                    _ => format!("Qubits are numbered from 0 to {}.", qubits - 1),
                }),
            QuantumError::RepeatedQubit { .. } => {
                Report::new(ERRCODE_INVALID_PARAMETER_VALUE, error).hint("The qubits must all be different.")
            }
            QuantumError::Operands { .. } => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, error)
                .hint("Controls come first, the target last."),
            QuantumError::TooManyKept { .. } => {
                Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, error).hint("Keep at most 7; it has 4^n entries.")
            }
            QuantumError::Angle => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, error)
                .hint("Angles are in radians, as in rx(pi/2)."),
            QuantumError::NotUnitary => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, error)
                .hint("Its columns must be orthogonal and of norm 1, as those of a gate are."),
            QuantumError::MatrixSize { .. } => Report::new(ERRCODE_ARRAY_ELEMENT_ERROR, error)
                .hint("An observable has as many rows and columns as the state has dimensions."),
            QuantumError::MatrixNotFinite { row, column } => {
                Report::new(ERRCODE_DATA_EXCEPTION, "NaN and infinity are not entries of an observable")
                    .detail(format!("Row {}, column {} is not a finite number.", row + 1, column + 1))
                    .hint("Replace the entry.")
            }
            QuantumError::NotHermitian { row, column } => Report::new(ERRCODE_DATA_EXCEPTION, error)
                .detail(format!("Row {}, column {} differs from its mirror image.", row + 1, column + 1))
                .hint("An observable is symmetric."),
            QuantumError::Text { problem: TextProblem::NotFinite, position } => {
                Report::new(ERRCODE_DATA_EXCEPTION, TextProblem::NotFinite)
                    .detail(format!("One stands at byte {position}."))
                    .hint("Store NULL where there is no state, or replace the amplitude.")
            }
            QuantumError::Text { problem: TextProblem::OutOfRange, position } => {
                Report::new(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number is out of range for type qvector")
                    .detail(format!("The number at byte {position} does not fit into single precision."))
            }
            QuantumError::Text { .. } => {
                Report::new(ERRCODE_INVALID_TEXT_REPRESENTATION, "invalid input syntax for type qvector")
                    .detail(sentence(&error))
                    .hint("Amplitudes are written as in [0.6,0.8i] or [0.5,0.1-0.2i].")
            }
            _ => Report::new(ERRCODE_INTERNAL_ERROR, error),
        }
    }
}

impl From<SuperpositionError> for Report {
    fn from(error: SuperpositionError) -> Self {
        use SuperpositionError::*;
        let data = |hint: &str| Report::new(ERRCODE_DATA_EXCEPTION, &error).hint(hint);
        match &error {
            Contexts { contexts: 0, .. } => data("Give at least one context."),
            Contexts { limit, .. } => Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, &error).hint(format!("There may be 1 to {limit}.")),
            WeightCount { .. } => {
                Report::new(ERRCODE_ARRAY_ELEMENT_ERROR, &error).hint("Give one weight for each context.")
            }
            VectorCount { .. } => Report::new(ERRCODE_ARRAY_ELEMENT_ERROR, &error)
                .hint("Give one vector for each context, or one for all of them."),
            Name { limit, .. } => data(&format!("It may have 1 to {limit}.")),
            Repeated { .. } => data("The names of the contexts must all be different."),
            Weight { .. } => data("Weights are finite and not negative; they are divided by their sum."),
            WeightSum => data("One of them must be more than 0, and their sum finite."),
            Dimensions { left, right } => Report::new(ERRCODE_DATA_EXCEPTION, format!("different vector dimensions {left} and {right}"))
                .hint("All contexts have vectors of the same number of dimensions."),
            DimensionCount { limit, .. } => Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, &error).hint(format!("It may have 1 to {limit}.")),
            NotFinite { .. } => data("NaN and infinity are not components of a vector."),
            Text { .. } => Report::new(ERRCODE_INVALID_TEXT_REPRESENTATION, "invalid input syntax for type superposition")
                .detail(sentence(&error))
                .hint(r#"Write one as in {"technical": {"weight": 0.7, "vector": [1,0]}, "casual": {"weight": 0.3, "vector": [0,1]}}."#),
            Version { .. } => Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, format!("binary superposition has {error}"))
                .hint("Send version 1, as superposition_send() does."),
            _ => Report::new(ERRCODE_INTERNAL_ERROR, &error),
        }
    }
}

impl From<CircuitError> for Report {
    fn from(error: CircuitError) -> Self {
        use CircuitError::*;
        let parameter = |error: &CircuitError| Report::new(ERRCODE_INVALID_PARAMETER_VALUE, error);
        let limit = |error: &CircuitError| Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, error);
        match &error {
            Syntax { .. } => Report::new(ERRCODE_INVALID_TEXT_REPRESENTATION, "invalid circuit")
                .detail(sentence(&error))
                .hint("A circuit is written as in: qubits 2; h 0; cx 0 1; rz(pi/4) 1; measure."),
            Json { .. } => Report::new(ERRCODE_INVALID_TEXT_REPRESENTATION, "invalid circuit")
                .detail(sentence(&error))
                .hint(r#"A circuit in JSON is written as in: {"qubits": 1, "gates": [{"gate": "rx", "qubits": [0], "angle": 1.5}]}."#),
            QubitCount { limit, .. } => parameter(&error).hint(format!("There may be 1 to {limit}.")),
            TooManyQubits { qubits, limit: most } => limit(&error)
                .detail(format!(
                    "The state of {qubits} qubits takes {} bytes; qstore.max_qubits allows {most} qubits.",
                    16u64 << qubits
                ))
                .hint("Raise qstore.max_qubits if the server has that memory to spare, or use fewer qubits."),
            TooManyOperations { .. } => limit(&error).hint("Simulate the circuit in parts."),
            Operands { .. } => parameter(&error).hint("Controls come first, the target last, as in: ccx 0 1 2."),
            NoSuchQubit { qubits, .. } => parameter(&error).hint(format!("Qubits are numbered from 0 to {}.", qubits - 1)),
            RepeatedQubit { .. } => parameter(&error).hint("The qubits of one gate must all be different."),
            NoSuchBit { limit, .. } => parameter(&error).hint(format!("Classical bits are numbered from 0 to {}.", limit - 1)),
            Condition { .. } => parameter(&error).hint("Measure into the bit first, as in: measure 0 -> 0; x 1 if 0."),
            Angle { .. } => parameter(&error).hint("Angles are in radians, as in rx(pi/2) or rx(1.5708)."),
            MidCircuit { .. } => Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, "the circuit measures in the middle")
                .detail(sentence(&error))
                .hint("Only qstore.simulate() and qstore.to_openqasm() take such circuits; elsewhere measure at the end."),
            Shots { limit, .. } => parameter(&error).hint(format!("There may be 1 to {limit}.")),
            OutOfMemory { .. } => Report::new(ERRCODE_OUT_OF_MEMORY, &error).hint("Use fewer qubits; each one less halves the memory."),
            Cancelled => Report::new(ERRCODE_QUERY_CANCELED, "canceling statement due to user request"),
            _ => Report::new(ERRCODE_INTERNAL_ERROR, &error),
        }
    }
}

impl From<QuboError> for Report {
    fn from(error: QuboError) -> Self {
        use QuboError::*;
        let parameter = || Report::new(ERRCODE_INVALID_PARAMETER_VALUE, &error);
        match &error {
            Variables { limit, .. } => Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, &error)
                .hint(format!("There may be 1 to {limit}.")),
            TooManyTerms { .. } => Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, &error)
                .hint("Solve the problem in parts, or with fewer colors, cities or numbers."),
            NotSquare { .. } => Report::new(ERRCODE_ARRAY_ELEMENT_ERROR, &error)
                .hint("A matrix of n variables has n rows of n numbers, as in {{-1,2},{2,-1}}."),
            NotFinite { .. } => Report::new(ERRCODE_DATA_EXCEPTION, "NaN and infinity are not coefficients")
                .detail(sentence(&error))
                .hint("Leave out what has no coefficient, with 0; forbid a combination by a large one."),
            Asymmetric { row, column, above, below } => Report::new(ERRCODE_DATA_EXCEPTION, &error)
                .detail(format!("Row {}, column {} is {above}, but row {}, column {} is {below}.", row + 1, column + 1, column + 1, row + 1))
                .hint("The matrix (Q + transposed Q) / 2 is symmetric and has the same energies."),
            Description { .. } => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, "invalid optimization problem")
                .detail(sentence(&error))
                .hint("The functions qstore.max_cut, graph_coloring, travelling_salesman, subset_sum and ising make problems."),
            Infeasible { why } => Report::new(ERRCODE_DATA_EXCEPTION, "the constraints of the problem cannot be met")
                .detail(sentence(why))
                .hint("Relax the constraints."),
            Backend { .. } => parameter().hint("Backends are sa, sqa, pt, tabu and exact."),
            TooManyForExact { limit, .. } => Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, &error)
                .hint(format!("It tries all assignments of at most {limit} variables; the other backends take more.")),
            Setting { limit, .. } => parameter().hint(format!("It may be 1 to {limit}.")),
            Cancelled => Report::new(ERRCODE_QUERY_CANCELED, "canceling statement due to user request"),
            _ => Report::new(ERRCODE_INTERNAL_ERROR, &error),
        }
    }
}

/// A message as a DETAIL line: a sentence, with its first letter in upper case.
pub fn sentence(message: &impl ToString) -> String {
    let message = message.to_string();
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let stop = if message.ends_with('.') { "" } else { "." };
    first.into_iter().chain(letters).collect::<String>() + stop
}
