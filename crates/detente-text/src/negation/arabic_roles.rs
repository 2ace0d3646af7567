//! What negates in Arabic.

use super::role::Role;

/// Gives the role of a folded word, which has no "and" and no article.
pub(super) fn role(word: &str) -> Role {
    match word {
        "لا" | "ولا" | "فلا" | "لم" | "ولم" | "فلم" | "لن" | "ولن" | "فلن" | "ليس" | "ليست"
        | "ليسوا" | "لسنا" | "لست" | "ليسا" | "فليس" | "يستحيل" | "مستحيل" => {
            Role::Negator
        }
        "غير" | "عدم" | "بعدم" | "لعدم" | "بغير" => Role::Near,
        "دون" | "بدون" | "بلا" | "رفض" | "يرفض" | "ترفض" | "نرفض" | "ارفض" | "رفضت" | "رفضوا"
        | "يرفضون" | "رفضنا" | "رفضه" | "رفضها" | "رفضهم" | "رافض" | "رافضا" | "رافضه"
        | "رافضين" | "رافضون" | "برفض" | "لرفض" | "رفضا" | "امتنع" | "امتنعت" | "يمتنع"
        | "تمتنع" | "امتناع" | "غياب" | "انعدام" => Role::Refusal,
        "انهاء" | "انهي" | "انهت" | "ينهي" | "تنهي" | "لانهاء" | "بانهاء" | "الغاء" | "الغي"
        | "الغت" | "يلغي" | "تلغي" | "تخفيف" | "يعارض" | "تعارض" | "عارض" | "عارضت" | "نعارض"
        | "معارضته" | "معارضتها" => Role::Rejection,
        "لكن" | "لكنه" | "لكنها" | "لكننا" | "لكنهم" | "بل" | "انما" | "رغم" | "بينما" | "برغم" => {
            Role::Contrast
        }
        "فقط" | "مجرد" | "فحسب" => Role::Only,
        "شك" | "ريب" => Role::Doubt,
        "الا" | "سوي" => Role::Except,
        _ => Role::Plain,
    }
}

/// Phrases with a role of their own, of folded words.
#[rustfmt::skip]
pub(super) const PHRASES: &[(&str, Role)] = &[
    ("لا شك", Role::Plain), ("لا ريب", Role::Plain), ("دون شك", Role::Plain), ("بلا شك", Role::Plain),
    ("دون ادني شك", Role::Plain), ("لا سيما", Role::Plain), ("ولا سيما", Role::Plain), ("لا يزال", Role::Plain),
    ("لا تزال", Role::Plain), ("ولا يزال", Role::Plain), ("ولا تزال", Role::Plain), ("لا يزالون", Role::Plain),
    ("لم يزل", Role::Plain), ("لم تزل", Role::Plain), ("لا زال", Role::Plain), ("لا زالت", Role::Plain),
    ("لا بد", Role::Plain), ("ولا بد", Role::Plain), ("لا محاله", Role::Plain), ("لا مفر", Role::Plain),
    ("لا بديل", Role::Plain), ("ولا بديل", Role::Plain), ("لا غني", Role::Plain), ("لا يتجزا", Role::Plain),
    ("لا تتجزا", Role::Plain), ("لا ينفصل", Role::Plain), ("لا رجعه", Role::Plain), ("لا لبس", Role::Plain),
    ("لا ينسي", Role::Plain), ("دون استثناء", Role::Plain), ("دون تاخير", Role::Plain), ("دون ابطاء", Role::Plain),
    ("دون قيد", Role::Plain), ("دون شرط", Role::Plain), ("دون شروط", Role::Plain), ("دون قيد او شرط", Role::Plain),
    ("دون شروط مسبقه", Role::Plain), ("دون انقطاع", Role::Plain), ("دون عوايق", Role::Plain),
    ("دون عوائق", Role::Plain), ("دون تحفظ", Role::Plain), ("غير مسبوق", Role::Plain), ("غير مسبوقه", Role::Plain),
    ("غير مشروط", Role::Plain), ("غير مشروطه", Role::Plain), ("عدم انحياز", Role::Plain),
    ("الا ان", Role::Contrast), ("غير ان", Role::Contrast), ("بيد ان", Role::Contrast), ("في حين", Role::Contrast),
    ("بدلا من", Role::Contrast), ("علي عكس", Role::Contrast),
    ("فشل في", Role::Refusal), ("فشلت في", Role::Refusal), ("فشلوا في", Role::Refusal),
    ("رفع عقوبات", Role::Rejection), ("رفع حصار", Role::Rejection), ("رفع حظر", Role::Rejection),
    ("تعليق عقوبات", Role::Rejection), ("تعليق عمل", Role::Rejection), ("تعليق مشاركه", Role::Rejection),
    ("وضع حد", Role::Rejection),
    ("لا يستبعد", Role::Plain),
    ("لا تستبعد", Role::Plain),
    ("لم يستبعد", Role::Plain),
    ("لا مانع", Role::Plain),
    ("لا يمانع", Role::Plain),
    ("لا تمانع", Role::Plain),
    ("لم يتردد في", Role::Plain),
    ("لن يتردد في", Role::Plain),
    ("لا يدخر", Role::Plain),
    ("لا تدخر", Role::Plain),
    ("لن يدخر", Role::Plain),
    ("لا جدال", Role::Plain),
    ("لا يخفي", Role::Plain),
    ("ليس اقل من", Role::Plain),
];
