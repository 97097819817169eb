//! The table of a scenario.

use std::fmt::Write as _;
use std::path::PathBuf;

/// A table with its story.
pub struct Report {
    scenario: &'static str,
    text: String,
}

impl Report {
    /// Begins with title and what is measured.
    pub fn new(scenario: &'static str, what: &str) -> Self {
        let machine = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model =
            machine.lines().find_map(|l| l.strip_prefix("model name")).map_or("unknown CPU", |l| l.trim_start_matches([' ', '\t', ':']));
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        let date = chrono::Utc::now().format("%Y-%m-%d %H:%M UTC");
        Self { scenario, text: format!("# {scenario}\n\n{what}\n\n{date}, {cores} cores, {model}, shared machine.\n\n") }
    }

    /// A table; the first row is the head.
    pub fn table(&mut self, rows: &[Vec<String>]) {
        for (index, row) in rows.iter().enumerate() {
            let _ = writeln!(self.text, "| {} |", row.join(" | "));
            if index == 0 {
                let _ = writeln!(self.text, "|{}", "---|".repeat(row.len()));
            }
        }
        self.text.push('\n');
    }

    /// A sentence under the table.
    pub fn note(&mut self, text: &str) {
        let _ = writeln!(self.text, "{text}\n");
    }

    /// Prints it and writes the file.
    pub fn publish(self, out: Option<PathBuf>) -> anyhow::Result<()> {
        #[expect(clippy::print_stdout, reason = "the table is what the program is for")]
        {
            println!("{}", self.text);
        }
        let dir = out.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/results")));
        std::fs::create_dir_all(&dir)?;
        std::fs::write(dir.join(format!("{}.md", self.scenario)), self.text.trim_end().to_owned() + "\n")?;
        Ok(())
    }
}

/// The `q` quantile (0 to 1) of some numbers; 0 without any.
pub fn quantile(numbers: &[f64], q: f64) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * q).round() as usize).copied().unwrap_or(0.0)
}

/// With two decimals.
pub fn ms(milliseconds: f64) -> String {
    format!("{milliseconds:.2} ms")
}
