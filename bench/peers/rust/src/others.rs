//! Crates that do one thing each.

use crate::{Array, Prepared, Task, by_item, dtype, op};
use ::half::slice::HalfFloatSliceExt;
use ::half::{bf16, f16};
use strided_view::{StridedView, StridedViewMut};
use threadteam::Exec;

pub fn strided_perm(task: &Task) -> Prepared {
    let moves = task.op == op::ASSIGN && task.to.dtype == task.from.dtype;
    if moves { by_item!(task.to.dtype, strided_copy, task) } else { None }
}

fn offset<T>(a: &Array) -> isize {
    // SAFETY: both are in the one block that the array lies in.
    unsafe { a.data.cast::<T>().offset_from(a.extent::<T>().0) }
}

fn strided_copy<T: Copy + Send + Sync + 'static>(task: &Task) -> Prepared {
    let (to, from, shape) = (task.to, task.from, task.to.shape());
    let ((to_low, to_len), (from_low, from_len)) = (to.extent::<T>(), from.extent::<T>());
    if to_low < from_low.wrapping_add(from_len) && from_low < to_low.wrapping_add(to_len) {
        return None; // its views may not overlap either
    }
    let source =
        StridedView::<T>::new(from.elements(), &shape, &from.strides::<T>(), offset::<T>(&from))
            .ok()?;
    let mut target =
        StridedViewMut::<T>::new(to.elements(), &shape, &to.strides::<T>(), offset::<T>(&to))
            .ok()?;
    Some(Box::new(move || strided_perm::copy_into(&mut target, &source, Exec::serial()).unwrap()))
}

pub fn transpose(task: &Task) -> Prepared {
    match task.op {
        op::ASSIGN if task.to.dtype == task.from.dtype => by_item!(task.to.dtype, transposed, task),
        op::TURN => by_item!(task.to.dtype, turned, task),
        _ => None,
    }
}

fn transposed<T: Copy + 'static>(task: &Task) -> Prepared {
    let (shape, strides) = (task.to.shape(), task.from.strides::<T>());
    let is_transposed =
        shape.len() == 2 && task.to.is_contiguous::<T>() && strides == [1, shape[0] as isize];
    let (to, from) = (task.to.elements::<T>(), task.from.elements::<T>());
    is_transposed.then(|| {
        Box::new(move || transpose::transpose(from, to, shape[0], shape[1])) as Box<dyn FnMut()>
    })
}

fn turned<T: Copy + Default + 'static>(task: &Task) -> Prepared {
    let (side, square) = (task.to.shape()[0], task.to.elements::<T>());
    let mut scratch = vec![T::default(); side];
    Some(Box::new(move || transpose::transpose_inplace(square, &mut scratch, side, side)))
}

pub fn half(task: &Task) -> Prepared {
    let (to, from) = (&task.to, &task.from);
    if task.op != op::ASSIGN || to.len() < 2 || to.shape().len() != 1 {
        return None;
    }
    macro_rules! narrow {
        ($half:ty) => {
            (from.is_contiguous::<f32>() && to.is_contiguous::<$half>()).then(|| {
                let (to, from) = (to.elements::<$half>(), from.elements::<f32>());
                Box::new(move || to.convert_from_f32_slice(from)) as Box<dyn FnMut()>
            })
        };
    }
    macro_rules! widen {
        ($half:ty) => {
            (from.is_contiguous::<$half>() && to.is_contiguous::<f32>()).then(|| {
                let (to, from) = (to.elements::<f32>(), from.elements::<$half>());
                Box::new(move || from.convert_to_f32_slice(to)) as Box<dyn FnMut()>
            })
        };
    }
    match (from.dtype, to.dtype) {
        (dtype::FLOAT32, dtype::FLOAT16) => narrow!(f16),
        (dtype::FLOAT32, dtype::BFLOAT16) => narrow!(bf16),
        (dtype::FLOAT16, dtype::FLOAT32) => widen!(f16),
        (dtype::BFLOAT16, dtype::FLOAT32) => widen!(bf16),
        _ => None,
    }
}
