//! Rust crates as peers of ndview (see ../peer.h): `ndarray`, `strided-perm`, `transpose` and `half`.
//!
//! A prepared task is a closure that does it once. Memory belongs to the driver; the views made here
//! must not outlive the task.

mod of_ndarray;
mod others;

use std::ffi::{CStr, c_char, c_void};

const MOST_DIMS: usize = 8;

pub mod op {
    pub const ASSIGN: i32 = 1;
    pub const FILL: i32 = 2;
    pub const TAKE: i32 = 3;
    pub const MASKED_FILL: i32 = 6;
    pub const TURN: i32 = 8;
    pub const FRESH_COPY: i32 = 9;
    pub const SLICE: i32 = 10;
    pub const TRANSPOSE: i32 = 11;
    pub const RESHAPE: i32 = 12;
}

/// ndview's codes of element types.
pub mod dtype {
    pub const BOOL: i32 = 1;
    pub const INT32: i32 = 4;
    pub const INT64: i32 = 5;
    pub const UINT8: i32 = 6;
    pub const UINT16: i32 = 7;
    pub const FLOAT16: i32 = 10;
    pub const BFLOAT16: i32 = 11;
    pub const FLOAT32: i32 = 12;
    pub const FLOAT64: i32 = 13;
    pub const COMPLEX128: i32 = 15;
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Array {
    pub data: *mut u8,
    pub dtype: i32,
    ndim: i32,
    shape: [i64; MOST_DIMS],
    strides: [i64; MOST_DIMS],
}

#[repr(C)]
pub struct Task {
    pub op: i32,
    pub to: Array,
    pub from: Array,
    pub by: Array,
    pub value: f64,
}

impl Array {
    pub fn shape(&self) -> Vec<usize> {
        self.shape[..self.ndim as usize].iter().map(|&n| n as usize).collect()
    }

    /// In elements of `T`.
    pub fn strides<T>(&self) -> Vec<isize> {
        let itemsize = size_of::<T>() as i64;
        self.strides[..self.ndim as usize].iter().map(|&s| (s / itemsize) as isize).collect()
    }

    pub fn len(&self) -> usize {
        self.shape().iter().product()
    }

    /// Whether the elements follow each other in C order.
    pub fn is_contiguous<T>(&self) -> bool {
        let mut expected = 1;
        self.shape().iter().zip(self.strides::<T>()).rev().all(|(&n, stride)| {
            let fits = n == 1 || stride == expected;
            expected *= n as isize;
            fits
        })
    }

    /// The lowest element and how many there are from it to the highest.
    pub fn extent<T>(&self) -> (*mut T, usize) {
        let (mut low, mut high) = (0, 0);
        for (n, stride) in self.shape().into_iter().zip(self.strides::<T>()) {
            let reach = (n as isize - 1) * stride;
            if reach < 0 { low += reach } else { high += reach }
        }
        // SAFETY: the driver's arrays lie whole in its memory, their lowest element included.
        (unsafe { self.data.cast::<T>().offset(low) }, (high - low) as usize + 1)
    }

    pub fn elements<T>(&self) -> &'static mut [T] {
        let (low, count) = self.extent::<T>();
        // SAFETY: that many elements of memory that stays; tasks whose arrays share memory are not taken.
        unsafe { std::slice::from_raw_parts_mut(low, count) }
    }
}

pub type Prepared = Option<Box<dyn FnMut()>>;

/// Calls a generic function for an element type that moves as the given one does.
#[macro_export]
macro_rules! by_item {
    ($dtype:expr, $function:ident, $($argument:expr),*) => {
        match $dtype {
            $crate::dtype::UINT8 | $crate::dtype::BOOL => $function::<u8>($($argument),*),
            $crate::dtype::UINT16 | $crate::dtype::FLOAT16 => $function::<u16>($($argument),*),
            $crate::dtype::FLOAT32 => $function::<f32>($($argument),*),
            $crate::dtype::INT32 => $function::<i32>($($argument),*),
            $crate::dtype::FLOAT64 => $function::<f64>($($argument),*),
            $crate::dtype::INT64 => $function::<i64>($($argument),*),
            $crate::dtype::COMPLEX128 => $function::<[f64; 2]>($($argument),*),
            _ => None,
        }
    };
}

#[unsafe(no_mangle)]
pub extern "C" fn peer_names() -> *const c_char {
    c"ndarray,strided-perm,transpose,half".as_ptr()
}

/// # Safety
/// As peer.h says: a name that ends with a zero, and a task on memory that stays.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn peer_prepare(name: *const c_char, task: *const Task) -> *mut c_void {
    // SAFETY: what the caller promised.
    let (name, task) = unsafe { (CStr::from_ptr(name), &*task) };
    let prepared = match name.to_bytes() {
        b"ndarray" => of_ndarray::prepare(task),
        b"strided-perm" => others::strided_perm(task),
        b"transpose" => others::transpose(task),
        _ => others::half(task),
    };
    prepared.map_or(std::ptr::null_mut(), |run| Box::into_raw(Box::new(run)).cast())
}

/// # Safety
/// What `peer_prepare` made, and not `peer_finish` has freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn peer_run(prepared: *mut c_void, repeats: i64) {
    // SAFETY: what the caller promised.
    let run = unsafe { &mut *prepared.cast::<Box<dyn FnMut()>>() };
    for _ in 0..repeats {
        run();
    }
}

/// # Safety
/// What `peer_prepare` made; the pointer is not valid afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn peer_finish(prepared: *mut c_void) {
    // SAFETY: what the caller promised.
    drop(unsafe { Box::from_raw(prepared.cast::<Box<dyn FnMut()>>()) });
}
