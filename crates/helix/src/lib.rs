//! helix
