//! Who takes the stance of a statement, toward whom, and how the two stand to each other.
//!
//! Rules find the parties (`detente-actors`); a model that learned what is said around a mention scores the relation.

use detente_actors::{ArticleActors, ArticleFacts, Gazetteer, Mention, Quotation, Role, actors};
use detente_data::article::{Article, Title};
use detente_model::{Head, Model, Score, StatePool};
use detente_text::{Passage, Span};
use std::borrow::Cow;
#[cfg(feature = "default-model")]
use std::sync::LazyLock;

/// The target of relation in a model of relations.
pub const RELATION: &str = "relation";
/// The target of the kind of event: its class, as in "verbal conflict".
pub const EVENT: &str = "event";
/// The target of the kind of event, finer: "accuse", "aid".
pub const ROOT: &str = "root";
/// The label of a relation that is friendly.
pub const FRIENDLY: &str = "friendly";
/// The label of a relation that is hostile.
pub const HOSTILE: &str = "hostile";

/// Finds who takes a stance toward whom, and scores the relation.
pub struct Who {
    gazetteer: Cow<'static, Gazetteer>,
    relations: Option<Relations>,
}

/// A model of relations with what it remembers.
struct Relations {
    model: Cow<'static, Model>,
    states: StatePool,
}

impl std::fmt::Debug for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Who")
    }
}

#[cfg(feature = "default-model")]
static EMBEDDED: LazyLock<Who> = LazyLock::new(|| {
    Who::new(
        Cow::Borrowed(Gazetteer::embedded()),
        Some(Cow::Borrowed(Model::embedded_relations())),
    )
});

impl Who {
    /// The table of parties and the model of relations that are part of the program (cargo feature `default-model`).
    #[cfg(feature = "default-model")]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Takes a table of parties and a model of relations; without a model no relation is scored.
    pub fn new(gazetteer: Cow<'static, Gazetteer>, model: Option<Cow<'static, Model>>) -> Self {
        Self {
            gazetteer,
            relations: model.map(|model| Relations {
                model,
                states: StatePool::default(),
            }),
        }
    }

    /// The table of parties.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// Looks at an article; `spans` are those of the statements of its body.
    pub(super) fn of_article<'a>(&'a self, article: &'a Article, spans: &[Span]) -> ArticleWho<'a> {
        let facts = ArticleFacts {
            year: article.date.as_deref().and_then(year),
            author: article
                .author
                .as_deref()
                .and_then(|author| self.gazetteer.identity(author)),
        };
        let text = article.readable();
        let mut all: Vec<Span> = Vec::with_capacity(spans.len() + 1);
        if let Some(Title::Inside(title)) = &article.title
            && !title.is_empty()
        {
            all.push(*title);
        }
        all.extend_from_slice(spans);
        ArticleWho {
            who: self,
            text,
            found: actors(text, &all, &self.gazetteer, &facts),
            facts,
            spans: all,
            n_done: 0,
        }
    }
}

/// The year of a date as it was given: the first four digits that stand alone.
fn year(date: &str) -> Option<i16> {
    let mut numbers = date.split(|c: char| !c.is_ascii_digit());
    let year = numbers.find(|digits| digits.len() == 4 || digits.len() == 8)?;
    year[..4]
        .parse()
        .ok()
        .filter(|year| (1000..=2999).contains(year))
}

/// What is found in one article.
pub(super) struct ArticleWho<'a> {
    who: &'a Who,
    text: &'a str,
    facts: ArticleFacts,
    found: ArticleActors,
    spans: Vec<Span>,
    n_done: usize,
}

impl ArticleWho<'_> {
    /// Gives what is known of a statement: of the next one with this span, or of a title that stands apart.
    pub(super) fn next(&mut self, readable: &str, span: Option<Span>) -> StatementWho {
        let Some(span) = span else {
            let whole = Span::new(0, readable.len());
            let found = actors(readable, &[whole], &self.who.gazetteer, &self.facts);
            let mut who = self.who.statement(&found, 0, readable, (readable, whole));
            // It stands apart from the text, and so would their places.
            who.quotations.clear();
            return who;
        };
        while self.n_done < self.spans.len() && self.spans[self.n_done] != span {
            self.n_done += 1;
        }
        let at = self.n_done.min(self.spans.len().saturating_sub(1));
        self.n_done += 1;
        self.who
            .statement(&self.found, at, readable, (self.text, span))
    }
}

impl Who {
    /// What is known of the statement with this place; its span lies in the text beside it.
    fn statement(
        &self,
        found: &ArticleActors,
        at: usize,
        readable: &str,
        (text, span): (&str, Span),
    ) -> StatementWho {
        let Some(actors) = found.statements.get(at) else {
            return StatementWho::default();
        };
        let first = found
            .quotations
            .partition_point(|one| one.span.start + MOST_QUOTED < span.start);
        let quotations: Vec<Quotation> = found.quotations[first..]
            .iter()
            .take_while(|one| one.span.start < span.end)
            .filter(|one| one.span.end > span.start)
            .cloned()
            .collect();
        let toward = actors.counterpart.as_ref().map(|counterpart| {
            let of_party = actors
                .mentions
                .iter()
                .filter(|one| one.party == counterpart.party);
            let spans = of_party
                .map(|one| Span::new(one.span.start - span.start, one.span.end - span.start));
            spans.collect::<Vec<Span>>()
        });
        // Without a holder there is nobody who stands so.
        let toward = toward.filter(|_| actors.holder.is_some());
        let (relation, event) = match (&self.relations, &toward) {
            (Some(relations), Some(mentions)) => {
                let scores = relations.states.with(|state| {
                    relations
                        .model
                        .score(state, Passage::toward(readable, mentions))
                });
                let of = |target: &str| {
                    let idx = relations
                        .model
                        .head_idx(target)
                        .filter(|_| scores.is_known)?;
                    Some((&relations.model.heads()[idx], &scores.targets[idx]))
                };
                let relation = of(RELATION).and_then(|(head, score)| Relation::of(head, score));
                let event = of(EVENT)
                    .zip(of(ROOT))
                    .map(|(class, root)| Event::of(class, root));
                (relation, event)
            }
            _ => (None, None),
        };
        StatementWho {
            holder: actors.holder.clone(),
            counterpart: actors.counterpart.clone(),
            speaker: actors.speaker.map(|span| Speaker {
                span,
                name: span.slice(text).to_owned(),
            }),
            quotations,
            mentions: actors.mentions.clone(),
            relation,
            event,
        }
    }
}

/// A quotation goes over at most this many bytes.
const MOST_QUOTED: usize = 25_000;

/// A speaker as written, often in another statement.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Speaker {
    /// Where the words stand in the article's text.
    #[serde(serialize_with = "detente_actors::span_ends")]
    pub span: Span,
    /// The words: "the ministry", "Hajiyev".
    pub name: String,
}

/// Who takes the stance of one statement, toward whom, and how.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct StatementWho {
    /// The party that holds the stance.
    pub holder: Option<Role>,
    /// The party that it is taken toward.
    pub counterpart: Option<Role>,
    /// The speaker of a quotation or a report.
    pub speaker: Option<Speaker>,
    /// The quotations that share words with the statement.
    pub quotations: Vec<Quotation>,
    /// The parties that it names.
    pub mentions: Vec<Mention>,
    /// How the holder stands toward the counterpart, by the model of relations.
    pub relation: Option<Relation>,
    /// The kind of event between them.
    pub event: Option<Event>,
}

impl StatementWho {
    /// About the memory that it takes beside its own size, in bytes.
    pub(super) fn n_bytes_held(&self) -> usize {
        // The names of labels, and what the allocator takes for itself.
        const OF_LABELS: usize = 200;
        OF_LABELS
            + self.quotations.len() * size_of::<Quotation>()
            + self.mentions.len() * size_of::<Mention>()
    }
}

/// How a holder stands toward a counterpart.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Relation {
    /// The label given.
    pub label: String,
    /// P(friendly), from 0 to 1.
    pub friendly: f64,
    /// P(hostile), from 0 to 1.
    pub hostile: f64,
}

impl Relation {
    /// `P(friendly) - P(hostile)`, from -1 to 1.
    pub fn score(&self) -> f64 {
        self.friendly - self.hostile
    }

    fn of(head: &Head, score: &Score) -> Option<Self> {
        let probability = |label: &str| Some(score.probabilities[head.labels.position(label)?]);
        Some(Self {
            label: head.labels.labels()[score.label_idx].clone(),
            friendly: probability(FRIENDLY)?,
            hostile: probability(HOSTILE)?,
        })
    }
}

/// The kind of event between two parties.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Event {
    /// The class given: "verbal conflict".
    pub class: String,
    /// Its probability.
    pub probability: f64,
    /// The most probable root.
    pub root: String,
    /// The mean of [`ROOT_WEIGHTS`] by the probabilities of the roots.
    pub weight: f64,
}

impl Event {
    fn of(class: (&Head, &Score), root: (&Head, &Score)) -> Self {
        let weight = |label: &String| {
            let known = ROOT_WEIGHTS.iter().find(|(root, _)| root == label);
            known.map_or(0.0, |(_, weight)| *weight)
        };
        let roots = root.0.labels.labels().iter().zip(&root.1.probabilities);
        Self {
            class: class.0.labels.labels()[class.1.label_idx].clone(),
            probability: class.1.probabilities[class.1.label_idx],
            root: root.0.labels.labels()[root.1.most_probable_idx()].clone(),
            weight: roots
                .map(|(label, probability)| weight(label) * probability)
                .sum(),
        }
    }
}

/// The weight of each root of PLOVER, from -10 (conflict) to 10 (cooperation): the mean of the items of Goldstein's
/// scale that fall under the root, by us, rounded to halves.
///
/// # References
///
/// Joshua Goldstein, 1992, A Conflict-Cooperation Scale for WEIS Events Data, Journal of Conflict Resolution 36(2),
/// table 1.
pub const ROOT_WEIGHTS: [(&str, f64); 15] = [
    ("accuse", -3.0),
    ("agree", 4.5),
    ("aid", 7.5),
    ("assault", -9.5),
    ("coerce", -7.0),
    ("consult", 1.5),
    ("cooperate", 6.0),
    ("mobilize", -7.5),
    ("protest", -5.0),
    ("reject", -4.0),
    ("request", -1.0),
    ("sanction", -5.5),
    ("support", 3.5),
    ("threaten", -6.0),
    ("yield", 3.0),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ScoreParams, score_article};

    #[test]
    fn years_are_read_off_dates() {
        assert_eq!(year("2025-05-18"), Some(2025));
        assert_eq!(year("18 Oct 2023, 23:25"), Some(2023));
        assert_eq!(year("20231018"), Some(2023));
        assert_eq!((year("12 May"), year("")), (None, None));
    }

    #[test]
    fn statements_have_holders_counterparts_and_relations() {
        let who = Who::embedded();
        let params = ScoreParams {
            who: Some(who),
            ..ScoreParams::DEFAULT
        };
        let text = "Kenya condemned the attack by Eritrea in the strongest terms. \
                    “We thank Uganda for its generous help,” President Ruto of Kenya said."
            .to_owned();
        let article = Article::record(
            "a".into(),
            Some("2023-05-01".into()),
            Some("Kenya thanks Uganda".into()),
            text,
        );
        let scored = score_article(Model::embedded(), &mut Default::default(), article, &params);
        let shown: Vec<(&str, &str, bool)> = scored
            .statements
            .iter()
            .map(|statement| {
                let who = statement.who.as_ref().unwrap();
                let id = |role: &'_ Option<Role>| -> &'static str {
                    match role
                        .as_ref()
                        .map(|role| role.party.id.to_string())
                        .as_deref()
                    {
                        Some("KEN") => "KEN",
                        Some("ERI") => "ERI",
                        Some("UGA") => "UGA",
                        _ => "",
                    }
                };
                let relation = who.relation.as_ref().unwrap().score();
                (id(&who.holder), id(&who.counterpart), relation > 0.0)
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("KEN", "UGA", true),
                ("KEN", "ERI", false),
                ("KEN", "UGA", true)
            ]
        );
    }
}
