//! The same text, transformed alone and with another: its row should be the same.
use linfa_preprocessing::tf_idf_vectorization::TfIdfVectorizer;
use ndarray::array;

fn main() {
    let corpus = array!["talks continue", "talks fail", "shells fall"];
    let vectorizer = TfIdfVectorizer::default().fit(&corpus).unwrap();
    let alone = vectorizer.transform(&array!["talks fail"]).unwrap().to_dense();
    let together = vectorizer.transform(&array!["talks fail", "talks continue"]).unwrap().to_dense();
    for (at, word) in vectorizer.vocabulary().iter().enumerate() {
        if alone[(0, at)] > 0.0 {
            println!("{word}: alone {:.4}, together {:.4}", alone[(0, at)], together[(0, at)]);
        }
    }
}
