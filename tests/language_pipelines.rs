//! French, Spanish, Russian, Arabic and Chinese: a model of each is trained, saved, read and used as one of English is.

use crate::run::Run;
use serde_json::Value;

/// Statements for peace and against it.
struct Sample {
    code: &'static str,
    favor: [&'static str; 3],
    against: [&'static str; 3],
    /// An article of two statements, with a party in the first.
    article: &'static str,
    statements: [&'static str; 2],
    /// Two ways to write one statement.
    same: [&'static str; 2],
}

const SAMPLES: [Sample; 5] = [
    Sample {
        code: "fr",
        favor: [
            "Nous soutenons l'accord de paix numéro",
            "La France salue le cessez-le-feu",
            "Le dialogue l'emporte, jour",
        ],
        against: [
            "Nous n'acceptons pas la trêve",
            "Ils refusent de négocier, point",
            "L'ennemi rejette l'accord",
        ],
        article: "M. Le Drian salue l'accord de paix avec l'Égypte. « Nous n'acceptons pas la trêve », dit un rebelle.",
        statements: [
            "M. Le Drian salue l'accord de paix avec l'Égypte.",
            "« Nous n'acceptons pas la trêve », dit un rebelle.",
        ],
        same: [
            "L’œuvre de paix n’est pas finie.",
            "L'oeuvre de paix n'est pas finie.",
        ],
    },
    Sample {
        code: "es",
        favor: [
            "Apoyamos el acuerdo de paz",
            "España celebra el alto el fuego",
            "El diálogo avanza, día",
        ],
        against: [
            "No aceptamos la tregua",
            "Se niegan a negociar, punto",
            "El enemigo rechaza el acuerdo",
        ],
        article: "El Sr. Ruiz apoya en EE. UU. el acuerdo de paz. ¡No aceptamos la tregua!",
        statements: [
            "El Sr. Ruiz apoya en EE. UU. el acuerdo de paz.",
            "¡No aceptamos la tregua!",
        ],
        same: [
            "La nacio\u{301}n apoya la paz.",
            "La nació\u{200b}n apoya la paz.",
        ],
    },
    Sample {
        code: "ru",
        favor: [
            "Мы поддерживаем мирное соглашение",
            "Россия приветствует перемирие",
            "Диалог продолжается, день",
        ],
        against: [
            "Мы не принимаем перемирие",
            "Они отказались от переговоров, пункт",
            "Противник отверг соглашение",
        ],
        article: "В 2014 г. Россия поддержала мирное соглашение. Они отказались от переговоров.",
        statements: [
            "В 2014 г. Россия поддержала мирное соглашение.",
            "Они отказались от переговоров.",
        ],
        same: ["Ещё не всё решено.", "Еще не все решено."],
    },
    Sample {
        code: "ar",
        favor: [
            "نؤيد اتفاق السلام رقم",
            "ترحب مصر بوقف إطلاق النار",
            "الحوار مستمر يوم",
        ],
        against: ["لا نقبل الهدنة", "رفضوا التفاوض بند", "العدو يرفض الاتفاق"],
        article: "هل ترحب مصر باتفاق السلام؟ نحن لا نقبل الهدنة.",
        statements: ["هل ترحب مصر باتفاق السلام؟", "نحن لا نقبل الهدنة."],
        same: ["السَّلامُ مع مصر سنة ٢٠١٤", "السلام مع مصر سنة 2014"],
    },
    Sample {
        code: "zh",
        favor: ["我们支持和平协议第", "中国欢迎停火", "对话继续第"],
        against: ["我们不接受停火", "他们拒绝谈判第", "敌方拒绝协议"],
        article: "中国欢迎停火。我们不接受这一条件！",
        statements: ["中国欢迎停火。", "我们不接受这一条件！"],
        same: ["２０１４年，中国欢迎停火！", "2014年，中国欢迎停火！"],
    },
];

fn rows(sample: &Sample) -> String {
    let mut csv = String::from("text,peace,document\n");
    for document in 0..12 {
        for (texts, label) in [(sample.favor, "favor"), (sample.against, "against")] {
            csv += &format!(
                "\"{} {document}\",{label},d{document}\n",
                texts[document % 3]
            );
        }
        csv += &format!("\"{document} {document}.\",none,d{document}\n");
    }
    csv
}

#[test]
fn a_model_of_each_language_is_trained_saved_and_used() {
    for sample in SAMPLES {
        let train = [
            "train",
            "rows.csv",
            "--group",
            "document",
            "--mask-parties",
            "--lang",
            sample.code,
        ];
        let done = Run::new()
            .file("rows.csv", rows(&sample))
            .file("article.txt", sample.article)
            .file("one.txt", sample.same[0])
            .file("other.txt", sample.same[1])
            .args(train.into_iter().chain(["-o", "m.detente"]))
            .success();
        let inspected = done
            .then()
            .args(["inspect", "m.detente", "--format", "json"])
            .success();
        let json = inspected.json();
        assert_eq!(json["language"], sample.code);
        assert_eq!(json["features"]["lexicon"], true, "{}", sample.code);
        let score = ["score", "--model", "m.detente", "--format", "jsonl"];
        let of = |name: &'static str| {
            let scored = inspected
                .then()
                .args(score.into_iter().chain([name]))
                .success();
            scored.json_lines().remove(0)
        };
        let article = of("article.txt");
        let found: Vec<&str> = (article["statements"].as_array().unwrap().iter())
            .map(|statement| statement["text"].as_str().unwrap())
            .collect();
        assert_eq!(found, sample.statements, "{}", sample.code);
        let labels: Vec<&Value> = (article["statements"].as_array().unwrap().iter())
            .map(|statement| &statement["targets"]["peace"]["label"])
            .collect();
        assert_eq!(labels, ["favor", "against"], "{}", sample.code);
        let (one, other) = (of("one.txt"), of("other.txt"));
        assert_eq!(
            one["statements"][0]["targets"], other["statements"][0]["targets"],
            "{}",
            sample.code
        );
    }
}
