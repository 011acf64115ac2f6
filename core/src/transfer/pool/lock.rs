//! A lock and a bell, as POSIX has them, that need no memory and can be made anew after a fork.

use std::cell::UnsafeCell;
#[cfg(not(target_os = "android"))]
use std::ffi::c_int;
use std::ops::{Deref, DerefMut};

pub struct Mutex<T> {
    mutex: UnsafeCell<libc::pthread_mutex_t>,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached by whoever holds the lock, which is one thread at a time.
unsafe impl<T: Send> Sync for Mutex<T> {}

// What these functions return is not looked at: with a plain mutex, locked and unlocked in turn, none
// of them fails but `trylock`.
impl<T> Mutex<T> {
    pub const fn new(value: T) -> Mutex<T> {
        let mutex = UnsafeCell::new(libc::PTHREAD_MUTEX_INITIALIZER);
        Mutex { mutex, value: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> Held<'_, T> {
        // SAFETY: a mutex that was initialised, and never moves.
        unsafe { libc::pthread_mutex_lock(self.mutex.get()) };
        Held(self)
    }

    /// None if somebody holds it, this thread included.
    pub fn try_lock(&self) -> Option<Held<'_, T>> {
        // SAFETY: as above.
        let taken = unsafe { libc::pthread_mutex_trylock(self.mutex.get()) } == 0;
        taken.then(|| Held(self))
    }

    /// Makes it new and free, whatever it was.
    ///
    /// # Safety
    /// - No other thread is there, and this one holds it no more.
    pub unsafe fn make_anew(&self, value: T) {
        // SAFETY: the caller's: nobody else looks.
        unsafe {
            self.mutex.get().write(libc::PTHREAD_MUTEX_INITIALIZER);
            *self.value.get() = value;
        }
    }
}

/// The value, until this is dropped.
pub struct Held<'a, T>(&'a Mutex<T>);

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Held<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held, and this borrow of the holder is the only one.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Held<'_, T> {
    fn drop(&mut self) {
        // SAFETY: this thread holds it.
        unsafe { libc::pthread_mutex_unlock(self.0.mutex.get()) };
    }
}

/// While this stands, the thread is not cancelled: it may be where it waits, and a thread that ends there
/// would keep what it holds. Made and dropped on the same thread, in turn.
pub struct Uncancelled(#[cfg(not(target_os = "android"))] c_int);

/// Its threads cannot be cancelled.
#[cfg(target_os = "android")]
impl Uncancelled {
    pub fn new() -> Uncancelled {
        Uncancelled()
    }
}

#[cfg(not(target_os = "android"))]
mod cancel {
    use std::ffi::c_int;

    #[cfg(target_vendor = "apple")]
    pub const DISABLE: c_int = 0;
    #[cfg(not(target_vendor = "apple"))]
    pub const DISABLE: c_int = 1;

    unsafe extern "C" {
        /// POSIX's, which the libc crate has for few systems.
        pub fn pthread_setcancelstate(state: c_int, before: *mut c_int) -> c_int;
    }
}

#[cfg(not(target_os = "android"))]
impl Uncancelled {
    pub fn new() -> Uncancelled {
        let mut before = 0;
        // SAFETY: it writes one number.
        unsafe { cancel::pthread_setcancelstate(cancel::DISABLE, &mut before) };
        Uncancelled(before)
    }
}

#[cfg(not(target_os = "android"))]
impl Drop for Uncancelled {
    fn drop(&mut self) {
        let mut disabled = 0;
        // SAFETY: as above.
        unsafe { cancel::pthread_setcancelstate(self.0, &mut disabled) };
    }
}

/// What threads wait for that have given up a lock meanwhile.
pub struct Bell(UnsafeCell<libc::pthread_cond_t>);

// SAFETY: made for many threads.
unsafe impl Sync for Bell {}

impl Bell {
    pub const fn new() -> Bell {
        Bell(UnsafeCell::new(libc::PTHREAD_COND_INITIALIZER))
    }

    /// Returns when the bell rings, or without a reason.
    pub fn wait<T>(&self, held: &mut Held<'_, T>) {
        // SAFETY: both were initialised and never move; this thread holds the lock.
        unsafe { libc::pthread_cond_wait(self.0.get(), held.0.mutex.get()) };
    }

    pub fn ring_for_one(&self) {
        // SAFETY: it was initialised, and never moves.
        unsafe { libc::pthread_cond_signal(self.0.get()) };
    }

    pub fn ring(&self) {
        // SAFETY: as above.
        unsafe { libc::pthread_cond_broadcast(self.0.get()) };
    }

    /// Makes it new, whoever waited.
    ///
    /// # Safety
    /// - No other thread is there.
    pub unsafe fn make_anew(&self) {
        // SAFETY: the caller's: nobody else looks.
        unsafe { self.0.get().write(libc::PTHREAD_COND_INITIALIZER) };
    }
}
