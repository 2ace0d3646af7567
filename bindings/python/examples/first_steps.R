# detente from R, through reticulate. Run it with: Rscript first_steps.R
# reticulate has to find a Python with the wheel: set RETICULATE_PYTHON to it.
library(reticulate)

detente <- import("detente")
model <- detente$Model$default()

# One statement.
score <- model$score("We welcome the talks on a ceasefire.")
stopifnot(score["peace"]$label == "favor", score["peace"]$stance > 0.5)

# A data frame: scores come as columns beside the others, and are a data frame of R again.
speeches <- data.frame(
  country = c("A", "B", "C"),
  text = c("We will sign the accord.", "Our answer to force will be force.", "Trade rose by 4 per cent.")
)
scored <- model$score(speeches)
stopifnot(is.data.frame(scored), nrow(scored) == 3, scored$peace_label[1] == "favor")
print(scored[, c("country", "peace_label", "peace_score", "sentiment_label")])

# An article, statement by statement.
article <- model$score_article("Kenya welcomes the accord with Uganda. Talks resume on Monday.")
stopifnot(length(article$statements) == 2, article$statements[[1]]$holder == "KEN")

# A model of your own.
statements <- detente$load_statements()
learn <- head(statements[statements$split == "train", ], 600)
fit <- detente$train(learn, targets = list("peace"), group = "document", strength = 1.0)
stopifnot(fit$report["n_rows"] > 0)
cat("done\n")
