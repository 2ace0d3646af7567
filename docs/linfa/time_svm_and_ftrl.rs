//! Processor time and memory (Linux) of linfa's support vector machine and FTRL on rows like those of words: 40
//! features of each row are
//! not 0, and a linear rule with noise gives the label. Arguments: `svm` or `ftrl`, rows, features.
use linfa::prelude::*;
use linfa_ftrl::Ftrl;
use linfa_svm::Svm;
use ndarray::{Array1, Array2, s};

/// What this thread has had of a processor.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (n_rows, n_features) = (arguments[2].parse().unwrap(), arguments[3].parse().unwrap());
    let mut state = 7_u64;
    let mut random = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    let rule: Vec<f64> = (0..n_features).map(|_| random() - 0.5).collect();
    let mut x = Array2::<f64>::zeros((n_rows, n_features));
    let y = Array1::from_shape_fn(n_rows, |row| {
        let mut margin = random() - 0.5;
        for _ in 0..40 {
            // Squared, so that some features are common and most are rare.
            let feature = (random() * random() * n_features as f64) as usize;
            x[(row, feature)] = 40_f64.sqrt().recip();
            margin += rule[feature];
        }
        margin > 0.0
    });
    let start = cpu_seconds();
    match arguments[1].as_str() {
        "svm" => {
            let dataset = Dataset::new(x, y);
            let model = Svm::<f64, bool>::params().linear_kernel().pos_neg_weights(1.0, 1.0).fit(&dataset).unwrap();
            println!("{} support vectors", model.nsupport());
        }
        _ => {
            // One step a row, as in the paper.
            let params = Ftrl::params().check().unwrap();
            let mut model = None;
            for row in 0..n_rows {
                let one = x.slice(s![row..row + 1, ..]).to_owned();
                let dataset = Dataset::new(one, y.slice(s![row..row + 1]).to_owned());
                model = Some(params.fit_with(model, &dataset).unwrap());
            }
        }
    }
    let seconds = cpu_seconds() - start;
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    println!("{} {n_rows} rows, {n_features} features: {seconds:.2} CPU seconds, {peak}", arguments[1]);
}
