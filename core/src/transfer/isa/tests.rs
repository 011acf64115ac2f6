//! Every entry of every table that this machine can use, beside a naive loop, with the elements right
//! before and right after a page that cannot be touched.

use super::*;
use crate::dtype::DType;
use crate::transfer::convert::Converting;
use crate::transfer::kernel::Kernel;
use crate::transfer::tests::{Random, oracle};

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
        for size in (1..=33).chain([48, 64, 100]) {
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
fn kernels_of_every_instruction_set_convert_as_the_oracle_does() {
    let (mut random, memory) = (Random(32), [Fenced::new(), Fenced::new()]);
    for table in available() {
        for from in DType::ALL {
            memory[0].fill(&mut random);
            for to in DType::ALL.into_iter().filter(|&to| to != from) {
                let converting = Converting::new(table, from, to).unwrap();
                for _ in 0..6 {
                    let it = if random.one_in(4) { converting.aside() } else { converting };
                    check_run(Kernel::Converting(it), (from, to), &memory, &mut random);
                }
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
fn the_instruction_set_in_use_is_one_that_the_machine_has() {
    assert!(available().any(|table| table.name == isa()));
    assert!(available().any(|table| table.name == c"portable"));
}
