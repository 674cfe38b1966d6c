//! Exports: a long list as a file, in CSV or one JSON object a line.
//!
//! It is streamed: each piece is a page of the list, read in a short transaction of its own. So an export neither holds
//! a transaction open nor the list in memory. It begins at the newest entry; what comes meanwhile is not in it, each of
//! the others once.

use std::{error::Error, future::Future, io};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, header};
use serde::Serialize;
use types::{Cursor, PAGE_LIMIT_MAX, Page, PageLimit, RequestId};

use crate::{
    extract::needed_word_parameter,
    problem::{Failure, Result},
};

/// How much a transaction reads.
pub const PAGE_LIMIT: PageLimit = match PageLimit::new(PAGE_LIMIT_MAX) {
    Some(limit) => limit,
    None => panic!("the most is allowed"),
};

/// A list that can be exported, for somebody.
pub trait Export: Send + Sync + Sized + 'static {
    /// What the file is called, without its ending.
    const NAME: &'static str;
    /// The first line of a CSV.
    const COLUMNS: &'static [&'static str];
    /// An entry.
    type Item: Send;
    /// An entry on the wire.
    type Line: Serialize;
    /// Why a page cannot be read.
    type Error: Error + Into<Failure> + Send + 'static;

    /// A page of at most [`PAGE_LIMIT`].
    fn page(
        &self,
        cursor: Option<&Cursor>,
    ) -> impl Future<Output = Result<Page<Self::Item>, Self::Error>> + Send;
    /// An entry as the cells of a CSV; texts of users go through [`no_formula`].
    fn cells(item: Self::Item) -> Vec<String>;
    /// An entry as JSON.
    fn line(item: Self::Item) -> Self::Line;
    /// For the log.
    fn request_id(&self) -> RequestId;
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header line.
    Csv,
    /// A JSON object a line.
    Ndjson,
}

impl Format {
    const ALL: &[Self] = &[Self::Csv, Self::Ndjson];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    /// From the query parameter `format`.
    pub fn of_parameter(text: &str) -> Result<Self> {
        needed_word_parameter("format", text, Self::ALL, Self::as_str)
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
        }
    }
}

/// The file. Its first page is read before the answer begins, so that whoever may not is told so.
pub async fn file<E: Export>(export: E, format: Format) -> Result<Response> {
    let first = export.page(None).await.map_err(Into::into)?;
    let name = format!("attachment; filename=\"{}.{}\"", E::NAME, format.as_str());
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(format.media_type()),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::try_from(name).map_err(Failure::internal)?,
        ),
    ];
    let chunks = stream::try_unfold((export, Step::First(first)), move |(export, step)| async move {
        let next = chunk(&export, format, step).await?;
        Ok::<_, io::Error>(next.map(|(chunk, step)| (chunk, (export, step))))
    });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// What is written next.
enum Step<T> {
    First(Page<T>),
    After(Cursor),
    Done,
}

/// The next piece of the file. An error breaks the answer off, which tells the client that it is not whole.
async fn chunk<E: Export>(
    export: &E,
    format: Format,
    step: Step<E::Item>,
) -> io::Result<Option<(Bytes, Step<E::Item>)>> {
    let (is_first, page) = match step {
        Step::First(page) => (true, page),
        Step::After(cursor) => {
            let page = export.page(Some(&cursor)).await;
            (false, page.map_err(|error| broken(export, &error))?)
        }
        Step::Done => return Ok(None),
    };
    let text = match format {
        Format::Csv => csv_of::<E>(page.items, is_first)?,
        Format::Ndjson => ndjson_of::<E>(page.items)?,
    };
    Ok(Some((text.into(), page.next.map_or(Step::Done, Step::After))))
}

fn broken<E: Export>(export: &E, error: &E::Error) -> io::Error {
    tracing::error!(
        request_id = %export.request_id(),
        error = error as &(dyn Error + 'static),
        "an export broke off"
    );
    io::Error::other("the export broke off")
}

fn csv_of<E: Export>(items: Vec<E::Item>, with_header: bool) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if with_header {
        writer.write_record(E::COLUMNS)?;
    }
    for item in items {
        writer.write_record(E::cells(item))?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

fn ndjson_of<E: Export>(items: Vec<E::Item>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for item in items {
        serde_json::to_writer(&mut text, &E::line(item))?;
        text.push(b'\n');
    }
    Ok(text)
}

/// A cell that may have no value.
pub fn or_empty(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A text that spreadsheets show and do not run.
/// OWASP, "CSV Injection": <https://owasp.org/www-community/attacks/CSV_Injection>.
pub fn no_formula(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}
