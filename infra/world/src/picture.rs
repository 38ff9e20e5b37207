//! Codes as pictures.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qrcode::{Color, EcLevel, QrCode};

/// Pixels of a module's side.
const SCALE: usize = 4;
/// Modules of the empty border.
const MARGIN: usize = 3;

/// The PNG of a code's text, black on white. Empty for a text that no code can hold.
pub(crate) fn png(text: &str) -> Vec<u8> {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::L) else { return Vec::new() };
    let width = code.width();
    let side = (width + 2 * MARGIN) * SCALE;
    let module = |pixel: usize| (pixel / SCALE).checked_sub(MARGIN).filter(|module| *module < width);
    let is_dark = |x, y| module(x).zip(module(y)).is_some_and(|at| code[at] == Color::Dark);
    // A bit for each pixel, the first one highest, and white past the end of a line.
    let byte = |x: usize, y: usize| (x..x + 8).fold(0_u8, |byte, x| byte << 1 | u8::from(!is_dark(x, y)));
    let bytes: Vec<u8> =
        (0..side).flat_map(|y| (0..side).step_by(8).map(move |x| (x, y))).map(|(x, y)| byte(x, y)).collect();
    encode(side, &bytes).unwrap_or_default()
}

fn encode(side: usize, bytes: &[u8]) -> Option<Vec<u8>> {
    let side = u32::try_from(side).ok()?;
    let mut picture = Vec::new();
    let mut encoder = png::Encoder::new(&mut picture, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header().ok()?.write_image_data(bytes).ok()?;
    Some(picture)
}

/// The PNG as base64.
pub(crate) fn base64(text: &str) -> String {
    STANDARD.encode(png(text))
}

/// The PNG as a `data:` URL.
pub(crate) fn data_url(text: &str) -> String {
    format!("data:image/png;base64,{}", base64(text))
}
