//! Texts about persons, which lie outside of the log and can be taken out of the world again.

use crate::evidence::Sha256Hex;
use crate::shape::fact;

fact! {
    /// A text to which entries refer was erased: from this entry on nobody holds it, and that is no loss.
    pub struct TextErased {
        /// Its commitment: the SHA-256 of the salt and the text (docs/texts.md).
        #[n(0)] pub text: Sha256Hex,
        /// Why, without naming anybody.
        #[n(1)] pub reason: String,
    }
}
