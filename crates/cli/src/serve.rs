//! `guildhall serve`.

use std::{
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use anyhow::Result;
use domain::{Services, flows, runs};
use tokio::net::TcpListener;

use crate::{
    configuration::{Configuration, Wrong},
    generated, log, open,
};

/// How often what was measured is folded together.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);
/// How often calls that were refused are written.
const REFUSED_FLUSH: Duration = Duration::from_secs(1);
/// How often it is looked what has to happen by itself.
const UPKEEP: Duration = Duration::from_secs(10);
/// How often the books are checked.
const BOOKS_UPKEEP: Duration = Duration::from_secs(60);
/// How often partitions are made and runs are stripped.
const DAILY_UPKEEP: Duration = Duration::from_secs(24 * 60 * 60);

pub fn run(configuration: &Configuration) -> Result<ExitCode> {
    let _log = log::start(configuration)?;
    open::runtime()?.block_on(serve(configuration))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(configuration: &Configuration) -> Result<()> {
    server::metrics::install();
    // Taken first: a port that is in use is known before anything is made.
    let listener = TcpListener::bind(configuration.listen)
        .await
        .map_err(|error| Wrong(format!("nothing can listen on {}: {error}", configuration.listen)))?;
    let address = listener.local_addr()?;
    // What proves that whoever signs up first is the one who started the server.
    let setup_code = (!address.ip().is_loopback()).then(generated::code);
    let _alone = open::alone(configuration)?;
    let services = open::services(configuration, setup_code.clone()).await?;
    let without_users = !domain::accounts::has_users(&services).await?;
    let app = server::App::new(
        services.clone(),
        server::Config {
            public_url: configuration
                .public_url
                .clone()
                .unwrap_or_else(|| format!("http://{address}")),
            trusted_proxies: configuration.trusted_proxies.clone(),
            bench_ceiling: configuration.bench_ceiling,
            limits: server::Limits::default(),
        },
    );
    // Before the first request: a limit is shared from the beginning.
    domain::upkeep::announce(&services).await?;
    let jobs = [
        tokio::spawn(metrics_upkeep(Arc::clone(&services))),
        tokio::spawn(announce(Arc::clone(&services))),
        tokio::spawn(books_upkeep(Arc::clone(&services))),
        tokio::spawn(upkeep(Arc::clone(&services))),
        tokio::spawn(count_refused(Arc::clone(&services))),
        tokio::spawn(refresh_caches(Arc::clone(&services))),
        tokio::spawn(daily_upkeep(Arc::clone(&services))),
    ];
    let shutdown = shutdown()?;
    println!("listening on http://{address}");
    if let (Some(code), true) = (setup_code, without_users) {
        println!(
            "the first sign-up makes the operator of this instance and needs the set-up code {}",
            code.expose()
        );
    }
    server::serve(listener, app, shutdown).await;
    jobs.iter().for_each(tokio::task::JoinHandle::abort);
    domain::usage::flush_refused(&services).await?;
    domain::api_keys::flush_last_used(&services).await?;
    domain::service_tokens::flush_last_used(&services).await?;
    domain::upkeep::withdraw(&services).await?;
    services.db.close().await;
    Ok(())
}

async fn metrics_upkeep(services: Arc<Services>) {
    let mut ticks = tokio::time::interval(METRICS_UPKEEP);
    loop {
        ticks.tick().await;
        server::metrics::record_state(
            services.uncollected.load(Ordering::Relaxed),
            services.rate_limits.nodes(),
        );
        server::metrics::upkeep();
    }
}

/// Says that this node is alive. Apart from the rest, because a long round must not look like a dead node.
async fn announce(services: Arc<Services>) {
    let mut ticks = tokio::time::interval(UPKEEP);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = domain::upkeep::announce(&services).await {
            tracing::warn!(
                error = format!("{:#}", anyhow::Error::from(error)),
                "this node could not say that it is alive"
            );
        }
    }
}

/// Writes what was refused, so that summaries are late by a second at most.
async fn count_refused(services: Arc<Services>) {
    let mut ticks = tokio::time::interval(REFUSED_FLUSH);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = domain::usage::flush_refused(&services).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "refused calls were not written and will be tried again"
            );
        }
    }
}

/// Reads what is remembered of credentials and settings anew while it is in use, apart from the requests.
async fn refresh_caches(services: Arc<Services>) {
    fn log<T, E: std::error::Error + 'static>(what: &'static str, refreshed: Result<T, E>) {
        if let Err(error) = refreshed {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                what,
                "nothing was read anew; the next requests will do it"
            );
        }
    }
    tokio::join!(
        async {
            loop {
                log("settings", domain::instance::refresh(&services).await);
            }
        },
        async {
            loop {
                log("API keys", domain::api_keys::refresh(&services).await);
            }
        },
        async {
            loop {
                log("service tokens", domain::service_tokens::refresh(&services).await);
            }
        },
        async {
            loop {
                log("sessions", domain::accounts::refresh_sessions(&services).await);
            }
        },
    );
}

/// Looks after the books, if no other node does.
async fn books_upkeep(services: Arc<Services>) {
    let mut ticks = tokio::time::interval(BOOKS_UPKEEP);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match domain::upkeep::check_books(&services).await {
            Ok(moved) => {
                server::metrics::record_books(moved.map(|moved| (moved.found.len(), services.clock.now())))
            }
            Err(error) => tracing::warn!(
                error = format!("{:#}", anyhow::Error::from(error)),
                "the books could not be checked"
            ),
        }
    }
}

/// What has to happen by itself.
async fn upkeep(services: Arc<Services>) {
    let mut ticks = tokio::time::interval(UPKEEP);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        domain::upkeep::run_due(&services).await;
        for due in [
            domain::accounts::give_bonuses_due(&services)
                .await
                .map_err(anyhow::Error::from),
            domain::workspaces::erase_due_all_workspaces(&services)
                .await
                .map_err(anyhow::Error::from),
            domain::api_keys::flush_last_used(&services)
                .await
                .map_err(anyhow::Error::from),
            domain::service_tokens::flush_last_used(&services)
                .await
                .map_err(anyhow::Error::from),
            domain::accounts::delete_old_sessions(&services)
                .await
                .map_err(anyhow::Error::from),
        ] {
            if let Err(error) = due {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "upkeep has failed and will be tried again"
                );
            }
        }
    }
}

/// What has to happen once a day, and when the server starts: partitions for the months ahead, and the end of what
/// flows keep of their runs.
async fn daily_upkeep(services: Arc<Services>) {
    let mut ticks = tokio::time::interval(DAILY_UPKEEP);
    loop {
        ticks.tick().await;
        if let Err(error) = once_a_day(&services).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "daily upkeep has failed and will be tried again"
            );
        }
    }
}

async fn once_a_day(services: &Services) -> anyhow::Result<()> {
    runs::make_partitions_ahead(services).await?;
    // Before the values of their runs, which go with them.
    while flows::erase_due_all_workspaces(services).await? > 0 {}
    let mut next = Some(runs::Position::START);
    while let Some(from) = next {
        next = runs::strip_expired_all_workspaces(services, from).await?.next;
    }
    Ok(())
}

/// Ends when the process is told to stop.
fn shutdown() -> Result<impl Future<Output = ()>> {
    let told = open::told_to_stop()?;
    Ok(async move {
        told.await;
        tracing::info!("stopping: requests under way may end");
    })
}
