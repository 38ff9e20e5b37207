//! Several writers, crashes, and lost answers.
