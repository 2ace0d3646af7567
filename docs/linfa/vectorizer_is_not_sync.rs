//! Does not compile: a fitted vectorizer cannot be shared between threads.
use linfa_preprocessing::tf_idf_vectorization::FittedTfIdfVectorizer;

fn needs_sync<T: Sync>() {}

fn main() {
    needs_sync::<FittedTfIdfVectorizer>();
}
