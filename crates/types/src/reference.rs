//! How a request names a thing that has both an id and a slug.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de};

use super::{Id, Kind, NameError, Slug};

/// Either the id or the slug of a thing. The two cannot be confused: an id has an underscore, a slug has none.
pub enum IdOrSlug<K: Kind> {
    /// Its id.
    Id(Id<K>),
    /// Its slug, or its name where names have the form of slugs.
    Slug(Slug),
}

impl<K: Kind> FromStr for IdOrSlug<K> {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => text.parse().map(Self::Slug),
        }
    }
}

impl<K: Kind> From<Id<K>> for IdOrSlug<K> {
    fn from(id: Id<K>) -> Self {
        Self::Id(id)
    }
}

impl<K: Kind> From<Slug> for IdOrSlug<K> {
    fn from(slug: Slug) -> Self {
        Self::Slug(slug)
    }
}

impl<K: Kind> IdOrSlug<K> {
    /// The id, when it was named by it.
    pub const fn id(&self) -> Option<Id<K>> {
        match self {
            Self::Id(id) => Some(*id),
            Self::Slug(_) => None,
        }
    }

    /// The slug, when it was named by it.
    pub const fn slug(&self) -> Option<&Slug> {
        match self {
            Self::Id(_) => None,
            Self::Slug(slug) => Some(slug),
        }
    }
}

impl<'de, K: Kind> Deserialize<'de> for IdOrSlug<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
impl<K: Kind> fmt::Display for IdOrSlug<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => fmt::Display::fmt(id, f),
            Self::Slug(slug) => fmt::Display::fmt(slug, f),
        }
    }
}
impl<K: Kind> fmt::Debug for IdOrSlug<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K: Kind> Clone for IdOrSlug<K> {
    fn clone(&self) -> Self {
        match self {
            Self::Id(id) => Self::Id(*id),
            Self::Slug(slug) => Self::Slug(slug.clone()),
        }
    }
}
impl<K: Kind> PartialEq for IdOrSlug<K> {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id() && self.slug() == other.slug()
    }
}
impl<K: Kind> Eq for IdOrSlug<K> {}
impl<K: Kind> std::hash::Hash for IdOrSlug<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Id(id) => (0_u8, id).hash(state),
            Self::Slug(slug) => (1_u8, slug).hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FlowId;

    #[test]
    fn a_reference_is_an_id_or_a_slug_and_reads_back() {
        let id = "flw_01h455vb4pex5vsknk084sn02q";
        for text in [id, "hello-world"] {
            let reference: IdOrSlug<crate::kinds::Flow> = text.parse().unwrap();
            assert_eq!(reference.to_string(), text);
            assert_eq!(reference.id().is_some(), text == id);
        }
        let of_another_kind = "ws_01h455vb4pex5vsknk084sn02q".parse::<IdOrSlug<crate::kinds::Flow>>();
        assert!(of_another_kind.is_err());
        let id: FlowId = id.parse().unwrap();
        assert_eq!(IdOrSlug::from(id).slug(), None);
    }
}
