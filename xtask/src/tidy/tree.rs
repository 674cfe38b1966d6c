//! The files that are checked: what is ours, not what is built or fetched.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::lexer::{self, Token};

const FOLDERS: [&str; 4] = ["crates", "xtask", "bench", "web"];
const SKIPPED: [&str; 4] = ["target", "node_modules", "dist", ".git"];
const ENDINGS: [&str; 6] = ["rs", "toml", "sql", "ts", "tsx", "txt"];

/// A file, with its path relative to the repository and forward slashes.
#[derive(Debug, Clone)]
pub struct File {
    pub path: String,
    pub text: String,
}

/// The checked files, by path.
#[derive(Debug, Default)]
pub struct Tree {
    pub files: Vec<File>,
}

impl Tree {
    /// Reads the files below the repository's root.
    pub fn read(root: &Path) -> Result<Tree> {
        let mut tree = Tree::default();
        for folder in FOLDERS {
            if root.join(folder).is_dir() {
                tree.add_folder(root, &root.join(folder))?;
            }
        }
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// Files whose path ends so, for instance `.rs`.
    pub fn ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.ends_with(ending))
    }

    /// Rust files of a crate's own code, without its tests.
    pub fn sources<'a>(&'a self, krate: &str) -> impl Iterator<Item = &'a File> {
        let prefix = format!("crates/{krate}/src/");
        self.ending(".rs")
            .filter(move |file| file.path.starts_with(&prefix) && !file.is_test())
    }

    /// A file by its path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    fn add_folder(&mut self, root: &Path, folder: &Path) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                if !SKIPPED.contains(&name.as_str()) {
                    self.add_folder(root, &path)?;
                }
            } else if path
                .extension()
                .is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known))
            {
                let text =
                    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                let relative = path
                    .strip_prefix(root)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .replace('\\', "/");
                self.files.push(File { path: relative, text });
            }
        }
        Ok(())
    }
}

impl File {
    /// The tokens of a Rust file.
    pub fn tokens(&self) -> Vec<Token<'_>> {
        lexer::tokens(&self.text)
    }

    /// The tokens of a Rust file outside `#[cfg(test)]` items.
    pub fn product_tokens(&self) -> Vec<Token<'_>> {
        lexer::without_tests(self.tokens())
    }

    /// SQL of a folder of `domain`.
    pub fn is_store(&self) -> bool {
        self.path.ends_with("/store.rs") || self.path.contains("/store/")
    }

    /// A file that holds nothing but tests.
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs") || self.path.ends_with("_tests.rs")
    }
}

#[cfg(test)]
impl Tree {
    /// A tree of the given files.
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        Tree {
            files: files.iter().map(file).collect(),
        }
    }
}
