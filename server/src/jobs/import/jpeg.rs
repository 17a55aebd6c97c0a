//! Facts about a JPEG that the decoder does not report: whether it is complete, and how many scans
//! it has. The decoder fills a truncated picture with grey and accepts it.

/// A JPEG, from one look over its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// It comes in several turns, each better than the one before: all of it is kept until the
    /// last, in more memory than the picture takes.
    pub(super) is_progressive: bool,
}

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
/// Frames that come in turns, with either way of packing.
const PROGRESSIVE: [u8; 2] = [0xc2, 0xca];

/// Nothing where it is no JPEG, or not all of one.
pub(super) fn look(bytes: &[u8]) -> Option<Look> {
    let mut rest = bytes.strip_prefix(&[0xff, START])?;
    let (mut is_progressive, mut has_scan) = (false, false);
    loop {
        let marker = next_marker(&mut rest)?;
        match marker {
            END => return has_scan.then_some(Look { is_progressive }),
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

/// The next marker, behind what was packed before it.
fn next_marker(rest: &mut &[u8]) -> Option<u8> {
    loop {
        let at = rest.iter().position(|byte| *byte == 0xff)?;
        *rest = rest.get(at + 1..)?;
        match rest.first()? {
            // It is a byte of the picture's, or a place to begin again.
            0x00 | 0x01 | 0xd0..=0xd7 => *rest = &rest[1..],
            // There may be any number of them.
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

    /// Headers with a thumbnail in them that has an end of its own, a scan, and the end.
    const WHOLE: &[u8] = &[
        0xff, 0xd8, // begins
        0xff, 0xe1, 0x00, 0x06, 0xff, 0xd8, 0xff, 0xd9, // what came with it
        0xff, 0xc0, 0x00, 0x03, 0x08, // the frame
        0xff, 0xda, 0x00, 0x03, 0x01, 0x11, 0xff, 0x00, 0x22, 0xff, 0xd0, 0x33, // the scan
        0xff, 0xff, 0xd9, // ends
    ];

    #[test]
    fn whatever_is_cut_off_of_it_it_is_not_whole() {
        let is_progressive = false;
        assert_eq!(look(WHOLE), Some(Look { is_progressive }));
        let more = [WHOLE, b"and what others have written behind it"].concat();
        assert_eq!(look(&more), Some(Look { is_progressive }));
        for end in 0..WHOLE.len() {
            assert_eq!(look(&WHOLE[..end]), None, "{end}");
        }
    }

    #[test]
    fn one_that_comes_in_turns_is_told_by_its_frame() {
        let mut turns = WHOLE.to_vec();
        turns[11] = 0xc2;
        let is_progressive = true;
        assert_eq!(look(&turns), Some(Look { is_progressive }));
    }

    #[test]
    fn headers_alone_are_no_picture() {
        assert_eq!(look(&[0xff, 0xd8, 0xff, 0xd9]), None);
        assert_eq!(look(b"not a picture"), None);
    }
}
