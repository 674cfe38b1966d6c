//! What belongs to somebody else is as if it were not there: every operation is asked about one thing of another
//! workspace, by somebody who may do everything in his own. Generated from the document, as the sweep is.

use http::Method;
use serde_json::{Value, json};
use testkit::{Answer, Operation, TestApp};

use crate::{
    operations::{body_schema, guarded, is_in_workspace, is_opened_by, is_operators, parameters, takes},
    things::{Things, WORDS, ask, looks, nowhere, texts, views},
};

/// Operations that do not find what is there, with the reason.
const FINDS_NOTHING: &[(&str, &str)] = &[
    ("flows_restore", "finds deleted flows alone"),
    ("workspaces_restore", "finds deleted workspaces alone"),
];

/// Two workspaces of the same kind. One is of somebody who also runs the instance, but never deals with the other.
async fn neighbours(app: &TestApp) -> (Things, Things) {
    let operator = app.operator().await;
    let (owner, stranger) = (app.owner().await, app.stranger().await);
    let promote = format!("/v1/operator/users/{}/promote", owner.user());
    operator.post_empty(&promote).await.ok();
    let theirs = Things::of(app, &operator, &owner, "xanadu").await;
    // Service tokens are asked for by who made them.
    let token = json!({"name": "xanadu"});
    owner.post("/v1/operator/service-tokens", token).await.created();
    let own = Things::of(app, &operator, &stranger, "camelot").await;
    (theirs, own)
}

/// The names of an operation's parameters and of the fields of its body, and whether they are part of the path.
fn names(operation: &Operation) -> impl Iterator<Item = (String, bool)> {
    let parameters = parameters(operation).map(|one| (&one["name"], one["in"] == "path"));
    let named = parameters.map(|(name, is_path)| (name.as_str().unwrap().to_ascii_lowercase(), is_path));
    let schema = body_schema(operation).and_then(|schema| schema["properties"].as_object());
    named.chain(
        schema
            .into_iter()
            .flatten()
            .map(|(name, _)| (name.clone(), false)),
    )
}

/// Those by which it can be asked about something that the two do not share.
fn slots(operation: &Operation, own: &Things, theirs: &Things) -> Vec<String> {
    let mut slots = Vec::new();
    for (name, is_path) in names(operation) {
        if is_in_workspace(operation) || is_path {
            own.must_know(operation, &name, is_path);
        }
        if theirs.named(&name) != own.named(&name) {
            slots.push(name);
        }
    }
    slots
}

/// An answer about a thing, without what is different each time and what it is called.
fn said(answer: &Answer, thing: &Value) -> (u16, String) {
    let mut body = answer.body.clone();
    let text = match body.get_mut("instance") {
        Some(instance) => {
            *instance = json!(null);
            body.to_string()
        }
        None => answer.text(),
    };
    let names = texts(thing);
    (
        answer.status.as_u16(),
        names.fold(text, |text, name| text.replace(name, "it")),
    )
}

/// What the refusal of something of somebody else must be.
fn is_refused(operation: &Operation, slot: &str, answer: &Answer, by_key: bool) -> bool {
    let is_filter = operation.method == Method::GET && !operation.path.contains(&format!("{{{slot}}}"));
    match answer.status.as_u16() {
        403 => is_operators(operation) || (by_key && !is_opened_by(operation, "api_key")),
        404 => true,
        // A field, or what confirms, is told to be wrong; a filter finds nothing.
        422 => !is_filter && !operation.path.contains(&format!("{{{slot}}}")),
        200 => is_filter && !slot.starts_with("guildhall"),
        _ => false,
    }
}

/// What an answer tells that is theirs, and that it was not told.
fn told<'a>(answer: &Answer, thing: &Value, theirs: &'a Things) -> Option<&'a str> {
    let text = answer.text();
    let mut marks = theirs
        .marks()
        .filter(|mark| !texts(thing).any(|name| name == *mark));
    marks.find(|mark| text.contains(mark))
}

testkit::both! {
    async fn what_is_somebody_elses_is_as_if_it_were_not_there(app: TestApp) {
        let (theirs, own) = neighbours(&app).await;
        let all = own.owner.get("/v1/permissions").await.ok()["items"].clone();
        let grantable = all.as_array().unwrap().iter().filter(|one| one["grantable"] == true);
        let permissions: Vec<_> = grantable.map(|one| one["name"].clone()).collect();
        let key = app.key_of(&own.owner, json!({"name": "all", "permissions": permissions})).await;
        let before = views(&theirs).await;
        let (mut asked, mut wrong) = (0, Vec::new());
        for operation in guarded() {
            for slot in slots(operation, &own, &theirs) {
                let thing = theirs.named(&slot).unwrap();
                for (actor, by_key) in [(&own.owner, false), (&key, true)] {
                    let about = async |thing: &Value| {
                        let named = |name: &str| if *name == *slot { Some(thing.clone()) } else { own.named(name) };
                        // As they sent it: their answer is not for others.
                        ask(actor, operation, &named, &[&slot]).header("idempotency-key", theirs.word).await
                    };
                    let answer = about(&thing).await;
                    let mut is_fine = is_refused(operation, &slot, &answer, by_key);
                    let of_it = said(&answer, &thing);
                    if !by_key {
                        let nothing = nowhere(&thing);
                        is_fine &= of_it == said(&about(&nothing).await, &nothing);
                    }
                    if !is_fine || told(&answer, &thing, &theirs).is_some() {
                        wrong.push((&operation.id, slot.clone(), by_key, of_it));
                    }
                    asked += 1;
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(asked > 100, "{asked} requests are no sweep");
        assert_eq!(views(&theirs).await, before);
    }

    async fn nobody_is_shown_what_is_somebody_elses(app: TestApp) {
        let (theirs, own) = neighbours(&app).await;
        let (mut pages, mut wrong) = (0, Vec::new());
        for operation in looks() {
            let mut shown = vec![ask(&own.owner, operation, &|name| own.named(name), &[]).await];
            if takes(operation, "cursor") {
                let first = ask(&theirs.owner, operation, &|name| theirs.named(name), &["limit"]).await.ok();
                let Some(cursor) = first["next_cursor"].as_str() else { continue };
                // A place in their list is one in his.
                let named = |name: &str| if name == "cursor" { Some(cursor.into()) } else { own.named(name) };
                shown.push(ask(&own.owner, operation, &named, &["cursor"]).await);
                pages += 1;
            }
            wrong.extend(shown.iter().filter_map(|answer| Some((&operation.id, told(answer, &json!(null), &theirs)?, answer.text()))));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(pages > 5, "{pages} lists have a second page");
    }

    async fn what_the_sweep_asks_for_is_there_for_whose_it_is(app: TestApp) {
        let (theirs, own) = neighbours(&app).await;
        let mut operations: Vec<_> = guarded().filter(|operation| !operation.id.starts_with("auth_")).collect();
        // What ends things comes last.
        operations.sort_by_key(|operation| operation.method == Method::DELETE);
        let mut wrong = Vec::new();
        for operation in operations {
            let slots = slots(operation, &own, &theirs);
            let is_found = !FINDS_NOTHING.iter().any(|(id, _)| *id == operation.id);
            // What changes things is asked once, about all of them.
            let asked = if operation.method == Method::GET { slots.len() } else { slots.len().min(1) };
            for slot in &slots[..asked] {
                let thing = theirs.named(slot).unwrap();
                let about = async |thing: &Value| {
                    let named = |name: &str| if name == slot { Some(thing.clone()) } else { theirs.named(name) };
                    ask(&theirs.owner, operation, &named, &[slot]).await
                };
                let answer = about(&thing).await;
                let (of_it, nothing) = (said(&answer, &thing), nowhere(&thing));
                let is_another = operation.method != Method::GET || of_it != said(&about(&nothing).await, &nothing);
                if (answer.status != 404) != is_found || !is_another {
                    wrong.push((&operation.id, slot.clone(), of_it));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

#[test]
fn every_exception_of_the_sweep_is_one() {
    for (id, _) in FINDS_NOTHING {
        assert!(guarded().any(|operation| operation.id == *id), "{id}");
    }
    for word in WORDS {
        assert!(
            guarded().any(|operation| names(operation).any(|(name, _)| name == *word)),
            "{word}"
        );
    }
}
