//! A line to PostgreSQL that is cut at a commit.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::Options;

/// What happens at the next commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// It never reaches the server.
    Before,
    /// It happens, and its answer is lost.
    After,
    /// The same, and then there is no line at all until [`Proxy::mend`].
    AfterAndStay,
}

/// Stands between us and PostgreSQL, and can cut the line at a commit.
#[derive(Debug)]
pub struct Proxy {
    database: Options,
    options: Options,
    line: Arc<Line>,
}

/// What all connections share.
#[derive(Debug, Default)]
struct Line(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    next_commit: Option<Cut>,
    is_down: bool,
}

impl Line {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The cut that is due, if this is a commit.
    fn cut_at(&self, bytes: &[u8]) -> Option<Cut> {
        let commits = bytes.windows(7).any(|bytes| bytes == b"COMMIT\0");
        self.with(|state| {
            let cut = state.next_commit.take_if(|_| commits);
            state.is_down |= cut == Some(Cut::AfterAndStay);
            cut
        })
    }
}

impl Proxy {
    /// In front of the server of this database, which must be PostgreSQL.
    pub async fn start(database: &Options) -> Self {
        let Options::Postgres(url) = database else {
            panic!("it is not PostgreSQL")
        };
        let authority = url.split('@').nth(1).and_then(|rest| rest.split('/').next());
        let server = authority.expect("the URL names a server").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("there is a free port");
        let here = listener.local_addr().expect("it has an address").to_string();
        let options = Options::Postgres(url.replace(&server, &here));
        let line = Arc::<Line>::default();
        let of_all = Arc::clone(&line);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if of_all.with(|line| line.is_down) {
                    continue;
                }
                let server = TcpStream::connect(&server)
                    .await
                    .expect("the test PostgreSQL answers");
                tokio::spawn(carry(client, server, Arc::clone(&of_all)));
            }
        });
        Self {
            database: database.clone(),
            options,
            line,
        }
    }

    /// How to open the database past it.
    pub const fn database(&self) -> &Options {
        &self.database
    }

    /// How to open the database through it.
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// Cuts the line at the next commit.
    pub fn cut(&self, cut: Cut) {
        self.line.with(|line| line.next_commit = Some(cut));
    }

    /// Has the line been cut as it was told?
    pub fn was_cut(&self) -> bool {
        self.line.with(|line| line.next_commit.is_none())
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.line.with(|line| line.is_down = false);
    }
}

async fn carry(client: TcpStream, server: TcpStream, line: Arc<Line>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut buffer = vec![0; 65_536];
    while let Ok(read) = from_client.read(&mut buffer).await {
        if read == 0 || line.with(|line| line.is_down) {
            break;
        }
        let cut = line.cut_at(&buffer[..read]);
        if cut.is_some() {
            back.abort();
        }
        if cut == Some(Cut::Before) || to_server.write_all(&buffer[..read]).await.is_err() || cut.is_some() {
            break;
        }
    }
    back.abort();
}
