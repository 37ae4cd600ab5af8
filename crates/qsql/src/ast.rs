//! What the parser finds: the QSQL constructs of a text. All SQL in and between them stays a span of the source.

use crate::name::{Identifier, QualifiedName};
use crate::qubo::{Constraint, Polynomial};
use crate::span::Span;

/// One construct, at any depth of the text.
#[derive(Debug, Clone, PartialEq)]
pub enum Construct {
    /// `FROM … NEUROMATCH …`.
    Match(MatchClause),
    /// `NEUROMATCH column pattern STRENGTH > x` inside an expression.
    Condition(MatchCondition),
    /// `QUANTUM SEARCH …`.
    Search(QuantumSearch),
    /// `CREATE SYNAPTIC INDEX …`.
    Index(CreateSynapticIndex),
    /// `DNA:ATGC`.
    Dna(DnaLiteral),
    /// `… QUANTUM_JOIN …`.
    Join(QuantumJoin),
    /// `SUPERPOSE …`.
    Superpose(Superpose),
    /// A statement that a function carries out.
    Call(FunctionCall),
    /// `OPTIMIZE QUBO …`.
    Optimize(Optimize),
}

impl Construct {
    /// The stretch of the source that the construct's SQL replaces.
    pub fn span(&self) -> Span {
        match self {
            Self::Match(clause) => clause.where_clause.map_or(clause.span, |it| clause.span.to(it.condition)),
            Self::Condition(condition) => condition.span,
            Self::Search(search) => search.span,
            Self::Index(index) => index.synaptic.to(index.before_columns),
            Self::Dna(literal) => literal.span,
            Self::Join(join) => join.span,
            Self::Superpose(fusion) => fusion.span,
            Self::Call(call) => call.span,
            Self::Optimize(optimize) => optimize.span,
        }
    }
}

/// `NEUROMATCH [(] [column ,] pattern [)] [STRENGTH > x]` behind the FROM items of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchClause {
    /// The clause, without the WHERE that may follow.
    pub span: Span,
    /// For the statement `NEUROMATCH rel pattern …`: the relation, with its alias, as written.
    pub from_item: Option<Span>,
    /// What is scored.
    pub target: MatchTarget,
    /// An expression.
    pub pattern: Span,
    /// `> x` as written; a score above 0 counts as a match without it.
    pub strength: Option<Strength>,
    /// `HEBBIAN_STRENGTHENING true`, which changes nothing.
    pub without_effect: Option<Span>,
    /// The query's own WHERE, if there is one.
    pub where_clause: Option<WhereClause>,
}

/// `NEUROMATCH column [,] pattern STRENGTH > x`, with or without parentheses around the column and the pattern, inside an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchCondition {
    /// The whole condition.
    pub span: Span,
    /// What is scored.
    pub column: Span,
    /// An expression.
    pub pattern: Span,
    /// `> x` as written.
    pub strength: Strength,
}

/// What a [`MatchClause`] scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchTarget {
    /// The column that was named.
    Column(Span),
    /// The columns of the one relation in FROM.
    Relation(FromRelation),
    /// No column was named, and FROM is not one plain relation.
    Unknown,
}

/// `STRENGTH > x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    /// The comparison operator.
    pub operator: Span,
    /// The bound, an expression.
    pub bound: Span,
}

/// A query's own WHERE behind a [`MatchClause`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WhereClause {
    /// The keyword.
    pub keyword: Span,
    /// The condition.
    pub condition: Span,
}

/// One relation in FROM, with the names under which the query sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromRelation {
    /// The relation.
    pub name: QualifiedName,
    /// Its alias.
    pub alias: Option<Identifier>,
    /// The alias's column names: they replace the relation's, from the first on.
    pub column_aliases: Vec<Identifier>,
    /// Whether the name is that of a WITH query of the statement, which the catalog does not know.
    pub is_with_query: bool,
}

impl FromRelation {
    /// The name by which the query's expressions address the relation.
    pub fn visible_name(&self) -> &Identifier {
        self.alias.as_ref().unwrap_or_else(|| self.name.last())
    }
}

/// `QUANTUM SEARCH rel [[AS] alias] [ON column] NEAREST TO v [IN CONTEXT c] [WHERE …] [WITH (…)] LIMIT k [OFFSET n]`, or, without
/// NEAREST TO, for the rows that a condition marks: `QUANTUM SEARCH rel WHERE … [LIMIT k [OFFSET n]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuantumSearch {
    /// The whole construct.
    pub span: Span,
    /// What is searched.
    pub relation: FromRelation,
    /// The relation and its alias as written.
    pub from_item: Span,
    /// The column behind ON.
    pub column: Option<QualifiedName>,
    /// What stands behind NEAREST TO.
    pub nearest: Option<Nearest>,
    /// `WHERE …`, the keyword included.
    pub filter: Option<Span>,
    /// `LIMIT … [OFFSET …]`; always there behind NEAREST TO.
    pub limit: Option<Limit>,
    /// `WITH (…)` behind NEAREST TO.
    pub options: SearchOptions,
    /// `WITH ITERATIONS n` or `AMPLITUDE_AMPLIFICATION`, which change nothing.
    pub without_effect: Option<Span>,
}

/// `LIMIT k [OFFSET n]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// All of it, the keywords included.
    pub span: Span,
    /// `k`.
    pub rows: Span,
    /// `n`.
    pub offset: Option<Span>,
}

/// What a search says in `WITH (…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchOptions {
    /// `recall = r`: an expression.
    pub recall: Option<Span>,
    /// `tunneling = on`: where it stands.
    pub tunneling: Option<Span>,
}

/// The value of `NEAREST TO v [IN CONTEXT c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nearest {
    /// An expression.
    pub value: Span,
    /// The context's name, an expression.
    pub context: Option<Span>,
    /// Whether the value binds tighter than any operator, so that it needs no parentheses.
    pub is_simple: bool,
}

/// `CREATE SYNAPTIC INDEX … ON rel (…) …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateSynapticIndex {
    /// From the word SYNAPTIC up to the word INDEX.
    pub synaptic: Span,
    /// The empty span behind the relation's name, where the access method belongs.
    pub before_columns: Span,
}

/// `DNA:ATGC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DnaLiteral {
    /// The whole literal.
    pub span: Span,
    /// The bases, letters of A, C, G and T in either case.
    pub bases: Span,
}

/// `QUANTUM_JOIN rel [[AS] alias] ON a.x ENTANGLE y [TOP k] [WITHIN d]`: the nearest rows of `rel` for each row so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuantumJoin {
    /// The whole construct.
    pub span: Span,
    /// As a statement: the relation whose rows are joined.
    pub first: Option<Span>,
    /// What is searched.
    pub relation: FromRelation,
    /// The relation and its alias as written.
    pub from_item: Span,
    /// The column of the rows so far, with its relation's name.
    pub outer: Span,
    /// The column that is searched.
    pub column: QualifiedName,
    /// `k`: at most this many rows for each row; 1 where neither limit is given.
    pub top: Option<Span>,
    /// `d`: no row that is farther away.
    pub within: Option<Span>,
}

/// `SUPERPOSE (select) [WEIGHT w], … [COLLAPSE [BY column] LIMIT k]`: rows of several queries by their weighted reciprocal ranks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superpose {
    /// The whole construct.
    pub span: Span,
    /// The queries, two or more.
    pub rankings: Vec<Ranking>,
    /// The column that tells which rows are the same; the whole row without it.
    pub key: Option<Span>,
    /// `LIMIT k`, the keyword included.
    pub limit: Option<Span>,
}

/// A query of a [`Superpose`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranking {
    /// The query, without its parentheses.
    pub query: Span,
    /// Its weight; 1 where none is given.
    pub weight: Option<Span>,
}

/// A statement that a function of the schema `qstore` carries out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionCall {
    /// The whole statement.
    pub span: Span,
    /// Its name in messages.
    pub statement: &'static str,
    /// The function's name, without its schema.
    pub function: &'static str,
    /// In the order of the call.
    pub arguments: Vec<Argument>,
}

/// An argument of a [`FunctionCall`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The parameter's name, unless it is given by its place.
    pub name: Option<String>,
    /// What it is.
    pub value: Value,
}

/// What an [`Argument`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL of the source.
    Source(Span),
    /// A text.
    Text(String),
    /// A relation, as `regclass`.
    Relation(QualifiedName),
    /// Names, as an array of texts.
    Names(Vec<Identifier>),
}

/// `OPTIMIZE QUBO …`.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimize {
    /// The whole statement.
    pub span: Span,
    /// What is optimised.
    pub problem: Problem,
    /// The solver's named arguments.
    pub options: Vec<Argument>,
    /// Words that change nothing.
    pub without_effect: Vec<Span>,
}

/// What an [`Optimize`] optimises.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// `MINIMIZE expression [SUBJECT TO …]`.
    Polynomial {
        /// The names of the variables, by their numbers.
        variables: Vec<String>,
        /// Whether the objective is to be as large as possible.
        maximize: bool,
        /// What is to be as small as possible.
        objective: Polynomial,
        /// What is to hold.
        constraints: Vec<Constraint>,
    },
    /// `GRAPH max_cut … EDGES FROM rel`.
    MaxCut {
        /// The relation of the edges.
        edges: FromRelation,
    },
}
