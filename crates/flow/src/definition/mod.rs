//! Definitions: from text to a strict model.
//!
//! Owns reading and the profile of the language. Refuses, with a pointer and all at once, whatever the engine
//! cannot run: unknown keys, tasks outside of the profile, names that lead nowhere.
//! Invariant: a [`Definition`] exists only without findings of severity error.

mod call;
mod catch;
mod document;
mod duration;
mod locate;
pub(crate) mod model;
mod profile;
mod reach;
mod reader;
mod reusable;
mod task;
mod yaml;

use std::sync::Arc;

use serde_json::Value as Json;

use crate::finding::{Finding, Severity};
use model::{Document, SchemaSource, Task};
pub(crate) use reader::{RESERVED_VARIABLES, join};

/// A parsed definition: known to be in the profile, not yet compiled.
#[derive(Clone, Debug)]
pub struct Definition {
    canonical: Arc<Json>,
    text: Arc<str>,
    warnings: Vec<Finding>,
    document: Arc<Document>,
    source: Option<Arc<str>>,
}

impl Definition {
    /// Parses YAML or JSON text (JSON when it begins with `{`).
    ///
    /// # Errors
    /// All findings at once, with lines and columns.
    pub fn parse(text: &str) -> Result<Self, Vec<Finding>> {
        let json = yaml::read(text).map_err(|finding| vec![finding])?;
        Self::build(json, Some(text))
    }

    /// Parses a JSON value (a stored canonical form, or what an editor sends).
    ///
    /// # Errors
    /// All findings at once, without lines.
    pub fn from_json(value: Json) -> Result<Self, Vec<Finding>> {
        Self::build(value, None)
    }

    fn build(json: Json, source: Option<&str>) -> Result<Self, Vec<Finding>> {
        let mut reader = reader::Reader::default();
        let document = document::read(&mut reader, &json);
        let mut findings = reader.findings;
        if let Some(source) = source {
            locate::locate(source, &mut findings);
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(findings);
        }
        Ok(Self {
            text: json.to_string().into(),
            canonical: Arc::new(json),
            warnings: findings,
            document: Arc::new(document),
            source: source.map(Into::into),
        })
    }

    /// The canonical JSON, keys in the author's order.
    #[must_use]
    pub fn canonical(&self) -> &Json {
        &self.canonical
    }

    /// The canonical JSON as compact text: what is hashed to tell versions apart. Comments, layout and the
    /// choice between YAML and JSON do not change it; the order of keys does, because it shows in outputs.
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
        &self.document.name
    }

    /// `document.namespace`.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.document.namespace
    }

    /// `document.version`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.document.version
    }

    /// `document.title`.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.document.title.as_deref()
    }

    /// `document.summary`.
    #[must_use]
    pub fn summary(&self) -> Option<&str> {
        self.document.summary.as_deref()
    }

    /// Endpoints of schemas that the host must bring as [`crate::Resources`], such as `model:Customer@3`,
    /// sorted, without doubles.
    #[must_use]
    pub fn schema_references(&self) -> Vec<String> {
        let mut found = Vec::new();
        let document = &self.document;
        collect_references([&document.input, &document.output], &mut found);
        for task in document.tasks.iter().chain(&document.functions) {
            task_references(task, &mut found);
        }
        found.sort();
        found.dedup();
        found
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    pub(crate) fn canonical_shared(&self) -> Arc<Json> {
        Arc::clone(&self.canonical)
    }

    /// Gives findings of later stages their lines and columns.
    pub(crate) fn locate(&self, findings: &mut [Finding]) {
        if let Some(source) = &self.source {
            locate::locate(source, findings);
        }
    }
}

fn task_references(task: &Task, found: &mut Vec<String>) {
    collect_references([&task.input, &task.output, &task.export], found);
    for child in task.children() {
        task_references(child, found);
    }
}

fn collect_references<'a>(stages: impl IntoIterator<Item = &'a model::Stage>, found: &mut Vec<String>) {
    for schema in stages.into_iter().filter_map(|stage| stage.schema.as_ref()) {
        if let SchemaSource::Resource(uri) = &schema.source {
            found.push(uri.clone());
        }
    }
}
