//! The function as it is served.

#[cfg(test)]
mod answers;
