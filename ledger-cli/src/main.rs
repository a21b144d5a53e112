//! The `treasury` command.

mod app;
mod args;
mod command;
mod completion;
mod config;
mod dates;
mod diagnostic;
mod documents;
mod exit;
mod export;
mod io;
mod mapping;
mod node;
mod output;
mod render;
mod signing;
mod statement;
mod store;
mod texts;
mod verbs;

use mimalloc::MiMalloc;

/// Entries are decoded on one thread and given up on another, which the system's allocator pays for with locks.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    exit::report_bugs();
    completion::answer_shell();
    let code = match app::typed() {
        Ok(typed) => app::run(typed),
        Err(told) => {
            // Nothing is left to tell when the help cannot be written.
            let _ = told.print();
            if told.use_stderr() { exit::Exit::Usage } else { exit::Exit::Done }
        }
    };
    code.into()
}
