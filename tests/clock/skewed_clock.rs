//! A library for LD_PRELOAD: the wall clock of its process is `CRM_TEST_CLOCK_SKEW` seconds off, the monotonic one is right.
//!
//! Compiled by the tests that need it; no part of the program.

use std::ffi::{c_char, c_int, c_long};
use std::sync::atomic::{AtomicI64, Ordering};

#[repr(C)]
pub struct Timespec {
    seconds: i64,
    nanoseconds: c_long,
}

#[cfg(target_arch = "x86_64")]
const CLOCK_GETTIME: c_long = 228;
#[cfg(target_arch = "aarch64")]
const CLOCK_GETTIME: c_long = 113;

const REALTIME: c_int = 0;

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
    fn getenv(name: *const c_char) -> *const c_char;
    fn atoll(text: *const c_char) -> i64;
}

/// Not read yet.
const UNKNOWN: i64 = i64::MIN;
static SKEW: AtomicI64 = AtomicI64::new(UNKNOWN);

fn skew() -> i64 {
    let known = SKEW.load(Ordering::Relaxed);
    if known != UNKNOWN {
        return known;
    }
    // SAFETY: both take a C string; the environment does not change this early.
    let told = unsafe {
        let text = getenv(c"CRM_TEST_CLOCK_SKEW".as_ptr());
        if text.is_null() { 0 } else { atoll(text) }
    };
    SKEW.store(told, Ordering::Relaxed);
    told
}

/// # Safety
/// As the function of the C library of this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: c_int, time: *mut Timespec) -> c_int {
    // SAFETY: the caller's pointer goes to the system unchanged, and is valid when that succeeds.
    unsafe {
        let done = syscall(CLOCK_GETTIME, c_long::from(clock), time);
        if done == 0 && clock == REALTIME {
            (*time).seconds += skew();
        }
        if done == 0 { 0 } else { -1 }
    }
}
