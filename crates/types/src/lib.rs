//! The words of the business as types: ids, names, credits, times, pages.
//!
//! Values are parsed once at the edge and trusted inside: whoever holds a [`Slug`] need not check it again.
//! This crate does no IO and knows neither SQL nor HTTP.

mod credits;
mod id;
mod name;
mod page;
mod reference;
mod secret;
mod time;

pub use credits::{CreditsError, MICROCREDITS_PER_CREDIT, Microcredits};
pub use id::{
    ApiKeyId, AuditEventId, DeploymentId, EnvironmentId, FlowId, FlowVersionId, GrantId, HoldId, Id, IdError,
    Kind, LineId, MemberId, OperatorPermissionId, OutboxId, PriceId, RequestId, RunId, ServiceTokenId,
    SessionId, TenantId, UsageId, UserId, WorkspaceId, kinds,
};
pub use name::{
    COMMENT_CHARS_MAX, Comment, DISPLAY_NAME_CHARS_MAX, DisplayName, Email, LABEL_CHARS_MAX, Label,
    NameError, RESERVED_SLUGS, Slug, TimeZone, WebAddress, slug_suggestion,
};
pub use page::{Cursor, CursorError, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, Page, PageLimit};
pub use reference::IdOrSlug;
pub use secret::SecretText;
pub use time::{Clock, Duration, FixedClock, SystemClock, Timestamp, TimestampError};
