//! A small world for tests: services over a database, a clock that stands still, people. Only with the feature
//! `testing`.

use std::sync::Arc;

use db::Db;
use types::{Clock, Comment, FixedClock, RequestId, SecretText, Timestamp, UserId, WorkspaceId};
use uuid::Uuid;

use crate::{
    Config, Services,
    access::{Actor, Caller, Operator, Origin, Person, Role},
    accounts::{self, Client, SignUp, User},
    api_keys::{KeyKind, NewKey},
    instance::InstanceKey,
    workspaces::{self, Workspace},
};

/// When worlds begin.
pub const BEGINNING: Timestamp = Timestamp::from_us(1_760_000_000_000_000);
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// Services, and the clock that they go by.
pub struct World {
    /// What operations are given.
    pub services: Arc<Services>,
    /// Move it; nothing else does.
    pub clock: Arc<FixedClock>,
}

/// Somebody who signed up.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// His account.
    pub user: User,
    /// As the first argument of operations on himself.
    pub person: Person,
    /// The value of his cookie.
    pub token: String,
    /// His personal workspace.
    pub workspace: Workspace,
    /// He as the owner of it.
    pub caller: Caller,
}

impl World {
    /// A world over a migrated database.
    pub async fn new(db: Db) -> Self {
        Self::with_config(db, &Config::default()).await
    }

    /// The same with other configuration.
    pub async fn with_config(db: Db, config: &Config) -> Self {
        Self::node(db, &InstanceKey::random(), config).await
    }

    /// One of several nodes on one database: give each the same key.
    pub async fn node(db: Db, key: &InstanceKey, config: &Config) -> Self {
        let clock = Arc::new(FixedClock::new(BEGINNING));
        let started = Services::start(db, key, Arc::clone(&clock) as Arc<dyn Clock>, config).await;
        Self {
            services: started.expect("the services start"),
            clock,
        }
    }

    /// A request from this machine.
    pub fn origin(&self) -> Origin {
        Origin {
            address: [127, 0, 0, 1].into(),
            request_id: self.services.ids.next(),
        }
    }

    /// Somebody who is not known yet.
    pub fn client(&self) -> Client {
        Client {
            origin: self.origin(),
            user_agent: "a test".to_owned(),
        }
    }

    /// What a person of this name signs up with: `ada` is `ada@example.com`.
    pub fn sign_up_of(&self, name: &str) -> SignUp {
        SignUp {
            email: format!("{name}@example.com").parse().expect("a mail address"),
            password: SecretText::new(PASSWORD.to_owned()),
            name: name.parse().expect("a name"),
            setup_code: None,
        }
    }

    /// Signs somebody up.
    pub async fn sign_up(&self, name: &str) -> Somebody {
        let services = &*self.services;
        let signed_in = accounts::sign_up(services, &self.client(), self.sign_up_of(name))
            .await
            .expect("one can sign up");
        let token = signed_in.token.expose().to_owned();
        let person = self.person(&token).await.expect("the session is good");
        let entered = workspaces::enter(services, &person, &signed_in.workspace.id.into())
            .await
            .expect("everybody may enter his own workspace");
        Somebody {
            user: signed_in.user,
            person,
            token,
            workspace: signed_in.workspace,
            caller: entered.caller,
        }
    }

    /// Who holds this session.
    pub async fn person(&self, token: &str) -> Option<Person> {
        accounts::authenticate_session(&self.services, token, self.origin())
            .await
            .expect("the database answers")
    }

    /// The operator, as the command line is.
    pub fn operator(&self) -> Operator {
        Operator::full(Actor::System, self.origin())
    }
}

/// Makes somebody a member of a workspace, as an invitation will.
pub async fn add_member(services: &Services, workspace: WorkspaceId, user: UserId, role: Role) {
    use db::Error;
    let added = db::write!(services.db, |tx| db::execute!(
        tx,
        "INSERT INTO members (workspace_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)",
        workspace.uuid(),
        user.uuid(),
        role.as_str(),
        services.clock.now().us()
    ));
    assert_eq!(added.expect("the member is added"), 1);
}

/// Runs a statement, for states that no operation leads to.
pub async fn run_sql(services: &Services, statement: &'static str) {
    use db::Error;
    let done: Result<u64, Error> = db::write!(services.db, |tx| db::execute!(tx, statement));
    done.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
}

/// 21,000 lines, whose ids are made so.
macro_rules! idle_lines {
    ($id:literal) => {
        concat!(
            "INSERT INTO ledger_lines (workspace_id, seq, id, kind, available_delta, held_delta, available_after,
                 held_after, actor_kind, at)
             WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 21000)
             SELECT a.workspace_id, a.seq + n.i, ",
            $id,
            ", 'adjust', 0, 0, a.available, a.held, 'system', $2
             FROM n CROSS JOIN accounts AS a WHERE a.workspace_id = $1"
        )
    };
}

/// Adds lines to the ledger of a workspace, more than a page of usage looks through, that move nothing and are no usage.
pub async fn add_idle_lines(services: &Services, workspace: WorkspaceId) {
    use db::Error;
    let lines = match services.db.dialect() {
        db::Dialect::Sqlite => idle_lines!("randomblob(16)"),
        db::Dialect::Postgres => idle_lines!("gen_random_uuid()"),
    };
    let added = db::write!(services.db, |tx| {
        db::execute!(tx, lines, workspace.uuid(), services.clock.now().us())?;
        db::execute!(
            tx,
            "UPDATE accounts SET seq = seq + 21000 WHERE workspace_id = $1",
            workspace.uuid()
        )
    });
    assert_eq!(added.expect("the lines are added"), 1);
}

/// How many changes were ever recorded: none is made without its row.
pub async fn count_changes(services: &Services) -> i64 {
    use db::Error;
    let counted: Result<i64, Error> = db::read!(services.db, |tx| db::one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM outbox"
    ));
    counted.unwrap_or_else(|error| panic!("changes are not counted: {error:?}"))
}

/// What changes leave, by action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records {
    /// The rows of the audit log.
    pub audit: Vec<AuditRow>,
    /// The events of the outbox: their types, and whose they are.
    pub outbox: Vec<(String, Option<WorkspaceId>)>,
}

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// What was done.
    pub action: String,
    /// Whose it is; `None` for what belongs to the instance.
    pub workspace: Option<WorkspaceId>,
    /// Who did it.
    pub actor: Actor,
    /// By which request.
    pub request_id: Option<RequestId>,
}

/// Takes away what was recorded, so that what is there next time is of what was done in between.
pub async fn take_records_all_workspaces(services: &Services) -> Records {
    use db::Error;
    type Row = (String, Uuid, String, Option<Uuid>, Option<Uuid>);
    let taken: Result<_, Error> = db::write!(services.db, |tx| {
        let audit = db::all!(
            tx,
            Row,
            "SELECT action, workspace_id, actor_kind, actor_id, request_id FROM audit_events ORDER BY action"
        )?;
        let outbox = db::all!(
            tx,
            (String, Option<Uuid>),
            "SELECT type, workspace_id FROM outbox ORDER BY type"
        )?;
        db::execute!(tx, "DELETE FROM audit_events")?;
        db::execute!(tx, "DELETE FROM outbox")?;
        Ok((audit, outbox))
    });
    let (audit, outbox) = taken.unwrap_or_else(|error| panic!("records are not read: {error:?}"));
    let audit_row = |(action, workspace, kind, actor, request): Row| AuditRow {
        action,
        workspace: Some(workspace)
            .filter(|id| !id.is_nil())
            .map(WorkspaceId::from_uuid),
        actor: Actor::from_columns(&kind, actor),
        request_id: request.map(RequestId::from_uuid),
    };
    let event = |(kind, workspace): (String, Option<Uuid>)| (kind, workspace.map(WorkspaceId::from_uuid));
    Records {
        audit: audit.into_iter().map(audit_row).collect(),
        outbox: outbox.into_iter().map(event).collect(),
    }
}

/// What a key is made from that nothing restricts.
pub fn new_key(name: &str, kind: KeyKind) -> NewKey {
    NewKey {
        name: name.parse().expect("a name"),
        description: Comment::default(),
        kind,
        permissions: None,
        flows: None,
        environments: None,
        addresses: None,
        tenant: None,
        expires_at: None,
        rate_limit_per_minute: None,
    }
}
