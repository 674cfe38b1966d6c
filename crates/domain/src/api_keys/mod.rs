//! API keys: the machine credentials of a workspace. Owns `api_keys`, and `credentials` of kind `api_key`.

use types::{ApiKeyId, EnvironmentId, FlowId, Timestamp, WorkspaceId};

use crate::{access::PermissionSet, credential_cache::CredentialCache};

/// Is a key for real use or for trying things out?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Charged.
    Live,
    /// Costs nothing, and never reaches the environment `production`.
    Test,
}

/// An API key as a call needs it: read once, then kept in memory.
#[derive(Debug, Clone)]
pub struct KeyIdentity {
    /// The workspace that it is.
    pub workspace: WorkspaceId,
    /// Its id.
    pub id: ApiKeyId,
    /// Live or test.
    pub kind: KeyKind,
    /// What it may do in Guildhall.
    pub permissions: PermissionSet,
    /// What it may do in the operator's own API: `companies:read`.
    pub operator_permissions: Vec<String>,
    /// The flows it may call; `None` for all.
    pub flows: Option<Vec<FlowId>>,
    /// The environments it may call; `None` for all.
    pub environments: Option<Vec<EnvironmentId>>,
    /// The networks it may come from; `None` for anywhere.
    pub addresses: Option<Vec<ipnet::IpNet>>,
    /// Calls a minute.
    pub rate_limit_per_minute: Option<u32>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
    /// The workspace is suspended: nothing is charged.
    pub workspace_suspended: bool,
    /// The epoch of the workspace under which all this was read.
    pub config_epoch: i64,
}

/// API keys by their hash, as last read.
pub type KeyCache = CredentialCache<KeyIdentity>;
