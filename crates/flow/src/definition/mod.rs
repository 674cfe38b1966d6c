//! The strict model of a definition.

use crate::finding::Finding;

/// A parsed definition: known to be in the profile, not yet compiled.
#[derive(Clone, Debug)]
pub struct Definition {
    canonical: serde_json::Value,
    text: String,
    warnings: Vec<Finding>,
}

impl Definition {
    /// Parses YAML or JSON text.
    ///
    /// # Errors
    /// All findings at once, with lines and columns.
    pub fn parse(text: &str) -> Result<Self, Vec<Finding>> {
        let _ = text;
        Err(Vec::new())
    }

    /// Parses a JSON value (a stored canonical form, or what an editor sends).
    ///
    /// # Errors
    /// All findings at once, without lines.
    pub fn from_json(value: serde_json::Value) -> Result<Self, Vec<Finding>> {
        let text = value.to_string();
        Ok(Self {
            canonical: value,
            text,
            warnings: Vec::new(),
        })
    }

    /// The canonical JSON, keys in the author's order.
    #[must_use]
    pub fn canonical(&self) -> &serde_json::Value {
        &self.canonical
    }

    /// The canonical JSON as compact text: what is hashed to tell versions apart.
    #[must_use]
    pub fn canonical_text(&self) -> &str {
        &self.text
    }

    /// Findings that do not prevent saving.
    #[must_use]
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// `document.name`.
    #[must_use]
    pub fn name(&self) -> &str {
        ""
    }

    /// `document.namespace`.
    #[must_use]
    pub fn namespace(&self) -> &str {
        ""
    }

    /// `document.version`.
    #[must_use]
    pub fn version(&self) -> &str {
        ""
    }

    /// `document.title`.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        None
    }

    /// `document.summary`.
    #[must_use]
    pub fn summary(&self) -> Option<&str> {
        None
    }

    /// Endpoints of schemas that the host must bring as [`crate::Resources`], such as `model:Customer@3`,
    /// sorted, without doubles.
    #[must_use]
    pub fn schema_references(&self) -> Vec<String> {
        Vec::new()
    }
}
