//! The loops of `copy.rs` and `convert.rs`, compiled for an instruction set. The loops are written
//! once, without a word about vectors; what makes one set faster than another is the compiler, which
//! inlines them into functions that may use that set.

/// Makes `same` and `converting_each` for a [`super::Table`]; the arguments are what copies items of any size,
/// the attribute that allows the instruction set, and what it brings for some strides.
macro_rules! clones {
    ($copy_any:path $(, #[$feature:meta] $copy_some:path)?) => {
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
                $(
                    let size = size_of::<T>();
                    let some = $copy_some(source, source_stride, target, target_stride, n, size);
                    if some != 0 {
                        // In a loop of its own: the compiler makes less of the others if they do not
                        // begin where the function does.
                        let source = source.offset(some as isize * source_stride);
                        let target = target.offset(some as isize * target_stride);
                        return crate::transfer::copy::each(
                            source,
                            source_stride,
                            target,
                            target_stride,
                            n - some,
                            |item: T| item,
                        );
                    }
                )?
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
        /// As [`Dense`](crate::transfer::convert::Dense), for elements of types `S` and `T`.
        $(#[$feature])?
        unsafe fn convert<S, T>(source: *const u8, target: &mut [std::mem::MaybeUninit<u8>])
        where
            S: crate::transfer::types::Element,
            T: crate::transfer::types::Element,
        {
            // SAFETY: the caller's.
            unsafe { crate::transfer::convert::convert::<S, T>(source, target) }
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
                _ => $copy_any,
            }
        }

        fn converting_each(
            from: crate::dtype::Scalar,
            to: crate::dtype::Scalar,
        ) -> Option<crate::transfer::convert::Dense> {
            use crate::dtype::Scalar::*;
            use crate::transfer::types::{Complex, Truth, dispatch_plain};
            use half::{bf16, f16};
            Some(match (from, to) {
                (Complex64, Bool) => convert::<Complex<f32>, Truth>,
                (Complex128, Bool) => convert::<Complex<f64>, Truth>,
                (Float32, Complex64) => convert::<f32, Complex<f32>>,
                (Float32, Complex128) => convert::<f32, Complex<f64>>,
                (Float64, Complex128) => convert::<f64, Complex<f64>>,
                (Float16, Float32) => convert::<f16, f32>,
                (Float32, Float16) => convert::<f32, f16>,
                (Float64, Float16) => convert::<f64, f16>,
                (BFloat16, Float32) => convert::<bf16, f32>,
                (_, BFloat16) => dispatch_plain!(from, S => convert::<S, bf16>),
                _ => dispatch_plain!(from, S => dispatch_plain!(to, T => convert::<S, T>)),
            })
        }
    };
}

pub(super) use clones;
