//! The words of the document are the words of the domain.

use api::schema;
use domain::{credits, instance, usage};

#[test]
fn the_document_knows_every_word() {
    fn spelled<T: Copy>(all: &[T], as_str: impl Fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().map(|word| as_str(*word)).collect()
    }
    assert_eq!(
        schema::GrantSource::WORDS,
        spelled(credits::GrantSource::ALL, credits::GrantSource::as_str)
    );
    assert_eq!(
        schema::LineKind::WORDS,
        spelled(credits::LineKind::ALL, credits::LineKind::as_str)
    );
    assert_eq!(
        schema::CapSubjectKind::WORDS,
        spelled(credits::CapSubjectKind::ALL, credits::CapSubjectKind::as_str)
    );
    assert_eq!(
        schema::Period::WORDS,
        spelled(credits::Period::ALL, credits::Period::as_str)
    );
    assert_eq!(
        schema::CallStatus::WORDS,
        spelled(credits::CallStatus::ALL, credits::CallStatus::as_str)
    );
    let ended = spelled(credits::CallStatus::ALL, credits::CallStatus::as_str);
    let refused = spelled(usage::Reason::ALL, usage::Reason::as_str);
    assert_eq!(
        schema::UsageStatus::WORDS,
        [ended.clone(), refused.clone()].concat()
    );
    assert_eq!(
        schema::UsageStatusFilter::WORDS,
        [ended, vec!["refused"], refused].concat()
    );
    assert_eq!(
        schema::PriceKind::WORDS,
        spelled(credits::PriceKind::ALL, credits::PriceKind::as_str)
    );
    assert_eq!(
        schema::SignUpPolicy::WORDS,
        spelled(instance::SignUp::ALL, instance::SignUp::as_str)
    );
}
