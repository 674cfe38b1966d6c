//! Query parameters that no route takes are refused, in one place for all of them: a misspelled filter that is
//! ignored answers more than was asked for, and nobody notices.

use std::collections::HashMap;

use api::ProblemCode;
use axum::extract::{MatchedPath, Request};
use http::Method;
use serde::Deserialize;

use crate::{
    openapi::WORKSPACE_HEADER,
    problem::{Failure, Result, wrong_parameter},
};

/// Below this. What asks for the health of the process may add what it likes.
const API: &str = "/v1/";

/// The query parameters of every operation, as the OpenAPI document lists them.
pub struct KnownParameters(HashMap<String, Vec<(Method, Vec<String>)>>);

impl KnownParameters {
    /// Those of a document, which is JSON.
    pub fn of(document: &[u8]) -> Self {
        let document: Document = serde_json::from_slice(document).expect("the document is one of OpenAPI");
        let paths = document
            .paths
            .into_iter()
            .filter(|(path, _)| path.starts_with(API));
        Self(
            paths
                .map(|(path, methods)| {
                    let known = methods.into_iter().filter_map(|(method, operation)| {
                        let method: Method = method.to_uppercase().parse().ok()?;
                        let names = operation.names(&method);
                        Some((method, names))
                    });
                    (path, known.collect())
                })
                .collect(),
        )
    }

    /// Refuses the first parameter that the operation does not take.
    pub fn check(&self, request: &Request) -> Result<()> {
        let Some(query) = request.uri().query() else {
            return Ok(());
        };
        let Some(known) = self.of_request(request) else {
            return Ok(());
        };
        match form_urlencoded::parse(query.as_bytes()).find(|(name, _)| !known.iter().any(|one| one == name))
        {
            None => Ok(()),
            Some((name, _)) => {
                let message = if known.is_empty() {
                    "is unknown: this takes no parameters".to_owned()
                } else {
                    format!("is unknown: there are {}", known.join(", "))
                };
                let unknown = wrong_parameter(name, "unknown", message);
                Err(Failure::new(ProblemCode::InvalidParameter).field(unknown))
            }
        }
    }

    fn of_request(&self, request: &Request) -> Option<&[String]> {
        let route = request.extensions().get::<MatchedPath>()?;
        let method = match request.method() {
            &Method::HEAD => &Method::GET,
            other => other,
        };
        let operations = self.0.get(route.as_str())?;
        operations
            .iter()
            .find(|(known, _)| known == method)
            .map(|(_, names)| names.as_slice())
    }
}

/// What is read of the document.
#[derive(Deserialize)]
struct Document {
    paths: HashMap<String, HashMap<String, Operation>>,
}

#[derive(Deserialize)]
struct Operation {
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    r#in: String,
}

impl Operation {
    fn names(self, method: &Method) -> Vec<String> {
        let names_workspace = self.parameters.iter().any(|one| one.name == WORKSPACE_HEADER);
        let of_query = self.parameters.into_iter().filter(|one| one.r#in == "query");
        let mut names: Vec<String> = of_query.map(|one| one.name).collect();
        if method == Method::GET && names_workspace {
            names.push("workspace".to_owned());
        }
        names
    }
}
