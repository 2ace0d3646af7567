//! The names of parties, and who each name stands for.

use crate::sentence::Sentence;
use detente_text::{Parties, PartyKind, TokenKind};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// What a party is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PartySort {
    /// An international body: NATO, the United Nations.
    Body,
    /// An armed group or a movement: Hamas.
    Group,
    /// A contested region or city: Crimea.
    Region,
    /// A state or a territory, present or past.
    State,
    /// One of the user's own.
    Own,
}

impl PartySort {
    /// All members.
    pub const ALL: [Self; 5] = [
        Self::Body,
        Self::Group,
        Self::Region,
        Self::State,
        Self::Own,
    ];

    /// Gives the name, as in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Group => "group",
            Self::Own => "own",
            Self::Region => "region",
            Self::State => "state",
        }
    }
}

/// A party under its one id.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct PartyIdentity {
    /// The code of ISO 3166-1 (three letters), of ISO 3166-3 for a former state, or an id of our own in capitals:
    /// "AZE", "SUN", "NATO", "HAMAS".
    pub id: Arc<str>,
    /// The short English name: "Azerbaijan".
    pub name: Arc<str>,
    /// What it is.
    pub sort: PartySort,
}

/// A row of the user's own table of parties.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OwnParty {
    /// The name that stands in texts: "Team Blue".
    pub alias: String,
    /// The id, the name or another known name of the party: "AZE", "Azerbaijan"; one that is not known is a new party.
    pub party: String,
    /// The first year in which the name stands for the party, if it has one.
    pub from: Option<i16>,
    /// The last year.
    pub to: Option<i16>,
}

/// A name of a party in a sentence.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// The tokens it covers, from and up to.
    pub from: usize,
    pub to: usize,
    pub kind: PartyKind,
    pub party: Arc<PartyIdentity>,
}

/// The names of parties with the parties they stand for: the table that is part of the program, and the user's own.
///
/// # References
///
/// ISO 3166-1 and 3166-3, codes for the names of countries.
#[derive(Clone)]
pub struct Gazetteer {
    /// By the name under which the tables of names gather a party.
    identities: FxHashMap<Arc<str>, Arc<PartyIdentity>>,
    /// By ids and names in lower case.
    folded: FxHashMap<String, Arc<PartyIdentity>>,
    /// Names that the table of `detente-text` does not have, by their first word, the longest first.
    more: FxHashMap<String, Vec<MoreName>>,
    /// When a leader's name stands for the party, in years.
    tenures: FxHashMap<&'static str, (i16, i16)>,
}

#[derive(Clone)]
struct MoreName {
    words: Vec<String>,
    kind: PartyKind,
    party: Arc<PartyIdentity>,
    years: (i16, i16),
}

static EMBEDDED: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::read);

/// A name that has no years stands for its party always.
const ALWAYS: (i16, i16) = (i16::MIN, i16::MAX);

/// Years after the last in office in which the press still means the party by a leader's name.
const YEARS_AFTER: i16 = 1;

impl Gazetteer {
    /// Gives the table that is part of the program.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Gives the table with names of the user's own, which go before those of the program.
    pub fn with_own(rows: &[OwnParty]) -> Self {
        let mut gazetteer = Self::read();
        for row in rows {
            let party = match gazetteer.identity(&row.party) {
                Some(party) => party,
                None => {
                    let id = gazetteer.free_id(&row.party);
                    gazetteer.add_identity(&row.party, PartySort::Own, &id)
                }
            };
            let years = (row.from.unwrap_or(i16::MIN), row.to.unwrap_or(i16::MAX));
            gazetteer.add_name(&row.alias, PartyKind::State, party, years, true);
        }
        gazetteer
    }

    /// Gives a party by its id, its name or any name of a state, body or group, whatever the case.
    pub fn identity(&self, named: &str) -> Option<Arc<PartyIdentity>> {
        let named = named.trim();
        if let Some(found) = self.identities.get(named) {
            return Some(found.clone());
        }
        if let Some(found) = self.folded.get(&named.to_lowercase()) {
            return Some(found.clone());
        }
        let text = named.to_owned();
        let sentence = Sentence::new(&text, detente_text::Span::new(0, text.len()));
        let found = self.find(&sentence, None);
        let whole = found
            .first()
            .filter(|one| one.from == 0 && one.to == sentence.len())?;
        Some(whole.party.clone())
    }

    /// Gives all parties, by their ids.
    pub fn identities(&self) -> Vec<Arc<PartyIdentity>> {
        let mut all: Vec<_> = self.identities.values().cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    /// Finds the names of parties among the tokens of a sentence, in order and without overlap. Leaders and names of
    /// the user's own count in their years only, where the year is known.
    pub(super) fn find(&self, sentence: &Sentence<'_>, year: Option<i16>) -> Vec<Named> {
        let of_table = Parties::table().find(sentence.text, &sentence.tokens);
        let mut found: Vec<Named> = Vec::with_capacity(of_table.len());
        let mut of_table = of_table.into_iter().peekable();
        let mut idx = 0;
        while idx < sentence.len() {
            let more = self.more_at(sentence, idx, year);
            if let Some(known) = of_table.next_if(|known| known.tokens.start <= idx) {
                let goes_first = more
                    .as_ref()
                    .is_some_and(|more| more.to >= known.tokens.end);
                if !goes_first {
                    let end = known.tokens.end;
                    let holds =
                        known.party.kind != PartyKind::Leader || self.held(known.party.name, year);
                    if let (true, Some(party)) = (holds, self.identities.get(known.party.canonical))
                    {
                        found.push(Named {
                            from: known.tokens.start,
                            to: end,
                            kind: known.party.kind,
                            party: party.clone(),
                        });
                    }
                    idx = end.max(idx + 1);
                    continue;
                }
            }
            match more {
                Some(more) => {
                    idx = more.to;
                    while of_table.next_if(|known| known.tokens.start < idx).is_some() {}
                    found.push(more);
                }
                None => idx += 1,
            }
        }
        found
    }

    /// Whether a leader's name stands for the party in a year.
    fn held(&self, name: &str, year: Option<i16>) -> bool {
        match (year, self.tenures.get(name)) {
            (Some(year), Some((from, to))) => {
                *from <= year && year <= to.saturating_add(YEARS_AFTER)
            }
            _ => true,
        }
    }

    fn more_at(&self, sentence: &Sentence<'_>, idx: usize, year: Option<i16>) -> Option<Named> {
        if sentence.tokens[idx].kind == TokenKind::Mark {
            return None;
        }
        let head = bare(sentence.word(idx));
        let names = self.more.get(head)?;
        let is_in_force =
            |name: &&MoreName| year.is_none_or(|year| name.years.0 <= year && year <= name.years.1);
        let stands = |name: &&MoreName| {
            let mut words = (idx..).zip(&name.words);
            words.all(|(at, word)| bare(sentence.word(at)) == *word)
        };
        let found = names
            .iter()
            .find(|name| is_in_force(name) && stands(name))?;
        Some(Named {
            from: idx,
            to: idx + found.words.len(),
            kind: found.kind,
            party: found.party.clone(),
        })
    }

    fn read() -> Self {
        let mut gazetteer = Self {
            identities: FxHashMap::default(),
            folded: FxHashMap::default(),
            more: FxHashMap::default(),
            tenures: FxHashMap::default(),
        };
        for [name, sort, id] in rows(include_str!("identities.tsv")) {
            let sort = PartySort::ALL
                .into_iter()
                .find(|member| member.name() == sort);
            gazetteer.add_identity(name, sort.unwrap_or(PartySort::Own), id);
        }
        for [name, kind, alias] in rows(include_str!("bodies.tsv")) {
            let kind = match kind {
                "leader" => PartyKind::Leader,
                _ => PartyKind::Body,
            };
            if let Some(party) = gazetteer.identities.get(name).cloned() {
                gazetteer.add_name(alias, kind, party, ALWAYS, false);
            }
        }
        for [name, from, to] in rows(include_str!("tenures.tsv")) {
            let year = |cell: &str, unknown| cell.parse().unwrap_or(unknown);
            gazetteer
                .tenures
                .insert(name, (year(from, i16::MIN), year(to, i16::MAX - 1)));
        }
        gazetteer
    }

    /// An id for a party that no table knows, which no other party has.
    fn free_id(&self, name: &str) -> String {
        let id = match own_id(name) {
            id if id.is_empty() => "OWN".to_owned(),
            id => id,
        };
        let is_free = |id: &String| !self.folded.contains_key(&id.to_lowercase());
        let mut numbered = (2..).map(|number| format!("{id}-{number}"));
        match is_free(&id) {
            true => id.clone(),
            // Invariant: there are more numbers than parties.
            false => numbered.find(is_free).unwrap_or_default(),
        }
    }

    fn add_identity(&mut self, name: &str, sort: PartySort, id: &str) -> Arc<PartyIdentity> {
        let identity = Arc::new(PartyIdentity {
            id: id.into(),
            name: name.into(),
            sort,
        });
        self.identities.insert(name.into(), identity.clone());
        self.folded.insert(name.to_lowercase(), identity.clone());
        self.folded.insert(id.to_lowercase(), identity.clone());
        identity
    }

    fn add_name(
        &mut self,
        alias: &str,
        kind: PartyKind,
        party: Arc<PartyIdentity>,
        years: (i16, i16),
        goes_first: bool,
    ) {
        let sentence = Sentence::new(alias, detente_text::Span::new(0, alias.len()));
        let words: Vec<String> = (0..sentence.len())
            .map(|idx| bare(sentence.word(idx)).to_owned())
            .collect();
        let Some(head) = words.first() else {
            return;
        };
        let names = self.more.entry(head.clone()).or_default();
        let n_words = words.len();
        let name = MoreName {
            words,
            kind,
            party,
            years,
        };
        let at = names.partition_point(|known| {
            known.words.len() > n_words || (known.words.len() == n_words && !goes_first)
        });
        names.insert(at, name);
    }
}

/// A word without its possessive.
fn bare(word: &str) -> &str {
    word.strip_suffix("'s")
        .or_else(|| word.strip_suffix("’s"))
        .unwrap_or(word)
}

/// The id of a party that no table knows.
fn own_id(name: &str) -> String {
    let upper = name.trim().to_uppercase();
    let words = upper.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

/// The rows of a table of three columns, without its header.
fn rows(table: &'static str) -> impl Iterator<Item = [&'static str; 3]> {
    table.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t');
        Some([cells.next()?, cells.next()?, cells.next()?])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_text::Span;
    use std::collections::BTreeSet;

    fn found(gazetteer: &Gazetteer, text: &str, year: Option<i16>) -> Vec<(String, String)> {
        let sentence = Sentence::new(text, Span::new(0, text.len()));
        let named = gazetteer.find(&sentence, year);
        let shown = named.iter().map(|one| {
            let span = sentence.span_of(one.from, one.to);
            (span.slice(text).to_owned(), one.party.id.to_string())
        });
        shown.collect()
    }

    #[test]
    fn every_party_of_the_table_has_one_id() {
        let gazetteer = Gazetteer::embedded();
        for row in Parties::table().rows() {
            assert!(
                gazetteer.identities.contains_key(row.canonical),
                "{}",
                row.canonical
            );
        }
        let identities = gazetteer.identities();
        let ids: BTreeSet<&str> = identities.iter().map(|one| &*one.id).collect();
        assert_eq!(ids.len(), identities.len());
        for [name, kind, _] in rows(include_str!("bodies.tsv")) {
            assert!(gazetteer.identities.contains_key(name), "{name}");
            assert!(["body", "leader"].contains(&kind), "{kind}");
        }
        for [name, from, to] in rows(include_str!("tenures.tsv")) {
            let is_leader =
                |row: &&detente_text::Party| row.name == name && row.kind == PartyKind::Leader;
            assert!(
                Parties::table().rows().iter().any(|row| is_leader(&row)),
                "{name}"
            );
            let year = |cell: &str| cell.parse::<i16>();
            assert!(
                year(from).is_ok_and(|from| (1900..2030).contains(&from)),
                "{name}"
            );
            assert!(
                to.is_empty() || year(to).unwrap() >= year(from).unwrap(),
                "{name}"
            );
        }
    }

    #[test]
    fn bodies_that_are_never_masked_are_parties_too() {
        let expected = [
            ("Moscow", "RUS"),
            ("UN Security Council", "UN"),
            ("IAEA", "IAEA"),
        ];
        let named = found(
            Gazetteer::embedded(),
            "Moscow told the UN Security Council and the IAEA",
            None,
        );
        let named: Vec<(&str, &str)> = named.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(named, expected);
    }

    #[test]
    fn a_leader_counts_in_the_years_in_office() {
        let gazetteer = Gazetteer::embedded();
        let text = "Gorbachev spoke.";
        assert_eq!(found(gazetteer, text, Some(1988)).len(), 1);
        assert_eq!(found(gazetteer, text, None).len(), 1);
        assert_eq!(found(gazetteer, text, Some(2015)).len(), 0);
    }

    #[test]
    fn names_of_the_user_go_first_and_have_years() {
        let own = |alias: &str, party: &str, from, to| OwnParty {
            alias: alias.into(),
            party: party.into(),
            from,
            to,
        };
        let gazetteer = Gazetteer::with_own(&[
            own("Moscow", "City of Moscow", None, None),
            own("the Quartet", "Quartet", Some(2002), None),
            own("Blue Team", "azerbaijan", None, Some(1999)),
        ]);
        let text = "Moscow met the Quartet and the Blue Team.";
        let ids = |year| -> Vec<String> {
            let found = found(&gazetteer, text, year).into_iter();
            found.map(|(_, id)| id).collect()
        };
        assert_eq!(ids(Some(1998)), ["CITY-OF-MOSCOW", "AZE"]);
        assert_eq!(ids(Some(2003)), ["CITY-OF-MOSCOW", "QUARTET"]);
    }

    #[test]
    fn a_party_is_found_by_its_id_and_by_its_names() {
        let gazetteer = Gazetteer::embedded();
        for named in ["AZE", "aze", "Azerbaijan", "Baku", "Republic of Azerbaijan"] {
            assert_eq!(
                gazetteer
                    .identity(named)
                    .map(|one| one.id.to_string())
                    .as_deref(),
                Some("AZE"),
                "{named}"
            );
        }
        assert_eq!(gazetteer.identity("Atlantis"), None);
    }
}
