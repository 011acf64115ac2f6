//! Every entry of every table that this machine can use, beside a naive loop, with the elements right
//! before and right after a page that cannot be touched.

use super::*;
use crate::dtype::{DType, Kind};
use crate::transfer::convert::Converting;
use crate::transfer::kernel::Kernel;
use crate::transfer::tests::{Random, oracle};
use crate::transfer::{Source, Target, Visit, move_elements};

const PAGE: usize = 1 << 14;
const ROOM: usize = 1 << 16;

/// Memory between two pages that cannot be touched.
struct Fenced(*mut u8);

impl Fenced {
    fn new() -> Fenced {
        let (all, map) = (ROOM + 2 * PAGE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: new pages, of which the first and the last are closed.
        unsafe {
            let pages = libc::mmap(null_mut(), all, libc::PROT_READ | libc::PROT_WRITE, map, -1, 0);
            assert_ne!(pages, libc::MAP_FAILED);
            assert_eq!(libc::mprotect(pages, PAGE, libc::PROT_NONE), 0);
            assert_eq!(libc::mprotect(pages.add(PAGE + ROOM), PAGE, libc::PROT_NONE), 0);
            Fenced(pages.cast::<u8>().add(PAGE))
        }
    }

    /// The last or the first so many bytes, or some in between.
    fn place(&self, bytes: usize, random: &mut Random) -> *mut u8 {
        assert!(bytes <= ROOM);
        let offset = match random.below(3) {
            0 => 0,
            1 => ROOM - bytes,
            _ => random.below(ROOM - bytes + 1),
        };
        // SAFETY: within the block.
        unsafe { self.0.add(offset) }
    }

    fn fill(&self, random: &mut Random) {
        let bytes = random.bytes(ROOM);
        // SAFETY: the block has so many bytes.
        unsafe { self.0.copy_from_nonoverlapping(bytes.as_ptr(), ROOM) };
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: all of the block, set by `mmap` if by nobody else.
        unsafe { std::slice::from_raw_parts(self.0, ROOM) }
    }
}

impl Drop for Fenced {
    fn drop(&mut self) {
        // SAFETY: what `new` mapped.
        unsafe { libc::munmap(self.0.sub(PAGE).cast(), ROOM + 2 * PAGE) };
    }
}

/// A stride and how far `n` elements reach below and above the first.
fn stride(random: &mut Random, size: usize, n: usize) -> (isize, usize, usize) {
    let step = match random.below(4) {
        0 | 1 => size,
        2 => (2 + random.below(3)) * size,
        _ => size + random.below(9),
    };
    let reach = step * (n - 1);
    match random.one_in(3) {
        true => (-(step as isize), reach, size),
        false => (step as isize, 0, reach + size),
    }
}

/// Runs a kernel between fences and compares every byte of the target's memory.
fn check_run(
    kernel: Kernel,
    (from, to): (DType, DType),
    memory: &[Fenced; 2],
    random: &mut Random,
) {
    let (size, to_size) = (from.itemsize(), to.itemsize());
    let most = if random.one_in(8) { 700 } else { 70 };
    let n = 1 + random.below(most.min(ROOM / (4 * size + 9)).min(ROOM / (4 * to_size + 9)));
    let (from_stride, from_below, from_above) = match random.one_in(8) {
        true => (0, 0, size),
        false => stride(random, size, n),
    };
    let (to_stride, to_below, to_above) = stride(random, to_size, n);
    let source = memory[0].place(from_below + from_above, random).wrapping_add(from_below);
    let target = memory[1].place(to_below + to_above, random).wrapping_add(to_below);
    let mut want = memory[1].bytes().to_vec();
    // SAFETY: `n` elements on either side lie within the memory, apart; the table is of this
    // machine.
    unsafe { kernel.run(source, from_stride, target, to_stride, n) };
    let base = |side: &Fenced, at: *const u8| at as usize - side.0 as usize;
    for index in 0..n as isize {
        let from_at = base(&memory[0], source.wrapping_offset(index * from_stride));
        let to_at = base(&memory[1], target.wrapping_offset(index * to_stride));
        let value = oracle::converted(&memory[0].bytes()[from_at..from_at + size], from, to);
        let got = &memory[1].bytes()[to_at..to_at + to_size];
        let alike = from != to && oracle::agree(got, &value, to);
        want[to_at..to_at + to_size].copy_from_slice(if alike { got } else { &value });
    }
    assert!(
        memory[1].bytes() == want,
        "{from} to {to}, {n} elements, strides {from_stride} and {to_stride}"
    );
}

#[test]
fn kernels_of_every_instruction_set_copy_items_of_any_size() {
    let (mut random, memory) = (Random(31), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        for size in (1..=33).chain([48, 64, 100, 256, 700]) {
            let dtype = DType::bytes(size).unwrap();
            let kernel = Kernel::Same((table.same)(dtype.itemsize()), dtype.itemsize());
            for _ in 0..40 {
                check_run(kernel, (dtype, dtype), &memory, &mut random);
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_fill_rows_of_any_length() {
    let (mut random, memory) = (Random(35), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        for size in (1..=17).chain([24, 32, 100, 4000]) {
            for longest in [40, 1000, ROOM / size, ROOM / size] {
                let n = 1 + random.below(longest.min(ROOM / size));
                let source = memory[0].place(size, &mut random);
                let target = memory[1].place(n * size, &mut random);
                let mut want = memory[1].bytes().to_vec();
                let from = source as usize - memory[0].0 as usize;
                let to = target as usize - memory[1].0 as usize;
                for item in want[to..to + n * size].chunks_exact_mut(size) {
                    item.copy_from_slice(&memory[0].bytes()[from..from + size]);
                }
                // SAFETY: one item on one side, `n` on the other, within the memory.
                unsafe { (table.same)(size)(source, 0, target, size as isize, n, size) };
                assert!(memory[1].bytes() == want, "{:?}: {n} items of {size}", table.name);
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_fill_each_of_many_rows() {
    let (mut random, memory) = (Random(36), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        assert!((table.repeating)(3).is_none());
        for size in [1, 2, 4, 8, 16] {
            let Some(run) = (table.repeating)(size) else { continue };
            for extent in (1..=40).chain([63, 64, 65, 200, 1000]) {
                let row = extent * size;
                let n = 1 + random.below(100.min(ROOM / row));
                let step = size * (1 + random.below(3));
                let source = memory[0].place((n - 1) * step + size, &mut random);
                let target = memory[1].place(n * row, &mut random);
                let mut want = memory[1].bytes().to_vec();
                let from = source as usize - memory[0].0 as usize;
                let to = target as usize - memory[1].0 as usize;
                for (index, item) in want[to..to + n * row].chunks_exact_mut(size).enumerate() {
                    let from = from + index / extent * step;
                    item.copy_from_slice(&memory[0].bytes()[from..from + size]);
                }
                // SAFETY: `n` items on one side, as many rows on the other, within the memory.
                unsafe { run(source, step as isize, target, row as isize, n, row) };
                assert!(memory[1].bytes() == want, "{:?}: {n} rows of {extent}", table.name);
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_convert_as_the_oracle_does() {
    let (mut random, memory) = (Random(32), [Fenced::new(), Fenced::new()]);
    for table in available() {
        for from in DType::ALL {
            memory[0].fill(&mut random);
            for to in DType::ALL.into_iter().filter(|&to| to != from) {
                let converting = Converting::new(table, from, to).unwrap();
                for _ in 0..6 {
                    let kernel = Kernel::Converting(converting);
                    check_run(kernel, (from, to), &memory, &mut random);
                }
            }
        }
    }
}

/// The oracle asks of a NaN only that it is one.
#[test]
fn kernels_of_every_instruction_set_convert_to_the_same_bits() {
    const COUNT: usize = 600;
    let mut random = Random(40);
    for (from, to) in DType::ALL.into_iter().flat_map(|from| DType::ALL.map(|to| (from, to))) {
        if from == to {
            continue;
        }
        let mut source = random.bytes(COUNT * from.itemsize());
        for (index, element) in source.chunks_exact_mut(from.itemsize()).enumerate() {
            if index < COUNT / 4 {
                continue;
            }
            element.copy_from_slice(&oracle::any_value(&mut random).encode(from));
            // Small numbers, among which some kernels expect no other: halves of a last bit, too.
            if index > COUNT / 2 && !random.one_in(50) {
                let (cut, exponent) = (random.below(24), random.below(60) as i32 - 35);
                let magnitude = (random.below(1 << 24) >> cut << cut) as u128;
                let negative = random.one_in(2);
                let small = oracle::Real::Finite { negative, magnitude, exponent };
                element.copy_from_slice(&oracle::Value::real(small).encode(from));
                continue;
            }
            // Also NaNs of all kinds: infinity with some bit of the fraction, high or low.
            if from.itemsize() > 1 && random.one_in(4) {
                let negative = random.one_in(2);
                let infinite = oracle::Value::real(oracle::Real::Infinite { negative });
                element.copy_from_slice(&infinite.encode(from));
                let parts = if from.kind() == Kind::Complex { 2 } else { 1 };
                element[random.below(from.itemsize() / parts - 1)] |= 1 << random.below(7);
            }
        }
        let converted = |table, strides: (isize, isize)| {
            let mut made = vec![0u8; COUNT * strides.1 as usize];
            let converting = Converting::new(table, from, to).unwrap();
            let n = COUNT / (strides.0 as usize / from.itemsize());
            // SAFETY: so many elements on either side.
            unsafe { converting.run(source.as_ptr(), strides.0, made.as_mut_ptr(), strides.1, n) };
            made
        };
        let (size, to_size) = (from.itemsize() as isize, to.itemsize() as isize);
        for strides in [(size, to_size), (2 * size, to_size), (size, 3 * to_size)] {
            let want = converted(&portable::TABLE, strides);
            for table in available() {
                let got = converted(table, strides);
                assert!(got == want, "{:?}: {from} to {to}, {strides:?}", table.name);
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_turn_blocks() {
    let (mut random, memory) = (Random(33), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        for size in [1, 2, 4, 8, 16] {
            let Some(turning) = (table.turning)(size) else { continue };
            for _ in 0..150 {
                let rows = turning.rows + random.below(40);
                let columns = turning.columns + random.below(40);
                let to_pitch = rows * size + random.below(20);
                let target = memory[1].place(to_pitch * (columns - 1) + rows * size, &mut random);
                let block = (size, rows, columns);
                check_turn(turning.run, block, (target, to_pitch), &memory, &mut random);
            }
            let Some(stream) = turning.stream else { continue };
            for _ in 0..50 {
                let rows = 64 / size * (1 + random.below(4));
                let columns = turning.columns + random.below(40);
                let to_pitch = rows * size + 64 * random.below(3);
                let room = to_pitch * (columns - 1) + rows * size;
                let target = memory[1].0.wrapping_add((ROOM - room) / 64 * 64 * random.below(2));
                let block = (size, rows, columns);
                check_turn(stream, block, (target, to_pitch), &memory, &mut random);
                (table.settle)();
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_turn_blocks_of_scattered_lines() {
    let (mut random, memory) = (Random(43), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        for size in [4, 8, 16] {
            let Some(turning) = (table.turning)(size) else { continue };
            for _ in 0..150 {
                for turn in turning.folded.into_iter().chain(turning.alike) {
                    let rows = turn.rows + random.below(24);
                    let columns = turn.columns + random.below(24);
                    check_turn_folded(turn.run, (size, rows, columns), &memory, &mut random);
                }
            }
        }
    }
}

/// As [`check_turn`], where the lines of either side lie in an order of their own.
fn check_turn_folded(
    turn: TurnFolded,
    (size, rows, columns): (usize, usize, usize),
    memory: &[Fenced; 2],
    random: &mut Random,
) {
    let mut lines = |count: usize, bytes: usize| {
        let pitch = bytes + random.below(20);
        let mut lines: Vec<isize> = (0..count).map(|line| (line * pitch) as isize).collect();
        (1..count).for_each(|line| lines.swap(line, random.below(line + 1)));
        (lines, pitch * (count - 1) + bytes)
    };
    let (from, from_bytes) = lines(rows, columns * size);
    let (to, to_bytes) = lines(columns, rows * size);
    let (source, target) = (memory[0].place(from_bytes, random), memory[1].place(to_bytes, random));
    let mut want = memory[1].bytes().to_vec();
    let start = (source as usize - memory[0].0 as usize, target as usize - memory[1].0 as usize);
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |c| (row, c))) {
        let from = start.0 + from[row] as usize + column * size;
        let to = start.1 + to[column] as usize + row * size;
        want[to..to + size].copy_from_slice(&memory[0].bytes()[from..from + size]);
    }
    // SAFETY: the block lies within the memory, and is large enough.
    unsafe { turn(source, &from, target, &to) };
    assert!(memory[1].bytes() == want, "{rows} x {columns} items of {size}");
}

/// Turns a block of items of a size, rows and columns, and compares every byte of the target's memory.
fn check_turn(
    turn: Turn,
    (size, rows, columns): (usize, usize, usize),
    (target, to_pitch): (*mut u8, usize),
    memory: &[Fenced; 2],
    random: &mut Random,
) {
    let from_pitch = columns * size + random.below(20);
    let source = memory[0].place(from_pitch * (rows - 1) + columns * size, random);
    let mut want = memory[1].bytes().to_vec();
    let start = target as usize - memory[1].0 as usize;
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |c| (row, c))) {
        let from = source as usize - memory[0].0 as usize + row * from_pitch + column * size;
        let to = start + column * to_pitch + row * size;
        want[to..to + size].copy_from_slice(&memory[0].bytes()[from..from + size]);
    }
    // SAFETY: the block lies within the memory, and is large enough.
    unsafe { turn(source, from_pitch as isize, target, to_pitch as isize, rows, columns) };
    assert!(memory[1].bytes() == want, "{rows} x {columns} items of {size}");
}

#[test]
fn kernels_of_every_instruction_set_deal_channels() {
    let (mut random, memory) = (Random(35), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        for (wide, count) in (1..=MOST).flat_map(|wide| (1..=wide).map(move |count| (wide, count)))
        {
            let Some(dealing) = (table.dealing)(wide, count) else { continue };
            for _ in 0..60 {
                check_deal(dealing, (wide, count), &memory, &mut random);
            }
        }
    }
}

/// Deals channels between fences and compares every byte of the target's memory.
fn check_deal(
    dealing: Dealing,
    (wide, count): (usize, usize),
    memory: &[Fenced; 2],
    random: &mut Random,
) {
    let item = 1 << random.below(5);
    let step = dealing.lane * dealing.lanes / item;
    let streams = random.one_in(3);
    let n = if streams { step * (1 + random.below(4)) } else { step + random.below(150) };
    let reversed = random.one_in(2);
    let (from, to) = match random.below(3) {
        0 => (Channels::Items(wide), Channels::Rows(count)),
        1 if wide == count => (Channels::Rows(wide), Channels::Items(count)),
        _ => (Channels::Items(wide), Channels::Items(count)),
    };
    let mut side = |channels: Channels| match channels {
        Channels::Items(of) => ((of * item, dealing.lane), of * item * n, item),
        Channels::Rows(of) => {
            let row = item * n + random.below(20);
            let row = if streams { row.next_multiple_of(64) } else { row };
            ((item, row), row * (of - 1) + item * n, row)
        }
    };
    let ((from_record, from_lane), from_bytes, from_channel) = side(from);
    let ((to_record, to_lane), to_bytes, to_channel) = side(to);
    let source = memory[0].place(from_bytes, random);
    let target = match streams {
        true => memory[1].0,
        false => memory[1].place(to_bytes, random),
    };
    let mut want = memory[1].bytes().to_vec();
    let start = source as usize - memory[0].0 as usize;
    let place = target as usize - memory[1].0 as usize;
    for (record, channel) in (0..n).flat_map(|record| (0..count).map(move |c| (record, c))) {
        let taken = if reversed { count - 1 - channel } else { channel };
        let at = start + record * from_record + taken * from_channel;
        let to = place + record * to_record + channel * to_channel;
        want[to..to + item].copy_from_slice(&memory[0].bytes()[at..at + item]);
    }
    let order = Order::new(dealing.lane, item, from, to, reversed);
    let from = Side { record: from_record as isize, lane: from_lane as isize };
    let to = Side { record: to_record as isize, lane: to_lane as isize };
    let run = dealing.stream.filter(|_| streams).unwrap_or(dealing.run);
    // SAFETY: the records lie within the memory, and are enough for a block; what is streamed begins
    // with cache lines.
    unsafe { run(&order, source, from, target, to, n) };
    assert!(
        memory[1].bytes() == want,
        "{wide} channels to {count}, {n} records, items of {item}, reversed {reversed}"
    );
}

#[test]
fn records_are_read_no_further_than_their_last_item() {
    let (mut random, memory) = (Random(41), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for _ in 0..600 {
        let item = 1 << random.below(4);
        let (wide, n) = (2 + random.below(3), 1030 + random.below(300));
        let count = 1 + random.below(wide);
        let (are_rows, reversed) = (random.one_in(2), random.one_in(2));
        let read = ((n - 1) * wide + count) * item;
        let source = memory[0].place(read, &mut random);
        let target = memory[1].place(n * count * item, &mut random);
        let (channel, record) = match are_rows {
            true => (n * item, item),
            false => (item, count * item),
        };
        let mut want = memory[1].bytes().to_vec();
        let (start, place) = (base(&memory[0], source), base(&memory[1], target));
        for (at, taken) in (0..n).flat_map(|at| (0..count).map(move |taken| (at, taken))) {
            let from = start + (at * wide + taken) * item;
            let to = if reversed { count - 1 - taken } else { taken };
            let to = place + at * record + to * channel;
            want[to..to + item].copy_from_slice(&memory[0].bytes()[from..from + item]);
        }
        let (last, step) = match reversed {
            true => ((count - 1) * item, -(item as i64)),
            false => (0, item as i64),
        };
        let dtype = DType::bytes(item as i64).unwrap();
        let from = [(wide * item) as i64, step];
        let data = source.wrapping_add(last);
        let from = Source { data, dtype, strides: &from };
        let to = [record as i64, channel as i64];
        let to = Target { data: target, dtype, strides: &to };
        // SAFETY: so many records lie within the memory on either side.
        unsafe { move_elements(&[n as i64, count as i64], to, from, Visit::AnyOrder) };
        assert!(memory[1].bytes() == want, "{count} of {wide} items of {item}, {n} records");
    }
}

#[test]
fn kernels_of_every_instruction_set_stream_bytes() {
    let (mut random, memory) = (Random(34), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        let Some(stream) = table.stream else { continue };
        for length in (0..300).chain([4096, 5000]) {
            let (source, target) =
                (memory[0].place(length, &mut random), memory[1].place(length, &mut random));
            let mut want = memory[1].bytes().to_vec();
            let from = source as usize - memory[0].0 as usize;
            let to = target as usize - memory[1].0 as usize;
            want[to..to + length].copy_from_slice(&memory[0].bytes()[from..from + length]);
            // SAFETY: so many bytes lie within the memory on either side.
            unsafe { stream(source, target, length) };
            (table.settle)();
            assert!(memory[1].bytes() == want, "{:?}: {length} bytes", table.name);
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_copy_and_fill_rows() {
    let (mut random, memory) = (Random(38), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        for (length, size) in (0..640)
            .chain([4096, 5000, 9001, 20000])
            .flat_map(|length| [1, 2, 3, 4, 8, 16].map(|size: usize| (length / size * size, size)))
        {
            let (n, dense) = (length / size, size as isize);
            for from_stride in [0, dense] {
                let from = if from_stride == 0 { size } else { length };
                let (source, target) =
                    (memory[0].place(from, &mut random), memory[1].place(length, &mut random));
                if n == 0 {
                    continue;
                }
                let mut want = memory[1].bytes().to_vec();
                let (start, place) =
                    (source.addr() - memory[0].0.addr(), target.addr() - memory[1].0.addr());
                let row = memory[0].bytes()[start..start + from].iter().cycle().take(length);
                want[place..place + length].iter_mut().zip(row).for_each(|(to, from)| *to = *from);
                // SAFETY: `n` items lie within the memory on either side, of the source one if its
                // stride is 0.
                unsafe { (table.same)(size)(source, from_stride, target, dense, n, size) };
                assert!(
                    memory[1].bytes() == want,
                    "{:?}: {n} items of {size}, stride {from_stride}",
                    table.name
                );
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_shift_bytes_over_one_another() {
    let (mut random, memory) = (Random(36), Fenced::new());
    for table in available() {
        for length in (0..600).chain([4096, 5000, 9001, 20000]) {
            memory.fill(&mut random);
            let source = memory.place(length, &mut random);
            // Close by, about a page away, or anywhere.
            let near = [1, 40, 300, 4100, 8300][random.below(5)];
            let way = random.below(2 * near) as isize - near as isize;
            let target = source.wrapping_offset(way);
            let start = target.addr().wrapping_sub(memory.0.addr());
            let target =
                if start <= ROOM - length { target } else { memory.place(length, &mut random) };
            let (from, to) = (source.addr() - memory.0.addr(), target.addr() - memory.0.addr());
            let mut want = memory.bytes().to_vec();
            want.copy_within(from..from + length, to);
            // SAFETY: so many bytes lie within the memory on either side.
            unsafe { (table.shift)(source, target, length) };
            assert!(memory.bytes() == want, "{:?}: {length} bytes by {way}", table.name);
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_copy_many_items_equally_far_apart() {
    let (mut random, memory) = (Random(38), [Fenced::new(), Fenced::new()]);
    for table in available() {
        for (size, step) in (1..10).flat_map(|size| (size + 1..18).map(move |step| (size, step))) {
            memory.iter().for_each(|side| side.fill(&mut random));
            let n = 1025 + random.below(600);
            let bytes = (n - 1) * step + size;
            let (source, target) =
                (memory[0].place(bytes, &mut random), memory[1].place(bytes, &mut random));
            let mut want = memory[1].bytes().to_vec();
            let first = target.addr() - memory[1].0.addr();
            for at in (0..n).map(|index| index * step) {
                // SAFETY: an item of the source.
                let item = unsafe { std::slice::from_raw_parts(source.add(at), size) };
                want[first + at..][..size].copy_from_slice(item);
            }
            let (start, stride) = match random.one_in(2) {
                true => ((n - 1) * step, -(step as isize)),
                false => (0, step as isize),
            };
            // SAFETY: the items lie within the memory on either side, apart.
            unsafe {
                let (source, target) = (source.add(start), target.add(start));
                (table.same)(size)(source, stride, target, stride, n, size);
            }
            assert!(memory[1].bytes() == want, "{n} of {size}, {stride} apart");
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_shift_items_apart_over_one_another() {
    let (mut random, memory) = (Random(37), Fenced::new());
    for shift_apart in available().filter_map(|table| table.shift_apart) {
        for _ in 0..3000 {
            memory.fill(&mut random);
            let stride = 2 + random.below(SHIFTED_APART - 1);
            let (size, n) = (1 + random.below(stride - 1), 1 + random.below(300));
            let bytes = (n - 1) * stride + size;
            let from = memory.place(bytes, &mut random).addr() - memory.0.addr();
            let near = (from + random.below(200)).saturating_sub(100).min(ROOM - bytes);
            let anywhere = memory.place(bytes, &mut random).addr() - memory.0.addr();
            let to = if random.one_in(4) { anywhere } else { near };
            let (before, mut want) = (memory.bytes().to_vec(), memory.bytes().to_vec());
            for at in (0..n).map(|index| index * stride) {
                want[to + at..][..size].copy_from_slice(&before[from + at..][..size]);
            }
            // SAFETY: the items lie within the memory on either side.
            unsafe { shift_apart(memory.0.add(from), memory.0.add(to), stride, n, size) };
            assert!(memory.bytes() == want, "{n} of {size}, {stride} apart, {from} to {to}");
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_exchange_bytes() {
    let (mut random, memory) = (Random(37), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        for length in (0..300).chain([4096, 5000]) {
            let places = [0, 1].map(|side: usize| memory[side].place(length, &mut random));
            let at = [0, 1].map(|side: usize| places[side].addr() - memory[side].0.addr());
            let mut want = [0, 1].map(|side: usize| memory[side].bytes().to_vec());
            let [a, b] = &mut want;
            a[at[0]..at[0] + length].swap_with_slice(&mut b[at[1]..at[1] + length]);
            // SAFETY: so many bytes lie within the memory on either side.
            unsafe { (table.exchange)(places[0], places[1], length) };
            for side in [0, 1] {
                assert!(memory[side].bytes() == want[side], "{:?}: {length} bytes", table.name);
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_exchange_tiles_with_their_images() {
    let (mut random, memory) = (Random(38), Fenced::new());
    for table in available() {
        for size in [1, 2, 4, 8, 16] {
            let Some(mirroring) = (table.mirroring)(size) else { continue };
            let edge = mirroring.edge;
            for _ in 0..60 {
                memory.fill(&mut random);
                // A square of tiles, of which the images of one diagonal are those of the other.
                let (side, first) = (1 + random.below(3), random.below(3));
                let (first, tiles) = (first.min(side - 1), side - first.min(side - 1));
                let pitch = side * edge * size + random.below(20);
                let bytes = pitch * (side * edge - 1) + side * edge * size;
                if bytes > ROOM {
                    continue;
                }
                let start = memory.place(bytes, &mut random);
                let mut want = memory.bytes().to_vec();
                let at = |row: usize, column: usize| {
                    start.addr() - memory.0.addr() + row * pitch + column * size
                };
                for tile in 0..tiles {
                    for (row, column) in (0..edge).flat_map(|row| (0..edge).map(move |c| (row, c)))
                    {
                        let (row, column) = (tile * edge + row, (tile + first) * edge + column);
                        let (a, b) = (at(row, column), at(column, row));
                        want[b..b + size].copy_from_slice(&memory.bytes()[a..a + size]);
                        want[a..a + size].copy_from_slice(&memory.bytes()[b..b + size]);
                    }
                }
                // SAFETY: the tiles lie within the memory.
                unsafe {
                    let b = start.add(first * edge * pitch);
                    let a = start.add(first * edge * size);
                    (mirroring.run)(a, b, pitch as isize, tiles);
                }
                assert!(memory.bytes() == want, "{:?}: {tiles} tiles of {size}", table.name);
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_exchange_blocks_with_their_images() {
    let (mut random, memory) = (Random(39), Fenced::new());
    for table in available() {
        for size in [1, 2, 4, 8, 16] {
            let Some(mirroring) = (table.mirroring)(size) else { continue };
            for _ in 0..40 {
                memory.fill(&mut random);
                let mut extent = || match random.one_in(2) {
                    true => mirroring.block,
                    false => 1 + random.below(mirroring.block),
                };
                // Lines from `first` on are the image of columns from `first` on.
                let (rows, columns) = (extent(), extent());
                let is_own = random.one_in(3);
                let (columns, first) = if is_own { (rows, 0) } else { (columns, rows) };
                let side = first + columns;
                let pitch = side * size + random.below(20);
                let bytes = pitch * (side - 1) + side * size;
                if bytes > ROOM {
                    continue;
                }
                let start = memory.place(bytes, &mut random);
                let mut want = memory.bytes().to_vec();
                let at = |row: usize, column: usize| {
                    start.addr() - memory.0.addr() + row * pitch + column * size
                };
                for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |c| (row, c))) {
                    let (a, b) = (at(row, first + column), at(first + column, row));
                    want[b..b + size].copy_from_slice(&memory.bytes()[a..a + size]);
                    want[a..a + size].copy_from_slice(&memory.bytes()[b..b + size]);
                }
                // SAFETY: the block and its image lie within the memory.
                unsafe {
                    let (a, b) = (start.add(first * size), start.add(first * pitch));
                    (mirroring.run_block)(a, b, pitch as isize, rows, columns);
                }
                let what = format!("{rows} x {columns} of {size}");
                assert!(memory.bytes() == want, "{:?}: {what}", table.name);
            }
        }
    }
}

#[test]
fn the_instruction_set_in_use_is_one_that_the_machine_has() {
    assert!(available().any(|table| table.name == isa()));
    assert!(available().any(|table| table.name == c"portable"));
}

/// Bytes beside `n` items, of which few, many or all mark them, at the end or the beginning of a block.
fn marks_for(memory: &Fenced, n: usize, random: &mut Random) -> (*mut u8, Vec<bool>) {
    let place = memory.place(n, random);
    let odds = [1, 2, 5, 60, 1000][random.below(5)];
    let (rare, mark) = (random.one_in(2), [1, 0x80, 0xff][random.below(3)]);
    let marked: Vec<bool> = (0..n).map(|_| random.one_in(odds) == rare).collect();
    for (at, &marked) in marked.iter().enumerate() {
        // SAFETY: one of the bytes.
        unsafe { place.add(at).write(if marked { mark } else { 0 }) };
    }
    (place, marked)
}

/// Where a place is in its block.
fn base(side: &Fenced, at: *const u8) -> usize {
    at as usize - side.0 as usize
}

#[test]
fn kernels_of_every_instruction_set_write_marked_items_and_no_others() {
    let (mut random, memory) = (Random(35), [Fenced::new(), Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        for size in (1..=17).filter(|&size| (table.masked)(size).is_some()) {
            let masked = (table.masked)(size).unwrap();
            for _ in 0..200 {
                let most = if random.one_in(4) { 700 } else { 70 };
                let n = 1 + random.below(most);
                let (is_value, wanted) = (random.one_in(2), !random.one_in(3));
                let read = if is_value { size } else { n * size };
                let source = memory[0].place(read, &mut random);
                let target = memory[1].place(n * size, &mut random);
                let (marks, marked) = marks_for(&memory[2], n, &mut random);
                let mut want = memory[1].bytes().to_vec();
                let (from, to) = (base(&memory[0], source), base(&memory[1], target));
                for at in (0..n).filter(|&at| marked[at] == wanted) {
                    let item = from + if is_value { 0 } else { at * size };
                    let item = &memory[0].bytes()[item..item + size];
                    want[to + at * size..to + (at + 1) * size].copy_from_slice(item);
                }
                // SAFETY: so many items lie within the memory on every side.
                unsafe { masked(source, is_value, marks, wanted, target, n) };
                assert!(memory[1].bytes() == want, "{:?}: {n} items of {size}", table.name);
            }
        }
    }
}

#[test]
fn masked_kernels_leave_pages_alone_that_cannot_be_written() {
    let (mut random, memory) = (Random(36), [Fenced::new(), Fenced::new(), Fenced::new()]);
    for table in available() {
        for size in [1, 2, 4, 8, 16] {
            let masked = (table.masked)(size).unwrap();
            let n = ROOM / size;
            let (marks, _) = marks_for(&memory[2], n, &mut random);
            // SAFETY: the first half of all items; what is after it cannot be written for a while.
            unsafe {
                marks.add(n / 2).write_bytes(0, n - n / 2);
                let (page, bytes) = (memory[1].0.add(ROOM / 2).cast(), ROOM / 2);
                assert_eq!(libc::mprotect(page, bytes, libc::PROT_READ), 0);
                masked(memory[0].0, false, marks, true, memory[1].0, n);
                let both = libc::PROT_READ | libc::PROT_WRITE;
                assert_eq!(libc::mprotect(page, bytes, both), 0);
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_bring_marked_items_together() {
    let (mut random, memory) = (Random(37), [Fenced::new(), Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        for size in (1..=17).filter(|&size| (table.compress)(size).is_some()) {
            let compress = (table.compress)(size).unwrap();
            for _ in 0..200 {
                let most = if random.one_in(4) { 700 } else { 70 };
                let n = 1 + random.below(most);
                let source = memory[0].place(n * size, &mut random);
                let (marks, marked) = marks_for(&memory[2], n, &mut random);
                let count = marked.iter().filter(|&&marked| marked).count();
                // SAFETY: so many bytes lie within the memory.
                assert_eq!(unsafe { (table.count)(marks, n) }, count);
                let room = match random.below(3) {
                    0 => count,
                    1 => random.below(count + 1),
                    _ => count + random.below(100),
                };
                let target = memory[1].place(room * size, &mut random);
                let before = memory[1].bytes().to_vec();
                // SAFETY: so many items lie within the memory on every side.
                let found = unsafe { compress(source, marks, n, target, room) };
                assert_eq!(found, count.min(room));
                let (from, to) = (base(&memory[0], source), base(&memory[1], target));
                let after = memory[1].bytes();
                for (place, at) in (0..n).filter(|&at| marked[at]).take(found).enumerate() {
                    assert_eq!(
                        after[to + place * size..to + (place + 1) * size],
                        memory[0].bytes()[from + at * size..from + (at + 1) * size],
                        "{:?}: {n} items of {size}, {room} places",
                        table.name
                    );
                }
                assert!(after[..to] == before[..to], "{:?}: before the target", table.name);
                let end = to + room * size;
                assert!(after[end..] == before[end..], "{:?}: behind the target", table.name);
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_find_ways_and_positions_out_of_bounds() {
    let (mut random, memory) = (Random(38), Fenced::new());
    for table in available() {
        for _ in 0..500 {
            let n = 1 + random.below(300);
            let (extent, from_end) = (1 + random.below(1000) as i64, random.one_in(2));
            let lowest = if from_end { -extent } else { 0 };
            let given = memory.place(8 * n, &mut random);
            let mut positions: Vec<i64> =
                (0..n).map(|_| lowest + random.below((extent - lowest) as usize) as i64).collect();
            let astray = [extent, lowest - 1, i64::MAX, i64::MIN];
            if random.one_in(2) {
                positions[random.below(n)] = astray[random.below(4)];
            }
            let is_within = positions.iter().all(|&at| (lowest..extent).contains(&at));
            // SAFETY: so many positions lie within the memory.
            unsafe { given.copy_from_nonoverlapping(positions.as_ptr().cast(), 8 * n) };
            let bounds = Bounds { extent, from_end };
            // SAFETY: as above.
            assert_eq!(unsafe { (table.looking.within)(given, n, bounds) }, is_within);
            if !is_within {
                continue;
            }
            let stride = [1, 4, 16, -8, 3, 0, i64::MAX][random.below(7)];
            let mut ways: Vec<i64> = (0..n as i64).map(|at| at * 1000).collect();
            // SAFETY: as above.
            unsafe { (table.looking.add_ways)(given, bounds, stride, &mut ways) };
            for (at, &position) in positions.iter().enumerate() {
                let counted = if position < 0 { position + extent } else { position };
                let want = (at as i64 * 1000).wrapping_add(counted.wrapping_mul(stride));
                assert_eq!(ways[at], want, "{:?}: {position} by {stride}", table.name);
            }
        }
    }
}

#[test]
fn kernels_of_every_instruction_set_move_rows() {
    let (mut random, memory) = (Random(39), [Fenced::new(), Fenced::new()]);
    memory.iter().for_each(|side| side.fill(&mut random));
    for table in available() {
        for bytes in (1..=100).chain([128, 192, 256, 1000, 1024, 1500]) {
            for rowing in [Rowing::Gather, Rowing::GatherPastCaches, Rowing::Scatter] {
                let streams = rowing == Rowing::GatherPastCaches;
                if streams && bytes % 64 != 0 {
                    continue;
                }
                let n = 1 + random.below(30);
                let gap = if streams { 64 * random.below(2) } else { random.below(3) };
                let step = bytes + gap;
                let apart = bytes + random.below(3);
                let data = memory[0].place(n * apart, &mut random);
                let other = memory[1].place(n * step - gap, &mut random);
                let other = if streams { memory[1].0 } else { other };
                // Each place once: what is scattered arrives.
                let turn = random.below(n);
                let ways: Vec<i64> = (0..n).map(|at| ((at + turn) % n * apart) as i64).collect();
                let is_scatter = rowing == Rowing::Scatter;
                let (read, written) = if is_scatter { (1, 0) } else { (0, 1) };
                let (data_at, other_at) = (base(&memory[0], data), base(&memory[1], other));
                let mut want = memory[written].bytes().to_vec();
                for (at, &way) in ways.iter().enumerate() {
                    let (data, other) = (data_at + way as usize, other_at + at * step);
                    let (from, to) = if is_scatter { (other, data) } else { (data, other) };
                    want[to..to + bytes].copy_from_slice(&memory[read].bytes()[from..from + bytes]);
                }
                // SAFETY: so many rows lie within the memory on either side.
                unsafe {
                    (table.looking.rows)(data, &ways, other, step as isize, bytes, rowing);
                }
                (table.settle)();
                assert!(
                    memory[written].bytes() == want,
                    "{:?}: {n} rows of {bytes} bytes",
                    table.name
                );
            }
        }
    }
}
