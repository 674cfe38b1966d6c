//! The examples of docs/flow-examples.md, called over HTTP against a stub.

use db::Db;
use domain::runs::{Answer, Ended};
use serde_json::Value as Json;

use crate::{
    page::{Example, Request, Run, examples, json},
    workshop::{Outside, Workshop, output},
};

const PAGE: &str = include_str!("../../../../docs/flow-examples.md");
/// What the examples call.
const ORIGIN: &str = "https://api.example.com";

/// A definition as it is saved: the stub in the place of the outside, and shorter pauses, as these are real ones.
fn definition(example: &Example<'_>, outside: &Outside) -> String {
    let text = example.text.replace(ORIGIN, &outside.url);
    let text = text.replace("seconds: 3", "milliseconds: 3");
    if text.contains("\ndocument:") {
        return text;
    }
    format!("document: {{dsl: '1.0.3', namespace: examples, name: example, version: '1.0.0'}}\n{text}")
}

#[track_caller]
fn was_sent(seen: &str, request: &Request<'_>, title: &str) {
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    let line = request.line.replace(ORIGIN, "/things");
    assert_eq!(head.lines().next(), Some(&*format!("{line} HTTP/1.1")), "{title}");
    for header in &request.headers {
        assert!(
            head.lines().any(|line| line == *header),
            "{title}: {header} in {head}"
        );
    }
    assert!(head.contains("\r\nidempotency-key: gld-"), "{title}: {head}");
    assert_eq!((!body.is_empty()).then(|| json(body)), request.body, "{title}");
}

fn ended_as_said(answer: &Answer, run: &Run<'_>, outside: &Outside, title: &str) {
    match &answer.ended {
        Ended::Failed { error } => {
            let error = serde_json::to_value(error).unwrap();
            assert!(run.is_error(&error), "{title}: {error:#}");
        }
        _ => {
            let output: Json = json(&output(answer).replace(&outside.url, ORIGIN));
            assert_eq!(Some(output), run.output, "{title}");
        }
    }
}

db::both! {
    async fn every_example_of_the_page_is_saved_deployed_and_called(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        for example in examples(PAGE) {
            let title = example.title;
            let answers: Vec<(u16, String)> = example.runs.iter().flat_map(|run| &run.answers).map(|(status, body)| (*status, (*body).to_owned())).collect();
            let outside = Outside::answering(move |number, url| {
                answers.get(number - 1).map(|(status, body)| (*status, body.replace(ORIGIN, url)))
            }).await;
            let flow = shop.live(title, &definition(&example, &outside)).await;
            for run in &example.runs {
                let answer = shop.call(&flow, run.input).await.unwrap();
                ended_as_said(&answer, run, &outside, title);
            }
            let wanted: Vec<&Request<'_>> = example.runs.iter().flat_map(|run| &run.requests).collect();
            let seen = outside.seen();
            assert_eq!(seen.len(), wanted.len(), "{title}");
            for (seen, request) in seen.iter().zip(wanted) {
                was_sent(seen, request, title);
            }
        }
    }
}
