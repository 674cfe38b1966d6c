//! Errors of flows and runs.

use api::{ProblemCode, flows::Finding, problem::Conflict};
use domain::{
    flows::{self, Obstacle, Severity},
    runs,
};

use super::{Failure, UNAVAILABLE_RETRY_SECONDS, stale, wrong_field};
use crate::{
    extract::wrong_cursor,
    routes::{credits::actor, flows::view_to_wire},
};

impl From<flows::Error> for Failure {
    fn from(error: flows::Error) -> Self {
        use flows::Error as E;
        match error {
            E::Unknown { flow } => {
                Self::new(ProblemCode::NotFound).detail(format_args!("There is no flow {flow}."))
            }
            E::UnknownVersion { number } => {
                Self::new(ProblemCode::NotFound).detail(format_args!("The flow has no version {number}."))
            }
            E::NoDraft => Self::new(ProblemCode::NoDraft),
            E::SlugTaken { slug, suggestion } => Self::new(ProblemCode::SlugTaken)
                .detail(format_args!(
                    "The slug {slug} is taken; {suggestion} was free just now."
                ))
                .field(wrong_field("/slug", "taken", "is taken"))
                .extras(|extras| extras.suggestion = Some(suggestion.to_string())),
            E::TooMany { max } => Self::new(ProblemCode::LimitReached)
                .detail(format_args!("A workspace has at most {max} flows.")),
            E::Invalid { findings } => {
                let findings: Vec<Finding> = findings.into_iter().map(finding).collect();
                let fields = findings
                    .iter()
                    .filter(|finding| finding.severity == "error")
                    .map(|finding| {
                        wrong_field(
                            format!("/definition{}", finding.pointer),
                            &finding.code,
                            &finding.message,
                        )
                    });
                let failure = fields.fold(Self::new(ProblemCode::InvalidDefinition), Self::field);
                failure.extras(|extras| extras.findings = Some(findings))
            }
            E::Unchanged { number } => Self::new(ProblemCode::Unchanged)
                .detail(format_args!("Nothing has changed since version {number}.")),
            E::NoVersionYet => Self::new(ProblemCode::VersionConflict)
                .detail("The flow has no version yet: save the first without If-Match."),
            E::Stale { current } => stale(
                "The flow was changed meanwhile.",
                current.flow.revision(),
                view_to_wire(*current),
            ),
            E::VersionConflict { latest, yours } => {
                let number = latest.version.number;
                let conflict = Conflict {
                    latest: number,
                    latest_definition: Some(latest.source),
                    latest_author: Some(actor(latest.version.author)),
                    your_definition: yours,
                };
                Self::new(ProblemCode::VersionConflict)
                    .detail(format_args!("Version {number} was saved in the meantime."))
                    .extras(|extras| extras.conflict = Some(conflict))
            }
            E::DraftConflict {
                revision,
                latest,
                latest_author,
                yours,
            } => {
                let conflict = Conflict {
                    latest: revision,
                    latest_definition: latest,
                    latest_author: latest_author.map(actor),
                    your_definition: yours,
                };
                Self::new(ProblemCode::VersionConflict)
                    .detail("The draft was saved in the meantime.")
                    .extras(|extras| extras.conflict = Some(conflict))
            }
            E::Protected { environment } => Self::new(ProblemCode::EnvironmentProtected)
                .detail(format_args!("The environment {environment} is protected.")),
            E::CannotDeploy { obstacles } => obstacles
                .into_iter()
                .map(obstacle)
                .fold(Self::new(ProblemCode::CannotDeploy), Self::field),
            E::Busy => Self::new(ProblemCode::Unavailable).retry_after(UNAVAILABLE_RETRY_SECONDS),
            E::Cursor(error) => wrong_cursor(error),
            E::Environment(error) => error.into(),
            E::Denied(denied) => denied.into(),
            E::Restricted(restricted) => restricted.into(),
            E::Internal(error) => error.into(),
        }
    }
}

fn obstacle(obstacle: Obstacle) -> api::FieldProblem {
    match obstacle {
        Obstacle::Finding(finding) => wrong_field(finding.pointer, finding.code, finding.message),
        Obstacle::UnboundedCalls => wrong_field(
            "",
            "unbounded_calls",
            "can make outgoing calls without end: bound its loops by metadata.max_iterations and its retries by a limit",
        ),
        Obstacle::UnboundedUnit { unit } => wrong_field(
            "",
            "unbounded_unit",
            format_args!("can use {unit} without end: give its metering a max and bound the loops around it"),
        ),
        Obstacle::MissingVariable { name } => wrong_field(
            "",
            "missing_variable",
            format_args!("needs the variable {name}, which the environment lacks"),
        ),
        Obstacle::MissingSecret { name } => wrong_field(
            "",
            "missing_secret",
            format_args!("needs the secret {name}, which the environment lacks"),
        ),
    }
}

/// A finding on the wire.
pub fn finding(finding: flows::Finding) -> Finding {
    Finding {
        severity: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        pointer: finding.pointer,
        code: finding.code.to_owned(),
        message: finding.message,
        suggestion: finding.suggestion,
        line: finding.line,
        column: finding.column,
    }
}

impl From<runs::Error> for Failure {
    fn from(error: runs::Error) -> Self {
        use runs::Error as E;
        let names =
            |slugs: Vec<types::Slug>| -> Vec<String> { slugs.iter().map(ToString::to_string).collect() };
        let busy = || Self::new(ProblemCode::Unavailable).retry_after(UNAVAILABLE_RETRY_SECONDS);
        match error {
            E::Unknown { run } => {
                Self::new(ProblemCode::NotFound).detail(format_args!("There is no run {run}."))
            }
            E::UnknownTenant { tenant } => {
                Self::new(ProblemCode::NotFound).detail(format_args!("There is no tenant {tenant}."))
            }
            E::NotDeployed {
                flow,
                environment,
                live_in,
            } => {
                let live_in = names(live_in);
                Self::new(ProblemCode::NotDeployed)
                    .detail(match live_in.is_empty() {
                        true => format!("The flow {flow} is not live in {environment}, nor anywhere else."),
                        false => {
                            format!(
                                "The flow {flow} is not live in {environment}, but in {}.",
                                live_in.join(", ")
                            )
                        }
                    })
                    .extras(|extras| extras.live_in = Some(live_in))
            }
            E::EnvironmentNotAllowed { environment, allowed } => {
                Self::new(ProblemCode::EnvironmentNotAllowed)
                    .detail(format_args!(
                        "The key may not call the environment {environment}."
                    ))
                    .extras(|extras| extras.environments = Some(names(allowed)))
            }
            E::EnvironmentRequired { allowed } => Self::new(ProblemCode::EnvironmentRequired)
                .extras(|extras| extras.environments = Some(names(allowed))),
            E::InvalidInput { violations } => violations
                .into_iter()
                .map(|wrong| wrong_field(wrong.pointer, &wrong.code, wrong.message))
                .fold(Self::new(ProblemCode::InvalidInput), Self::field),
            E::Unbounded => Self::new(ProblemCode::CannotDeploy)
                .detail("The flow can make outgoing calls or use units without end."),
            E::Restricted(restricted) => restricted.into(),
            E::Credential(error) => error.into(),
            E::RateLimited(limited) => limited.into(),
            E::Overloaded(refusal) => Self::new(ProblemCode::Overloaded)
                .detail(refusal)
                .retry_after(UNAVAILABLE_RETRY_SECONDS),
            E::InsufficientCredits { needed, available } => {
                domain::credits::Error::from(domain::credits::Refusal::Insufficient { needed, available })
                    .into()
            }
            E::CapReached(cap) => cap.into(),
            E::IdempotencyMismatch => Self::new(ProblemCode::IdempotencyMismatch),
            E::IdempotencyInProgress => {
                Self::new(ProblemCode::IdempotencyInProgress).retry_after(UNAVAILABLE_RETRY_SECONDS)
            }
            E::Interrupted => Self::new(ProblemCode::RunInterrupted),
            E::Unsettled | E::Busy => busy(),
            E::Cursor(error) => wrong_cursor(error),
            E::Environment(error) => error.into(),
            E::Flow(error) => error.into(),
            E::Credits(error) => error.into(),
            E::Instance(error) => error.into(),
            E::EngineBroke => Self::internal(error),
            E::Denied(denied) => denied.into(),
            E::Internal(error) => error.into(),
        }
    }
}
