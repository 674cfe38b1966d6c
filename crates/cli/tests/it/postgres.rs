//! A PostgreSQL of one test alone, because the test stops it. It listens on a socket in its own folder, so that no
//! other program can take its address while it is down.

use std::{
    fs::OpenOptions,
    io::{BufRead, BufReader, Write},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
};

use db::testing::POSTGRES_URL_VARIABLE;
use rustix::process::{Pid, Signal, geteuid, kill_process};

const USER: &str = "guildhall";

/// The server; ended when dropped.
pub struct Postgres {
    programs: PathBuf,
    folder: tempfile::TempDir,
    running: Option<Running>,
}

struct Running {
    server: Child,
    // Kept open: a server that cannot write its log dies of it.
    _log: std::thread::JoinHandle<()>,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.crash();
    }
}

impl Postgres {
    /// Makes and starts one; `None` where PostgreSQL is not tested or its programs are not on this machine.
    pub fn start() -> Option<Self> {
        let asked = std::env::var_os(POSTGRES_URL_VARIABLE).is_some();
        let Some(programs) = asked.then(programs).flatten() else {
            eprintln!(
                "not run: {POSTGRES_URL_VARIABLE} is not set, or the programs of PostgreSQL are not here"
            );
            return None;
        };
        let folder = tempfile::Builder::new()
            .prefix("guildhall-pg-")
            .tempdir()
            .unwrap();
        if let Some((user, group)) = owner() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let mut postgres = Self {
            programs,
            folder,
            running: None,
        };
        postgres.initialize();
        postgres.run();
        Some(postgres)
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        format!(
            "postgres://{USER}@localhost/postgres?host={}",
            self.folder.path().display()
        )
    }

    fn initialize(&self) {
        let mut command = self.program("initdb");
        command.arg("-D").arg(self.data());
        command.args([
            "-U",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        let made = command.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    /// Starts it, and waits until it accepts connections.
    pub fn run(&mut self) {
        assert!(self.running.is_none(), "it runs");
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data());
        let sockets = format!("unix_socket_directories={}", self.folder.path().display());
        for setting in [
            &*sockets,
            "listen_addresses=",
            "lc_messages=C",
            "logging_collector=off",
        ] {
            command.args(["-c", setting]);
        }
        let mut server = command
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let log = await_ready(BufReader::new(server.stderr.take().unwrap()));
        self.running = Some(Running { server, _log: log });
    }

    /// Ends it as a power cut would: nothing is told to anybody, and it recovers from its log when it starts again.
    pub fn crash(&mut self) {
        self.end(Signal::QUIT);
    }

    /// Ends it in order: open connections are told and closed.
    pub fn stop(&mut self) {
        self.end(Signal::INT);
    }

    /// Changes a setting, as whoever administers it would: connections that are open see it too.
    pub fn set(&self, setting: &str) {
        let file = self.data().join("postgresql.conf");
        let mut settings = OpenOptions::new().append(true).open(file).unwrap();
        writeln!(settings, "{setting}").unwrap();
        let server = Pid::from_child(&self.running.as_ref().unwrap().server);
        kill_process(server, Signal::HUP).unwrap();
    }

    /// Says who may connect from now on: everybody or nobody. Who is connected stays.
    pub fn let_in(&self, everybody: bool) {
        let method = if everybody { "trust" } else { "reject" };
        std::fs::write(
            self.data().join("pg_hba.conf"),
            format!("local all all {method}\n"),
        )
        .unwrap();
        if let Some(running) = &self.running {
            kill_process(Pid::from_child(&running.server), Signal::HUP).unwrap();
        }
    }

    /// Stops it where it stands: connections are accepted by the operating system alone, nothing is answered or closed.
    #[cfg(target_os = "linux")]
    pub fn freeze(&mut self) {
        self.signal_all(Signal::STOP);
    }

    /// Lets it go on.
    #[cfg(target_os = "linux")]
    pub fn thaw(&mut self) {
        self.signal_all(Signal::CONT);
    }

    /// The server first, so that it starts no further process meanwhile.
    #[cfg(target_os = "linux")]
    fn signal_all(&self, signal: Signal) {
        let server = Pid::from_child(&self.running.as_ref().unwrap().server);
        kill_process(server, signal).unwrap();
        let number = server.as_raw_nonzero();
        let children = std::fs::read_to_string(format!("/proc/{number}/task/{number}/children")).unwrap();
        for child in children.split_whitespace() {
            let child = Pid::from_raw(child.parse().unwrap()).unwrap();
            // One that has just ended is in nobody's way.
            let _ = kill_process(child, signal);
        }
    }

    fn end(&mut self, signal: Signal) {
        if let Some(mut running) = self.running.take() {
            let server = Pid::from_child(&running.server);
            let _ = kill_process(server, signal);
            // A test that failed may leave it frozen.
            let _ = kill_process(server, Signal::CONT);
            let _ = running.server.wait();
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        if let Some((user, group)) = owner() {
            command.uid(user).gid(group);
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }
}

/// Reads the log up to the line that says so, and lets somebody read the rest.
fn await_ready(mut log: BufReader<ChildStderr>) -> std::thread::JoinHandle<()> {
    let mut said = String::new();
    while !said.contains("ready to accept connections") {
        assert_ne!(
            log.read_line(&mut said).unwrap(),
            0,
            "PostgreSQL does not start: {said}"
        );
    }
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut log, &mut std::io::sink());
    })
}

/// User and group that it runs as: it refuses to be root.
fn owner() -> Option<(u32, u32)> {
    let number = |flag: &str| -> u32 {
        let said = Command::new("id").args([flag, "postgres"]).output().unwrap();
        String::from_utf8(said.stdout).unwrap().trim().parse().unwrap()
    };
    geteuid().is_root().then(|| (number("-u"), number("-g")))
}

/// The folder of the server programs: on the path, or where distributions put them.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for parent in ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt"] {
        let versions = std::fs::read_dir(parent).into_iter().flatten().flatten();
        folders.extend(versions.map(|version| version.path().join("bin")));
    }
    let whole = |folder: &Path| {
        ["initdb", "postgres"]
            .iter()
            .all(|program| folder.join(program).is_file())
    };
    folders.into_iter().filter(|folder| whole(folder)).max()
}
