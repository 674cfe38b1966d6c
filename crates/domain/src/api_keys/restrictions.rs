//! From where, and for what, a key may be used.

use std::net::IpAddr;

use types::FlowId;

use super::{KeyIdentity, KeyKind, Restricted};
use crate::environments::{Environment, PRODUCTION};

/// May the key be used from there? Asked for every request with a key.
pub fn check_address(key: &KeyIdentity, address: IpAddr) -> Result<(), Restricted> {
    if key.limits().allow(address) {
        Ok(())
    } else {
        Err(Restricted::AddressDenied { address })
    }
}

/// May the key call, change or deploy this flow?
pub fn check_flow(key: &KeyIdentity, flow: FlowId) -> Result<(), Restricted> {
    match &key.flows {
        Some(flows) if !flows.contains(&flow) => Err(Restricted::FlowNotAllowed { flow }),
        _ => Ok(()),
    }
}

/// May the key call this environment, or deploy to it? A test key never may where production is.
pub fn check_environment(key: &KeyIdentity, environment: &Environment) -> Result<(), Restricted> {
    let is_listed = key
        .environments
        .as_ref()
        .is_none_or(|listed| listed.contains(&environment.id));
    if is_listed && !(key.kind == KeyKind::Test && environment.name.as_str() == PRODUCTION) {
        Ok(())
    } else {
        Err(Restricted::EnvironmentNotAllowed {
            environment: environment.name.clone(),
        })
    }
}
