//! What becomes of a position that is outside of its axis.

#![forbid(unsafe_code)]

use crate::error::{Error, Result};
use crate::layout::counted;

/// What becomes of a position that is outside of its axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum IndexMode {
    /// An error; negative positions count from the end.
    Raise = 60,
    /// The axis begins again, as often as it takes, in either direction.
    Wrap = 61,
    /// The first element or the last, whichever is nearer.
    Clip = 62,
}

impl IndexMode {
    pub fn from_code(code: i32) -> Result<IndexMode> {
        Ok(match code {
            60 => IndexMode::Raise,
            61 => IndexMode::Wrap,
            62 => IndexMode::Clip,
            _ => return Err(Error::Argument { what: "the mode", value: code.into() }),
        })
    }

    /// The position that `index` means among `extent`, or `None` where there is none: outside of
    /// them under `Raise`, and always where there are no elements. 128 bits hold every integer that
    /// an index array can, so that none wraps on its way here.
    #[inline]
    pub fn position(self, index: i128, extent: i64) -> Option<i64> {
        let end = i128::from(extent);
        if (0..end).contains(&index) {
            return Some(index as i64);
        }
        if extent <= 0 {
            return None;
        }
        match self {
            IndexMode::Raise => counted(i64::try_from(index).ok()?, extent),
            IndexMode::Wrap => Some(index.rem_euclid(end) as i64),
            IndexMode::Clip => Some(index.clamp(0, end - 1) as i64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_mode_finds_a_position_or_none() {
        use IndexMode::*;
        let cases: [(IndexMode, i128, i64, Option<i64>); 17] = [
            (Raise, 0, 3, Some(0)),
            (Raise, 2, 3, Some(2)),
            (Raise, 3, 3, None),
            (Raise, -1, 3, Some(2)),
            (Raise, -3, 3, Some(0)),
            (Raise, -4, 3, None),
            (Raise, 0, 0, None),
            (Wrap, 3, 3, Some(0)),
            (Wrap, -1, 3, Some(2)),
            (Wrap, u64::MAX as i128, 10, Some(5)),
            (Wrap, i64::MIN as i128, i64::MAX, Some(i64::MAX - 1)),
            (Wrap, 0, 0, None),
            (Clip, -1, 3, Some(0)),
            (Clip, 3, 3, Some(2)),
            (Clip, u64::MAX as i128, i64::MAX, Some(i64::MAX - 1)),
            (Clip, 0, 0, None),
            (Clip, 1, 3, Some(1)),
        ];
        for (mode, index, extent, expected) in cases {
            assert_eq!(mode.position(index, extent), expected, "{mode:?} {index} {extent}");
            assert_eq!(IndexMode::from_code(mode as i32), Ok(mode));
        }
        assert!(IndexMode::from_code(59).is_err() && IndexMode::from_code(63).is_err());
    }
}
