//! What negates in Spanish.

use super::role::Role;
use crate::beginnings::starts_any;

/// Gives the role of a folded word.
pub(super) fn role(word: &str) -> Role {
    match word {
        "no" | "nunca" | "jamás" | "ni" | "ningún" | "ninguno" | "ninguna" | "nada" | "nadie"
        | "tampoco" | "imposible" | "incapaz" | "incapaces" => Role::Negator,
        "sin" | "niega" | "niegan" | "negó" | "negaron" | "negarse" | "negándose" | "negado"
        | "negaba" | "negaban" | "negará" | "negarán" | "negamos" | "negativa" => Role::Refusal,
        "pero" | "sino" | "aunque" => Role::Contrast,
        "solo" | "sólo" | "solamente" | "únicamente" | "simplemente" | "meramente"
        | "exclusivamente" => Role::Only,
        "duda" | "dudas" => Role::Doubt,
        "opone" | "oponen" | "oponerse" | "oponemos" | "opuso" | "opusieron" | "opuesto"
        | "oponía" | "opondrá" | "levanta" | "levantan" | "levantar" | "levantó" | "levantaron"
        | "levantado" | "levantada" | "levantadas" | "levantados" | "levantará" | "levantando"
        | "levante" | "levanten" | "levantamiento" => Role::Rejection,
        _ if starts_any(word, &["rehus", "rehús", "renunci"]) => Role::Refusal,
        _ if starts_any(
            word,
            &[
                "rechaz",
                "rechac",
                "declin",
                "alivi",
                "flexibiliz",
                "derog",
                "suspend",
                "suspens",
                "revoc",
                "revoq",
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
    ("sin embargo", Role::Contrast), ("no obstante", Role::Contrast), ("en cambio", Role::Contrast),
    ("mientras que", Role::Contrast), ("por el contrario", Role::Contrast), ("más bien", Role::Contrast),
    ("a pesar de", Role::Contrast), ("pese a", Role::Contrast),
    ("no hay duda", Role::Plain), ("no hay dudas", Role::Plain), ("no cabe duda", Role::Plain),
    ("no cabe ninguna duda", Role::Plain), ("no hay ninguna duda", Role::Plain), ("no nos cabe duda", Role::Plain),
    ("no me cabe duda", Role::Plain), ("no le cabe duda", Role::Plain), ("no hay lugar a dudas", Role::Plain),
    ("sin duda", Role::Plain), ("sin duda alguna", Role::Plain), ("sin lugar a dudas", Role::Plain),
    ("sin ninguna duda", Role::Plain),
    ("no deja de", Role::Plain), ("no dejan de", Role::Plain), ("no dejará de", Role::Plain),
    ("no dejarán de", Role::Plain), ("no dejaremos de", Role::Plain), ("no dejó de", Role::Plain),
    ("no ha dejado de", Role::Plain), ("no puede menos que", Role::Plain), ("no pueden menos que", Role::Plain),
    ("no podemos menos que", Role::Plain), ("no menos de", Role::Plain), ("no menos que", Role::Plain),
    ("nada menos que", Role::Plain), ("no en vano", Role::Plain), ("no hay alternativa a", Role::Plain),
    ("no hay otra alternativa", Role::Plain), ("no hay otro camino", Role::Plain), ("no hay otra salida", Role::Plain),
    ("no hay otra vía", Role::Plain),
    ("sin precedentes", Role::Plain), ("sin precedente", Role::Plain), ("sin cesar", Role::Plain),
    ("sin reservas", Role::Plain), ("sin demora", Role::Plain), ("sin dilación", Role::Plain),
    ("sin dilaciones", Role::Plain), ("sin condiciones", Role::Plain), ("sin condiciones previas", Role::Plain),
    ("sin ambages", Role::Plain), ("sin excepción", Role::Plain), ("sin tregua", Role::Plain),
    ("sin descanso", Role::Plain), ("sin trabas", Role::Plain), ("sin restricciones", Role::Plain),
    ("no alineado", Role::Plain), ("no alineados", Role::Plain), ("no proliferación", Role::Near),
    ("no intervención", Role::Near), ("no injerencia", Role::Near), ("no agresión", Role::Near),
    ("no violencia", Role::Near),
    ("más que", Role::Except), ("salvo", Role::Contrast),
    ("lejos de", Role::Negator), ("no lejos de", Role::Plain),
    ("fin a", Role::Rejection), ("fin al", Role::Rejection),
    ("a fin de", Role::Plain), ("con el fin de", Role::Plain), ("al fin", Role::Plain), ("por fin", Role::Plain),
    ("no se descarta", Role::Plain),
    ("no descarta", Role::Plain),
    ("no descartó", Role::Plain),
    ("no descartan", Role::Plain),
    ("no dudará en", Role::Plain),
    ("no duda en", Role::Plain),
    ("no dudó en", Role::Plain),
    ("no dudaremos en", Role::Plain),
    ("no queda más que", Role::Plain),
    ("no hay más remedio que", Role::Plain),
    ("a no ser que", Role::Plain),
    ("hasta que no", Role::Plain),
    ("término a", Role::Rejection),
    ("término al", Role::Rejection),
    ("en lugar de", Role::Contrast),
    ("en vez de", Role::Contrast),
    ("si bien", Role::Contrast),
    ("deja de", Role::Refusal),
    ("dejó de", Role::Refusal),
    ("dejar de", Role::Refusal),
    ("dejen de", Role::Refusal),
    ("oposición a", Role::Rejection),
    ("oposición al", Role::Rejection),
];
