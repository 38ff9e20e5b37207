//! The options of a run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

/// The options of a run; [`Options::default`] is for tests: nothing kept, a free port, no output.
#[derive(Clone)]
pub struct Options {
    /// File of the template; the workspace's own by default.
    pub template: PathBuf,
    /// Folder of the functions' programs; that of the running program if `None`.
    pub programs: Option<PathBuf>,
    /// Port of the page, the API and everything else; 0 for a free one.
    pub port: u16,
    /// The folder for the tables and, at a clean end, for all that waits in queues. If `None`, nothing outlives the run.
    pub data: Option<PathBuf>,
    /// The time that the clock shows at the start, UTC; this machine's time if `None`.
    pub start: Option<DateTime<Utc>>,
    /// Template parameters that are not to have the run's own values or the template's defaults.
    pub parameters: BTreeMap<String, String>,
    /// Decides ids and chances of the engine; time decides if `None`.
    pub seed: Option<u64>,
    /// Whether what the functions write goes to standard error.
    pub show_logs: bool,
    /// Whether a line for each request goes there.
    pub show_requests: bool,
    /// Messages that the simulated outside remembers at most; all of them if `None`.
    pub remember: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            template: workspace().join("template.yaml"),
            programs: None,
            port: 0,
            data: None,
            start: None,
            parameters: BTreeMap::new(),
            seed: None,
            show_logs: false,
            show_requests: false,
            remember: None,
        }
    }
}

/// The root folder of this workspace, two above the crate's.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}
