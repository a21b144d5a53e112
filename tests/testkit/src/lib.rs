//! What the tests share: generators, a naive model, story helpers.
