//! `guildhall admin`: what the operator does from the machine itself, beside a running server or without one.
//!
//! The command line is the operator: whoever can read the data folder and the database could do all this by hand.
//! Each command is the operation that the operator's API calls, with its rules and its row in the audit log.

use std::{io::BufRead, process::ExitCode, sync::Arc};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use domain::{
    Services,
    access::{Actor, Operator, OperatorPermission, Origin},
    accounts::{self, User},
    credits::{self, Gift, GrantSource},
    instance::{self, SettingsChange},
    workspaces::{self, WorkspaceRef},
};
use serde_json::{Value, json};
use types::{DisplayName, Email, Microcredits, SecretText, Timestamp, WorkspaceId};

use crate::{
    configuration::{Configuration, Wrong},
    generated, instance_key, log, open,
};

#[derive(Debug, Args)]
pub struct AdminArguments {
    #[command(subcommand)]
    command: Admin,
    /// Print the outcome as one JSON object.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Admin {
    /// Make a user, whatever the settings say about sign-up. His personal workspace is made when he signs in. The first
    /// user is the operator of the instance.
    CreateUser {
        /// His mail address.
        email: Email,
        /// What he is called. By default the part of the address before the @.
        #[arg(long)]
        name: Option<DisplayName>,
        /// Make him an operator of the instance.
        #[arg(long)]
        operator: bool,
        #[command(flatten)]
        password: PasswordArguments,
    },
    /// Give a user another password, and end all his sessions.
    ResetPassword {
        /// His mail address.
        email: Email,
        #[command(flatten)]
        password: PasswordArguments,
    },
    /// Make a user an operator of the instance.
    PromoteOperator {
        /// His mail address.
        email: Email,
    },
    /// Give credits to a workspace.
    GrantCredits(GrantArguments),
    /// Correct the balance of a workspace, either way, never below 0.
    AdjustCredits(AdjustArguments),
    /// Say how many credits the personal workspace of every new user gets.
    SetSignupBonus {
        /// How many, such as 10; 0 for none.
        #[arg(allow_negative_numbers = true)]
        credits: Microcredits,
    },
}

#[derive(Debug, Args)]
struct PasswordArguments {
    /// Read the password from the first line of stdin. Without this, one is generated and printed, this once.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
struct GrantArguments {
    /// Its id or slug.
    workspace: String,
    /// How many, such as 100 or 0.5.
    credits: Microcredits,
    /// signup_bonus, trial, allowance, promotion, purchase or adjustment. It decides what is spent first.
    #[arg(long, default_value = "promotion", value_parser = source)]
    source: GrantSource,
    /// When they can be used, such as 2026-12-01T00:00:00Z. By default at once.
    #[arg(long, value_name = "TIME")]
    effective_at: Option<Timestamp>,
    /// When what is left of them ends. By default never.
    #[arg(long, value_name = "TIME")]
    expires_at: Option<Timestamp>,
    /// What it is called elsewhere, such as the number of an invoice. The same is granted once.
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// Why. The workspace can read it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

#[derive(Debug, Args)]
struct AdjustArguments {
    /// Its id or slug.
    workspace: String,
    /// How many more, such as 2.5, or fewer, such as -2.5.
    #[arg(allow_negative_numbers = true)]
    credits: Microcredits,
    /// Why. The workspace can read it.
    #[arg(long, value_name = "TEXT")]
    note: String,
}

fn source(text: &str) -> Result<GrantSource, String> {
    GrantSource::parse(text).ok_or_else(|| {
        let names: Vec<&str> = GrantSource::ALL.iter().map(|source| source.as_str()).collect();
        format!("must be one of {}", names.join(", "))
    })
}

/// What a command did: for people, and for programs.
struct Done {
    sentence: String,
    json: Value,
}

pub fn run(configuration: &Configuration, arguments: AdminArguments) -> Result<ExitCode> {
    let _log = log::start(configuration)?;
    let done = open::runtime()?.block_on(async {
        let services = services(configuration).await?;
        let done = act(&services, arguments.command).await?;
        services.db.close().await;
        anyhow::Ok(done)
    })?;
    if arguments.json {
        println!("{}", done.json);
    } else {
        println!("{}", done.sentence);
    }
    Ok(ExitCode::SUCCESS)
}

/// The services over a database that is there: a mistyped folder must not become a new instance.
async fn services(configuration: &Configuration) -> Result<Arc<Services>> {
    let db = open::existing(configuration).await?;
    let key = instance_key::find_or_make(configuration, &db).await?;
    open::start(db, &key, &domain::Config::default()).await
}

async fn act(services: &Services, command: Admin) -> Result<Done> {
    let operator = &Operator::full(
        Actor::System,
        Origin {
            address: std::net::Ipv4Addr::LOCALHOST.into(),
            request_id: services.ids.next(),
        },
    );
    match command {
        Admin::CreateUser {
            email,
            name,
            operator: is_operator,
            password,
        } => create_user(services, operator, email, name, is_operator, &password).await,
        Admin::ResetPassword { email, password } => {
            reset_password(services, operator, &email, &password).await
        }
        Admin::PromoteOperator { email } => {
            let user = find(services, operator, &email).await?;
            let user = accounts::promote_operator(services, operator, user.id).await?;
            Ok(Done {
                sentence: format!("{email} is an operator of this instance"),
                json: user_json(&user, None),
            })
        }
        Admin::GrantCredits(arguments) => grant_credits(services, operator, arguments).await,
        Admin::AdjustCredits(arguments) => adjust_credits(services, operator, arguments).await,
        Admin::SetSignupBonus { credits } => set_signup_bonus(services, operator, credits).await,
    }
}

async fn create_user(
    services: &Services,
    operator: &Operator,
    email: Email,
    name: Option<DisplayName>,
    is_operator: bool,
    arguments: &PasswordArguments,
) -> Result<Done> {
    let name = match name {
        Some(name) => name,
        None => before_at(&email)?,
    };
    let password = arguments.password()?;
    let new = accounts::NewUser {
        email,
        password: password.secret.clone(),
        name,
    };
    let mut user = accounts::create_user(services, operator, new)
        .await
        .map_err(refused)?;
    let as_what = match (user.operator_since, is_operator) {
        (Some(_), _) => " as the operator, who is the first user",
        (None, true) => " as an operator",
        (None, false) => "",
    };
    if is_operator {
        user = accounts::promote_operator(services, operator, user.id).await?;
    }
    Ok(Done {
        sentence: format!(
            "made {}{as_what} ({}){}",
            user.email,
            user.id,
            password.sentence()
        ),
        json: user_json(&user, password.generated()),
    })
}

async fn reset_password(
    services: &Services,
    operator: &Operator,
    email: &Email,
    arguments: &PasswordArguments,
) -> Result<Done> {
    let user = find(services, operator, email).await?;
    let password = arguments.password()?;
    accounts::reset_password(services, operator, user.id, password.secret.clone())
        .await
        .map_err(refused)?;
    Ok(Done {
        sentence: format!(
            "the password of {email} is another one, and all sessions have ended{}",
            password.sentence()
        ),
        json: user_json(&user, password.generated()),
    })
}

async fn grant_credits(services: &Services, operator: &Operator, arguments: GrantArguments) -> Result<Done> {
    let workspace = workspace_id(services, operator, &arguments.workspace).await?;
    let gift = Gift {
        credits: arguments.credits,
        source: arguments.source,
        effective_at: arguments.effective_at,
        expires_at: arguments.expires_at,
        priority: None,
        external_id: arguments.external_id,
        note: arguments.note,
    };
    let given = credits::give(services, operator, workspace, gift, None)
        .await
        .map_err(wrong_argument)?;
    let grant = given.grant;
    let sentence = if given.is_new {
        format!("{workspace} was given {} credits ({})", grant.amount, grant.id)
    } else {
        format!(
            "{workspace} had been given {} credits under this external id before ({}); nothing was given now",
            grant.amount, grant.id
        )
    };
    let json = json!({
        "workspace_id": workspace, "grant_id": grant.id, "credits": grant.amount, "source": grant.source,
        "effective_at": grant.effective_at, "expires_at": grant.expires_at, "external_id": grant.external_id,
        "is_new": given.is_new,
    });
    Ok(Done { sentence, json })
}

async fn adjust_credits(
    services: &Services,
    operator: &Operator,
    arguments: AdjustArguments,
) -> Result<Done> {
    let workspace = workspace_id(services, operator, &arguments.workspace).await?;
    let (amount, note) = (arguments.credits, arguments.note);
    let moved = credits::adjust(services, operator, workspace, amount, note, None)
        .await
        .map_err(wrong_argument)?;
    let receipt = moved.receipt;
    Ok(Done {
        sentence: format!(
            "{workspace} has {} credits now ({})",
            receipt.available, receipt.line
        ),
        json: json!({
            "workspace_id": workspace, "id": receipt.line, "credits": amount,
            "credits_available": receipt.available,
        }),
    })
}

async fn set_signup_bonus(services: &Services, operator: &Operator, credits: Microcredits) -> Result<Done> {
    if credits.is_negative() {
        return Err(Wrong("a bonus must not be negative".to_owned()).into());
    }
    let change = SettingsChange {
        signup_bonus: Some(credits),
        ..SettingsChange::default()
    };
    let settings = instance::change_settings(services, operator, change).await?;
    let bonus = settings.signup_bonus;
    Ok(Done {
        sentence: format!("every new user gets {bonus} credits from now on"),
        json: json!({ "signup_bonus": bonus }),
    })
}

async fn workspace_id(services: &Services, operator: &Operator, text: &str) -> Result<WorkspaceId> {
    let reference: WorkspaceRef = text
        .parse()
        .map_err(|_| Wrong(format!("{text} is no id or slug of a workspace")))?;
    workspaces::id_of_any(services, operator, OperatorPermission::CreditsManage, &reference)
        .await
        .with_context(|| text.to_owned())
}

/// What the rules of credits say is about a field, which is an argument here.
fn wrong_argument(error: credits::Error) -> anyhow::Error {
    match error {
        credits::Error::Invalid { pointer, what } => {
            let flag = pointer.trim_start_matches('/').replace('_', "-");
            anyhow::anyhow!("{flag} {what}")
        }
        other => other.into(),
    }
}

async fn find(services: &Services, operator: &Operator, email: &Email) -> Result<User> {
    match accounts::find_user(services, operator, email).await {
        Err(accounts::Error::NotFound) => anyhow::bail!("there is no user {email}"),
        found => Ok(found?),
    }
}

/// What the rules of passwords say completes a sentence.
fn refused(error: accounts::Error) -> anyhow::Error {
    match error {
        accounts::Error::WeakPassword(problem) => anyhow::anyhow!("the password {problem}"),
        other => other.into(),
    }
}

fn before_at(email: &Email) -> Result<DisplayName> {
    let part = email.as_str().split('@').next().unwrap_or_default();
    part.parse().map_err(|error| {
        Wrong(format!(
            "{part} will not do as a name ({error}): give one with --name"
        ))
        .into()
    })
}

fn user_json(user: &User, password: Option<&str>) -> Value {
    let mut json = json!({
        "id": user.id, "email": user.email, "name": user.name, "operator_since": user.operator_since,
    });
    if let Some(password) = password {
        json["password"] = password.into();
    }
    json
}

/// A password, and whether it must be told.
struct Password {
    secret: SecretText,
    is_generated: bool,
}

impl PasswordArguments {
    fn password(&self) -> Result<Password> {
        if !self.password_stdin {
            return Ok(Password {
                secret: generated::code(),
                is_generated: true,
            });
        }
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .context("the password cannot be read from stdin")?;
        let secret = SecretText::new(line.trim_end_matches(['\r', '\n']).to_owned());
        if secret.expose().is_empty() {
            return Err(Wrong("--password-stdin was given, but stdin has no password".to_owned()).into());
        }
        Ok(Password {
            secret,
            is_generated: false,
        })
    }
}

impl Password {
    /// The one that was made here: nobody else can tell it.
    fn generated(&self) -> Option<&str> {
        self.is_generated.then(|| self.secret.expose())
    }

    fn sentence(&self) -> String {
        self.generated()
            .map_or_else(String::new, |password| format!("\npassword: {password}"))
    }
}
