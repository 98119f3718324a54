//! Selections of an edition in the forms that others read.
//!
//! By task:
//! - **Draw**: [`mvt`], vector tiles straight from the coordinate columns of the serving form.

pub mod mvt;
