//! Which names stand for which parties.

use super::failure::{Error, ErrorKind, Result};
use clap::Args;
use detente_actors::{Gazetteer, OwnParty};
use detente_data::corpus::{ReadParams, party_rows};
use detente_model::Model;
use detente_score::who::Who;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

/// How parties are found.
#[derive(Args, Default)]
pub(super) struct PartiesArguments {
    /// CSV with names of your own: `alias` and `party` (an id, a known name, or a new one), and where they are `from`
    /// and `to`, in years
    #[arg(long, value_name = "FILE", help_heading = "Parties")]
    parties: Option<PathBuf>,
    /// Column (CSV) or field (JSON Lines) that names the party that speaks each text, as in speeches
    #[arg(long, value_name = "COLUMN", help_heading = "Parties")]
    author: Option<String>,
}

impl PartiesArguments {
    /// The column of the party that speaks.
    pub(super) fn author(&self) -> Option<&String> {
        self.author.as_ref()
    }

    /// The files that are read.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.parties.iter()
    }

    /// Who finds parties and scores relations. Asked once by each command: the table may be a pipe.
    pub(super) fn who(&self) -> Result<&'static Who> {
        let Some(path) = &self.parties else {
            return Ok(Who::embedded());
        };
        let rows = party_rows(path, &ReadParams::default())?;
        let own: Vec<OwnParty> = rows
            .into_iter()
            .map(|row| OwnParty {
                alias: row.alias,
                party: row.party,
                from: row.from,
                to: row.to,
            })
            .collect();
        let gazetteer = Gazetteer::with_own(&own);
        let who = Who::new(
            Cow::Owned(gazetteer),
            Some(Cow::Borrowed(Model::embedded_relations())),
        );
        // It is needed as long as the program runs.
        Ok(Box::leak(Box::new(who)))
    }
}

/// The id of a party by any of its names.
pub(super) fn party_id(gazetteer: &Gazetteer, named: &str, what: &'static str) -> Result<Arc<str>> {
    match gazetteer.identity(named) {
        Some(party) => Ok(party.id.clone()),
        None => Err(Error::new(ErrorKind::UnknownParty {
            what,
            value: named.to_owned(),
            known: gazetteer
                .identities()
                .iter()
                .map(|party| party.name.to_string())
                .collect(),
        })),
    }
}
