use super::*;
use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How often work was shared.
pub static SHARED: AtomicUsize = AtomicUsize::new(0);

/// So many threads, for one test at a time. Other tests go on, and may use them.
pub struct Threads(#[allow(dead_code)] MutexGuard<'static, ()>);

impl Threads {
    pub fn set(count: i32) -> Threads {
        static ONE_TEST: Mutex<()> = Mutex::new(());
        let held = ONE_TEST.lock().unwrap_or_else(PoisonError::into_inner);
        set_threads(count).unwrap();
        Threads(held)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        set_threads(1).unwrap();
    }
}

/// As [`share`], again and again while another test's transfer has the turn.
fn share_in_turn(parts: usize, work: &(dyn Fn(usize) + Sync)) {
    while !share(parts, work) {
        std::thread::yield_now();
    }
}

#[test]
fn every_part_is_done_once() {
    let _threads = Threads::set(4);
    for parts in [2, 3, 4, 5, 100] {
        let done: Vec<AtomicU32> = (0..parts).map(|_| AtomicU32::new(0)).collect();
        for _ in 0..300 {
            share_in_turn(parts, &|part| {
                done[part].fetch_add(1, Ordering::Relaxed);
            });
        }
        assert!(done.iter().all(|done| done.load(Ordering::Relaxed) == 300), "{parts} parts");
    }
}

#[test]
fn who_does_not_get_the_turn_is_told_so_at_once() {
    let _threads = Threads::set(2);
    let nested = AtomicU32::new(0);
    share_in_turn(8, &|_| {
        nested.fetch_add(u32::from(share(8, &|_| {})), Ordering::Relaxed);
    });
    assert_eq!(nested.into_inner(), 0);
    assert!(!share(1, &|_| {}), "one part needs no other thread");
}

#[test]
fn there_are_as_many_threads_as_were_set() {
    let _threads = Threads::set(1);
    assert!(!share(8, &|_| {}), "there is nobody to share with");
    for count in [2, 5, 3, 3, 1, 8, 1] {
        set_threads(count).unwrap();
        assert_eq!(threads(), count as usize);
    }
}

#[test]
fn a_number_of_threads_that_cannot_be_is_refused() {
    let _threads = Threads::set(3);
    for count in [0, -1, i32::MIN, 257, i32::MAX] {
        let most = MOST_THREADS as i32;
        assert_eq!(set_threads(count), Err(Error::Threads { count, most }));
        assert_eq!(threads(), 3);
    }
}
