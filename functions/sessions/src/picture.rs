//! A code as a picture.

use qrcode::render::svg;
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt;

/// Pixels of a module, the smallest square of a code.
const MODULE: usize = 8;
/// Modules of white around a code: readers want four.
const MARGIN: usize = 4;

/// Why there is no picture.
#[derive(Debug)]
pub(crate) enum PictureError {
    /// The text is too long for any code.
    Code(QrError),
    /// The picture could not be written.
    Png(png::EncodingError),
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(error) => write!(f, "the code cannot be drawn: {error}"),
            Self::Png(error) => write!(f, "the picture cannot be written: {error}"),
        }
    }
}

fn code(text: &str) -> Result<QrCode, PictureError> {
    QrCode::with_error_correction_level(text, EcLevel::L).map_err(PictureError::Code)
}

/// Scales to any size.
pub(crate) fn svg(text: &str) -> Result<String, PictureError> {
    Ok(code(text)?.render::<svg::Color<'_>>().min_dimensions(240, 240).build())
}

/// Black and white.
pub(crate) fn png(text: &str) -> Result<Vec<u8>, PictureError> {
    let code = code(text)?;
    let width = code.width();
    let side = (width + 2 * MARGIN) * MODULE;
    let colors = code.to_colors();
    let module = |x: usize, y: usize| {
        let (x, y) = (x / MODULE, y / MODULE);
        let inside = (MARGIN..MARGIN + width).contains(&x) && (MARGIN..MARGIN + width).contains(&y);
        inside.then(|| colors.get((y - MARGIN) * width + x - MARGIN)).flatten()
    };
    let pixel = |place: usize| if module(place % side, place / side) == Some(&Color::Dark) { 0 } else { 255 };
    let pixels: Vec<u8> = (0..side * side).map(pixel).collect();
    let mut file = Vec::new();
    let length = u32::try_from(side).unwrap_or_default();
    let mut encoder = png::Encoder::new(&mut file, length, length);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(PictureError::Png)?;
    writer.write_image_data(&pixels).map_err(PictureError::Png)?;
    writer.finish().map_err(PictureError::Png)?;
    Ok(file)
}
