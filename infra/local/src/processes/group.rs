//! No process is left behind: all of them form one group, and its leader kills the group when the laptop is gone,
//! however it went.

use std::process::Stdio;

use tokio::process::{Child, ChildStdin, Command};

/// Waits for the end of its input, which comes with the end of the process that holds the other side.
const LEADER: &str = "read -r _; kill -9 0";

/// A group of processes that ends with this value or with the process that made it.
pub(super) struct Group {
    leader: Child,
    id: i32,
    held: Option<ChildStdin>,
}

impl Group {
    /// Starts the group's leader.
    pub(super) fn start() -> std::io::Result<Self> {
        let mut leader = Command::new("sh")
            .args(["-c", LEADER])
            .env_clear()
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let id = leader.id().and_then(|id| i32::try_from(id).ok()).unwrap_or_default();
        let held = leader.stdin.take();
        Ok(Self { leader, id, held })
    }

    /// For `process_group` of a command.
    pub(super) fn id(&self) -> i32 {
        self.id
    }

    /// Closes the pipe that holds the group.
    pub(super) fn let_go(&mut self) {
        self.held = None;
    }

    /// Kills the whole group and waits for its leader.
    pub(super) async fn end(&mut self) {
        self.let_go();
        // Whatever the leader's end was called, it is over.
        let _ = self.leader.wait().await;
    }
}
