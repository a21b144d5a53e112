//! What the business measures beside money and coins.

use crate::event::contract::Span;
use crate::ids::Segment;
use crate::money::Units;
use crate::shape::fact;

fact! {
    /// A measurement of the business: hashrate, uptime, GPU hours. It posts nothing; reports read it from the log.
    pub struct OperatingMetricRecorded {
        /// What was measured, such as `hashrate_ehs`.
        #[n(0)] pub name: String,
        /// Over which days.
        #[n(1)] pub period: Span,
        /// The value.
        #[n(2)] pub value: Units,
        /// Of what it is a number.
        #[n(3)] pub unit: String,
        /// Who says so.
        #[n(4)] pub source: String,
        /// The line of business.
        #[n(5)] pub segment: Option<Segment>,
        /// Where.
        #[n(6)] pub site: Option<String>,
    }
}
