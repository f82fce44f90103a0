//! The allocator's threshold: large blocks go back to the system when they are freed (R14).

/// Glibc raises its threshold to the size of the largest block that was freed, up to 32 MB: after one file of 20 MB the next
/// ones are cut out of the heap, and what lies behind them keeps it from shrinking. A fixed threshold leaves every block of
/// this size a mapping of its own.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn give_large_blocks_back() {
    const LARGE: libc::c_int = 1024 * 1024;
    // SAFETY: it changes a number of the allocator under the allocator's own lock, and takes no pointer.
    unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
}

/// Other allocators have no such threshold.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn give_large_blocks_back() {}
