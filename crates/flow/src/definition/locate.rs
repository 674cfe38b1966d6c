//! Lines and columns for findings. Only run when there is something to find: it reads the text again.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::reader::join;
use super::yaml;
use crate::finding::Finding;

/// Fills the places of findings that have a pointer.
pub(super) fn locate(text: &str, findings: &mut [Finding]) {
    if findings.iter().all(|finding| finding.line.is_some()) {
        return;
    }
    let Ok(tree) = serde_saphyr::from_str_with_options::<Spanned<Tree>>(text, yaml::options()) else {
        return;
    };
    let mut places = HashMap::new();
    collect(&tree.value, String::new(), &mut places);
    places.insert(String::new(), (1, 1));
    for finding in findings.iter_mut().filter(|finding| finding.line.is_none()) {
        let mut pointer = finding.pointer.as_str();
        // A missing key has no place of its own; its parent has.
        let place = loop {
            match places.get(pointer) {
                Some(place) => break Some(*place),
                None => match pointer.rsplit_once('/') {
                    Some((parent, _)) => pointer = parent,
                    None => break None,
                },
            }
        };
        if let Some((line, column)) = place {
            finding.line = Some(line);
            finding.column = Some(column);
        }
    }
}

type Places = HashMap<String, (u32, u32)>;

fn collect(tree: &Tree, pointer: String, places: &mut Places) {
    match tree {
        Tree::Scalar => {}
        Tree::List(items) => {
            for (at, item) in items.iter().enumerate() {
                let pointer = join(&pointer, &at.to_string());
                places.insert(pointer.clone(), place(item.referenced));
                collect(&item.value, pointer, places);
            }
        }
        Tree::Object(members) => {
            for (key, value) in members {
                let pointer = join(&pointer, &key.value);
                places.insert(pointer.clone(), place(key.referenced));
                collect(&value.value, pointer, places);
            }
        }
    }
}

fn place(location: serde_saphyr::Location) -> (u32, u32) {
    (
        u32::try_from(location.line()).unwrap_or(0),
        u32::try_from(location.column()).unwrap_or(0),
    )
}

enum Tree {
    Scalar,
    List(Vec<Spanned<Tree>>),
    Object(Vec<(Spanned<String>, Spanned<Tree>)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E>(self, _: bool) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }
    fn visit_str<E>(self, _: &str) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }
    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }
    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(member) = members.next_entry()? {
            list.push(member);
        }
        Ok(Tree::Object(list))
    }
}
