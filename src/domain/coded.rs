//! The macro for enums whose values are stored as codes.

/// Declares an enum with its stored codes in one table: every value (`ALL`, in this order), `code` and `from_code`.
/// Of a `serde enum` the codes are the serialised names, too.
macro_rules! coded_enum {
    (
        $(#[$meta:meta])*
        pub serde enum $name:ident { $($(#[$about:meta])* $variant:ident = $code:literal,)+ }
    ) => {
        $crate::domain::coded_enum! {
            $(#[$meta])*
            #[derive(serde::Serialize, serde::Deserialize)]
            pub enum $name { $($(#[$about])* #[serde(rename = $code)] $variant = $code,)+ }
        }
    };
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$about:meta])* $variant:ident = $code:literal,)+ }
    ) => {
        $(#[$meta])*
        pub enum $name { $($(#[$about])* $variant,)+ }

        impl $name {
            /// Every value, in the order in which they are listed.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$variant),+];

            /// The stored code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The value of a stored code; none for one that this version does not know.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|value| value.code() == code)
            }
        }
    };
}

pub(crate) use coded_enum;
