//! The one place that calls the operating system for files: reading one from its beginning, and
//! writing one that appears all at once or not at all.
//!
//! Nothing here allocates but through the allocator, and nothing aborts: `std::fs` may do both.
//! What differs between systems stands in the module `os`, once for POSIX and once for Windows.

use crate::buffer::allocator::Scratch;
use crate::error::{Error, Result, ShortText, SystemText};
use arrayvec::ArrayString;
use std::ffi::{CStr, c_int};
use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};

/// The most bytes that one system call moves; some systems refuse more than an `int` can count.
const MAX_TRANSFER: usize = 1 << 30;

/// What went wrong, with what the system says of it.
fn failure(operation: &'static str, path: &CStr, code: c_int) -> Error {
    let mut text = [0; 128];
    let reason = SystemText::new(os::error_text(code, &mut text));
    Error::File { operation, path: ShortText::ending(path.to_bytes()), reason }
}

/// A file that is being read from its beginning.
pub struct Reading<'a> {
    file: Descriptor,
    path: &'a CStr,
    /// The bytes of a regular file; pipes and devices do not say.
    total: Option<u64>,
}

impl<'a> Reading<'a> {
    pub fn open(path: &'a CStr) -> Result<Reading<'a>> {
        let file = os::open_to_read(path).map_err(|code| failure("opening", path, code))?;
        let file = Descriptor(file);
        let kind = os::kind(file.0).map_err(|code| failure("examining", path, code))?;
        // A file that the system makes up while it is read has no size before.
        let total = if kind.regular && kind.nbytes > 0 { Some(kind.nbytes) } else { None };
        Ok(Reading { file, path, total })
    }

    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Reads some bytes, at most `room`; 0 at the end.
    ///
    /// # Safety
    /// - `room` bytes can be written at `to`.
    pub unsafe fn read(&mut self, to: *mut u8, room: usize) -> Result<usize> {
        // SAFETY: the caller's, and no more than `room` bytes.
        let read = unsafe { os::read(self.file.0, to, room.min(MAX_TRANSFER)) };
        read.map_err(|code| failure("reading", self.path, code))
    }
}

/// A file that is being written. A regular file, or a new one, is first written under another name
/// beside it, and takes its place when it is whole; until then the old one stands, and if anything
/// fails it stays. A pipe or a device is written straight.
pub struct Writing<'a> {
    // Closed before the temporary file is removed: drops run in this order.
    file: Descriptor,
    temporary: Option<Temporary<'a>>,
    path: &'a CStr,
}

impl<'a> Writing<'a> {
    pub fn begin(path: &'a CStr) -> Result<Writing<'a>> {
        // Opened, not to write there but to learn whether one may, and what it is.
        let (existing, kind) = match os::open_to_write(path) {
            Ok(file) => {
                let file = Descriptor(file);
                let kind = os::kind(file.0).map_err(|code| failure("examining", path, code))?;
                (file, kind)
            }
            Err(code) if os::is_missing(code) => {
                let (file, temporary) = Temporary::create(path, None)?;
                return Ok(Writing { file, temporary: Some(temporary), path });
            }
            Err(code) => return Err(failure("opening", path, code)),
        };
        if !kind.regular {
            return Ok(Writing { file: existing, temporary: None, path });
        }
        drop(existing);
        let (file, temporary) = Temporary::create(path, Some(&kind))?;
        Ok(Writing { file, temporary: Some(temporary), path })
    }

    /// Writes all of it.
    ///
    /// # Safety
    /// - `nbytes` bytes can be read at `from`.
    pub unsafe fn write(&mut self, from: *const u8, nbytes: usize) -> Result<()> {
        let mut done = 0;
        while done < nbytes {
            let piece = (nbytes - done).min(MAX_TRANSFER);
            // SAFETY: the caller's; `done` is less than `nbytes`.
            let written = unsafe { os::write(self.file.0, from.add(done), piece) };
            done += written.map_err(|code| failure("writing", self.path, code))?;
        }
        Ok(())
    }

    /// Puts the file in its place.
    pub fn finish(self) -> Result<()> {
        let Writing { file, temporary, path } = self;
        if temporary.is_some() {
            os::sync(file.0).map_err(|code| failure("synchronising", path, code))?;
        }
        file.close().map_err(|code| failure("closing", path, code))?;
        match temporary {
            Some(temporary) => temporary.rename(path),
            None => Ok(()),
        }
    }
}

/// A file that has another name until it is whole; removed when dropped before that.
struct Temporary<'a> {
    name: PathText,
    target: Target<'a>,
    renamed: bool,
}

/// The name that a file is to have. A link stays, and what it leads to is replaced.
enum Target<'a> {
    Given(&'a CStr),
    Resolved(PathText),
}

impl Target<'_> {
    fn path(&self) -> &CStr {
        match self {
            Target::Given(path) => path,
            Target::Resolved(path) => path.as_c_str(),
        }
    }
}

/// Numbers the temporary files of this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// As many leftovers of crashed processes are passed over.
const MAX_TRIES: usize = 1000;

impl<'a> Temporary<'a> {
    /// A new file in the target's folder, with the permissions of the file it replaces.
    fn create(path: &'a CStr, replaced: Option<&os::Kind>) -> Result<(Descriptor, Temporary<'a>)> {
        const CREATING: &str = "creating a temporary file beside";
        let mut target = Target::Given(path);
        if os::is_link(path) {
            let mut resolved = PathText::with_capacity(os::MAX_PATH)?;
            os::resolve(path, &mut resolved).map_err(|code| failure("resolving", path, code))?;
            target = Target::Resolved(resolved);
        }
        let mut name = PathText::with_capacity(target.path().count_bytes() + MAX_NAME)?;
        for _ in 0..MAX_TRIES {
            name.set_beside(target.path(), NEXT.fetch_add(1, Ordering::Relaxed));
            let file = match os::create_new(name.as_c_str(), replaced.is_some()) {
                Ok(file) => Descriptor(file),
                Err(code) if code == os::TAKEN => continue,
                Err(code) => return Err(failure(CREATING, path, code)),
            };
            let temporary = Temporary { name, target, renamed: false };
            if let Some(kind) = replaced {
                os::set_permissions(file.0, kind)
                    .map_err(|code| failure("setting the permissions of", path, code))?;
            }
            return Ok((file, temporary));
        }
        Err(failure(CREATING, path, os::TAKEN))
    }

    fn rename(mut self, path: &CStr) -> Result<()> {
        os::replace(self.name.as_c_str(), self.target.path())
            .map_err(|code| failure("renaming a temporary file to", path, code))?;
        self.renamed = true;
        // The file stands in its place. That its name outlives a power cut too is more than every
        // file system grants, and no reason to call the save failed.
        self.name.cut_to_folder();
        os::sync_folder(self.name.as_c_str());
        Ok(())
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if !self.renamed {
            os::remove(self.name.as_c_str());
        }
    }
}

/// An open file, closed when dropped.
struct Descriptor(c_int);

impl Descriptor {
    /// Closes now; some systems tell only then that what was written could not be kept.
    fn close(self) -> std::result::Result<(), c_int> {
        os::close(std::mem::ManuallyDrop::new(self).0)
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // Nothing is lost that was not lost already.
        let _ = os::close(self.0);
    }
}

/// The longest name of a temporary file.
const MAX_NAME: usize = 40;

/// A path with its own memory; always ends in NUL.
struct PathText {
    block: Scratch,
    capacity: usize,
}

impl PathText {
    /// Empty, with room for so many bytes and a NUL.
    fn with_capacity(bytes: usize) -> Result<PathText> {
        let mut path = PathText { block: Scratch::new(bytes + 1)?, capacity: bytes + 1 };
        path.room().fill(0);
        Ok(path)
    }

    fn room(&mut self) -> &mut [u8] {
        // SAFETY: the block has so many bytes, which nobody else refers to; all are written by
        // `with_capacity` before any is read.
        unsafe { std::slice::from_raw_parts_mut(self.block.start(), self.capacity) }
    }

    fn as_c_str(&self) -> &CStr {
        // SAFETY: the block ends in NUL at the latest, and nobody writes it meanwhile.
        unsafe { CStr::from_ptr(self.block.start().cast()) }
    }

    /// The name of a temporary file in the folder of `target`. There must be room for both.
    fn set_beside(&mut self, target: &CStr, number: u32) {
        let target = target.to_bytes();
        let folder = folder_bytes(target);
        let mut name = ArrayString::<MAX_NAME>::new();
        let fits = write!(name, ".ndview-{:x}-{number:x}.tmp", os::process());
        debug_assert!(fits.is_ok());
        let room = self.room();
        room[..folder].copy_from_slice(&target[..folder]);
        room[folder..folder + name.len()].copy_from_slice(name.as_bytes());
        room[folder + name.len()] = 0;
    }

    /// Leaves the folder of the path.
    fn cut_to_folder(&mut self) {
        let folder = folder_bytes(self.as_c_str().to_bytes());
        let room = self.room();
        if folder > 0 {
            room[folder] = 0;
        } else {
            room[..2].copy_from_slice(b".\0");
        }
    }
}

/// How much of a path is the folder, with its last separator.
fn folder_bytes(path: &[u8]) -> usize {
    path.iter().rposition(|byte| os::SEPARATORS.contains(byte)).map_or(0, |last| last + 1)
}

/// POSIX. Every function gives the number of the error, `errno`, where it fails.
#[cfg(unix)]
mod os {
    use super::PathText;
    use std::ffi::{CStr, c_int};
    use std::mem::MaybeUninit;

    type Result<T> = std::result::Result<T, c_int>;

    pub const SEPARATORS: &[u8] = b"/";
    /// What `realpath` may write.
    pub const MAX_PATH: usize = libc::PATH_MAX as usize;
    /// The error of a file that exists already.
    pub const TAKEN: c_int = libc::EEXIST;

    /// What a file is.
    pub struct Kind {
        pub regular: bool,
        pub nbytes: u64,
        mode: libc::mode_t,
    }

    fn last_error() -> c_int {
        std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
    }

    /// Makes a call, again if a signal interrupted it; negative results are errors.
    fn retried<T: Default + PartialOrd>(mut call: impl FnMut() -> T) -> Result<T> {
        loop {
            let result = call();
            if result >= T::default() {
                return Ok(result);
            }
            match last_error() {
                libc::EINTR => {}
                code => return Err(code),
            }
        }
    }

    pub fn is_missing(code: c_int) -> bool {
        code == libc::ENOENT
    }

    pub fn process() -> u32 {
        // SAFETY: it cannot fail.
        unsafe { libc::getpid() as u32 }
    }

    fn open(path: &CStr, flags: c_int, mode: libc::c_uint) -> Result<c_int> {
        // SAFETY: the path ends in NUL.
        retried(|| unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) })
    }

    pub fn open_to_read(path: &CStr) -> Result<c_int> {
        open(path, libc::O_RDONLY | libc::O_NOCTTY, 0)
    }

    /// Of an existing file, which stays as it is.
    pub fn open_to_write(path: &CStr) -> Result<c_int> {
        open(path, libc::O_WRONLY | libc::O_NOCTTY, 0)
    }

    /// For everybody whom the umask allows, or for nobody else if the permissions are set later.
    pub fn create_new(path: &CStr, private: bool) -> Result<c_int> {
        let mode = if private { 0o600 } else { 0o666 };
        open(path, libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL, mode)
    }

    pub fn kind(file: c_int) -> Result<Kind> {
        let mut stat = MaybeUninit::<libc::stat>::uninit();
        // SAFETY: there is room for the answer.
        retried(|| unsafe { libc::fstat(file, stat.as_mut_ptr()) })?;
        // SAFETY: the call succeeded and has written it.
        let stat = unsafe { stat.assume_init() };
        Ok(Kind {
            regular: stat.st_mode & libc::S_IFMT == libc::S_IFREG,
            nbytes: u64::try_from(stat.st_size).unwrap_or(0),
            mode: stat.st_mode,
        })
    }

    pub fn set_permissions(file: c_int, like: &Kind) -> Result<()> {
        // SAFETY: plain numbers.
        retried(|| unsafe { libc::fchmod(file, like.mode & 0o7777) }).map(drop)
    }

    /// # Safety
    /// - `room` bytes can be written at `to`.
    pub unsafe fn read(file: c_int, to: *mut u8, room: usize) -> Result<usize> {
        // SAFETY: the caller's.
        retried(|| unsafe { libc::read(file, to.cast(), room) }).map(|read| read as usize)
    }

    /// Gives how many bytes it could write, at least one.
    ///
    /// # Safety
    /// - `nbytes` bytes, at least one, can be read at `from`.
    pub unsafe fn write(file: c_int, from: *const u8, nbytes: usize) -> Result<usize> {
        // SAFETY: the caller's.
        match retried(|| unsafe { libc::write(file, from.cast(), nbytes) })? {
            0 => Err(libc::EIO),
            written => Ok(written as usize),
        }
    }

    /// Lets the bytes of a file outlive a power cut, where the file system can.
    pub fn sync(file: c_int) -> Result<()> {
        // There `fsync` stops at the drive's cache.
        #[cfg(target_vendor = "apple")]
        // SAFETY: plain numbers.
        if unsafe { libc::fcntl(file, libc::F_FULLFSYNC) } == 0 {
            return Ok(());
        }
        // SAFETY: plain numbers.
        match retried(|| unsafe { libc::fsync(file) }) {
            Err(libc::EINVAL | libc::ENOSYS | libc::ENOTSUP) | Ok(_) => Ok(()),
            Err(code) => Err(code),
        }
    }

    pub fn sync_folder(path: &CStr) {
        if let Ok(folder) = open(path, libc::O_RDONLY | libc::O_DIRECTORY, 0) {
            let _ = sync(folder);
            let _ = close(folder);
        }
    }

    /// Not again after a signal: the number may be another thread's file by then.
    pub fn close(file: c_int) -> Result<()> {
        // SAFETY: the file is open and is not used again.
        match unsafe { libc::close(file) } {
            0 => Ok(()),
            _ => match last_error() {
                libc::EINTR => Ok(()),
                code => Err(code),
            },
        }
    }

    pub fn replace(from: &CStr, to: &CStr) -> Result<()> {
        // SAFETY: both end in NUL.
        retried(|| unsafe { libc::rename(from.as_ptr(), to.as_ptr()) }).map(drop)
    }

    pub fn remove(path: &CStr) {
        // SAFETY: the path ends in NUL.
        unsafe { libc::unlink(path.as_ptr()) };
    }

    pub fn is_link(path: &CStr) -> bool {
        let mut stat = MaybeUninit::<libc::stat>::uninit();
        // SAFETY: the path ends in NUL, and there is room for the answer, which is read only if
        // the call succeeded.
        unsafe {
            libc::lstat(path.as_ptr(), stat.as_mut_ptr()) == 0
                && stat.assume_init().st_mode & libc::S_IFMT == libc::S_IFLNK
        }
    }

    /// Where a path leads in the end.
    pub fn resolve(path: &CStr, resolved: &mut PathText) -> Result<()> {
        let room = resolved.room();
        debug_assert!(room.len() > MAX_PATH);
        // SAFETY: the path ends in NUL, and there is room for the longest path.
        let found = unsafe { libc::realpath(path.as_ptr(), room.as_mut_ptr().cast()) };
        if found.is_null() { Err(last_error()) } else { Ok(()) }
    }

    /// What the system says of an error. The libc crate has POSIX's `strerror_r` everywhere, also
    /// where the C library's own differs.
    pub fn error_text(code: c_int, room: &mut [u8; 128]) -> &[u8] {
        // SAFETY: there is room for so many bytes.
        unsafe { libc::strerror_r(code, room.as_mut_ptr().cast(), room.len() - 1) };
        super::until_nul(room)
    }
}

/// Windows, by its POSIX functions. Paths are in the active code page. Every function gives the
/// number of the error, `errno`, where it fails.
#[cfg(windows)]
mod os {
    use super::PathText;
    use std::ffi::{CStr, c_char, c_int, c_uint, c_void};

    type Result<T> = std::result::Result<T, c_int>;

    pub const SEPARATORS: &[u8] = b"/\\:";
    pub const MAX_PATH: usize = 260;
    /// The error of a file that exists already.
    pub const TAKEN: c_int = libc::EEXIST;

    const OPEN: c_int = libc::O_BINARY | libc::O_NOINHERIT;
    const READABLE_AND_WRITEABLE: c_int = 0o600;
    const FILE_TYPE_DISK: u32 = 1;
    const REPLACE_EXISTING: u32 = 1;
    const WRITE_THROUGH: u32 = 8;

    unsafe extern "C" {
        fn _errno() -> *mut c_int;
        fn _filelengthi64(file: c_int) -> i64;
        fn strerror_s(room: *mut c_char, size: usize, code: c_int) -> c_int;
    }

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetFileType(handle: *mut c_void) -> u32;
        fn MoveFileExA(from: *const c_char, to: *const c_char, flags: u32) -> i32;
    }

    /// What a file is.
    pub struct Kind {
        pub regular: bool,
        pub nbytes: u64,
    }

    fn last_error() -> c_int {
        // SAFETY: it leads to this thread's number.
        unsafe { *_errno() }
    }

    fn checked(result: c_int) -> Result<c_int> {
        if result < 0 { Err(last_error()) } else { Ok(result) }
    }

    pub fn is_missing(code: c_int) -> bool {
        code == libc::ENOENT
    }

    pub fn process() -> u32 {
        // SAFETY: it cannot fail.
        unsafe { libc::getpid() as u32 }
    }

    fn open(path: &CStr, flags: c_int) -> Result<c_int> {
        // SAFETY: the path ends in NUL.
        checked(unsafe { libc::open(path.as_ptr(), flags | OPEN, READABLE_AND_WRITEABLE) })
    }

    pub fn open_to_read(path: &CStr) -> Result<c_int> {
        open(path, libc::O_RDONLY)
    }

    /// Of an existing file, which stays as it is.
    pub fn open_to_write(path: &CStr) -> Result<c_int> {
        open(path, libc::O_WRONLY)
    }

    pub fn create_new(path: &CStr, _private: bool) -> Result<c_int> {
        open(path, libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL)
    }

    pub fn kind(file: c_int) -> Result<Kind> {
        // SAFETY: the file is open.
        let (kind, length) = unsafe {
            (GetFileType(libc::get_osfhandle(file) as *mut c_void), _filelengthi64(file))
        };
        Ok(Kind { regular: kind == FILE_TYPE_DISK, nbytes: u64::try_from(length).unwrap_or(0) })
    }

    /// What is read-only cannot be replaced, so there is nothing to keep.
    pub fn set_permissions(_file: c_int, _like: &Kind) -> Result<()> {
        Ok(())
    }

    /// # Safety
    /// - `room` bytes can be written at `to`.
    pub unsafe fn read(file: c_int, to: *mut u8, room: usize) -> Result<usize> {
        // SAFETY: the caller's.
        let read = unsafe { libc::read(file, to.cast(), room as c_uint) };
        checked(read).map(|read| read as usize)
    }

    /// Gives how many bytes it could write, at least one.
    ///
    /// # Safety
    /// - `nbytes` bytes, at least one, can be read at `from`.
    pub unsafe fn write(file: c_int, from: *const u8, nbytes: usize) -> Result<usize> {
        // SAFETY: the caller's.
        match checked(unsafe { libc::write(file, from.cast(), nbytes as c_uint) })? {
            0 => Err(libc::ENOSPC),
            written => Ok(written as usize),
        }
    }

    pub fn sync(file: c_int) -> Result<()> {
        // SAFETY: plain numbers.
        checked(unsafe { libc::commit(file) }).map(drop)
    }

    /// Renaming writes through.
    pub fn sync_folder(_path: &CStr) {}

    pub fn close(file: c_int) -> Result<()> {
        // SAFETY: the file is open and is not used again.
        checked(unsafe { libc::close(file) }).map(drop)
    }

    pub fn replace(from: &CStr, to: &CStr) -> Result<()> {
        let flags = REPLACE_EXISTING | WRITE_THROUGH;
        // SAFETY: both end in NUL.
        let moved = unsafe { MoveFileExA(from.as_ptr(), to.as_ptr(), flags) };
        if moved == 0 { Err(libc::EACCES) } else { Ok(()) }
    }

    pub fn remove(path: &CStr) {
        // SAFETY: the path ends in NUL.
        unsafe { libc::unlink(path.as_ptr()) };
    }

    pub fn is_link(_path: &CStr) -> bool {
        false
    }

    pub fn resolve(_path: &CStr, _resolved: &mut PathText) -> Result<()> {
        Ok(())
    }

    /// What the system says of an error.
    pub fn error_text(code: c_int, room: &mut [u8; 128]) -> &[u8] {
        // SAFETY: there is room for so many bytes.
        unsafe { strerror_s(room.as_mut_ptr().cast(), room.len() - 1, code) };
        super::until_nul(room)
    }
}

fn until_nul(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or_default()
}
