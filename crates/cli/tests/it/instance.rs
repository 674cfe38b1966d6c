//! An instance in a folder of its own, and the processes that serve it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio},
};

use db::{
    Db, Options,
    testing::{TestDb, runtime},
};
use rustix::process::{Pid, Signal, kill_process};

/// Where an instance is kept. Removed when dropped.
pub struct Instance {
    folder: tempfile::TempDir,
    database: Option<String>,
    on_server: Option<TestDb>,
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(database) = self.on_server.take() {
            runtime().block_on(database.remove());
        }
    }
}

impl Instance {
    /// With the embedded database.
    pub fn on_sqlite() -> Self {
        Self::new(None)
    }

    /// On the PostgreSQL that tests are given; `None` when they are given none.
    pub fn on_postgres() -> Option<Self> {
        let database = runtime().block_on(TestDb::postgres())?;
        let Options::Postgres(url) = database.options().clone() else {
            unreachable!("it is PostgreSQL")
        };
        let mut instance = Self::at(&url);
        instance.on_server = Some(database);
        Some(instance)
    }

    /// In the database of this URL.
    pub fn at(url: &str) -> Self {
        Self::new(Some(url.to_owned()))
    }

    fn new(database: Option<String>) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            database,
            on_server: None,
        }
    }

    /// The folder of the instance.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The file of the embedded database.
    pub fn file(&self) -> PathBuf {
        self.data().join("guildhall.db")
    }

    /// Its database, opened beside the servers.
    pub async fn open(&self) -> Db {
        let options = match &self.database {
            Some(url) => Options::Postgres(url.clone()),
            None => Options::Sqlite(self.file()),
        };
        Db::open(&options).await.unwrap()
    }

    /// Changes what is stored by these statements, behind the back of the servers.
    pub fn tamper(&self, statements: &[&'static str]) {
        runtime().block_on(async {
            let db = self.open().await;
            let mut tx = db.begin_write().await.unwrap();
            for statement in statements {
                db::testing::run(&mut tx, statement).await.unwrap();
            }
            tx.commit().await.unwrap();
            db.close().await;
        });
    }

    /// The file of the instance key.
    pub fn key(&self) -> PathBuf {
        self.data().join("instance.key")
    }

    /// A file beside the instance.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command to its end, with what is typed into it.
    pub fn run(&self, command: &str, arguments: &[&str], typed: &str) -> Said {
        let mut child = self
            .command(command)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Who reads nothing ends first, which is no fault of ours.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let output = child.wait_with_output().unwrap();
        Said {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The binary, told where the instance is.
    pub fn command(&self, command: &str) -> Command {
        self.told(Command::new(binary()), command)
    }

    fn told(&self, mut program: Command, command: &str) -> Command {
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GUILDHALL_")) {
            program.env_remove(name);
        }
        program
            .arg(command)
            .arg("--data")
            .arg(self.folder.path().join("data"));
        if let Some(url) = &self.database {
            program.args(["--database", url]);
        }
        program.stdin(Stdio::null());
        program
    }

    /// Starts a server on a free port, whose flows may call this machine, and waits until it accepts connections.
    pub fn serve(&self) -> Server {
        self.serve_by(self.command("serve"), "127.0.0.1:0", "warn")
    }

    /// The same, when the deadline of whatever is held has passed.
    pub fn serve_after_deadlines(&self) -> Server {
        self.tamper(&["UPDATE holds SET deadline = 0 WHERE closed_at IS NULL"]);
        self.serve()
    }

    /// The same, with everything in the log that there is to be told, in this format.
    pub fn serve_telling_everything(&self, format: &str) -> Server {
        let mut command = self.command("serve");
        command.args(["--log-format", format]);
        self.serve_by(command, "127.0.0.1:0", "trace")
    }

    /// The same, reachable from elsewhere.
    pub fn serve_beyond_loopback(&self) -> Server {
        self.serve_by(self.command("serve"), "0.0.0.0:0", "warn")
    }

    /// The same, for a server that outlives a signal which would end it when a file grows over its limit: as on a
    /// full disk, the write fails instead.
    pub fn serve_with_bounded_files(&self) -> Server {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(binary());
        self.serve_by(self.told(shell, "serve"), "127.0.0.1:0", "warn")
    }

    fn serve_by(&self, mut command: Command, listen: &str, log: &str) -> Server {
        let mut child = command
            .args(["--listen", listen, "--log", log])
            .env("GUILDHALL_EGRESS_ALLOW_NETWORKS", "127.0.0.0/8")
            .stdout(Stdio::piped())
            .stderr(self.log())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut first).unwrap();
        let address: Option<SocketAddr> = first
            .trim_end()
            .strip_prefix("listening on http://")
            .and_then(|address| address.parse().ok());
        let server = Server {
            child,
            said,
            log: self.folder.path().join("server.log"),
            address: ([127, 0, 0, 1], address.map_or(0, |address| address.port())).into(),
        };
        assert!(address.is_some(), "the server does not start: {first:?}");
        server
    }

    /// What its servers have logged.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap()
    }

    fn log(&self) -> Stdio {
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.path().join("server.log"));
        file.unwrap().into()
    }

    /// Fails the test unless `guildhall doctor` finds everything in order, the books above all.
    #[track_caller]
    pub fn is_in_order(&self) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command("doctor").output().unwrap();
        let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
        assert!(status.success(), "doctor says:\n{said}");
        assert!(said.contains("the books of every workspace balance"), "{said}");
    }
}

/// What a command that has ended had to say.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// What it printed, when it says that it is done.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// Fails the test unless it ended with this code, nothing printed, and one sentence that has these words.
    #[track_caller]
    pub fn refused(&self, code: i32, words: &str) {
        let sentences: Vec<_> = self
            .err
            .lines()
            .filter(|line| line.starts_with("guildhall: "))
            .collect();
        assert_eq!(
            (self.code, self.out.as_str(), sentences.len()),
            (code, "", 1),
            "{self:?}"
        );
        assert!(sentences[0].contains(words), "{words:?} in {self:?}");
    }
}

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_guildhall"))
}

/// A running server. Killed when dropped, its log told when the test fails.
pub struct Server {
    child: Child,
    said: BufReader<ChildStdout>,
    log: PathBuf,
    pub address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let _ = writeln!(std::io::stderr(), "the log of the servers:\n{log}");
        }
    }
}

impl Server {
    /// Its process.
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        kill_process(self.pid(), Signal::TERM).unwrap();
    }

    /// Waits until it has ended.
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// The next line that it prints.
    pub fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// What else it prints until it ends, told to.
    pub fn last_words(mut self) -> String {
        self.terminate();
        let mut words = String::new();
        self.said.read_to_string(&mut words).unwrap();
        assert!(self.child.wait().unwrap().success());
        words
    }
}

/// Defines tests that run on both databases, from one text.
#[macro_export]
macro_rules! on_both {
    ($(fn $name:ident($instance:ident: Instance) $body:block)*) => {
        $(mod $name {
            use super::*;

            fn test($instance: $crate::instance::Instance) $body

            #[test]
            fn sqlite() {
                test($crate::instance::Instance::on_sqlite());
            }

            #[test]
            fn postgres() {
                if let Some(instance) = $crate::instance::Instance::on_postgres() {
                    test(instance);
                }
            }
        })*
    };
}
