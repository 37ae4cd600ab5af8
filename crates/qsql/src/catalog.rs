//! The port through which the translation asks about relations, and its twin in memory.

use crate::name::Identifier;
use std::collections::{HashMap, HashSet};

/// What a column can be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// A dense vector.
    Vector,
    /// `text`, `varchar`, `char` and domains over them.
    Text,
    /// A complex state vector.
    QVector,
    /// Contexts with a vector each.
    Superposition,
    /// Anything else.
    Other,
}

/// A column of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, as stored.
    pub name: String,
    /// What it can be used for.
    pub kind: ColumnKind,
    /// The ordering operator of the column's synaptic index, such as `<->`; `None` if there is no such index.
    pub nearest_operator: Option<String>,
}

impl Column {
    /// A column without an index.
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Self { name: name.into(), kind, nearest_operator: None }
    }

    /// The column with a synaptic index whose ordering operator is `operator`.
    #[must_use]
    pub fn indexed_by(mut self, operator: impl Into<String>) -> Self {
        self.nearest_operator = Some(operator.into());
        self
    }
}

/// A table, view or anything else with columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relation {
    /// The columns in the order of the table, dropped ones left out.
    pub columns: Vec<Column>,
}

/// The catalog could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CatalogError(pub String);

/// What the translation needs to know of the database.
pub trait Catalog {
    /// The relation that a name means to the current user: one part is looked up along the search path, two are schema and
    /// relation, three begin with the database. `None` if there is none.
    ///
    /// # Errors
    /// If the catalog could not be read.
    fn relation(&self, name: &[Identifier]) -> Result<Option<Relation>, CatalogError>;

    /// Whether a function of this name stands in the schema `qstore`.
    ///
    /// # Errors
    /// If the catalog could not be read.
    fn has_function(&self, name: &str) -> Result<bool, CatalogError>;

    /// Whether a function of this name stands beside the extension's types.
    ///
    /// # Errors
    /// If the catalog could not be read.
    fn has_type_function(&self, name: &str) -> Result<bool, CatalogError>;

    /// The schema of the extension's types, operators and of `neuromatch`, as stored (not quoted).
    fn schema(&self) -> &str;
}

/// A catalog in memory, for tests.
#[derive(Debug, Clone, Default)]
pub struct MemoryCatalog {
    schema: String,
    relations: HashMap<Vec<String>, Relation>,
    functions: HashSet<String>,
}

impl MemoryCatalog {
    /// An empty catalog with the extension in `schema`.
    pub fn new(schema: impl Into<String>) -> Self {
        Self { schema: schema.into(), ..Self::default() }
    }

    /// Adds a relation under a name of one or more parts.
    #[must_use]
    pub fn with(mut self, name: &[&str], columns: impl IntoIterator<Item = Column>) -> Self {
        let name = name.iter().map(|&part| part.to_owned()).collect();
        self.relations.insert(name, Relation { columns: columns.into_iter().collect() });
        self
    }

    /// Adds functions to the schema `qstore` and to that of the types.
    #[must_use]
    pub fn with_functions(mut self, names: &[&str]) -> Self {
        self.functions.extend(names.iter().map(|&name| name.to_owned()));
        self
    }
}

impl Catalog for MemoryCatalog {
    fn relation(&self, name: &[Identifier]) -> Result<Option<Relation>, CatalogError> {
        let name: Vec<String> = name.iter().map(|part| part.name.clone()).collect();
        Ok(self.relations.get(&name).cloned())
    }

    fn has_function(&self, name: &str) -> Result<bool, CatalogError> {
        Ok(self.functions.contains(name))
    }

    fn has_type_function(&self, name: &str) -> Result<bool, CatalogError> {
        self.has_function(name)
    }

    fn schema(&self) -> &str {
        &self.schema
    }
}
