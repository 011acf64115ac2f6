use super::oracle::{agree, converted};
use super::*;

/// One side of a move: a block of memory and where the elements lie in it.
struct Side {
    dtype: DType,
    layout: Layout,
    memory: Vec<u8>,
}

impl Side {
    fn new(dtype: DType, layout: Layout, random: &mut Random) -> Side {
        let memory = random.bytes(layout.nbytes);
        Side { dtype, layout, memory }
    }

    fn element(&self, offset: usize) -> &[u8] {
        &self.memory[offset..offset + self.dtype.itemsize()]
    }
}

/// Moves, and compares all of the target's memory, guards and gaps included, with what a loop in
/// C order leaves there.
fn check_move(shape: &[i64], target: &mut Side, source: &Side, visit: Visit) {
    let mut want = target.memory.clone();
    let to = target.layout.target(&mut target.memory, target.dtype);
    // SAFETY: the layouts lie within the two blocks, which are apart.
    unsafe { move_elements(shape, to, source.layout.source(&source.memory, source.dtype), visit) };
    let (to, from) = (target.layout.offsets(shape), source.layout.offsets(shape));
    for (to, from) in to.into_iter().zip(from) {
        let value = converted(source.element(from), source.dtype, target.dtype);
        // Only that a converted NaN is one is promised; elsewhere the bytes agree if they are the
        // same.
        let got = target.element(to);
        let may_differ = target.dtype != source.dtype && agree(got, &value, target.dtype);
        let value = if may_differ { got } else { &value };
        want[to..to + value.len()].copy_from_slice(value);
    }
    assert!(
        target.memory == want,
        "{} to {}, shape {shape:?}, target {:?}, source {:?}",
        source.dtype,
        target.dtype,
        target.layout,
        source.layout
    );
}

#[test]
pub(super) fn moves_items_of_any_size_bit_for_bit() {
    let mut random = Random(11);
    for size in (1..=40).chain([48, 63, 64, 65, 100, 1000]) {
        let dtype = DType::bytes(size).unwrap();
        for _ in 0..40 {
            let shape = random.shape();
            let (to, from) = (random.layout(&shape, dtype), random.broadcast_layout(&shape, dtype));
            let mut target = Side::new(dtype, to, &mut random);
            let source = Side::new(dtype, from, &mut random);
            let visit = [Visit::AnyOrder, Visit::LogicalOrder][random.below(2)];
            check_move(&shape, &mut target, &source, visit);
        }
    }
}

#[test]
pub(super) fn moves_any_shape_strides_and_types_as_a_naive_loop_does() {
    let mut random = Random(1);
    for _ in 0..6000 {
        let shape = random.shape();
        let (to, from) = (random.dtype(), random.dtype());
        let (to_layout, from_layout) =
            (random.layout(&shape, to), random.broadcast_layout(&shape, from));
        let mut target = Side::new(to, to_layout, &mut random);
        let mut source = Side::new(from, from_layout, &mut random);
        source.layout.fill_with_values(&shape, &mut source.memory, from, &mut random);
        check_move(&shape, &mut target, &source, Visit::AnyOrder);
    }
}

#[test]
pub(super) fn moves_within_a_type_keep_every_bit() {
    let mut random = Random(2);
    for _ in 0..6000 {
        let (shape, dtype) = (random.shape(), random.dtype());
        let (to_layout, from_layout) =
            (random.layout(&shape, dtype), random.broadcast_layout(&shape, dtype));
        let mut target = Side::new(dtype, to_layout, &mut random);
        let source = Side::new(dtype, from_layout, &mut random);
        check_move(&shape, &mut target, &source, Visit::AnyOrder);
    }
}

#[test]
fn signalling_nan_survives_a_copy_at_every_stride() {
    let signalling = [0x7ff0_0000_0000_0001u64, 0xfff0_0000_dead_beef, 0x7ff8_0000_0000_0123];
    let source: Vec<u8> =
        signalling.iter().cycle().take(60).flat_map(|bits| bits.to_ne_bytes()).collect();
    for step in [-3, -2, -1, 0, 1, 2, 3] {
        let layout =
            Layout { start: if step < 0 { 59 * 8 } else { 0 }, strides: vec![8 * step], nbytes: 0 };
        let mut got = [0; 160];
        let target = Target { data: got.as_mut_ptr(), dtype: DType::Float64, strides: &[8] };
        // SAFETY: twenty elements on either side.
        unsafe {
            move_elements(&[20], target, layout.source(&source, DType::Float64), Visit::AnyOrder)
        };
        let want = layout.offsets(&[20]).into_iter().flat_map(|at| source[at..at + 8].to_vec());
        assert!(want.eq(got), "step {step}");
    }
}

#[test]
pub(super) fn transposes_with_long_axes_go_through_tiles() {
    let mut random = Random(3);
    for (shape, from, to) in [
        ([150, 290], DType::UInt8, DType::UInt8),
        ([128, 256], DType::Float16, DType::Int16),
        ([131, 130], DType::UInt16, DType::UInt16),
        ([64, 65], DType::Float32, DType::Float32),
        ([97, 64], DType::Float32, DType::Float64),
        ([70, 200], DType::Complex64, DType::Float16),
        ([33, 95], DType::Complex128, DType::Complex128),
        ([64, 64], DType::Complex128, DType::UInt8),
    ] {
        // The target in C order, the source in F order, and a third axis on either side of them.
        for extra in 0..3 {
            let mut shape = shape.to_vec();
            shape.insert(extra, 2);
            let to_layout = c_layout(&shape, to, &mut random);
            let reversed: Vec<i64> = shape.iter().copied().rev().collect();
            let mut from_layout = c_layout(&reversed, from, &mut random);
            from_layout.strides.reverse();
            let mut target = Side::new(to, to_layout, &mut random);
            let mut source = Side::new(from, from_layout, &mut random);
            source.layout.fill_with_values(&shape, &mut source.memory, from, &mut random);
            check_move(&shape, &mut target, &source, Visit::AnyOrder);
        }
    }
}

#[test]
fn permutes_of_any_axes_move_every_element() {
    let mut random = Random(35);
    for case in 0..200 {
        let types =
            [DType::UInt8, DType::UInt16, DType::Float32, DType::Float64, DType::Complex128];
        let from = types[random.below(5)];
        let to = if case % 4 == 0 { types[random.below(4)] } else { from };
        let mut shape = vec![];
        while shape.len() < 6 && shape.iter().product::<i64>() < 4096 {
            shape.push([2, 3, 8, 12, 16, 17, 32, 40, 64][random.below(9)]);
        }
        // The target in C order, and the source in C order of its axes in another one.
        let mut order: Vec<usize> = (0..shape.len()).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, random.below(last + 1));
        }
        let to_layout = c_layout(&shape, to, &mut random);
        let permuted: Vec<i64> = order.iter().map(|&axis| shape[axis]).collect();
        let mut from_layout = c_layout(&permuted, from, &mut random);
        let strides = from_layout.strides.clone();
        for (&axis, stride) in order.iter().zip(strides) {
            from_layout.strides[axis] = stride;
        }
        let mut target = Side::new(to, to_layout, &mut random);
        let mut source = Side::new(from, from_layout, &mut random);
        source.layout.fill_with_values(&shape, &mut source.memory, from, &mut random);
        check_move(&shape, &mut target, &source, Visit::AnyOrder);
    }
}

/// Targets whose lines begin with a cache line, as what is streamed from where it lies does; the rows are one
/// axis or two, whose runs are whole cache lines or are not.
#[test]
fn permutes_to_whole_cache_lines_move_every_element() {
    let mut random = Random(53);
    let types = [DType::UInt8, DType::UInt16, DType::Float32, DType::Float64, DType::Complex128];
    for case in 0..200 {
        let dtype = types[case % 5];
        let run = [12, 16, 20, 32, 48, 64][random.below(6)];
        let rows = 64 * [1, 3][random.below(2)];
        let columns = [8, 16, 20, 64, 100][random.below(5)];
        let shape = [columns, rows, run];
        let mut layout = c_layout(&shape, dtype, &mut random);
        layout.nbytes += 64;
        let mut target = Side::new(dtype, layout, &mut random);
        let at = target.memory.as_ptr().addr() + target.layout.start as usize;
        target.layout.start += (at.next_multiple_of(64) - at) as i64;
        // The rows in reverse or not, which makes them two axes or one.
        let reversed = random.one_in(2);
        let permuted = if reversed { [run, rows, columns] } else { [rows, run, columns] };
        let mut from = c_layout(&permuted, dtype, &mut random);
        from.strides = match (&from.strides[..], reversed) {
            (&[run, rows, columns], true) | (&[rows, run, columns], _) => vec![columns, rows, run],
            _ => unreachable!(),
        };
        let mut source = Side::new(dtype, from, &mut random);
        source.layout.fill_with_values(&shape, &mut source.memory, dtype, &mut random);
        check_move(&shape, &mut target, &source, Visit::AnyOrder);
    }
}

/// Few enough not to be written past the caches, where those of the tests end.
#[test]
fn permutes_of_few_elements_turn_scattered_lines() {
    let mut random = Random(47);
    for case in 0..300 {
        let dtype = [DType::Float32, DType::Float64, DType::Complex128][case % 3];
        let extents = [[2, 3, 4, 5, 8, 10], [2, 3, 4, 5, 7, 8], [2, 3, 4, 5, 3, 2]][case % 3];
        let shape: Vec<i64> = (0..3 + random.below(3)).map(|_| extents[random.below(6)]).collect();
        let to_layout = c_layout(&shape, dtype, &mut random);
        let reversed: Vec<i64> = shape.iter().copied().rev().collect();
        let mut from_layout = c_layout(&reversed, dtype, &mut random);
        from_layout.strides.reverse();
        if random.one_in(2) {
            // The target's halves of the axes, each in its order, in turn.
            let half = shape.len() / 2;
            let permuted: Vec<i64> = [&shape[half..], &shape[..half]].concat();
            from_layout = c_layout(&permuted, dtype, &mut random);
            from_layout.strides.rotate_right(half);
        }
        let mut target = Side::new(dtype, to_layout, &mut random);
        let mut source = Side::new(dtype, from_layout, &mut random);
        source.layout.fill_with_values(&shape, &mut source.memory, dtype, &mut random);
        check_move(&shape, &mut target, &source, Visit::AnyOrder);
    }
}

/// Rows of the source that are so far apart that fewer of them make up a block, but more in one run than
/// that; the target has gaps, so that it is not streamed.
#[test]
fn long_runs_of_rows_far_apart_are_turned_whole() {
    let mut random = Random(36);
    for (rows, dtype) in [(65, DType::Float32), (100, DType::Int64), (9, DType::Complex128)] {
        let (shape, size) = ([64, 3, rows], dtype.itemsize() as i64);
        let row = 2 * size;
        let to = [3 * rows * row, rows * row, row];
        let from = [size, 64 * size, 1 << 16];
        let layout = |strides: [i64; 3], random: &mut Random| {
            let span = shape.iter().zip(strides).map(|(extent, stride)| (extent - 1) * stride);
            let span = span.sum::<i64>() + size;
            Layout { start: 0, strides: strides.to_vec(), nbytes: 0 }.with_room(span, random)
        };
        let (from, to) = (layout(from, &mut random), layout(to, &mut random));
        let mut target = Side::new(dtype, to, &mut random);
        let source = Side::new(dtype, from, &mut random);
        check_move(&shape, &mut target, &source, Visit::AnyOrder);
    }
}

/// Records on one side, and on the other rows, records in reverse, or fewer items; long enough for
/// vectors, and an axis outside whose rows are further apart than they are long.
#[test]
fn channels_move_as_a_naive_loop_moves_them() {
    let mut random = Random(6);
    for round in 0..1500 {
        let size = [1, 2, 4, 8, 16, 3][random.below(6)];
        let dtype = DType::bytes(size).unwrap();
        let (wide, n) = (1 + random.below(4) as i64, 60 + random.below(600) as i64);
        let count = 1 + random.below(wide as usize) as i64;
        let lines = 1 + random.below(3) as i64;
        let pad = random.below(3) as i64;
        let shape = [lines, n, count];
        let items = |of: i64| [(n + pad) * of * size, of * size, size];
        let rows = |of: i64| [(n + pad) * of * size, size, (n + pad) * size];
        let (from, to) = match round % 3 {
            0 => (items(wide), rows(count)),
            1 => (rows(count), items(count)),
            _ => (items(wide), items(count)),
        };
        let layout = |strides: [i64; 3], random: &mut Random| {
            let mut layout = Layout { start: 0, strides: strides.to_vec(), nbytes: 0 };
            if random.one_in(2) {
                layout.start = strides[2] * (count - 1);
                layout.strides[2] = -strides[2];
            }
            layout.with_room(lines * (n + pad) * wide * size, random)
        };
        let (from, to) = (layout(from, &mut random), layout(to, &mut random));
        let mut target = Side::new(dtype, to, &mut random);
        let source = Side::new(dtype, from, &mut random);
        check_move(&shape, &mut target, &source, Visit::AnyOrder);
    }
}

/// An item for each row, a row for all, and rows of which each is one; small and past the caches. Items that
/// lie as far apart as the rows they fill are not the rows.
#[test]
fn rows_of_one_item_and_one_row_many_times_arrive_as_by_a_naive_loop() {
    let mut random = Random(7);
    for round in 0..1200 {
        let size = [1, 2, 4, 8, 16, 12][random.below(6)];
        let dtype = DType::bytes(size).unwrap();
        let extent = 1 + random.below(if round % 2 == 0 { 40 } else { 700 }) as i64;
        let shape = [1 + random.below(3) as i64, 1 + random.below(60) as i64, extent];
        let row = extent * size;
        let from = match round % 5 {
            0 | 1 => [shape[1] * size, size, 0],
            2 => [shape[1] * row, row, 0],
            3 => [0, 0, size],
            _ => [0, row + 8, size],
        };
        let to = [shape[1] * row, row + [0, 0, size, 3][random.below(4)], size];
        let layout = |strides: [i64; 3], random: &mut Random| {
            let span = shape.iter().zip(strides).map(|(extent, stride)| (extent - 1) * stride);
            let span = span.sum::<i64>() + size;
            Layout { start: 0, strides: strides.to_vec(), nbytes: 0 }.with_room(span, random)
        };
        let to = [to[0].max(to[1] * shape[1]), to[1], to[2]];
        let (from, to) = (layout(from, &mut random), layout(to, &mut random));
        let mut target = Side::new(dtype, to, &mut random);
        let source = Side::new(dtype, from, &mut random);
        check_move(&shape, &mut target, &source, Visit::AnyOrder);
    }
}

fn c_layout(shape: &[i64], dtype: DType, random: &mut Random) -> Layout {
    let mut span = dtype.itemsize() as i64;
    let mut strides = vec![0; shape.len()];
    for (stride, extent) in strides.iter_mut().zip(shape).rev() {
        *stride = span;
        span *= extent;
    }
    Layout { start: 0, strides, nbytes: 0 }.with_room(span, random)
}

#[test]
fn the_last_write_in_c_order_wins_where_a_target_overlaps_itself() {
    const TYPES: [DType; 5] =
        [DType::UInt8, DType::Int16, DType::UInt32, DType::Int64, DType::Complex128];
    let mut random = Random(4);
    for _ in 0..6000 {
        let shape = random.shape();
        let to = TYPES[random.below(5)];
        let from = if to == DType::Complex128 { to } else { TYPES[random.below(4)] };
        let to_layout = overlapping_layout(&shape, to, &mut random);
        let from_layout = random.broadcast_layout(&shape, from);
        let mut target = Side::new(to, to_layout, &mut random);
        let source = Side::new(from, from_layout, &mut random);
        check_move(&shape, &mut target, &source, Visit::LogicalOrder);
    }
}

/// Strides of any size and sign, zero included.
fn overlapping_layout(shape: &[i64], dtype: DType, random: &mut Random) -> Layout {
    let mut layout = Layout { start: 0, strides: Vec::new(), nbytes: 0 };
    let mut span = dtype.itemsize() as i64;
    for extent in shape {
        let stride = random.below(41) as i64 - 20;
        let reach = stride * (extent - 1).max(0);
        layout.start -= reach.min(0);
        layout.strides.push(stride);
        span += reach.abs();
    }
    layout.with_room(span, random)
}

#[test]
fn an_element_onto_itself_stays_as_it_is() {
    let mut random = Random(5);
    let mut memory = random.bytes(96);
    let before = memory.clone();
    let (shape, strides) = ([3, 4], [32, -8]);
    let data = memory[24..].as_mut_ptr();
    let target = Target { data, dtype: DType::Float64, strides: &strides };
    let source = Source { data, dtype: DType::Float64, strides: &strides };
    for visit in [Visit::AnyOrder, Visit::LogicalOrder] {
        // SAFETY: all within `memory`; the same layout on both sides.
        unsafe { move_elements(&shape, target, source, visit) };
    }
    assert_eq!(memory, before);
}

#[test]
fn nothing_is_touched_where_an_extent_is_zero() {
    let source = Source { data: std::ptr::null(), dtype: DType::Int8, strides: &[i64::MAX, 1, 0] };
    let target =
        Target { data: std::ptr::null_mut(), dtype: DType::Bool, strides: &[-1, i64::MIN, 3] };
    for visit in [Visit::AnyOrder, Visit::LogicalOrder] {
        // SAFETY: no element is addressed.
        unsafe { move_elements(&[i64::MAX, 0, i64::MAX], target, source, visit) };
    }
}

#[test]
fn strides_that_are_never_taken_may_be_anything() {
    let (value, mut got) = (7u8, 0i32);
    let source = Source { data: &value, dtype: DType::UInt8, strides: &[i64::MIN, i64::MAX] };
    let data = (&raw mut got).cast();
    let target = Target { data, dtype: DType::Int32, strides: &[i64::MAX, i64::MIN] };
    // SAFETY: one element on either side.
    unsafe { move_elements(&[1, 1], target, source, Visit::AnyOrder) };
    assert_eq!(got, 7);
}

#[test]
fn sixty_four_axes_are_walked() {
    let mut shape = [1i64; 64];
    (shape[0], shape[31], shape[63]) = (2, 3, 2);
    let mut strides = [0i64; 64];
    (strides[0], strides[31], strides[63]) = (1, 2, 6);
    let source: Vec<u8> = (0..12).collect();
    let mut got = [0u8; 12];
    let target = Target { data: got.as_mut_ptr(), dtype: DType::UInt8, strides: &strides };
    let from = Source { data: source.as_ptr(), dtype: DType::UInt8, strides: &strides };
    // SAFETY: twelve elements on either side.
    unsafe { move_elements(&shape, target, from, Visit::AnyOrder) };
    assert_eq!(&got[..], source);
}
