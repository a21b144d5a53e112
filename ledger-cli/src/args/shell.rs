//! What is typed to set up the command and to learn what it takes.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand, ValueEnum};

/// `treasury config`
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Every setting with its value and where that comes from
    Show,
}

/// Shells that complete what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// For `eval "$(treasury completions bash)"` in ~/.bashrc
    Bash,
    /// For `eval "$(treasury completions zsh)"` in ~/.zshrc, after `compinit`
    Zsh,
    /// For `treasury completions fish | source` in ~/.config/fish/config.fish
    Fish,
}

/// `treasury completions`
#[derive(Debug, Group)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// `treasury man`
#[derive(Debug, Group)]
pub(crate) struct Man {
    /// Where to write a page for every command [default: the first page, to standard output]
    pub(crate) dir: Option<PathBuf>,
}

/// `treasury schema`
#[derive(Debug, Group)]
pub(crate) struct Schema {
    /// Which event; left out, the events are listed
    pub(crate) event: Option<String>,
}
