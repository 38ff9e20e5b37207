//! The functions' programs: where they are, and how they are built.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

/// Why there are no programs; one clear line, with what the compiler said below.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// The build failed; with the compiler's own words.
    #[error("the functions do not build\n{0}")]
    Build(String),
    /// Cargo could not be started.
    #[error("cargo cannot be run: {0}")]
    Cargo(std::io::Error),
    /// A program is not where it should be.
    #[error("function {function} has no program: {} is not there", path.display())]
    Missing {
        /// Name of the function, which is that of its program.
        function: String,
        /// The path at which it should be.
        path: PathBuf,
    },
    /// The folder of this program is unknown.
    #[error("the folder of the programs cannot be found: {0}")]
    Folder(std::io::Error),
}

/// The folder of this program's siblings: that of the running one, or the one above if it is a test or an example.
pub fn folder() -> Result<PathBuf, ProgramError> {
    let program = std::env::current_exe().map_err(ProgramError::Folder)?;
    let folder = program.parent().unwrap_or(Path::new("."));
    let inner = folder.file_name().is_some_and(|name| name == "deps" || name == "examples");
    Ok(if inner { folder.parent().unwrap_or(folder) } else { folder }.to_path_buf())
}

/// Builds the functions into the folder that this program came from, silently unless it fails. The workspace as a whole:
/// so cargo chooses the same features as for this program and compiles nothing twice.
pub async fn build(manifest: &Path) -> Result<(), ProgramError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let folder = folder()?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(profile) => profile,
    };
    let mut command = Command::new(cargo);
    // The variables that cargo set for this program: a build script that reads one would run again.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command.args(["build", "--quiet", "--workspace", "--bins", "--profile", profile, "--manifest-path"]).arg(manifest);
    if let Some(target) = folder.parent() {
        command.arg("--target-dir").arg(target);
    }
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await.map_err(ProgramError::Cargo)?;
    if output.status.success() {
        return Ok(());
    }
    Err(ProgramError::Build(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()))
}

/// The absolute path of the program of `function` in `folder`.
pub fn find(folder: &Path, function: &str) -> Result<PathBuf, ProgramError> {
    // A function runs in a folder of its own.
    let path = std::path::absolute(folder.join(function)).map_err(ProgramError::Folder)?;
    if path.is_file() { Ok(path) } else { Err(ProgramError::Missing { function: function.to_owned(), path }) }
}
