//! A set of rights: what a group holds, what a person may do.

use serde::{Deserialize, Serialize};

use super::Permission;

/// The rights of a person or group; a union of sets has nothing twice (A7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Permission>", into = "Vec<Permission>")]
pub struct PermissionSet(u64);

// One bit per right: a 65th right must not compile.
const _: () = assert!(Permission::ALL.len() <= u64::BITS as usize);

impl PermissionSet {
    /// No rights: what a stranger, a blocked person and a person without groups have (deny by default).
    pub const NONE: Self = Self(0);

    /// Every right: a superuser's.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// Whether the right is in the set.
    #[must_use]
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    /// Whether at least one of the rights is in the set.
    #[must_use]
    pub fn has_any(self, permissions: &[Permission]) -> bool {
        permissions.iter().any(|&permission| self.has(permission))
    }

    pub const fn insert(&mut self, permission: Permission) {
        self.0 |= bit(permission);
    }

    /// Takes one right away.
    pub const fn remove(&mut self, permission: Permission) {
        self.0 &= !bit(permission);
    }

    /// The rights of either set (A7).
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The rights of this set that the other lacks.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is no right in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The rights in the order of the rights table.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |&permission| self.has(permission))
    }
}

const fn bit(permission: Permission) -> u64 {
    1 << permission as u32
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::NONE;
        permissions.into_iter().for_each(|permission| set.insert(permission));
        set
    }
}

impl From<Vec<Permission>> for PermissionSet {
    fn from(permissions: Vec<Permission>) -> Self {
        permissions.into_iter().collect()
    }
}

impl From<PermissionSet> for Vec<Permission> {
    fn from(set: PermissionSet) -> Self {
        set.iter().collect()
    }
}
