//! People: sign-up, sign-in, sessions, passwords. Owns `users` and `sessions`.

/// Hashes passwords on a bounded pool.
#[derive(Debug)]
pub struct Passwords {}

impl Passwords {
    /// A pool of this many threads.
    pub fn new(_threads: usize) -> Self {
        Self {}
    }
}

/// Slows down who guesses passwords.
#[derive(Debug, Default)]
pub struct SignInLimits {}

impl SignInLimits {
    /// Nobody has tried yet.
    pub fn new() -> Self {
        Self {}
    }
}
