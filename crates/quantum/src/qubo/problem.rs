//! Problems of the field as QUBO (formulations after Lucas 2014, "Ising formulations of many NP problems"), described in JSON:
//!
//! ```json
//! {"problem": "max_cut", "edges": [[0, 1], [1, 2]], "weights": [1, 2]}
//! {"problem": "coloring", "edges": [[0, 1]], "colors": 3}
//! {"problem": "tsp", "distances": [[0, 3, 4], [3, 0, 5], [4, 5, 0]]}
//! {"problem": "subset_sum", "numbers": [3, 5, 9], "target": 12}
//! {"problem": "ising", "fields": [0, 0], "couplings": [[0, 1], [0, 0]]}
//! ```
//!
//! Nodes count from 0; `nodes` may say how many there are if the last ones have no edge.

use super::{MAX_VARIABLES, Qubo, QuboError, Terms};
use serde_json::{Map, Value, json};

/// A problem with a meaning.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// Two parts of the nodes with as much weight as possible between them. Variables: the part of each node. Energy: −cut.
    MaxCut {
        /// Number of nodes.
        nodes: usize,
        /// Edges with their weights.
        edges: Vec<(usize, usize, f64)>,
    },
    /// A colour for each node, different ones at the ends of every edge. Variables: node · colours + colour. Energy: broken rules.
    Coloring {
        /// Number of nodes.
        nodes: usize,
        /// Edges.
        edges: Vec<(usize, usize)>,
        /// Number of colours.
        colors: usize,
    },
    /// The shortest round tour. City 0 comes first; variables: (city − 1) · (n − 1) + (position − 1). Energy: length.
    Tsp {
        /// Number of cities.
        cities: usize,
        /// Distances by rows, from the row's city to the column's.
        distances: Vec<f64>,
    },
    /// Numbers that sum up to a target. Variables: whether a number is taken. Energy: squared difference.
    SubsetSum {
        /// The numbers.
        numbers: Vec<f64>,
        /// What they shall sum up to.
        target: f64,
    },
    /// Spins with E(s) = Σ hᵢ·sᵢ + Σ_{i<j} Jᵢⱼ·sᵢ·sⱼ. Variables: (1 + s) / 2.
    Ising {
        /// The fields h.
        fields: Vec<f64>,
        /// The couplings J above the diagonal.
        couplings: Vec<(usize, usize, f64)>,
    },
}

/// What an assignment means.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Whether every constraint is met.
    pub feasible: bool,
    /// What the problem asks for; null where the assignment means nothing, such as two colours at once.
    pub value: Value,
    /// What the problem optimises, in its own terms: the cut, the conflicts, the length, the difference, the energy.
    pub objective: Option<f64>,
}

fn fail<T>(problem: impl Into<String>) -> Result<T, QuboError> {
    Err(QuboError::Description { problem: problem.into() })
}

fn infeasible<T>(why: impl Into<String>) -> Result<T, QuboError> {
    Err(QuboError::Infeasible { why: why.into() })
}

/// Reads keys of an object, each with its own complaint.
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    fn known(&self, keys: &[&str]) -> Result<(), QuboError> {
        match self.0.keys().find(|key| *key != "problem" && !keys.contains(&key.as_str())) {
            Some(key) => fail(format!(
                "the problem has an unknown key \"{}\"",
                key.chars().take(40).collect::<String>()
            )),
            None => Ok(()),
        }
    }

    fn array(&self, key: &str) -> Result<&'a [Value], QuboError> {
        match self.0.get(key).and_then(Value::as_array) {
            Some(array) => Ok(array),
            None => fail(format!("\"{key}\" is not an array")),
        }
    }

    fn numbers(&self, key: &str) -> Result<Vec<f64>, QuboError> {
        numbers(self.array(key)?, key)
    }

    fn count(&self, key: &str) -> Result<usize, QuboError> {
        match self.0.get(key).and_then(Value::as_u64) {
            Some(count) => Ok(count as usize),
            None => fail(format!("\"{key}\" is not a number from 0")),
        }
    }

    /// A square matrix by rows and its size.
    fn matrix(&self, key: &str) -> Result<(usize, Vec<f64>), QuboError> {
        let rows = self.array(key)?;
        let mut matrix = Vec::new();
        for row in rows {
            let Some(row) = row.as_array() else { return fail(format!("\"{key}\" is not an array of rows")) };
            if row.len() != rows.len() {
                return Err(QuboError::NotSquare { rows: rows.len(), columns: row.len() });
            }
            matrix.extend(numbers(row, key)?);
        }
        Ok((rows.len(), matrix))
    }

    /// Edges and the number of nodes.
    fn edges(&self) -> Result<(usize, Vec<(usize, usize)>), QuboError> {
        let mut edges = Vec::new();
        let mut nodes = if self.0.contains_key("nodes") { self.count("nodes")? } else { 0 };
        let given = self.0.contains_key("nodes");
        for edge in self.array("edges")? {
            let ends = edge.as_array().map(|ends| ends.iter().map(Value::as_u64).collect::<Option<Vec<_>>>());
            let Some(Some([a, b])) =
                ends.as_ref().map(|ends| ends.as_deref().and_then(|e| <[u64; 2]>::try_from(e).ok()))
            else {
                return fail("an edge is two node numbers from 0");
            };
            let last = a.max(b) as usize;
            if given && last >= nodes || last >= MAX_VARIABLES {
                return fail(format!(
                    "an edge has node {last}, and there are {} nodes",
                    if given { nodes } else { MAX_VARIABLES }
                ));
            }
            nodes = nodes.max(last + 1);
            edges.push((a as usize, b as usize));
        }
        Ok((nodes, edges))
    }
}

fn numbers(values: &[Value], key: &str) -> Result<Vec<f64>, QuboError> {
    match values.iter().map(Value::as_f64).collect() {
        Some(numbers) => Ok(numbers),
        None => fail(format!("\"{key}\" holds something that is not a finite number")),
    }
}

impl Problem {
    /// [`Problem::from_json`] of a text.
    ///
    /// # Errors
    /// Also [`QuboError::Description`] where the text is not JSON.
    pub fn parse(text: &str) -> Result<Self, QuboError> {
        match serde_json::from_str(text) {
            Ok(description) => Self::from_json(&description),
            Err(error) => fail(format!("it is not valid JSON: {error}")),
        }
    }

    /// Reads a description.
    ///
    /// # Errors
    /// [`QuboError::Description`], [`QuboError::NotSquare`], [`QuboError::Infeasible`] where it is plain that nothing can meet the
    /// constraints.
    pub fn from_json(description: &Value) -> Result<Self, QuboError> {
        let Some(object) = description.as_object() else { return fail("the problem is not an object") };
        let fields = Fields(object);
        match object.get("problem").and_then(Value::as_str) {
            Some("max_cut") => {
                fields.known(&["edges", "weights", "nodes"])?;
                let (nodes, edges) = fields.edges()?;
                let weights = match object.get("weights") {
                    None | Some(Value::Null) => vec![1.0; edges.len()],
                    Some(_) => fields.numbers("weights")?,
                };
                if weights.len() != edges.len() {
                    return fail(format!("there are {} edges and {} weights", edges.len(), weights.len()));
                }
                let edges = edges.into_iter().zip(weights).map(|((a, b), weight)| (a, b, weight)).collect();
                Ok(Self::MaxCut { nodes, edges })
            }
            Some("coloring") => {
                fields.known(&["edges", "colors", "nodes"])?;
                let (nodes, edges) = fields.edges()?;
                if let Some((node, _)) = edges.iter().find(|(a, b)| a == b) {
                    return infeasible(format!("node {node} has an edge to itself"));
                }
                let colors = fields.count("colors")?;
                if colors == 0 || (colors == 1 && !edges.is_empty()) {
                    return infeasible(format!("{colors} colors are not enough for an edge"));
                }
                Ok(Self::Coloring { nodes, edges, colors })
            }
            Some("tsp") => {
                fields.known(&["distances"])?;
                let (cities, distances) = fields.matrix("distances")?;
                if cities < 2 {
                    return infeasible("a tour needs at least 2 cities");
                }
                if let Some(at) = distances.iter().position(|&distance| distance < 0.0) {
                    return fail(format!("the distance from {} to {} is negative", at / cities, at % cities));
                }
                Ok(Self::Tsp { cities, distances })
            }
            Some("subset_sum") => {
                fields.known(&["numbers", "target"])?;
                let numbers = fields.numbers("numbers")?;
                let Some(target) = object.get("target").and_then(Value::as_f64) else {
                    return fail("\"target\" is not a number");
                };
                let reach = |sign: f64| numbers.iter().map(|x| (x * sign).max(0.0)).sum::<f64>() * sign + 0.0;
                if target > reach(1.0) || target < reach(-1.0) {
                    return infeasible(format!(
                        "the numbers sum up to {} at least and {} at most",
                        reach(-1.0),
                        reach(1.0)
                    ));
                }
                Ok(Self::SubsetSum { numbers, target })
            }
            Some("ising") => {
                fields.known(&["fields", "couplings"])?;
                let h = fields.numbers("fields")?;
                let (n, matrix) = fields.matrix("couplings")?;
                if n != h.len() {
                    return fail(format!("there are {} fields and {n} rows of couplings", h.len()));
                }
                let mut couplings = Vec::new();
                for at in (0..n * n).filter(|&at| matrix[at] != 0.0) {
                    let (i, j) = (at / n, at % n);
                    if i >= j {
                        return fail(format!("the coupling of {i} and {j} is not above the diagonal"));
                    }
                    couplings.push((i, j, matrix[at]));
                }
                Ok(Self::Ising { fields: h, couplings })
            }
            Some(name) => {
                fail(format!("there is no problem \"{}\"", name.chars().take(40).collect::<String>()))
            }
            None => fail("the problem has no name"),
        }
    }

    /// The problem as QUBO, whose energies are those of the description: penalties are exact offsets away from 0.
    ///
    /// # Errors
    /// [`QuboError::Variables`], [`QuboError::NotFinite`].
    pub fn qubo(&self) -> Result<Qubo, QuboError> {
        match self {
            Self::MaxCut { nodes, edges } => {
                let mut terms = Terms::new(*nodes)?;
                for &(a, b, weight) in edges.iter().filter(|(a, b, _)| a != b) {
                    terms.linear(a, -weight);
                    terms.linear(b, -weight);
                    terms.pair(a, b, 2.0 * weight);
                }
                terms.build()
            }
            Self::Coloring { nodes, edges, colors } => {
                let mut terms = Terms::new(nodes.saturating_mul(*colors))?;
                for node in 0..*nodes {
                    let variables: Vec<usize> = (0..*colors).map(|color| node * colors + color).collect();
                    terms.exactly_one(&variables, 1.0);
                }
                for &(a, b) in edges {
                    (0..*colors).for_each(|color| terms.pair(a * colors + color, b * colors + color, 1.0));
                }
                terms.build()
            }
            Self::Tsp { cities, distances } => {
                let n = cities - 1;
                let mut terms = Terms::new(n * n)?;
                let distance = |a: usize, b: usize| distances[a * cities + b];
                let variable = |city: usize, position: usize| (city - 1) * n + position - 1;
                // More than what a city can save by missing: the way to it and the way from it.
                let longest = distances.iter().fold(0.0f64, |most, &distance| most.max(distance));
                let penalty = 1.5 * longest + 1.0;
                for fixed in 1..=n {
                    terms.exactly_one(
                        &(1..=n).map(|other| variable(fixed, other)).collect::<Vec<_>>(),
                        penalty,
                    );
                    terms.exactly_one(
                        &(1..=n).map(|other| variable(other, fixed)).collect::<Vec<_>>(),
                        penalty,
                    );
                    terms.linear(variable(fixed, 1), distance(0, fixed));
                    terms.linear(variable(fixed, n), distance(fixed, 0));
                }
                for position in 1..n {
                    for a in 1..=n {
                        for b in (1..=n).filter(|&b| b != a) {
                            terms.pair(variable(a, position), variable(b, position + 1), distance(a, b));
                        }
                    }
                }
                terms.build()
            }
            Self::SubsetSum { numbers, target } => {
                let mut terms = Terms::new(numbers.len())?;
                terms.constant(target * target);
                for (i, &a) in numbers.iter().enumerate() {
                    terms.linear(i, a * (a - 2.0 * target));
                    numbers[..i].iter().enumerate().for_each(|(j, &b)| terms.pair(i, j, 2.0 * a * b));
                }
                terms.build()
            }
            Self::Ising { fields, couplings } => {
                let mut terms = Terms::new(fields.len())?;
                for (i, &field) in fields.iter().enumerate() {
                    terms.linear(i, 2.0 * field);
                    terms.constant(-field);
                }
                for &(i, j, coupling) in couplings {
                    terms.pair(i, j, 4.0 * coupling);
                    terms.linear(i, -2.0 * coupling);
                    terms.linear(j, -2.0 * coupling);
                    terms.constant(coupling);
                }
                terms.build()
            }
        }
    }

    /// What an assignment of [`Problem::qubo`] means.
    pub fn answer(&self, x: &[bool]) -> Answer {
        match self {
            Self::MaxCut { edges, .. } => {
                let cut = edges
                    .iter()
                    .filter(|&&(a, b, _)| x[a] != x[b])
                    .map(|&(_, _, weight)| weight)
                    .sum::<f64>()
                    + 0.0;
                let parts: Vec<u8> = x.iter().map(|&one| one.into()).collect();
                Answer { feasible: true, value: json!(parts), objective: Some(cut) }
            }
            Self::Coloring { edges, colors, .. } => {
                let chosen: Option<Vec<usize>> = x.chunks_exact(*colors).map(only).collect();
                let Some(chosen) = chosen else {
                    return Answer { feasible: false, value: Value::Null, objective: None };
                };
                let conflicts = edges.iter().filter(|&&(a, b)| chosen[a] == chosen[b]).count();
                Answer { feasible: conflicts == 0, value: json!(chosen), objective: Some(conflicts as f64) }
            }
            Self::Tsp { cities, distances } => {
                let n = cities - 1;
                let positions: Option<Vec<usize>> = x.chunks_exact(n).map(only).collect();
                let mut tour = vec![0; *cities];
                for (city, position) in positions.unwrap_or_default().into_iter().enumerate() {
                    tour[position + 1] = city + 1;
                }
                // Two cities at one position leave another one empty.
                if tour[1..].contains(&0) {
                    return Answer { feasible: false, value: Value::Null, objective: None };
                }
                let length =
                    (0..*cities).map(|at| distances[tour[at] * cities + tour[(at + 1) % cities]]).sum();
                Answer { feasible: true, value: json!(tour), objective: Some(length) }
            }
            Self::SubsetSum { numbers, target } => {
                let taken: Vec<f64> =
                    numbers.iter().zip(x).filter(|(_, one)| **one).map(|(&number, _)| number).collect();
                let difference = (taken.iter().sum::<f64>() - target).abs();
                let scale = numbers.iter().fold(target.abs(), |most, number| most.max(number.abs()));
                Answer {
                    feasible: difference <= 1e-12 * scale,
                    value: taken.into_iter().map(number).collect(),
                    objective: Some(difference),
                }
            }
            Self::Ising { fields, couplings } => {
                let spin = |i: usize| if x[i] { 1.0 } else { -1.0 };
                let energy = fields.iter().enumerate().map(|(i, field)| field * spin(i)).sum::<f64>()
                    + couplings.iter().map(|&(i, j, coupling)| coupling * spin(i) * spin(j)).sum::<f64>();
                let spins: Vec<i8> = x.iter().map(|&one| if one { 1 } else { -1 }).collect();
                Answer { feasible: true, value: json!(spins), objective: Some(energy + 0.0) }
            }
        }
    }
}

/// The place of the only one.
fn only(choice: &[bool]) -> Option<usize> {
    let mut ones = (0..choice.len()).filter(|&at| choice[at]);
    ones.next().filter(|_| ones.next().is_none())
}

/// A number as JSON, without a fraction where it has none.
fn number(value: f64) -> Value {
    // Integers below 2⁵³ are exact in both.
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}
