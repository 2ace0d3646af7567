# detente from R, through reticulate. Run it with: Rscript first_steps.R
# reticulate has to find a Python with the wheel and pandas: set RETICULATE_PYTHON to it.
library(reticulate)

detente <- import("detente")
model <- detente$Model$default()

# reticulate before 1.40 does not know the data frames of pandas 3; then they are made here.
as_frame <- function(table) {
  if (is.data.frame(table)) table else as.data.frame(table$to_dict("list"), check.names = FALSE)
}

# One statement.
score <- model$score("We welcome the talks on a ceasefire.")
peace <- score["peace"]
stopifnot(peace$label == "favor", peace$stance > 0.5)

# A data frame goes in, and comes out with the scores beside its columns.
speeches <- data.frame(
  country = c("A", "B", "C"),
  text = c("We will sign the accord.", "Our answer to force will be force.", "Trade rose by 4 per cent.")
)
scored <- as_frame(model$score(speeches))
stopifnot(is.data.frame(scored), nrow(scored) == 3, scored$country[3] == "C", is.numeric(scored$peace_score))
print(scored[, c("country", "peace_label", "peace_score", "sentiment_label")])

# An article, statement by statement.
article <- model$score_article("Kenya welcomes the accord with Uganda. Talks resume on Monday.")
stopifnot(length(article$statements) == 2, article$statements[[1]]$holder == "KEN")

# How right it is.
statements <- as_frame(detente$load_statements()$fillna(""))
test <- head(statements[statements$split == "test", ], 200)
report <- model$evaluate(test, group = "document")
cat(report$tables, sep = "\n")

# A model of your own.
learn <- head(statements[statements$split == "train", ], 600)
fit <- detente$train(learn, targets = list("peace"), group = "document", strength = 1.0)
stopifnot(fit$model$score("We reject the treaty.")["peace"]$label == "against")
cat("done\n")
