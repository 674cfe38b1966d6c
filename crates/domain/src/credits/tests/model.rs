//! The pure function against a model.
