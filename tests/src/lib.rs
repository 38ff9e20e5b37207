//! What no room can show alone: the template, the bundle run end to end, and what a crash leaves behind.
#![cfg(test)]

mod template;
