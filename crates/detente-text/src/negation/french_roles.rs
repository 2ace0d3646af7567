//! What negates in French.

use super::role::Role;
use crate::beginnings::starts_any;

/// Gives the role of a folded word.
pub(super) fn role(word: &str) -> Role {
    match word {
        "ne" => Role::Ne,
        "que" => Role::Que,
        "pas" | "ni" | "aucun" | "aucune" | "rien" | "nul" | "nulle" | "nullement"
        | "impossible" | "incapable" | "incapables" => Role::Negator,
        "plus" | "personne" | "jamais" | "point" | "guère" => Role::WithNe,
        "non" => Role::Near,
        "sans" => Role::Refusal,
        "mais" | "cependant" | "toutefois" | "pourtant" | "quoique" | "néanmoins" | "malgré"
        | "plutôt" => Role::Contrast,
        "seulement" | "uniquement" | "simplement" | "exclusivement" => Role::Only,
        "doute" | "doutes" => Role::Doubt,
        "lever" | "levé" | "levée" | "levés" | "levées" | "lève" | "lèvent" | "lèvera"
        | "lèveront" | "leva" | "levait" | "oppose" | "opposent" | "opposer" | "opposé"
        | "opposée" | "opposés" | "opposées" | "opposait" | "opposera" | "opposeront"
        | "opposons" | "allège" | "allègent" => Role::Rejection,
        _ if starts_any(word, &["refus", "renonc"]) => Role::Refusal,
        _ if starts_any(
            word,
            &[
                "rejet", "rejett", "suspend", "suspens", "abrog", "révoqu", "assoupli", "allég",
                "dégel", "déclin",
            ],
        ) =>
        {
            Role::Rejection
        }
        _ => Role::Plain,
    }
}

/// Phrases with a role of their own, of folded words.
#[rustfmt::skip]
pub(super) const PHRASES: &[(&str, Role)] = &[
    ("ne cesse de", Role::Plain), ("ne cessent de", Role::Plain), ("ne cessera de", Role::Plain),
    ("ne cesseront de", Role::Plain), ("ne cessons de", Role::Plain), ("ne cessait de", Role::Plain),
    ("ne a cessé de", Role::Plain), ("ne ont cessé de", Role::Plain),
    ("ne manque pas de", Role::Plain), ("ne manquera pas de", Role::Plain), ("ne manqueront pas de", Role::Plain),
    ("ne manquerons pas de", Role::Plain), ("ne peut que", Role::Plain), ("ne peuvent que", Role::Plain),
    ("ne pouvons que", Role::Plain), ("ne saurait que", Role::Plain),
    ("sans doute", Role::Plain), ("sans aucun doute", Role::Plain), ("sans nul doute", Role::Plain),
    ("sans le moindre doute", Role::Plain), ("sans conteste", Role::Plain), ("sans précédent", Role::Plain),
    ("sans cesse", Role::Plain), ("sans relâche", Role::Plain), ("sans réserve", Role::Plain),
    ("sans réserves", Role::Plain), ("sans équivoque", Role::Plain), ("sans délai", Role::Plain),
    ("sans tarder", Role::Plain), ("sans condition", Role::Plain), ("sans conditions", Role::Plain),
    ("sans ambiguïté", Role::Plain), ("sans exception", Role::Plain), ("sans détour", Role::Plain),
    ("sans conditions préalables", Role::Plain), ("sans entrave", Role::Plain), ("sans entraves", Role::Plain),
    ("nul doute", Role::Plain), ("aucun doute", Role::Plain), ("pas de doute", Role::Plain),
    ("non seulement", Role::Plain), ("non loin de", Role::Plain), ("non plus", Role::Plain),
    ("pas de autre", Role::Plain), ("pas de autres", Role::Plain), ("pas de alternative à", Role::Plain),
    ("aucune alternative à", Role::Plain),
    ("un pas", Role::Plain), ("premier pas", Role::Plain), ("grand pas", Role::Plain), ("nouveau pas", Role::Plain),
    ("chaque pas", Role::Plain), ("ce pas", Role::Plain), ("le pas", Role::Plain), ("pas à pas", Role::Plain),
    ("pas vers", Role::Plain), ("pas en avant", Role::Plain), ("pas décisif", Role::Plain),
    ("pas important", Role::Plain), ("pas dans la bonne direction", Role::Plain), ("deux pas", Role::Plain),
    ("plus jamais", Role::Negator), ("plus aucun", Role::Negator), ("plus aucune", Role::Negator),
    ("loin de", Role::Negator), ("hors de question", Role::Negator),
    ("fin à", Role::Rejection), ("fin au", Role::Rejection), ("fin aux", Role::Rejection),
    ("échoué à", Role::Refusal), ("échoue à", Role::Refusal), ("échouent à", Role::Refusal),
    ("faute de", Role::Refusal), ("absence de", Role::Refusal),
    ("en revanche", Role::Contrast), ("tandis que", Role::Contrast), ("alors que", Role::Contrast),
    ("bien que", Role::Contrast), ("au contraire", Role::Contrast), ("en dépit de", Role::Contrast),
    ("ne hésitera pas à", Role::Plain),
    ("ne hésite pas à", Role::Plain),
    ("ne hésiteront pas à", Role::Plain),
    ("ne hésiterons pas à", Role::Plain),
    ("sans hésiter", Role::Plain),
    ("terme à", Role::Rejection),
    ("terme au", Role::Rejection),
    ("terme aux", Role::Rejection),
    ("au lieu de", Role::Contrast),
    ("par contre", Role::Contrast),
    ("encore que", Role::Contrast),
    ("même si", Role::Contrast),
    ("opposition à", Role::Rejection),
    ("hostile à", Role::Rejection),
    ("hostiles à", Role::Rejection),
    ("opposition au", Role::Rejection),
    ("opposition aux", Role::Rejection),
];
