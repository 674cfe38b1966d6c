//! The operator: who runs the instance, his machines, and the permissions of his own API.

use crate::access::{Actor, Operator, Person};

/// The person as operator, if he is one.
pub fn of_person(person: &Person) -> Option<Operator> {
    person
        .is_operator
        .then(|| Operator::full(Actor::User(person.user), person.origin.clone()))
}
