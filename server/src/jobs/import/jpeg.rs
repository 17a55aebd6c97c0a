//! Facts about a JPEG that the decoder does not report: whether it is complete, and whether it is
//! progressive. The decoder fills a truncated picture with grey and accepts it.

/// The structure of a JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Structure {
    /// Whether the JPEG is progressive. Then the decoder keeps the coefficients of all scans, which
    /// take more memory than the picture.
    pub(super) is_progressive: bool,
}

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
/// The frame markers of progressive JPEGs, with Huffman and arithmetic coding.
const PROGRESSIVE: [u8; 2] = [0xc2, 0xca];

/// Scans the markers. `None` if the bytes are not a complete JPEG.
pub(super) fn scan(bytes: &[u8]) -> Option<Structure> {
    let mut rest = bytes.strip_prefix(&[0xff, START])?;
    let (mut is_progressive, mut has_scan) = (false, false);
    loop {
        let marker = next_marker(&mut rest)?;
        match marker {
            END => return has_scan.then_some(Structure { is_progressive }),
            START => {}
            _ => {
                is_progressive |= PROGRESSIVE.contains(&marker);
                has_scan |= marker == SCAN;
                let (length, _) = rest.split_first_chunk()?;
                rest = rest.get(usize::from(u16::from_be_bytes(*length))..)?;
            }
        }
    }
}

/// The next marker, after any entropy-coded data.
fn next_marker(rest: &mut &[u8]) -> Option<u8> {
    loop {
        let at = rest.iter().position(|byte| *byte == 0xff)?;
        *rest = rest.get(at + 1..)?;
        match rest.first()? {
            // A stuffed byte, or a marker without a length (TEM, restart).
            0x00 | 0x01 | 0xd0..=0xd7 => *rest = &rest[1..],
            // Any number of fill bytes may precede a marker.
            0xff => {}
            marker => {
                *rest = &rest[1..];
                return Some(*marker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A complete JPEG, whose headers contain a thumbnail with an end marker of its own.
    const WHOLE: &[u8] = &[
        0xff, 0xd8, // start of image
        0xff, 0xe1, 0x00, 0x06, 0xff, 0xd8, 0xff, 0xd9, // Exif with a thumbnail
        0xff, 0xc0, 0x00, 0x03, 0x08, // the frame
        0xff, 0xda, 0x00, 0x03, 0x01, 0x11, 0xff, 0x00, 0x22, 0xff, 0xd0, 0x33, // the scan
        0xff, 0xff, 0xd9, // end of image
    ];

    #[test]
    fn a_truncated_jpeg_is_recognized() {
        let is_progressive = false;
        assert_eq!(scan(WHOLE), Some(Structure { is_progressive }));
        let more = [WHOLE, b"bytes that some programs add at the end"].concat();
        assert_eq!(scan(&more), Some(Structure { is_progressive }));
        for end in 0..WHOLE.len() {
            assert_eq!(scan(&WHOLE[..end]), None, "{end}");
        }
    }

    #[test]
    fn a_progressive_jpeg_is_recognized_by_its_frame() {
        let mut progressive = WHOLE.to_vec();
        progressive[11] = 0xc2;
        let is_progressive = true;
        assert_eq!(scan(&progressive), Some(Structure { is_progressive }));
    }

    #[test]
    fn headers_alone_are_not_a_picture() {
        assert_eq!(scan(&[0xff, 0xd8, 0xff, 0xd9]), None);
        assert_eq!(scan(b"not a picture"), None);
    }
}
