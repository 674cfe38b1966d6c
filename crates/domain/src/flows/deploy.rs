//! Making a version live in an environment.

use db::Tx;
use flow::Plan;
use types::{Comment, Cursor, Page, PageLimit};

use super::{Deployment, Error, FlowRef, Obstacle, read, store, versions};
use crate::{
    Services,
    access::{Caller, Permission},
    api_keys,
    audit::{self, Change},
    credits,
    environments::{self, Environment, EnvironmentRef},
};

/// What is to be made live.
#[derive(Debug, Clone)]
pub struct NewDeployment {
    /// Where.
    pub environment: EnvironmentRef,
    /// Which version.
    pub version: i64,
    /// Why.
    pub note: Comment,
}

/// Makes a version live, in the place of the one before. Every charged call that starts after the answer runs it, on
/// all nodes.
///
/// # Errors
/// [`Error::Protected`], and [`Error::CannotDeploy`] with everything that stands in the way.
pub async fn deploy(
    services: &Services,
    caller: &Caller,
    flow: &FlowRef,
    new: NewDeployment,
) -> Result<Deployment, Error> {
    caller.authorize(Permission::FlowsDeploy)?;
    let target = db::read!(services.db, |tx| {
        let found = read::find_to_change(tx, caller, flow).await?;
        let version = versions::find_version(tx, caller.workspace, found.id, new.version).await?;
        let environment = environments::find(tx, caller.workspace, &new.environment).await?;
        Ok((found.id, version.definition, environment))
    });
    let (id, definition, environment) = target?;
    if let Some(key) = &caller.key {
        api_keys::check_environment(key, &environment)?;
    }
    refuse_protected(&environment)?;
    check_deployable(services, definition).await?;
    let deployment = Deployment {
        id: services.ids.next(),
        flow: id,
        environment: environment.id,
        environment_name: environment.name,
        version: new.version,
        note: new.note,
        created_by: caller.actor,
        created_at: services.clock.now(),
        replaced_at: None,
    };
    db::write!(services.db, |tx| make_live(tx, services, caller, &deployment)
        .await)?;
    services.flows.forget(caller.workspace);
    Ok(deployment)
}

fn refuse_protected(environment: &Environment) -> Result<(), Error> {
    match environment.protected_at {
        Some(_) => Err(Error::Protected {
            environment: environment.name.clone(),
        }),
        None => Ok(()),
    }
}

/// Compiles the version again, by the rules of today, and looks for what it needs.
async fn check_deployable(services: &Services, definition: String) -> Result<(), Error> {
    let obstacles = match services.flows.compile_stored(definition).await {
        Ok(compiled) => obstacles(&compiled.plan),
        Err(Error::Invalid { findings }) => findings.into_iter().map(Obstacle::Finding).collect(),
        Err(error) => return Err(error),
    };
    if obstacles.is_empty() {
        Ok(())
    } else {
        Err(Error::CannotDeploy { obstacles })
    }
}

/// What a plan needs and no environment has yet, and where it knows no end.
fn obstacles(plan: &Plan) -> Vec<Obstacle> {
    let mut found = Vec::new();
    if plan.has_outside_effects() && plan.outside_calls_max().is_none() {
        found.push(Obstacle::UnboundedCalls);
    }
    let unbounded = plan.metering_bounds().iter().filter(|bound| bound.max.is_none());
    found.extend(unbounded.map(|bound| Obstacle::UnboundedUnit {
        unit: bound.unit.clone(),
    }));
    let missing = |name: &String| name.clone();
    found.extend(
        plan.variables()
            .iter()
            .map(missing)
            .map(|name| Obstacle::MissingVariable { name }),
    );
    found.extend(
        plan.secrets()
            .iter()
            .map(missing)
            .map(|name| Obstacle::MissingSecret { name }),
    );
    found
}

async fn make_live(
    tx: &mut Tx,
    services: &Services,
    caller: &Caller,
    deployment: &Deployment,
) -> Result<(), Error> {
    let workspace = caller.workspace;
    // Also takes the lock under which all deployments of a workspace happen one after another.
    credits::raise_config_epoch(tx, workspace).await?;
    read::find(tx, workspace, &FlowRef::Id(deployment.flow)).await?;
    let environment = environments::find(tx, workspace, &EnvironmentRef::Id(deployment.environment)).await?;
    refuse_protected(&environment)?;
    let now = deployment.created_at;
    store::deployments::end(tx, workspace, deployment.flow, deployment.environment, now).await?;
    store::deployments::insert(tx, workspace, deployment).await?;
    let change = Change::by(caller, "deployment.made", "deployment", deployment.id.uuid()).with(serde_json::json!({
        "flow": deployment.flow, "version": deployment.version, "environment": deployment.environment_name,
    }));
    Ok(audit::record(tx, services, &change).await?)
}

/// Which deployments to list.
#[derive(Debug, Clone, Default)]
pub struct DeploymentFilter {
    /// Those of one environment.
    pub environment: Option<EnvironmentRef>,
}

/// The deployments of a flow, newest first: what is live, and what was.
pub async fn deployments(
    services: &Services,
    caller: &Caller,
    flow: &FlowRef,
    filter: &DeploymentFilter,
    cursor: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Deployment>, Error> {
    caller.authorize(Permission::FlowsRead)?;
    let before = cursor.map(Cursor::id).transpose()?;
    db::read!(services.db, |tx| {
        let found = read::find(tx, caller.workspace, flow).await?;
        let environment = match &filter.environment {
            Some(environment) => Some(environments::find(tx, caller.workspace, environment).await?.id),
            None => None,
        };
        let rows =
            store::deployments::list(tx, caller.workspace, found.id, environment, before, limit).await?;
        Ok(Page::from_rows(rows, limit, |row| {
            Cursor::after_id(row.id.uuid())
        }))
    })
}
