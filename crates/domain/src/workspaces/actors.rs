//! Who is behind the ids of those who did something.

use std::collections::HashMap;

use types::{ApiKeyId, DisplayName, UserId};

use super::{Error, store};
use crate::{
    Services,
    access::{Actor, Caller, Permission},
    api_keys,
};

/// How many can be asked for at once.
pub const ACTORS_MAX: usize = 100;

/// The names of those actors that are members or API keys of the workspace, in the order in which they were asked
/// for. Who is neither is missing: a stranger, somebody who left, the operator's machine.
pub async fn actor_names(
    services: &Services,
    caller: &Caller,
    actors: &[Actor],
) -> Result<Vec<(Actor, DisplayName)>, Error> {
    caller.authorize(Permission::WorkspaceRead)?;
    let (mut users, mut keys) = (Vec::<UserId>::new(), Vec::<ApiKeyId>::new());
    for actor in actors {
        match actor {
            Actor::User(user) => users.push(*user),
            Actor::ApiKey(key) => keys.push(*key),
            Actor::ServiceToken(_) | Actor::System => {}
        }
    }
    let mut names: HashMap<Actor, DisplayName> = db::read!(services.db, |tx| {
        let members = store::names_of_members(tx, caller.workspace, &users).await?;
        let keys = api_keys::names_of(tx, caller.workspace, &keys).await?;
        let members = members.into_iter().map(|(id, name)| (Actor::User(id), name));
        let keys = keys.into_iter().map(|(id, name)| (Actor::ApiKey(id), name));
        Ok::<_, Error>(members.chain(keys).collect())
    })?;
    let named = actors.iter().filter_map(|actor| names.remove_entry(actor));
    Ok(named.collect())
}
