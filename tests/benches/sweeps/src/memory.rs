//! The memory of this process, as the kernel counts it (Linux): of the work and of the embedded DynamoDB, which keeps its
//! tables in a file here.

use std::io;

/// Forgets the peak so far.
pub fn reset_peak() -> io::Result<()> {
    std::fs::write("/proc/self/clear_refs", "5")
}

/// MB at the moment.
pub fn now() -> io::Result<f64> {
    read("VmRSS:")
}

/// MB at most since [`reset_peak`].
pub fn peak() -> io::Result<f64> {
    read("VmHWM:")
}

fn read(name: &str) -> io::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    kilobytes.map(|kilobytes| kilobytes / 1024.0).ok_or_else(|| io::Error::other(format!("no {name}")))
}
