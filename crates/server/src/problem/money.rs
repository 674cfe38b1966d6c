//! The conversions for credits, usage and what the operator does with them.

use std::error::Error;

use api::{ProblemCode, problem::ReachedCap};

use super::{Failure, IN_PROGRESS_RETRY_SECONDS, UNAVAILABLE_RETRY_SECONDS, wrong_field, wrong_parameter};
use crate::extract::wrong_cursor;

impl From<domain::credits::Error> for Failure {
    fn from(error: domain::credits::Error) -> Self {
        use domain::credits::Error as E;
        match error {
            E::Refused(refusal) => refusal.into(),
            E::Busy => Self::new(ProblemCode::Unavailable).retry_after(UNAVAILABLE_RETRY_SECONDS),
            E::Unwritten(cause) => {
                let failure = if cause.is_unavailable() {
                    Self::new(ProblemCode::Unavailable).retry_after(UNAVAILABLE_RETRY_SECONDS)
                } else {
                    Self::new(ProblemCode::InternalError)
                };
                failure.change(|refused| refused.cause = Some(cause))
            }
            E::NotFound { what } => {
                Self::new(ProblemCode::NotFound).detail(format_args!("There is no such {what}."))
            }
            E::Invalid { pointer, what } => {
                Self::new(ProblemCode::Invalid).field(wrong_field(pointer, "invalid", what))
            }
            E::Cursor(error) => wrong_cursor(error),
            E::Denied(denied) => denied.into(),
            E::OperatorDenied(denied) => denied.into(),
            E::Instance(error) => error.into(),
            E::Internal(error) => error.into(),
        }
    }
}

impl From<domain::credits::Refusal> for Failure {
    fn from(refusal: domain::credits::Refusal) -> Self {
        use domain::credits::Refusal as R;
        match refusal {
            R::Insufficient { needed, available } => Self::new(ProblemCode::InsufficientCredits)
                .detail(format_args!(
                    "This costs {needed} credits; {available} are available."
                ))
                .extras(|extras| {
                    extras.credits_needed = Some(needed.to_string());
                    extras.credits_available = Some(available.to_string());
                }),
            R::CapReached(cap) => cap.into(),
            R::Stale => Self::new(ProblemCode::Unavailable)
                .detail("The configuration kept changing.")
                .retry_after(UNAVAILABLE_RETRY_SECONDS),
            R::UnknownWorkspace | R::UnknownHold | R::UnknownUsage => {
                Self::new(ProblemCode::NotFound).detail(sentence(&refusal))
            }
            R::HoldClosed => Self::new(ProblemCode::HoldClosed),
            R::AlreadyRefunded => Self::new(ProblemCode::AlreadyRefunded),
            R::ExternalIdTaken => Self::new(ProblemCode::ExternalIdTaken).field(wrong_field(
                "/external_id",
                "taken",
                "belongs to a grant of another source or amount",
            )),
            R::ExceedsHold { held } => Self::new(ProblemCode::Invalid).field(wrong_field(
                "/credits",
                "too_large",
                format_args!("must be at most {held}, which is what is held"),
            )),
            R::TooLarge => Self::new(ProblemCode::Invalid).field(wrong_field(
                "/credits",
                "too_large",
                "would make the balance larger than can be counted",
            )),
            R::IdempotencyMismatch => Self::new(ProblemCode::IdempotencyMismatch),
            R::IdempotencyInProgress => {
                Self::new(ProblemCode::IdempotencyInProgress).retry_after(IN_PROGRESS_RETRY_SECONDS)
            }
        }
    }
}

impl From<domain::credits::ReachedCap> for Failure {
    fn from(cap: domain::credits::ReachedCap) -> Self {
        Self::new(ProblemCode::CapReached)
            .detail(format_args!(
                "The cap of {} credits a {} of this {} is reached: {} are used or set aside. It begins anew at {}.",
                cap.limit,
                cap.period.as_str(),
                cap.subject.kind.as_str(),
                cap.used,
                cap.resets_at
            ))
            .retry_after(cap.retry_after.seconds_up())
            .extras(|extras| extras.cap = Some(reached_cap(&cap)))
    }
}

/// A reached cap on the wire.
pub fn reached_cap(cap: &domain::credits::ReachedCap) -> ReachedCap {
    ReachedCap {
        subject_kind: cap.subject.kind.as_str(),
        subject_id: cap.subject.to_string(),
        period: cap.period.as_str(),
        credits: cap.limit,
        used: cap.used,
        resets_at: cap.resets_at,
    }
}

/// "there is no such hold" as a sentence of its own.
fn sentence(error: &impl Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

impl From<domain::usage::Error> for Failure {
    fn from(error: domain::usage::Error) -> Self {
        use domain::usage::Error as E;
        match error {
            E::NotFound => Self::new(ProblemCode::NotFound),
            E::Span { days_max } => Self::new(ProblemCode::InvalidParameter).field(wrong_parameter(
                "to",
                "invalid",
                format_args!("must be after `from`, by at most {days_max} days"),
            )),
            E::TooManyRows => Self::new(ProblemCode::InvalidParameter).field(wrong_parameter(
                "group_by",
                "too_many",
                format_args!(
                    "would make too many rows, there can be {}: ask for less time, or apart by less",
                    domain::usage::SUMMARY_ROWS_MAX
                ),
            )),
            E::Cursor(error) => wrong_cursor(error),
            E::Flow(error) => error.into(),
            E::Environment(error) => error.into(),
            E::Denied(denied) => denied.into(),
            E::Internal(error) => error.into(),
        }
    }
}

impl From<domain::operator::Error> for Failure {
    fn from(error: domain::operator::Error) -> Self {
        use domain::operator::Error as E;
        match error {
            E::NotFound => Self::new(ProblemCode::NotFound),
            E::NameReserved { name } => Self::new(ProblemCode::Invalid).field(wrong_field(
                "/name",
                "reserved",
                format_args!("{name} is kept for Guildhall: choose another area"),
            )),
            E::NameTaken { name } => Self::new(ProblemCode::NameTaken)
                .detail(format_args!("{name} is registered already."))
                .field(wrong_field("/name", "taken", "is registered already")),
            E::PermissionInUse { keys } => Self::new(ProblemCode::PermissionInUse).detail(format_args!(
                "{keys} keys hold it: take it from them, or revoke them."
            )),
            E::TooMany { max } => {
                Self::new(ProblemCode::LimitReached).detail(format_args!("There may be at most {max}."))
            }
            E::Workspace(error) => error.into(),
            E::Credits(error) => error.into(),
            E::Denied(denied) => denied.into(),
            E::Internal(error) => error.into(),
        }
    }
}
