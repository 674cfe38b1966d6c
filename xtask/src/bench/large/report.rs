//! The two instances side by side.

use serde_json::{Value, json};

use super::grow::Restored;
use super::measure::{Compared, Figures, Whole};
use super::{NAME, Size};
use crate::bench::load::Measured;
use crate::bench::options::Database;

/// At most so many times the small case.
const AIM: f64 = 1.2;

/// What came of the small instance and of the large one.
#[derive(Debug)]
pub struct Large {
    pub database: Database,
    pub size: Size,
    pub restored: [Restored; 2],
    pub figures: Figures,
}

impl Large {
    /// For people.
    pub fn table(&self) -> String {
        let Size {
            workspaces,
            keys,
            calls,
        } = self.size;
        let [few, many] = &self.figures.whole;
        let mut lines = vec![
            format!(
                "{}, {NAME}: {keys} keys in {workspaces} workspaces, {calls} calls; small: {}, {}, {}",
                self.database.name(),
                Size::SMALL.keys,
                Size::SMALL.workspaces,
                Size::SMALL.calls
            ),
            format!("small: {}", self.restored[0].line()),
            format!("large: {}", self.restored[1].line()),
            format!(
                "start to first answer {:.0} ms and {:.0} ms, memory at the end {:.1} MB and {:.1} MB",
                few.start_ms,
                many.start_ms,
                few.memory_bytes as f64 / 1e6,
                many.memory_bytes as f64 / 1e6
            ),
            format!(
                "verify with a charge, 50 workspaces: {:.2} and {:.2} of the ceiling: times {}",
                few.of_ceiling(),
                many.of_ceiling(),
                met(few.of_ceiling() / many.of_ceiling())
            ),
            format!(
                "{:<44} {:>12} {:>12} {:>10} {:>12} {:>12} {:>10} {:>8}  {}",
                "what", "small, p50", "p99", "CPU", "large, p50", "p99", "CPU", "p50", "CPU, aim 1.2"
            ),
        ];
        lines.extend(self.figures.compared.iter().map(Compared::line));
        lines.join("\n")
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let instance = |restored: &Restored, whole: &Whole| {
            json!({
                "backup_bytes": restored.file_bytes,
                "restore_seconds": restored.restore_seconds,
                "doctor_seconds": restored.doctor_seconds,
                "data_bytes": restored.data_bytes,
                "start_ms": whole.start_ms,
                "memory_bytes": whole.memory_bytes,
                "verify_of_ceiling": whole.of_ceiling(),
                "ceiling": whole.ceiling.report,
                "highest": whole.highest.report,
            })
        };
        let [small, large] = &self.restored;
        json!({
            "database": self.database.name(),
            "workspaces": self.size.workspaces,
            "keys": self.size.keys,
            "calls": self.size.calls,
            "small": instance(small, &self.figures.whole[0]),
            "large": instance(large, &self.figures.whole[1]),
            "requests": self.figures.compared.iter().map(Compared::json).collect::<Vec<_>>(),
        })
    }
}

impl Whole {
    fn of_ceiling(&self) -> f64 {
        self.highest.rps / self.ceiling.rps
    }
}

impl Compared {
    /// As soon as it is known.
    pub fn line(&self) -> String {
        let [small, large] = self.answers.each_ref().map(|answers| {
            let Measured { p50_ms, p99_ms, .. } = answers.measured;
            format!("{p50_ms:>9.2} ms {p99_ms:>9.2} ms {:>7.2} ms", answers.cpu_ms)
        });
        let cpu = met(self.cpu_ratio());
        format!(
            "{:<44} {small} {large} {:>8.2}  {cpu}",
            self.name,
            self.p50_ratio()
        )
    }

    fn json(&self) -> Value {
        let [small, large] = &self.answers;
        json!({
            "what": self.name,
            "p50_ratio": self.p50_ratio(),
            "cpu_ratio": self.cpu_ratio(),
            "small": {"cpu_ms": small.cpu_ms, "measured": small.measured.report},
            "large": {"cpu_ms": large.cpu_ms, "measured": large.measured.report},
        })
    }

    fn p50_ratio(&self) -> f64 {
        let [small, large] = &self.answers;
        large.measured.p50_ms / small.measured.p50_ms
    }

    fn cpu_ratio(&self) -> f64 {
        let [small, large] = &self.answers;
        large.cpu_ms / small.cpu_ms
    }
}

/// The ratio, and whether it is as it should be.
fn met(ratio: f64) -> String {
    let word = if ratio <= AIM { "aim" } else { "reported" };
    format!("{ratio:.2} {word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_with_the_instance_is_told_apart() {
        assert_eq!(met(0.9), "0.90 aim");
        assert_eq!(met(1.2), "1.20 aim");
        assert_eq!(met(7.0), "7.00 reported");
    }
}
