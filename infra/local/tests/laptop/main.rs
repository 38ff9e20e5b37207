//! The laptop as a whole, with one small program behind every function.

#[cfg(test)]
mod client;
#[cfg(test)]
mod program;
#[cfg(test)]
mod run;
