//! What operations are given: the database, the clock, randomness, the writer of money.

use std::sync::{Arc, atomic::AtomicU64};

use db::{BatchWriter, Db};
use types::{Clock, SecretText};

use crate::{
    accounts::{Passwords, SessionCache, SignInLimits},
    api_keys::{KeyCache, KeyUses},
    credits::Ledger,
    engine::{Engine, EngineOptions},
    flows::FlowCaches,
    ids::Ids,
    instance::{self, HashKey, InstanceCache, InstanceKey},
    rate_limits::RateLimits,
    runs::Balances,
    service_tokens::{TokenCache, TokenUses},
    usage::Refusals,
};

/// Settings that come from configuration and hold until the process ends.
#[derive(Debug, Clone)]
pub struct Config {
    /// How many passwords are hashed at once.
    pub password_threads: usize,
    /// What the first sign-up must give; `None` when only this machine can reach the server.
    pub setup_code: Option<SecretText>,
    /// Calls a minute of all keys of one workspace together; `None` for any number.
    pub workspace_rate_limit_per_minute: Option<u32>,
    /// How flows are run.
    pub engine: EngineOptions,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            password_threads: 2,
            setup_code: None,
            workspace_rate_limit_per_minute: None,
            engine: EngineOptions::default(),
        }
    }
}

/// Passed to every operation. Everything that is not an argument of the request is here, so that tests can put
/// something else in its place.
pub struct Services {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Ids,
    /// This process, among others on the same database.
    pub node: uuid::Uuid,
    /// How credentials are hashed.
    pub hash_key: HashKey,
    /// The settings of the instance.
    pub instance: InstanceCache,
    /// Every movement of credits goes through here.
    pub ledger: BatchWriter<Ledger>,
    /// Calls that were refused, until they are written.
    pub refusals: Refusals,
    /// API keys by their hash, as last read.
    pub keys: KeyCache,
    /// When they were used last, until it is written.
    pub key_uses: KeyUses,
    /// How often they may call.
    pub rate_limits: RateLimits,
    /// Service tokens by their hash, as last read.
    pub service_tokens: TokenCache,
    /// When they were used last, until it is written.
    pub service_token_uses: TokenUses,
    /// How many calls ended with less charged than they cost, since the process began.
    pub uncollected: AtomicU64,
    /// Runs flows.
    pub engine: Engine,
    /// Compiled flows, and what is live where.
    pub flows: FlowCaches,
    /// What workspaces could spend when last heard.
    pub balances: Balances,
    /// Hashes passwords on a bounded pool.
    pub passwords: Passwords,
    /// Slows down who guesses passwords.
    pub sign_in_limits: SignInLimits,
    /// Sessions by their hash, as last read.
    pub sessions: SessionCache,
    /// See [`Config::setup_code`].
    pub setup_code: Option<SecretText>,
}

impl Services {
    /// Starts the services of a migrated database.
    ///
    /// # Errors
    /// When the instance key is not the one the database was made with, or the database is away.
    pub async fn start(
        db: Db,
        key: &InstanceKey,
        clock: Arc<dyn Clock>,
        config: &Config,
    ) -> Result<Arc<Self>, instance::Error> {
        let opened = instance::open(&db, key, &*clock).await?;
        let (ledger, _writer) = BatchWriter::start(db.clone(), Arc::new(Ledger::new(Arc::clone(&clock))));
        let ids = Ids::new(Arc::clone(&clock));
        Ok(Arc::new(Self {
            node: ids.next_uuid(),
            ids,
            hash_key: opened.hash_key,
            instance: InstanceCache::new(opened.settings),
            ledger,
            refusals: Refusals::default(),
            keys: KeyCache::default(),
            key_uses: KeyUses::default(),
            rate_limits: RateLimits::new(config.workspace_rate_limit_per_minute),
            service_tokens: TokenCache::default(),
            service_token_uses: TokenUses::default(),
            uncollected: AtomicU64::new(0),
            engine: Engine::new(&config.engine),
            flows: FlowCaches::new(),
            balances: Balances::new(),
            passwords: Passwords::new(config.password_threads),
            sign_in_limits: SignInLimits::new(),
            sessions: SessionCache::default(),
            setup_code: config.setup_code.clone(),
            db,
            clock,
        }))
    }
}
