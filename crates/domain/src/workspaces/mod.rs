//! Workspaces: the unit that owns everything else. Owns `workspaces`, `workspace_slugs` and `members`.
