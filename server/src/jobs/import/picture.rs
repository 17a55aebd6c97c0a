//! Makes a cover from an uploaded picture. The format is recognized by the content, not the name;
//! the size is checked before decoding.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::webp::WebPEncoder,
    imageops::FilterType,
};
use sha2::{Digest, Sha256};
use shop::LineProblem;
use store::imports::{CoverFormat, NewCover};

use super::jpeg;

/// The most pixels: more than a scan of two pages has.
const MOST_PIXELS: u64 = 40_000_000;
/// The most pixels of a progressive JPEG: decoding takes nine bytes for each.
const MOST_PROGRESSIVE_PIXELS: u64 = 16_000_000;
const MOST_SIDE: u32 = 20_000;
/// The most memory for a decoded picture: four channels of eight bits. One is decoded at a time.
const MOST_DECODED: u64 = 4 * MOST_PIXELS;
/// The most memory for a PNG's metadata. It is unpacked before the size of the picture is known.
const MOST_METADATA: u64 = 8 * 1024 * 1024;
/// The widths of a cover's two pictures, in pixels.
const SMALL: u32 = 320;
const LARGE: u32 = 640;
/// The largest ratio of height to width; taller pictures are cropped.
const TALLEST: u32 = 4;
/// WebP quality, out of 100: no visible loss at a fifth of the size.
const QUALITY: f32 = 82.0;

/// Makes a cover from a picture. This uses one core for some tenths of a second.
pub(crate) fn cover(bytes: &[u8]) -> Result<NewCover, LineProblem> {
    let picture = decoded(bytes)?;
    let width = picture.width();
    let tallest = width.saturating_mul(TALLEST);
    let picture = match picture.height() > tallest {
        true => picture.crop_imm(0, 0, width, tallest),
        false => picture,
    };
    let large = narrowed(&picture, LARGE);
    let small = narrowed(&large, SMALL);
    Ok(NewCover {
        source: source(bytes),
        format: CoverFormat::Webp,
        small: webp(&small)?,
        large: webp(&large)?,
    })
}

/// The hash by which a picture is recognized.
pub(super) fn source(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn decoded(bytes: &[u8]) -> Result<DynamicImage, LineProblem> {
    let none = |_| LineProblem::NoPicture;
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let mut reader = reader.map_err(|_| LineProblem::NoPicture)?;
    let (most_memory, most_pixels) = match reader.format() {
        Some(ImageFormat::Png) => (MOST_METADATA, MOST_PIXELS),
        Some(ImageFormat::Jpeg) => match jpeg::scan(bytes).ok_or(LineProblem::NoPicture)? {
            jpeg::Structure {
                is_progressive: true,
            } => (MOST_DECODED, MOST_PROGRESSIVE_PIXELS),
            jpeg::Structure {
                is_progressive: false,
            } => (MOST_DECODED, MOST_PIXELS),
        },
        Some(ImageFormat::WebP) => (MOST_DECODED, MOST_PIXELS),
        _ => return Err(LineProblem::NoPicture),
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(most_memory);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => too_many(most_pixels),
        _ => LineProblem::NoPicture,
    })?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > most_pixels || decoder.total_bytes() > MOST_DECODED {
        return Err(too_many(most_pixels));
    }
    let orientation = decoder.orientation().map_err(none)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(none)?;
    // The picture is scaled down first, because rotating takes as much memory again.
    let mut picture = roughly_narrowed(picture);
    // The orientation is applied here, because the cover keeps no metadata (such as the place).
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Scales to at most twice the width of a cover, in either orientation.
fn roughly_narrowed(picture: DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let shorter = width.min(height);
    if shorter <= 2 * LARGE {
        return picture;
    }
    let shrunk = |side: u32| {
        let side = u64::from(side) * u64::from(2 * LARGE) / u64::from(shorter);
        u32::try_from(side).unwrap_or(u32::MAX)
    };
    picture.thumbnail_exact(shrunk(width), shrunk(height))
}

fn too_many(most: u64) -> LineProblem {
    let most = u32::try_from(most / 1_000_000).unwrap_or(u32::MAX);
    LineProblem::TooManyPixels { most }
}

/// Scales to at most this many pixels wide.
fn narrowed(picture: &DynamicImage, width: u32) -> DynamicImage {
    if picture.width() <= width {
        return picture.clone();
    }
    let (of, high) = (u64::from(picture.width()), u64::from(picture.height()));
    let height = u32::try_from(high * u64::from(width) / of).unwrap_or(width);
    picture.resize_exact(width, height.max(1), FilterType::CatmullRom)
}

/// The smaller of two encodings: lossless, mostly for drawings, or lossy, for photographs.
fn webp(picture: &DynamicImage) -> Result<Vec<u8>, LineProblem> {
    let picture = picture.to_rgba8();
    let (width, height) = picture.dimensions();
    let with_loss = webp::Encoder::from_rgba(picture.as_raw(), width, height);
    let with_loss = with_loss
        .encode_simple(false, QUALITY)
        .map_err(|_| LineProblem::NoPicture)?;
    let mut without = Vec::new();
    let encoder = WebPEncoder::new_lossless(&mut without);
    let written = DynamicImage::from(picture).write_with_encoder(encoder);
    written.map_err(|_| LineProblem::NoPicture)?;
    match without.len() <= with_loss.len() {
        true => Ok(without),
        false => Ok(with_loss.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory(bytes).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn every_format_becomes_two_pictures_of_the_right_sizes() {
        let picture = DynamicImage::new_rgb8(800, 1_200);
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let cover = cover(&encoded(&picture, format)).unwrap();
            assert_eq!(size(&cover.small), (320, 480));
            assert_eq!(size(&cover.large), (640, 960));
        }
        let narrow = cover(&encoded(
            &DynamicImage::new_rgb8(200, 300),
            ImageFormat::Png,
        ))
        .unwrap();
        assert_eq!(
            (size(&narrow.small), size(&narrow.large)),
            ((200, 300), (200, 300))
        );
    }

    #[test]
    fn a_drawing_is_stored_lossless_and_a_photograph_lossy() {
        // The first chunk names the encoding.
        let kept = |encoded: &[u8]| {
            let cover = cover(encoded).unwrap();
            assert_eq!(cover.format, CoverFormat::Webp);
            let lossless = &cover.large[12..16] == b"VP8L";
            (lossless, cover.large.len())
        };
        let drawing = encoded(&DynamicImage::new_rgb8(640, 960), ImageFormat::Png);
        assert!(kept(&drawing).0);
        let mut noise = 1_u32;
        let photograph = image::RgbImage::from_fn(640, 960, |_, _| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Rgb([0, 8, 16].map(|shift| (noise >> (shift + 4)) as u8))
        });
        let photograph = encoded(&photograph.into(), ImageFormat::Png);
        let (lossless, size) = kept(&photograph);
        assert!(!lossless && size < photograph.len() / 3, "{size}");
    }

    /// One picture has metadata that unpacks to hundreds of megabytes, and another has twice the
    /// usual bit depth. The test runs in a process of its own, because memory is measured per
    /// process.
    #[test]
    fn a_picture_is_decoded_within_the_memory_limit() {
        const ALONE: &str = "BURTS_TEST_ALONE";
        if std::env::var_os(ALONE).is_none() {
            let name = std::thread::current().name().unwrap().to_owned();
            let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
            let alone = alone
                .args(["--exact", &name, "--nocapture"])
                .env(ALONE, "1");
            let said = alone.output().unwrap();
            let text = String::from_utf8_lossy(&said.stdout);
            assert!(
                said.status.success() && text.contains("1 passed"),
                "{said:?}"
            );
            return;
        }
        let plain = encoded(&DynamicImage::new_rgb8(1, 1), ImageFormat::Png);
        let mut deep = encoded(&DynamicImage::new_rgba16(1, 1), ImageFormat::Png);
        deep[16..20].copy_from_slice(&u32::to_be_bytes(6_000));
        deep[20..24].copy_from_slice(&u32::to_be_bytes(6_000));
        let sum = crc32(&deep[12..29]);
        deep[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(cover(&deep), Err(LineProblem::TooManyPixels { most: 40 }));

        let mut profile = Vec::from(b"iCCPx\0\0");
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::copy(
            &mut std::io::Read::take(std::io::repeat(0), 300 * 1024 * 1024),
            &mut packed,
        )
        .unwrap();
        profile.extend(packed.finish().unwrap());
        let mut bomb = plain[..33].to_vec();
        bomb.extend(u32::try_from(profile.len() - 4).unwrap().to_be_bytes());
        let sum = crc32(&profile);
        bomb.extend(profile);
        bomb.extend(sum.to_be_bytes());
        bomb.extend(&plain[33..]);
        // The picture is decoded without its metadata.
        assert!(cover(&bomb).is_ok());
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap();
        let peak: u64 = peak.split_whitespace().nth(1).unwrap().parse().unwrap();
        assert!(peak < 100_000, "{peak} kB");
    }

    #[test]
    fn the_shorter_side_of_a_large_picture_is_scaled_to_twice_the_width_of_a_cover() {
        let large = DynamicImage::new_rgb8(3_000, 2_000);
        assert_eq!(
            (
                roughly_narrowed(large.clone()).width(),
                roughly_narrowed(large).height()
            ),
            (1_920, 1_280)
        );
    }

    #[test]
    fn an_invalid_or_truncated_picture_is_refused() {
        let [png, jpeg, webp] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP]
            .map(|format| encoded(&DynamicImage::new_rgb8(64, 64), format));
        for bad in [
            &b""[..],
            b"not a picture",
            b"GIF89a\x01\0\x01\0",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            &png[..png.len() / 2],
            &jpeg[..jpeg.len() / 2],
            &jpeg[..jpeg.len() - 2],
            &webp[..webp.len() / 2],
        ] {
            assert_eq!(
                cover(bad),
                Err(LineProblem::NoPicture),
                "{}",
                bad.escape_ascii()
            );
        }
    }

    /// The pictures are a few bytes long, but claim to have many pixels.
    #[test]
    fn a_picture_with_too_many_pixels_is_refused_before_it_is_decoded() {
        for (width, height) in [(19_000, 19_000), (60_000, 60_000), (1, 50_000)] {
            let mut bomb = encoded(&DynamicImage::new_rgb8(1, 1), ImageFormat::Png);
            // The header chunk: length, name, width and height, checksum.
            bomb[16..20].copy_from_slice(&u32::to_be_bytes(width));
            bomb[20..24].copy_from_slice(&u32::to_be_bytes(height));
            let sum = crc32(&bomb[12..29]);
            bomb[29..33].copy_from_slice(&sum.to_be_bytes());
            let most = 40;
            assert_eq!(
                cover(&bomb),
                Err(LineProblem::TooManyPixels { most }),
                "{width}×{height}"
            );
        }
    }

    /// A progressive JPEG takes more memory than its pixels.
    #[test]
    fn a_progressive_picture_has_a_lower_limit_of_pixels() {
        let mut large = encoded(&DynamicImage::new_rgb8(16, 16), ImageFormat::Jpeg);
        let frame = large
            .windows(2)
            .position(|two| two == [0xff, 0xc0])
            .unwrap();
        large[frame + 5..frame + 7].copy_from_slice(&u16::to_be_bytes(5_000));
        large[frame + 7..frame + 9].copy_from_slice(&u16::to_be_bytes(5_000));
        large[frame + 1] = 0xc2;
        assert_eq!(cover(&large), Err(LineProblem::TooManyPixels { most: 16 }));
    }

    /// The checksum of a PNG chunk (ISO 3309).
    fn crc32(bytes: &[u8]) -> u32 {
        let each = |sum: u32, byte: &u8| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
            })
        };
        !bytes.iter().fold(u32::MAX, each)
    }
}
