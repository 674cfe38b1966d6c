//! Query parameters that no route takes are refused, in one place for all of them: a misspelled filter that is
//! ignored answers more than was asked for, and nobody notices.

use std::collections::HashMap;

use api::ProblemCode;
use axum::extract::{MatchedPath, Request};
use http::Method;
use serde_json::Value;

use crate::{
    openapi::takes_workspace_header,
    problem::{Failure, Result, wrong_parameter},
};

/// Below this. What asks for the health of the process may add what it likes.
const API: &str = "/v1/";

/// The query parameters of every operation, as the OpenAPI document lists them.
pub struct KnownParameters(HashMap<String, Vec<(Method, Vec<String>)>>);

impl KnownParameters {
    /// Those of a document.
    pub fn of(document: &Value) -> Self {
        let paths = document["paths"].as_object().into_iter().flatten();
        Self(
            paths
                .filter(|(path, _)| path.starts_with(API))
                .map(|(path, methods)| {
                    let methods = methods.as_object().into_iter().flatten();
                    let known = methods.filter_map(|(method, operation)| {
                        let method: Method = method.to_uppercase().parse().ok()?;
                        let names = names(&method, operation);
                        Some((method, names))
                    });
                    (path.clone(), known.collect())
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

fn names(method: &Method, operation: &Value) -> Vec<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let mut names: Vec<String> = parameters
        .filter(|parameter| parameter["in"] == "query")
        .filter_map(|parameter| Some(parameter["name"].as_str()?.to_owned()))
        .collect();
    if method == Method::GET && takes_workspace_header(operation) {
        names.push("workspace".to_owned());
    }
    names
}
