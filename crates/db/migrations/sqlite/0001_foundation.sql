-- The foundation. Same tables in both dialects, but for those of "the order by workspace"; a test compares the two.
-- Types: ids are UUIDv7 in 16 bytes, times are microseconds UTC, credits are microcredits.
-- A table that a workspace owns has workspace_id first in its primary key and in its indexes, but for the two of
-- "the order by workspace", at the end.

-- ---------------------------------------------------------------- the instance: global tables

CREATE TABLE instance (
    id                INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    -- Rises with every change that is valid for all workspaces: prices, settings.
    epoch             INTEGER NOT NULL,
    instance_key_id   TEXT NOT NULL,
    -- The key of the credential hashes, sealed by the instance key.
    sealed_hash_key   BLOB NOT NULL,
    settings          TEXT NOT NULL,
    created_at        INTEGER NOT NULL
) STRICT;

CREATE TABLE leases (
    name     TEXT NOT NULL PRIMARY KEY,
    holder   BLOB NOT NULL,
    fence    INTEGER NOT NULL,
    until_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id                  BLOB NOT NULL PRIMARY KEY,
    email               TEXT NOT NULL UNIQUE,
    name                TEXT NOT NULL,
    password_hash       TEXT NOT NULL,
    password_changed_at INTEGER NOT NULL,
    operator_since      INTEGER,
    disabled_at         INTEGER,
    last_sign_in_at     INTEGER,
    -- Promised at sign-up and not given yet: the ledger has transactions of its own.
    signup_bonus_due    INTEGER CHECK (signup_bonus_due > 0),
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL
) STRICT;

CREATE INDEX users_bonus_due ON users (id) WHERE signup_bonus_due IS NOT NULL;

CREATE TABLE sessions (
    id           BLOB NOT NULL PRIMARY KEY,
    user_id      BLOB NOT NULL REFERENCES users (id),
    token_hash   BLOB NOT NULL UNIQUE,
    user_agent   TEXT NOT NULL,
    address      TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user_id, id);

-- Every bearer credential by its keyed hash: where an unknown text turns out to be a key of some workspace.
CREATE TABLE credentials (
    hash         BLOB NOT NULL PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('api_key', 'service_token')),
    workspace_id BLOB,
    id           BLOB NOT NULL
) STRICT;
CREATE INDEX credentials_of_workspace ON credentials (workspace_id);

CREATE TABLE service_tokens (
    id                    BLOB NOT NULL PRIMARY KEY,
    name                  TEXT NOT NULL,
    description           TEXT NOT NULL,
    prefix                TEXT NOT NULL,
    last_four             TEXT NOT NULL,
    permissions           TEXT NOT NULL,
    -- Null = no restriction, else a JSON list.
    addresses             TEXT,
    rate_limit_per_minute INTEGER,
    expires_at            INTEGER,
    rotated_to            BLOB,
    -- Who made it: an operator, another token, or the command line, which has no id.
    created_kind          TEXT NOT NULL,
    created_by            BLOB,
    created_at            INTEGER NOT NULL,
    updated_at            INTEGER NOT NULL,
    last_used_at          INTEGER,
    revoked_at            INTEGER,
    hidden_at             INTEGER
) STRICT;

-- Permissions of the operator's own API, such as companies:read, that keys may hold.
CREATE TABLE operator_permissions (
    name        TEXT NOT NULL PRIMARY KEY,
    description TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE prices (
    kind       TEXT NOT NULL CHECK (kind IN ('flow_call', 'step', 'unit', 'resource')),
    subject    TEXT NOT NULL,
    credits    INTEGER NOT NULL CHECK (credits >= 0),
    per        INTEGER NOT NULL CHECK (per > 0),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT;

CREATE TABLE workspaces (
    id             BLOB NOT NULL PRIMARY KEY,
    slug           TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    description    TEXT NOT NULL,
    picture_url    TEXT,
    time_zone      TEXT NOT NULL,
    -- Whose personal workspace it is; null for a shared one.
    personal_owner BLOB REFERENCES users (id),
    created_by     BLOB NOT NULL,
    suspended_at   INTEGER,
    deleted_at     INTEGER,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
) STRICT;
-- Exactly one personal workspace a person at a time.
CREATE UNIQUE INDEX workspaces_personal ON workspaces (personal_owner)
    WHERE personal_owner IS NOT NULL AND deleted_at IS NULL;

-- Every slug in use, and the old ones that still redirect. Unique over both.
CREATE TABLE workspace_slugs (
    slug           TEXT NOT NULL PRIMARY KEY,
    workspace_id   BLOB NOT NULL REFERENCES workspaces (id),
    -- Null while it is the current one.
    redirect_until INTEGER
) STRICT;
CREATE INDEX workspace_slugs_of_workspace ON workspace_slugs (workspace_id);

CREATE TABLE outbox (
    id           BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB,
    type         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    delivered_at INTEGER
) STRICT;
CREATE INDEX outbox_of_workspace ON outbox (workspace_id);

-- ---------------------------------------------------------------- owned by a workspace

CREATE TABLE members (
    workspace_id BLOB NOT NULL,
    user_id      BLOB NOT NULL REFERENCES users (id),
    role         TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'runner', 'billing', 'viewer', 'guest')),
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) STRICT;
CREATE INDEX members_of_user ON members (user_id);

CREATE TABLE environments (
    workspace_id BLOB NOT NULL,
    id           BLOB NOT NULL,
    name         TEXT NOT NULL,
    position     INTEGER NOT NULL,
    protected_at INTEGER,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
) STRICT;

CREATE TABLE api_keys (
    workspace_id          BLOB NOT NULL,
    id                    BLOB NOT NULL,
    name                  TEXT NOT NULL,
    description           TEXT NOT NULL,
    kind                  TEXT NOT NULL CHECK (kind IN ('live', 'test')),
    prefix                TEXT NOT NULL,
    last_four             TEXT NOT NULL,
    permissions           TEXT NOT NULL,
    -- Each of the next three: null = no restriction, else a JSON list.
    flows                 TEXT,
    environments          TEXT,
    addresses             TEXT,
    tenant_id             BLOB,
    rate_limit_per_minute INTEGER,
    expires_at            INTEGER,
    rotated_to            BLOB,
    -- The first of the keys that replaced one another up to this one; itself, if it replaced none.
    lineage_id            BLOB NOT NULL,
    -- Who made it: a user or another key.
    created_kind          TEXT NOT NULL,
    created_by            BLOB NOT NULL,
    -- The user whose membership it lives by: the maker, or the owner of the key that made it.
    owner_id              BLOB NOT NULL,
    created_at            INTEGER NOT NULL,
    updated_at            INTEGER NOT NULL,
    last_used_at          INTEGER,
    revoked_at            INTEGER,
    hidden_at             INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT;

CREATE INDEX api_keys_lineage ON api_keys (workspace_id, lineage_id);

CREATE TABLE flows (
    workspace_id      BLOB NOT NULL,
    id                BLOB NOT NULL,
    slug              TEXT NOT NULL,
    name              TEXT NOT NULL,
    description       TEXT NOT NULL,
    -- The text as it was written; null before the first save of a draft.
    draft             TEXT,
    draft_revision    INTEGER NOT NULL,
    draft_saved_kind  TEXT,
    draft_saved_by    BLOB,
    draft_saved_at    INTEGER,
    latest_version    INTEGER NOT NULL,
    -- What a call costs is the price of the instance times this, in thousandths.
    price_permille    INTEGER NOT NULL CHECK (price_permille >= 0),
    retention         TEXT NOT NULL CHECK (retention IN ('all', 'metadata', 'nothing')),
    retention_days    INTEGER NOT NULL CHECK (retention_days > 0),
    created_kind      TEXT NOT NULL,
    created_by        BLOB,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    -- Of its name, slug, description, price and retention; later with each. Drafts and versions have numbers of their own.
    details_changed_at INTEGER NOT NULL,
    deleted_at        INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX flows_slug ON flows (workspace_id, slug) WHERE deleted_at IS NULL;

CREATE TABLE flow_versions (
    workspace_id BLOB NOT NULL,
    flow_id      BLOB NOT NULL,
    number       INTEGER NOT NULL,
    id           BLOB NOT NULL,
    -- The text as it was written, with its comments and order.
    source       TEXT NOT NULL,
    -- The canonical JSON that is checked, hashed and compiled.
    definition   TEXT NOT NULL,
    hash         BLOB NOT NULL,
    comment      TEXT NOT NULL,
    label        TEXT NOT NULL,
    created_kind TEXT NOT NULL,
    created_by   BLOB,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, flow_id, number)
) STRICT;

-- History: a row for each time a version was made live. The newest of a flow and environment is the live one.
CREATE TABLE deployments (
    workspace_id   BLOB NOT NULL,
    id             BLOB NOT NULL,
    flow_id        BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    version        INTEGER NOT NULL,
    note           TEXT NOT NULL,
    created_kind   TEXT NOT NULL,
    created_by     BLOB,
    created_at     INTEGER NOT NULL,
    replaced_at    INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX deployments_live ON deployments (workspace_id, flow_id, environment_id)
    WHERE replaced_at IS NULL;
CREATE INDEX deployments_of_flow ON deployments (workspace_id, flow_id, id);

CREATE TABLE runs (
    -- See "the order by workspace".
    place          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    workspace_id   BLOB NOT NULL,
    id             BLOB NOT NULL,
    flow_id        BLOB NOT NULL,
    -- 0 for the draft.
    version        INTEGER NOT NULL,
    environment_id BLOB NOT NULL,
    tenant_id      BLOB,
    actor_kind     TEXT NOT NULL,
    actor_id       BLOB,
    surface        TEXT NOT NULL,
    state          TEXT NOT NULL,
    started_at     INTEGER NOT NULL,
    ended_at       INTEGER,
    credits        INTEGER NOT NULL,
    input          TEXT,
    output         TEXT,
    error          TEXT,
    steps          TEXT
) STRICT;

CREATE TABLE audit_events (
    -- All zero for what belongs to the instance.
    workspace_id  BLOB NOT NULL,
    id            BLOB NOT NULL,
    at            INTEGER NOT NULL,
    actor_kind    TEXT NOT NULL,
    actor_id      BLOB,
    action        TEXT NOT NULL,
    resource_kind TEXT NOT NULL,
    resource_id   BLOB,
    outcome       TEXT NOT NULL,
    address       TEXT NOT NULL,
    request_id    BLOB,
    details       TEXT NOT NULL,
    -- Given by the sealer: position in the chain of the workspace, and the hash over it.
    seq           INTEGER,
    hash          BLOB,
    PRIMARY KEY (workspace_id, id)
) STRICT;

-- ---------------------------------------------------------------- money

CREATE TABLE accounts (
    workspace_id BLOB NOT NULL PRIMARY KEY,
    available    INTEGER NOT NULL CHECK (available >= 0),
    held         INTEGER NOT NULL CHECK (held >= 0),
    -- Number of the last ledger line.
    seq          INTEGER NOT NULL CHECK (seq >= 0),
    -- Rises with every change that decides how a call is resolved or priced.
    config_epoch INTEGER NOT NULL,
    -- Up to which line the books were verified, so that the next check starts there.
    verified_seq INTEGER NOT NULL
) STRICT;

CREATE TABLE grants (
    workspace_id BLOB NOT NULL,
    id           BLOB NOT NULL,
    source       TEXT NOT NULL
        CHECK (source IN ('signup_bonus', 'trial', 'allowance', 'promotion', 'purchase', 'adjustment')),
    amount       INTEGER NOT NULL CHECK (amount > 0),
    remaining    INTEGER NOT NULL CHECK (remaining >= 0),
    held         INTEGER NOT NULL CHECK (held >= 0),
    priority     INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    -- Null until its credits were added to the account.
    activated_at INTEGER,
    expires_at   INTEGER,
    -- Set when nothing remains, nothing is held and nothing is to come: not read any more by charges.
    closed_at    INTEGER,
    external_id  TEXT,
    note         TEXT NOT NULL,
    created_kind TEXT NOT NULL,
    created_by   BLOB,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX grants_external ON grants (workspace_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX grants_open ON grants (workspace_id) WHERE closed_at IS NULL;

CREATE TABLE ledger_lines (
    -- See "the order by workspace".
    place           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    workspace_id    BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    id              BLOB NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN
        ('grant', 'activate', 'refund', 'charge', 'hold', 'post', 'void', 'expire', 'adjust')),
    available_delta INTEGER NOT NULL,
    held_delta      INTEGER NOT NULL,
    available_after INTEGER NOT NULL CHECK (available_after >= 0),
    held_after      INTEGER NOT NULL CHECK (held_after >= 0),
    -- The grant it moved; null where none or several (then line_allocations has them).
    grant_id        BLOB,
    -- The hold that a post or void closes, the line that a refund gives back.
    related_id      BLOB,
    actor_kind      TEXT NOT NULL,
    actor_id        BLOB,
    at              INTEGER NOT NULL,
    note            TEXT,
    -- What follows is set on the closing line of a metered call, which is its usage event.
    surface         TEXT,
    flow_id         BLOB,
    flow_version    INTEGER,
    environment_id  BLOB,
    tenant_id       BLOB,
    resource        TEXT,
    status          TEXT,
    latency_us      INTEGER,
    test            INTEGER,
    tags            TEXT,
    -- Alone, because ids grow with time: what is added fills one page, not one for each workspace.
    UNIQUE (id)
) STRICT;

-- The kinds that are few, to be found among millions of charges.
CREATE INDEX ledger_rare ON ledger_lines (workspace_id, kind, seq)
    WHERE kind NOT IN ('charge', 'hold', 'post', 'void');

-- A call is given back once.
CREATE UNIQUE INDEX ledger_refunds ON ledger_lines (workspace_id, related_id) WHERE kind = 'refund';

CREATE TABLE line_allocations (
    workspace_id    BLOB NOT NULL,
    line_id         BLOB NOT NULL,
    grant_id        BLOB NOT NULL,
    remaining_delta INTEGER NOT NULL,
    held_delta      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, line_id, grant_id)
) STRICT;

CREATE TABLE holds (
    workspace_id BLOB NOT NULL,
    -- The id of its ledger line.
    id           BLOB NOT NULL,
    amount       INTEGER NOT NULL CHECK (amount >= 0),
    taken_at     INTEGER NOT NULL,
    -- When a forgotten hold is voided.
    deadline     INTEGER NOT NULL,
    -- JSON: who and what for, so that the closing line can be written without asking again.
    call         TEXT NOT NULL,
    -- JSON: the idempotency key that it was taken under; null for none.
    claim        TEXT,
    -- JSON list of [grant, amount].
    allocations  TEXT NOT NULL,
    closed_at    INTEGER,
    closing_id   BLOB,
    PRIMARY KEY (workspace_id, id)
) STRICT;
-- Open ones are few, and are asked for across workspaces: by the job, and by services that know only the hold.
CREATE INDEX holds_open ON holds (deadline) WHERE closed_at IS NULL;
CREATE INDEX holds_open_by_id ON holds (id) WHERE closed_at IS NULL;

CREATE TABLE usage_rollup (
    workspace_id   BLOB NOT NULL,
    -- Start of the quarter of an hour.
    quarter        INTEGER NOT NULL,
    -- All zero where there is none, here and below: a key has no null parts.
    flow_id        BLOB NOT NULL,
    key_id         BLOB NOT NULL,
    user_id        BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    tenant_id      BLOB NOT NULL,
    status         TEXT NOT NULL,
    -- Which step of the latency scale; the rows of one call kind are its histogram.
    latency_bucket INTEGER NOT NULL,
    calls          INTEGER NOT NULL,
    credits        INTEGER NOT NULL,
    latency_us     INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, quarter, flow_id, key_id, user_id, environment_id, tenant_id, status, latency_bucket)
) STRICT;

-- A few of the calls that were refused, to look at; all of them are counted in usage_rollup. Erased after 30 days.
CREATE TABLE refused_calls (
    workspace_id   BLOB NOT NULL,
    id             BLOB NOT NULL,
    at             INTEGER NOT NULL,
    actor_kind     TEXT NOT NULL,
    actor_id       BLOB,
    flow_id        BLOB,
    environment_id BLOB,
    tenant_id      BLOB,
    resource       TEXT,
    surface        TEXT NOT NULL,
    status         TEXT NOT NULL,
    test           INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX refused_calls_age ON refused_calls (at);

CREATE TABLE caps (
    workspace_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL
        CHECK (subject_kind IN ('workspace', 'key', 'member', 'tenant', 'environment', 'flow')),
    subject_id   BLOB NOT NULL,
    period       TEXT NOT NULL CHECK (period IN ('day', 'month')),
    credits      INTEGER NOT NULL CHECK (credits >= 0),
    created_by   BLOB,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, subject_kind, subject_id, period)
) STRICT;

CREATE TABLE cap_usage (
    workspace_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   BLOB NOT NULL,
    period       TEXT NOT NULL,
    period_start INTEGER NOT NULL,
    used         INTEGER NOT NULL CHECK (used >= 0),
    held         INTEGER NOT NULL CHECK (held >= 0),
    PRIMARY KEY (workspace_id, subject_kind, subject_id, period, period_start)
) STRICT;

CREATE TABLE idempotency_keys (
    -- All zero for what belongs to the instance.
    workspace_id BLOB NOT NULL,
    caller_id    BLOB NOT NULL,
    route        TEXT NOT NULL,
    key          TEXT NOT NULL,
    body_hash    BLOB NOT NULL,
    -- Null while the first request is under way.
    status       INTEGER,
    -- JSON: what is needed to answer again.
    answer       TEXT,
    reference_id BLOB,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, caller_id, route, key)
) STRICT;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

-- ---------------------------------------------------------------- the order by workspace

-- Only here, not on PostgreSQL; see docs/adr/0013-sqlite-orders-by-workspace-later.md. Each call adds a row to
-- ledger_lines and to runs. An index that begins with the workspace would cost it a page of its own each time. So
-- rows stand in the order in which they came, and where those of a workspace are is noted for many at once. Whoever
-- reads by workspace reads the views, which have what is noted and what is not noted yet.

CREATE TABLE ledger_order (
    workspace_id BLOB NOT NULL,
    seq          INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs_order (
    workspace_id BLOB NOT NULL,
    id           BLOB NOT NULL,
    place        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- How far they are noted: everything up to a place, and up to the end of the round under way what is of the workspaces
-- through one of them. A place is never given twice (AUTOINCREMENT), so what comes is always behind.
CREATE TABLE ordered (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    line_place INTEGER NOT NULL,
    line_end   INTEGER NOT NULL,
    run_place  INTEGER NOT NULL,
    run_end    INTEGER NOT NULL,
    -- Empty before the first.
    through    BLOB NOT NULL
) STRICT;
INSERT INTO ordered (id, line_place, line_end, run_place, run_end, through) VALUES (1, 0, 0, 0, 0, x'');

CREATE VIEW ledger_by_workspace AS
    SELECT o.workspace_id, o.seq,
           r.id, r.kind, r.available_delta, r.held_delta, r.available_after, r.held_after, r.grant_id, r.related_id,
           r.actor_kind, r.actor_id, r.at, r.note, r.surface, r.flow_id, r.flow_version, r.environment_id,
           r.tenant_id, r.resource, r.status, r.latency_us, r.test, r.tags
    FROM ledger_order AS o CROSS JOIN ledger_lines AS r
      ON r.place = o.place AND r.workspace_id = o.workspace_id AND r.seq = o.seq
    UNION ALL
    SELECT workspace_id, seq,
           id, kind, available_delta, held_delta, available_after, held_after, grant_id, related_id, actor_kind,
           actor_id, at, note, surface, flow_id, flow_version, environment_id, tenant_id, resource, status,
           latency_us, test, tags
    FROM ledger_lines NOT INDEXED
    WHERE place > (SELECT line_place FROM ordered)
      AND (place > (SELECT line_end FROM ordered) OR workspace_id > (SELECT through FROM ordered));

CREATE VIEW runs_by_workspace AS
    SELECT o.workspace_id, o.id,
           r.flow_id, r.version, r.environment_id, r.tenant_id, r.actor_kind, r.actor_id, r.surface, r.state,
           r.started_at, r.ended_at, r.credits, r.input, r.output, r.error, r.steps, r.place
    FROM runs_order AS o CROSS JOIN runs AS r
      ON r.place = o.place AND r.workspace_id = o.workspace_id AND r.id = o.id
    UNION ALL
    SELECT workspace_id, id,
           flow_id, version, environment_id, tenant_id, actor_kind, actor_id, surface, state, started_at, ended_at,
           credits, input, output, error, steps, place
    FROM runs
    WHERE place > (SELECT run_place FROM ordered)
      AND (place > (SELECT run_end FROM ordered) OR workspace_id > (SELECT through FROM ordered));
