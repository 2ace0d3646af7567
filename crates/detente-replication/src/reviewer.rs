//! The page of an archive that a reviewer reads first.

use crate::manifest::Manifest;
use detente_error::counted;
use std::fmt::Write as _;

/// What the archive is, what it holds, and how it is checked; Markdown.
pub fn reviewer_page(manifest: &Manifest) -> String {
    let program = &manifest.program;
    let mut page = format!(
        "# A study made with detente {version}\n\n\
         This archive holds {commands}, what they read and what they wrote, each with its SHA-256 in\n\
         `manifest.json`. To run them again and compare:\n\n\
         ```sh\ncargo install detente --version {version}\ndetente replicate verify ARCHIVE.zip\n```\n\n\
         Exit codes: 0 all outputs are the same, 3 some differ, 1 it could not be checked.\n\n\
         - `{study}`: the commands\n\
         - `inputs/`: {inputs}\n\
         - `outputs/`: the files that the commands wrote; `streams/`: what each printed\n\
         - `models/`: the models inside the program\n\n\
         Built for {target} with the features {features}.\n\n## Commands\n\n```sh\n",
        version = program.version,
        commands = counted(manifest.commands.len(), "command"),
        study = manifest.study.file,
        inputs = counted(manifest.inputs.len(), "file"),
        target = program.target,
        features = program.features.join(", "),
    );
    // Invariant, here and below: a String takes all that is written to it.
    for (number, one) in (1..).zip(&manifest.commands) {
        let clock = match one.by_the_clock {
            true => ", stops by the clock: another machine may give another result",
            false => "",
        };
        let _ = writeln!(page, "# {number}: exit code {}{clock}", one.exit_code);
        let _ = writeln!(page, "{}", one.command);
    }
    page.push_str("```\n");
    let mut left_out = (manifest.files().filter(|(_, _, is_held)| !is_held)).peekable();
    if left_out.peek().is_some() {
        page.push_str(
            "\n## Left out\n\nThese files are not in the archive. Inputs have to be got from where they are published, \
             put into a\nfolder under these names (without `inputs/`), and named: `detente replicate verify \
             ARCHIVE.zip --data FOLDER`.\n\n| file | bytes | SHA-256 |\n| --- | --- | --- |\n",
        );
        for (file, digest, _) in left_out {
            let file = file.replace('|', "\\|");
            let _ = writeln!(
                page,
                "| `{file}` | {} | `{}` |",
                digest.bytes, digest.sha256
            );
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_what_is_left_out() {
        let mut manifest = Manifest::toy();
        assert!(!reviewer_page(&manifest).contains("Left out"));
        manifest.inputs[0].archived = false;
        let page = reviewer_page(&manifest);
        let (_, after) = page.split_once("## Left out").unwrap();
        assert!(after.contains("| `inputs/a.txt` | 7 | `"), "{page}");
        assert!(!after.contains("b.csv"), "{page}");
    }
}
