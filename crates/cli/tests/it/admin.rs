//! `guildhall admin`, beside a running server.

use serde_json::{Value, json};

use crate::{
    client::{Answer, Client},
    instance::Server,
    on_both,
    shop::Shop,
};

fn sign_in(server: &Server, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    Client::new(server.address)
        .post("/v1/auth/sign-in", &body)
        .unwrap()
}

/// Whoever signs in so.
fn somebody(server: &Server, email: &str, password: &str) -> Client {
    let signed_in = sign_in(server, email, password);
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap();
    Client::new(server.address).with("cookie", cookie)
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

on_both! {
    fn users_are_made_get_other_passwords_and_become_operators_beside_a_running_server(instance: Instance) {
        instance.run("admin", &["create-user", "bob@example.com"], "").refused(1, "");
        let server = instance.serve();
        Shop::open(server.address, 1);
        let admin = |arguments: &[&str], typed: &str| instance.run("admin", arguments, typed);

        let made = parsed(&admin(&["create-user", "bob@example.com", "--name", "Bob", "--json"], "").done());
        assert_eq!((&made["email"], &made["name"], &made["operator_since"]), (&json!("bob@example.com"), &json!("Bob"), &json!(null)));
        let first = made["password"].as_str().unwrap();
        let mut bob = somebody(&server, "bob@example.com", first);
        assert_eq!(bob.get("/v1/me").unwrap().done()["id"], made["id"]);
        assert_eq!(bob.get("/v1/operator/settings").unwrap().status, 403);

        admin(&["promote-operator", "bob@example.com"], "").done();
        let said = admin(&["reset-password", "bob@example.com", "--password-stdin"], "another fine passphrase\n").done();
        assert!(!said.contains("passphrase"), "{said}");
        assert_eq!(sign_in(&server, "bob@example.com", first).status, 401);
        let mut bob = somebody(&server, "bob@example.com", "another fine passphrase");
        bob.get("/v1/operator/settings").unwrap().done();

        let operator = parsed(&admin(&["create-user", "eve@example.com", "--operator", "--json"], "").done());
        assert!(operator["operator_since"].is_string(), "{operator}");
        let said = admin(&["reset-password", "eve@example.com"], "").done();
        let password = said.lines().last().unwrap().strip_prefix("password: ").unwrap();
        sign_in(&server, "eve@example.com", password).done();

        admin(&["create-user", "bob@example.com"], "").refused(1, "the mail address is taken");
        admin(&["create-user", "cy@example.com", "--password-stdin"], "short\n").refused(1, "at least 10 characters");
        admin(&["create-user", "cy@example.com", "--password-stdin"], "").refused(2, "stdin has no password");
        admin(&["reset-password", "cy@example.com"], "").refused(1, "no user cy@example.com");
        admin(&["promote-operator", "cy@example.com"], "").refused(1, "no user cy@example.com");
        assert_eq!(admin(&["create-user", "no address"], "").code, 2);
        assert_eq!(admin(&["create-user", "cy@example.com", "--password", "secret"], "").code, 2);
    }

    fn the_first_user_is_the_operator_also_when_a_command_makes_him(instance: Instance) {
        instance.run("migrate", &[], "").done();
        let said = instance.run("admin", &["create-user", "ada@example.com"], "").done();
        assert!(said.starts_with("made ada@example.com as the operator, who is the first user ("), "{said}");
        let second = parsed(&instance.run("admin", &["create-user", "bob@example.com", "--json"], "").done());
        assert_eq!(second["operator_since"], json!(null));

        let server = instance.serve();
        let password = said.lines().last().unwrap().strip_prefix("password: ").unwrap();
        somebody(&server, "ada@example.com", password).get("/v1/operator/settings").unwrap().done();
        let third = json!({"email": "cy@example.com", "name": "Cy", "password": "a fine passphrase"});
        let third = Client::new(server.address).post("/v1/auth/sign-up", &third).unwrap().done();
        assert_eq!(third["user"]["operator_since"], json!(null));
    }

    fn the_bonus_of_new_users_is_set(instance: Instance) {
        let server = instance.serve();
        instance.run("admin", &["set-signup-bonus", "12"], "").done();
        let shop = Shop::open(server.address, 10);
        assert_eq!(shop.available(server.address), 22);
        instance.run("admin", &["set-signup-bonus", "-1"], "").refused(2, "must not be negative");
    }

    fn credits_are_granted_beside_a_running_server_and_once_under_an_external_id(instance: Instance) {
        let server = instance.serve();
        let shop = Shop::open(server.address, 10);
        let grant = |arguments: &[&str]| {
            let all = [&["grant-credits", shop.workspace.as_str()], arguments].concat();
            instance.run("admin", &all, "")
        };
        grant(&["5", "--source", "purchase", "--note", "by hand"]).done();
        assert_eq!(shop.available(server.address), 15);
        for is_new in [true, false] {
            let given = parsed(&grant(&["7", "--external-id", "invoice-7", "--json"]).done());
            assert_eq!((&given["is_new"], &given["credits"]), (&json!(is_new), &json!("7")));
            assert_eq!(shop.available(server.address), 22);
        }
        grant(&["0"]).refused(1, "credits must be more than 0");
        grant(&["1", "--expires-at", "2020-01-01T00:00:00Z"]).refused(1, "expires-at must be in the future");
        instance.run("admin", &["grant-credits", "no-such-one", "1"], "").refused(1, "no such workspace");
        instance.run("admin", &["grant-credits", "!", "1"], "").refused(2, "no id or slug");
        for wrong in ["-1x", "a lot"] {
            assert_eq!(grant(&[wrong]).code, 2);
        }
        assert_eq!(grant(&["1", "--source", "theft"]).code, 2);
        let adjust = |arguments: &[&str]| {
            let all = [&["adjust-credits", shop.workspace.as_str()], arguments].concat();
            instance.run("admin", &all, "")
        };
        adjust(&["-2", "--note", "counted twice"]).done();
        assert_eq!(shop.available(server.address), 20);
        let adjusted = parsed(&adjust(&["0.5", "--note", "and a bit", "--json"]).done());
        assert_eq!(adjusted["credits_available"], json!("20.5"));
        adjust(&["-21", "--note", "too much"]).refused(1, "credits");
        adjust(&["0", "--note", "nothing"]).refused(1, "credits must not be 0");
        assert_eq!(adjust(&["1"]).code, 2, "it must say why");
        instance.is_in_order();
    }
}
