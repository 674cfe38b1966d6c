-- The foundation. Same tables in both dialects; a test compares the two.
-- Types: ids are UUIDv7 in 16 bytes, times are microseconds UTC, credits are microcredits.
-- A table that a workspace owns has workspace_id first in its primary key and in its indexes.

-- ---------------------------------------------------------------- the instance: global tables

CREATE TABLE instance (
    id                BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    -- Rises with every change that is valid for all workspaces: prices, settings.
    epoch             BIGINT NOT NULL,
    instance_key_id   TEXT COLLATE "C" NOT NULL,
    -- The key of the credential hashes, sealed by the instance key.
    sealed_hash_key   BYTEA NOT NULL,
    settings          TEXT COLLATE "C" NOT NULL,
    created_at        BIGINT NOT NULL
);

CREATE TABLE leases (
    name     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder   UUID NOT NULL,
    fence    BIGINT NOT NULL,
    until_at BIGINT NOT NULL
);

CREATE TABLE users (
    id                  UUID NOT NULL PRIMARY KEY,
    email               TEXT COLLATE "C" NOT NULL UNIQUE,
    name                TEXT COLLATE "C" NOT NULL,
    password_hash       TEXT COLLATE "C" NOT NULL,
    password_changed_at BIGINT NOT NULL,
    operator_since      BIGINT,
    disabled_at         BIGINT,
    last_sign_in_at     BIGINT,
    -- Promised at sign-up and not given yet: the ledger has transactions of its own.
    signup_bonus_due    BIGINT CHECK (signup_bonus_due > 0),
    created_at          BIGINT NOT NULL,
    updated_at          BIGINT NOT NULL
);

CREATE INDEX users_bonus_due ON users (id) WHERE signup_bonus_due IS NOT NULL;

CREATE TABLE sessions (
    id           UUID NOT NULL PRIMARY KEY,
    user_id      UUID NOT NULL REFERENCES users (id),
    token_hash   BYTEA NOT NULL UNIQUE,
    user_agent   TEXT COLLATE "C" NOT NULL,
    address      TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT
);
CREATE INDEX sessions_of_user ON sessions (user_id, id);

-- Every bearer credential by its keyed hash: where an unknown text turns out to be a key of some workspace.
CREATE TABLE credentials (
    hash         BYTEA NOT NULL PRIMARY KEY,
    kind         TEXT COLLATE "C" NOT NULL CHECK (kind IN ('api_key', 'service_token')),
    workspace_id UUID,
    id           UUID NOT NULL
);
CREATE INDEX credentials_of_workspace ON credentials (workspace_id);

CREATE TABLE service_tokens (
    id                    UUID NOT NULL PRIMARY KEY,
    name                  TEXT COLLATE "C" NOT NULL,
    description           TEXT COLLATE "C" NOT NULL,
    prefix                TEXT COLLATE "C" NOT NULL,
    last_four             TEXT COLLATE "C" NOT NULL,
    permissions           TEXT COLLATE "C" NOT NULL,
    -- Null = no restriction, else a JSON list.
    addresses             TEXT COLLATE "C",
    rate_limit_per_minute BIGINT,
    expires_at            BIGINT,
    rotated_to            UUID,
    -- Who made it: an operator, another token, or the command line, which has no id.
    created_kind          TEXT COLLATE "C" NOT NULL,
    created_by            UUID,
    created_at            BIGINT NOT NULL,
    updated_at            BIGINT NOT NULL,
    last_used_at          BIGINT,
    revoked_at            BIGINT,
    hidden_at             BIGINT
);

-- Permissions of the operator's own API, such as companies:read, that keys may hold.
CREATE TABLE operator_permissions (
    name        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    description TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE prices (
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('flow_call', 'step', 'unit', 'resource')),
    subject    TEXT COLLATE "C" NOT NULL,
    credits    BIGINT NOT NULL CHECK (credits >= 0),
    per        BIGINT NOT NULL CHECK (per > 0),
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);

CREATE TABLE workspaces (
    id             UUID NOT NULL PRIMARY KEY,
    slug           TEXT COLLATE "C" NOT NULL UNIQUE,
    name           TEXT COLLATE "C" NOT NULL,
    description    TEXT COLLATE "C" NOT NULL,
    picture_url    TEXT COLLATE "C",
    time_zone      TEXT COLLATE "C" NOT NULL,
    -- Whose personal workspace it is; null for a shared one.
    personal_owner UUID REFERENCES users (id),
    created_by     UUID NOT NULL,
    suspended_at   BIGINT,
    deleted_at     BIGINT,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL
);
-- Exactly one personal workspace a person at a time.
CREATE UNIQUE INDEX workspaces_personal ON workspaces (personal_owner)
    WHERE personal_owner IS NOT NULL AND deleted_at IS NULL;

-- Every slug in use, and the old ones that still redirect. Unique over both.
CREATE TABLE workspace_slugs (
    slug           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id   UUID NOT NULL REFERENCES workspaces (id),
    -- Null while it is the current one.
    redirect_until BIGINT
);
CREATE INDEX workspace_slugs_of_workspace ON workspace_slugs (workspace_id);

CREATE TABLE outbox (
    id           UUID NOT NULL PRIMARY KEY,
    workspace_id UUID,
    type         TEXT COLLATE "C" NOT NULL,
    payload      TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    delivered_at BIGINT
);
CREATE INDEX outbox_of_workspace ON outbox (workspace_id);

-- ---------------------------------------------------------------- owned by a workspace

CREATE TABLE members (
    workspace_id UUID NOT NULL,
    user_id      UUID NOT NULL REFERENCES users (id),
    role         TEXT COLLATE "C" NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'runner', 'billing', 'viewer', 'guest')),
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX members_of_user ON members (user_id);

CREATE TABLE environments (
    workspace_id UUID NOT NULL,
    id           UUID NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    position     BIGINT NOT NULL,
    protected_at BIGINT,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
);

CREATE TABLE api_keys (
    workspace_id          UUID NOT NULL,
    id                    UUID NOT NULL,
    name                  TEXT COLLATE "C" NOT NULL,
    description           TEXT COLLATE "C" NOT NULL,
    kind                  TEXT COLLATE "C" NOT NULL CHECK (kind IN ('live', 'test')),
    prefix                TEXT COLLATE "C" NOT NULL,
    last_four             TEXT COLLATE "C" NOT NULL,
    permissions           TEXT COLLATE "C" NOT NULL,
    -- Each of the next three: null = no restriction, else a JSON list.
    flows                 TEXT COLLATE "C",
    environments          TEXT COLLATE "C",
    addresses             TEXT COLLATE "C",
    tenant_id             UUID,
    rate_limit_per_minute BIGINT,
    expires_at            BIGINT,
    rotated_to            UUID,
    -- The first of the keys that replaced one another up to this one; itself, if it replaced none.
    lineage_id            UUID NOT NULL,
    -- Who made it: a user or another key.
    created_kind          TEXT COLLATE "C" NOT NULL,
    created_by            UUID NOT NULL,
    -- The user whose membership it lives by: the maker, or the owner of the key that made it.
    owner_id              UUID NOT NULL,
    created_at            BIGINT NOT NULL,
    updated_at            BIGINT NOT NULL,
    last_used_at          BIGINT,
    revoked_at            BIGINT,
    hidden_at             BIGINT,
    PRIMARY KEY (workspace_id, id)
);

CREATE INDEX api_keys_lineage ON api_keys (workspace_id, lineage_id);

CREATE TABLE flows (
    workspace_id      UUID NOT NULL,
    id                UUID NOT NULL,
    slug              TEXT COLLATE "C" NOT NULL,
    name              TEXT COLLATE "C" NOT NULL,
    description       TEXT COLLATE "C" NOT NULL,
    -- The text as it was written; null before the first save of a draft.
    draft             TEXT COLLATE "C",
    draft_revision    BIGINT NOT NULL,
    draft_saved_kind  TEXT COLLATE "C",
    draft_saved_by    UUID,
    draft_saved_at    BIGINT,
    latest_version    BIGINT NOT NULL,
    -- What a call costs is the price of the instance times this, in thousandths.
    price_permille    BIGINT NOT NULL CHECK (price_permille >= 0),
    retention         TEXT COLLATE "C" NOT NULL CHECK (retention IN ('all', 'metadata', 'nothing')),
    retention_days    BIGINT NOT NULL CHECK (retention_days > 0),
    created_kind      TEXT COLLATE "C" NOT NULL,
    created_by        UUID,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    -- Of its name, slug, description, price and retention; later with each. Drafts and versions have numbers of their own.
    details_changed_at BIGINT NOT NULL,
    deleted_at        BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX flows_slug ON flows (workspace_id, slug) WHERE deleted_at IS NULL;

CREATE TABLE flow_versions (
    workspace_id UUID NOT NULL,
    flow_id      UUID NOT NULL,
    number       BIGINT NOT NULL,
    id           UUID NOT NULL,
    -- The text as it was written, with its comments and order.
    source       TEXT COLLATE "C" NOT NULL,
    -- The canonical JSON that is checked, hashed and compiled.
    definition   TEXT COLLATE "C" NOT NULL,
    hash         BYTEA NOT NULL,
    comment      TEXT COLLATE "C" NOT NULL,
    label        TEXT COLLATE "C" NOT NULL,
    created_kind TEXT COLLATE "C" NOT NULL,
    created_by   UUID,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, flow_id, number)
);

-- History: a row for each time a version was made live. The newest of a flow and environment is the live one.
CREATE TABLE deployments (
    workspace_id   UUID NOT NULL,
    id             UUID NOT NULL,
    flow_id        UUID NOT NULL,
    environment_id UUID NOT NULL,
    version        BIGINT NOT NULL,
    note           TEXT COLLATE "C" NOT NULL,
    created_kind   TEXT COLLATE "C" NOT NULL,
    created_by     UUID,
    created_at     BIGINT NOT NULL,
    replaced_at    BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX deployments_live ON deployments (workspace_id, flow_id, environment_id)
    WHERE replaced_at IS NULL;
CREATE INDEX deployments_of_flow ON deployments (workspace_id, flow_id, id);

CREATE TABLE runs (
    workspace_id   UUID NOT NULL,
    id             UUID NOT NULL,
    flow_id        UUID NOT NULL,
    -- 0 for the draft.
    version        BIGINT NOT NULL,
    environment_id UUID NOT NULL,
    tenant_id      UUID,
    actor_kind     TEXT COLLATE "C" NOT NULL,
    actor_id       UUID,
    surface        TEXT COLLATE "C" NOT NULL,
    state          TEXT COLLATE "C" NOT NULL,
    started_at     BIGINT NOT NULL,
    ended_at       BIGINT,
    credits        BIGINT NOT NULL,
    input          TEXT COLLATE "C",
    output         TEXT COLLATE "C",
    error          TEXT COLLATE "C",
    steps          TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, id)
) PARTITION BY RANGE (id);
-- A UUIDv7 begins with its time: partitions of a month are made ahead by a job, and hold what they are made for.
CREATE TABLE runs_default PARTITION OF runs DEFAULT;

CREATE TABLE audit_events (
    -- All zero for what belongs to the instance.
    workspace_id  UUID NOT NULL,
    id            UUID NOT NULL,
    at            BIGINT NOT NULL,
    actor_kind    TEXT COLLATE "C" NOT NULL,
    actor_id      UUID,
    action        TEXT COLLATE "C" NOT NULL,
    resource_kind TEXT COLLATE "C" NOT NULL,
    resource_id   UUID,
    outcome       TEXT COLLATE "C" NOT NULL,
    address       TEXT COLLATE "C" NOT NULL,
    request_id    UUID,
    details       TEXT COLLATE "C" NOT NULL,
    -- Given by the sealer: position in the chain of the workspace, and the hash over it.
    seq           BIGINT,
    hash          BYTEA,
    PRIMARY KEY (workspace_id, id)
);

-- ---------------------------------------------------------------- money

CREATE TABLE accounts (
    workspace_id UUID NOT NULL PRIMARY KEY,
    available    BIGINT NOT NULL CHECK (available >= 0),
    held         BIGINT NOT NULL CHECK (held >= 0),
    -- Number of the last ledger line.
    seq          BIGINT NOT NULL CHECK (seq >= 0),
    -- Rises with every change that decides how a call is resolved or priced.
    config_epoch BIGINT NOT NULL,
    -- Up to which line the books were verified, so that the next check starts there.
    verified_seq BIGINT NOT NULL
);

CREATE TABLE grants (
    workspace_id UUID NOT NULL,
    id           UUID NOT NULL,
    source       TEXT COLLATE "C" NOT NULL
        CHECK (source IN ('signup_bonus', 'trial', 'allowance', 'promotion', 'purchase', 'adjustment')),
    amount       BIGINT NOT NULL CHECK (amount > 0),
    remaining    BIGINT NOT NULL CHECK (remaining >= 0),
    held         BIGINT NOT NULL CHECK (held >= 0),
    priority     BIGINT NOT NULL,
    effective_at BIGINT NOT NULL,
    -- Null until its credits were added to the account.
    activated_at BIGINT,
    expires_at   BIGINT,
    -- Set when nothing remains, nothing is held and nothing is to come: not read any more by charges.
    closed_at    BIGINT,
    external_id  TEXT COLLATE "C",
    note         TEXT COLLATE "C" NOT NULL,
    created_kind TEXT COLLATE "C" NOT NULL,
    created_by   UUID,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX grants_external ON grants (workspace_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX grants_open ON grants (workspace_id) WHERE closed_at IS NULL;

CREATE TABLE ledger_lines (
    workspace_id    UUID NOT NULL,
    seq             BIGINT NOT NULL,
    id              UUID NOT NULL,
    kind            TEXT COLLATE "C" NOT NULL CHECK (kind IN
        ('grant', 'activate', 'refund', 'charge', 'hold', 'post', 'void', 'expire', 'adjust')),
    available_delta BIGINT NOT NULL,
    held_delta      BIGINT NOT NULL,
    available_after BIGINT NOT NULL CHECK (available_after >= 0),
    held_after      BIGINT NOT NULL CHECK (held_after >= 0),
    -- The grant it moved; null where none or several (then line_allocations has them).
    grant_id        UUID,
    -- The hold that a post or void closes, the line that a refund gives back.
    related_id      UUID,
    actor_kind      TEXT COLLATE "C" NOT NULL,
    actor_id        UUID,
    at              BIGINT NOT NULL,
    note            TEXT COLLATE "C",
    -- What follows is set on the closing line of a metered call, which is its usage event.
    surface         TEXT COLLATE "C",
    flow_id         UUID,
    flow_version    BIGINT,
    environment_id  UUID,
    tenant_id       UUID,
    resource        TEXT COLLATE "C",
    status          TEXT COLLATE "C",
    latency_us      BIGINT,
    test            BOOLEAN,
    tags            TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, seq),
    -- Alone, because ids grow with time: what is added fills one page, not one for each workspace.
    UNIQUE (id)
);

-- The kinds that are few, to be found among millions of charges.
CREATE INDEX ledger_rare ON ledger_lines (workspace_id, kind, seq)
    WHERE kind NOT IN ('charge', 'hold', 'post', 'void');

-- A call is given back once.
CREATE UNIQUE INDEX ledger_refunds ON ledger_lines (workspace_id, related_id) WHERE kind = 'refund';

CREATE TABLE line_allocations (
    workspace_id    UUID NOT NULL,
    line_id         UUID NOT NULL,
    grant_id        UUID NOT NULL,
    remaining_delta BIGINT NOT NULL,
    held_delta      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, line_id, grant_id)
);

CREATE TABLE holds (
    workspace_id UUID NOT NULL,
    -- The id of its ledger line.
    id           UUID NOT NULL,
    amount       BIGINT NOT NULL CHECK (amount >= 0),
    taken_at     BIGINT NOT NULL,
    -- When a forgotten hold is voided.
    deadline     BIGINT NOT NULL,
    -- JSON: who and what for, so that the closing line can be written without asking again.
    call         TEXT COLLATE "C" NOT NULL,
    -- JSON: the idempotency key that it was taken under; null for none.
    claim        TEXT COLLATE "C",
    -- JSON list of [grant, amount].
    allocations  TEXT COLLATE "C" NOT NULL,
    closed_at    BIGINT,
    closing_id   UUID,
    PRIMARY KEY (workspace_id, id)
);
-- Open ones are few, and are asked for across workspaces: by the job, and by services that know only the hold.
CREATE INDEX holds_open ON holds (deadline) WHERE closed_at IS NULL;
CREATE INDEX holds_open_by_id ON holds (id) WHERE closed_at IS NULL;

CREATE TABLE usage_rollup (
    workspace_id   UUID NOT NULL,
    -- Start of the quarter of an hour.
    quarter        BIGINT NOT NULL,
    -- All zero where there is none, here and below: a key has no null parts.
    flow_id        UUID NOT NULL,
    key_id         UUID NOT NULL,
    user_id        UUID NOT NULL,
    environment_id UUID NOT NULL,
    tenant_id      UUID NOT NULL,
    status         TEXT COLLATE "C" NOT NULL,
    -- Which step of the latency scale; the rows of one call kind are its histogram.
    latency_bucket BIGINT NOT NULL,
    calls          BIGINT NOT NULL,
    credits        BIGINT NOT NULL,
    latency_us     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, quarter, flow_id, key_id, user_id, environment_id, tenant_id, status, latency_bucket)
);

-- A few of the calls that were refused, to look at; all of them are counted in usage_rollup. Erased after 30 days.
CREATE TABLE refused_calls (
    workspace_id   UUID NOT NULL,
    id             UUID NOT NULL,
    at             BIGINT NOT NULL,
    actor_kind     TEXT COLLATE "C" NOT NULL,
    actor_id       UUID,
    flow_id        UUID,
    environment_id UUID,
    tenant_id      UUID,
    resource       TEXT COLLATE "C",
    surface        TEXT COLLATE "C" NOT NULL,
    status         TEXT COLLATE "C" NOT NULL,
    test           BOOLEAN NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX refused_calls_age ON refused_calls (at);

CREATE TABLE caps (
    workspace_id UUID NOT NULL,
    subject_kind TEXT COLLATE "C" NOT NULL
        CHECK (subject_kind IN ('workspace', 'key', 'member', 'tenant', 'environment', 'flow')),
    subject_id   UUID NOT NULL,
    period       TEXT COLLATE "C" NOT NULL CHECK (period IN ('day', 'month')),
    credits      BIGINT NOT NULL CHECK (credits >= 0),
    created_by   UUID,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, subject_kind, subject_id, period)
);

CREATE TABLE cap_usage (
    workspace_id UUID NOT NULL,
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_id   UUID NOT NULL,
    period       TEXT COLLATE "C" NOT NULL,
    period_start BIGINT NOT NULL,
    used         BIGINT NOT NULL CHECK (used >= 0),
    held         BIGINT NOT NULL CHECK (held >= 0),
    PRIMARY KEY (workspace_id, subject_kind, subject_id, period, period_start)
);

CREATE TABLE idempotency_keys (
    -- All zero for what belongs to the instance.
    workspace_id UUID NOT NULL,
    caller_id    UUID NOT NULL,
    route        TEXT COLLATE "C" NOT NULL,
    key          TEXT COLLATE "C" NOT NULL,
    body_hash    BYTEA NOT NULL,
    -- Null while the first request is under way.
    status       BIGINT,
    -- JSON: what is needed to answer again.
    answer       TEXT COLLATE "C",
    reference_id UUID,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, caller_id, route, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

-- ---------------------------------------------------------------- the order by workspace

-- The primary keys have it here; SQLite does it in another way. Whoever reads by workspace reads the views on both.

CREATE VIEW ledger_by_workspace AS
    SELECT workspace_id, seq, id, kind, available_delta, held_delta, available_after, held_after, grant_id,
           related_id, actor_kind, actor_id, at, note, surface, flow_id, flow_version, environment_id, tenant_id,
           resource, status, latency_us, test, tags
    FROM ledger_lines;

CREATE VIEW runs_by_workspace AS
    SELECT workspace_id, id, flow_id, version, environment_id, tenant_id, actor_kind, actor_id, surface, state,
           started_at, ended_at, credits, input, output, error, steps
    FROM runs;
