//! From where, and for what, a key may be used.

use std::net::IpAddr;

use types::{EnvironmentId, FlowId};

use super::{KeyIdentity, Restricted};

/// All of [`check_address`], [`check_flow`] and [`check_environment`], for what is named.
pub fn check_restrictions(
    key: &KeyIdentity,
    address: IpAddr,
    flow: Option<FlowId>,
    environment: Option<EnvironmentId>,
) -> Result<(), Restricted> {
    check_address(key, address)?;
    flow.map_or(Ok(()), |flow| check_flow(key, flow))?;
    environment.map_or(Ok(()), |environment| check_environment(key, environment))
}

/// May the key be used from there? Asked for every request with a key.
pub fn check_address(key: &KeyIdentity, address: IpAddr) -> Result<(), Restricted> {
    // An IPv4 client may be seen by its IPv6 name.
    let canonical = address.to_canonical();
    match &key.addresses {
        Some(networks) if !networks.iter().any(|network| network.contains(&canonical)) => {
            Err(Restricted::AddressDenied { address })
        }
        _ => Ok(()),
    }
}

/// May the key call this flow?
pub fn check_flow(key: &KeyIdentity, flow: FlowId) -> Result<(), Restricted> {
    match &key.flows {
        Some(flows) if !flows.contains(&flow) => Err(Restricted::FlowNotAllowed { flow }),
        _ => Ok(()),
    }
}

/// May the key call this environment?
pub fn check_environment(key: &KeyIdentity, environment: EnvironmentId) -> Result<(), Restricted> {
    match &key.environments {
        Some(environments) if !environments.contains(&environment) => {
            Err(Restricted::EnvironmentNotAllowed { environment })
        }
        _ => Ok(()),
    }
}
