//! A library in Rust as others write them: with the standard library inside, all symbols global.

use std::panic::{catch_unwind, resume_unwind};

#[unsafe(no_mangle)]
pub extern "C" fn other_catches_its_own_panic() -> i32 {
    // Without the hook, which would write to stderr.
    let caught = catch_unwind(|| resume_unwind(Box::new(std::env::args().count())));
    i32::from(caught.is_err())
}
