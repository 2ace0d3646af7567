//! Two fits of one vectorizer to one corpus: the columns should stand in one order.
use linfa_preprocessing::CountVectorizer;
use ndarray::array;

fn main() {
    let corpus = array!["alpha beta gamma delta epsilon zeta eta theta"];
    for _ in 0..2 {
        let vectorizer = CountVectorizer::params().fit(&corpus).unwrap();
        println!("{}", vectorizer.vocabulary().join(" "));
    }
}
