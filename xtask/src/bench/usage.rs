//! What processes use, from `/proc`; and what folders hold.

use std::path::Path;

use anyhow::{Context, Result};

/// Memory that a process holds now.
pub fn resident_bytes(pid: i32) -> Result<u64> {
    let path = format!("/proc/{pid}/status");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    resident(&text).with_context(|| format!("{path} has no VmRSS"))
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Processor time of a process so far, with its children, living and ended.
pub fn cpu_seconds(pid: i32) -> Result<f64> {
    let own = read_stat(pid).with_context(|| format!("the process {pid} is gone"))?;
    let living: u64 = std::fs::read_dir("/proc")?
        .flatten()
        .filter_map(|entry| entry.file_name().to_string_lossy().parse().ok())
        .filter_map(read_stat)
        .filter(|stat| stat.parent == pid)
        .map(|stat| stat.ticks)
        .sum();
    Ok((own.ticks + own.children_ticks + living) as f64 / rustix::param::clock_ticks_per_second() as f64)
}

struct Stat {
    parent: i32,
    ticks: u64,
    /// Of children that have ended.
    children_ticks: u64,
}

fn read_stat(pid: i32) -> Option<Stat> {
    parse_stat(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Fields 4 and 14 to 17; counted after the name, which may hold spaces and parentheses.
fn parse_stat(text: &str) -> Option<Stat> {
    let (_, after_name) = text.rsplit_once(')')?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        ticks: number(11)? + number(12)?,
        children_ticks: number(13)? + number(14)?,
    })
}

/// What a write-ahead log and its index add: a space of fixed size, not a cost of a call.
const LOGS: [&str; 2] = ["-wal", "-shm"];

/// Bytes of all files below a folder, without SQLite's write-ahead log.
pub fn folder_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if LOGS.iter().any(|log| name.to_string_lossy().ends_with(log)) {
            continue;
        }
        // A file may go while we look.
        bytes += match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => folder_bytes(&entry.path())?,
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_files_are_read() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t    2048 kB\n"), Some(2048 * 1024));
        let stat =
            parse_stat("7 (a ) b) S 3 7 7 0 -1 4194304 100 0 0 0 250 50 7 3 20 0 1 0 100 1000 10").unwrap();
        assert_eq!((stat.parent, stat.ticks, stat.children_ticks), (3, 300, 10));
    }
}
