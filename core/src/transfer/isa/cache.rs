//! From how many bytes on it pays to write past the caches.
//!
//! A store to a line that is in no cache first reads the line: a copy then moves three bytes for every
//! two it needs. A non-temporal store does not read, but what it writes is in no cache afterwards.
//! So it pays when the target would not stay in the caches anyway, and costs dearly when it would.
//! The C library's `memcpy` draws that line itself, yet takes the cache's size to be its size times
//! the cores that share it, as far as the hypervisor tells, and so draws it far too high on many
//! virtual machines. Here it is the size that the processor gives for one last-level cache.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Where the processor does not say.
const ASSUMED: usize = 32 << 20;

/// Bytes that the second cache of most processors holds, or a part of it.
pub const SECOND_CACHE: isize = if cfg!(test) { 1024 } else { 1 << 20 };

/// From this many bytes of the target on, writes go past the caches.
pub fn streaming_from() -> usize {
    match FROM.load(Ordering::Relaxed) {
        0 => {
            let from = measure();
            FROM.store(from, Ordering::Relaxed);
            from
        }
        from => from,
    }
}

/// 0 until it is known.
static FROM: AtomicUsize = AtomicUsize::new(0);

/// Three quarters of the last-level cache. Source and target share it with whatever else runs, and
/// with the pages that the kernel clears.
#[cold]
fn measure() -> usize {
    if cfg!(test) {
        return 4096; // The arrays of the tests are small.
    }
    last_level().unwrap_or(ASSUMED).clamp(4 << 20, 256 << 20) / 4 * 3
}

/// The bytes of the largest cache, by the processor's own list of its caches: leaf 4 where Intel has
/// it, leaf 0x8000001d where AMD has the same.
#[cfg(target_arch = "x86_64")]
fn last_level() -> Option<usize> {
    use std::arch::x86_64::{__cpuid, __cpuid_count};
    #[allow(unused_unsafe)] // Safe in newer compilers: every processor of 64 bits has it.
    // SAFETY: every processor of 64 bits has it.
    let size = |leaf: u32| unsafe {
        let last = __cpuid(leaf & 0x8000_0000).eax;
        let caches = (0..8).filter(|_| last >= leaf).map(|which| __cpuid_count(leaf, which));
        let caches = caches.take_while(|cache| cache.eax & 31 != 0);
        let bytes = caches.map(|cache| {
            let (ways, parts) = ((cache.ebx >> 22) + 1, (cache.ebx >> 12 & 1023) + 1);
            let (line, sets) = ((cache.ebx & 4095) + 1, cache.ecx as usize + 1);
            ways as usize * parts as usize * line as usize * sets
        });
        bytes.max()
    };
    size(4).or_else(|| size(0x8000_001d))
}

#[cfg(not(target_arch = "x86_64"))]
fn last_level() -> Option<usize> {
    None
}
