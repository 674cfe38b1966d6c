//! SQL of flows, versions and deployments.

pub mod deployments;
pub mod erase;
pub mod flows;
pub mod versions;
