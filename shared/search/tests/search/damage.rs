//! Objects that are not what was written.
