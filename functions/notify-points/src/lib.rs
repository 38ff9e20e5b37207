//! notify-points
