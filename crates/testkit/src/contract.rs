//! The OpenAPI document as a judge of answers.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use http::Method;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::Answer;

/// The document, ready to judge.
pub struct Contract {
    document: Value,
    operations: Vec<Operation>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// One method of one path.
#[derive(Debug, Clone)]
pub struct Operation {
    /// In upper case.
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: String,
    /// `resource_verb`.
    pub id: String,
    /// Everything that the document says about it.
    pub described: Value,
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::new(server::document()));

impl Contract {
    /// The document that the server makes now.
    pub fn of_this_release() -> &'static Self {
        &CONTRACT
    }

    fn new(document: Value) -> Self {
        let mut operations = Vec::new();
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, described) in methods.as_object().into_iter().flatten() {
                operations.push(Operation {
                    method: method.to_uppercase().parse().expect("a method"),
                    path: path.clone(),
                    id: described["operationId"].as_str().unwrap_or_default().to_owned(),
                    described: described.clone(),
                });
            }
        }
        Self {
            document,
            operations,
            validators: Mutex::default(),
        }
    }

    /// Every operation, for sweeps.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Fails the test when the document does not know such an answer, or when what was accepted is not what the
    /// document asks for.
    #[track_caller]
    pub fn check(&self, answer: &Answer, sent: Option<&Value>) {
        assert!(
            answer.header("guildhall-request-id").is_some(),
            "{} {} has no request id",
            answer.method,
            answer.path
        );
        let Some(operation) = self.find(&answer.method, &answer.path) else {
            return;
        };
        let status = answer.status.as_str();
        let response = self.response(operation, status);
        assert!(
            response.is_object(),
            "{} answers {status}, which the document does not know: {}",
            operation.id,
            answer.text()
        );
        self.check_headers(operation, response, answer);
        self.check_body(operation, response, answer);
        if let (true, Some(sent)) = (answer.status.is_success(), sent) {
            let schema = &operation.described["requestBody"]["content"]["application/json"]["schema"];
            self.validate(&format!("{} request", operation.id), schema, sent);
        }
    }

    /// The answer of a status, else that of its range: `4XX`.
    fn response<'a>(&'a self, operation: &'a Operation, status: &str) -> &'a Value {
        let responses = &operation.described["responses"];
        let range = format!("{}XX", &status[..1]);
        self.resolved(responses.get(status).unwrap_or(&responses[range]))
    }

    /// What a reference leads to; anything else is itself.
    fn resolved<'a>(&'a self, described: &'a Value) -> &'a Value {
        let target = described["$ref"]
            .as_str()
            .and_then(|reference| reference.strip_prefix('#'));
        target.map_or(described, |path| {
            self.document.pointer(path).unwrap_or(&Value::Null)
        })
    }

    #[track_caller]
    fn check_headers(&self, operation: &Operation, response: &Value, answer: &Answer) {
        let at = format!("{} {}", operation.id, answer.status.as_str());
        let described = || response["headers"].as_object().into_iter().flatten();
        for sent in answer.headers.keys().filter(|name| is_told(name.as_str())) {
            assert!(
                described().any(|(name, _)| name.eq_ignore_ascii_case(sent.as_str())),
                "{at} has the header {sent}, which the document does not know"
            );
        }
        for (name, header) in described() {
            let is_required = self.resolved(header)["required"] == true;
            assert!(
                !is_required || answer.headers.contains_key(name),
                "{at} lacks the header {name}"
            );
        }
    }

    #[track_caller]
    fn check_body(&self, operation: &Operation, response: &Value, answer: &Answer) {
        let Some(content) = response["content"].as_object() else {
            let status = answer.status;
            assert!(
                answer.bytes.is_empty(),
                "{} {status} has a body that is not documented",
                operation.id
            );
            return;
        };
        let media_type = answer.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default();
        let described = content.get(media_type).unwrap_or_else(|| {
            panic!(
                "{} answers {media_type:?}, which the document does not know",
                operation.id
            )
        });
        if media_type == "application/json" || media_type.ends_with("+json") {
            let name = format!("{} {}", operation.id, answer.status.as_str());
            self.validate(&name, &described["schema"], &answer.body);
        }
    }

    #[track_caller]
    fn validate(&self, name: &str, schema: &Value, value: &Value) {
        let validator = self.validator(name, schema);
        let errors: Vec<String> = validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            errors.is_empty(),
            "{name} is not as documented: {errors:#?}\n{value:#}"
        );
    }

    fn validator(&self, name: &str, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().expect("no test has panicked in here");
        let validator = validators.entry(name.to_owned()).or_insert_with(|| {
            let mut root = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "components": self.document["components"],
                "allOf": [schema],
            });
            // A field that the document does not name is a mistake of the document.
            if ["$ref", "properties", "allOf"]
                .iter()
                .any(|word| schema.get(word).is_some())
            {
                root["unevaluatedProperties"] = json!(false);
            }
            let validator = jsonschema::options().should_validate_formats(true).build(&root);
            Arc::new(validator.unwrap_or_else(|error| panic!("the schema of {name} is broken: {error}")))
        });
        Arc::clone(validator)
    }

    /// The operation of a path, the one with fewest parameters first.
    fn find(&self, method: &Method, path: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .filter(|operation| operation.method == method && matches(&operation.path, path))
            .min_by_key(|operation| operation.path.matches('{').count())
    }
}

/// Is it a header that the document must tell of? The others belong to HTTP.
fn is_told(name: &str) -> bool {
    ["etag", "location", "retry-after"].contains(&name)
        || ["guildhall-", "ratelimit"]
            .iter()
            .any(|start| name.starts_with(start))
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template
            .zip(path)
            .all(|(wanted, given)| wanted == given || (wanted.starts_with('{') && !given.is_empty()))
}
