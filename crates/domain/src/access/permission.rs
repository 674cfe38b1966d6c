//! The rights that there are.

use std::{fmt, str::FromStr};

const NAME_CHARS_MAX: usize = 64;

/// How a permission is spelled, whether it is one of ours or of the operator's own API:
/// `[a-z][a-z0-9_]*:[a-z][a-z0-9_]*`, at most 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionName(String);

/// The text is not spelled as permissions are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not the name of a permission: expected area:verb of a-z, 0-9 and _, such as \"companies:read\"")]
pub struct NotAPermissionName;

impl PermissionName {
    /// The checked text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes a text from the database, where only checked ones are stored.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for PermissionName {
    type Err = NotAPermissionName;

    fn from_str(text: &str) -> Result<Self, NotAPermissionName> {
        let is_word = |word: &str| {
            word.bytes()
                .next()
                .is_some_and(|first| first.is_ascii_lowercase())
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        match text.split_once(':') {
            Some((area, verb)) if is_word(area) && is_word(verb) && text.len() <= NAME_CHARS_MAX => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(NotAPermissionName),
        }
    }
}

impl fmt::Display for PermissionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Permission> for PermissionName {
    fn from(permission: Permission) -> Self {
        Self(permission.as_str().to_owned())
    }
}

/// The text names no permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} is not a permission")]
pub struct UnknownPermission {
    /// What was asked for.
    pub name: String,
}

macro_rules! permissions {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal: $meaning:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $(#[doc = $meaning] $variant,)*
        }

        impl $name {
            /// Every one, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As it is spelled.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// What it allows, for people.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownPermission;

            fn from_str(text: &str) -> Result<Self, UnknownPermission> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(UnknownPermission { name: text.to_owned() }),
                }
            }
        }
    };
}

permissions! {
    /// A right within a workspace.
    Permission {
        WorkspaceRead = "workspace:read": "See the workspace's name, address and settings.",
        WorkspaceManage = "workspace:manage": "Change the workspace's name, address and settings.",
        WorkspaceDelete = "workspace:delete": "Delete, restore and hand over the workspace.",
        MembersRead = "members:read": "See who is a member.",
        MembersManage = "members:manage": "Invite, change and remove members.",
        RolesManage = "roles:manage": "Make and change roles.",
        KeysRead = "keys:read": "See API keys, never their secret.",
        KeysCreate = "keys:create": "Make API keys and revoke one's own.",
        KeysManage = "keys:manage": "Change and revoke every API key.",
        FlowsRead = "flows:read": "See flows, versions and deployments.",
        FlowsWrite = "flows:write": "Make and change flows, save versions.",
        FlowsDeploy = "flows:deploy": "Make a version live in an environment that is not protected.",
        FlowsCall = "flows:call": "Call flows.",
        DeploymentsApprove = "deployments:approve": "Approve deployments to protected environments.",
        RunsRead = "runs:read": "See runs with their inputs, outputs and steps.",
        RunsCancel = "runs:cancel": "Cancel runs.",
        EnvironmentsRead = "environments:read": "See environments and their variables.",
        EnvironmentsWrite = "environments:write": "Change environments and their variables.",
        ModelsRead = "models:read": "See models.",
        ModelsWrite = "models:write": "Make and change models.",
        SecretsRead = "secrets:read": "See the names of secrets, never a value.",
        SecretsWrite = "secrets:write": "Set and delete secrets.",
        TenantsRead = "tenants:read": "See tenants.",
        TenantsWrite = "tenants:write": "Make, change and suspend tenants.",
        WebhooksRead = "webhooks:read": "See webhook endpoints and inboxes.",
        WebhooksWrite = "webhooks:write": "Change webhook endpoints and inboxes.",
        IntegrationsRead = "integrations:read": "See integrations.",
        IntegrationsWrite = "integrations:write": "Change integrations.",
        UsageRead = "usage:read": "See usage.",
        CreditsRead = "credits:read": "See the balance, grants and the ledger.",
        BillingRead = "billing:read": "See plans, invoices and payment methods.",
        BillingManage = "billing:manage": "Change plans and payment methods, set caps.",
        AuditRead = "audit:read": "See the audit log.",
    }
}

permissions! {
    /// A right on the instance, held by operators and service tokens.
    OperatorPermission {
        Verify = "operator:verify": "Check keys, charge and hold their credits, settle holds.",
        UsageRefund = "operator:refund": "Refund usage.",
        WorkspacesRead = "operator:workspaces_read": "See all workspaces and users.",
        WorkspacesManage = "operator:workspaces_manage": "Suspend workspaces.",
        CreditsManage = "operator:credits": "Grant and adjust credits.",
        PricesManage = "operator:prices": "Change prices.",
        PermissionsManage = "operator:permissions": "Register the permissions of the operator's own API.",
        TokensManage = "operator:tokens": "See, make, change and revoke service tokens.",
        UsersManage = "operator:users": "Disable users, make operators.",
        SettingsManage = "operator:settings": "Change the settings of the instance.",
        MetricsRead = "operator:metrics": "Read the metrics.",
    }
}

impl Permission {
    /// May an API key hold it? Keys never govern people, roles, payment or the life of the workspace.
    pub const fn is_for_keys(self) -> bool {
        !matches!(
            self,
            Self::MembersRead
                | Self::MembersManage
                | Self::RolesManage
                | Self::BillingManage
                | Self::WorkspaceDelete
        )
    }
}

/// A set of [`Permission`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet(u64);

const _: () = assert!(Permission::ALL.len() <= 64);

impl PermissionSet {
    /// No permission.
    pub const NONE: Self = Self(0);

    /// Every permission.
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// Is it in?
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u8) != 0
    }

    /// This one and the other together.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | (1 << permission as u8))
    }

    /// This set without one.
    #[must_use]
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !(1 << permission as u8))
    }

    /// What is in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Its members, in order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_is_spelled_as_permissions_are_and_reads_back() {
        for permission in Permission::ALL {
            let name: PermissionName = permission.as_str().parse().unwrap();
            assert_eq!(name.as_str().parse(), Ok(*permission));
        }
        for permission in OperatorPermission::ALL {
            assert!(permission.as_str().parse::<PermissionName>().is_ok());
        }
        let long = format!("a:{}", "b".repeat(63));
        for wrong in [
            "", "a", ":", "a:", ":a", "a:b:c", "A:b", "1a:b", "a:_b", "a-b:c", &long,
        ] {
            assert_eq!(
                wrong.parse::<PermissionName>(),
                Err(NotAPermissionName),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set: PermissionSet = [Permission::FlowsCall, Permission::AuditRead]
            .into_iter()
            .collect();
        assert!(set.contains(Permission::AuditRead) && !set.contains(Permission::FlowsRead));
        assert_eq!(set.iter().count(), 2);
        let both = set.intersection(PermissionSet::NONE.with(Permission::FlowsCall));
        assert_eq!(both.iter().collect::<Vec<_>>(), [Permission::FlowsCall]);
        assert_eq!(
            set.without(Permission::FlowsCall).without(Permission::AuditRead),
            PermissionSet::NONE
        );
    }
}
