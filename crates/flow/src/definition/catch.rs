//! Reading `try`: what to catch, and how to retry.

use serde_json::Value as Json;

use super::model::{Backoff, Filter, Retry, Try};
use super::reader::{At, Reader};
use super::task::Tasks;
use crate::finding::Finding;
use crate::limits::RETRIES_MAX;

/// `try` and `catch`.
pub(super) fn read(tasks: &mut Tasks<'_>, at: &At<'_>, body: &At<'_>) -> Option<Try> {
    let list = tasks.list(body);
    let catch = tasks.reader.required(at, "catch")?;
    const KEYS: [&str; 7] = ["errors", "as", "when", "exceptWhen", "retry", "do", "then"];
    tasks.reader.object(&catch, &KEYS)?;
    let variable = catch
        .get("as")
        .map_or(Some("error".to_owned()), |name| tasks.reader.variable(&name));
    let filter = catch
        .get("errors")
        .map(|errors| filter(tasks.reader, &errors))
        .unwrap_or_default();
    let retry = catch.get("retry").and_then(|retry| match retry.value {
        Json::String(name) => tasks.reusable.retry(tasks.reader, &retry.pointer, name),
        _ => read_retry(tasks.reader, &retry),
    });
    Some(Try {
        tasks: list,
        filter,
        variable: variable?,
        when: catch.get("when").and_then(|when| tasks.reader.expression(&when)),
        except_when: catch
            .get("exceptWhen")
            .and_then(|when| tasks.reader.expression(&when)),
        retry,
        handler: catch.get("do").map(|handler| tasks.list(&handler)),
        then: catch.get("then").and_then(|then| tasks.then(&then)),
        catch_pointer: catch.pointer,
    })
}

fn filter(reader: &mut Reader, at: &At<'_>) -> Filter {
    let mut filter = Filter::default();
    reader.object(at, &["with"]);
    let Some(with) = at.get("with") else { return filter };
    // The text says `detail`, the official schema said `details` for a while.
    reader.object(
        &with,
        &["type", "status", "instance", "title", "detail", "details"],
    );
    let mut text = |key| with.get(key).and_then(|part| reader.text(&part));
    filter.kind = text("type");
    filter.instance = text("instance");
    filter.title = text("title");
    filter.detail = text("detail").or_else(|| text("details"));
    filter.status = with
        .get("status")
        .and_then(|status| reader.whole(&status, 599))
        .and_then(|status| u16::try_from(status).ok());
    filter
}

/// A retry policy, written out.
pub(super) fn read_retry(reader: &mut Reader, at: &At<'_>) -> Option<Retry> {
    reader.object(at, &["when", "exceptWhen", "delay", "backoff", "limit", "jitter"])?;
    let mut retry = Retry {
        when: at.get("when").and_then(|when| reader.expression(&when)),
        except_when: at.get("exceptWhen").and_then(|when| reader.expression(&when)),
        delay_ms: at
            .get("delay")
            .and_then(|delay| reader.duration(&delay))
            .unwrap_or(0),
        backoff: at
            .get("backoff")
            .map(|backoff| read_backoff(reader, &backoff))
            .unwrap_or_default(),
        jitter_ms: at.get("jitter").and_then(|jitter| read_jitter(reader, &jitter)),
        ..Retry::default()
    };
    if let Some(limit) = at.get("limit") {
        read_limit(reader, &limit, &mut retry);
    }
    if retry.count_max.is_none() && retry.total_ms_max.is_none() {
        let message = "the retry has no limit of its own: it ends with the timeout of the run";
        let finding = Finding::warning(&at.pointer, "unbounded_retry", message);
        reader.report(finding.suggest("limit: {attempt: {count: 5}}"));
    }
    Some(retry)
}

fn read_backoff(reader: &mut Reader, at: &At<'_>) -> Backoff {
    reader.object(at, &["constant", "linear", "exponential"]);
    let kinds = [
        ("constant", Backoff::Constant),
        ("linear", Backoff::Linear),
        ("exponential", Backoff::Exponential),
    ];
    let mut found = kinds.iter().filter(|(name, _)| at.value.get(name).is_some());
    match (found.next(), found.next()) {
        (Some((name, backoff)), None) => {
            if let Some(options) = at.get(name) {
                reader.object(&options, &[]);
            }
            *backoff
        }
        _ => {
            let message = "a backoff is one of constant, linear, exponential";
            reader.report(Finding::error(&at.pointer, "invalid_backoff", message));
            Backoff::Constant
        }
    }
}

fn read_jitter(reader: &mut Reader, at: &At<'_>) -> Option<(u64, u64)> {
    reader.object(at, &["from", "to"])?;
    let from = reader
        .required(at, "from")
        .and_then(|from| reader.duration(&from))?;
    let to = reader.required(at, "to").and_then(|to| reader.duration(&to))?;
    if from > to {
        reader.report(Finding::error(
            &at.pointer,
            "invalid_jitter",
            "`from` is longer than `to`",
        ));
        return None;
    }
    Some((from, to))
}

fn read_limit(reader: &mut Reader, at: &At<'_>, retry: &mut Retry) {
    reader.object(at, &["attempt", "duration"]);
    retry.total_ms_max = at.get("duration").and_then(|duration| reader.duration(&duration));
    let Some(attempt) = at.get("attempt") else { return };
    reader.object(&attempt, &["count", "duration"]);
    let count = attempt
        .get("count")
        .and_then(|count| reader.whole(&count, u64::from(RETRIES_MAX)));
    retry.count_max = count.and_then(|count| u32::try_from(count).ok());
    retry.attempt_ms_max = attempt
        .get("duration")
        .and_then(|duration| reader.duration(&duration));
}
