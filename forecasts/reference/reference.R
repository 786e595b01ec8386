# What every script of reference values begins with: the series that models are compared on, and how answers are
# written. Run from the root of the project, one script at a time: Rscript forecasts/models/theta.R

suppressPackageStartupMessages(library(forecast))

table_of <- function(path) {
  lines <- grep('^#', readLines(path), value = TRUE, invert = TRUE)
  strsplit(lines, ',', fixed = TRUE)
}

# A named list of the series: numeric vectors with the periods they may show as attribute.
read_series <- function(path = 'forecasts/reference/series.csv') {
  rows <- table_of(path)
  series <- lapply(rows, function(row) {
    structure(as.numeric(row[-(1:2)]), periods = as.numeric(strsplit(row[2], ' ', fixed = TRUE)[[1]]))
  })
  setNames(series, vapply(rows, `[`, '', 1))
}

# One line per series and quantity: series,quantity,value,value …
# `answers` is a named list (by series) of named lists (by quantity) of numbers.
write_reference <- function(path, answers) {
  script <- sub('\\.csv$', '.R', path)
  versions <- sprintf('# R %s, forecast %s: Rscript %s', getRversion(), packageVersion('forecast'), script)
  lines <- unlist(lapply(names(answers), function(series) {
    quantities <- answers[[series]]
    vapply(names(quantities), function(quantity) {
      paste(c(series, quantity, sprintf('%.12g', quantities[[quantity]])), collapse = ',')
    }, '')
  }))
  writeLines(c(versions, lines), path)
}

# The minimum of a function of one variable, by optimize() around the best point of a fine grid: it may have valleys.
least <- function(objective, lowest, highest, points = 200) {
  grid <- seq(lowest, highest, length.out = points)
  best <- grid[which.min(vapply(grid, objective, 0))]
  step <- grid[2] - grid[1]
  within <- c(max(lowest, best - step), min(highest, best + step))
  refined <- optimize(objective, within, tol = 1e-10)$minimum
  candidates <- c(refined, best, within)
  candidates[which.min(vapply(candidates, objective, 0))]
}
