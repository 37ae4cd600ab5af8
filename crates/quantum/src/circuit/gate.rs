//! The gates, their names and matrices.

use num_complex::Complex64;
use std::f64::consts::FRAC_1_SQRT_2;

/// A 2×2 matrix by rows.
pub type Matrix2 = [[Complex64; 2]; 2];

/// A gate with its angle in radians. Rotations are those of OpenQASM's `stdgates.inc`: RX(θ) = exp(−iθX/2).
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub enum Gate {
    H,
    X,
    Y,
    Z,
    S,
    Sdg,
    T,
    Tdg,
    Rx(f64),
    Ry(f64),
    Rz(f64),
    Cnot,
    Cz,
    Swap,
    Toffoli,
}

impl Gate {
    /// The gate of this name in any case, with its angle where it has one.
    ///
    /// # Errors
    /// What is wrong, as a clause: no such gate, an angle too many or too few.
    pub fn named(name: &str, angle: Option<f64>) -> Result<Self, String> {
        let lower = name.to_ascii_lowercase();
        let fixed = match lower.as_str() {
            "h" => Some(Self::H),
            "x" | "not" => Some(Self::X),
            "y" => Some(Self::Y),
            "z" => Some(Self::Z),
            "s" => Some(Self::S),
            "sdg" => Some(Self::Sdg),
            "t" => Some(Self::T),
            "tdg" => Some(Self::Tdg),
            "cx" | "cnot" => Some(Self::Cnot),
            "cz" => Some(Self::Cz),
            "swap" => Some(Self::Swap),
            "ccx" | "toffoli" => Some(Self::Toffoli),
            _ => None,
        };
        match (fixed, lower.as_str(), angle) {
            (Some(gate), _, None) => Ok(gate),
            (Some(_), _, Some(_)) => Err(format!("gate {lower} has no angle")),
            (None, "rx", Some(angle)) => Ok(Self::Rx(angle)),
            (None, "ry", Some(angle)) => Ok(Self::Ry(angle)),
            (None, "rz", Some(angle)) => Ok(Self::Rz(angle)),
            (None, "rx" | "ry" | "rz", None) => {
                Err(format!("gate {lower} needs an angle, as in {lower}(pi/2)"))
            }
            _ => Err(format!("there is no gate \"{}\"", name.chars().take(40).collect::<String>())),
        }
    }

    /// The name in the text form, which is that of OpenQASM.
    pub fn name(self) -> &'static str {
        match self {
            Self::H => "h",
            Self::X => "x",
            Self::Y => "y",
            Self::Z => "z",
            Self::S => "s",
            Self::Sdg => "sdg",
            Self::T => "t",
            Self::Tdg => "tdg",
            Self::Rx(_) => "rx",
            Self::Ry(_) => "ry",
            Self::Rz(_) => "rz",
            Self::Cnot => "cx",
            Self::Cz => "cz",
            Self::Swap => "swap",
            Self::Toffoli => "ccx",
        }
    }

    /// The angle in radians, of the rotations.
    pub fn angle(self) -> Option<f64> {
        match self {
            Self::Rx(angle) | Self::Ry(angle) | Self::Rz(angle) => Some(angle),
            _ => None,
        }
    }

    /// Number of qubits, controls included.
    pub fn qubits(self) -> usize {
        match self {
            Self::Cnot | Self::Cz | Self::Swap => 2,
            Self::Toffoli => 3,
            _ => 1,
        }
    }

    /// The matrix on the last qubit; the qubits before it are controls. `None` for SWAP, which has no such form.
    pub fn matrix(self) -> Option<Matrix2> {
        let re = |x: f64| Complex64::new(x, 0.0);
        let im = |x: f64| Complex64::new(0.0, x);
        let diagonal = |a: Complex64, b: Complex64| [[a, re(0.0)], [re(0.0), b]];
        // libm is the same code on every machine; the platform's own sine may differ in the last bit.
        let half = |angle: f64| (libm::cos(angle / 2.0), libm::sin(angle / 2.0));
        let r = FRAC_1_SQRT_2;
        Some(match self {
            Self::H => [[re(r), re(r)], [re(r), re(-r)]],
            Self::X | Self::Cnot | Self::Toffoli => [[re(0.0), re(1.0)], [re(1.0), re(0.0)]],
            Self::Y => [[re(0.0), im(-1.0)], [im(1.0), re(0.0)]],
            Self::Z | Self::Cz => diagonal(re(1.0), re(-1.0)),
            Self::S => diagonal(re(1.0), im(1.0)),
            Self::Sdg => diagonal(re(1.0), im(-1.0)),
            Self::T => diagonal(re(1.0), Complex64::new(r, r)),
            Self::Tdg => diagonal(re(1.0), Complex64::new(r, -r)),
            Self::Rx(angle) => {
                let (c, s) = half(angle);
                [[re(c), im(-s)], [im(-s), re(c)]]
            }
            Self::Ry(angle) => {
                let (c, s) = half(angle);
                [[re(c), re(-s)], [re(s), re(c)]]
            }
            Self::Rz(angle) => {
                let (c, s) = half(angle);
                diagonal(Complex64::new(c, -s), Complex64::new(c, s))
            }
            Self::Swap => return None,
        })
    }
}
