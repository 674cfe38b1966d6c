//! The one who calls.

use std::{net::IpAddr, sync::Arc};

use types::{ApiKeyId, RequestId, ServiceTokenId, SessionId, UserId, WorkspaceId};
use uuid::Uuid;

use super::{OperatorPermission, Permission, PermissionSet, Role};
use crate::{api_keys::KeyIdentity, service_tokens::TokenIdentity};

/// Where a request came from. Written to the audit log, never decided on except by address restrictions.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The client's address, as far as trusted proxies tell it.
    pub address: IpAddr,
    /// What the answer and the log call the request.
    pub request_id: RequestId,
}

/// Who did something, as it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person.
    User(UserId),
    /// A workspace's machine.
    ApiKey(ApiKeyId),
    /// The operator's machine.
    ServiceToken(ServiceTokenId),
    /// Guildhall itself: a job, a rule, the command line.
    System,
}

impl Actor {
    /// The column `actor_kind`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ApiKey(_) => "key",
            Self::ServiceToken(_) => "service_token",
            Self::System => "system",
        }
    }

    /// The column `actor_id`.
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::User(id) => Some(id.uuid()),
            Self::ApiKey(id) => Some(id.uuid()),
            Self::ServiceToken(id) => Some(id.uuid()),
            Self::System => None,
        }
    }

    /// Back from the two columns; [`Actor::System`] where they do not fit together.
    pub fn from_columns(kind: &str, id: Option<Uuid>) -> Self {
        match (kind, id) {
            ("user", Some(id)) => Self::User(UserId::from_uuid(id)),
            ("key", Some(id)) => Self::ApiKey(ApiKeyId::from_uuid(id)),
            ("service_token", Some(id)) => Self::ServiceToken(ServiceTokenId::from_uuid(id)),
            _ => Self::System,
        }
    }
}

/// Somebody in a workspace: the first argument of every operation on what a workspace owns.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The workspace that he is in. Queries take it from here and from nowhere else.
    pub workspace: WorkspaceId,
    /// Who it is.
    pub actor: Actor,
    /// A member's role; `None` for keys.
    pub role: Option<Role>,
    /// What he may do here.
    pub permissions: PermissionSet,
    /// The key with its restrictions and limits, when it is one.
    pub key: Option<Arc<KeyIdentity>>,
    /// Where the request came from.
    pub origin: Origin,
}

/// The policy says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the permission {permission} is needed")]
pub struct Denied {
    /// What would have been needed.
    pub permission: Permission,
}

impl Denied {
    /// The roles that have the permission, for the message.
    pub fn roles(self) -> impl Iterator<Item = Role> {
        Role::ALL
            .iter()
            .copied()
            .filter(move |role| role.may(self.permission))
    }
}

impl Caller {
    /// A member of a workspace.
    pub fn member(workspace: WorkspaceId, user: UserId, role: Role, origin: Origin) -> Self {
        let permissions = role.permissions();
        Self {
            workspace,
            actor: Actor::User(user),
            role: Some(role),
            permissions,
            key: None,
            origin,
        }
    }

    /// An API key, which is its workspace.
    pub fn key(identity: Arc<KeyIdentity>, origin: Origin) -> Self {
        Self {
            workspace: identity.workspace,
            actor: Actor::ApiKey(identity.id),
            role: None,
            permissions: identity.permissions,
            key: Some(identity),
            origin,
        }
    }

    /// The first line of an operation: may the caller do this?
    pub const fn authorize(&self, permission: Permission) -> Result<(), Denied> {
        if self.permissions.contains(permission) {
            Ok(())
        } else {
            Err(Denied { permission })
        }
    }

    /// The person, unless it is a machine.
    pub const fn user(&self) -> Option<UserId> {
        match self.actor {
            Actor::User(id) => Some(id),
            _ => None,
        }
    }
}

/// A signed-in person, apart from any workspace.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub user: UserId,
    /// By which session; its own can be told from the others.
    pub session: SessionId,
    /// May he run the instance?
    pub is_operator: bool,
    /// Where the request came from.
    pub origin: Origin,
}

/// Who runs the instance: a person or one of his machines.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Who it is.
    pub actor: Actor,
    /// What he may do; a person may do everything.
    pub permissions: Arc<[OperatorPermission]>,
    /// The token with its restrictions, when it is one.
    pub token: Option<Arc<TokenIdentity>>,
    /// Where the request came from.
    pub origin: Origin,
}

/// The operator's machine lacks a right, or a person is no operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the permission {permission} is needed")]
pub struct OperatorDenied {
    /// What would have been needed.
    pub permission: OperatorPermission,
}

impl Operator {
    /// Somebody who may do everything: an operator in person, or the command line.
    pub fn full(actor: Actor, origin: Origin) -> Self {
        Self {
            actor,
            permissions: OperatorPermission::ALL.into(),
            token: None,
            origin,
        }
    }

    /// A service token.
    pub fn token(identity: Arc<TokenIdentity>, origin: Origin) -> Self {
        Self {
            actor: Actor::ServiceToken(identity.id),
            permissions: Arc::clone(&identity.permissions),
            token: Some(identity),
            origin,
        }
    }

    /// The first line of an operation of the instance: may the caller do this?
    pub fn authorize(&self, permission: OperatorPermission) -> Result<(), OperatorDenied> {
        if self.permissions.contains(&permission) {
            Ok(())
        } else {
            Err(OperatorDenied { permission })
        }
    }
}
