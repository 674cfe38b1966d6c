//! `cargo xtask demo`: the main job of the product, from the first sign-up to a charged call, over the
//! HTTP API as any client would do it, on a scratch instance that is gone afterwards.

use std::net::SocketAddr;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::api::{self, Bearer, Person};
use crate::http::Response;
use crate::places::BINARY;
use crate::process;
use crate::scratch::Scratch;
use crate::server::{self, Profile, Server, Storage};
use crate::web;

const EMAIL: &str = "demo@example.com";
const PASSWORD: &str = "correct horse battery staple";
const FLOW: &str = "welcome";
const CURL_MISSING: &str =
    "not run: curl is not installed (Debian, Ubuntu: apt-get install curl; macOS: brew install curl)";
const DEFINITION: &str = r#"document:
  dsl: '1.0.3'
  namespace: demo
  name: welcome
  version: '1.0.0'
input:
  schema:
    format: json
    document:
      type: object
      required: [name]
      properties:
        name: { type: string, minLength: 1 }
do:
  - welcome:
      set:
        greeting: ${ "Welcome, " + .name + "!" }
"#;

/// What a person chose on the command line.
pub struct Options {
    /// End after showing, instead of staying up.
    pub exit: bool,
    /// Build and run the release binary.
    pub release: bool,
}

/// Builds, starts, shows, and stays up until interrupted.
pub fn run(options: &Options) -> Result<()> {
    println!("Building {BINARY}; on a fresh machine this takes some minutes.");
    let profile = if options.release {
        Profile::Release
    } else {
        Profile::Dev
    };
    let has_console = match web::missing() {
        None => web::build().map(|()| true)?,
        Some(reason) => {
            println!("{reason}: going on without it.");
            false
        }
    };
    let binary = server::build(BINARY, BINARY, profile, has_console)?;
    let scratch = Scratch::new("demo")?;
    let storage = Storage {
        data: scratch.path().join("data"),
        database: None,
    };
    let server = Server::start(&binary, &storage, &scratch.path().join("server.log"), &[])?;
    println!(
        "Started on http://{} with the embedded database in {}.",
        server.address,
        storage.data.display()
    );
    let (key, workspace) = show(server.address)?;
    server::doctor(&binary, &storage)?;
    println!("\n`{BINARY} doctor`: the books balance.");
    if has_console {
        println!(
            "The console, at {}: signing in lands in the workspace Acme.",
            console_page(server.address, &workspace)
        );
    }
    if options.exit {
        return server.stop();
    }
    print_invitation(server.address, &key);
    server.wait()
}

/// Goes through the job and answers the API key, and the workspace's name in addresses.
fn show(server: SocketAddr) -> Result<(Bearer, String)> {
    let person = api::sign_up(server, EMAIL, PASSWORD, "Demo")?;
    step(
        1,
        "Signed up the first user, who is the operator",
        &format!("{EMAIL}, personal workspace {}", person.workspace),
    );
    let workspace = person.create_workspace("Acme")?;
    step(2, "Made a workspace", &format!("Acme, {workspace}"));
    let operator = person.create_service_token("demo")?;
    step(
        3,
        "Made a service token for the operator's own systems",
        "shown once",
    );
    let grant = operator.grant(&workspace, "100", "A start")?;
    step(
        4,
        "Granted 100 credits to the workspace",
        &brief(&grant, &["id", "source", "credits"]),
    );
    let key = person.create_key(&workspace, "demo key")?;
    step(
        5,
        "Made an API key that may call flows",
        &format!("{}…, shown once", key.token.chars().take(12).collect::<String>()),
    );
    let deployed = person.deploy_flow(&workspace, FLOW, DEFINITION)?;
    step(
        6,
        "Made a flow, saved a version, deployed it to production",
        &describe(&deployed),
    );
    let response = key.post(&call_path(), &json!({"name": "Ada"}))?;
    let output = response.success()?;
    ensure!(
        output == json!({"greeting": "Welcome, Ada!"}),
        "the flow answers {output}"
    );
    step(
        7,
        "Called it with the key",
        &format!("output {output}; {}", charged(&response)?),
    );
    let refused = key.post(&call_path(), &json!({}))?;
    ensure!(
        refused.status == 422,
        "a call without a name is answered {refused}"
    );
    step(8, "Called it with a wrong input", &format!("{refused}"));
    let available = person.available_microcredits(&workspace)?;
    ensure!(
        available == 99_000_000,
        "{available} microcredits are left of 100 credits after one call"
    );
    show_usage(&person, &workspace)?;
    show_curl(server, &key)?;
    let shown = person.get(&workspace, &format!("/v1/workspaces/{workspace}"))?;
    let slug = shown["slug"].as_str().context("the workspace has no `slug`")?;
    Ok((key, slug.to_owned()))
}

fn show_usage(person: &Person, workspace: &str) -> Result<()> {
    let events = person.get(workspace, "/v1/usage/events")?;
    let events = events["items"]
        .as_array()
        .context("usage events have no `items`")?;
    ensure!(!events.is_empty(), "the call is not among the usage events");
    step(
        9,
        "Looked at the usage events",
        &format!("{} event(s)", events.len()),
    );
    for event in events {
        println!(
            "     {}",
            brief(
                event,
                &[
                    "id",
                    "at",
                    "flow",
                    "environment",
                    "status",
                    "credits",
                    "latency_ms"
                ]
            )
        );
    }
    Ok(())
}

/// The call as a person types it. What is printed is what is run.
fn show_curl(server: SocketAddr, key: &Bearer) -> Result<()> {
    let line = curl_line(server, &key.token);
    step(10, "Called it with curl", &line);
    if !has_curl() {
        println!("     {CURL_MISSING}");
        return Ok(());
    }
    let printed = process::output(Command::new("sh").args(["-c", &line]))?;
    let output: Value =
        serde_json::from_str(&printed).with_context(|| format!("curl printed {printed:?}"))?;
    ensure!(
        output == json!({"greeting": "Welcome, Grace!"}),
        "curl is answered {output}"
    );
    println!("     {output}");
    Ok(())
}

/// Goes past any proxy, which would look for the server on its own machine.
fn curl_line(server: SocketAddr, token: &str) -> String {
    let lines = [
        format!("curl -sS --noproxy '*' http://{server}{}", call_path()),
        format!("  -H 'Authorization: Bearer {token}'"),
        "  -H 'Content-Type: application/json' -d '{\"name\": \"Grace\"}'".to_owned(),
    ];
    lines.join(" \\\n     ")
}

fn has_curl() -> bool {
    let asked = Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

/// The page of a workspace. Whoever is not signed in is asked to, and comes back to it.
fn console_page(server: SocketAddr, workspace: &str) -> String {
    format!("http://{server}/{workspace}")
}

fn print_invitation(server: SocketAddr, key: &Bearer) {
    println!("\nIt stays up until Ctrl-C; then everything is removed.");
    println!("  Address  http://{server}");
    println!("  Sign in  {EMAIL} / {PASSWORD}");
    println!("  Call     {}", curl_line(server, &key.token));
}

fn call_path() -> String {
    format!("/v1/flows/{FLOW}/call")
}

fn charged(response: &Response) -> Result<String> {
    let header = |name: &str| {
        response
            .header(name)
            .with_context(|| format!("the answer has no header {name}"))
    };
    let charged = header("guildhall-credits-charged")?;
    let available = header("guildhall-credits-available")?;
    Ok(format!(
        "{charged} credit(s) charged, {available} available, run {}",
        header("guildhall-run-id")?
    ))
}

fn describe(deployed: &api::Deployed) -> String {
    let flow = brief(&deployed.flow, &["id", "slug"]);
    let version = brief(&deployed.version, &["number", "author"]);
    format!(
        "flow {flow}; version {version}; deployment {}",
        brief(&deployed.deployment, &["id", "environment"])
    )
}

fn step(number: usize, what: &str, result: &str) {
    println!("{number:>3}. {what}.\n     {result}");
}

/// The named fields that an answer has.
fn brief(answer: &Value, fields: &[&str]) -> String {
    let shown = fields.iter().filter_map(|field| {
        let value = answer.get(*field).filter(|value| !value.is_null())?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(format!("{field} {text}"))
    });
    shown.collect::<Vec<_>>().join(", ")
}
