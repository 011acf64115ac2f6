//! The crate `ndarray`: arrays of a rank known at run time, as a C interface needs them.

use crate::{Array, Prepared, Task, by_item, dtype, op};
use ndarray::{
    ArrayD, ArrayViewD, ArrayViewMutD, Axis, IxDyn, RawArrayViewMut, ShapeBuilder, Slice, Zip,
};
use std::hint::{black_box, select_unpredictable};

/// Negative strides are made by turning an axis around, as ndarray wants it.
fn view<T>(a: &Array) -> ArrayViewMutD<'static, T> {
    let (low, _) = a.extent::<T>();
    let strides = a.strides::<T>();
    let upright: Vec<usize> = strides.iter().map(|s| s.unsigned_abs()).collect();
    let shape = IxDyn(&a.shape()).strides(IxDyn(&upright));
    // SAFETY: the extent starts at `low`, so that no element is outside of it.
    let mut view = unsafe { RawArrayViewMut::from_shape_ptr(shape, low) };
    for (axis, _) in strides.iter().enumerate().filter(|(_, s)| **s < 0) {
        view.invert_axis(Axis(axis));
    }
    // SAFETY: the memory stays, and nothing else looks at it while a task runs.
    unsafe { view.deref_into_view_mut() }
}

fn read<T>(a: &Array) -> ArrayViewD<'static, T> {
    // SAFETY: as above.
    unsafe { view::<T>(a).raw_view().clone().deref_into_view() }
}

pub fn prepare(task: &Task) -> Prepared {
    match task.op {
        op::ASSIGN if task.to.dtype != task.from.dtype => cast(task),
        op::ASSIGN => by_item!(task.to.dtype, assign, task),
        op::FILL => fill(task),
        op::TAKE => by_item!(task.to.dtype, take, task),
        op::MASKED_FILL => masked_fill(task),
        op::FRESH_COPY => by_item!(task.from.dtype, fresh_copy, task),
        op::SLICE | op::TRANSPOSE | op::RESHAPE => view_call(task),
        _ => None,
    }
}

/// Not where source and destination overlap: Rust forbids such a pair of views.
fn assign<T: Copy + 'static>(task: &Task) -> Prepared {
    let ((to_low, to_len), (from_low, from_len)) = (task.to.extent::<T>(), task.from.extent::<T>());
    let apart =
        to_low.wrapping_add(to_len) <= from_low || from_low.wrapping_add(from_len) <= to_low;
    let (mut to, from) = (view::<T>(&task.to), read::<T>(&task.from));
    apart.then(|| Box::new(move || to.assign(&from)) as Box<dyn FnMut()>)
}

fn cast(task: &Task) -> Prepared {
    macro_rules! pairs {
        ($(($from:ident, $source:ty, $to:ident, $target:ty),)*) => {
            match (task.from.dtype, task.to.dtype) {
                $((dtype::$from, dtype::$to) => {
                    let (mut to, from) = (view::<$target>(&task.to), read::<$source>(&task.from));
                    Some(Box::new(move || Zip::from(&mut to).and(&from).for_each(|t, f| *t = *f as $target)))
                })*
                _ => None,
            }
        };
    }
    pairs! {
        (FLOAT64, f64, FLOAT32, f32),
        (FLOAT32, f32, FLOAT64, f64),
        (UINT8, u8, FLOAT32, f32),
        (FLOAT32, f32, UINT8, u8),
        (INT64, i64, INT32, i32),
        (INT32, i32, INT64, i64),
        (INT64, i64, FLOAT64, f64),
        (FLOAT64, f64, INT64, i64),
        (BOOL, u8, FLOAT32, f32),
    }
}

fn fill(task: &Task) -> Prepared {
    let value = task.value;
    match task.to.dtype {
        dtype::FLOAT32 => {
            let mut to = view::<f32>(&task.to);
            Some(Box::new(move || to.fill(value as f32)))
        }
        dtype::FLOAT64 => {
            let mut to = view::<f64>(&task.to);
            Some(Box::new(move || to.fill(value)))
        }
        dtype::UINT8 => {
            let mut to = view::<u8>(&task.to);
            Some(Box::new(move || to.fill(value as u8)))
        }
        dtype::COMPLEX128 => {
            let mut to = view::<[f64; 2]>(&task.to);
            Some(Box::new(move || to.fill([value, 0.0])))
        }
        _ => None,
    }
}

/// `select` makes a new array; there is no form that writes into one. The result is copied only when
/// it is verified, by the first repetition.
fn take<T: Copy + 'static>(task: &Task) -> Prepared {
    let (mut to, from) = (view::<T>(&task.to), read::<T>(&task.from));
    let positions: Vec<usize> = task.by.elements::<i64>().iter().map(|&i| i as usize).collect();
    let mut verified = false;
    Some(Box::new(move || {
        let taken = from.select(Axis(0), &positions);
        if !verified {
            to.assign(&taken);
            verified = true;
        }
        black_box(&taken);
    }))
}

fn masked_fill(task: &Task) -> Prepared {
    if task.to.dtype != dtype::FLOAT32 {
        return None;
    }
    let (mut to, mask, value) = (view::<f32>(&task.to), read::<bool>(&task.by), task.value as f32);
    Some(Box::new(move || {
        Zip::from(&mut to).and(&mask).for_each(|t, &m| *t = select_unpredictable(m, value, *t))
    }))
}

fn fresh_copy<T: Copy + 'static>(task: &Task) -> Prepared {
    let from = read::<T>(&task.from);
    Some(Box::new(move || drop(black_box(from.to_owned()))))
}

fn view_call(task: &Task) -> Prepared {
    let array: ArrayD<f32> = read::<f32>(&task.from).to_owned();
    let rows = Slice::new(2, Some(50), 1);
    let steps = Slice::new(0, None, 2);
    Some(match task.op {
        op::SLICE => Box::new(move || {
            let mut view = black_box(&array).view();
            view.slice_axis_inplace(Axis(0), rows);
            view.slice_axis_inplace(Axis(2), steps);
            black_box(&view);
        }),
        op::TRANSPOSE => Box::new(move || {
            black_box(&black_box(&array).t());
        }),
        _ => Box::new(move || {
            let view = black_box(&array).view();
            black_box(&view.into_shape_with_order(IxDyn(&[1000, 100])).unwrap());
        }),
    })
}
