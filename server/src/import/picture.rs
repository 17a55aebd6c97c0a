//! A picture that somebody has sent, made into a cover. What it is is told by its bytes and
//! not by its name; how large it is before it is decoded.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, webp::WebPEncoder},
    imageops::FilterType,
};
use sha2::{Digest, Sha256};
use shop::Trouble;
use store::imports::{CoverFormat, NewCover};

/// Pixels: more than a scan of two pages has. Decoded they take 160 MB at most, and one
/// picture is decoded at a time.
const MOST_PIXELS: u64 = 40_000_000;
const MOST_SIDE: u32 = 20_000;
const MOST_MEMORY: u64 = 512 * 1024 * 1024;
/// Widths, in pixels.
const SMALL: u32 = 320;
const LARGE: u32 = 640;
/// A cover is no banner: of something taller only so much is kept.
const TALLEST: u32 = 4;
/// Of 100: nobody sees a difference, and it is a fifth as large.
const QUALITY: u8 = 84;

/// Makes a cover of a picture. It takes a core for some tenths of a second.
pub(super) fn cover(bytes: &[u8]) -> Result<NewCover, Trouble> {
    let picture = decoded(bytes)?;
    let width = picture.width();
    let tallest = width.saturating_mul(TALLEST);
    let picture = match picture.height() > tallest {
        true => picture.crop_imm(0, 0, width, tallest),
        false => picture,
    };
    let large = narrowed(&picture, LARGE);
    let small = narrowed(&large, SMALL);
    let (format, large) = smallest(&large)?;
    let small = match format {
        CoverFormat::Webp => webp(&small),
        CoverFormat::Jpeg => jpeg(&small),
    };
    Ok(NewCover {
        source: source(bytes),
        format,
        small: small?,
        large,
    })
}

/// By what a picture is known again.
pub(super) fn source(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn decoded(bytes: &[u8]) -> Result<DynamicImage, Trouble> {
    let none = |_| Trouble::NoPicture;
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let mut reader = reader.map_err(|_| Trouble::NoPicture)?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP];
    if !reader
        .format()
        .is_some_and(|format| known.contains(&format))
    {
        return Err(Trouble::NoPicture);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => too_many(),
        _ => Trouble::NoPicture,
    })?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(too_many());
    }
    let orientation = decoder.orientation().map_err(none)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(none)?;
    // Nothing that came with it goes on: neither where it was taken nor with what.
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn too_many() -> Trouble {
    let most = u32::try_from(MOST_PIXELS / 1_000_000).unwrap_or(u32::MAX);
    Trouble::TooManyPixels { most }
}

/// No wider than so many pixels; what is narrower stays as it is.
fn narrowed(picture: &DynamicImage, width: u32) -> DynamicImage {
    if picture.width() <= width {
        return picture.clone();
    }
    let (of, high) = (u64::from(picture.width()), u64::from(picture.height()));
    let height = u32::try_from(high * u64::from(width) / of).unwrap_or(width);
    picture.resize_exact(width, height.max(1), FilterType::CatmullRom)
}

/// The better of two: without loss a drawing is smaller, with some a photograph.
fn smallest(picture: &DynamicImage) -> Result<(CoverFormat, Vec<u8>), Trouble> {
    let (webp, jpeg) = (webp(picture)?, jpeg(picture)?);
    // What can be seen through stays so, which JPEG cannot.
    let clear = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|one| one[3] < 255);
    match clear || webp.len() <= jpeg.len() {
        true => Ok((CoverFormat::Webp, webp)),
        false => Ok((CoverFormat::Jpeg, jpeg)),
    }
}

fn webp(picture: &DynamicImage) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let encoder = WebPEncoder::new_lossless(&mut bytes);
    let picture = DynamicImage::from(picture.to_rgba8());
    let written = picture.write_with_encoder(encoder);
    written.map_err(|_| Trouble::NoPicture)?;
    Ok(bytes)
}

fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    let picture = DynamicImage::from(picture.to_rgb8());
    let written = picture.write_with_encoder(encoder);
    written.map_err(|_| Trouble::NoPicture)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory(bytes).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn a_picture_of_any_kind_becomes_two_of_the_right_sizes() {
        let picture = DynamicImage::new_rgb8(800, 1_200);
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let cover = cover(&sent(&picture, format)).unwrap();
            assert_eq!(size(&cover.small), (320, 480));
            assert_eq!(size(&cover.large), (640, 960));
        }
        let narrow = cover(&sent(&DynamicImage::new_rgb8(200, 300), ImageFormat::Png)).unwrap();
        assert_eq!(
            (size(&narrow.small), size(&narrow.large)),
            ((200, 300), (200, 300))
        );
    }

    #[test]
    fn a_drawing_is_kept_without_loss_and_a_photograph_with_some() {
        let drawing = sent(&DynamicImage::new_rgb8(640, 960), ImageFormat::Png);
        assert_eq!(cover(&drawing).unwrap().format, CoverFormat::Webp);
        let mut noise = 1_u32;
        let photograph = image::RgbImage::from_fn(640, 960, |_, _| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Rgb([0, 8, 16].map(|shift| (noise >> (shift + 4)) as u8))
        });
        let photograph = sent(&photograph.into(), ImageFormat::Png);
        assert_eq!(cover(&photograph).unwrap().format, CoverFormat::Jpeg);
    }

    #[test]
    fn what_is_no_picture_or_only_half_of_one_is_refused() {
        let png = sent(&DynamicImage::new_rgb8(64, 64), ImageFormat::Png);
        for bad in [
            &b""[..],
            b"not a picture",
            b"GIF89a\x01\0\x01\0",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            &png[..png.len() / 2],
        ] {
            assert_eq!(
                cover(bad),
                Err(Trouble::NoPicture),
                "{}",
                bad.escape_ascii()
            );
        }
    }

    /// A few bytes that would be a gigabyte: seen by what they say of themselves.
    #[test]
    fn a_picture_with_too_many_pixels_is_refused_before_it_is_decoded() {
        for (width, height) in [(19_000, 19_000), (60_000, 60_000), (1, 50_000)] {
            let mut bomb = sent(&DynamicImage::new_rgb8(1, 1), ImageFormat::Png);
            // The header's chunk: its size, its name, then width and height, and a checksum.
            bomb[16..20].copy_from_slice(&u32::to_be_bytes(width));
            bomb[20..24].copy_from_slice(&u32::to_be_bytes(height));
            let sum = crc32(&bomb[12..29]);
            bomb[29..33].copy_from_slice(&sum.to_be_bytes());
            let most = 40;
            assert_eq!(
                cover(&bomb),
                Err(Trouble::TooManyPixels { most }),
                "{width}×{height}"
            );
        }
    }

    /// As PNG has it (ISO 3309).
    fn crc32(bytes: &[u8]) -> u32 {
        let each = |sum: u32, byte: &u8| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
            })
        };
        !bytes.iter().fold(u32::MAX, each)
    }
}
