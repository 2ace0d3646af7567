//! `detente completions` and `detente man`: what shells and manuals know of the command line.

use super::failure::{Error, Result};
use super::{note, print};
use clap::{Args, Command};
use clap_complete::Shell;
use detente_error::counted;
use std::path::PathBuf;

/// Print the completions of a shell
#[derive(Args)]
#[command(after_help = "Examples:
  detente completions bash > ~/.local/share/bash-completion/completions/detente
  detente completions zsh > ~/.zfunc/_detente
  detente completions fish > ~/.config/fish/completions/detente.fish")]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Write the manual pages, one for each command
#[derive(Args)]
#[command(after_help = "Examples:
  detente man ~/.local/share/man/man1")]
pub(super) struct ManArguments {
    /// The folder that they are written to; it is made if it does not exist
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run_completions(
    arguments: &CompletionsArguments,
    mut program: Command,
) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "detente", &mut script);
    print(&String::from_utf8_lossy(&script))
}

pub(super) fn run_man(arguments: &ManArguments, program: Command) -> Result<()> {
    let failed = |source| Error::io("cannot write", &arguments.folder, source);
    std::fs::create_dir_all(&arguments.folder).map_err(failed)?;
    let n_pages = n_pages(&program);
    clap_mangen::generate_to(program, &arguments.folder).map_err(failed)?;
    note(format_args!(
        "wrote {} to {}",
        counted(n_pages, "page"),
        arguments.folder.display()
    ));
    Ok(())
}

/// A page for a command and each below it.
fn n_pages(command: &Command) -> usize {
    1 + command.get_subcommands().map(n_pages).sum::<usize>()
}
