//! The policy: which role holds which permission.

use std::{fmt, str::FromStr};

use super::{Permission, PermissionSet};

/// What a member is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything, also delete the workspace and hand it over; at least one always.
    Owner,
    /// Everything but delete and hand over.
    Admin,
    /// Reads all, builds, runs, makes keys. What an invitation gives unless it says otherwise.
    Member,
    /// Runs flows, watches runs and usage.
    Runner,
    /// Sees usage, manages billing.
    Billing,
    /// Reads all but billing.
    Viewer,
    /// Runs the flows shared with him.
    Guest,
}

impl Role {
    /// All of them, the mightiest first.
    pub const ALL: &[Self] = &[
        Self::Owner,
        Self::Admin,
        Self::Member,
        Self::Runner,
        Self::Billing,
        Self::Viewer,
        Self::Guest,
    ];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Runner => "runner",
            Self::Billing => "billing",
            Self::Viewer => "viewer",
            Self::Guest => "guest",
        }
    }

    /// Does the role hold the permission? The whole policy is this match.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match permission {
            P::WorkspaceDelete => matches!(self, Self::Owner),
            P::WorkspaceManage
            | P::MembersManage
            | P::RolesManage
            | P::KeysManage
            | P::DeploymentsApprove
            | P::AuditRead => matches!(self, Self::Owner | Self::Admin),
            P::BillingManage => matches!(self, Self::Owner | Self::Admin | Self::Billing),
            P::BillingRead => matches!(self, Self::Owner | Self::Admin | Self::Billing | Self::Member),
            P::KeysCreate
            | P::FlowsWrite
            | P::FlowsDeploy
            | P::RunsCancel
            | P::EnvironmentsWrite
            | P::ModelsWrite
            | P::SecretsWrite
            | P::TenantsWrite
            | P::WebhooksWrite
            | P::IntegrationsWrite => matches!(self, Self::Owner | Self::Admin | Self::Member),
            P::KeysRead
            | P::MembersRead
            | P::EnvironmentsRead
            | P::ModelsRead
            | P::SecretsRead
            | P::TenantsRead
            | P::WebhooksRead
            | P::IntegrationsRead => matches!(self, Self::Owner | Self::Admin | Self::Member | Self::Viewer),
            P::FlowsRead | P::RunsRead => !matches!(self, Self::Billing),
            P::FlowsCall => !matches!(self, Self::Billing | Self::Viewer),
            P::UsageRead | P::CreditsRead => !matches!(self, Self::Guest),
            P::WorkspaceRead => true,
        }
    }

    /// Everything the role may.
    pub fn permissions(self) -> PermissionSet {
        Permission::ALL
            .iter()
            .copied()
            .filter(|permission| self.may(*permission))
            .collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .iter()
            .copied()
            .find(|role| role.as_str() == text)
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The policy as a table that a person can read. Regenerate with `UPDATE_GOLDEN=1 cargo test -p domain`.
    #[test]
    fn the_policy_is_the_one_in_the_golden_file() {
        use std::fmt::Write;
        let mut table = format!("{:<22}", "permission");
        Role::ALL
            .iter()
            .for_each(|role| write!(table, "{:<9}", role.as_str()).unwrap());
        let mut table = table.trim_end().to_owned() + "   key\n";
        for permission in Permission::ALL {
            let mut line = format!("{:<22}", permission.as_str());
            for role in Role::ALL {
                write!(line, "{:<9}", if role.may(*permission) { "yes" } else { "-" }).unwrap();
            }
            write!(line, "{}", if permission.is_for_keys() { "yes" } else { "-" }).unwrap();
            table.push_str(&line);
            table.push('\n');
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/access/policy.golden.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, &table).unwrap();
        }
        assert_eq!(table, std::fs::read_to_string(path).unwrap_or_default());
    }
}
