//! People and their sessions.

use db::Db;
use domain::{
    Config,
    access::Person,
    accounts::{self, Error, NewUser, PasswordChange, ProfileChange, SignIn, UserFilter},
    instance::{self, InstanceKey, SettingsChange},
    testing::{PASSWORD, World, run_sql},
    workspaces,
};
use types::{Duration, PageLimit, SecretText};

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn signing_in(name: &str, password: &str) -> SignIn {
    SignIn {
        email: format!("{name}@example.com").parse().unwrap(),
        password: secret(password),
    }
}

async fn change_password(world: &World, person: &Person, current: &str, new: &str) -> Result<(), Error> {
    let change = PasswordChange {
        current: secret(current),
        new: secret(new),
    };
    accounts::change_password(&world.services, person, change).await
}

db::both! {
    async fn signing_up_gives_a_user_a_session_and_a_personal_workspace(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        assert!(ada.person.is_operator, "the first user runs the instance");
        assert!(ada.token.starts_with("gls_"));
        assert_eq!(ada.workspace.name.as_str(), "My Workspace");
        assert_eq!(ada.workspace.slug.as_str(), "ada");
        assert!(ada.workspace.personal);
        let me = accounts::me(&world.services, &ada.person).await.unwrap();
        assert_eq!(me, ada.user);
        let bob = world.sign_up("bob").await;
        assert!(!bob.person.is_operator);
    }

    async fn first_sign_ups_at_once_make_one_operator(db: Db) {
        // As many threads as people, so that all come to the database together.
        let config = Config { password_threads: 8, ..Config::default() };
        let world = World::with_config(db, &config).await;
        let sign_ups = (0..8).map(|number| {
            let (services, client) = (world.services.clone(), world.client());
            let new = world.sign_up_of(&format!("user{number}"));
            tokio::spawn(async move { accounts::sign_up(&services, &client, new).await.unwrap() })
        });
        let mut operators = 0;
        for sign_up in sign_ups.collect::<Vec<_>>() {
            operators += usize::from(sign_up.await.unwrap().user.operator_since.is_some());
        }
        assert_eq!(operators, 1);
    }

    async fn two_sign_ups_with_one_address_at_once_make_one_user(db: Db) {
        let world = World::new(db).await;
        world.sign_up("operator").await;
        let (client, services) = (world.client(), &*world.services);
        let (one, two) = tokio::join!(
            accounts::sign_up(services, &client, world.sign_up_of("ada")),
            accounts::sign_up(services, &client, world.sign_up_of("ada")),
        );
        let refused = if one.is_ok() { two } else { one };
        assert!(matches!(refused, Err(Error::EmailTaken)), "{refused:?}");
    }

    async fn the_first_sign_up_needs_the_setup_code_when_there_is_one(db: Db) {
        let config = Config { setup_code: Some(secret("open-sesame")), ..Config::default() };
        let world = World::with_config(db, &config).await;
        for wrong in [None, Some(secret("open")), Some(secret("open-sesamf"))] {
            let mut new = world.sign_up_of("ada");
            new.setup_code = wrong;
            let refused = accounts::sign_up(&world.services, &world.client(), new).await;
            assert!(matches!(refused, Err(Error::SetupCodeRequired)), "{refused:?}");
        }
        let mut new = world.sign_up_of("ada");
        new.setup_code = Some(secret("open-sesame"));
        let ada = accounts::sign_up(&world.services, &world.client(), new).await.unwrap();
        assert!(ada.user.operator_since.is_some());
        assert!(!world.sign_up("bob").await.person.is_operator, "the second needs none");
    }

    async fn sign_up_can_be_closed(db: Db) {
        let world = World::new(db).await;
        for (mode, is_closed) in [(instance::SignUp::Closed, true), (instance::SignUp::Invitation, false)] {
            let change = SettingsChange { sign_up: Some(mode), ..SettingsChange::default() };
            instance::change_settings(&world.services, &world.operator(), change).await.unwrap();
            let refused = accounts::sign_up(&world.services, &world.client(), world.sign_up_of("ada")).await;
            match refused {
                Err(Error::SignUpClosed) => assert!(is_closed),
                Err(Error::InvitationRequired) => assert!(!is_closed),
                other => panic!("{other:?}"),
            }
        }
        let new = NewUser {
            email: "ada@example.com".parse().unwrap(),
            password: secret(PASSWORD),
            name: "Ada".parse().unwrap(),
        };
        accounts::create_user(&world.services, &world.operator(), new).await.unwrap();
        let ada = accounts::sign_in(&world.services, &world.client(), signing_in("ada", PASSWORD)).await.unwrap();
        assert!(ada.workspace.personal, "made at the first sign-in, by whatever way");
    }

    async fn weak_passwords_are_refused_and_store_nothing(db: Db) {
        let world = World::new(db).await;
        for weak in ["short", "password123", "ada@example.com"] {
            let mut new = world.sign_up_of("ada");
            new.password = secret(weak);
            let refused = accounts::sign_up(&world.services, &world.client(), new).await;
            assert!(matches!(refused, Err(Error::WeakPassword(_))), "{refused:?}");
        }
        world.sign_up("ada").await;
    }

    async fn unknown_and_wrong_sign_in_are_the_same_answer(db: Db) {
        let world = World::new(db).await;
        let operator = world.sign_up("operator").await;
        let ada = world.sign_up("ada").await;
        world.sign_up("bob").await;
        let admin = domain::operator::of_person(&operator.person).unwrap();
        accounts::disable_user(&world.services, &admin, ada.user.id).await.unwrap();
        for given in [
            signing_in("nobody", PASSWORD),
            signing_in("bob", "wrong horse battery"),
            signing_in("ada", PASSWORD),
        ] {
            let refused = accounts::sign_in(&world.services, &world.client(), given).await;
            assert!(matches!(refused, Err(Error::WrongCredentials)), "{refused:?}");
        }
    }

    async fn guessing_a_password_is_slowed_down_for_unknown_accounts_too(db: Db) {
        let world = World::new(db).await;
        world.sign_up("ada").await;
        for name in ["ada", "nobody"] {
            for _ in 0..10 {
                let refused =
                    accounts::sign_in(&world.services, &world.client(), signing_in(name, "a wrong one")).await;
                assert!(matches!(refused, Err(Error::WrongCredentials)), "{refused:?}");
            }
            let refused = accounts::sign_in(&world.services, &world.client(), signing_in(name, PASSWORD)).await;
            assert!(matches!(refused, Err(Error::TooManyAttempts { .. })), "{refused:?}");
        }
        world.clock.advance(Duration::from_minutes(1));
        accounts::sign_in(&world.services, &world.client(), signing_in("ada", PASSWORD)).await.unwrap();
    }

    async fn failures_of_ours_are_no_wrong_passwords(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let sign_in = async || accounts::sign_in(&world.services, &world.client(), signing_in("ada", PASSWORD)).await;
        let change = async || change_password(&world, &ada.person, PASSWORD, "another good one").await;
        run_sql(&world.services, "ALTER TABLE users RENAME TO elsewhere").await;
        for _ in 0..11 {
            assert!(matches!(sign_in().await, Err(Error::Internal(_))));
            assert!(matches!(change().await, Err(Error::Internal(_))));
        }
        run_sql(&world.services, "ALTER TABLE elsewhere RENAME TO users").await;
        sign_in().await.unwrap();
        change().await.unwrap();
    }

    async fn signing_out_ends_the_session_at_once(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        accounts::sign_out(&world.services, &ada.person).await.unwrap();
        assert!(world.person(&ada.token).await.is_none());
        accounts::sign_out(&world.services, &ada.person).await.unwrap();
    }

    async fn changing_the_password_ends_other_sessions(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let other = accounts::sign_in(&world.services, &world.client(), signing_in("ada", PASSWORD)).await.unwrap();
        let other = other.token.expose();
        assert!(world.person(other).await.is_some());

        let wrong = change_password(&world, &ada.person, "not my password", "another good one").await;
        assert!(matches!(wrong, Err(Error::WrongPassword)), "{wrong:?}");
        let weak = change_password(&world, &ada.person, PASSWORD, "password123").await;
        assert!(matches!(weak, Err(Error::WeakPassword(_))), "{weak:?}");
        assert!(world.person(other).await.is_some());

        change_password(&world, &ada.person, PASSWORD, "another good one").await.unwrap();
        assert!(world.person(other).await.is_none());
        assert!(world.person(&ada.token).await.is_some(), "his own goes on");
        let old = accounts::sign_in(&world.services, &world.client(), signing_in("ada", PASSWORD)).await;
        assert!(matches!(old, Err(Error::WrongCredentials)), "{old:?}");
        accounts::sign_in(&world.services, &world.client(), signing_in("ada", "another good one")).await.unwrap();
    }

    async fn one_ends_ones_own_sessions_and_nobody_elses(db: Db) {
        let world = World::new(db).await;
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        let listed = accounts::sessions(&world.services, &ada.person).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].id, listed[0].user_agent.as_str()), (ada.person.session, "a test"));
        let refused = accounts::end_session(&world.services, &bob.person, ada.person.session).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        assert!(world.person(&ada.token).await.is_some());
        accounts::end_session(&world.services, &ada.person, ada.person.session).await.unwrap();
        assert!(world.person(&ada.token).await.is_none());
        assert!(accounts::sessions(&world.services, &ada.person).await.unwrap().is_empty());
    }

    async fn sessions_in_use_are_read_anew_before_a_request_has_to_wait_for_it(db: Db) {
        let key = InstanceKey::random();
        let one = World::node(db.clone(), &key, &Config::default()).await;
        let two = World::node(db.clone(), &key, &Config::default()).await;
        let (ada, bob) = (one.sign_up("ada").await, one.sign_up("bob").await);
        assert!(two.person(&ada.token).await.is_some() && two.person(&bob.token).await.is_some());
        accounts::sign_out(&one.services, &bob.person).await.unwrap();
        two.clock.advance(Duration::from_ms(600));
        assert!(two.person(&ada.token).await.is_some() && two.person(&bob.token).await.is_some());
        assert_eq!(accounts::refresh_sessions(&two.services).await.unwrap(), 2);
        assert!(two.person(&bob.token).await.is_none());
        two.clock.advance(Duration::from_ms(600));
        db.close().await;
        assert!(two.person(&ada.token).await.is_some());
    }

    async fn a_session_slides_while_it_is_used_and_ends_after_ninety_days_all_the_same(db: Db) {
        let world = World::new(db).await;
        let idle = world.sign_up("idle").await;
        let busy = world.sign_up("busy").await;
        for _ in 0..2 {
            world.clock.advance(Duration::from_days(29));
            assert!(world.person(&busy.token).await.is_some());
        }
        assert!(world.person(&idle.token).await.is_none(), "not used for thirty days");
        world.clock.advance(Duration::from_days(29));
        assert!(world.person(&busy.token).await.is_some());
        world.clock.advance(Duration::from_days(3));
        assert!(world.person(&busy.token).await.is_none(), "ninety days old");
        world.clock.advance(Duration::from_days(31));
        assert_eq!(accounts::delete_old_sessions(&world.services).await.unwrap(), 2);
    }

    async fn last_seen_is_written_at_most_once_a_minute(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let began = ada.user.created_at;
        for (seconds, seen_after) in [(59, 0), (2, 61), (30, 61), (31, 122)] {
            world.clock.advance(Duration::from_seconds(seconds));
            world.person(&ada.token).await.unwrap();
            let listed = accounts::sessions(&world.services, &ada.person).await.unwrap();
            assert_eq!(listed[0].last_seen_at, began.plus(Duration::from_seconds(seen_after)));
        }
    }

    async fn mistyped_sessions_are_nobodys(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        for wrong in ["", "gls_", "x", &ada.token[1..], &ada.token.replace("gls_", "gld_live_")] {
            assert!(world.person(wrong).await.is_none(), "{wrong}");
        }
    }

    async fn a_session_that_another_node_ended_holds_for_less_than_a_second(db: Db) {
        let key = InstanceKey::random();
        let one = World::node(db.clone(), &key, &Config::default()).await;
        let two = World::node(db, &key, &Config::default()).await;
        let ada = one.sign_up("ada").await;
        assert!(two.person(&ada.token).await.is_some());
        accounts::sign_out(&one.services, &ada.person).await.unwrap();
        assert!(one.person(&ada.token).await.is_none());
        two.clock.advance(Duration::from_seconds(1));
        assert!(two.person(&ada.token).await.is_none());
    }

    async fn a_disabled_user_is_out_at_once_and_the_last_operator_stays(db: Db) {
        let world = World::new(db).await;
        let (operator, ada) = (world.sign_up("operator").await, world.sign_up("ada").await);
        let admin = domain::operator::of_person(&operator.person).unwrap();
        accounts::disable_user(&world.services, &admin, ada.user.id).await.unwrap();
        assert!(world.person(&ada.token).await.is_none());
        let last = accounts::disable_user(&world.services, &admin, operator.user.id).await;
        assert!(matches!(last, Err(Error::LastOperator)), "{last:?}");
        accounts::enable_user(&world.services, &admin, ada.user.id).await.unwrap();
        assert!(world.person(&ada.token).await.is_none(), "he signs in anew");
        accounts::sign_in(&world.services, &world.client(), signing_in("ada", PASSWORD)).await.unwrap();
        assert!(domain::operator::of_person(&ada.person).is_none());
    }

    async fn the_operator_promotes_resets_and_lists(db: Db) {
        let world = World::new(db).await;
        let operator = world.operator();
        world.sign_up("operator").await;
        let ada = world.sign_up("ada").await;
        accounts::promote_operator(&world.services, &operator, ada.user.id).await.unwrap();
        assert!(world.person(&ada.token).await.unwrap().is_operator);
        accounts::reset_password(&world.services, &operator, ada.user.id, secret("a given password"))
            .await
            .unwrap();
        assert!(world.person(&ada.token).await.is_none());
        accounts::sign_in(&world.services, &world.client(), signing_in("ada", "a given password")).await.unwrap();
        world.clock.advance(Duration::from_ms(1));
        world.sign_up("bob").await;

        let list = async |filter: UserFilter, limit: u32| {
            let mut names = Vec::new();
            let mut cursor = None;
            loop {
                let limit = PageLimit::new(limit).unwrap();
                let page =
                    accounts::list_users(&world.services, &operator, &filter, limit, cursor.as_ref()).await.unwrap();
                names.extend(page.items.into_iter().map(|user| user.name.as_str().to_owned()));
                cursor = page.next;
                if cursor.is_none() {
                    break names;
                }
            }
        };
        let all = list(UserFilter::default(), 2).await;
        assert_eq!(all.len(), 3);
        assert_eq!(all[0], "bob", "the newest first");
        let operators = list(UserFilter { operator: Some(true), ..UserFilter::default() }, 1).await;
        assert_eq!(operators.len(), 2);
        let email = Some("bob@example.com".parse().unwrap());
        assert_eq!(list(UserFilter { email, ..UserFilter::default() }, 50).await, ["bob"]);
    }

    async fn one_changes_ones_name(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let change = ProfileChange { name: Some("Ada Lovelace".parse().unwrap()) };
        let changed = accounts::update_me(&world.services, &ada.person, change).await.unwrap();
        assert_eq!(changed.name.as_str(), "Ada Lovelace");
        assert!(changed.updated_at > ada.user.updated_at);
        assert_eq!(accounts::me(&world.services, &ada.person).await.unwrap(), changed);
    }

    async fn a_person_has_exactly_one_personal_workspace(db: Db) {
        let world = World::new(db).await;
        let new = NewUser {
            email: "ada@example.com".parse().unwrap(),
            password: secret(PASSWORD),
            name: "Ada".parse().unwrap(),
        };
        accounts::create_user(&world.services, &world.operator(), new).await.unwrap();
        let client = world.client();
        let sign_in = || accounts::sign_in(&world.services, &client, signing_in("ada", PASSWORD));
        let (one, two, three) = tokio::join!(sign_in(), sign_in(), sign_in());
        let ids = [one.unwrap(), two.unwrap(), three.unwrap()].map(|signed_in| signed_in.workspace.id);
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        let token = sign_in().await.unwrap().token;
        let person = world.person(token.expose()).await.unwrap();
        assert_eq!(workspaces::list(&world.services, &person).await.unwrap().len(), 1);
    }

    async fn a_new_user_is_given_the_sign_up_bonus_once(db: Db) {
        let world = World::new(db).await;
        let change = SettingsChange { signup_bonus: Some(types::Microcredits::ONE_CREDIT), ..SettingsChange::default() };
        instance::change_settings(&world.services, &world.operator(), change).await.unwrap();
        let ada = world.sign_up("ada").await;
        let new = NewUser {
            email: "bob@example.com".parse().unwrap(),
            password: secret(PASSWORD),
            name: "Bob".parse().unwrap(),
        };
        accounts::create_user(&world.services, &world.operator(), new).await.unwrap();
        for name in ["ada", "bob", "bob"] {
            let given = signing_in(name, PASSWORD);
            let signed_in = accounts::sign_in(&world.services, &world.client(), given).await.unwrap();
            let person = world.person(signed_in.token.expose()).await.unwrap();
            let entered = workspaces::enter(&world.services, &person, &signed_in.workspace.id.into()).await.unwrap();
            let balance = domain::credits::balance(&world.services, &entered.caller).await.unwrap();
            assert_eq!(balance.available, types::Microcredits::ONE_CREDIT, "{name}");
        }
        assert!(ada.workspace.personal);
    }
}
