//! The loops of `copy.rs` and `convert.rs`, compiled for an instruction set. The loops are written
//! once, without a word about vectors; what makes one set faster than another is the compiler, which
//! inlines them into functions that may use that set.

/// Makes `same` and `converting_each` for a [`super::Table`]; the argument is the attribute that allows the
/// instruction set.
macro_rules! clones {
    ($(#[$feature:meta])?) => {
        /// # Safety
        ///
        /// As [`Run`](crate::transfer::kernel::Run), for elements of the size of `T`; the processor
        /// has the instruction set.
        $(#[$feature])?
        unsafe fn copy<T: Copy>(
            source: *const u8,
            source_stride: isize,
            target: *mut u8,
            target_stride: isize,
            n: usize,
            _itemsize: usize,
        ) {
            // SAFETY: the caller's.
            unsafe {
                crate::transfer::copy::copy::<T>(source, source_stride, target, target_stride, n)
            }
        }

        /// # Safety
        ///
        /// As [`Run`](crate::transfer::kernel::Run), for elements of the size of one `T` to two; the
        /// processor has the instruction set.
        $(#[$feature])?
        unsafe fn copy_run<T: Copy>(
            source: *const u8,
            source_stride: isize,
            target: *mut u8,
            target_stride: isize,
            n: usize,
            itemsize: usize,
        ) {
            // SAFETY: the caller's.
            unsafe {
                crate::transfer::isa::runs::copy::<T>(
                    source,
                    source_stride,
                    target,
                    target_stride,
                    n,
                    itemsize,
                )
            }
        }

        /// # Safety
        ///
        /// As [`Run`](crate::transfer::kernel::Run), for elements of types `S` and `T`; the
        /// processor has the instruction set.
        $(#[$feature])?
        unsafe fn convert<S, T>(
            source: *const u8,
            source_stride: isize,
            target: *mut u8,
            target_stride: isize,
            n: usize,
            _itemsize: usize,
        )
        where
            S: crate::transfer::types::Element,
            T: crate::transfer::types::Element,
        {
            // SAFETY: the caller's.
            unsafe {
                crate::transfer::convert::convert::<S, T>(
                    source,
                    source_stride,
                    target,
                    target_stride,
                    n,
                )
            }
        }

        fn same(itemsize: usize) -> crate::transfer::kernel::Run {
            match itemsize {
                1 => copy::<u8>,
                2 => copy::<u16>,
                4 => copy::<u32>,
                8 => copy::<u64>,
                16 => copy::<crate::transfer::copy::Wide>,
                3 => copy::<[u8; 3]>,
                6 => copy::<[u16; 3]>,
                12 => copy::<[u32; 3]>,
                24 => copy::<[u64; 3]>,
                32 => copy::<[u64; 4]>,
                4..8 => copy_run::<u32>,
                8..16 => copy_run::<u64>,
                16..32 => copy_run::<crate::transfer::copy::Wide>,
                33..=64 => copy_run::<[u64; 4]>,
                _ => crate::transfer::copy::copy_any,
            }
        }

        fn converting_each(
            from: crate::dtype::Scalar,
            to: crate::dtype::Scalar,
        ) -> crate::transfer::kernel::Run {
            use crate::transfer::{kernel::Run, types::dispatch};
            dispatch!(from, S => dispatch!(to, T => convert::<S, T> as Run))
        }
    };
}

pub(super) use clones;
