//! The workers as POSIX threads.

use super::lock::{Bell, Mutex, Uncancelled};
use super::{MOST_THREADS, THREADS};
use crate::buffer::fork;
use crate::error::{Error, Result};
use std::ffi::{CStr, c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const MOST_WORKERS: usize = MOST_THREADS - 1;

/// Bytes of a worker's stack. Transposes need most, less than 96 KiB; the rest is for handlers of faults
/// and for sanitizers. What the program keeps for each thread comes on top.
const STACK: usize = 256 << 10;

/// The workers that there are; the first `count` threads.
struct Workers {
    count: usize,
    threads: [MaybeUninit<libc::pthread_t>; MOST_WORKERS],
}

impl Workers {
    const NONE: Workers = Workers { count: 0, threads: [MaybeUninit::uninit(); MOST_WORKERS] };
}

/// What workers and those who need them tell one another.
struct State {
    /// A worker ends whose number is not below.
    wanted: usize,
    /// Open work; null if there is none.
    work: *const Work<'static>,
    /// The workers that look at it.
    inside: usize,
}

impl State {
    const NONE: State = State { wanted: 0, work: null(), inside: 0 };
}

// SAFETY: work is for all threads.
unsafe impl Send for State {}
// SAFETY: a thread's name may be known to another.
unsafe impl Send for Workers {}

/// Held by the transfer that uses the workers, or by the call that changes them.
static TURN: Mutex<Workers> = Mutex::new(Workers::NONE);
/// Held for a look, and taken after the turn.
static STATE: Mutex<State> = Mutex::new(State::NONE);
/// Rings for workers: there is work, or an end.
static WAKE: Bell = Bell::new();
/// Rings when no worker is inside any more.
static LEFT: Bell = Bell::new();

/// A transfer in parts.
struct Work<'a> {
    each: &'a (dyn Fn(usize) + Sync),
    parts: usize,
    /// The first that nobody has taken.
    next: AtomicUsize,
}

impl Work<'_> {
    fn has_parts(&self) -> bool {
        self.next.load(Ordering::Relaxed) < self.parts
    }

    fn take_parts(&self) {
        loop {
            let part = self.next.fetch_add(1, Ordering::Relaxed);
            if part >= self.parts {
                return;
            }
            (self.each)(part);
        }
    }
}

pub fn share(parts: usize, each: &(dyn Fn(usize) + Sync)) -> bool {
    let _whole = Uncancelled::new();
    let Some(turn) = TURN.try_lock() else { return false };
    let helpers = turn.count.min(parts.saturating_sub(1));
    if helpers == 0 {
        return false;
    }
    #[cfg(test)]
    super::tests::SHARED.fetch_add(1, Ordering::Relaxed);
    let work = Work { each, parts, next: AtomicUsize::new(0) };
    let open = Open::new(&work);
    if helpers == turn.count {
        WAKE.ring();
    } else {
        (0..helpers).for_each(|_| WAKE.ring_for_one());
    }
    work.take_parts();
    drop(open);
    true
}

/// Work that workers may enter. It is closed, and they have left, when this is dropped.
struct Open;

impl Open {
    fn new(work: &Work) -> Open {
        STATE.lock().work = (&raw const *work).cast();
        Open
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = STATE.lock();
        state.work = null();
        while state.inside != 0 {
            LEFT.wait(&mut state);
        }
    }
}

/// The life of a worker.
extern "C" fn worker(number: *mut c_void) -> *mut c_void {
    name_this_thread();
    let mut state = STATE.lock();
    while number.addr() < state.wanted {
        // SAFETY: open work is there until it is closed, and nobody inside.
        match unsafe { state.work.as_ref() }.filter(|work| work.has_parts()) {
            None => WAKE.wait(&mut state),
            Some(work) => {
                state.inside += 1;
                drop(state);
                work.take_parts();
                state = STATE.lock();
                state.inside -= 1;
                if state.inside == 0 {
                    LEFT.ring_for_one();
                }
            }
        }
    }
    null_mut()
}

fn name_this_thread() {
    const NAME: &CStr = c"ndview";
    #[cfg(any(target_os = "linux", target_os = "android"))]
    // SAFETY: the name ends in NUL, within 16 bytes.
    unsafe {
        libc::prctl(libc::PR_SET_NAME, NAME.as_ptr());
    }
    #[cfg(target_os = "macos")]
    // SAFETY: as above.
    unsafe {
        libc::pthread_setname_np(NAME.as_ptr());
    }
    let _ = NAME;
}

/// Starts workers or ends some, until there are so many. If one cannot be started, those before it are
/// ended again.
pub fn resize(count: usize) -> Result<()> {
    let _whole = Uncancelled::new();
    let mut workers = TURN.lock();
    let before = workers.count;
    if count > before {
        prepare_for_forks()?;
        prepare_for_exit()?;
    }
    let grown = (before..count).try_for_each(|_| workers.start_one());
    let started = workers.count.saturating_sub(before);
    workers.end_beyond(if grown.is_ok() { count } else { before });
    THREADS.store(workers.count + 1, Ordering::Relaxed);
    grown.map_err(|code| Error::ThreadNotStarted { started, missing: count - before, code })
}

impl Workers {
    /// An error is a code of the system's.
    fn start_one(&mut self) -> std::result::Result<(), c_int> {
        STATE.lock().wanted = self.count + 1;
        self.threads[self.count] = MaybeUninit::new(start(self.count)?);
        self.count += 1;
        Ok(())
    }

    fn end_beyond(&mut self, count: usize) {
        STATE.lock().wanted = count;
        WAKE.ring();
        for thread in &self.threads[count.min(self.count)..self.count] {
            // SAFETY: a thread that was started, and is joined once.
            unsafe { libc::pthread_join(thread.assume_init(), null_mut()) };
        }
        self.count = count.min(self.count);
    }
}

/// Signals that a thread sends itself by what it does, and that cannot wait: a program that handles
/// them sees those of workers too.
const FAULTS: [c_int; 5] = [libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGSEGV, libc::SIGTRAP];

/// Starts a worker that gets no signals but faults.
fn start(number: usize) -> std::result::Result<libc::pthread_t, c_int> {
    let mut attributes = MaybeUninit::uninit();
    let mut thread = MaybeUninit::uninit();
    let (mut all, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
    // SAFETY: each is initialised by the function that it is first given to.
    let failure = unsafe {
        match libc::pthread_attr_init(attributes.as_mut_ptr()) {
            0 => {}
            code => return Err(code),
        }
        let stack = STACK + taken_of_stack(attributes.as_ptr());
        libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), stack);
        libc::sigfillset(all.as_mut_ptr());
        FAULTS.iter().for_each(|&fault| {
            libc::sigdelset(all.as_mut_ptr(), fault);
        });
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        let argument = std::ptr::without_provenance_mut(number);
        let mut create =
            |attributes| libc::pthread_create(thread.as_mut_ptr(), attributes, worker, argument);
        // A stack that is too small for what the program keeps for each thread is invalid.
        let failure = match create(attributes.as_ptr()) {
            libc::EINVAL => create(null()),
            other => other,
        };
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), null_mut());
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        failure
    };
    // SAFETY: it has been started.
    if failure == 0 { Ok(unsafe { thread.assume_init() }) } else { Err(failure) }
}

/// Bytes of a stack that are taken before its thread begins: glibc puts the program's variables of each
/// thread there, however large, and a function of its own tells how many bytes they have.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn taken_of_stack(attributes: *const libc::pthread_attr_t) -> usize {
    type LeastStack = unsafe extern "C" fn(*const libc::pthread_attr_t) -> usize;
    // SAFETY: the name ends in NUL.
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"__pthread_get_minstack".as_ptr()) };
    // SAFETY: null, or a function of that type.
    let least_stack: Option<LeastStack> = unsafe { std::mem::transmute(found) };
    // SAFETY: the attributes have been initialised.
    least_stack.map_or(0, |bytes| unsafe { bytes(attributes) })
}

/// Elsewhere they have a place of their own.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn taken_of_stack(_attributes: *const libc::pthread_attr_t) -> usize {
    0
}

/// Done before the first worker is started, under the turn.
fn prepare_for_forks() -> Result<()> {
    static PREPARED: AtomicBool = AtomicBool::new(false);
    if !PREPARED.load(Ordering::Relaxed) {
        fork::in_child(forget_workers)?;
        PREPARED.store(true, Ordering::Relaxed);
    }
    Ok(())
}

/// In the child of a fork, which has no thread but the one that forked.
extern "C" fn forget_workers() {
    // SAFETY: there is no other thread, and a thread that holds either lock does not fork.
    unsafe {
        TURN.make_anew(Workers::NONE);
        STATE.make_anew(State::NONE);
        WAKE.make_anew();
        LEFT.make_anew();
    }
    THREADS.store(1, Ordering::Relaxed);
}

/// Whether [`end_workers`] is to be called at the exit, or the unloading, that comes next.
static IS_REGISTERED: AtomicBool = AtomicBool::new(false);

fn prepare_for_exit() -> Result<()> {
    if !IS_REGISTERED.load(Ordering::Relaxed) {
        // SAFETY: a function without arguments. Where the library can be unloaded, `atexit` calls it
        // before that.
        if unsafe { libc::atexit(end_workers) } != 0 {
            return Err(Error::NoMemory { bytes: size_of::<extern "C" fn()>() });
        }
        IS_REGISTERED.store(true, Ordering::Relaxed);
    }
    Ok(())
}

/// Transfers that run later, in other functions called at the exit, are done by their own threads.
extern "C" fn end_workers() {
    IS_REGISTERED.store(false, Ordering::Relaxed);
    let ended = resize(0);
    debug_assert!(ended.is_ok());
}
